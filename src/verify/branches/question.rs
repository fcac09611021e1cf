//! Can several conditions hold, and others not, at the same time?

use std::collections::BTreeMap;

use super::{
    scene::{Reader, Scene, Texts, Value, Variable, comparisons},
    values::worth_trying,
};
use crate::definition::condition::{
    Names, Term, Types,
    formula::{Comparison, Formula, Operand, number_of},
};

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// They can: so.
    Yes(Scene),
    /// They never can.
    No,
    /// Not decided within bounds.
    Open,
}

/// Comparisons made for one question at most, so that a definition is checked at once whatever it says.
pub const WORK_MAX: u64 = 40_000;

/// Whether each formula can be as it is wanted, all at the same time. `work_left` counts for a whole definition.
pub fn can_be(goals: &[(&Formula, bool)], types: &Types, work_left: &mut u64) -> Answer {
    let formulas: Vec<_> = goals.iter().map(|(formula, _)| *formula).collect();
    let mut all = Vec::new();
    formulas.iter().for_each(|formula| comparisons(formula, &mut all));
    let looks_into_texts = all.iter().any(|comparison| {
        let sizes = |operand: &Operand| matches!(operand, Operand::SizeOf(_));
        comparison.relation.is_about_parts() || sizes(&comparison.left) || sizes(&comparison.right)
    });
    if !looks_into_texts {
        return Search::new(goals, worth_trying(&formulas, types, Texts::Whole), Texts::Whole, work_left).run();
    }
    // With lengths and parts left open more is possible than there is: a “no” is certain, a “yes” is not.
    let open = Search::new(goals, worth_trying(&formulas, types, Texts::Open), Texts::Open, work_left).run();
    if open == Answer::No {
        return Answer::No;
    }
    match Search::new(goals, worth_trying(&formulas, types, Texts::Whole), Texts::Whole, work_left).run() {
        Answer::Yes(scene) => Answer::Yes(scene),
        Answer::No | Answer::Open => Answer::Open,
    }
}

struct Search<'a> {
    goals: &'a [(&'a Formula, bool)],
    values: BTreeMap<Variable, Vec<Value>>,
    reader: Reader,
    work_left: &'a mut u64,
}

impl<'a> Search<'a> {
    fn new(
        goals: &'a [(&'a Formula, bool)],
        values: BTreeMap<Variable, Vec<Value>>,
        texts: Texts,
        work_left: &'a mut u64,
    ) -> Self {
        let reader = Reader { texts, work_left: WORK_MAX.min(*work_left) };
        Self { goals, values, reader, work_left }
    }

    fn run(mut self) -> Answer {
        let given = self.reader.work_left;
        let mut scene = Scene::new();
        let found = self.look(&mut scene);
        *self.work_left = self.work_left.saturating_sub(given - self.reader.work_left);
        match found {
            Some(true) => Answer::Yes(scene),
            Some(false) => Answer::No,
            None => Answer::Open,
        }
    }

    /// Fills the scene until every goal is met; `None` when the work is used up.
    fn look(&mut self, scene: &mut Scene) -> Option<bool> {
        if self.reader.work_left == 0 {
            return None;
        }
        let mut next = None;
        for (formula, wanted) in self.goals {
            match self.reader.holds(formula, scene) {
                Some(holds) if holds != *wanted => return Some(false),
                Some(_) => {}
                None if next.is_none() => next = self.reader.open_variable(formula, scene),
                None => {}
            }
        }
        let Some(variable) = next else { return Some(true) };
        let values = self.values.get(&variable).cloned()?;
        for value in values {
            scene.insert(variable.clone(), value);
            match self.look(scene) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => {
                    scene.remove(&variable);
                    return None;
                }
            }
        }
        scene.remove(&variable);
        Some(false)
    }
}

/// The formula with every name that `constants` knows replaced by its value.
pub fn settled(formula: &Formula, constants: &Names) -> Formula {
    let part = |part: &Formula| Box::new(settled(part, constants));
    let parts = |parts: &[Formula]| parts.iter().map(|part| settled(part, constants)).collect();
    match formula {
        Formula::Known(known) => Formula::Known(*known),
        Formula::Is(Comparison { left, relation, right }) => {
            let (left, right) = (constant(left, constants), constant(right, constants));
            Formula::Is(Comparison { left, relation: *relation, right })
        }
        Formula::Not(inner) => Formula::Not(part(inner)),
        Formula::All(all) => Formula::All(parts(all)),
        Formula::Any(any) => Formula::Any(parts(any)),
        Formula::Same(a, b) => Formula::Same(part(a), part(b)),
    }
}

fn constant(operand: &Operand, constants: &Names) -> Operand {
    let term = |name: &str| constants.get(name);
    match operand {
        Operand::Name(name) => match term(name) {
            Some(Term::Text(text)) => Operand::Text(text.clone()),
            Some(Term::Int(number) | Term::Money(number)) => Operand::Number(*number),
            Some(Term::Flag(flag)) => Operand::Flag(*flag),
            Some(Term::Date(day)) => {
                day.parse().map_or_else(|_| operand.clone(), |day| Operand::Number(number_of(day)))
            }
            None => operand.clone(),
        },
        Operand::SizeOf(name) => match term(name) {
            Some(Term::Text(text)) => Operand::Number(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)),
            Some(Term::Int(_) | Term::Money(_) | Term::Flag(_) | Term::Date(_)) | None => operand.clone(),
        },
        Operand::Number(_) | Operand::Text(_) | Operand::Flag(_) => operand.clone(),
    }
}
