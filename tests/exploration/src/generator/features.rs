//! What of the language a generated definition uses.

use std::collections::BTreeSet;

use super::Generated;
use crate::{
    definition::{Approve, GradeRoute, Mode, Resume, StepKind, Wait},
    terms::TermKind,
};

/// A part of the language that a generated definition uses, beside fills, approvals, gates, choices and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A list, all of its items at once.
    EachAtOnce,
    /// A list, one item after another.
    EachInOrder,
    /// A vote, by share or by count, with weights and a veto or without.
    Vote,
    /// A vote on grades.
    GradeVote,
    /// Everybody must approve, at once or one after another.
    Everybody,
    /// Grades that return, straight back or through every step again.
    GradeReturns,
    /// A wait for a time.
    WaitTime,
    /// A wait for a fact.
    WaitFact,
    /// Another case, waited for or not.
    Start,
    /// Somebody asked where nobody is there.
    Nobody,
    /// A step that keeps out who acted in another.
    NotBy,
    /// A return that comes straight back.
    ResumeHere,
    /// A kind of term.
    Term(TermKind),
}

impl Feature {
    /// Every one.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let own = [
            Self::EachAtOnce,
            Self::EachInOrder,
            Self::Vote,
            Self::GradeVote,
            Self::Everybody,
            Self::GradeReturns,
            Self::WaitTime,
            Self::WaitFact,
            Self::Start,
            Self::Nobody,
            Self::NotBy,
            Self::ResumeHere,
        ];
        own.into_iter().chain(TermKind::ALL.map(Self::Term)).collect()
    }
}

impl Generated {
    /// What the definition uses of the language.
    #[must_use]
    pub fn features(&self) -> BTreeSet<Feature> {
        let mut features: BTreeSet<_> = self.terms.iter().map(|term| Feature::Term(*term)).collect();
        for step in &self.definition.steps {
            match &step.kind {
                StepKind::Each(each) => {
                    features.insert(if each.in_order { Feature::EachInOrder } else { Feature::EachAtOnce });
                }
                StepKind::Wait(Wait::Fact { .. }) => drop(features.insert(Feature::WaitFact)),
                StepKind::Wait(_) => drop(features.insert(Feature::WaitTime)),
                StepKind::Start(_) => drop(features.insert(Feature::Start)),
                StepKind::Approve(approve) => features.extend(of_approval(approve)),
                _ => {}
            }
        }
        features
    }
}

fn of_approval(approve: &Approve) -> Vec<Feature> {
    let routes = approve.grades.iter().filter_map(|grade| match &grade.route {
        GradeRoute::Return(route) => Some(route),
        GradeRoute::Next | GradeRoute::End(_) => None,
    });
    let grade_returns = routes.clone().count() > 0;
    let mut all = routes.chain(&approve.return_to).chain(approve.mode.fails_to());
    let votes = matches!(approve.mode, Mode::Vote(_));
    [
        (grade_returns, Feature::GradeReturns),
        (all.any(|route| route.resume == Resume::Here), Feature::ResumeHere),
        (votes && approve.grades.is_empty(), Feature::Vote),
        (votes && !approve.grades.is_empty(), Feature::GradeVote),
        (matches!(approve.mode, Mode::All | Mode::Sequence), Feature::Everybody),
        (approve.limits.nobody.is_some(), Feature::Nobody),
        (!approve.limits.not_by.is_empty(), Feature::NotBy),
    ]
    .into_iter()
    .filter_map(|(used, feature)| used.then_some(feature))
    .collect()
}
