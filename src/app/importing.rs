//! Imports: a file is judged whole, outside any transaction, and then written whole or not at all. What was written
//! meanwhile is noticed, and the file judged anew.

use std::{collections::BTreeSet, sync::Arc};

use super::{App, Failure};
use crate::{
    domain::{
        import_organisation,
        import_projects::{self, Known},
        import_published::{self, Placement},
        import_report::ImportReport,
        project::{BudgetCategory, Instrument, Nature, ProjectRow},
    },
    engine::{Directory, Organisation, people::OrgKind},
    ids::PersonId,
    language::Text,
    store::{self, Tx, directory::OrganisationRow},
};

/// How often a file is judged anew because somebody else wrote what it was judged against.
const JUDGED_TIMES_MAX: usize = 5;

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many rows were written.
    pub written: usize,
    /// Every row, accepted or refused, and why.
    pub report: ImportReport,
}

/// What is to become of a file with refused rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing of it is written.
    StopAll,
    /// The accepted rows are written without them.
    LeaveOut,
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure {
    /// The file as a whole cannot be read; the sentence says why.
    #[error("{}", .0.en)]
    Unreadable(Text),
    /// Something of ours failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<store::Error> for ImportFailure {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl App {
    /// Imports the organisations of an XLSX sheet: all of its rows, or none.
    ///
    /// # Errors
    /// [`ImportFailure`]; nothing is written then.
    pub async fn import_organisation(&self, xlsx: Vec<u8>) -> Result<Imported, ImportFailure> {
        let xlsx = Arc::new(xlsx);
        for _ in 0..JUDGED_TIMES_MAX {
            let version = store::directory::version(self.store().read()).await?;
            let directory = self.directory(self.store().read()).await?;
            let file = Arc::clone(&xlsx);
            let judge = move || import_organisation::import_organisation(&file, &directory.organisations);
            let import = judged(judge).await?;
            let (written, app) = (import.rows.len(), self.clone());
            let write = move |tx| async move { app.add_organisations(&tx, version, import.rows).await };
            if written == 0 || retry_if_stale(self.store().write(write).await)? {
                return Ok(Imported { written, report: import.report });
            }
        }
        Err(Failure::from(store::Error::Stale("the organisation")).into())
    }

    /// Imports the projects of an XLSX sheet: all of its rows, or none.
    ///
    /// # Errors
    /// [`ImportFailure`]; nothing is written then.
    pub async fn import_projects(&self, xlsx: Vec<u8>) -> Result<Imported, ImportFailure> {
        let xlsx = Arc::new(xlsx);
        for _ in 0..JUDGED_TIMES_MAX {
            let directory = self.directory(self.store().read()).await?;
            let codes = store::projects::all_codes(self.store().read()).await?;
            let known = Known { units: units_of(&directory), projects: codes.into_iter().collect() };
            let file = Arc::clone(&xlsx);
            let import = judged(move || import_projects::import_projects(&file, &known)).await?;
            if let Some(written) = self.written(import.rows).await? {
                return Ok(Imported { written, report: import.report });
            }
        }
        Err(Failure::from(store::Error::Stale("the projects")).into())
    }

    /// Imports published tables as projects of `default_unit`, where their own unit is not one of ours: all of them or
    /// none, or all that are accepted, as `refused` says.
    ///
    /// # Errors
    /// [`ImportFailure`]; nothing is written then.
    pub async fn import_published(
        &self,
        json: Vec<u8>,
        default_unit: Option<String>,
        refused: Refused,
    ) -> Result<Imported, ImportFailure> {
        let json = Arc::new(json);
        for _ in 0..JUDGED_TIMES_MAX {
            let directory = self.directory(self.store().read()).await?;
            if let Some(unit) = default_unit.as_ref().filter(|unit| !units_of(&directory).contains(*unit)) {
                let zh = format!("归入单位“{unit}”不在机构树中");
                return Err(ImportFailure::Unreadable(Text::new(zh, format!("“{unit}” is no unit of this place"))));
            }
            let taken = store::projects::all_codes(self.store().read()).await?.into_iter().collect();
            let placement = placement(&directory, default_unit.clone(), taken);
            let file = Arc::clone(&json);
            let import = judged(move || import_published::import_published(&file, &placement)).await?;
            let whole = import.report.refused() == 0 || refused == Refused::LeaveOut;
            let taken = if whole { import.projects } else { Vec::new() };
            if let Some(written) = self.written(taken.into_iter().map(|one| one.project).collect()).await? {
                return Ok(Imported { written, report: import.report });
            }
        }
        Err(Failure::from(store::Error::Stale("the projects")).into())
    }

    /// Writes projects that were judged outside a transaction; `None` when one of their codes was taken meanwhile, which
    /// the table itself refuses.
    async fn written(&self, projects: Vec<ProjectRow>) -> Result<Option<usize>, Failure> {
        let (written, app) = (projects.len(), self.clone());
        if written == 0 {
            return Ok(Some(0));
        }
        let rows = projects.into_iter().map(|project| (project, None)).collect();
        let done = self.store().write(move |tx| async move { app.add_projects(&tx, rows).await }).await;
        Ok(retry_if_stale(done)?.then_some(written))
    }

    /// Writes organisations that were judged against `version` of the directory.
    async fn add_organisations(&self, tx: &Tx, version: i64, organisations: Vec<Organisation>) -> Result<(), Failure> {
        if store::directory::lock(tx).await? != version {
            return Err(store::Error::Stale("the organisation").into());
        }
        let rows = organisations.into_iter().map(|org| OrganisationRow {
            code: org.code.to_string(),
            parent: org.parent.map(|parent| parent.to_string()),
            kind: kind_code(org.kind).to_owned(),
            name_zh: org.name.zh,
            name_en: org.name.en,
            path: org.path,
        });
        store::directory::add_organisations(tx, rows.collect()).await?;
        self.look_again(tx).await
    }

    /// Writes checked projects with who leads them.
    pub(super) async fn add_projects(
        &self,
        tx: &Tx,
        projects: Vec<(ProjectRow, Option<PersonId>)>,
    ) -> Result<(), Failure> {
        let directory = self.directory(tx).await?;
        let rows = projects.into_iter().map(|(project, leader)| {
            let unit = directory.organisations.get(&project.unit.as_str().into());
            store::projects::ProjectRow {
                id: self.sources().new_id(),
                code: project.code,
                name: project.name,
                org_path: unit.map(|unit| unit.path.clone()).unwrap_or_default(),
                unit: project.unit,
                nature: project.nature.code().to_owned(),
                category: project.category.code().to_owned(),
                instrument: project.instrument.code().to_owned(),
                is_new_major: project.is_new_major,
                total_fen: project.total.fen(),
                start_year: project.start_year,
                end_year: project.end_year,
                description: project.description,
                leader,
                source: project.source,
                created_at: self.now(),
            }
        });
        Ok(store::projects::insert(tx, rows.collect()).await?)
    }
}

