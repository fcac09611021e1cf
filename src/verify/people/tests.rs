use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeZone as _, Utc};
use proptest::prelude::*;

use super::{Finding, Kind, assignment::Staff, check, posts::Posts};
use crate::{
    app::library,
    clock::Instant,
    definition::{Definition, Mode, OrgCode, StepKind, StepName, check as checker},
    engine::{Appointment, Directory, Organisation, Person, people::OrgKind},
    ids::{Id, PersonId},
    language::{Lang, Text},
    policy::Policy,
};

fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 23, 2, 0, 0).unwrap()
}

/// A district with two schools below one bureau.
fn town(held: &[(u128, &str, &str)]) -> Directory {
    let mut town = Directory::default();
    let orgs = [
        ("wq", None, OrgKind::District),
        ("edu", Some("wq"), OrgKind::Department),
        ("school", Some("edu"), OrgKind::Unit),
    ];
    for (code, parent, kind) in orgs {
        let name = Text::new(format!("机构{code}"), format!("Org {code}"));
        let (code, parent): (OrgCode, _) = (code.into(), parent.map(Into::into));
        let org = Organisation { code: code.clone(), parent, kind, name, path: "/".into() };
        town.organisations.insert(code, org);
    }
    for (number, role, org) in held {
        let id: PersonId = Id::from_uuid(uuid::Uuid::from_u128(*number));
        let (login, name) = (format!("p{number}"), format!("姓名{number}"));
        town.people.insert(id, Person { id, login, name, active: true });
        let from = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        town.appointments.push(Appointment { person: id, role: (*role).into(), org: (*org).into(), from, until: None });
    }
    town
}

fn definition(steps: &str) -> Definition {
    let policy = Policy::read(&library::embedded()).unwrap();
    let source = format!(
        "workflow: w\ntitle: {{ zh-CN: 流程, en: W }}\nabout: project\n\
         basis: [{{ rule: wuqing-plan, clause: 二(二)2 }}]\noutcomes: [accepted]\n\
         start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"号{{year}}{{seq}}\" }}\n\
         form:\n  - {{ name: amount, type: money, required: true }}\n\
         steps:\n  - fill: draft\n    by: initiator\n    edit: [amount]\n{steps}\n  - end: accepted\n"
    );
    checker::read(&source, &policy.vocabulary()).unwrap_or_else(|problems| {
        panic!("{source}\n{:?}", problems.iter().map(|problem| problem.line(Lang::En)).collect::<Vec<_>>())
    })
}

const HEAD: &str = "  - approve: head\n    title: { zh-CN: 部门审批, en: Head }\n    \
                    by: { role: department-head, of: project.department }\n";
const AUDIT: &str =
    "  - approve: audit\n    title: { zh-CN: 复核, en: Audit }\n    by: { role: auditor }\n    not by: [head]\n";

fn found(steps: &str, held: &[(u128, &str, &str)]) -> Vec<Finding> {
    check(&[&definition(steps)], &town(held), now())
}

fn kinds(steps: &str, held: &[(u128, &str, &str)]) -> Vec<Kind> {
    found(steps, held).iter().map(|finding| finding.kind).collect()
}

const OFFICERS: [(u128, &str, &str); 2] = [(1, "project-officer", "school"), (2, "project-officer", "school")];

fn with_officers<'a>(more: &[(u128, &'a str, &'a str)]) -> Vec<(u128, &'a str, &'a str)> {
    OFFICERS.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn two_for_every_post_is_enough() {
    let held = with_officers(&[(3, "department-head", "edu"), (4, "department-head", "edu")]);
    assert_eq!(kinds(HEAD, &held), []);
}

#[test]
fn an_empty_post_is_named_with_its_department_and_step() {
    let found = found(HEAD, &OFFICERS);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind, found[0].org.as_ref().map(|org| org.as_str())), (Kind::NobodyActs, Some("edu")));
    let sentence = &found[0].problem.sentence.zh;
    assert!(sentence.contains("“部门审批”无人可办：机构edu的部门主要负责人"), "{sentence}");
    assert_eq!(found[0].key, "nobody-can-act/w/head/department-head@edu");
    assert!(!found[0].problem.blocks(), "a place without officials can still publish");
    assert_eq!(kinds(HEAD, &[(3, "department-head", "edu")]), [Kind::NobodyStarts]);
}

