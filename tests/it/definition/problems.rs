//! What is said about files with problems.

use std::collections::BTreeSet;

use yumen::{
    definition::{
        check::{self, read_folder, read_together},
        problem::{Code, render},
    },
    language::Lang,
};

use super::{shipped_files, text, vocabulary};

#[test]
fn every_problem_of_a_file_is_reported_at_once() {
    let source = text("tests/data/definitions/bad.yaml");
    let problems = check::read(&source, &vocabulary()).expect_err("nearly everything is wrong");
    let codes: BTreeSet<_> = problems.iter().map(|problem| problem.code).collect();
    assert!(problems.len() >= 40 && codes.len() >= 25, "{} problems, {} codes", problems.len(), codes.len());
    let shown = |lang| problems.iter().map(|problem| render(problem, &source, lang)).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("bad_definition_zh", shown(Lang::Zh));
    insta::assert_snapshot!("bad_definition_en", shown(Lang::En));
}

#[test]
fn a_problem_is_json_for_programs() {
    let problems = check::read("workflow: x\nworkflow: y\n", &vocabulary()).expect_err("much is missing");
    let duplicate = problems.iter().find(|problem| problem.code == Code::DuplicateKey).expect("a key stands twice");
    let json = serde_json::to_value(duplicate).expect("problems serialise");
    assert_eq!(
        json,
        serde_json::json!({
            "code": "E006",
            "severity": "error",
            "line": 2,
            "column": 1,
            "length": 8,
            "sentence": { "zh-CN": "“workflow”重复出现，第一次在第 1 行。", "en": "“workflow” stands twice; the first is in line 1." },
            "hint": { "zh-CN": "请只保留一处。", "en": "Keep one of them." },
        })
    );
}

#[test]
fn a_file_is_called_as_its_workflow_and_every_fact_can_be_obtained() {
    let mut files = shipped_files();
    let request = files.remove("budget-request.yaml").expect("it is shipped");
    files.insert("requests.yaml".to_owned(), request);
    files.remove("ex-ante-assessment.yaml");
    let files: Vec<_> = files.into_iter().collect();
    let problems = read_folder(&files, &vocabulary()).expect_err("one is renamed, one is missing");
    let found: Vec<_> =
        problems.iter().map(|p| (p.code, p.file.as_deref().unwrap_or_default(), p.spot.at.line)).collect();
    assert_eq!(found[0], (Code::FileName, "requests.yaml", 2));
    // Three gates need the assessment: at the start, at the filing, before the submission.
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[1..].iter().all(|(code, file, _)| *code == Code::CannotBeObtained && *file == "requests.yaml"));
}

#[test]
fn a_fact_that_no_workflow_comes_to_record_is_told_where_it_is_needed() {
    let told = |file: &str, lines: &[(&str, &str)]| {
        let mut files = shipped_files();
        let source = files.get_mut(file).expect("it is shipped");
        for (from, to) in lines {
            assert!(source.contains(from), "{from}");
            *source = source.replace(from, to);
        }
        let problems = read_folder(&files.into_iter().collect::<Vec<_>>(), &vocabulary()).expect_err("nobody gets it");
        assert!(problems.iter().all(|problem| problem.code == Code::CannotBeObtained), "{problems:#?}");
        assert!(problems[0].sentence.en.contains("no workflow ever comes to record it"), "{problems:#?}");
        problems.into_iter().filter_map(|problem| problem.file).collect::<BTreeSet<_>>()
    };
    let whose = BTreeSet::from(["rectification.yaml".to_owned()]);
    let notify = "notify: { to: initiator, mail: copied-in }";
    let records = ["red", "yellow", "green", "blue"].map(|lamp| format!("record: {{ fact: monitoring, is: {lamp} }}"));
    assert_eq!(told("monitoring.yaml", &records.each_ref().map(|record| (record.as_str(), notify))), whose);
    // Whoever needs what comes of their own case alone never begins.
    let own = ("fact: monitoring, is: [red, yellow, green, blue]", "fact: rectification, is: accepted");
    assert_eq!(told("rectification.yaml", &[own]), whose);
}

