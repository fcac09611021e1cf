//! Drafts of definitions: begun, written, brought up to date and given up by their author or whoever took them over, read by whoever decides.

use std::collections::BTreeSet;

use chrono::Datelike as _;

use super::{App, Caller, Failure, Viewer, approved, library, library::LibraryFile, rehearsal};
use crate::{
    clock::ZONE,
    definition::{
        Definition, check,
        problem::{Problem, Severity},
    },
    engine::{Case, DefinitionRefusal, Refusal},
    ids::{DraftId, PersonId},
    store::{
        self, Source, Tx,
        cases::{self, CaseRow},
        definitions::{self, DefinitionRow},
        drafts::{self, DraftChange, DraftRow},
    },
    verify::{Certificate, scenarios},
};

/// Who writes definitions.
pub const WRITES_DEFINITIONS: &[&str] = &["workflow-admin"];
/// Who reads drafts without taking part in a case about them.
const READS_DRAFTS: &[&str] = &["workflow-admin", "security-admin", "audit-admin"];
/// Characters of a workflow's name at most.
const NAME_CHARS_MAX: usize = 60;

/// A draft as it stands.
#[derive(Debug, Clone)]
pub struct DraftState {
    /// The draft.
    pub row: DraftRow,
    /// What is wrong with it or with its scenarios; empty when it could be put forward. What is about scenarios names
    /// their file.
    pub problems: Vec<Problem>,
    /// What is worth a look before it is put forward or approved.
    pub remarks: Vec<Problem>,
    /// What it says, where nothing is wrong with it by itself.
    pub definition: Option<Definition>,
    /// The version it would take the place of.
    pub live: Option<DefinitionRow>,
    /// Whether another version went live since it was begun.
    pub outdated: bool,
    /// The cases about it, latest first.
    pub cases: Vec<CaseRow>,
    /// The case that decides on it now.
    pub running: Option<CaseRow>,
    /// Who writes it now: its author, or whoever took over the case about it when they left.
    pub writer: PersonId,
    /// Whether the person who looks may change its text now.
    pub may_write: bool,
}

/// What was found in a draft.
struct Judged {
    /// What it says and what was proven of it, where nothing is wrong with it by itself.
    definition: Option<(Definition, Certificate)>,
    /// What is wrong with it, or else with its scenarios.
    problems: Vec<Problem>,
    /// What is worth knowing besides.
    remarks: Vec<Problem>,
}

impl App {
    /// The draft that `viewer` writes of a workflow: the open one they began, or one they took over, or a new one that
    /// starts from what is live. Whoever comes back is led to the draft that passed on without them.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever writes no definitions, [`DefinitionRefusal::NoWorkflowName`].
    pub async fn begin_draft(&self, viewer: &Viewer, workflow: &str) -> Result<DraftId, Failure> {
        must_write(viewer)?;
        if !is_a_name(workflow) {
            return Err(Refusal::from(DefinitionRefusal::NoWorkflowName).into());
        }
        let (app, workflow, author) = (self.clone(), workflow.to_owned(), viewer.person);
        self.store()
            .write(move |tx| async move {
                if let Some(open) = open_of(&tx, &workflow, author).await? {
                    return Ok(open);
                }
                let versions = definitions::versions(&tx, &workflow).await?;
                let base = base_of(&versions);
                let (id, now) = (app.sources().new_id(), app.now());
                // A version from before scenarios were kept starts from those of the place.
                let kept = base.and_then(|base| base.scenarios.clone());
                let path = format!("{workflow}{}", scenarios::SUFFIX);
                let row = DraftRow {
                    id,
                    scenarios: kept.unwrap_or_else(|| library::named(app.files(), &path).1),
                    author,
                    based_on: base.map(|base| base.hash.clone()),
                    source: base.map_or_else(|| blank(&workflow), |base| base.source.clone()),
                    workflow,
                    state: drafts::OPEN.to_owned(),
                    begun_at: now,
                    changed_at: now,
                    closed_at: None,
                    revision: 1,
                };
                drafts::insert(&tx, row).await?;
                Ok(id)
            })
            .await
    }

