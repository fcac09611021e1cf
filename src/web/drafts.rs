//! A draft of a definition: its text with every problem beside it, what it changes, how it is drawn, and what it means
//! for open cases.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    flow::{self, BlockView},
    flow_way::{self, WayView},
    frame::{self, Frame, Part, Told, told},
    moving::{MovingView, OpenCaseView},
    render::View,
};
use crate::{
    app::{
        Caller, Failure, Problem, Request, What,
        compare::{Comparison, compare},
        drafts::DraftState,
        shown::{Chip, Tone, status_of},
        words,
    },
    clock::Instant,
    engine::{Refusal, who::day_of},
    http::{answer::Refused, site::Site, visit::Visit},
    ids::DraftId,
    language::Text,
    store::drafts,
    verify::scenarios,
};

/// The fields of the two texts.
const SOURCE: &str = "source";
const SCENARIOS: &str = "scenarios";
/// Lines that stand ready below the last one.
const LINES_READY: usize = 4;

/// A draft.
#[derive(Debug, Clone, Serialize)]
pub struct DraftView {
    /// Its id.
    pub id: DraftId,
    /// The workflow.
    pub workflow: String,
    /// The workflow's title as the draft has it, or the name.
    pub title: Text,
    /// Who began it.
    pub author: String,
    /// Who took it over and writes it now.
    pub successor: Option<String>,
    /// When it was saved last.
    pub changed_at: Instant,
    /// Where it stands in its life.
    pub state: Chip,
    /// How often it was saved; the form sends it back.
    pub revision: i64,
    /// The text of the definition, and that of its scenarios.
    pub editors: Vec<EditorView>,
    /// What is wrong, in the order of the text.
    pub problems: Vec<ProblemView>,
    /// How much that is.
    pub problem_count: usize,
    /// What is worth a look besides.
    pub remarks: Vec<ProblemView>,
    /// Its drawing, where nothing is wrong.
    pub flow: Option<BlockView>,
    /// The ways that show what is wrong, drawn.
    pub ways: Vec<WayView>,
    /// What differs from the live version.
    pub compare: Comparison,
    /// What differs from its scenarios.
    pub compare_scenarios: Comparison,
    /// The live version, or the last one.
    pub live: Option<i32>,
    /// Whether another version went live since it was begun.
    pub outdated: bool,
    /// Whether the person who looks may change it now.
    pub may_write: bool,
    /// Whether it could be put forward now.
    pub may_propose: bool,
    /// The cases about it.
    pub cases: Vec<CaseLink>,
    /// Whether one of them runs.
    pub is_decided_on: bool,
    /// What publishing it would mean for open cases, where nothing is wrong.
    pub moving: Option<MovingView>,
    /// Why the last attempt did not work.
    pub refusal: Option<String>,
}

/// A text that is written, with the numbers of its lines.
#[derive(Debug, Clone, Serialize)]
pub struct EditorView {
    /// The name of its field: `source` or `scenarios`.
    pub name: &'static str,
    /// The name of its title among the sentences.
    pub title: &'static str,
    /// The text.
    pub text: String,
    /// Lines of the editor.
    pub rows: usize,
    /// The numbers beside them.
    pub numbers: Vec<NumberView>,
}

/// The number of a line.
#[derive(Debug, Clone, Serialize)]
pub struct NumberView {
    /// The number, from 1.
    pub no: usize,
    /// Whether something is wrong there.
    pub bad: bool,
}

/// One thing that is wrong, or worth a look.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemView {
    /// The editor where its place is.
    pub editor: &'static str,
    /// The file of scenarios of another workflow, where its place is there.
    pub other_file: Option<String>,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The code.
    pub code: String,
    /// What is wrong.
    pub sentence: Text,
    /// What to do about it.
    pub hint: Text,
}

/// A case about the draft.
#[derive(Debug, Clone, Serialize)]
pub struct CaseLink {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// Running, or what it ended as.
    pub status: Chip,
}

impl View for DraftView {
    const TEMPLATE: &'static str = "draft";
}

/// The text as typed.
#[derive(Debug, Deserialize)]
pub struct TextForm {
    revision: i64,
    source: String,
    scenarios: String,
}

/// The name of a new workflow, as typed.
#[derive(Debug, Deserialize)]
pub struct NameForm {
    workflow: String,
}

