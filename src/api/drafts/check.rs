//! Checks a draft.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        said::{At, Caller},
        shapes::Words,
    },
    definition::problem::{Problem, Severity},
    http::{answer::Refused, site::Site},
    ids::DraftId,
};

/// What was found in a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// The revision that was checked.
    revision: i64,
    /// What keeps it from being put forward, in the order of the text.
    problems: Vec<ProblemBody>,
    /// What is worth a look besides.
    remarks: Vec<ProblemBody>,
}

/// One thing that was found. It is explained by `yumen check --explain` and its code.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// The stable code.
    #[schema(example = "E403")]
    code: String,
    /// `error`, `warning` or `information`.
    severity: &'static str,
    /// The file where it stands.
    file: Option<String>,
    /// The line, from 1.
    line: usize,
    /// The column, from 1.
    column: usize,
    /// Characters, at least 1.
    length: usize,
    /// What is wrong.
    sentence: Words,
    /// What to do about it.
    hint: Words,
    /// The shortest way of a case that shows it, for problems with ways.
    way: Option<WayBody>,
}

/// A way of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct WayBody {
    /// The steps it comes to, in order.
    steps: Vec<String>,
    /// The same in words, from the start on.
    words: Words,
}

impl From<&Problem> for ProblemBody {
    fn from(problem: &Problem) -> Self {
        let way = problem.way.as_ref().map(|way| WayBody {
            steps: way.steps.iter().map(ToString::to_string).collect(),
            words: (&way.words).into(),
        });
        Self {
            code: problem.code.to_string(),
            severity: match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information => "information",
            },
            file: problem.file.clone(),
            line: problem.place().line,
            column: problem.place().column,
            length: problem.spot.len,
            sentence: (&problem.sentence).into(),
            hint: (&problem.hint).into(),
            way,
        }
    }
}

/// Every problem of a draft at once, as `yumen check` finds them beside what is live.
#[utoipa::path(get, path = "/api/v1/drafts/{draft}/check", tag = "drafts",
    params(("draft" = String, Path, description = "The draft's id")),
    responses((status = 200, body = Found)))]
pub async fn check_draft(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<DraftId>,
) -> Result<Json<Found>, Refused> {
    let state = site.app.draft(&caller.0, id).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(Found {
        revision: state.row.revision,
        problems: state.problems.iter().map(ProblemBody::from).collect(),
        remarks: state.remarks.iter().map(ProblemBody::from).collect(),
    }))
}
