//! What `do: submit-budget-request` means: the facts are looked at once more, in the transaction that submits.
//!
//! This is the second of three places that keep the rule “no request without an assessment and targets”: the gate of
//! the definition comes before it, the foreign keys of the table behind it.

use crate::{
    definition::{FactName, FactValue},
    ids::FactId,
    money::Money,
};

/// The values of an assessment that let a request through: 予以支持, 调整后支持, 免于评估.
const ASSESSMENTS_THAT_OPEN: [&str; 3] = ["supported", "adjusted", "exempt"];
/// The value of targets that lets a request through.
const TARGETS_THAT_OPEN: [&str; 1] = ["accepted"];

/// A fact that stands for the project and year of the request, read and locked in its transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingFact {
    /// Its id.
    pub id: FactId,
    /// Its kind.
    pub kind: FactName,
    /// What it says.
    pub value: FactValue,
    /// What it allows at most; `None` means no cap.
    pub cap: Option<Money>,
}

/// A request with the facts it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// What is asked for.
    pub amount: Money,
    /// The assessment.
    pub assessment: StandingFact,
    /// The targets.
    pub targets: StandingFact,
}

/// Why a request is not submitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSubmitted {
    /// A fact is missing, was taken back, or says something that does not open.
    #[error("no standing fact “{0}” opens the request")]
    FactGone(FactName),
    /// The amount is above a fact's cap.
    #[error("the amount is above the cap")]
    AboveCap {
        /// What was asked for.
        amount: Money,
        /// What is allowed.
        cap: Money,
    },
}

/// Checks a request against the facts that stand right now.
///
/// # Errors
/// [`NotSubmitted`], and then nothing may be stored.
pub fn submit(amount: Money, facts: &[StandingFact]) -> Result<Submission, NotSubmitted> {
    let assessment = opening(facts, "assessment", &ASSESSMENTS_THAT_OPEN)?;
    let targets = opening(facts, "targets", &TARGETS_THAT_OPEN)?;
    for cap in [assessment.cap, targets.cap].into_iter().flatten() {
        if amount > cap {
            return Err(NotSubmitted::AboveCap { amount, cap });
        }
    }
    Ok(Submission { amount, assessment, targets })
}

fn opening(facts: &[StandingFact], kind: &str, values: &[&str]) -> Result<StandingFact, NotSubmitted> {
    facts
        .iter()
        .find(|fact| fact.kind.as_str() == kind && values.contains(&fact.value.as_str()))
        .cloned()
        .ok_or_else(|| NotSubmitted::FactGone(kind.into()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn fact(kind: &str, value: &str, cap: Option<i64>) -> StandingFact {
        let cap = cap.map(|fen| Money::from_fen(fen).unwrap());
        StandingFact { id: FactId::from_uuid(Uuid::from_u128(1)), kind: kind.into(), value: value.into(), cap }
    }

    #[test]
    fn both_facts_are_needed_and_must_open() {
        let amount = Money::from_fen(100).unwrap();
        let assessment = fact("assessment", "supported", None);
        let targets = fact("targets", "accepted", None);
        assert!(submit(amount, &[assessment.clone(), targets.clone()]).is_ok());
        assert_eq!(submit(amount, std::slice::from_ref(&targets)), Err(NotSubmitted::FactGone("assessment".into())));
        assert_eq!(submit(amount, &[assessment]), Err(NotSubmitted::FactGone("targets".into())));
        let refused = fact("assessment", "not-supported", None);
        assert_eq!(submit(amount, &[refused, targets]), Err(NotSubmitted::FactGone("assessment".into())));
    }

    #[test]
    fn the_supported_amount_is_the_cap() {
        let facts = [fact("assessment", "adjusted", Some(100)), fact("targets", "accepted", None)];
        let (at, above) = (Money::from_fen(100).unwrap(), Money::from_fen(101).unwrap());
        assert!(submit(at, &facts).is_ok());
        assert_eq!(submit(above, &facts), Err(NotSubmitted::AboveCap { amount: above, cap: at }));
    }
}
