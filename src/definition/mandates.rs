//! Mandates: what no definition may go around, read from `workflows/mandates.yaml`.

use super::{
    model::{Citation, EffectName, FactName, FactValue, Place, RoleName},
    problem::Spot,
};

/// The file that holds them, beside the definitions.
pub const FILE: &str = "mandates.yaml";

/// The mandates of a place.
#[derive(Debug, Clone, Default)]
pub struct Mandates {
    /// In the order of the file.
    pub all: Vec<Mandate>,
    /// SM3 of the file, in hexadecimal; empty when there is none.
    pub hash: String,
}

/// Before something happens, something else must have been established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Its name.
    pub name: String,
    /// The article that imposes it.
    pub basis: Citation,
    /// What is protected.
    pub before: Protected,
    /// What must be established before.
    pub needs: Need,
    /// Where it stands in the file.
    pub at: Place,
}

impl Mandate {
    /// Its name in the file.
    #[must_use]
    pub fn spot(&self) -> Spot {
        Spot { at: self.at, len: self.name.chars().count() }
    }
}

/// What a mandate protects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protected {
    /// An effect.
    Effect(EffectName),
    /// The recording of a fact; of any of its values, or of these alone.
    Record {
        /// Its kind.
        fact: FactName,
        /// Its values; empty means every value.
        is: Vec<FactValue>,
    },
}

/// What a mandate needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A fact that stands at that moment, with one of these values.
    Fact {
        /// Its kind.
        fact: FactName,
        /// The values that do.
        is: Vec<FactValue>,
    },
    /// Approvals that still stand at that moment.
    Approvals {
        /// How many.
        count: usize,
        /// Whether each must be somebody else's.
        by_different_people: bool,
        /// Whose approvals count; empty means anybody's.
        roles: Vec<RoleName>,
    },
}
