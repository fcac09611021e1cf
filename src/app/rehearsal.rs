//! What scenarios say about a draft: its own have to pass and to cover it, those of the other workflows are told.

use super::{
    App,
    library::{self, LibraryFile},
};
use crate::{
    definition::{
        Definition,
        problem::{Problem, Severity},
    },
    verify::scenarios,
};

/// What playing a draft came to.
#[derive(Debug, Default)]
pub(super) struct Rehearsed {
    /// What keeps it from going live, as it keeps a file: its own scenarios go otherwise, or leave something untried.
    pub problems: Vec<Problem>,
    /// What the scenarios of other live workflows say otherwise: their authors may have to follow.
    pub remarks: Vec<Problem>,
}

impl App {
    /// Plays the scenarios of a draft together with those of the other live workflows, as `yumen check` plays a folder.
    /// What the others cover of the draft is covered; what they say otherwise cannot be mended here, so it weighs as a
    /// warning, for the author and for whoever decides.
    pub(super) fn rehearse_draft(
        &self,
        (draft, own): (&Definition, &str),
        beside: &[&Definition],
        told: Vec<LibraryFile>,
    ) -> Rehearsed {
        let path = format!("{}{}", draft.name, scenarios::SUFFIX);
        let mut files = told;
        files.retain(|(other, _)| *other != path);
        if !own.trim().is_empty() {
            files.push((path.clone(), own.to_owned()));
        }
        files.push(library::named(self.files(), scenarios::DISTRICT));
        let definition = format!("{}.yaml", draft.name);
        let played = scenarios::play(&[draft], beside, &files, self.policy());
        let is_own = |problem: &Problem| problem.file.as_ref().is_some_and(|file| *file == path || *file == definition);
        let (problems, others): (Vec<_>, Vec<_>) = played.problems.into_iter().partition(is_own);
        let remarks = others.into_iter().map(|problem| Problem { severity: Severity::Warning, ..problem });
        Rehearsed { problems, remarks: remarks.collect() }
    }
}

/// The file of scenarios beside a workflow.
pub(super) fn beside(workflow: &str, scenarios: &str) -> LibraryFile {
    (format!("{workflow}{}", scenarios::SUFFIX), scenarios.to_owned())
}