/// `GET /drafts/{draft}`
///
/// # Errors
/// When there is none, or it is not for this person.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<DraftId>,
    Query(asked): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let state = site.app.draft(&visit.viewer, id).await.map_err(failed)?;
    let view = view(&site, state).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?;
    frame.telling(told(lang, asked.told.as_deref())).page(&view)
}

/// `POST /definitions`
///
/// # Errors
/// When no workflow can be called so.
pub async fn begin_new(
    State(site): State<Site>,
    visit: Visit,
    Form(form): Form<NameForm>,
) -> Result<Response, Refused> {
    begin_of(&site, &visit, form.workflow.trim()).await
}

/// `POST /definitions/{workflow}/draft`
///
/// # Errors
/// When something of ours fails.
pub async fn begin(State(site): State<Site>, visit: Visit, Path(workflow): Path<String>) -> Result<Response, Refused> {
    begin_of(&site, &visit, &workflow).await
}

async fn begin_of(site: &Site, visit: &Visit, workflow: &str) -> Result<Response, Refused> {
    let begun = site.app.begin_draft(&visit.viewer, workflow).await;
    let id = begun.map_err(|failure| frame::refused(failure, visit.viewer.lang))?;
    Ok(Redirect::to(&format!("/drafts/{id}")).into_response())
}

/// `POST /drafts/{draft}`
///
/// # Errors
/// When something of ours fails.
pub async fn save(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<DraftId>,
    uri: OriginalUri,
    Form(form): Form<TextForm>,
) -> Result<Response, Refused> {
    match site.app.save_draft(&visit.viewer, id, (form.revision, &form.source, Some(&form.scenarios))).await {
        Ok(_) => Ok(Redirect::to(&format!("/drafts/{id}?told=draft-saved")).into_response()),
        Err(Failure::Refused(refusal)) => again(&site, &visit, (id, refusal, Some(form)), &uri).await,
        Err(failure) => Err(frame::refused(failure, visit.viewer.lang)),
    }
}

/// `POST /drafts/{draft}/propose`
///
/// # Errors
/// When something of ours fails.
pub async fn propose(
    State(site): State<Site>,
    visit: Visit,
    Path(draft): Path<DraftId>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let by = Caller::Person(visit.viewer.clone());
    match site.app.execute(Request { by, what: What::Propose { draft }, key: None }).await {
        Ok(answer) => {
            let to = answer.open.first().map(|(no, _)| format!("/cases/{}/tasks/{no}", answer.case));
            Ok(Redirect::to(&to.unwrap_or_else(|| format!("/cases/{}", answer.case))).into_response())
        }
        Err(Failure::Refused(refusal)) => again(&site, &visit, (draft, refusal, None), &uri).await,
        Err(failure) => Err(frame::refused(failure, visit.viewer.lang)),
    }
}

/// `POST /drafts/{draft}/rebase`
///
/// # Errors
/// When something of ours fails.
pub async fn rebase(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<DraftId>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    match site.app.rebase_draft(&visit.viewer, id).await {
        Ok(_) => Ok(Redirect::to(&format!("/drafts/{id}?told=draft-rebased")).into_response()),
        Err(Failure::Refused(refusal)) => again(&site, &visit, (id, refusal, None), &uri).await,
        Err(failure) => Err(frame::refused(failure, visit.viewer.lang)),
    }
}

/// `POST /drafts/{draft}/discard`
///
/// # Errors
/// When something of ours fails.
pub async fn discard(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<DraftId>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    match site.app.discard_draft(&visit.viewer, id).await {
        Ok(()) => Ok(Redirect::to("/definitions?told=draft-discarded").into_response()),
        Err(Failure::Refused(refusal)) => again(&site, &visit, (id, refusal, None), &uri).await,
        Err(failure) => Err(frame::refused(failure, visit.viewer.lang)),
    }
}

/// The page once more with why nothing was done, and with what was typed.
async fn again(
    site: &Site,
    visit: &Visit,
    (id, refusal, typed): (DraftId, Refusal, Option<TextForm>),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let state = site.app.draft(&visit.viewer, id).await.map_err(failed)?;
    let mut view = view(site, state).await.map_err(failed)?;
    if let Some(TextForm { revision, source, scenarios }) = typed {
        view.revision = revision;
        for (editor, typed) in view.editors.iter_mut().zip([source, scenarios]) {
            editor.text = typed;
        }
    }
    view.refusal = Some(refusal.sentence(lang));
    let status = StatusCode::from_u16(Problem::from(&refusal).status).unwrap_or(StatusCode::CONFLICT);
    let frame = Frame::of(site, visit, Part::Definitions, uri).await.map_err(failed)?;
    let page = Frame { path: format!("/drafts/{id}"), ..frame }.page(&view)?;
    Ok((status, page).into_response())
}

