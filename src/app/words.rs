//! What steps, decisions and outcomes are called, in both languages.

use crate::{
    definition::{
        Definition, Outcome, StepKind, StepName,
        registry::{self, Entry},
    },
    engine::Decision,
    language::Text,
};

/// The title of a step; its bare name where a definition no longer has it.
#[must_use]
pub fn step(definition: &Definition, step: &StepName) -> Text {
    definition.step(step).map_or_else(|| Text::new(step.as_str(), step.as_str()), |step| step.title.clone())
}

/// A decision taken at `step`.
#[must_use]
pub fn decision(definition: &Definition, step: &StepName, decision: &Decision) -> Text {
    match decision {
        Decision::Approve => Text::new("同意", "Approved"),
        Decision::Reject => Text::new("不同意", "Rejected"),
        Decision::Return { to } => {
            let to = self::step(definition, to);
            Text::new(format!("退回至“{}”", to.zh), format!("Returned to “{}”", to.en))
        }
        Decision::Grade(grade) => {
            let declared = definition.step(step).and_then(|step| match &step.kind {
                StepKind::Approve(approve) => approve.grades.iter().find(|declared| declared.name == *grade),
                _ => None,
            });
            declared.map_or_else(|| Text::new(grade.as_str(), grade.as_str()), |grade| grade.title.clone())
        }
    }
}

/// What a case ended as.
#[must_use]
pub fn outcome(outcome: &Outcome) -> Text {
    entry(registry::find(registry::OUTCOMES, outcome.as_str()), outcome.as_str())
}

/// The title of an entry, or the bare name.
#[must_use]
pub fn entry(found: Option<&Entry>, name: &str) -> Text {
    found.map_or_else(|| Text::new(name, name), |entry| Text::new(entry.zh, entry.en))
}
