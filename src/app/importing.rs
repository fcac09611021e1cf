//! Imports: a file is judged whole, and then written whole or not at all.

use std::collections::BTreeSet;

use super::{App, Failure};
use crate::{
    domain::{
        import_projects::{self, Known},
        import_published::{self, Placement},
        import_report::ImportReport,
        project::{BudgetCategory, Instrument, Nature, ProjectRow},
    },
    engine::{Directory, people::OrgKind},
    ids::PersonId,
    language::Text,
    store::{self, Tx},
};

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many projects were written: all of the file's, or none.
    pub written: usize,
    /// Every row, accepted or refused, and why.
    pub report: ImportReport,
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
    /// Imports the projects of an XLSX sheet.
    ///
    /// # Errors
    /// [`ImportFailure`]; nothing is written then.
    pub async fn import_projects(&self, xlsx: Vec<u8>) -> Result<Imported, ImportFailure> {
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let directory = app.directory(&tx).await?;
                let codes = store::projects::all_codes(&tx).await?;
                let known = Known { units: units_of(&directory), projects: codes.into_iter().collect() };
                let import = import_projects::import_projects(&xlsx, &known).map_err(ImportFailure::Unreadable)?;
                let written = import.rows.len();
                app.add_projects(&tx, import.rows.into_iter().map(|row| (row, None)).collect()).await?;
                Ok(Imported { written, report: import.report })
            })
            .await
    }

    /// Imports published tables as projects of `default_unit`, where their own unit is not one of ours.
    ///
    /// # Errors
    /// [`ImportFailure`]; nothing is written then.
    pub async fn import_published(
        &self,
        json: Vec<u8>,
        default_unit: Option<String>,
    ) -> Result<Imported, ImportFailure> {
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let directory = app.directory(&tx).await?;
                let units = directory.organisations.values().filter(|org| org.kind != OrgKind::District);
                let named = units.flat_map(|org| {
                    let code = org.code.to_string();
                    [(code.clone(), code.clone()), (org.name.zh.clone(), code)]
                });
                let placement = Placement {
                    units: named.collect(),
                    default_unit,
                    category: BudgetCategory::General,
                    instrument: Instrument::Direct,
                    nature: Nature::Recurring,
                    is_new_major: false,
                    taken: store::projects::all_codes(&tx).await?.into_iter().collect(),
                };
                let import =
                    import_published::import_published(&json, &placement).map_err(ImportFailure::Unreadable)?;
                let projects: Vec<_> = import.projects.into_iter().map(|published| (published.project, None)).collect();
                let written = projects.len();
                app.add_projects(&tx, projects).await?;
                Ok(Imported { written, report: import.report })
            })
            .await
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

/// The organisations that may run a project: departments and their units.
fn units_of(directory: &Directory) -> BTreeSet<String> {
    directory
        .organisations
        .values()
        .filter(|org| matches!(org.kind, OrgKind::Unit | OrgKind::Department))
        .map(|org| org.code.to_string())
        .collect()
}
