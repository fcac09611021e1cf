//! A way of a case through a drawn definition: the steps it comes to carry their numbers, in the order of the way.

use serde::Serialize;

use super::flow::{BlockView, Limits, StepView, draw};
use crate::{
    app::drafts::DraftState,
    definition::{
        check::{self, Vocabulary},
        problem::{Problem, Way},
    },
    language::Text,
};

/// Where a way comes to a step; no numbers where it does not, or where none is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OnWay {
    /// The places of the step on the way, counted from 1.
    pub numbers: Vec<usize>,
    /// Whether it is the one that must not be reached so.
    pub is_reached: bool,
    /// Whether a way is shown and goes past it.
    pub is_aside: bool,
}

/// A problem with the way that shows it.
#[derive(Debug, Clone, Serialize)]
pub struct WayView {
    /// The code of the problem.
    pub code: String,
    /// What is wrong.
    pub sentence: Text,
    /// The way in words.
    pub words: Text,
    /// The definition with the way marked.
    pub flow: BlockView,
}

impl WayView {
    /// The way of a problem on the drawing of its definition; `None` where it has none.
    #[must_use]
    pub fn of(problem: &Problem, drawn: &BlockView) -> Option<Self> {
        let way = problem.way.as_ref()?;
        Some(Self {
            code: problem.code.to_string(),
            sentence: problem.sentence.clone(),
            words: way.words.clone(),
            flow: along(drawn.clone(), way),
        })
    }
}

/// The ways that show what is wrong with a draft, drawn. Where there are any, its text reads.
#[must_use]
pub fn of_draft(state: &DraftState, vocabulary: &Vocabulary, limits: &Limits) -> Vec<WayView> {
    if state.problems.iter().all(|problem| problem.way.is_none()) {
        return Vec::new();
    }
    let Ok(definition) = check::read(&state.row.source, vocabulary) else { return Vec::new() };
    let drawn = draw(&definition, limits, None);
    state.problems.iter().filter_map(|problem| WayView::of(problem, &drawn)).collect()
}

/// The drawing with the way marked.
#[must_use]
pub fn along(mut drawn: BlockView, way: &Way) -> BlockView {
    mark(&mut drawn.steps, way);
    drawn
}

/// Marks the steps of a block; whether the way comes to one of them.
fn mark(steps: &mut [StepView], way: &Way) -> bool {
    let mut comes = false;
    for step in steps {
        let numbers: Vec<_> =
            way.steps.iter().enumerate().filter(|(_, name)| **name == step.name).map(|(at, _)| at + 1).collect();
        let mut is_inside = false;
        for branch in &mut step.branches {
            branch.taken = mark(&mut branch.steps, way);
            is_inside |= branch.taken;
        }
        comes |= is_inside || !numbers.is_empty();
        step.on_way = OnWay {
            is_reached: way.steps.last() == Some(&step.name),
            is_aside: numbers.is_empty() && !is_inside,
            numbers,
        };
    }
    comes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::library, policy::Policy, verify::prove};

    fn numbered(steps: &[StepView], found: &mut Vec<(usize, String, bool)>) {
        for step in steps {
            let numbers = step.on_way.numbers.iter();
            found.extend(numbers.map(|no| (*no, step.name.to_string(), step.on_way.is_reached)));
            step.branches.iter().for_each(|branch| numbered(&branch.steps, found));
        }
    }

    #[test]
    fn a_bypass_is_drawn_step_after_step_to_what_it_reaches() {
        let files = library::embedded();
        let text = |name: &str| files.iter().find(|(path, _)| path == name).unwrap().1.clone();
        let vocabulary = Policy::read(&files).unwrap().vocabulary();
        let mandates = check::read_mandates(&text("mandates.yaml"), &vocabulary).unwrap();
        let source = text("budget-request.yaml").replace(
            "    covers: amount\n    else: refuse\n  - do: submit",
            "    covers: amount\n    else: refuse\n  - wait: pause\n    for: 5 days\n  - do: submit",
        );
        let definition = check::read(&source, &vocabulary).unwrap();
        let problems = prove(&definition, &mandates).unwrap_err();
        assert_eq!(problems.len(), 2, "both facts may be revoked meanwhile: {problems:?}");
        let view = WayView::of(&problems[0], &draw(&definition, &Limits::new(), None)).unwrap();
        let mut found = Vec::new();
        numbered(&view.flow.steps, &mut found);
        found.sort();
        let way = problems[0].way.as_ref().unwrap();
        let names: Vec<_> = found.iter().map(|(_, name, _)| name.as_str()).collect();
        assert_eq!(names, way.steps.iter().map(|step| step.as_str()).collect::<Vec<_>>());
        assert_eq!(found.iter().map(|(no, ..)| *no).collect::<Vec<_>>(), (1..=way.steps.len()).collect::<Vec<_>>());
        assert_eq!(found.iter().filter(|(.., reached)| *reached).count(), 1);
        assert!(found.last().unwrap().2, "the last one is what must not be reached so");
    }
}