/// Judges a file on a thread of its own: a large one takes seconds.
pub(super) async fn judged<T, J>(judge: J) -> Result<T, ImportFailure>
where
    T: Send + 'static,
    J: FnOnce() -> Result<T, Text> + Send + 'static,
{
    let judged = tokio::task::spawn_blocking(judge).await.map_err(Failure::broken)?;
    judged.map_err(ImportFailure::Unreadable)
}

/// False when the file has to be judged anew, because somebody else wrote what it was judged against.
fn retry_if_stale(done: Result<(), Failure>) -> Result<bool, Failure> {
    match done {
        Ok(()) => Ok(true),
        Err(Failure::Store(store::Error::Stale(_) | store::Error::Duplicate(_))) => Ok(false),
        Err(failure) => Err(failure),
    }
}

const fn kind_code(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::District => "district",
        OrgKind::Department => "department",
        OrgKind::Unit => "unit",
        OrgKind::Section => "section",
    }
}

/// What published tables do not say.
fn placement(directory: &Directory, default_unit: Option<String>, taken: BTreeSet<String>) -> Placement {
    let units = directory.organisations.values().filter(|org| org.kind != OrgKind::District);
    let named = units.flat_map(|org| {
        let code = org.code.to_string();
        [(code.clone(), code.clone()), (org.name.zh.clone(), code)]
    });
    Placement {
        units: named.collect(),
        default_unit,
        category: BudgetCategory::General,
        instrument: Instrument::Direct,
        nature: Nature::Recurring,
        is_new_major: false,
        taken,
    }
}

/// The organisations that may run a project: departments and their units.
fn units_of(directory: &Directory) -> BTreeSet<String> {
    directory
        .organisations
        .values()
        .filter(|org| matches!(org.kind, OrgKind::Unit | OrgKind::Department))
        .map(|org| org.code.to_string())
        .collect()
}
