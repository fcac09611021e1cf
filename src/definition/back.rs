//! The ways back that a step offers.

use super::model::{GradeRoute, ReturnRoute, Step, StepKind};

impl Step {
    /// Where it may return the case to: by a decision, by a grade, by a vote that fails.
    #[must_use]
    pub fn ways_back(&self) -> Vec<&ReturnRoute> {
        let StepKind::Approve(approve) = &self.kind else { return Vec::new() };
        let graded = approve.grades.iter().filter_map(|grade| match &grade.route {
            GradeRoute::Return(route) => Some(route),
            GradeRoute::Next | GradeRoute::End(_) => None,
        });
        approve.return_to.iter().chain(approve.mode.fails_to()).chain(graded).collect()
    }
}
