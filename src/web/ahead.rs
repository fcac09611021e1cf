//! What comes after a step, for people who are about to decide.

use serde::Serialize;

use super::flow::{details, entry, title};
use crate::{
    definition::{Definition, Grade, GradeRoute, Step, StepKind, StepName, registry::OUTCOMES},
    language::Text,
};

/// A step at hand or ahead, in reading order.
#[derive(Debug, Clone, Serialize)]
pub struct NextView {
    /// The step.
    pub title: Text,
    /// Who, and how long.
    pub details: Vec<Text>,
    /// Whether it is the step at hand.
    pub now: bool,
}

/// Steps shown ahead at most.
const AHEAD_MAX: usize = 5;

/// The step at hand and what follows it; a choice ahead is one entry, since nobody knows yet which way it goes.
#[must_use]
pub fn ahead(definition: &Definition, name: &StepName) -> Vec<NextView> {
    let mut found = Vec::new();
    let mut at = definition.step(name);
    while let Some(step) = at {
        let grades = if let (StepKind::Approve(approve), true) = (&step.kind, found.is_empty()) {
            approve.grades.iter().filter(|grade| grade.route != GradeRoute::Next).map(grade_words).collect()
        } else {
            details(definition, step)
        };
        found.push(NextView { title: title(step), details: grades, now: found.is_empty() });
        if found.len() == AHEAD_MAX {
            break;
        }
        at = following(definition, step);
    }
    found
}

fn grade_words(grade: &Grade) -> Text {
    let Text { zh, en } = &grade.title;
    match &grade.route {
        GradeRoute::Next => Text::new(format!("评为{zh}：进入下一环节"), format!("{en}: goes on")),
        GradeRoute::Return(_) => Text::new(format!("评为{zh}：退回修改"), format!("{en}: goes back")),
        GradeRoute::End(outcome) => {
            let end = entry(OUTCOMES, outcome.as_str());
            Text::new(format!("评为{zh}：{}", end.zh), format!("{en}: {}", end.en))
        }
    }
}

fn following<'a>(definition: &'a Definition, step: &Step) -> Option<&'a Step> {
    if let Some(next) = definition.after(step) {
        return Some(next);
    }
    let (owner, _) = definition.blocks[step.block].owner?;
    following(definition, &definition.steps[owner])
}
