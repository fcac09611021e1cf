//! The workflows as they are defined: a list, and each with its versions, its source and its drawing.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    drafts::CaseLink,
    flow::{self, BlockView},
    frame::{self, Frame, Part, told},
    render::View,
};
use crate::{
    app::{
        App, Failure, Problem, Viewer,
        compare::{Comparison, compare},
        deadlines::{self, StepDeadline, Within},
        drafts::WRITES_DEFINITIONS,
        mandates::SEES_MANDATES,
        proposing::CHANGES_DEFINITIONS,
        shown::{Chip, Tone},
        timetable_words,
        versions::Version,
        words,
    },
    clock::Instant,
    definition::{Definition, StepName, schedule::Schedule},
    engine::{Refusal, who::day_of},
    http::{answer::Refused, site::Site, visit::Visit},
    language::Text,
    store::definitions,
    verify::Certificate,
};

/// The list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DefinitionsView {
    /// The live version of each, or the last one.
    pub rows: Vec<DefinitionRow>,
    /// Drafts that are being written or decided on.
    pub drafts: Vec<DraftRow>,
    /// Whether the person who looks writes definitions.
    pub may_write: bool,
    /// Whether the person who looks sees how the mandates came about.
    pub sees_mandates: bool,
}

/// One workflow.
#[derive(Debug, Clone, Serialize)]
pub struct DefinitionRow {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its version.
    pub version: i32,
    /// Live or retired.
    pub state: Chip,
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// When it was published.
    pub published_at: Instant,
}

/// A draft.
#[derive(Debug, Clone, Serialize)]
pub struct DraftRow {
    /// Its page.
    pub href: String,
    /// The workflow.
    pub workflow: String,
    /// Who writes it.
    pub author: String,
    /// When it was saved last.
    pub changed_at: Instant,
}

/// One workflow, whole.
#[derive(Debug, Clone, Serialize)]
pub struct DefinitionView {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// The version that is shown.
    pub version: i32,
    /// Live or retired.
    pub state: Chip,
    /// When it was published.
    pub published_at: Instant,
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// Its drawing.
    pub flow: BlockView,
    /// What its steps say of their deadlines.
    pub deadlines: Vec<StepDeadline>,
    /// The deadlines in law for the whole of it: the time, and the article.
    pub within: Vec<Within>,
    /// What starts it by itself.
    pub schedules: Vec<DefinedSchedule>,
    /// Its source.
    pub source: String,
    /// The scenarios beside it.
    pub scenarios: Option<String>,
    /// SM3 of the source.
    pub hash: String,
    /// What was proven when it was published; `None` where no certificate was kept.
    pub proof: Option<ProofView>,
    /// All versions, newest first.
    pub versions: Vec<VersionRow>,
    /// What differs from the version before it.
    pub compare: Option<Comparison>,
    /// The version before it.
    pub before: Option<i32>,
    /// Whether the person who looks writes definitions.
    pub may_write: bool,
    /// Whether it can be retired.
    pub may_retire: bool,
    /// Open cases on other versions than the live one.
    pub behind: i64,
    /// Why the last attempt did not work.
    pub refusal: Option<String>,
}

/// What starts a workflow by itself.
#[derive(Debug, Clone, Serialize)]
pub struct DefinedSchedule {
    /// Its title.
    pub title: Text,
    /// When.
    pub times: Text,
}

/// What was proven of a version.
#[derive(Debug, Clone, Serialize)]
pub struct ProofView {
    /// The number of the set of mandates by which it was proven, where that set is kept.
    pub mandates: Option<i64>,
    /// Whether the person who looks sees that set.
    pub sees_mandates: bool,
    /// Every mandate that protects something in it.
    pub proven: Vec<ProvenView>,
}

/// A mandate that holds.
#[derive(Debug, Clone, Serialize)]
pub struct ProvenView {
    /// Its name.
    pub mandate: String,
    /// The steps that it protects.
    pub before: Vec<Text>,
    /// The steps that establish what it needs.
    pub by: Vec<Text>,
}

