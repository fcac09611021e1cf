//! What a mandate means on one run of a case, told from the events alone.
//!
//! Facts: at a protected effect the fact stands with a value that the mandate names, and the same command has looked at
//! it, or recorded it, before: a gate behind the effect is too late. Approvals: each is kept with who gave
//! it and with the fields that some step entered before could have written, and what the effect is about; it lapses once
//! a step is entered that can write one of them, or in which anything is filled in, for a task that is open can be saved
//! at any time. Whoever does not see a field approves nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    definition::{
        Definition, FactName, FactValue, FieldName, RoleName, Step, StepKind, StepName, Wait, Who,
        mandates::{Mandate, Need, Protected},
    },
    engine::{Case, Event, TaskEvent, Waiting, case::RecordedFact},
    ids::PersonId,
    worlds::{World, has_role},
};

/// What has to be remembered of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Memory {
    /// The fields that may have been written.
    written: BTreeSet<FieldName>,
    /// The approvals that stand.
    standing: BTreeMap<StepName, Approval>,
    /// What was remembered before the last decision, as long as it can be taken back, and which state that was.
    pub before: Option<Box<(Memory, u128)>>,
}

impl Memory {
    /// A step is entered that may write, at any time while it is open.
    fn writes(&mut self, definition: &Definition, step: &StepName) {
        let edits = edits(definition, step);
        let filled_in = definition.step(step).is_some_and(|step| matches!(step.kind, StepKind::Fill(_)));
        let outdates = |field: &FieldName, approval: &Approval| filled_in || approval.seen.contains(field);
        self.standing.retain(|_, approval| !edits.iter().any(|field| outdates(field, approval)));
        self.written.extend(edits.iter().cloned());
    }

    /// An approval has seen what was written, and speaks of what is asked for as it stands.
    fn approved(&mut self, step: &StepName, by: PersonId, mandate: &Mandate) {
        let subject = (mandate.before == Protected::Effect("submit-budget-request".into())).then(|| "amount".into());
        let seen = self.written.iter().cloned().chain(subject).collect();
        self.standing.insert(step.clone(), Approval { by, seen });
    }

    /// The same without what was before.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self { before: None, ..self.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Approval {
    by: PersonId,
    seen: BTreeSet<FieldName>,
}

/// Follows the events of one command; says whether a protected effect took place without what its mandate needs.
#[must_use]
pub fn follow(
    memory: &mut Memory,
    (definition, mandate): (&Definition, &Mandate),
    world: &World,
    (before, after): (Option<&Case>, &Case),
    events: &[Event],
) -> bool {
    let mut broken = false;
    let mut recorded: BTreeMap<&str, &str> = BTreeMap::new();
    let mut looked: BTreeMap<&str, BTreeSet<&FactValue>> = BTreeMap::new();
    let mut by = None;
    let mut seat = None;
    let mut in_place_of = None;
    let mut open: BTreeMap<u32, &StepName> =
        before.iter().flat_map(|case| case.activations.values()).map(|a| (a.no, &a.step)).collect();
    for event in events {
        if let Event::FactRecorded { fact, .. } = event
            && is_protected(mandate, fact)
        {
            broken |= !holds(memory, mandate, |kind| recorded.get(kind).copied().or_else(|| world.value(kind)));
            broken |= !was_looked_at(mandate, &looked);
        }
        match event {
            Event::StepEntered { activation, step, .. } => {
                open.insert(*activation, step);
                memory.writes(definition, step);
            }
            // Whoever really acted, and not in whose place.
            Event::SubstituteActed { by: deputy, .. } => in_place_of = Some(*deputy),
            Event::TaskDecided { by: person, .. } => {
                by = in_place_of.or(Some(*person));
                seat = Some(*person);
            }
            Event::OnTask(TaskEvent::DecisionTakenBack { .. }) => {
                *memory = memory.before.take().map(|before| before.0).unwrap_or_default();
            }
            Event::StepCancelled { activation, .. } => drop(open.remove(activation)),
            Event::StepPassed { activation, step, .. } => {
                open.remove(activation);
                let writing = open.values().any(|other| !edits(definition, other).is_empty());
                let counts = definition.step(step).is_some_and(|step| {
                    counts(step, mandate) && !others_write(definition, step) && definition.hidden_at(step).is_empty()
                });
                let held = before.and_then(|before| voter(before, *activation));
                let in_post = seat.or(held).is_some_and(|seat| is_one_of_theirs(seat, mandate));
                if let (true, false, Some(by)) = (counts && in_post, writing, by.or(held)) {
                    memory.approved(step, by, mandate);
                }
            }
            Event::Returned { undone, .. } => memory.standing.retain(|step, _| !undone.contains(step)),
            Event::FactRecorded { fact, .. } => {
                recorded.insert(fact.kind.as_str(), fact.value.as_str());
                looked.insert(fact.kind.as_str(), BTreeSet::from([&fact.value]));
            }
            Event::GatePassed { step, .. } => {
                let Some((fact, is)) = asked_for(definition, step) else { continue };
                let is: BTreeSet<_> = is.iter().collect();
                let narrowed = looked.get(fact.as_str()).map_or_else(|| is.clone(), |before| before & &is);
                looked.insert(fact.as_str(), narrowed);
            }
            // A gate that stays closed says as much.
            Event::WaitChanged { waiting: Waiting::Fact { fact, is }, .. } => {
                if let Some(found) = looked.get_mut(fact.as_str()) {
                    found.retain(|value| !is.contains(value));
                }
            }
            Event::EffectDone { effect, .. } if mandate.before == Protected::Effect(effect.clone()) => {
                broken |= !holds(memory, mandate, |kind| recorded.get(kind).copied().or_else(|| world.value(kind)));
                broken |= !was_looked_at(mandate, &looked);
            }
            _ => {}
        }
    }
    if after.activations.is_empty() {
        *memory = Memory::default();
    }
    broken
}

