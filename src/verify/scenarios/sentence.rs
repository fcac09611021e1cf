//! What a line of a scenario can say.

use chrono::NaiveDate;

use super::words::Word;
use crate::{
    definition::{problem::Spot, span::Span},
    engine::tasks::Placing,
    money::Money,
};

/// A line, understood. Names are still words: what they mean depends on the case at that moment.
#[derive(Debug, Clone)]
pub(super) enum Sentence {
    /// Somebody does something.
    Does(Deed),
    /// Somebody tries, and is refused with a sentence that contains these words.
    Cannot(Deed, Word),
    /// Time goes by.
    Passes(Span),
    /// The date is reached, in the morning.
    Reaches(NaiveDate, Spot),
    /// Somebody leaves all their posts.
    Leaves(Word),
    /// Somebody is appointed: who, role, organisation.
    Becomes(Word, Word, Word),
    /// How it must be now.
    Holds(Claim),
}

/// A deed: who, what.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    /// Who.
    pub actor: Word,
    /// What.
    pub verb: Verb,
    /// Fields that are written with it: field and value.
    pub fields: Vec<(Word, Word)>,
    /// What is left out on purpose: fields, or `reason`.
    pub without: Vec<Word>,
    /// Why.
    pub reason: Option<String>,
}

/// What somebody does.
#[derive(Debug, Clone)]
pub(super) enum Verb {
    /// Starts a workflow, of the scenario's year or of another.
    Start(Word, Option<Word>),
    /// Completes a step.
    Complete(Word),
    /// Approves at a step.
    Approve(Word),
    /// Rejects at a step.
    Reject(Word),
    /// Returns from a step to another.
    Return(Word, Word),
    /// Gives a grade at a step.
    Grade(Word, Word),
    /// Abstains at a step.
    Abstain(Word),
    /// Acknowledges the receipt of a handoff.
    Receive(Word),
    /// Answers a handoff, with a result where it has some.
    Answer(Word, Option<Word>),
    /// Withdraws the case.
    Withdraw,
    /// Stops the case, lets it go on, ends it for good.
    Halt(Halt),
    /// Takes their last decision back.
    TakeBackDecision,
    /// Does something else with the task of a step.
    OnTask(TermWord, Word),
    /// Takes a fact back.
    TakeBack(Word),
}

impl Verb {
    /// Whether fields are written with it.
    pub fn takes_fields(&self) -> bool {
        match self {
            Self::Start(..)
            | Self::Complete(_)
            | Self::Approve(_)
            | Self::Reject(_)
            | Self::Return(..)
            | Self::Grade(..)
            | Self::Receive(_)
            | Self::Answer(..)
            | Self::Abstain(_) => true,
            Self::Withdraw | Self::Halt(_) | Self::TakeBackDecision | Self::TakeBack(_) | Self::OnTask(..) => false,
        }
    }
}

/// What an administrator does to a case.
#[derive(Debug, Clone, Copy)]
pub(super) enum Halt {
    /// Stops it for a while.
    Suspend,
    /// Lets it go on.
    Resume,
    /// Ends it for good.
    Terminate,
}

/// What somebody does with a task besides deciding it.
#[derive(Debug, Clone)]
pub(super) enum TermWord {
    /// Takes it out of a pool.
    Claim,
    /// Puts it back.
    Release,
    /// Gives it to somebody.
    Transfer(Word),
    /// Asks somebody for an opinion.
    Delegate(Word),
    /// Gives the opinion: for or against.
    Advise(bool),
    /// Decides without the opinion.
    CallBack,
    /// Adds somebody.
    Add(Placing, Word),
    /// Removes somebody who was added.
    Remove(Word),
    /// Chooses who does a later step, which is the one that is named.
    Choose(Vec<Word>),
    /// Asks to hurry.
    Urge,
}

/// How it must be.
#[derive(Debug, Clone)]
pub(super) enum Claim {
    /// The case (or the latest one of a workflow) has ended as this.
    Ends(Option<Word>, Word),
    /// The case waits at exactly these steps.
    WaitsAt(Option<Word>, Vec<Word>),
    /// A step waits for exactly these people.
    WaitsFor(Word, Vec<Word>),
    /// Nobody may act on a step.
    Nobody(Word),
    /// A step is due at the end of that day.
    Due(Word, NaiveDate),
    /// A fact stands with this value, and up to this amount if one is said.
    Fact(Word, Word, Option<Money>),
    /// No such fact stands.
    NoFact(Word),
    /// An effect was carried out, or was not.
    Effect(Word, bool),
    /// Somebody was copied in.
    CopiedIn(Word),
    /// Somebody was reminded of a step, or was not.
    Reminded(Word, Word, bool),
    /// Somebody above learnt that a step is late, or did not.
    ToldLate(Word, Word, bool),
}
