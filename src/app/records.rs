//! Cases, journals, projects, inboxes and definitions as programs read them, within what a person may see.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    App, Failure, Key, Viewer, case_page,
    deadlines::{self, Statutory},
    loading, sight,
};
use crate::{
    definition::{Definition, FileRef},
    engine::{
        Case, Refusal,
        case::TaskNo,
        reminding::{Ahead, ahead},
    },
    ids::{CaseId, ProjectId},
    language::Text,
    policy::calendar::Calendar,
    store::{
        self,
        facts::FactRow,
        inbox::{self, InboxRow, List},
        journal::JournalRow,
        project_reads::{self, ListedProject},
        projects::ProjectRow,
    },
};

/// Rows of a page at most.
pub const ROWS_MAX: u64 = 200;

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

/// A case, with what one person sees of its form.
#[derive(Debug, Clone)]
pub struct CaseRecord {
    /// The case.
    pub case: Case,
    /// What it is called.
    pub title: Text,
    /// The deadlines in law for the whole of it.
    pub statutory: Vec<Statutory>,
    /// What still rings, by task.
    pub reminders: BTreeMap<TaskNo, Ahead>,
    /// The calendar by which deadlines are counted now.
    pub calendar: Arc<Calendar>,
}

impl App {
    /// A case, with what this person sees of its form, and what it is called.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none or it is not for this person.
    pub async fn case_record(&self, viewer: &Viewer, id: CaseId) -> Result<CaseRecord, Failure> {
        let db = self.store().read();
        let (case, sight) = self.seen_case(db, viewer, id).await?;
        let definition = self.definition(db, &case.definition).await?;
        let around = loading::around(self, db, &case.subject).await?.ok_or(Refusal::NotFound)?;
        let title = case_page::title_of(&case, &definition, &around.name);
        let statutory = deadlines::statutory(&definition, &case, (&around.calendar, self.policy()), self.now());
        let reminders = case.tasks.values().map(|task| (task.no, ahead(&definition, &case, task, &around.calendar)));
        let (reminders, calendar) = (reminders.collect(), around.calendar.clone());
        let case = Case { form: sight.of_form(&case.form), ..case };
        Ok(CaseRecord { case, title, statutory, reminders, calendar })
    }

    /// The journal of a case, oldest first, without what was written into fields that this person does not see.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none or it is not for this person.
    pub async fn journal_record(&self, viewer: &Viewer, id: CaseId) -> Result<Vec<JournalRow>, Failure> {
        let db = self.store().read();
        let (_, sight) = self.seen_case(db, viewer, id).await?;
        let mut rows = sight::of_journal(&sight, store::journal::of_case(db, id).await?)?;
        if !sight.is_whole() {
            // By the hash of the whole entry, what is left out could be guessed and confirmed.
            for row in &mut rows {
                (row.prev_hash, row.hash) = (String::new(), String::new());
            }
        }
        Ok(rows)
    }

    /// A project with its facts.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none or it is not for this person.
    pub async fn project_record(&self, viewer: &Viewer, id: ProjectId) -> Result<(ProjectRow, Vec<FactRow>), Failure> {
        let db = self.store().read();
        let row = project_reads::find(db, &viewer.scope, id).await?.ok_or(Refusal::NotFound)?;
        let facts = store::facts::of_project(db, id).await?;
        Ok((row, facts))
    }

    /// Projects by code.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn project_records(
        &self,
        viewer: &Viewer,
        filter: project_reads::Filter,
        limit: u64,
        offset: u64,
    ) -> Result<Page<ListedProject>, Failure> {
        let (db, scope) = (self.store().read(), &viewer.scope);
        let rows = project_reads::page(db, scope, &filter, limit.min(ROWS_MAX), offset).await?;
        Ok(Page { rows, total: project_reads::count(db, scope, &filter).await? })
    }

    /// What waits for a person, the most pressing first, each with what its case is called.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn inbox_records(
        &self,
        viewer: &Viewer,
        filter: inbox::Filter,
        limit: u64,
        offset: u64,
    ) -> Result<Page<(InboxRow, Text)>, Failure> {
        let (db, scope) = (self.store().read(), &viewer.scope);
        let mut rows = Vec::new();
        for row in inbox::page(db, scope, (List::ToDecide, &filter), limit.min(ROWS_MAX), offset).await? {
            let definition = self.definition(db, &row.definition_hash).await?;
            let title = definition.title_of(&row.project_name, row.year, &row.number);
            rows.push((row, title));
        }
        Ok(Page { rows, total: inbox::count(db, scope, List::ToDecide, &filter).await? })
    }

    /// Open tasks that were reported to this person as late, the latest deadline last, with what their cases are called.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn late_records(&self, viewer: &Viewer, limit: u64) -> Result<Vec<(InboxRow, Text)>, Failure> {
        let (db, filter) = (self.store().read(), inbox::Filter::default());
        let mut rows = Vec::new();
        for row in inbox::page(db, &viewer.scope, (List::Late, &filter), limit.min(ROWS_MAX), 0).await? {
            let definition = self.definition(db, &row.definition_hash).await?;
            let title = definition.title_of(&row.project_name, row.year, &row.number);
            rows.push((row, title));
        }
        Ok(rows)
    }

    /// The definitions with which new cases start, with their versions.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn current_definitions(&self) -> Result<Vec<(std::sync::Arc<Definition>, i32)>, Failure> {
        let db = self.store().read();
        let mut definitions = Vec::new();
        for row in store::definitions::all_current(db).await? {
            definitions.push((self.definition(db, &row.hash).await?, row.version));
        }
        Ok(definitions)
    }

    /// Keeps a file for an open task, once for a key however often it is sent.
    ///
    /// # Errors
    /// As [`App::attach`]; [`Refusal::KeyReused`] when the key came with another request.
    pub async fn attach_once(
        &self,
        viewer: &Viewer,
        key: Key,
        task: (CaseId, u32),
        (name, content): (&str, Vec<u8>),
    ) -> Result<FileRef, Failure> {
        self.once(viewer.person, key, self.attach(viewer, task, name, content)).await
    }
}
