//! Whether it is as a scenario says, and what the words in it name.

use std::collections::BTreeSet;

use super::{
    play::person,
    sentence::Claim,
    stage::{Stage, Staged},
    words::Word,
};
use crate::{
    clock::{Instant, ZONE},
    definition::{
        Definition, Field, Step, StepKind, StepName,
        problem::{Problem, Spot, scenarios as say},
        registry::{self, Entry, FactEntry},
    },
    engine::{self, Event, Status, Task, Waiting},
    ids::PersonId,
    language::Text,
    money::Money,
};

type Checked = Result<Option<Problem>, Box<Problem>>;

/// Says what is not so; the error is a name that means nothing.
pub(super) fn check(stage: &Stage<'_>, spot: Spot, claim: &Claim) -> Checked {
    match claim {
        Claim::Ends(case, outcome) => ends(stage, spot, case.as_ref(), outcome),
        Claim::WaitsAt(case, steps) => waits_at(stage, spot, case.as_ref(), steps),
        Claim::WaitsFor(step, people) => waits_for(stage, spot, step, people),
        Claim::Nobody(step) => nobody(stage, spot, step),
        Claim::Due(step, day) => {
            let tasks = tasks(stage, step)?;
            let found: BTreeSet<_> = tasks.iter().filter_map(|task| task.due_at).map(day_of).collect();
            let wanted = BTreeSet::from([day.to_string()]);
            Ok(differs(spot, Text::new("截止", "it is due on"), &wanted, &found))
        }
        Claim::Fact(kind, value, cap) => stands(stage, spot, kind, (value, *cap)),
        Claim::NoFact(kind) => {
            let entry = fact(kind)?;
            let found = standing(stage, entry).map(|(value, _)| BTreeSet::from([value])).unwrap_or_default();
            Ok(differs(spot, Text::new("结论", "it says"), &BTreeSet::new(), &found))
        }
        Claim::Effect(effect, wanted) => {
            let effect = effect_of(effect)?;
            let did =
                |event: &Event| matches!(event, Event::EffectDone { effect: done, .. } if done.as_str() == effect);
            let done = stage.cases.iter().any(|staged| staged.events.iter().any(did));
            let words = |done: bool| {
                if done { Text::new("已执行", "it is done") } else { Text::new("未执行", "it is not done") }
            };
            Ok((done != *wanted).then(|| say::not_so(spot, &words(*wanted), &words(done))))
        }
        Claim::CopiedIn(who) => copied_in(stage, spot, who),
        Claim::Reminded(who, step, wanted) => {
            told(stage, spot, (who, step, *wanted), &Text::new("收到提醒", "they are reminded"), |event| {
                if let Event::Reminded { step, to, .. } = event { Some((step, to)) } else { None }
            })
        }
        Claim::ToldLate(who, step, wanted) => {
            told(stage, spot, (who, step, *wanted), &Text::new("得知逾期", "they are told"), |event| {
                if let Event::TaskEscalated { step, to, .. } = event { Some((step, to)) } else { None }
            })
        }
    }
}

fn day_of(at: Instant) -> String {
    at.with_timezone(&ZONE).date_naive().to_string()
}

fn differs(spot: Spot, what: Text, wanted: &BTreeSet<String>, found: &BTreeSet<String>) -> Option<Problem> {
    let shown = |all: &BTreeSet<String>| {
        if all.is_empty() { "—".to_owned() } else { all.iter().cloned().collect::<Vec<_>>().join(", ") }
    };
    let words = |all| Text::new(format!("{} {}", what.zh, shown(all)), format!("{} {}", what.en, shown(all)));
    (wanted != found).then(|| say::not_so(spot, &words(wanted), &words(found)))
}

/// The case meant: the latest of a workflow, or the one that something happened to last.
fn case<'s, 'a>(stage: &'s Stage<'a>, spot: Spot, named: Option<&Word>) -> Result<&'s Staged<'a>, Box<Problem>> {
    let found = match named {
        None => stage.latest.map(|at| &stage.cases[at]),
        Some(word) => {
            let name = &workflow(stage, word)?.name;
            stage.cases.iter().rev().find(|staged| staged.case.workflow == *name)
        }
    };
    found.ok_or_else(|| Box::new(say::not_waiting(spot, named.map_or("case", |word| word.text.as_str()), &[])))
}

