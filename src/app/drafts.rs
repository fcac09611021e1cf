//! Drafts of definitions: begun, written, brought up to date and given up by their author, read by whoever decides.

use chrono::Datelike as _;

use super::{App, Caller, Failure, Viewer, library::LibraryFile, proving::Checked};
use crate::{
    clock::ZONE,
    definition::{
        Definition, check,
        problem::{Problem, Severity},
    },
    engine::{Case, DefinitionRefusal, Refusal, TaskKind},
    ids::DraftId,
    store::{
        self, Source, Tx,
        cases::{self, CaseRow},
        definitions::{self, DefinitionRow},
        drafts::{self, DraftChange, DraftRow},
    },
    verify::Certificate,
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
    /// What is wrong with it; empty when it could be put forward.
    pub problems: Vec<Problem>,
    /// What is worth a look before it is put forward or approved. What is about the shipped scenarios names their file.
    pub remarks: Vec<Problem>,
    /// What it says, where nothing is wrong with it.
    pub definition: Option<Definition>,
    /// The version it would take the place of.
    pub live: Option<DefinitionRow>,
    /// Whether another version went live since it was begun.
    pub outdated: bool,
    /// The cases about it, latest first.
    pub cases: Vec<CaseRow>,
    /// The case that decides on it now.
    pub running: Option<CaseRow>,
    /// Whether the person who looks may change its text now.
    pub may_write: bool,
}

impl App {
    /// The draft that `viewer` writes of a workflow: the open one, or a new one that starts from what is live.
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
                if let Some(open) = drafts::open_of(&tx, &workflow, author).await? {
                    return Ok(open.id);
                }
                let versions = definitions::versions(&tx, &workflow).await?;
                let base = base_of(&versions);
                let (id, now) = (app.sources().new_id(), app.now());
                let row = DraftRow {
                    id,
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

    /// Keeps the text of a draft, with whatever problems it has. Repeating what was kept changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for everybody but its author; [`DefinitionRefusal::DraftChanged`] when it is at another
    /// revision, [`DefinitionRefusal::DraftLocked`] while a case decides on it.
    pub async fn save_draft(
        &self,
        viewer: &Viewer,
        id: DraftId,
        (revision, source): (i64, &str),
    ) -> Result<i64, Failure> {
        let source = source.replace("\r\n", "\n");
        if source.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(Refusal::from(DefinitionRefusal::Unreadable).into());
        }
        self.change_draft(viewer, id, move |row, _| {
            if row.source == source {
                return Ok(());
            }
            if row.revision != revision {
                return Err(DefinitionRefusal::DraftChanged.into());
            }
            row.source = source;
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
                    && !is_being_written(&case)?
                {
                    return Err(Refusal::from(DefinitionRefusal::DraftLocked { number: case.number }).into());
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
        let mut may_read = row.author == viewer.person || viewer.holds_any(READS_DRAFTS);
        for case in &cases {
            may_read = may_read || store::case_reads::is_visible(db, &viewer.scope, case.id).await?;
        }
        if !may_read {
            return Err(Refusal::NotFound.into());
        }
        let versions = definitions::versions(db, &row.workflow).await?;
        let live = base_of(&versions).cloned();
        let running = cases.iter().find(|case| case.status == cases::RUNNING).cloned();
        let being_written = running.as_ref().map_or(Ok(true), is_being_written)?;
        let (checked, beside) = self.checked_draft(db, &row).await?;
        let mut remarks = checked.remarks;
        remarks.retain(|remark| remark.severity == Severity::Warning);
        let (definition, problems) = match checked.result {
            Ok((definition, _)) => (Some(definition), Vec::new()),
            Err(problems) => (None, problems),
        };
        remarks.extend(definition.iter().flat_map(|draft| self.rehearse_draft(draft, &beside)));
        Ok(DraftState {
            outdated: live.as_ref().map(|live| &live.hash) != row.based_on.as_ref(),
            may_write: row.state == drafts::OPEN
                && row.author == viewer.person
                && viewer.holds_any(WRITES_DEFINITIONS)
                && being_written,
            row,
            problems,
            remarks,
            definition,
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

    /// What a draft says, with what was proven of it, or every problem in it; and what is live beside it.
    async fn checked_draft(&self, source: &impl Source, row: &DraftRow) -> Result<(Checked, Vec<Definition>), Failure> {
        let live = definitions::all_current(source).await?;
        // One that today's policy does not know any more must not keep better ones from going live.
        let live: Vec<_> = live.iter().filter_map(|row| check::read(&row.source, self.vocabulary()).ok()).collect();
        let file: LibraryFile = (format!("{}.yaml", row.workflow), row.source.clone());
        let checked = self.check(&[file], &live).definitions.pop();
        let checked = checked.ok_or_else(|| Failure::broken("a draft that is no definition file"))?;
        Ok((checked, live))
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
    let (checked, _) = app.checked_draft(tx, &row).await?;
    match checked.result {
        Ok((_, certificate)) => Ok((row, certificate)),
        Err(problems) => Err(refused(DefinitionRefusal::DraftHasProblems { count: problems.len() })),
    }
}

/// The open draft, locked, if it is `by` who wrote it.
pub(super) async fn own_by(tx: &Tx, by: &Caller, id: DraftId) -> Result<(Viewer, DraftRow), Failure> {
    let Caller::Person(viewer) = by else {
        return Err(Refusal::NotFound.into());
    };
    Ok((viewer.clone(), own(tx, viewer, id).await?))
}

async fn own(tx: &Tx, viewer: &Viewer, id: DraftId) -> Result<DraftRow, Failure> {
    must_write(viewer)?;
    let row = drafts::load_for_update(tx, id).await?.filter(|row| row.author == viewer.person);
    let row = row.ok_or(Refusal::NotFound)?;
    if row.state == drafts::OPEN { Ok(row) } else { Err(Refusal::from(DefinitionRefusal::DraftClosed).into()) }
}

/// The case that decides on a draft.
pub(super) async fn running(source: &impl Source, id: DraftId) -> Result<Option<CaseRow>, Failure> {
    Ok(cases::of_draft(source, id).await?.into_iter().find(|case| case.status == cases::RUNNING))
}

/// Whether the case waits for its author, who may still change the draft then.
fn is_being_written(case: &CaseRow) -> Result<bool, Failure> {
    let case: Case = serde_json::from_str(&case.state).map_err(Failure::broken)?;
    Ok(case.tasks.values().any(|task| task.kind == TaskKind::Fill))
}

fn must_write(viewer: &Viewer) -> Result<(), Refusal> {
    if viewer.holds_any(WRITES_DEFINITIONS) { Ok(()) } else { Err(Refusal::NotFound) }
}

/// The version that a draft of today starts from: what is live, or what was live last.
pub(super) fn base_of(versions: &[DefinitionRow]) -> Option<&DefinitionRow> {
    versions.iter().find(|row| row.is_current).or_else(|| versions.first())
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
