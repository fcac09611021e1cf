//! The rules of the house about its own code, kept as tests.

mod arrows;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use self::source::{files, names, shipped};

/// What may stand at the top, where a newcomer looks first.
const TOP: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "README.zh-CN.md",
    "benches/",
    "migrations/",
    "notification-templates/",
    "src/",
    "tests/",
    "workflows/",
];

/// A file longer than this, its tests not counted, wants a reason in `LONG`.
const LINES_MAX: usize = 400;
/// The longer files, each with what keeps it in one piece.
const LONG: &[(&str, &str)] = &[
    ("src/definition/model.rs", "the whole language as one shape, read from top to bottom beside its reference"),
    ("src/app/saving.rs", "everything that one plan leaves in the store, in the order in which it is written"),
    ("src/definition/problem/codes.rs", "every code with its meaning, one entry each"),
    ("src/engine/event.rs", "everything that can happen, one entry each with what it carries"),
    ("src/engine/refusal.rs", "every sentence that says no, side by side in both languages"),
];

/// Names that say nothing of what a file does.
const EMPTY_NAMES: &[&str] = &["common", "data", "helper", "helpers", "manager", "misc", "process", "util", "utils"];

#[test]
fn only_what_belongs_there_stands_at_the_top() {
    let strangers: Vec<_> =
        names("").into_iter().filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str())).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn files_stay_short_enough_to_be_read() {
    let lengths: BTreeMap<String, usize> = shipped()
        .iter()
        .chain(&files("migrations", &[".rs"]))
        .chain(&files("tests", &[".rs"]))
        .map(|file| (file.path.clone(), file.shipped_code().lines().count()))
        .collect();
    let long: Vec<_> = lengths
        .iter()
        .filter(|(path, lines)| **lines > LINES_MAX && !LONG.iter().any(|(known, _)| known == path))
        .collect();
    assert!(long.is_empty(), "above {LINES_MAX} lines: split, or give the reason in LONG: {long:?}");
    for (path, _) in LONG {
        assert!(lengths.get(*path).is_some_and(|lines| *lines > LINES_MAX), "{path} is short again: take it off LONG");
    }
}

#[test]
fn a_name_says_what_a_file_does() {
    for file in files("src", &[".rs"]) {
        for part in file.path.trim_end_matches(".rs").split('/') {
            assert!(!EMPTY_NAMES.contains(&part), "{}: “{part}” says nothing", file.path);
        }
    }
}

#[test]
fn nothing_is_left_undone_and_no_test_is_switched_off() {
    let all = files("src", &[".rs"]).into_iter().chain(files("tests", &[".rs"])).chain(files("migrations", &[".rs"]));
    for file in all {
        let code = file.code();
        for word in ["todo!", "unimplemented!", "#[ignore", "dbg!("] {
            assert!(!code.contains(word), "{}: {word}", file.path);
        }
    }
}

#[test]
fn every_mail_has_its_folder_and_its_type_and_both_languages() {
    let folders: BTreeSet<String> = names("notification-templates")
        .iter()
        .filter_map(|name| name.strip_suffix('/'))
        .filter(|name| *name != "layout")
        .map(str::to_owned)
        .collect();
    let types: BTreeSet<String> = names("src/notify/mails")
        .iter()
        .filter_map(|name| name.strip_suffix(".rs"))
        .filter(|name| *name != "mod")
        .map(|name| name.replace('_', "-"))
        .collect();
    assert!(!folders.is_empty());
    assert_eq!(folders, types, "a mail is a folder of notification-templates/ and a file of src/notify/mails/");
    for folder in folders {
        assert_eq!(names(&format!("notification-templates/{folder}")), ["en/", "zh-CN/"], "{folder}");
        for lang in ["en", "zh-CN"] {
            let found = names(&format!("notification-templates/{folder}/{lang}"));
            assert_eq!(found, ["body.html.hbs", "body.txt.hbs", "subject.txt.hbs"], "{folder}/{lang}");
        }
    }
}

#[test]
fn both_languages_of_the_pages_say_the_same_things() {
    let keys = |lang: &str| -> BTreeSet<String> {
        files(&format!("src/web/locales/{lang}"), &[".ftl"])
            .iter()
            .flat_map(|file| file.text.lines())
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once('='))
            .map(|(key, _)| key.trim().to_owned())
            .collect()
    };
    let (zh, en) = (keys("zh-CN"), keys("en"));
    assert!(!zh.is_empty());
    assert_eq!(zh.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "in zh-CN only");
    assert_eq!(en.difference(&zh).collect::<Vec<_>>(), Vec::<&String>::new(), "in en only");
}

#[test]
fn the_tree_does_not_depend_on_a_machine() {
    // Put together here, so that this file does not name them.
    let homes = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    for file in files("", &[""]) {
        for home in homes {
            assert!(!file.text.contains(home), "{} names a path of somebody's machine: {home}", file.path);
        }
    }
    let lock = files("", &["Cargo.lock"]);
    let sources: BTreeSet<_> = lock[0].text.lines().filter(|line| line.starts_with("source = ")).collect();
    let one_registry = sources.iter().all(|source| source.starts_with("source = \"registry+"));
    assert!(sources.len() == 1 && one_registry, "packages come from one registry alone: {sources:?}");
}

#[test]
fn both_readmes_name_the_two_commands() {
    for name in ["README.md", "README.zh-CN.md"] {
        let file = files("", &[name]).into_iter().find(|file| file.path == name).expect(name);
        for command in ["cargo run --release -- demo", "./tests/run"] {
            assert!(file.text.contains(command), "{name} does not name {command}");
        }
    }
}