fn ends(stage: &Stage<'_>, spot: Spot, named: Option<&Word>, outcome: &Word) -> Checked {
    let case = case(stage, spot, named)?;
    let called = |entry: &&Entry| entry.name == outcome.text || entry.zh == outcome.text;
    let mut declared: Vec<_> = case.definition.outcomes.iter().map(|outcome| outcome.as_str()).collect();
    declared.push(registry::TERMINATED.name);
    let wanted = registry::OUTCOMES
        .iter()
        .chain([&registry::TERMINATED])
        .find(called)
        .map(|entry| entry.name)
        .filter(|name| declared.contains(name));
    let Some(wanted) = wanted else {
        return Err(Box::new(say::unknown(outcome.spot, Text::new("结果", "outcome"), &outcome.text, &declared)));
    };
    let found = match &case.case.status {
        Status::Ended { outcome, .. } if outcome.as_str() == wanted => return Ok(None),
        Status::Ended { outcome, .. } => Text::new(format!("办结为 {outcome}"), format!("it ended {outcome}")),
        Status::Running => {
            let open = waiting(case).into_iter().collect::<Vec<_>>().join(", ");
            Text::new(format!("停在 {open}"), format!("it waits at {open}"))
        }
    };
    let expected = Text::new(format!("办结为 {wanted}"), format!("the case ends {wanted}"));
    Ok(Some(say::not_so(spot, &expected, &found)))
}

/// The steps at which the case waits: for people, for a fact, for whoever may come.
fn waiting(staged: &Staged<'_>) -> BTreeSet<String> {
    let leaves = staged.case.activations.values().filter(|found| !matches!(found.waiting, Waiting::Branches(_)));
    leaves.map(|found| found.step.to_string()).collect()
}

fn waits_at(stage: &Stage<'_>, spot: Spot, named: Option<&Word>, steps: &[Word]) -> Checked {
    let case = case(stage, spot, named)?;
    let wanted: Result<BTreeSet<_>, _> =
        steps.iter().map(|word| step(case.definition, word).map(|step| step.name.to_string())).collect();
    Ok(differs(spot, Text::new("停在", "it waits at"), &wanted?, &waiting(case)))
}

/// The open tasks of a step, in the case that something happened to last or the one before it.
fn tasks<'s>(stage: &'s Stage<'_>, word: &Word) -> Result<Vec<&'s Task>, Box<Problem>> {
    for at in stage.latest.into_iter().chain((0..stage.cases.len()).rev()) {
        let staged = &stage.cases[at];
        let Some(step) = find_step(staged.definition, &word.text) else { continue };
        let open: Vec<_> = staged.case.tasks.values().filter(|task| task.step == step.name).collect();
        if !open.is_empty() {
            return Ok(open);
        }
    }
    let open = stage.cases.iter().flat_map(|staged| staged.case.tasks.values().map(|task| task.step.as_str()));
    Err(Box::new(say::not_waiting(word.spot, &word.text, &open.collect::<Vec<_>>())))
}

/// Everybody who may act on the task now.
fn actors(stage: &Stage<'_>, task: &Task) -> Vec<PersonId> {
    let people = stage.directory.people.keys().copied();
    people.filter(|person| engine::may_act(task, *person, &stage.surroundings())).collect()
}

fn waits_for(stage: &Stage<'_>, spot: Spot, step: &Word, people: &[Word]) -> Checked {
    let wanted: Result<Vec<_>, _> = people.iter().map(|word| person(stage, word)).collect();
    let found: Vec<_> = tasks(stage, step)?.into_iter().flat_map(|task| actors(stage, task)).collect();
    let names = |people: Vec<PersonId>| {
        let login = |person: &PersonId| stage.directory.people.get(person).map(|person| person.login.clone());
        people.iter().filter_map(login).collect::<BTreeSet<_>>()
    };
    Ok(differs(spot, Text::new("待", "it waits for"), &names(wanted?), &names(found)))
}

fn nobody(stage: &Stage<'_>, spot: Spot, word: &Word) -> Checked {
    let held = stage.cases.iter().any(|staged| {
        staged.case.activations.values().any(|found| {
            let named = find_step(staged.definition, &word.text).is_some_and(|step| step.name == found.step);
            named && matches!(found.waiting, Waiting::Nobody { .. })
        })
    });
    if held {
        return Ok(None);
    }
    let found = tasks(stage, word)?;
    let expected = Text::new("无人可办", "nobody can do it");
    Ok(found
        .into_iter()
        .any(|task| !actors(stage, task).is_empty())
        .then(|| say::not_so(spot, &expected, &Text::new("有人可办", "somebody can"))))
}

/// The latest fact of a kind that stands for the scenario's project and year.
fn standing(stage: &Stage<'_>, entry: &FactEntry) -> Option<(String, Option<Money>)> {
    let mut facts = stage.facts.iter().rev();
    let found = facts.find(|fact| fact.kind.as_str() == entry.entry.name && fact.year == stage.year)?;
    Some((found.value.to_string(), found.cap))
}

fn stands(stage: &Stage<'_>, spot: Spot, kind: &Word, (value, cap): (&Word, Option<Money>)) -> Checked {
    let entry = fact(kind)?;
    let called = |known: &&Entry| known.name == value.text || known.zh == value.text;
    let Some(wanted) = entry.values.iter().find(called) else {
        let known: Vec<_> = entry.values.iter().map(|known| known.name).collect();
        return Err(Box::new(say::unknown(value.spot, Text::new("取值", "value"), &value.text, &known)));
    };
    let words = |value: &str, cap: Option<Money>| match cap {
        Some(cap) => BTreeSet::from([format!("{value} ≤ {cap}")]),
        None => BTreeSet::from([value.to_owned()]),
    };
    let found = match standing(stage, entry) {
        None => BTreeSet::new(),
        // A scenario that does not speak of the amount does not care for it.
        Some((value, found)) => words(&value, cap.and(found)),
    };
    Ok(differs(spot, Text::new("结论", "it says"), &words(wanted.name, cap), &found))
}

