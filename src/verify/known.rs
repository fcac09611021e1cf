//! What a walk knows of the facts: which values each may have, for as long as the walk lasts.
//!
//! Between two walks anything may be recorded or revoked, so a walk begins knowing nothing.

use crate::definition::{
    Definition, FactName, FactValue, StepKind, Wait,
    mandates::{Mandates, Need},
    registry,
};

/// For each fact the values it may have, a bit each; the first bit of a fact means that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Known(u128);

/// The facts that a definition and its mandates speak of, with the place of their bits.
pub(super) struct Facts {
    all: Vec<(FactName, Vec<FactValue>, u32)>,
}

impl Facts {
    pub(super) fn of(definition: &Definition, mandates: &Mandates) -> Self {
        let mut facts = Self { all: Vec::new() };
        for step in &definition.steps {
            match &step.kind {
                StepKind::Gate(gate) => facts.mention(&gate.fact, &gate.is),
                StepKind::Record(record) => facts.mention(&record.fact, std::slice::from_ref(&record.is)),
                StepKind::Wait(Wait::Fact { fact, is }) => facts.mention(fact, is),
                StepKind::Fill(_)
                | StepKind::Approve(_)
                | StepKind::Choose(_)
                | StepKind::Parallel(_)
                | StepKind::Each(_)
                | StepKind::Start(_)
                | StepKind::Wait(Wait::For(_) | Wait::UntilDay(_) | Wait::UntilField(_))
                | StepKind::Do(_)
                | StepKind::Notify(_)
                | StepKind::End(_) => {}
            }
        }
        for mandate in &mandates.all {
            if let Need::Fact { fact, is } = &mandate.needs {
                facts.mention(fact, is);
            }
        }
        facts.place();
        facts
    }

    fn mention(&mut self, fact: &FactName, values: &[FactValue]) {
        let at = self.all.iter().position(|(name, ..)| name == fact).unwrap_or_else(|| {
            let registered = registry::fact(fact.as_str()).map_or(&[][..], |entry| entry.values);
            self.all.push((fact.clone(), registered.iter().map(|value| value.name.into()).collect(), 0));
            self.all.len() - 1
        });
        for value in values {
            if !self.all[at].1.contains(value) {
                self.all[at].1.push(value.clone());
            }
        }
    }

    /// Gives each fact its bits. One that finds no room is never known, so nothing is proven by it.
    fn place(&mut self) {
        let mut next = 0;
        self.all.retain_mut(|(_, values, shift)| {
            let bits = u32::try_from(values.len() + 1).unwrap_or(u32::MAX);
            *shift = next;
            let fits = next.saturating_add(bits) <= u128::BITS;
            next = if fits { next + bits } else { next };
            fits
        });
    }

    /// Nothing is known: every fact may be missing or have any value.
    pub(super) const fn nothing() -> Known {
        Known(u128::MAX)
    }

    fn all_bits(&self, fact: &FactName) -> u128 {
        self.all.iter().find(|(name, ..)| name == fact).map_or(0, |(_, values, shift)| {
            let bits = values.len() + 1;
            (u128::MAX >> (u128::BITS as usize - bits)) << shift
        })
    }

    fn bits(&self, fact: &FactName, values: &[FactValue]) -> u128 {
        self.all.iter().find(|(name, ..)| name == fact).map_or(0, |(_, known, shift)| {
            let wanted = known.iter().enumerate().filter(|(_, value)| values.contains(value));
            wanted.fold(0, |bits, (at, _)| bits | (1_u128 << (at + 1) << shift))
        })
    }

    /// What is known once the fact is found to have one of `values`; `None` when it cannot.
    pub(super) fn among(&self, known: Known, fact: &FactName, values: &[FactValue]) -> Option<Known> {
        let all = self.all_bits(fact);
        if all == 0 {
            return Some(known);
        }
        let left = known.0 & all & self.bits(fact, values);
        (left != 0).then_some(Known(known.0 & !all | left))
    }

    /// What is known once the fact is found to have none of `values`; `None` when it must.
    pub(super) fn outside(&self, known: Known, fact: &FactName, values: &[FactValue]) -> Option<Known> {
        let all = self.all_bits(fact);
        if all == 0 {
            return Some(known);
        }
        let left = known.0 & all & !self.bits(fact, values);
        (left != 0).then_some(Known(known.0 & !all | left))
    }

    /// What is known once the walk itself has recorded the fact.
    pub(super) fn recorded(&self, known: Known, fact: &FactName, value: &FactValue) -> Known {
        let all = self.all_bits(fact);
        Known(known.0 & !all | self.bits(fact, std::slice::from_ref(value)))
    }

    /// Whether the fact certainly stands with one of `values`.
    pub(super) fn is_certain(&self, known: Known, fact: &FactName, values: &[FactValue]) -> bool {
        let all = self.all_bits(fact);
        all != 0 && known.0 & all & !self.bits(fact, values) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_narrow_what_is_known_and_a_record_settles_it() {
        let mut facts = Facts { all: Vec::new() };
        facts.mention(&"assessment".into(), &[]);
        facts.mention(&"targets".into(), &[]);
        facts.place();
        let (assessment, targets) = (FactName::from("assessment"), FactName::from("targets"));
        let values = |names: &[&str]| names.iter().map(|name| FactValue::from(*name)).collect::<Vec<_>>();
        let good = values(&["supported", "adjusted"]);
        let known = facts.among(Facts::nothing(), &assessment, &good).unwrap();
        assert!(facts.is_certain(known, &assessment, &good));
        assert!(!facts.is_certain(known, &assessment, &values(&["supported"])));
        assert!(!facts.is_certain(known, &targets, &values(&["accepted"])));
        assert_eq!(facts.among(known, &assessment, &values(&["exempt"])), None);
        assert_eq!(facts.outside(known, &assessment, &good), None);
        let recorded = facts.recorded(known, &assessment, &"exempt".into());
        assert!(facts.is_certain(recorded, &assessment, &values(&["exempt"])));
    }
}