/// A version.
#[derive(Debug, Clone, Serialize)]
pub struct VersionRow {
    /// Its number.
    pub version: i32,
    /// Live or retired.
    pub state: Chip,
    /// When it was published.
    pub published_at: Instant,
    /// Who wrote it; none for what came with Yumen.
    pub author: Option<String>,
    /// Who approved it.
    pub approved_by: Text,
    /// The case that decided on it.
    pub decided_in: Option<CaseLink>,
    /// Cases that go on.
    pub open: i64,
    /// Cases that are over.
    pub ended: i64,
    /// Since when it is retired.
    pub retired_at: Option<Instant>,
    /// Who retired it.
    pub retired_by: Option<Text>,
    /// Why; empty where the next version took its place.
    pub retired_why: Option<String>,
    /// Whether it is the one that is shown.
    pub shown: bool,
}

impl View for DefinitionsView {
    const TEMPLATE: &'static str = "definitions";
}

impl View for DefinitionView {
    const TEMPLATE: &'static str = "definition";
}

/// Which version, and what the last action led to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    version: Option<i32>,
    told: Option<String>,
}

/// Why a workflow is retired.
#[derive(Debug, Deserialize)]
pub struct RetireForm {
    reason: String,
}

/// `GET /definitions`
///
/// # Errors
/// When something of ours fails.
pub async fn list(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let view = all(&site.app, &visit.viewer).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?;
    frame.telling(told(lang, asked.told.as_deref())).page(&view)
}

/// `GET /definitions/{workflow}`
///
/// # Errors
/// When there is none.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path(workflow): Path<String>,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let view = whole(&site.app, &visit.viewer, (&workflow, asked.version)).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?;
    frame.telling(told(lang, asked.told.as_deref())).page(&view)
}

/// `POST /definitions/{workflow}/retire`
///
/// # Errors
/// When something of ours fails.
pub async fn retire(
    State(site): State<Site>,
    visit: Visit,
    Path(workflow): Path<String>,
    uri: OriginalUri,
    Form(form): Form<RetireForm>,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    match site.app.retire(&visit.viewer, &workflow, &form.reason).await {
        Ok(()) => {
            tracing::info!(actor.id = %visit.viewer.person, workflow, "a workflow was retired");
            Ok(Redirect::to(&format!("/definitions/{workflow}?told=retired")).into_response())
        }
        Err(Failure::Refused(refusal)) => {
            let mut view = whole(&site.app, &visit.viewer, (&workflow, None)).await.map_err(failed)?;
            view.refusal = Some(refusal.sentence(lang));
            let status = StatusCode::from_u16(Problem::from(&refusal).status).unwrap_or(StatusCode::CONFLICT);
            let frame = Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?;
            let page = Frame { path: format!("/definitions/{workflow}"), ..frame }.page(&view)?;
            Ok((status, page).into_response())
        }
        Err(failure) => Err(failed(failure)),
    }
}

async fn all(app: &App, viewer: &Viewer) -> Result<DefinitionsView, Failure> {
    let db = app.store().read();
    let directory = app.directory(db).await?;
    let stored = definitions::all(db).await?;
    let mut rows = Vec::new();
    for versions in stored.chunk_by(|one, next| one.workflow == next.workflow) {
        let row = versions.iter().find(|row| row.is_current).unwrap_or(&versions[0]);
        let definition = app.definition(db, &row.hash).await?;
        rows.push(DefinitionRow {
            name: row.workflow.clone(),
            title: definition.title.clone(),
            version: row.version,
            state: chip(row.is_current),
            basis: definition.basis.iter().map(|basis| words::citation(app.policy(), basis)).collect(),
            published_at: row.published_at,
        });
    }
    let drafts = app.open_drafts(viewer).await?.into_iter().map(|draft| DraftRow {
        href: format!("/drafts/{}", draft.id),
        author: words::person(&directory, draft.author),
        changed_at: draft.changed_at,
        workflow: draft.workflow,
    });
    let (may_write, sees_mandates) = (viewer.holds_any(WRITES_DEFINITIONS), viewer.holds_any(SEES_MANDATES));
    Ok(DefinitionsView { rows, drafts: drafts.collect(), may_write, sees_mandates })
}