    /// Keeps the text of a draft and of its scenarios, with whatever problems they have; `None` leaves the scenarios as
    /// they are. Repeating what was kept changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for everybody but who writes it; [`DefinitionRefusal::DraftChanged`] when it is at another
    /// revision, [`DefinitionRefusal::DraftLocked`] while a case decides on it and does not ask them for it,
    /// [`DefinitionRefusal::DraftApproved`] once it was approved as it stands.
    pub async fn save_draft(
        &self,
        viewer: &Viewer,
        id: DraftId,
        (revision, source, scenarios): (i64, &str, Option<&str>),
    ) -> Result<i64, Failure> {
        let source = readable(source)?;
        let scenarios = scenarios.map(readable).transpose()?;
        self.change_draft(viewer, id, move |row, _| {
            let scenarios = scenarios.unwrap_or_else(|| row.scenarios.clone());
            if row.source == source && row.scenarios == scenarios {
                return Ok(());
            }
            if row.revision != revision {
                return Err(DefinitionRefusal::DraftChanged.into());
            }
            (row.source, row.scenarios) = (source, scenarios);
            Ok(())
        })
        .await
    }

    /// Says that a draft has taken in what is live now. Its text stays: what to take over is its author's to decide.
    ///
    /// # Errors
    /// As [`App::save_draft`].
    pub async fn rebase_draft(&self, viewer: &Viewer, id: DraftId) -> Result<i64, Failure> {
        self.change_draft(viewer, id, |row, versions| {
            row.based_on = base_of(versions).map(|base| base.hash.clone());
            Ok(())
        })
        .await
    }

    /// Gives a draft up.
    ///
    /// # Errors
    /// As [`App::save_draft`]; [`DefinitionRefusal::DraftLocked`] also while it waits to be put forward.
    pub async fn discard_draft(&self, viewer: &Viewer, id: DraftId) -> Result<(), Failure> {
        let (app, viewer) = (self.clone(), viewer.clone());
        self.store()
            .write(move |tx| async move {
                own(&tx, &viewer, id).await?;
                if let Some(case) = running(&tx, id).await? {
                    return Err(Refusal::from(DefinitionRefusal::DraftLocked { number: case.number }).into());
                }
                Ok(drafts::close(&tx, id, drafts::DISCARDED, app.now()).await?)
            })
            .await
    }

    async fn change_draft(
        &self,
        viewer: &Viewer,
        id: DraftId,
        change: impl FnOnce(&mut DraftRow, &[DefinitionRow]) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<i64, Failure> {
        let (app, viewer) = (self.clone(), viewer.clone());
        self.store()
            .write(move |tx| async move {
                let before = own(&tx, &viewer, id).await?;
                if let Some(case) = running(&tx, id).await?
                    && let Some(refusal) =
                        approved::keeps_from_writing(&app, &tx, (&read(&case)?, &before), viewer.person).await?
                {
                    return Err(refusal.into());
                }
                let versions = definitions::versions(&tx, &before.workflow).await?;
                let mut after = before.clone();
                change(&mut after, &versions)?;
                if after == before {
                    return Ok(before.revision);
                }
                let saved = DraftChange {
                    id,
                    expected_revision: before.revision,
                    source: after.source,
                    scenarios: after.scenarios,
                    based_on: after.based_on,
                    changed_at: app.now(),
                };
                drafts::save(&tx, saved).await?;
                Ok(before.revision + 1)
            })
            .await
    }

    /// A draft, for its author, the administrators, and whoever takes part in a case about it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn draft(&self, viewer: &Viewer, id: DraftId) -> Result<DraftState, Failure> {
        let db = self.store().read();
        let row = drafts::find(db, id).await?.ok_or(Refusal::NotFound)?;
        let cases = cases::of_draft(db, id).await?;
        let mut may_read = writers(&row, &cases)?.contains(&viewer.person) || viewer.holds_any(READS_DRAFTS);
        for case in &cases {
            may_read = may_read || store::case_reads::is_visible(db, &viewer.scope, case.id).await?;
        }
        if !may_read {
            return Err(Refusal::NotFound.into());
        }
        let versions = definitions::versions(db, &row.workflow).await?;
        let live = base_of(&versions).cloned();
        let running = cases.iter().find(|case| case.status == cases::RUNNING).cloned();
        let writer = writer_of(&row, &cases)?;
        let mut may_write =
            row.state == drafts::OPEN && writer == viewer.person && viewer.holds_any(WRITES_DEFINITIONS);
        if let Some(case) = running.as_ref().filter(|_| may_write) {
            let case = read(case)?;
            may_write = approved::keeps_from_writing(self, db, (&case, &row), viewer.person).await?.is_none();
        }
        let Judged { definition, problems, mut remarks } = self.judge_draft(db, &row).await?;
        remarks.retain(|remark| remark.severity == Severity::Warning);
        Ok(DraftState {
            outdated: live.as_ref().map(|live| &live.hash) != row.based_on.as_ref(),
            may_write,
            writer,
            row,
            problems,
            remarks,
            definition: definition.map(|(definition, _)| definition),
            live,
            cases,
            running,
        })
    }

