//! The versions of a workflow: who wrote and who approved them, how many cases are on each, and their retirement.

use super::{
    App, Failure, Viewer,
    drafts::{WRITES_DEFINITIONS, base_of},
    proposing::CHANGES_DEFINITIONS,
    words,
};
use crate::{
    engine::{DefinitionRefusal, Directory, Refusal},
    ids::{CaseId, PersonId},
    language::Text,
    store::{
        cases,
        definitions::{self, DefinitionRow, Retirement},
        drafts,
    },
};

/// A version as its page lists it.
#[derive(Debug, Clone)]
pub struct Version {
    /// What is stored.
    pub row: DefinitionRow,
    /// Who wrote it; none for what came with Yumen.
    pub author: Option<String>,
    /// Who approved it, or the system.
    pub approved_by: Text,
    /// Who retired it.
    pub retired_by: Option<Text>,
    /// The case that decided on it: its id and number.
    pub decided_in: Option<(CaseId, String)>,
    /// Cases on it that go on.
    pub open: i64,
    /// Cases on it that are over.
    pub ended: i64,
}

impl App {
    /// Every version of a workflow, newest first; none when there is no such workflow.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn versions_of(&self, workflow: &str) -> Result<Vec<Version>, Failure> {
        let db = self.store().read();
        let directory = self.directory(db).await?;
        let counted = cases::counted_by_version(db, workflow).await?;
        let mut versions = Vec::new();
        for row in definitions::versions(db, workflow).await? {
            let count = |status: &str| {
                counted.iter().find(|(hash, of, _)| *hash == row.hash && of == status).map_or(0, |(_, _, count)| *count)
            };
            let (mut author, mut decided_in) = (None, None);
            if let Some(id) = row.draft_id {
                author = drafts::find(db, id).await?.map(|draft| words::person(&directory, draft.author));
                let decided = cases::of_draft(db, id).await?.into_iter().find(|case| case.status == cases::ENDED);
                decided_in = decided.map(|case| (case.id, case.number));
            }
            versions.push(Version {
                author,
                decided_in,
                approved_by: who(&directory, &row.published_by),
                retired_by: row.retired_by.as_deref().map(|by| who(&directory, by)),
                open: count(cases::RUNNING),
                ended: count(cases::ENDED),
                row,
            });
        }
        Ok(versions)
    }

    /// Two versions of a workflow to compare: `to`, or else the live one, or else the last one; and `from`, or else the
    /// one before it. The older one is `None` where there is none.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] where there is no such workflow, or no version `to`.
    pub async fn two_versions(
        &self,
        workflow: &str,
        from: Option<i32>,
        to: Option<i32>,
    ) -> Result<(Option<DefinitionRow>, DefinitionRow), Failure> {
        let versions = definitions::versions(self.store().read(), workflow).await?;
        let new = match to {
            Some(to) => versions.iter().find(|row| row.version == to),
            None => base_of(&versions),
        };
        let new = new.ok_or(Refusal::NotFound)?;
        let old = match from {
            Some(from) => versions.iter().find(|row| row.version == from),
            None => versions.iter().find(|row| row.version < new.version),
        };
        Ok((old.cloned(), new.clone()))
    }

    /// Lets no new case start with a workflow. Open cases go on; a draft that is approved makes it live again.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever writes no definitions, [`Refusal::ReasonNeeded`],
    /// [`DefinitionRefusal::ChangesDefinitions`], [`DefinitionRefusal::NothingLive`].
    pub async fn retire(&self, viewer: &Viewer, workflow: &str, reason: &str) -> Result<(), Failure> {
        if !viewer.holds_any(WRITES_DEFINITIONS) {
            return Err(Refusal::NotFound.into());
        }
        if workflow == CHANGES_DEFINITIONS {
            return Err(Refusal::from(DefinitionRefusal::ChangesDefinitions).into());
        }
        let why = reason.trim().to_owned();
        if why.is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let (at, by, workflow) = (self.now(), viewer.person.to_string(), workflow.to_owned());
        self.store()
            .write(move |tx| async move {
                if definitions::retire(&tx, &workflow, Retirement { at, by, why }).await? {
                    return Ok(());
                }
                Err(Refusal::from(DefinitionRefusal::NothingLive).into())
            })
            .await
    }
}

fn who(directory: &Directory, by: &str) -> Text {
    by.parse::<PersonId>().map_or_else(
        |_| Text::new("系统（随产品或文件夹发布）", "The system, from its files"),
        |person| {
            let name = words::person(directory, person);
            Text::new(name.clone(), name)
        },
    )
}
