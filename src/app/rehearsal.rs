//! What the shipped scenarios of a workflow say about a draft of it.

use super::{App, library};
use crate::{
    definition::{
        Definition,
        problem::{Problem, Severity},
    },
    verify::scenarios,
};

impl App {
    /// Plays the shipped scenarios of a workflow with a draft in its place, beside what is live otherwise, and gives back
    /// what goes otherwise than they say; none where Yumen ships no scenarios for it. An author may mean to change just
    /// that, and a place may keep scenarios of its own beside its files: so this weighs as a warning, for the author and
    /// for whoever decides.
    pub(super) fn rehearse_draft(&self, draft: &Definition, live: &[Definition]) -> Vec<Problem> {
        let own = format!("{}{}", draft.name, scenarios::SUFFIX);
        let mut files = library::embedded();
        files.retain(|(path, _)| *path == own || path == scenarios::DISTRICT);
        let beside: Vec<_> = live.iter().filter(|other| other.name != draft.name).collect();
        let played = scenarios::play(&[draft], &beside, &files, self.policy());
        let of_scenarios = played.problems.into_iter().filter(|problem| problem.file.as_ref() == Some(&own));
        of_scenarios.map(|problem| Problem { severity: Severity::Warning, ..problem }).collect()
    }
}