    /// The open drafts, for whoever may read them all; nobody else is told of any.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn open_drafts(&self, viewer: &Viewer) -> Result<Vec<DraftRow>, Failure> {
        if !viewer.holds_any(READS_DRAFTS) {
            return Ok(Vec::new());
        }
        Ok(drafts::open(self.store().read()).await?)
    }

    /// What a draft says, with what was proven of it, and every problem in it and in its scenarios, beside what is live.
    async fn judge_draft(&self, source: &impl Source, row: &DraftRow) -> Result<Judged, Failure> {
        let (mut live, mut told) = (Vec::new(), Vec::new());
        for other in definitions::all_current(source).await? {
            // One that today's policy does not know any more must not keep better ones from going live.
            let Ok(definition) = check::read(&other.source, self.vocabulary()) else { continue };
            live.push(definition);
            told.extend(other.scenarios.iter().map(|scenarios| rehearsal::beside(&other.workflow, scenarios)));
        }
        let file: LibraryFile = (format!("{}.yaml", row.workflow), row.source.clone());
        let mandates = self.mandates(source).await?;
        let mut checked = self.check(&[file], &live, mandates);
        if !checked.mandates.is_empty() {
            return Err(Failure::broken("the mandates in force cannot be read"));
        }
        let checked = checked.definitions.pop();
        let checked = checked.ok_or_else(|| Failure::broken("a draft that is no definition file"))?;
        let mut remarks = checked.remarks;
        let (definition, certificate) = match checked.result {
            Ok(proven) => proven,
            Err(problems) => return Ok(Judged { definition: None, problems, remarks }),
        };
        let beside: Vec<_> = live.iter().filter(|other| other.name != definition.name).collect();
        let rehearsed = self.rehearse_draft((&definition, &row.scenarios), &beside, told);
        remarks.extend(rehearsed.remarks);
        Ok(Judged { definition: Some((definition, certificate)), problems: rehearsed.problems, remarks })
    }

    /// The year of what is put forward now, by which its case is numbered.
    pub(super) fn calendar_year(&self) -> i32 {
        self.now().with_timezone(&ZONE).year()
    }
}

/// Refuses what cannot become the next version: a draft that is closed, outdated, unchanged or has problems. The draft
/// is locked, so that nothing changes behind the back of who relies on it.
pub(super) async fn check_ready(app: &App, tx: &Tx, id: DraftId) -> Result<(DraftRow, Certificate), Failure> {
    let row = drafts::load_for_update(tx, id).await?.ok_or(Refusal::NotFound)?;
    let refused = |refusal: DefinitionRefusal| Failure::from(Refusal::from(refusal));
    if row.state != drafts::OPEN {
        return Err(refused(DefinitionRefusal::DraftClosed));
    }
    let versions = definitions::versions(tx, &row.workflow).await?;
    let base = base_of(&versions);
    if base.map(|base| &base.hash) != row.based_on.as_ref() {
        return Err(refused(DefinitionRefusal::DraftOutdated));
    }
    if base.is_some_and(|base| base.is_current && base.hash == check::hash(&row.source)) {
        return Err(refused(DefinitionRefusal::DraftChangesNothing));
    }
    let Judged { definition, problems, .. } = app.judge_draft(tx, &row).await?;
    match definition {
        Some((_, certificate)) if problems.is_empty() => Ok((row, certificate)),
        Some(_) | None => Err(refused(DefinitionRefusal::DraftHasProblems { count: problems.len() })),
    }
}

