//! Two versions of a workflow side by side.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::said::{Asked, At, Caller},
    app::{Failure, compare},
    engine::Refusal,
    http::{answer::Refused, site::Site},
};

/// Which versions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Between {
    /// The older one; the one before `to` unless said.
    from: Option<i32>,
    /// The newer one; the live one, or the last one, unless said.
    to: Option<i32>,
}

/// What differs between two texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonBody {
    /// The older version; absent where there is nothing before.
    from: Option<i32>,
    /// The newer version; absent where it is a draft.
    to: Option<i32>,
    /// How many lines came in.
    added: usize,
    /// How many lines were taken out.
    removed: usize,
    /// The changed lines and a little of what surrounds them.
    lines: Vec<LineBody>,
}

/// A line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// `same`, `added`, `removed`, or `gap` where lines are left out.
    kind: &'static str,
    /// Its number in the old text.
    old: Option<usize>,
    /// Its number in the new text.
    new: Option<usize>,
    line: String,
}

impl ComparisonBody {
    /// What differs between the texts of these versions; none for a draft.
    pub fn of((from, old): (Option<i32>, &str), (to, new): (Option<i32>, &str)) -> Self {
        let found = compare::compare(old, new);
        let lines = found.lines.into_iter();
        let lines = lines.map(|line| LineBody { kind: line.kind, old: line.old, new: line.new, line: line.line });
        Self { from, to, added: found.added, removed: found.removed, lines: lines.collect() }
    }
}

/// What differs between two versions of a workflow, line by line.
#[utoipa::path(get, path = "/api/v1/definitions/{workflow}/compare", tag = "definitions",
    params(("workflow" = String, Path, description = "The workflow's name"), Between),
    responses((status = 200, body = ComparisonBody)))]
pub async fn compare_versions(
    State(site): State<Site>,
    caller: Caller,
    At(workflow): At<String>,
    Asked(between): Asked<Between>,
) -> Result<Json<ComparisonBody>, Refused> {
    let found = site.app.two_versions(&workflow, between.from, between.to).await;
    let (old, new) = found.map_err(|failure| caller.refused(failure))?;
    if between.from.is_some() && old.is_none() {
        return Err(caller.refused(Failure::Refused(Refusal::NotFound)));
    }
    let source = old.as_ref().map_or("", |old| old.source.as_str());
    let older = (old.as_ref().map(|old| old.version), source);
    Ok(Json(ComparisonBody::of(older, (Some(new.version), &new.source))))
}
