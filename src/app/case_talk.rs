//! What stands beside a case: who reads along, what is said about it, what its administrator may do.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{App, Failure, Viewer, loading::Around, shown::Choice, words};
use crate::{
    clock::Instant,
    engine::{Case, Directory, Event, Principal, Refusal, Status, halt, talk, who},
    ids::{CaseId, PersonId},
    language::Text,
    store::{self, journal::JournalRow, remarks::RemarkRow},
};

/// What stands beside a case.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Beside {
    /// Since when and why it is suspended.
    pub pause: Option<PauseView>,
    /// Whether the person who looks may suspend, resume and terminate it.
    pub may_administer: bool,
    /// Whether the person who looks may copy people in and speak.
    pub takes_part: bool,
    /// Who reads along.
    pub copies: Vec<CopyView>,
    /// Who could be copied in.
    pub readers: Vec<Choice>,
    /// What was said, the first first.
    pub remarks: Vec<RemarkView>,
    /// Who can be asked to answer.
    pub askable: Vec<Choice>,
}

/// Why a case is suspended.
#[derive(Debug, Clone, Serialize)]
pub struct PauseView {
    /// Since when.
    pub since: Instant,
    /// Why.
    pub reason: String,
}

/// Somebody who reads along.
#[derive(Debug, Clone, Serialize)]
pub struct CopyView {
    /// Their name.
    pub name: String,
    /// Since when.
    pub at: Instant,
    /// When they read it.
    pub read_at: Option<Instant>,
}

/// Something that was said.
#[derive(Debug, Clone, Serialize)]
pub struct RemarkView {
    /// Its number in the thread.
    pub no: i64,
    /// Who.
    pub who: String,
    /// Who is asked to answer.
    pub asked: Option<String>,
    /// When.
    pub at: Instant,
    /// What.
    pub words: String,
    /// Whether the words are no longer those that the journal proves.
    pub altered: bool,
}

impl App {
    pub(super) async fn beside(
        &self,
        viewer: &Viewer,
        (case, around): (&Case, &Around),
        journal: &[JournalRow],
    ) -> Result<Beside, Failure> {
        let db = self.store().read();
        let s = around.surroundings(self);
        let directory = &around.directory;
        let copies = store::copies::of_case(db, case.id).await?;
        let (remarks, hashes) = (store::remarks::of_case(db, case.id).await?, hashes(journal)?);
        let running = case.status == Status::Running;
        let takes_part = running && talk::takes_part(case, viewer.person, &s);
        let askable = if takes_part { parties(case, &s) } else { Vec::new() };
        let reads = |person: &PersonId| copies.iter().any(|copy| copy.person_id == *person);
        let others = directory.people.values().filter(|p| p.active && p.id != viewer.person && !reads(&p.id));
        Ok(Beside {
            pause: pause(case, journal)?,
            may_administer: running && halt::may_administer(case, viewer.person, &s),
            takes_part,
            readers: if takes_part {
                others.map(|person| choice(directory, person.id, s.now)).collect()
            } else {
                Vec::new()
            },
            copies: copies
                .iter()
                .map(|copy| CopyView {
                    name: words::person(directory, copy.person_id),
                    at: copy.at,
                    read_at: copy.read_at,
                })
                .collect(),
            remarks: remarks.into_iter().map(|remark| remark_view(remark, directory, &hashes)).collect(),
            askable: askable
                .into_iter()
                .filter(|person| *person != viewer.person)
                .map(|person| choice(directory, person, s.now))
                .collect(),
        })
    }

    /// The thread of a case.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such case or it is not for this person.
    pub async fn remark_records(&self, viewer: &Viewer, case: CaseId) -> Result<Vec<RemarkRow>, Failure> {
        let db = self.store().read();
        store::case_reads::find(db, &viewer.scope, case).await?.ok_or(Refusal::NotFound)?;
        Ok(store::remarks::of_case(db, case).await?)
    }

    /// The person has read a case that they were copied in on; doing it twice is doing it once.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is not for this person.
    pub async fn read_copy(&self, viewer: &Viewer, case: CaseId) -> Result<(), Failure> {
        let db = self.store().read();
        store::case_reads::find(db, &viewer.scope, case).await?.ok_or(Refusal::NotFound)?;
        self.mark_read(viewer, case).await
    }

    pub(super) async fn mark_read(&self, viewer: &Viewer, case: CaseId) -> Result<(), Failure> {
        let copies = store::copies::of_case(self.store().read(), case).await?;
        if !copies.iter().any(|copy| copy.person_id == viewer.person && copy.read_at.is_none()) {
            return Ok(());
        }
        let (person, now) = (viewer.person, self.now());
        let mark = move |tx| async move { Ok::<_, Failure>(store::copies::mark_read(&tx, case, person, now).await?) };
        self.store().write(mark).await
    }
}

/// Everybody who takes part today.
fn parties(case: &Case, s: &crate::engine::Surroundings<'_>) -> Vec<PersonId> {
    let mut people: BTreeSet<PersonId> = case.acted.values().flatten().copied().collect();
    people.insert(case.acting_initiator());
    for task in case.tasks.values() {
        people.extend(who::actors(&task.candidates, &task.barred, s));
    }
    let copied: Vec<Principal> = case.copied.keys().cloned().collect();
    people.extend(who::actors(&copied, &BTreeSet::new(), s));
    people.retain(|person| s.people.people.get(person).is_some_and(|known| known.active));
    people.into_iter().collect()
}

/// A person to choose, with the post by which others know them.
pub(super) fn choice(directory: &Directory, person: PersonId, now: Instant) -> Choice {
    let name = words::person(directory, person);
    let post = directory.appointments_of(person, who::day_of(now)).next().map(|held| {
        let (org, role) = (words::organisation(directory, held.org.as_str()), words::role(&held.role));
        (format!("（{}{}）", org.zh, role.zh), format!(" ({}, {})", role.en, org.en))
    });
    let (zh, en) = post.unwrap_or_default();
    Choice::new(&person.to_string(), Text::new(format!("{name}{zh}"), format!("{name}{en}")), "")
}

/// The hashes of the thread, as the journal has them.
fn hashes(journal: &[JournalRow]) -> Result<Vec<(i64, String)>, Failure> {
    let mut hashes = Vec::new();
    for row in journal.iter().filter(|row| row.command == "remark") {
        let events: Vec<Event> = serde_json::from_str(&row.events).map_err(Failure::broken)?;
        for event in events {
            if let Event::Remarked { no, hash, .. } = event {
                hashes.push((no.into(), hash));
            }
        }
    }
    Ok(hashes)
}

fn remark_view(remark: RemarkRow, directory: &Directory, hashes: &[(i64, String)]) -> RemarkView {
    let hash = talk::remark_hash(&remark.words);
    RemarkView {
        altered: !hashes.iter().any(|(no, proven)| *no == remark.no && *proven == hash),
        no: remark.no,
        who: words::person(directory, remark.person_id),
        asked: remark.asked.map(|asked| words::person(directory, asked)),
        at: remark.at,
        words: remark.words,
    }
}

fn pause(case: &Case, journal: &[JournalRow]) -> Result<Option<PauseView>, Failure> {
    let Some(since) = case.suspended else { return Ok(None) };
    let mut reason = String::new();
    if let Some(row) = journal.iter().rev().find(|row| row.command == "suspend") {
        let events: Vec<Event> = serde_json::from_str(&row.events).map_err(Failure::broken)?;
        for event in events {
            if let Event::Suspended { reason: why, .. } = event {
                reason = why;
            }
        }
    }
    Ok(Some(PauseView { since, reason }))
}