#[test]
fn a_district_without_units_lacks_nobody() {
    let mut town = town(&[]);
    town.organisations.clear();
    assert!(check(&[&definition(HEAD)], &town, now()).is_empty());
}

#[test]
fn the_initiator_does_not_count_as_a_decider() {
    // The only head is the only officer: there is nobody else to decide.
    let held = [(1, "project-officer", "school"), (1, "department-head", "edu")];
    assert_eq!(kinds(HEAD, &held), [Kind::TooFew]);
    // A second officer makes it possible, and each of the two is now alone in what they do.
    let held = [held[0], held[1], (2, "project-officer", "school")];
    let found = found(HEAD, &held);
    assert!(found.iter().all(|finding| finding.kind == Kind::OnePerson) && !found.is_empty(), "{found:?}");
}

#[test]
fn people_who_are_kept_apart_must_be_several() {
    let steps = format!("{HEAD}{AUDIT}");
    let held = with_officers(&[(3, "department-head", "edu"), (3, "auditor", "wq")]);
    let few = found(&steps, &held);
    assert_eq!(few.iter().map(|finding| finding.kind).collect::<Vec<_>>(), [Kind::TooFew]);
    assert!(few[0].problem.sentence.zh.contains("“复核”"), "{:?}", few[0].problem.sentence);
    let held = with_officers(&[(3, "department-head", "edu"), (3, "auditor", "wq"), (4, "auditor", "wq")]);
    let one = found(&steps, &held);
    assert!(one.iter().all(|finding| finding.kind == Kind::OnePerson), "{one:?}");
    let keys: Vec<_> = one.iter().map(|finding| finding.key.as_str()).collect();
    assert_eq!(keys, ["one-person-post/auditor@*", "one-person-post/department-head@edu"]);
    assert!(one.iter().all(|finding| !finding.problem.sentence.zh.contains("姓名")), "people are not named");
}

#[test]
fn branches_that_exclude_each_other_do_not_share_people() {
    let steps = "  - choose: by\n    branches:\n      - when: form.amount > wan(5)\n        steps:\n          - approve: head\n            \
                 by: { role: auditor }\n    otherwise:\n      - approve: audit\n        by: { role: auditor }\n        not by: [head]\n";
    let held = with_officers(&[(3, "auditor", "wq")]);
    assert!(kinds(steps, &held).iter().all(|kind| *kind == Kind::OnePerson), "one auditor is enough for either");
}

#[test]
fn whoever_is_asked_in_place_of_nobody_counts() {
    let steps = "  - approve: audit\n    by: { role: auditor }\n    nobody: { to: { role: finance-leader } }\n";
    assert_eq!(kinds(steps, &OFFICERS), [Kind::NobodyActs]);
    let held = with_officers(&[(3, "finance-leader", "wq"), (4, "finance-leader", "wq")]);
    assert_eq!(kinds(steps, &held), []);
    let apart = format!("{HEAD}{}", AUDIT.trim_end().to_owned() + "\n    nobody: { to: { role: finance-leader } }\n");
    let both = [(3, "department-head", "edu"), (4, "department-head", "edu"), (5, "finance-leader", "wq")];
    let held = with_officers(&[both[0], both[1], (3, "auditor", "wq"), (4, "auditor", "wq"), both[2]]);
    assert_eq!(kinds(&apart, &held), [], "who has decided before is replaced as well");
}

#[test]
fn a_step_that_starts_a_case_needs_somebody_and_so_does_a_list_that_may_not_be_empty() {
    let start = "  - start: follow-up\n    workflow: rectification\n    by: { role: auditor }\n    wait: false\n";
    let each = "  - each: opinions\n    in: { people: { role: auditor } }\n    empty: hold\n    at most: 5\n    steps:\n      \
                - approve: opinion\n        by: item\n";
    for steps in [start, each] {
        assert_eq!(kinds(steps, &OFFICERS), [Kind::NobodyActs], "{steps}");
        let held = with_officers(&[(3, "auditor", "wq"), (4, "auditor", "wq")]);
        assert_eq!(kinds(steps, &held), [], "{steps}");
    }
    let next = each.replace("empty: hold", "empty: next");
    assert_eq!(kinds(&next, &OFFICERS), []);
}

