//! Two people stay two people: whatever is transferred, delegated, added, removed, taken back or done in somebody's place,
//! a mandate that needs two of them is never met by one. Each kind of term, and every two of them together, is explored on
//! every shape in which two approvals can stand, and the proof says the same.

use std::{collections::BTreeSet, fs, path::Path, thread};

use exploration::{
    definition::{Definition, check, mandates::Mandates, problem::Code},
    explorer::{Explored, explore},
    generator::Generated,
    mutants::opened,
    policy::Policy,
    terms::TermKind,
    verify::prove,
    worlds::Office,
};

/// More states than that, and the pair of terms is left to the single ones.
const STATES_MAX: usize = 40_000;

const HEAD: &str = r#"
workflow: two-people
title: { zh-CN: 两人, en: Two people }
about: project
basis: [{ rule: wuqing-plan, clause: 二(二)1 }]
outcomes: [submitted]
start: { by: { role: project-officer, of: project.unit }, number: "两人〔{year}〕{seq:4}" }
form:
  - { name: amount, type: text, max: 10, title: { zh-CN: 金额, en: Amount } }
steps:
"#;
const FILL: &str = "  - { fill: draft, by: initiator, edit: [amount] }\n";
const TAIL: &str = "  - do: open-rectification\n  - end: submitted\n";
const MANDATE: &str = r#"
mandates:
  - mandate: two-people
    basis: { rule: wuqing-plan, clause: 二(二)1 }
    before: { do: open-rectification }
    needs: { approvals: 2, by different people: true }
"#;

/// Steps with two approvals that keep each other's people out.
const SHAPES: [(&str, &str); 4] = [
    (
        "one after another",
        "  - { approve: one, by: { role: department-head, of: project.department } }
  - { approve: two, by: { role: finance-performance }, not by: [one] }\n",
    ),
    (
        "with a way back",
        "  - { approve: one, by: { role: department-head, of: project.department } }
  - { approve: two, by: { role: finance-performance }, not by: [one], return to: [one] }\n",
    ),
    (
        "side by side",
        "  - parallel: both
    branches:
      - title: { zh-CN: 甲, en: One }
        steps: [{ approve: one, by: { role: department-head, of: project.department }, not by: [two] }]
      - title: { zh-CN: 乙, en: Two }
        steps: [{ approve: two, by: { role: finance-performance }, not by: [one] }]\n",
    ),
    (
        "by a vote",
        "  - { approve: one, by: { role: department-head, of: project.department }, mode: { vote: 1 vote, failed: { end: rejected } } }
  - { approve: two, by: { role: finance-performance }, not by: [one] }\n",
    ),
];

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).expect("it is there")
}

fn policy() -> Policy {
    let files = ["rules", "thresholds", "scoring", "lamps"]
        .map(|name| (format!("policy/{name}.yaml"), text(&format!("workflows/policy/{name}.yaml"))));
    Policy::read(&files).expect("the shipped policy is sound")
}

fn shape(steps: &str) -> (Definition, Mandates) {
    let vocabulary = policy().vocabulary();
    let head =
        if steps.contains("rejected") { HEAD.replace("[submitted]", "[submitted, rejected]") } else { HEAD.into() };
    let source = format!("{head}{FILL}{steps}{TAIL}");
    let definition = check::read(&source, &vocabulary).unwrap_or_else(|problems| panic!("{source}\n{problems:#?}"));
    (definition, check::read_mandates(MANDATE, &vocabulary).expect("the mandate is sound"))
}

/// Each kind of term, and each two of them.
fn kinds() -> Vec<BTreeSet<TermKind>> {
    let among_people = [
        TermKind::TakeBack,
        TermKind::Transfer,
        TermKind::Delegate,
        TermKind::SignersBefore,
        TermKind::SignersAfter,
        TermKind::SignersParallel,
        TermKind::Substitutes,
    ];
    let singles = TermKind::ALL.map(|kind| BTreeSet::from([kind]));
    let pairs = among_people.iter().enumerate().flat_map(|(at, one)| {
        among_people[at + 1..].iter().map(|other| BTreeSet::from([*one, *other])).collect::<Vec<_>>()
    });
    singles.into_iter().chain(pairs).collect()
}

/// One kind of job: its name, how many kinds of terms, what was found.
fn run(
    office: &Office,
    ((name, steps), terms): &(&(&str, &str), BTreeSet<TermKind>),
) -> (String, usize, Option<Explored>) {
    let (definition, mandates) = shape(steps);
    assert!(prove(&definition, &mandates).is_ok(), "{name} is proven");
    let generated = Generated { definition: opened(&definition), mandates, terms: terms.clone() };
    (format!("{name}, {terms:?}"), terms.len(), explore(office, &generated, STATES_MAX))
}

#[test]
fn one_person_never_counts_as_two_whatever_people_do_among_themselves() {
    let office = Office::new();
    let jobs: Vec<_> = SHAPES.iter().flat_map(|shape| kinds().into_iter().map(move |kinds| (shape, kinds))).collect();
    let results: Vec<_> = thread::scope(|scope| {
        let office = &office;
        let halves = jobs.chunks(jobs.len().div_ceil(2));
        let threads: Vec<_> = halves
            .map(|half| scope.spawn(move || half.iter().map(|job| run(office, job)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let (mut explored, mut large) = (0, Vec::new());
    for (name, terms, found) in results {
        match found {
            Some(found) => {
                assert!(!found.is_broken, "{name}: one person was two");
                explored += 1;
            }
            None => {
                assert!(terms > 1, "{name}: every kind alone can be explored");
                large.push(name);
            }
        }
    }
    println!("{explored} explored; too large: {large:?}");
    assert!(explored * 4 > jobs.len() * 3, "too many were left out");
}

#[test]
fn without_not_by_one_person_is_found_to_have_approved_twice() {
    let office = Office::new();
    for (name, steps) in &SHAPES[..3] {
        let bare = steps.replace(", not by: [one]", "").replace(", not by: [two]", "");
        let (definition, mandates) = shape(&bare);
        let problems = prove(&definition, &mandates).unwrap_err();
        assert!(problems.iter().all(|problem| problem.code == Code::TooFewApprovals), "{name}: {problems:?}");
        let terms = BTreeSet::from([TermKind::Claim]);
        let found = explore(&office, &Generated { definition: opened(&definition), mandates, terms }, STATES_MAX);
        assert!(found.unwrap().is_broken, "{name}");
    }
}
