//! The language reference and the glossary say what is so.

use std::collections::BTreeMap;

use yumen::{
    app::{library, proving},
    definition::{
        check,
        problem::{Code, Problem, Severity, render},
        registry,
    },
    language::Lang,
    policy::Policy,
    verify::{self, scenarios},
};

use super::{policy, text};

/// A day on which the shipped policy holds.
const DAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();

/// The YAML blocks of a page with the words behind ```yaml: `""`, `"bad E203"`, `"part"`.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, body)), None) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks.into_iter().filter_map(|(info, body)| Some((info.strip_prefix("yaml")?.trim().to_owned(), body))).collect()
}

/// A block is a whole definition, or steps, or schedules, or form fields with a step that fills them; parts are put into the page's
/// first definition, after its draft.
fn whole(frame: &str, block: &str) -> String {
    if block.lines().any(|line| line.starts_with("workflow:")) {
        return block.to_owned();
    }
    let (head, steps) = frame.split_once("steps:\n").expect("the first definition has steps");
    let (draft, rest) = steps.split_once("\n\n").expect("the first definition has steps after its draft");
    let indented: String = block.lines().map(|line| format!("  {line}\n")).collect();
    if block.starts_with("- schedule:") {
        return format!("{head}schedules:\n{indented}steps:\n{steps}");
    }
    if block.starts_with("- {") || block.starts_with("- name:") {
        let names = regex::Regex::new(r"(?m)^- (?:\{ )?name: (\w+)").expect("it is a pattern");
        let names: Vec<_> = names.captures_iter(block).map(|found| found[1].to_owned()).collect();
        let fill = format!("  - fill: more\n    by: initiator\n    edit: [{}]\n", names.join(", "));
        let (form, rules) = head.split_once("\nsums:").expect("the first definition has sums behind its form");
        return format!("{form}{indented}\nsums:{rules}steps:\n{draft}\n\n{fill}\n{rest}");
    }
    format!("{head}steps:\n{draft}\n\n{indented}\n{rest}")
}

#[test]
fn every_example_of_the_reference_is_what_it_says() {
    let blocks = blocks(&text("workflows/README.md"));
    let frame = blocks.first().expect("there are examples").1.clone();
    let definitions = || blocks.iter().filter(|(info, _)| info != "scenarios" && info != "mandates");
    let policy = policy();
    let vocabulary = policy.vocabulary();
    let mandates: Vec<_> = blocks.iter().filter(|(info, _)| info == "mandates").collect();
    assert!(!mandates.is_empty());
    for (_, block) in mandates {
        assert!(check::read_mandates(block, &vocabulary).is_ok(), "{block}");
    }
    let mut bad = 0;
    for (info, block) in definitions() {
        let source = whole(&frame, block);
        let problems = match check::read(&source, &vocabulary) {
            Ok(definition) => verify::check(&definition, &policy, DAY),
            Err(problems) => problems,
        };
        // What is only good to know is no part of what an example is bad for.
        let problems: Vec<_> = problems.into_iter().filter(|p| p.severity != Severity::Information).collect();
        let shown: String = problems.iter().map(|problem| render(problem, &source, Lang::En)).collect();
        match info.strip_prefix("bad ") {
            Some(code) => {
                let code = Code::from_text(code).unwrap_or_else(|| panic!("no code {code}"));
                let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
                assert_eq!(codes, [code], "{block}\n{shown}");
                bad += 1;
            }
            None => assert!(!problems.iter().any(Problem::blocks), "{block}\n{shown}"),
        }
    }
    assert!(blocks.len() >= 15 && bad >= 5, "{} examples, {bad} bad", blocks.len());
}

#[test]
fn the_scenarios_of_the_reference_go_as_they_say() {
    let files = library::embedded();
    let policy = Policy::read(&files).expect("shipped policy is sound");
    let shipped: Vec<_> = proving::definition_files(&files).cloned().collect();
    let definitions = check::read_folder(&shipped, &policy.vocabulary()).expect("the shipped workflows are sound");
    let district = files.into_iter().find(|(path, _)| path == scenarios::DISTRICT).expect("it is shipped");
    let examples = blocks(&text("workflows/README.md")).into_iter().filter(|(info, _)| info == "scenarios");
    let mut played = 0;
    for (_, block) in examples {
        let files = [district.clone(), ("performance-targets.scenarios.yaml".to_owned(), block)];
        let found = scenarios::play(&[], &definitions.iter().collect::<Vec<_>>(), &files, &policy);
        assert!(found.problems.is_empty(), "{:#?}", found.problems);
        played += found.passed;
    }
    assert!(played >= 3, "{played}");
}

#[test]
fn the_reference_lists_every_registered_name_and_every_code() {
    let page = text("workflows/README.md");
    let facts = registry::FACTS.iter().flat_map(|fact| fact.values.iter().chain([&fact.entry]));
    let all = [registry::ROLES, registry::EFFECTS, registry::MAILS, registry::GRADES, registry::OUTCOMES];
    for entry in all.into_iter().flatten().chain(facts) {
        assert!(page.contains(&format!("`{}`", entry.name)), "the reference does not name {}", entry.name);
        assert!(page.contains(entry.zh), "the reference does not say {}", entry.zh);
    }
    for code in Code::ALL {
        assert!(page.contains(code.text()), "the reference does not list {code}");
    }
}

#[test]
fn the_glossary_agrees_with_the_register() {
    let page = text("workflows/GLOSSARY.md");
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
        (cells.len() >= 3 && !cells[0].starts_with('-') && cells[0] != "中文").then(|| (cells[0], cells[1]))
    });
    let mut terms = BTreeMap::new();
    for (zh, en) in rows {
        assert!(terms.insert(zh, en).is_none(), "{zh} stands twice");
        assert!(!zh.is_empty() && !en.is_empty());
    }
    assert!(terms.len() >= 60, "{} terms", terms.len());
    let facts = registry::FACTS.iter().flat_map(|fact| fact.values.iter().chain([&fact.entry]));
    let all = [registry::ROLES, registry::EFFECTS, registry::GRADES, registry::OUTCOMES];
    for entry in all.into_iter().flatten().chain(facts) {
        assert_eq!(terms.get(entry.zh), Some(&entry.en), "{}", entry.zh);
    }
}