async fn whole(app: &App, viewer: &Viewer, of: (&str, Option<i32>)) -> Result<DefinitionView, Failure> {
    let (workflow, asked) = of;
    let versions = app.versions_of(workflow).await?;
    let live = versions.iter().find(|version| version.row.is_current).or_else(|| versions.first());
    let shown = match asked {
        Some(asked) => versions.iter().find(|version| version.row.version == asked),
        None => live,
    };
    let row = shown.map(|version| version.row.clone()).ok_or(Refusal::NotFound)?;
    let before = versions.iter().find(|version| version.row.version < row.version).map(|version| &version.row);
    let definition = app.definition(app.store().read(), &row.hash).await?;
    let may_write = viewer.holds_any(WRITES_DEFINITIONS);
    let is_live = versions.iter().any(|version| version.row.is_current);
    Ok(DefinitionView {
        name: row.workflow.clone(),
        title: definition.title.clone(),
        version: row.version,
        state: chip(row.is_current),
        published_at: row.published_at,
        basis: definition.basis.iter().map(|basis| words::citation(app.policy(), basis)).collect(),
        flow: flow::draw(&definition, &app.policy().thresholds.words(day_of(app.now())), None),
        deadlines: deadlines::of_definition(&definition),
        within: deadlines::within(&definition, app.policy()),
        schedules: definition.schedules.iter().map(defined).collect(),
        compare: before.map(|before| compare(&before.source, &row.source)),
        before: before.map(|before| before.version),
        may_write,
        may_retire: may_write && is_live && workflow != CHANGES_DEFINITIONS,
        behind: versions.iter().filter(|version| !version.row.is_current).map(|version| version.open).sum(),
        versions: versions.iter().map(|version| version_row(version, row.version)).collect(),
        proof: match &row.certificate {
            Some(kept) => Some(proof(app, viewer, &definition, kept).await?),
            None => None,
        },
        source: row.source,
        scenarios: row.scenarios,
        hash: row.hash,
        refusal: None,
    })
}

async fn proof(app: &App, viewer: &Viewer, definition: &Definition, kept: &str) -> Result<ProofView, Failure> {
    let certificate: Certificate = serde_json::from_str(kept).map_err(Failure::broken)?;
    let mandates = app.number_of_mandates(&certificate.mandates).await?;
    let titles = |steps: &[StepName]| steps.iter().map(|step| words::step(definition, step)).collect();
    let proven = certificate.proven.into_iter().map(|proven| ProvenView {
        before: titles(&proven.before),
        by: titles(&proven.by),
        mandate: proven.mandate,
    });
    Ok(ProofView { mandates, sees_mandates: viewer.holds_any(SEES_MANDATES), proven: proven.collect() })
}

fn defined(schedule: &Schedule) -> DefinedSchedule {
    DefinedSchedule { title: schedule.title.clone(), times: timetable_words::times(&schedule.timing) }
}

fn version_row(version: &Version, shown: i32) -> VersionRow {
    let row = &version.row;
    VersionRow {
        version: row.version,
        state: chip(row.is_current),
        published_at: row.published_at,
        author: version.author.clone(),
        approved_by: version.approved_by.clone(),
        decided_in: version.decided_in.as_ref().map(|(case, number)| CaseLink {
            href: format!("/cases/{case}"),
            number: number.clone(),
            status: chip(row.is_current),
        }),
        open: version.open,
        ended: version.ended,
        retired_at: row.retired_at,
        retired_by: version.retired_by.clone(),
        retired_why: row.retired_why.clone(),
        shown: row.version == shown,
    }
}

fn chip(is_live: bool) -> Chip {
    if is_live {
        Chip::new(Tone::Good, Text::new("现行", "Live"))
    } else {
        Chip::new(Tone::Plain, Text::new("停用", "Retired"))
    }
}