#[test]
fn votes_that_one_person_does_not_have_need_several() {
    let steps = "  - approve: committee\n    by: { role: auditor }\n    mode: { vote: 5 votes, weights: [{ role: \
                 auditor, votes: 2 }], failed: { end: accepted } }\n";
    let held = |count: u128| with_officers(&[]).into_iter().chain((3..3 + count).map(|n| (n, "auditor", "wq")));
    assert!(kinds(steps, &held(2).collect::<Vec<_>>()).contains(&Kind::TooFew));
    assert_eq!(kinds(steps, &held(4).collect::<Vec<_>>()), []);
}

/// Tries every choice of people for every step, without any cleverness.
fn by_trying(definition: &Definition, town: &Directory, absent: Option<PersonId>) -> bool {
    let with = |role: &str| -> BTreeSet<PersonId> {
        let held = town.appointments.iter().filter(|a| a.role.as_str() == role && Some(a.person) != absent);
        held.map(|a| a.person).collect()
    };
    let asked: Vec<_> = definition
        .steps
        .iter()
        .filter_map(|step| if let StepKind::Approve(approve) = &step.kind { Some((step, approve)) } else { None })
        .collect();
    let roles = ["auditor", "congress", "discipline"];
    with("project-officer").into_iter().any(|initiator| {
        let mut ways: Vec<BTreeMap<String, BTreeSet<PersonId>>> =
            vec![BTreeMap::from([("draft".to_owned(), BTreeSet::from([initiator]))])];
        for (number, (step, approve)) in asked.iter().enumerate() {
            let pool = with(roles[number]);
            ways = ways
                .into_iter()
                .flat_map(|way| {
                    let acted = |name: &StepName| way.get(name.as_str()).cloned().unwrap_or_default();
                    let out: BTreeSet<_> = approve.limits.not_by.iter().flat_map(acted).chain([initiator]).collect();
                    let free: BTreeSet<_> = pool.difference(&out).copied().collect();
                    let choices: Vec<BTreeSet<PersonId>> = match &approve.mode {
                        Mode::Any => free.iter().map(|one| BTreeSet::from([*one])).collect(),
                        // None of these organisations votes.
                        Mode::All | Mode::Sequence | Mode::Vote(_) => {
                            (!free.is_empty()).then_some(free).into_iter().collect()
                        }
                    };
                    let name = step.name.to_string();
                    choices.into_iter().map(move |choice| {
                        let mut way = way.clone();
                        way.insert(name.clone(), choice);
                        way
                    })
                })
                .collect();
        }
        !ways.is_empty()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// On small organisations the verdict, with and without each person, is what trying everything says.
    #[test]
    fn verdicts_agree_with_trying_everything(
        pools in prop::collection::vec(prop::collection::btree_set(1_u128..=4, 0..=3), 4),
        modes in prop::collection::vec(any::<bool>(), 3),
        apart in prop::collection::vec(any::<bool>(), 6),
    ) {
        let roles = ["project-officer", "auditor", "congress", "discipline"];
        let orgs = ["school", "wq", "wq", "wq"];
        let held: Vec<_> = (0..4).flat_map(|n| pools[n].iter().map(move |p| (*p, roles[n], orgs[n]))).collect();
        let names = ["draft", "first", "second", "third"];
        let mut bits = apart.iter();
        let steps: String = (1..4)
            .map(|n| {
                let before: Vec<_> = names[..n].iter().filter(|_| bits.next().copied().unwrap_or_default()).copied().collect();
                let apart = if before.is_empty() { String::new() } else { format!("    not by: [{}]\n", before.join(", ")) };
                let mode = if modes[n - 1] { "all" } else { "any" };
                format!("  - approve: {}\n    by: {{ role: {} }}\n    mode: {mode}\n{apart}", names[n], roles[n])
            })
            .collect();
        let (definition, town) = (definition(&steps), town(&held));
        let posts = Posts::of(&town, now());
        let unit = "school".into();
        let staff = Staff { definition: &definition, unit: &unit, posts: &posts };
        for absent in town.people.keys().copied().map(Some).chain([None]) {
            let verdict = staff.assign(absent).is_ok();
            prop_assert_eq!(verdict, by_trying(&definition, &town, absent), "{} without {:?}", steps, absent);
        }
    }
}