/// The fact that a gate or a wait asks for.
fn asked_for<'d>(definition: &'d Definition, step: &StepName) -> Option<(&'d FactName, &'d [FactValue])> {
    match &definition.step(step)?.kind {
        StepKind::Gate(gate) => Some((&gate.fact, &gate.is)),
        StepKind::Wait(Wait::Fact { fact, is }) => Some((fact, is)),
        _ => None,
    }
}

/// Whose vote passed a step that nobody decides in this command: it was held for somebody to come, who is not asked any
/// more.
fn voter(before: &Case, activation: u32) -> Option<PersonId> {
    let (Waiting::Nobody { cast } | Waiting::People { cast, .. }) = &before.activations.get(&activation)?.waiting
    else {
        return None;
    };
    cast.iter().find(|(_, cast)| cast.ballot.is_some()).map(|(person, _)| *person)
}

fn is_protected(mandate: &Mandate, fact: &RecordedFact) -> bool {
    let Protected::Record { fact: kind, is } = &mandate.before else { return false };
    fact.kind == *kind && (is.is_empty() || is.contains(&fact.value))
}

fn was_looked_at(mandate: &Mandate, looked: &BTreeMap<&str, BTreeSet<&FactValue>>) -> bool {
    let Need::Fact { fact, is } = &mandate.needs else { return true };
    looked.get(fact.as_str()).is_some_and(|values| values.iter().all(|value| is.contains(value)))
}

fn holds<'w>(memory: &Memory, mandate: &Mandate, value: impl Fn(&str) -> Option<&'w str>) -> bool {
    match &mandate.needs {
        Need::Fact { fact, is } => value(fact.as_str()).is_some_and(|found| is.iter().any(|one| one.as_str() == found)),
        Need::Approvals { count, by_different_people: false, .. } => memory.standing.len() >= *count,
        Need::Approvals { count, by_different_people: true, .. } => {
            let people: BTreeSet<_> = memory.standing.values().map(|approval| approval.by).collect();
            people.len() >= *count
        }
    }
}

/// Whether an approval in this person's place is one of the roles that the mandate names.
fn is_one_of_theirs(seat: PersonId, mandate: &Mandate) -> bool {
    let Need::Approvals { roles, .. } = &mandate.needs else { return true };
    roles.is_empty() || roles.iter().any(|role| has_role(seat, role.as_str()))
}

fn counts(step: &Step, mandate: &Mandate) -> bool {
    match (&step.kind, &mandate.needs) {
        // What another organ does with a package approves nothing.
        (StepKind::Approve(_), Need::Approvals { .. }) if step.handoff.is_some() => false,
        (StepKind::Approve(approve), Need::Approvals { roles, .. }) => {
            let instead = approve.limits.nobody.as_ref().is_none_or(|instead| asks(instead, roles));
            !approve.limits.initiator_may_decide && (roles.is_empty() || asks(&approve.by, roles) && instead)
        }
        (_, _) => false,
    }
}

/// Whether another branch of a parallel step around this one has a step that writes: an approval beside it never counts.
fn others_write(definition: &Definition, step: &Step) -> bool {
    let branches = |step: &Step| {
        let mut around = BTreeMap::new();
        let mut current = definition.split_around(step);
        while let Some((parallel, branch)) = current {
            around.insert(parallel.name.clone(), branch);
            current = definition.split_around(parallel);
        }
        around
    };
    let own = branches(step);
    let writers = definition.steps.iter().filter(|other| !edits(definition, &other.name).is_empty());
    writers.into_iter().any(|other| branches(other).iter().any(|(name, no)| own.get(name).is_some_and(|own| own != no)))
}

fn asks(who: &Who, roles: &[RoleName]) -> bool {
    match who {
        Who::Role { role, .. } => roles.contains(role),
        Who::Union(all) => all.iter().all(|who| asks(who, roles)),
        Who::Chosen(choosing) => asks(&choosing.from, roles),
        Who::Initiator | Who::People(_) | Who::Item | Who::Manager { .. } => false,
    }
}

fn edits<'d>(definition: &'d Definition, step: &StepName) -> &'d [FieldName] {
    definition.step(step).map(Step::edits).unwrap_or_default()
}
