//! What somebody holds who leaves, and its passing to successors.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::said::{At, Caller, Write};
use crate::{
    app::{
        handing_over::{self, HandoverView, Verdict, Wanted},
        sign_in::NotLetIn,
    },
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// To whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// The login of the successor; empty where each post has one.
    #[serde(default)]
    to: String,
    /// The logins of successors in single posts, by `role@organisation`.
    #[serde(default)]
    posts: BTreeMap<String, String>,
    /// Why.
    reason: String,
}

/// One thing that somebody holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldBody {
    /// The case.
    #[schema(value_type = String)]
    case: CaseId,
    /// 流程编号.
    number: String,
    /// The title of the step; nothing where it is the case itself.
    step: Option<String>,
    /// What is held.
    what: String,
    /// `unnamed`, `can`, `stays`, `passed` or `settled`.
    verdict: &'static str,
    /// Why it stays.
    why: Option<String>,
}

/// What somebody holds, for the security and the workflow administrator.
#[utoipa::path(get, path = "/api/v1/people/{login}/held", tag = "people",
    params(("login" = String, Path, description = "The login of who leaves")),
    responses((status = 200, body = Vec<HeldBody>)))]
pub async fn held(
    State(site): State<Site>,
    caller: Caller,
    At(login): At<String>,
) -> Result<Json<Vec<HeldBody>>, Refused> {
    let wanted = Wanted { login, ..Wanted::default() };
    match handing_over::look(&site.app, &caller.0, &wanted).await {
        Ok(view) => Ok(body(&caller, view)),
        Err(not) => Err(told(&caller, not)),
    }
}

/// Hands over what somebody holds who leaves, for the security and the workflow administrator. What cannot pass stays
/// and raises an incident. Done again, it passes what is left.
#[utoipa::path(post, path = "/api/v1/people/{login}/hand-over", tag = "people", request_body = HandOver,
    params(("login" = String, Path, description = "The login of who leaves")),
    responses((status = 200, body = Vec<HeldBody>)))]
pub async fn hand_over(
    State(site): State<Site>,
    caller: Caller,
    At(login): At<String>,
    write: Write<HandOver>,
) -> Result<Json<Vec<HeldBody>>, Refused> {
    let HandOver { to, posts, reason } = write.said;
    let wanted = Wanted { login, to, posts, reason };
    match handing_over::hand_over(&site.app, &caller.0, &wanted, Some(&write.key.key)).await {
        Ok(view) => Ok(body(&caller, view)),
        Err(not) => Err(told(&caller, not)),
    }
}

fn body(caller: &Caller, view: HandoverView) -> Json<Vec<HeldBody>> {
    let lang = caller.0.lang;
    let items = view.items.into_iter().map(|item| HeldBody {
        case: item.case,
        number: item.number,
        step: item.step.map(|step| step.get(lang).to_owned()),
        what: item.what.get(lang).to_owned(),
        verdict: match item.verdict {
            Verdict::Unnamed => "unnamed",
            Verdict::Can => "can",
            Verdict::Stays => "stays",
            Verdict::Passed => "passed",
            Verdict::Settled => "settled",
        },
        why: item.why.map(|why| why.get(lang).to_owned()),
    });
    Json(items.collect())
}

fn told(caller: &Caller, not: NotLetIn) -> Refused {
    match not {
        NotLetIn::Told(problem) => Refused::json(*problem, caller.0.lang),
        NotLetIn::Failed(failure) => caller.refused(failure),
    }
}
