//! What people do with one task besides deciding it, as fixtures write it.

use yumen::{
    engine::tasks::{Advice, Placing, Term},
    ids::PersonId,
};

use super::{fixture::Command, ground::Ground};

/// The term that a command names; `None` when it names none.
pub fn of(ground: &Ground, command: &Command, reason: &str) -> Result<Option<Term>, String> {
    let reason = reason.to_owned();
    Ok(Some(match command.verb.as_str() {
        "claim" => Term::Claim,
        "release" => Term::Release,
        "transfer" => Term::Transfer { to: person(ground, command)?, reason },
        "delegate" => Term::Delegate { to: person(ground, command)?, reason },
        "call-back" => Term::CallBack,
        "give-opinion" => {
            let advice = match command.advice.as_deref() {
                Some("for") => Advice::Approve,
                Some("against") => Advice::Disapprove,
                other => return Err(format!("no advice is called {other:?}")),
            };
            Term::GiveOpinion { advice, text: reason }
        }
        "add-signer" => {
            let place = match command.place.as_deref() {
                Some("before") => Placing::Before,
                Some("after") => Placing::After,
                Some("beside") => Placing::Parallel,
                other => return Err(format!("nobody is added {other:?}")),
            };
            Term::AddSigner { person: person(ground, command)?, place, reason }
        }
        "remove-signer" => Term::RemoveSigner { person: person(ground, command)? },
        "urge" => Term::Urge,
        _ => return Ok(None),
    }))
}

fn person(ground: &Ground, command: &Command) -> Result<PersonId, String> {
    let login = command.to.as_deref().ok_or_else(|| format!("{} needs “to”", command.verb))?;
    ground.people.get(login).copied().ok_or_else(|| format!("there is nobody called {login}"))
}
