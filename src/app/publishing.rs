//! Definitions go live: all of them checked, none of them with a problem, or nothing changes.

use super::{App, Failure, library::LibraryFile};
use crate::{
    definition::{Definition, check, problem::Problem},
    store,
};

/// A definition file with its name, checked.
#[derive(Debug)]
pub struct Checked {
    /// The path below `workflows/`.
    pub path: String,
    /// The text.
    pub source: String,
    /// What it says, or everything that is wrong with it.
    pub result: Result<Definition, Vec<Problem>>,
}

/// What publishing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// New versions went live: workflow and version. Empty when everything was live already.
    Live(Vec<(String, i32)>),
    /// Nothing changed, because these have problems: path and number of problems.
    Refused(Vec<(String, usize)>),
}

/// The definition files among `files`: `<name>.yaml` at the top, scenarios and mandates aside.
pub fn definition_files(files: &[LibraryFile]) -> impl Iterator<Item = &LibraryFile> {
    files.iter().filter(|(path, _)| {
        path.ends_with(".yaml") && !path.contains('/') && !path.ends_with(".scenarios.yaml") && path != "mandates.yaml"
    })
}

impl App {
    /// Checks every definition among `files`.
    #[must_use]
    pub fn check(&self, files: &[LibraryFile]) -> Vec<Checked> {
        definition_files(files)
            .map(|(path, source)| Checked {
                path: path.clone(),
                source: source.clone(),
                result: check::read(source, self.vocabulary()),
            })
            .collect()
    }

    /// Makes the definitions among `files` live, all or none. One that is live already stays as it is.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn publish(&self, files: &[LibraryFile], by: &str) -> Result<Publication, Failure> {
        let checked = self.check(files);
        let bad: Vec<_> = checked
            .iter()
            .filter_map(|file| file.result.as_ref().err().map(|problems| (file.path.clone(), problems.len())))
            .collect();
        if !bad.is_empty() {
            return Ok(Publication::Refused(bad));
        }
        let (by, now) = (by.to_owned(), self.now());
        let live = self.store().write(move |tx| async move {
            let mut live = Vec::new();
            for file in checked {
                let Ok(definition) = file.result else { continue };
                let workflow = definition.name.to_string();
                let new = store::definitions::NewDefinition {
                    hash: definition.hash,
                    workflow: workflow.clone(),
                    source: file.source,
                    published_at: now,
                    published_by: by.clone(),
                };
                if let Some(version) = store::definitions::publish(&tx, new).await? {
                    live.push((workflow, version));
                }
            }
            Ok::<_, Failure>(live)
        });
        Ok(Publication::Live(live.await?))
    }
}
