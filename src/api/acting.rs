//! What the actions on one task share: the command goes through the one door and is answered the same.

use std::collections::BTreeMap;

use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{said::Caller, shapes::Done};
use crate::{
    app::{self, Key, Request, What},
    engine::{Action, Besides, Term},
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
};

/// Nothing more needs to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What comes with the fields of a request.
pub fn besides(cleared: &[String], chosen: BTreeMap<String, Vec<PersonId>>) -> Besides {
    Besides {
        cleared: cleared.iter().map(|name| name.as_str().into()).collect(),
        chosen: chosen.into_iter().map(|(step, people)| (step.as_str().into(), people)).collect(),
    }
}

/// Carries out a term on a task for the caller.
pub async fn on_task(
    site: &Site,
    caller: &Caller,
    (case, task): (CaseId, u32),
    (term, key): (Term, Key),
) -> Result<Json<Done>, Refused> {
    act(site, caller, case, (Action::OnTask { task, term }, key)).await
}

/// Carries out a command on a case for the caller.
pub async fn act(
    site: &Site,
    caller: &Caller,
    case: CaseId,
    (action, key): (Action, Key),
) -> Result<Json<Done>, Refused> {
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
