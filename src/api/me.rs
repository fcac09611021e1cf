//! Who am I?

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::said::Caller;
use crate::ids::PersonId;

/// The person behind the token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[schema(value_type = String)]
    id: PersonId,
    name: String,
    /// Roles held today.
    roles: Vec<String>,
    /// What tasks may name to mean this person.
    principals: Vec<String>,
}

/// The person behind the token, with the roles they hold today.
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses((status = 200, body = Me)))]
pub async fn me(Caller(viewer): Caller) -> Json<Me> {
    Json(Me {
        id: viewer.person,
        name: viewer.name,
        roles: viewer.roles.iter().map(ToString::to_string).collect(),
        principals: viewer.principals.iter().map(ToString::to_string).collect(),
    })
}