fn copied_in(stage: &Stage<'_>, spot: Spot, who: &Word) -> Checked {
    let person = person(stage, who)?;
    let mut events = stage.cases.iter().flat_map(|staged| &staged.events);
    let told = events.any(|event| {
        matches!(event, Event::CopiedIn { to, .. } if stage.directory.people_of(to, stage.today()).contains(&person))
    });
    let (expected, found) = (Text::new("收到抄送", "they are copied in"), Text::new("没有", "they are not"));
    Ok((!told).then(|| say::not_so(spot, &expected, &found)))
}

/// Whether somebody was told of a deadline by now.
fn told(
    stage: &Stage<'_>,
    spot: Spot,
    (who, named, wanted): (&Word, &Word, bool),
    words: &Text,
    whom: impl Fn(&Event) -> Option<(&StepName, &Vec<PersonId>)>,
) -> Checked {
    let person = person(stage, who)?;
    let mut known = false;
    let mut found = false;
    for staged in &stage.cases {
        let Some(step) = find_step(staged.definition, &named.text) else { continue };
        known = true;
        found |= staged.events.iter().filter_map(&whom).any(|(of, to)| *of == step.name && to.contains(&person));
    }
    if !known {
        return Err(Box::new(say::not_waiting(named.spot, &named.text, &[])));
    }
    let said = |so: bool| {
        if so { words.clone() } else { Text::new(format!("没有{}", words.zh), format!("not that {}", words.en)) }
    };
    Ok((found != wanted).then(|| say::not_so(spot, &said(wanted), &said(found))))
}

/// The workflow called so, or titled so in Chinese.
pub(super) fn workflow<'a>(stage: &Stage<'a>, word: &Word) -> Result<&'a Definition, Box<Problem>> {
    let called = |found: &&&Definition| found.name.as_str() == word.text || found.title.zh == word.text;
    stage.definitions.iter().copied().find(|found| called(&found)).ok_or_else(|| {
        let known: Vec<_> = stage.definitions.iter().map(|found| found.name.as_str()).collect();
        Box::new(say::unknown(word.spot, Text::new("流程", "workflow"), &word.text, &known))
    })
}

/// The step called so, or titled so in Chinese.
pub(super) fn find_step<'d>(definition: &'d Definition, text: &str) -> Option<&'d Step> {
    let titled = |step: &&Step| step.title.zh == text && matches!(step.kind, StepKind::Fill(_) | StepKind::Approve(_));
    let steps = &definition.steps;
    steps.iter().find(|step| step.name.as_str() == text).or_else(|| steps.iter().find(titled))
}

pub(super) fn step<'d>(definition: &'d Definition, word: &Word) -> Result<&'d Step, Box<Problem>> {
    find_step(definition, &word.text).ok_or_else(|| {
        let known: Vec<_> = definition.steps.iter().map(|step| step.name.as_str()).collect();
        Box::new(say::unknown(word.spot, Text::new("环节", "step"), &word.text, &known))
    })
}

/// The field called so, or titled so in Chinese.
pub(super) fn field<'d>(definition: &'d Definition, word: &Word) -> Result<&'d Field, Box<Problem>> {
    let called = |field: &&Field| field.name.as_str() == word.text || field.title.zh == word.text;
    definition.form.iter().find(called).ok_or_else(|| {
        let known: Vec<_> = definition.form.iter().map(|field| field.name.as_str()).collect();
        Box::new(say::unknown(word.spot, Text::new("字段", "field"), &word.text, &known))
    })
}

/// The kind of fact called so, or titled so in Chinese.
pub(super) fn fact(word: &Word) -> Result<&'static FactEntry, Box<Problem>> {
    let called = |fact: &&FactEntry| fact.entry.name == word.text || fact.entry.zh == word.text;
    registry::FACTS.iter().find(called).ok_or_else(|| {
        let known: Vec<_> = registry::FACTS.iter().map(|fact| fact.entry.name).collect();
        Box::new(say::unknown(word.spot, Text::new("结论", "fact"), &word.text, &known))
    })
}

fn effect_of(word: &Word) -> Result<&'static str, Box<Problem>> {
    let called = |entry: &&Entry| entry.name == word.text || entry.zh == word.text;
    registry::EFFECTS.iter().find(called).map(|entry| entry.name).ok_or_else(|| {
        let known: Vec<_> = registry::EFFECTS.iter().map(|entry| entry.name).collect();
        Box::new(say::unknown(word.spot, Text::new("业务动作", "effect"), &word.text, &known))
    })
}
