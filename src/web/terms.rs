//! The terms that act on one task: short forms on the page of the task and of the case.

use axum::{
    Form,
    extract::{OriginalUri, Path, State},
    response::Response,
};
use serde::Deserialize;

use super::case::{self, case_id};
use crate::{
    engine::{
        Action, Refusal, TaskRefusal, Term,
        tasks::{Advice, Placing},
    },
    http::{answer::Refused, site::Site, visit::Visit},
    ids::{CaseId, PersonId},
};

/// What one of the forms says; each has some of the fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TermForm {
    term: String,
    person: String,
    place: String,
    advice: String,
    reason: String,
}

/// `POST /cases/{case}/tasks/{no}/terms`
///
/// # Errors
/// When the case is not for this person, or something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    Path((case, no)): Path<(String, u32)>,
    uri: OriginalUri,
    Form(form): Form<TermForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    match term(&form) {
        Ok(term) => {
            let to = leads_to(case, no, &term);
            case::act_and_go(&site, &visit, (case, Action::OnTask { task: no, term }, &to), &uri).await
        }
        Err(refusal) => case::refused(&site, &visit, (case, &refusal), &uri).await,
    }
}

/// `POST /cases/{case}/take-back`
///
/// # Errors
/// When the case is not for this person, or something of ours fails.
pub async fn take_back(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    uri: OriginalUri,
    Form(form): Form<TermForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    let to = format!("/cases/{case}?told=taken-back");
    case::act_and_go(&site, &visit, (case, Action::TakeBack { reason: form.reason }, &to), &uri).await
}

fn term(form: &TermForm) -> Result<Term, Refusal> {
    let person = || form.person.parse::<PersonId>().map_err(|_| Refusal::OnTask(TaskRefusal::NobodyChosen));
    let reason = form.reason.clone();
    Ok(match form.term.as_str() {
        "claim" => Term::Claim,
        "release" => Term::Release,
        "transfer" => Term::Transfer { to: person()?, reason },
        "delegate" => Term::Delegate { to: person()?, reason },
        "call-back" => Term::CallBack,
        "give-opinion" => {
            let advice = match form.advice.as_str() {
                "approve" => Advice::Approve,
                "disapprove" => Advice::Disapprove,
                _ => return Err(Refusal::ChooseFirst),
            };
            Term::GiveOpinion { advice, text: reason }
        }
        "add-signer" => {
            let place = match form.place.as_str() {
                "before" => Placing::Before,
                "after" => Placing::After,
                "parallel" => Placing::Parallel,
                _ => return Err(Refusal::ChooseFirst),
            };
            Term::AddSigner { person: person()?, place, reason }
        }
        "remove-signer" => Term::RemoveSigner { person: person()? },
        "urge" => Term::Urge,
        _ => return Err(Refusal::NotOffered),
    })
}

/// Back to the task while it is this person's, else to the case; who gave a task away may see the case no more.
fn leads_to(case: CaseId, no: u32, term: &Term) -> String {
    let (stays, told) = match term {
        Term::Claim => (true, "claimed"),
        Term::Release => (false, "released"),
        Term::Transfer { .. } => return "/inbox".to_owned(),
        Term::Delegate { .. } => (false, "delegated"),
        Term::CallBack => (true, "called-back"),
        Term::GiveOpinion { .. } => (false, "opinion-given"),
        Term::AddSigner { .. } => (true, "signer-added"),
        Term::RemoveSigner { .. } => (false, "signer-removed"),
        Term::Choose { .. } => (true, "saved"),
        Term::Urge => (false, "urged"),
    };
    if stays { format!("/cases/{case}/tasks/{no}?told={told}") } else { format!("/cases/{case}?told={told}") }
}
