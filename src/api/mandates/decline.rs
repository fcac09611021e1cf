//! Declines proposed mandates.

use axum::{Json, extract::State};

use super::{MandateState, SpeakOnMandates};
use crate::{
    api::said::{At, Caller, Write},
    app::mandates::{Answer, Statement},
    http::{answer::Refused, site::Site},
};

/// Declines proposed mandates, which settles the proposal. For the finance leader and the audit administrator.
#[utoipa::path(post, path = "/api/v1/mandates/{no}/decline", tag = "definitions", request_body = SpeakOnMandates,
    params(("no" = i64, Path, description = "The number of the set")),
    responses((status = 200, body = MandateState)))]
pub async fn decline_mandates(
    State(site): State<Site>,
    caller: Caller,
    At(no): At<i64>,
    write: Write<SpeakOnMandates>,
) -> Result<Json<MandateState>, Refused> {
    let SpeakOnMandates { role, reason } = write.said;
    let statement = Statement { no, role, answer: Answer::Decline, reason };
    let speaking = site.app.speak_on_mandates(&caller.0, statement);
    let state = site.app.once(caller.0.person, write.key, speaking).await.map_err(|failure| caller.refused(failure))?;
    tracing::info!(actor.id = %caller.0.person, mandates.no = no, mandates.state = state, "somebody spoke on mandates");
    Ok(Json(MandateState { no, state }))
}
