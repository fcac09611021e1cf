//! What the people of a step may see of the form.

use std::collections::BTreeSet;

use super::model::{Definition, FieldName, Step, StepKind};

/// What the people of a step may see of the form. Who is told less than everything is told of the rest as if it were
/// not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reading {
    /// All of it.
    #[default]
    Everything,
    /// `read`: these fields, and those that the step writes.
    Only(BTreeSet<FieldName>),
    /// `hidden`: all but these.
    AllBut(BTreeSet<FieldName>),
}

impl Step {
    /// The fields this step may write.
    #[must_use]
    pub fn edits(&self) -> &[FieldName] {
        match &self.kind {
            StepKind::Fill(fill) => &fill.edit,
            StepKind::Approve(approve) => &approve.edit,
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => &[],
        }
    }

    /// What its people may see: those who act on it, or those it copies in.
    #[must_use]
    pub const fn reading(&self) -> &Reading {
        match &self.kind {
            StepKind::Fill(fill) => &fill.reading,
            StepKind::Approve(approve) => &approve.reading,
            StepKind::Notify(notify) => &notify.reading,
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::End(_) => &Reading::Everything,
        }
    }

    /// Whether its people may not see that field.
    #[must_use]
    pub fn hides(&self, field: &FieldName) -> bool {
        match self.reading() {
            Reading::Everything => false,
            Reading::Only(fields) => !fields.contains(field) && !self.edits().contains(field),
            Reading::AllBut(fields) => fields.contains(field),
        }
    }
}

impl Definition {
    /// The fields that a step keeps from its people.
    #[must_use]
    pub fn hidden_at(&self, step: &Step) -> BTreeSet<FieldName> {
        self.form.iter().map(|field| &field.name).filter(|field| step.hides(field)).cloned().collect()
    }

    /// Whether any step keeps anything from its people.
    #[must_use]
    pub fn hides_anything(&self) -> bool {
        self.steps.iter().any(|step| *step.reading() != Reading::Everything)
    }
}
