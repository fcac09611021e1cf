//! What a person sees of a case's form: the one door that every page, answer, file and journal asks.
//!
//! Deny wins. Whoever has or had a task of a step that hides a field does not see it, whatever else lets them read the
//! case; what they wrote themselves they know. Whoever reads the case because they were copied in, and for no other
//! reason, sees what they were granted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    case::Case,
    deputy::Substitution,
    event::Event,
    handing_over::Held,
    people::Principal,
    surroundings::Surroundings,
    tasks::TaskEvent,
    who::{self, day_of},
};
use crate::{
    clock::Instant,
    definition::{Definition, FieldName, Form, Step, StepKind, StepName, Value},
    ids::{AttachmentId, PersonId},
};

/// By what somebody was copied in, and so what they may see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopiedBy {
    /// A step of the workflow, which says what its copies may see.
    Step(StepName),
    /// A person, who shows no more than they see.
    Person(PersonId),
}

/// Who was asked, wrote and was copied in, as far as what they see depends on it. Nothing is ever taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Involved {
    /// Who was asked in each step, each since when.
    pub asked: BTreeMap<StepName, BTreeMap<Principal, Instant>>,
    /// Who wrote each field.
    pub wrote: BTreeMap<FieldName, BTreeSet<PersonId>>,
}

impl Involved {
    /// Keeps what `event` tells of it; called before the event is applied.
    pub(super) fn learn(case: &mut Case, event: &Event) {
        if let Event::TaskOpened { task } = event {
            let asked = case.involved.asked.entry(task.step.clone()).or_default();
            for principal in &task.candidates {
                asked.entry(principal.clone()).or_insert(task.opened_at);
            }
        } else if let Event::OnTask(TaskEvent::TaskTransferred { task, to, .. }) = event {
            if let Some(task) = case.tasks.get(task) {
                let asked = case.involved.asked.entry(task.step.clone()).or_default();
                asked.entry(Principal::Person(*to)).or_insert(task.opened_at);
            }
        } else if let Event::HandedOver { what: Held::Task(task), to, by_name: true, .. } = event {
            if let Some(task) = case.tasks.get(task) {
                let asked = case.involved.asked.entry(task.step.clone()).or_default();
                asked.entry(Principal::Person(*to)).or_insert(task.opened_at);
            }
        } else if let Event::FieldsSaved { task, by, fields, .. } = event {
            let activation = case.tasks.get(task).and_then(|task| case.activations.get(&task.activation));
            let deputies = activation.into_iter().flat_map(|activation| &activation.deputies);
            let deputies: Vec<_> = deputies.filter(|(_, of)| *of == by).map(|(deputy, _)| *deputy).collect();
            for field in fields.keys() {
                case.involved.wrote.entry(field.clone()).or_default().extend(deputies.iter().chain([by]));
            }
        }
    }
}

/// What a person sees of a case's form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    hidden: BTreeSet<FieldName>,
}

impl Sight {
    /// What `person` sees. `reads_anyway` says whether they may read the case without being copied in: as one of its
    /// organisation, or of those who read everything.
    #[must_use]
    pub fn of(
        definition: &Definition,
        case: &Case,
        (person, reads_anyway): (PersonId, bool),
        s: &Surroundings<'_>,
    ) -> Self {
        if !definition.hides_anything() {
            return Self::default();
        }
        let look = Look { definition, case, s, today: day_of(s.now) };
        Self { hidden: look.hidden_from(person, reads_anyway, &mut BTreeSet::new()) }
    }

    /// Whether nothing is hidden.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.hidden.is_empty()
    }

    /// Whether a field is seen.
    #[must_use]
    pub fn sees(&self, field: &FieldName) -> bool {
        !self.hidden.contains(field)
    }

    /// The form as it is seen: what is hidden is not there.
    #[must_use]
    pub fn of_form(&self, form: &Form) -> Form {
        form.iter().filter(|(name, _)| self.sees(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// What happened, as it is seen: what was written into hidden fields is not there.
    #[must_use]
    pub fn of_events(&self, journal: Vec<Vec<Event>>) -> Vec<Vec<Event>> {
        if self.is_whole() {
            return journal;
        }
        let unseen = self.files(journal.iter().flatten()).1;
        let mut journal = journal;
        for event in journal.iter_mut().flatten() {
            if let Event::FieldsSaved { fields, cleared, .. } = event {
                fields.retain(|name, _| self.sees(name));
                cleared.retain(|name| self.sees(name));
            } else if let Event::Started { carried, .. } = event {
                carried.retain(|name, _| self.sees(name));
            } else if let Event::TaskDecided { files_seen, .. } = event {
                files_seen.retain(|hash| !unseen.contains(hash));
            }
        }
        journal
    }

    /// Whether a file is seen: it was put into a field that is seen, and never into one that is not.
    #[must_use]
    pub fn of_file<'e>(&self, file: AttachmentId, journal: impl IntoIterator<Item = &'e Event>) -> bool {
        self.is_whole() || self.files(journal).0.get(&file).copied().unwrap_or_default()
    }

    /// Every file that was ever put into the form with whether it is seen, and the hashes of those that are not.
    fn files<'e>(
        &self,
        journal: impl IntoIterator<Item = &'e Event>,
    ) -> (BTreeMap<AttachmentId, bool>, BTreeSet<String>) {
        let (mut seen, mut unseen) = (BTreeMap::new(), BTreeSet::new());
        for event in journal {
            let Event::FieldsSaved { fields, .. } = event else { continue };
            for (name, value) in fields {
                let Value::Files(files) = value else { continue };
                for file in files {
                    *seen.entry(file.id).or_insert(true) &= self.sees(name);
                    if !self.sees(name) {
                        unseen.insert(file.hash.clone());
                    }
                }
            }
        }
        (seen, unseen)
    }
}