#[test]
fn two_workflows_share_neither_name_nor_numbers() {
    let mut files: Vec<_> = shipped_files().into_iter().collect();
    let (_, targets) =
        files.iter().find(|(name, _)| name == "performance-targets.yaml").expect("it is shipped").clone();
    let sister = targets.replace("workflow: performance-targets", "workflow: sister").replace("{seq:4}", "{seq:6}");
    files.push(("sister.yaml".to_owned(), sister));
    files.push(("twin.yaml".to_owned(), targets.replace("绩目", "双目")));
    let problems = read_folder(&files, &vocabulary()).expect_err("two are too many");
    let found: Vec<_> = problems.iter().map(|p| (p.code, p.file.as_deref().unwrap_or_default())).collect();
    let (numbers, name) = (Code::SharedWithAnother, Code::FileName);
    assert_eq!(found, [(numbers, "sister.yaml"), (name, "twin.yaml"), (numbers, "twin.yaml")], "{problems:#?}");
    let (_, sister) = &files[files.len() - 2];
    let marked = sister.lines().nth(problems[0].spot.at.line - 1).expect("a line of the file");
    assert!(marked.trim_start().starts_with("number:"), "{marked}");
    assert!(problems[0].sentence.zh.contains("performance-targets"), "{problems:#?}");
}

#[test]
fn what_is_live_counts_unless_it_is_replaced() {
    let files: Vec<_> = shipped_files().into_iter().collect();
    let live = read_folder(&files, &vocabulary()).expect("shipped workflows are sound");
    let request: Vec<_> = files.iter().filter(|(name, _)| name == "budget-request.yaml").cloned().collect();
    assert!(read_together(&request, &live, &vocabulary())[0].is_ok(), "it replaces its own name and numbers");
    assert!(read_together(&request, &[], &vocabulary())[0].is_err(), "nothing obtains what its gates need");
}

/// A change to a shipped file and the one problem it must give.
const CHANGES: &[(&str, &str, &str, Code)] = &[
    ("budget-request", "    otherwise: next\n", "", Code::NoOtherwise),
    ("budget-request", "form.amount >= policy.finance", "form.amount >= policy.leader", Code::UnknownConditionName),
    ("budget-request", "  - end: submitted", "", Code::OutcomeNotReached),
    ("rectification", "do: resume-funding", "do: submit-budget-request", Code::EffectAmount),
    ("budget-request", "  - end: submitted", "  - do: submit-budget-request\n  - end: submitted", Code::EffectTwice),
    ("budget-request", "covers: amount", "covers: purpose", Code::CapNotMoney),
    ("budget-request", "edit: [amount, purpose,", "edit: [amount,", Code::EditedByNobody),
    (
        "budget-request",
        "return to: [draft, department-approval]",
        "return to: [finance-performance]",
        Code::OtherBranch,
    ),
    (
        "budget-request",
        "return to: [draft, department-approval]",
        "return to: [{ step: draft, resume: here }]",
        Code::ResumeAcross,
    ),
    ("budget-request", "return to: [draft, department-approval]", "return to: [by-amount]", Code::NotEarlier),
    ("budget-request", "return to: [draft, department-approval]", "return to: [targets-at-start]", Code::NotEarlier),
    ("performance-targets", "      excellent: next\n", "      excellent: { end: blocked }\n", Code::Unreachable),
    ("performance-targets", "excellent: next", "superb: next", Code::MissingKey),
    ("performance-targets", "resume: here", "resume: straight", Code::NotOneOf),
    ("performance-targets", "due: 10 working days", "due: 10", Code::NotADuration),
    ("performance-targets", "outcomes: [accepted, ", "outcomes: [accepted, exempt, ", Code::OutcomeNotReached),
    (
        "performance-targets",
        "    type: indicator-table\n",
        "    type: indicator-table\n    sheet: target-review\n",
        Code::KeyOfAnotherType,
    ),
    ("performance-targets", "total: amount,", "total: period,", Code::AmountRule),
    ("performance-targets", "total: amount,", "total: carried_over,", Code::AmountRule),
    ("performance-targets", "total: amount,", "total: sum,", Code::UnknownField),
    ("performance-targets", "parts: [fiscal_amount, carried_over, other_funds]", "parts: []", Code::Empty),
    (
        "performance-targets",
        "edit: [overall_goal, annual_goal,",
        "edit: [other_funds, overall_goal, annual_goal,",
        Code::SumAcrossSteps,
    ),
    ("ex-ante-assessment", "limit: requested_amount", "limit: scope", Code::AmountRule),
    ("ex-ante-assessment", "limit: requested_amount", "limit: supported_amount", Code::AmountRule),
    ("ex-ante-assessment", "reason: required", "reason: maybe", Code::NotOneOf),
    ("ex-ante-assessment", "requires: [supported_amount]\n            ", "", Code::ReadBeforeFilled),
    ("ex-ante-assessment", "        edit: [supported_amount]\n", "        edit: []\n", Code::EditedByNobody),
    ("ex-ante-assessment", "sheet: assessment-project", "sheet: assessment", Code::UnknownScoreSheet),
    ("ex-ante-assessment", "== \"adjusted\"", "== \"ajusted\"", Code::NeverThatValue),
    ("ex-ante-assessment", "== \"adjusted\"", "== \"revise\"", Code::NeverThatValue),
    ("ex-ante-assessment", "cap: supported_amount", "cap: proposal", Code::CapNotMoney),
];

