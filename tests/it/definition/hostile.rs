//! Files that mean harm: each is refused with a problem, at once, without exhausting anything.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use yumen::definition::{check, problem::Code, tree};

use super::{shipped_files, vocabulary};

/// What a file may cost. A build without optimisation, on a busy machine, gets a span that only runaway work exceeds.
const PATIENCE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 5_000 } else { 50 });

fn refused(name: &str, source: &str) -> Vec<Code> {
    let begun = Instant::now();
    let problems = check::read(source, vocabulary_once()).err().unwrap_or_default();
    assert!(!problems.is_empty(), "{name} was let through");
    assert!(begun.elapsed() < PATIENCE, "{name} took {:?}", begun.elapsed());
    problems.iter().map(|problem| problem.code).collect()
}

fn vocabulary_once() -> &'static check::Vocabulary {
    static VOCABULARY: std::sync::LazyLock<check::Vocabulary> = std::sync::LazyLock::new(vocabulary);
    &VOCABULARY
}

#[test]
fn hostile_files_are_refused_at_once() {
    let long = tree::BYTES_MAX - 1000;
    let laughs = (0..9).map(|n| format!("a{n}: &a{n} [{}]\n", format!("*a{},", n - 1).repeat(9))).collect::<String>();
    for (name, source, code) in [
        ("too large", "a".repeat(tree::BYTES_MAX + 1), Code::TooLarge),
        ("deep lists", "[".repeat(long), Code::TooDeep),
        ("deep mappings", "{a: ".repeat(long / 4), Code::TooDeep),
        ("deep blocks", (0..400).map(|n| format!("{}a:\n", " ".repeat(n))).collect(), Code::TooDeep),
        ("deep dashes", "- ".repeat(long / 2), Code::TooDeep),
        ("deep questions", "? ".repeat(long / 2), Code::NotYaml),
        ("a billion laughs", laughs, Code::Alias),
        ("an anchor", "a: &x 1".to_owned(), Code::Alias),
        ("an alias", "a: *x".to_owned(), Code::NotYaml),
        ("a tag", "a: !!binary aGVsbG8=".to_owned(), Code::Alias),
        ("two documents", "a: 1\n---\nb: 2".to_owned(), Code::Documents),
        ("nothing", String::new(), Code::Documents),
        ("comments alone", "# nothing\n".repeat(1000), Code::Documents),
        ("a tab", "a:\n\t- b".to_owned(), Code::NotYaml),
        ("a bell", "a: \u{7}".to_owned(), Code::NotYaml),
        ("a null byte", "a: \0".to_owned(), Code::NotYaml),
        ("a key that is a list", "[a, b]: c".to_owned(), Code::NotYaml),
        ("many values", "- a\n".repeat(long / 4), Code::TooDeep),
        ("an open quote", format!("a: \"{}", "x".repeat(long)), Code::NotYaml),
        ("open braces", "{".repeat(31), Code::NotYaml),
    ] {
        assert_eq!(refused(name, &source), [code], "{name}");
    }
}

#[test]
fn long_but_harmless_files_are_refused_for_what_they_say() {
    let long = tree::BYTES_MAX - 1000;
    for (name, source) in [
        ("one word", "a".repeat(long)),
        ("one key", format!("{}: 1", "k".repeat(900))),
        ("many keys", (0..4_900).map(|n| format!("k{n}: {n}\n")).collect()),
        ("one long text", format!("workflow: \"{}\"", "长".repeat(long / 3 - 10))),
        ("line breaks", "\n".repeat(long)),
        ("colons", ":".repeat(long)),
        ("commas", format!("[{}]", ",".repeat(5000))),
        ("percent", "%".repeat(long)),
        ("blank lines in a block", format!("a: |\n  x{}", "\n".repeat(long))),
        ("many steps", format!("steps:\n{}", "- { notify: {}, name: a-step }\n".repeat(1_600))),
        (
            "many choices",
            format!("steps:\n{}", "- { choose: a, branches: [{ when: \"true\", steps: [] }] }\n".repeat(300)),
        ),
        ("a long role", format!("start: {{ by: {{ role: {} }} }}", "r".repeat(long))),
        ("a wide flow", format!("[{}]", "[],".repeat(4_900))),
    ] {
        refused(name, &source);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 300 } else { 3_000 }))]

    #[test]
    fn no_text_makes_the_checker_panic(source in "[a-c0-9 \\[\\]{}:,?&*!|>'\"%@`#\\-\n\t]{0,300}") {
        let _ = check::read(&source, vocabulary_once());
    }

    #[test]
    fn no_change_of_a_sound_file_makes_the_checker_panic(
        which in 0_usize..3,
        at in 0.0_f64..1.0,
        cut in 0_usize..40,
        put in "[a-z \\[\\]{}:,?&*!|>'\"#\\-\n]{0,12}",
    ) {
        let source = shipped_files().into_values().nth(which).expect("three are shipped");
        let chars: Vec<char> = source.chars().collect();
        let at = (at * chars.len() as f64) as usize;
        let changed: String =
            chars[..at].iter().copied().chain(put.chars()).chain(chars[at..].iter().copied().skip(cut)).collect();
        if let Err(problems) = check::read(&changed, vocabulary_once()) {
            for problem in problems {
                prop_assert!(problem.spot.at.line >= 1 && problem.spot.at.column >= 1 && problem.spot.len >= 1);
            }
        }
    }
}
