//! What conditions can read of a step that was passed.

use super::{
    model::{Approve, GradeRoute, StepKind},
    registry,
    vote::{self, Mode},
};

impl StepKind {
    /// What conditions can read of its vote; nothing where people do not vote.
    #[must_use]
    pub fn votes(&self) -> Vec<String> {
        let Self::Approve(Approve { mode: Mode::Vote(_), grades, .. }) = self else { return Vec::new() };
        if grades.is_empty() {
            return vote::COUNTED.iter().map(|name| (*name).to_owned()).collect();
        }
        let own = ["abstain", "all"].map(str::to_owned);
        grades.iter().map(|grade| grade.name.to_string()).chain(own).collect()
    }

    /// The results with which the step can be passed, as conditions read them; `None` where there are none to read.
    #[must_use]
    pub fn results(&self) -> Option<Vec<String>> {
        match self {
            Self::Fill(_) => Some(vec!["completed".to_owned()]),
            Self::Approve(approve) if approve.grades.is_empty() => Some(vec!["approved".to_owned()]),
            Self::Approve(approve) => {
                let passing = approve.grades.iter().filter(|grade| grade.route == GradeRoute::Next);
                Some(passing.map(|grade| grade.name.to_string()).collect())
            }
            Self::Start(start) if start.waits => {
                let outcomes = registry::OUTCOMES.iter().chain([&registry::TERMINATED]);
                Some(outcomes.map(|outcome| outcome.name.to_owned()).collect())
            }
            Self::Gate(_)
            | Self::Choose(_)
            | Self::Parallel(_)
            | Self::Each(_)
            | Self::Wait(_)
            | Self::Start(_)
            | Self::Do(_)
            | Self::Record(_)
            | Self::Notify(_)
            | Self::End(_) => None,
        }
    }
}
