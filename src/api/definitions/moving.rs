//! What the live version of a workflow means for open cases.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        said::{At, Caller},
        shapes::Words,
    },
    app::moving::OpenCase,
    engine::moving::{Obstacle, Verdict},
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// The open cases of a workflow beside its live version.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovingBody {
    /// The live version.
    version: i32,
    cases: Vec<OpenCaseBody>,
}

/// An open case.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenCaseBody {
    #[schema(value_type = String)]
    case: CaseId,
    /// 流程编号.
    number: String,
    /// The version it is on.
    version: i32,
    /// The titles of the steps where it stands.
    stands: Vec<Words>,
    /// `stays`, `can-move` or `cannot-move`.
    verdict: &'static str,
    /// Why it cannot move.
    because: Vec<Words>,
}

impl From<OpenCase> for OpenCaseBody {
    fn from(open: OpenCase) -> Self {
        let (verdict, obstacles): (_, &[Obstacle]) = match &open.verdict {
            Verdict::Stays => ("stays", &[]),
            Verdict::CanMove => ("can-move", &[]),
            Verdict::CannotMove(obstacles) => ("cannot-move", obstacles),
        };
        Self {
            case: open.case,
            number: open.number,
            version: open.version,
            stands: open.stands.iter().map(Into::into).collect(),
            verdict,
            because: obstacles.iter().map(|obstacle| (&obstacle.sentence()).into()).collect(),
        }
    }
}

/// Every open case of a workflow beside its live version: which stay, which can move, which cannot and why. For the
/// workflow administrator.
#[utoipa::path(get, path = "/api/v1/definitions/{workflow}/moving", tag = "definitions",
    params(("workflow" = String, Path, description = "The workflow's name")),
    responses((status = 200, body = MovingBody)))]
pub async fn moving(
    State(site): State<Site>,
    caller: Caller,
    At(workflow): At<String>,
) -> Result<Json<MovingBody>, Refused> {
    let report = site.app.moving_report(&caller.0, &workflow).await.map_err(|failure| caller.refused(failure))?;
    let cases = report.cases.into_iter().map(OpenCaseBody::from).collect();
    Ok(Json(MovingBody { version: report.version, cases }))
}