#[test]
fn one_slip_gives_the_code_that_names_it() {
    let files = shipped_files();
    for (name, from, to, code) in CHANGES {
        let source = &files[&format!("{name}.yaml")];
        assert!(source.contains(from), "{name} no longer says {from:?}");
        let problems = check::read(&source.replacen(from, to, 1), &vocabulary()).err().unwrap_or_default();
        assert!(
            problems.iter().any(|problem| problem.code == *code),
            "{name}: {from:?} → {to:?} should give {code}, gave {problems:#?}"
        );
    }
}

#[test]
fn every_code_is_explained_in_both_languages() {
    for code in Code::ALL {
        let explanation = code.explanation();
        assert!(explanation.zh.chars().count() >= 10 && explanation.en.len() >= 20, "{code}");
    }
}

#[test]
fn workflows_that_start_one_another_are_there_and_never_go_in_a_circle() {
    let starting = |name: &str, other: &str| {
        let source = format!(
            "workflow: {name}
title: {{ zh-CN: 甲, en: A }}
about: project
outcomes: [accepted]
start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"{name}〔{{year}}〕{{seq:4}}\" }}
form: []
steps:
  - start: other
    workflow: {other}
    by: initiator
  - end: accepted
"
        );
        (format!("{name}.yaml"), source)
    };
    let codes = |files: &[(String, String)]| -> Vec<_> {
        let problems = read_folder(files, &vocabulary()).err().unwrap_or_default();
        problems.iter().map(|p| (p.code, p.file.clone().unwrap_or_default(), p.spot.at.line)).collect()
    };
    let missing = codes(&[starting("one", "two")]);
    assert_eq!(missing, [(Code::NoSuchWorkflow, "one.yaml".to_owned(), 8)]);
    let circle = codes(&[starting("one", "two"), starting("two", "three"), starting("three", "one")]);
    assert_eq!(circle.len(), 3, "{circle:?}");
    assert!(circle.iter().all(|(code, ..)| *code == Code::StartsInACircle), "{circle:?}");
    let own = codes(&[starting("one", "one")]);
    assert_eq!(own.iter().map(|(code, ..)| *code).collect::<Vec<_>>(), [Code::StartsInACircle]);
}