/// The open draft, locked, if it is `by` who writes it.
pub(super) async fn own_by(tx: &Tx, by: &Caller, id: DraftId) -> Result<(Viewer, DraftRow), Failure> {
    let Caller::Person(viewer) = by else {
        return Err(Refusal::NotFound.into());
    };
    Ok((viewer.clone(), own(tx, viewer, id).await?))
}

async fn own(tx: &Tx, viewer: &Viewer, id: DraftId) -> Result<DraftRow, Failure> {
    must_write(viewer)?;
    let row = drafts::load_for_update(tx, id).await?.ok_or(Refusal::NotFound)?;
    if writer_of(&row, &cases::of_draft(tx, id).await?)? != viewer.person {
        return Err(Refusal::NotFound.into());
    }
    if row.state == drafts::OPEN { Ok(row) } else { Err(Refusal::from(DefinitionRefusal::DraftClosed).into()) }
}

/// The open draft that somebody writes of a workflow: their own before one they took over; or else the one they began,
/// which somebody else writes by now.
async fn open_of(tx: &Tx, workflow: &str, person: PersonId) -> Result<Option<DraftId>, Failure> {
    let mut found = Vec::new();
    for row in drafts::open(tx).await?.into_iter().filter(|row| row.workflow == workflow) {
        let (writes, began) = (writer_of(&row, &cases::of_draft(tx, row.id).await?)? == person, row.author == person);
        if writes || began {
            found.push((!writes, !began, row.id));
        }
    }
    Ok(found.into_iter().min().map(|(_, _, id)| id))
}

/// Who writes a draft now: its author, or whoever took the latest case about it over. What a draft holds passes with its
/// case; `cases` are those about it, latest first.
fn writer_of(row: &DraftRow, cases: &[CaseRow]) -> Result<PersonId, Failure> {
    let running = cases.iter().find(|case| case.status == cases::RUNNING);
    let latest = running.or_else(|| cases.first()).map(read).transpose()?;
    Ok(latest.map_or(row.author, |case| case.acting_initiator()))
}

/// Everybody who ever wrote a draft: its author, and who put it forward or took it over. They never decide on it.
pub(super) fn writers(row: &DraftRow, cases: &[CaseRow]) -> Result<BTreeSet<PersonId>, Failure> {
    let mut writers = BTreeSet::from([row.author]);
    for case in cases {
        writers.extend(read(case)?.initiators());
    }
    Ok(writers)
}

fn read(case: &CaseRow) -> Result<Case, Failure> {
    serde_json::from_str(&case.state).map_err(Failure::broken)
}

/// The case that decides on a draft.
pub(super) async fn running(source: &impl Source, id: DraftId) -> Result<Option<CaseRow>, Failure> {
    Ok(cases::of_draft(source, id).await?.into_iter().find(|case| case.status == cases::RUNNING))
}

fn must_write(viewer: &Viewer) -> Result<(), Refusal> {
    if viewer.holds_any(WRITES_DEFINITIONS) { Ok(()) } else { Err(Refusal::NotFound) }
}

/// The version that a draft of today starts from: what is live, or what was live last.
pub(super) fn base_of(versions: &[DefinitionRow]) -> Option<&DefinitionRow> {
    versions.iter().find(|row| row.is_current).or_else(|| versions.first())
}

/// A text as it is kept: lines end alike everywhere, and nothing is in it that nobody typed.
fn readable(text: &str) -> Result<String, Refusal> {
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(DefinitionRefusal::Unreadable.into());
    }
    Ok(text)
}

fn is_a_name(name: &str) -> bool {
    name.len() <= NAME_CHARS_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// What the draft of a new workflow begins with.
fn blank(workflow: &str) -> String {
    format!("workflow: {workflow}\n")
}
