//! Open cases beside the live version of their workflow: which stay, which can move, which cannot and why.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Notice, Part},
    render::View,
    text::{Arguments, find},
};
use crate::{
    app::{
        Failure, Problem,
        moving::OpenCase,
        shown::{Chip, Tone},
    },
    engine::{Refusal, moving::Verdict},
    http::{answer::Refused, site::Site, visit::Visit},
    language::Text,
};

/// What a version means for open cases.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MovingView {
    /// How many are on it.
    pub stays: usize,
    /// How many can move to it.
    pub can: usize,
    /// How many cannot.
    pub cannot: usize,
    /// All of them, by number.
    pub cases: Vec<OpenCaseView>,
}

/// An open case.
#[derive(Debug, Clone, Serialize)]
pub struct OpenCaseView {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub about: String,
    /// Who started it.
    pub initiator: String,
    /// The version it is on.
    pub version: i32,
    /// Where it stands.
    pub stands: Vec<Text>,
    /// What becomes of it.
    pub verdict: Chip,
    /// Why it cannot move.
    pub because: Vec<Text>,
}

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct MovingPage {
    /// The workflow.
    pub workflow: String,
    /// Its title.
    pub title: Text,
    /// The live version.
    pub version: i32,
    /// The report.
    pub moving: MovingView,
    /// The reason as typed.
    pub reason: String,
    /// Why the last attempt did not work.
    pub refusal: Option<String>,
}

impl View for MovingPage {
    const TEMPLATE: &'static str = "moving";
}

impl MovingView {
    /// The cases, counted.
    #[must_use]
    pub fn of(cases: Vec<(OpenCaseView, bool, bool)>) -> Self {
        let stays = cases.iter().filter(|(_, stays, _)| *stays).count();
        let can = cases.iter().filter(|(_, _, can)| *can).count();
        let cannot = cases.len() - stays - can;
        Self { stays, can, cannot, cases: cases.into_iter().map(|(case, _, _)| case).collect() }
    }
}

impl OpenCaseView {
    /// The case, whether it stays, and whether it can move.
    #[must_use]
    pub fn of(open: OpenCase) -> (Self, bool, bool) {
        let (chip, because) = match &open.verdict {
            Verdict::Stays => (Chip::new(Tone::Plain, Text::new("已按此版本办理", "On this version")), Vec::new()),
            Verdict::CanMove => (Chip::new(Tone::Good, Text::new("可以迁移", "Can move")), Vec::new()),
            Verdict::CannotMove(obstacles) => (
                Chip::new(Tone::Warn, Text::new("不能迁移", "Cannot move")),
                obstacles.iter().map(crate::engine::moving::Obstacle::sentence).collect(),
            ),
        };
        let (stays, can) = (open.verdict == Verdict::Stays, open.verdict == Verdict::CanMove);
        let view = Self {
            href: format!("/cases/{}", open.case),
            number: open.number,
            about: open.about,
            initiator: open.initiator,
            version: open.version,
            stands: open.stands,
            verdict: chip,
            because,
        };
        (view, stays, can)
    }
}

/// What the last move came to, in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    moved: Option<usize>,
    left: usize,
}

/// Why cases are moved.
#[derive(Debug, Deserialize)]
pub struct MoveForm {
    reason: String,
}

/// `GET /definitions/{workflow}/moving`
///
/// # Errors
/// When nothing of the workflow is live.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path(workflow): Path<String>,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let view = page(&site, &visit, &workflow).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?;
    let notice = asked.moved.and_then(|moved| {
        let arguments = Arguments::from([("moved".into(), moved.into()), ("left".into(), asked.left.into())]);
        find(lang, "moving-done", &arguments).map(|text| Notice { tone: Tone::Good, text })
    });
    Frame { notice, ..frame }.page(&view)
}

/// `POST /definitions/{workflow}/moving`
///
/// # Errors
/// When something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    Path(workflow): Path<String>,
    uri: OriginalUri,
    Form(form): Form<MoveForm>,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    match site.app.move_open(&visit.viewer, &workflow, &form.reason).await {
        Ok(done) => {
            tracing::info!(actor.id = %visit.viewer.person, workflow, moved = done.moved, left = done.left, "open cases were moved");
            let to = format!("/definitions/{workflow}/moving?moved={}&left={}", done.moved, done.left);
            Ok(Redirect::to(&to).into_response())
        }
        Err(Failure::Refused(refusal)) => {
            let refusal: Refusal = refusal;
            let mut view = page(&site, &visit, &workflow).await.map_err(failed)?;
            (view.reason, view.refusal) = (form.reason, Some(refusal.sentence(lang)));
            let status = StatusCode::from_u16(Problem::from(&refusal).status).unwrap_or(StatusCode::CONFLICT);
            let frame = Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?;
            Ok((status, frame.page(&view)?).into_response())
        }
        Err(failure) => Err(failed(failure)),
    }
}

async fn page(site: &Site, visit: &Visit, workflow: &str) -> Result<MovingPage, Failure> {
    let report = site.app.moving_report(&visit.viewer, workflow).await?;
    Ok(MovingPage {
        workflow: workflow.to_owned(),
        title: report.title,
        version: report.version,
        moving: MovingView::of(report.cases.into_iter().map(OpenCaseView::of).collect()),
        reason: String::new(),
        refusal: None,
    })
}