/// A case with the organisation of a day.
struct Look<'a> {
    definition: &'a Definition,
    case: &'a Case,
    s: &'a Surroundings<'a>,
    today: NaiveDate,
}

impl Look<'_> {
    /// `passed` holds those whose own sight is being asked for, since copies may go in a circle.
    fn hidden_from(
        &self,
        person: PersonId,
        reads_anyway: bool,
        passed: &mut BTreeSet<PersonId>,
    ) -> BTreeSet<FieldName> {
        let steps: Vec<_> = self.definition.steps.iter().filter(|step| self.is_of(step, person)).collect();
        let mut hidden: BTreeSet<_> = steps.iter().flat_map(|step| self.definition.hidden_at(step)).collect();
        if !reads_anyway && !self.case.is_initiated_by(person) && steps.is_empty() {
            hidden.extend(self.not_granted(person, passed));
        }
        let writes: BTreeSet<_> = self.open_steps(person).into_iter().flat_map(Step::edits).collect();
        hidden.retain(|field| {
            let wrote = self.case.involved.wrote.get(field).is_some_and(|people| people.contains(&person));
            !wrote && !writes.contains(field)
        });
        hidden
    }

    /// What none of the copies that somebody got lets them see; nothing where they were not copied in at all.
    fn not_granted(&self, person: PersonId, passed: &mut BTreeSet<PersonId>) -> BTreeSet<FieldName> {
        if !passed.insert(person) {
            return self.definition.form.iter().map(|field| field.name.clone()).collect();
        }
        let copies = self.case.copied.iter().filter(|(to, _)| self.is_or_was(to, person, self.case.started_at));
        let mut hidden: Option<BTreeSet<FieldName>> = None;
        for by in copies.flat_map(|(_, by)| by) {
            let kept = match by {
                CopiedBy::Step(step) => {
                    let step = self.definition.step(step);
                    step.map(|step| self.definition.hidden_at(step)).unwrap_or_default()
                }
                CopiedBy::Person(giver) => self.hidden_from(*giver, false, passed),
            };
            hidden = Some(match hidden {
                None => kept,
                Some(before) => &before & &kept,
            });
        }
        passed.remove(&person);
        hidden.unwrap_or_default()
    }

    /// Whether somebody has or had a task of this step, also in the place of another one.
    fn is_of(&self, step: &Step, person: PersonId) -> bool {
        if self.case.acted.get(&step.name).is_some_and(|people| people.contains(&person)) {
            return true;
        }
        let never = matches!(&step.kind, StepKind::Approve(approve) if !approve.limits.initiator_may_decide);
        let Some(asked) =
            self.case.involved.asked.get(&step.name).filter(|_| !never || !self.case.is_initiated_by(person))
        else {
            return false;
        };
        asked.iter().any(|(principal, since)| {
            let stands = |one: &&Substitution| one.deputy == person && self.overlaps(one, *since);
            self.is_or_was(principal, person, *since)
                || self
                    .s
                    .people
                    .substitutions
                    .iter()
                    .filter(stands)
                    .any(|s| self.is_or_was(principal, s.person, *since))
        })
    }

    /// The steps whose open tasks somebody may act on.
    fn open_steps(&self, person: PersonId) -> Vec<&Step> {
        let stands_for: Vec<_> = self.s.people.stood_for(person, &self.case.workflow, self.today).collect();
        let mine = self.case.tasks.values().filter(|task| {
            let actors = who::actors(&task.candidates, &task.barred, self.s);
            actors.iter().any(|actor| *actor == person || stands_for.contains(actor))
        });
        mine.filter_map(|task| self.definition.step(&task.step)).collect()
    }

    /// Whether `principal` means somebody today, or meant them on any day since.
    fn is_or_was(&self, principal: &Principal, person: PersonId, since: Instant) -> bool {
        match principal {
            Principal::Person(one) => *one == person,
            Principal::Role(role, org) => self.s.people.appointments.iter().any(|held| {
                held.person == person
                    && held.role == *role
                    && org.as_ref().is_none_or(|org| held.org == *org)
                    && held.from <= self.today
                    && held.until.is_none_or(|until| day_of(since) <= until)
            }),
        }
    }

    fn overlaps(&self, one: &Substitution, since: Instant) -> bool {
        let workflow = one.workflows.is_empty() || one.workflows.contains(&self.case.workflow);
        workflow && one.from <= self.today && day_of(since) <= one.until
    }
}