async fn view(site: &Site, state: DraftState) -> Result<DraftView, Failure> {
    let app = &site.app;
    let directory = app.directory(app.store().read()).await?;
    let name = state.row.workflow.as_str();
    let moving = match &state.definition {
        Some(definition) if state.row.state == drafts::OPEN => {
            let open = app.open_cases(name, definition).await?;
            Some(MovingView::of(open.into_iter().map(OpenCaseView::of).collect()))
        }
        Some(_) | None => None,
    };
    let words = app.policy().thresholds.words(day_of(app.now()));
    let problems: Vec<_> = state.problems.iter().map(|found| problem(found, name)).collect();
    let editors = vec![
        editor(SOURCE, "source-text", &state.row.source, &problems),
        editor(SCENARIOS, "scenarios", &state.row.scenarios, &problems),
    ];
    let title = state.definition.as_ref().map(|definition| definition.title.clone());
    let live = state.live.as_ref();
    Ok(DraftView {
        id: state.row.id,
        workflow: name.to_owned(),
        title: title.unwrap_or_else(|| Text::new(name, name)),
        author: words::person(&directory, state.row.author),
        successor: (state.writer != state.row.author).then(|| words::person(&directory, state.writer)),
        changed_at: state.row.changed_at,
        state: chip(&state),
        revision: state.row.revision,
        editors,
        problem_count: problems.len(),
        problems,
        remarks: state.remarks.iter().map(|found| problem(found, name)).collect(),
        flow: state.definition.as_ref().map(|definition| flow::draw(definition, &words, None)),
        ways: flow_way::of_draft(&state, app.vocabulary(), &words),
        compare: compare(live.map_or("", |live| live.source.as_str()), &state.row.source),
        compare_scenarios: compare(
            live.and_then(|live| live.scenarios.as_deref()).unwrap_or_default(),
            &state.row.scenarios,
        ),
        live: live.map(|live| live.version),
        outdated: state.outdated && state.row.state == drafts::OPEN,
        may_write: state.may_write,
        may_propose: state.may_write && state.running.is_none() && state.problems.is_empty() && !state.outdated,
        is_decided_on: state.running.is_some(),
        cases: state
            .cases
            .iter()
            .map(|case| CaseLink {
                href: format!("/cases/{}", case.id),
                number: case.number.clone(),
                status: status_of(case.outcome.as_deref()),
            })
            .collect(),
        moving,
        refusal: None,
    })
}

fn editor(name: &'static str, title: &'static str, text: &str, problems: &[ProblemView]) -> EditorView {
    let rows = text.lines().count() + LINES_READY;
    let is_bad =
        |no| problems.iter().any(|found| found.editor == name && found.other_file.is_none() && found.line == no);
    let numbers = (1..=rows).map(|no| NumberView { no, bad: is_bad(no) }).collect();
    EditorView { name, title, text: text.to_owned(), rows, numbers }
}

fn problem(problem: &crate::definition::problem::Problem, workflow: &str) -> ProblemView {
    let file = problem.file.as_deref().filter(|file| file.ends_with(scenarios::SUFFIX));
    let own = format!("{workflow}{}", scenarios::SUFFIX);
    ProblemView {
        editor: if file.is_some() { SCENARIOS } else { SOURCE },
        other_file: file.filter(|file| *file != own).map(str::to_owned),
        line: problem.place().line,
        column: problem.place().column,
        code: problem.code.to_string(),
        sentence: problem.sentence.clone(),
        hint: problem.hint.clone(),
    }
}

fn chip(state: &DraftState) -> Chip {
    match (state.row.state.as_str(), &state.running) {
        (drafts::PUBLISHED, _) => Chip::new(Tone::Good, Text::new("已发布", "Published")),
        (drafts::DISCARDED, _) => Chip::new(Tone::Plain, Text::new("已放弃", "Discarded")),
        (_, Some(_)) => Chip::new(Tone::Active, Text::new("审批中", "Being decided on")),
        (_, None) => Chip::new(Tone::Warn, Text::new("草稿", "Draft")),
    }
}
