//! Who stands for the caller.

use axum::{Json, extract::State, http::StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::said::{At, Caller, Write};
use crate::{
    app::{
        sign_in::NotLetIn,
        substitutes::{self, NewSubstitute},
    },
    http::{answer::Refused, site::Site},
    ids::{PersonId, SubstituteId},
};

/// A substitution that is not over.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubstituteBody {
    #[schema(value_type = String)]
    id: SubstituteId,
    /// For whom.
    #[schema(value_type = String)]
    person: PersonId,
    /// Who stands for them.
    #[schema(value_type = String)]
    deputy: PersonId,
    /// In which workflows; all of them when empty.
    workflows: Vec<String>,
    /// The first day.
    from: NaiveDate,
    /// The last day.
    until: NaiveDate,
}

/// A substitution to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSubstitute {
    /// The login of the substitute.
    deputy: String,
    /// In which workflows; all of them when empty.
    #[serde(default)]
    workflows: Vec<String>,
    /// The first day, today at the earliest.
    from: NaiveDate,
    /// The last day.
    until: NaiveDate,
}

/// Nothing more needs to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSubstitute {}

/// Who stands for the caller, and for whom the caller stands.
#[utoipa::path(get, path = "/api/v1/me/substitutes", tag = "people",
    responses((status = 200, body = Vec<SubstituteBody>)))]
pub async fn substitutes(State(site): State<Site>, caller: Caller) -> Result<Json<Vec<SubstituteBody>>, Refused> {
    let person = caller.0.person;
    let standing = site.app.standing_substitutes().await.map_err(|failure| caller.refused(failure))?;
    let own = standing.into_iter().filter(|one| one.person == person || one.deputy == person);
    let body = own.map(|one| SubstituteBody {
        id: one.id,
        person: one.person,
        deputy: one.deputy,
        workflows: one.workflow_names,
        from: one.from,
        until: one.until,
    });
    Ok(Json(body.collect()))
}

/// Sets a substitute for the caller.
#[utoipa::path(post, path = "/api/v1/me/substitutes", tag = "people", request_body = SetSubstitute,
    responses((status = 204)))]
pub async fn set_substitute(
    State(site): State<Site>,
    caller: Caller,
    write: Write<SetSubstitute>,
) -> Result<StatusCode, Refused> {
    let SetSubstitute { deputy, workflows, from, until } = write.said;
    let person = caller.0.person;
    let workflows = workflows.iter().map(|name| name.as_str().into()).collect();
    let set = substitutes::set(&site.app, person, NewSubstitute { person, deputy, workflows, from, until }).await;
    set.map(|()| StatusCode::NO_CONTENT).map_err(|not| told(&caller, not))
}

/// Ends a substitution of the caller at once.
#[utoipa::path(post, path = "/api/v1/me/substitutes/{substitute}/end", tag = "people", request_body = EndSubstitute,
    params(("substitute" = String, Path, description = "The substitution's id")),
    responses((status = 204)))]
pub async fn end_substitute(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<SubstituteId>,
    _write: Write<EndSubstitute>,
) -> Result<StatusCode, Refused> {
    let ended = substitutes::end(&site.app, caller.0.person, (id, caller.0.person)).await;
    ended.map(|()| StatusCode::NO_CONTENT).map_err(|not| told(&caller, not))
}

fn told(caller: &Caller, not: NotLetIn) -> Refused {
    match not {
        NotLetIn::Told(problem) => Refused::json(*problem, caller.0.lang),
        NotLetIn::Failed(failure) => caller.refused(failure),
    }
}
