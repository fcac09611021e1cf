//! What is wanted of one task, besides filling in and deciding.

use super::{Advice, Placing};
use crate::{
    definition::StepName,
    engine::{case::TaskNo, command::Actor, refusal::Refusal, walk::Walk},
    ids::PersonId,
};

/// A term that acts on one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// 认领: takes a pooled task.
    Claim,
    /// 归还: puts it back.
    Release,
    /// 转办: somebody else decides in one's place, finally.
    Transfer {
        /// Who.
        to: PersonId,
        /// Why; mandatory.
        reason: String,
    },
    /// 委派: asks somebody for an opinion; the task is parked meanwhile.
    Delegate {
        /// Whom.
        to: PersonId,
        /// What one wants to know.
        reason: String,
    },
    /// 收回委派: decides without the opinion after all.
    CallBack,
    /// Gives the opinion one was asked for.
    GiveOpinion {
        /// For or against.
        advice: Advice,
        /// In which words; mandatory.
        text: String,
    },
    /// 加签.
    AddSigner {
        /// Whom.
        person: PersonId,
        /// Before, after or beside oneself.
        place: Placing,
        /// Why.
        reason: String,
    },
    /// 减签. The task is the added person's own, or, before they are asked, the one they follow.
    RemoveSigner {
        /// Whom.
        person: PersonId,
    },
    /// 选定办理人 of a later step.
    Choose {
        /// The later step.
        step: StepName,
        /// Whom.
        people: Vec<PersonId>,
    },
    /// 催办.
    Urge,
}

impl Term {
    /// The name under which the journal and the API know it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Release => "release",
            Self::Transfer { .. } => "transfer",
            Self::Delegate { .. } => "delegate",
            Self::CallBack => "call-back",
            Self::GiveOpinion { .. } => "give-opinion",
            Self::AddSigner { .. } => "add-signer",
            Self::RemoveSigner { .. } => "remove-signer",
            Self::Choose { .. } => "choose",
            Self::Urge => "urge",
        }
    }
}

impl Walk<'_> {
    /// Carries out a term. Only people use them.
    pub(in crate::engine) fn term(&mut self, no: TaskNo, actor: &Actor, term: &Term) -> Result<(), Refusal> {
        let person = match actor {
            Actor::Person(person) => *person,
            Actor::Deputy { .. } | Actor::System(_) => return Err(Refusal::NotOffered),
        };
        match term {
            Term::Claim => self.claim(no, person),
            Term::Release => self.release(no, person),
            Term::Transfer { to, reason } => self.transfer(no, person, *to, reason.trim()),
            Term::Delegate { to, reason } => self.delegate(no, person, *to, reason.trim()),
            Term::CallBack => self.call_back(no, person),
            Term::GiveOpinion { advice, text } => self.give_opinion(no, person, *advice, text.trim()),
            Term::AddSigner { person: added, place, reason } => {
                self.add_signer(no, person, (*added, *place), reason.trim())
            }
            Term::RemoveSigner { person: removed } => self.remove_signer(no, person, *removed),
            Term::Choose { step, people } => self.choose(no, person, (step, people)),
            Term::Urge => self.urge(no, person),
        }
    }
}
