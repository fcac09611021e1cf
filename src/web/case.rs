//! A case: who did what, the drawn flow, what it recorded.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    flow::{self, BlockView},
    form::{sheets, weights_sum},
    form_view::{FieldView, FileView, Source, draw},
    frame::{self, Frame, Part, Told, told},
    render::View,
};
use crate::{
    app::{
        Caller, Failure, Problem, Request, What,
        case_page::{CasePage, Entry, FactView, OpenTask, RelatedCase},
        case_talk::Beside,
        handoffs::HandoffView,
        shown::CaseHead,
    },
    engine::{Action, Refusal, who::day_of},
    http::{answer::Refused, site::Site, visit::Visit},
    ids::CaseId,
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct CaseView {
    /// The head.
    pub head: CaseHead,
    /// What waits, and for whom.
    pub tasks: Vec<OpenTask>,
    /// What it waits for where nobody is asked.
    pub waits: Vec<crate::language::Text>,
    /// The case that started it and the cases it started.
    pub related: Vec<RelatedCase>,
    /// Where its handoffs stand.
    pub handoffs: Vec<HandoffView>,
    /// The drawn flow.
    pub flow: BlockView,
    /// What was filled in.
    pub fields: Vec<FieldView>,
    /// The history, latest first.
    pub timeline: Vec<Entry>,
    /// How many entries the ledger holds for it.
    pub entries: usize,
    /// What it recorded.
    pub facts: Vec<FactView>,
    /// Its files.
    pub files: Vec<FileView>,
    /// Whether the person who looks may withdraw it.
    pub may_withdraw: bool,
    /// Whether the person who looks may take their decision back.
    pub may_take_back: bool,
    /// Who reads along, what is said, what its administrator may do.
    pub beside: Beside,
    /// Why the last attempt was refused.
    pub refusal: Option<String>,
}

impl View for CaseView {
    const TEMPLATE: &'static str = "case";
}

/// Why.
#[derive(Debug, Deserialize)]
pub struct ReasonForm {
    pub(super) reason: String,
}

/// `GET /cases/{case}`
///
/// # Errors
/// When there is none, or it is not for this person.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    Query(asked): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let case = case_id(&case, &visit)?;
    site.app.saw(&visit.viewer, case, None).await.map_err(|failure| frame::refused(failure, lang))?;
    let (frame, view) = view(&site, &visit, case, &uri).await.map_err(|failure| frame::refused(failure, lang))?;
    frame.telling(told(lang, asked.told.as_deref())).page(&view)
}

/// `POST /cases/{case}/withdraw`
///
/// # Errors
/// When something of ours fails.
pub async fn withdraw(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    uri: OriginalUri,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    act(&site, &visit, (case, Action::Withdraw { reason: form.reason }, "withdrawn"), &uri).await
}

/// `POST /cases/{case}/facts/{fact}/revoke`
///
/// # Errors
/// When something of ours fails.
pub async fn revoke(
    State(site): State<Site>,
    visit: Visit,
    Path((case, fact)): Path<(String, String)>,
    uri: OriginalUri,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    let fact = fact.parse().map_err(|_| Refused::page(Problem::not_found(), visit.viewer.lang))?;
    act(&site, &visit, (case, Action::RevokeFact { fact, reason: form.reason }, "revoked"), &uri).await
}

/// `GET /cases/{case}/files/{file}`: always as a download, whatever it is.
///
/// # Errors
/// When there is none, or it is not for this person.
pub async fn file(
    State(site): State<Site>,
    visit: Visit,
    Path((case, file)): Path<(String, String)>,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let case = case_id(&case, &visit)?;
    let file = file.parse().map_err(|_| Refused::page(Problem::not_found(), lang))?;
    let found = site.app.attachment(&visit.viewer, case, file).await;
    let (row, content) = found.map_err(|failure| frame::refused(failure, lang))?;
    let name: String = form_urlencoded::byte_serialize(row.name.as_bytes()).collect::<String>().replace('+', "%20");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
    ];
    Ok((headers, content).into_response())
}

pub(super) async fn act(
    site: &Site,
    visit: &Visit,
    (case, action, led_to): (CaseId, Action, &str),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    act_and_go(site, visit, (case, action, &format!("/cases/{case}?told={led_to}")), uri).await
}

/// Does something of a case and goes on to another address; when refused, the case says why.
///
/// # Errors
/// When the case is not for this person, or something of ours fails.
pub async fn act_and_go(
    site: &Site,
    visit: &Visit,
    (case, action, to): (CaseId, Action, &str),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let request = Request { by: Caller::Person(visit.viewer.clone()), what: What::Act { case, action }, key: None };
    match site.app.execute(request).await {
        Ok(_) => Ok(Redirect::to(to).into_response()),
        Err(Failure::Refused(refusal)) => refused(site, visit, (case, &refusal), uri).await,
        Err(failure) => Err(frame::refused(failure, visit.viewer.lang)),
    }
}

/// The case with the sentence of a refusal on top; of a case that is not for this person, the refusal alone.
///
/// # Errors
/// When the case is not for this person, or something of ours fails.
pub async fn refused(
    site: &Site,
    visit: &Visit,
    (case, refusal): (CaseId, &Refusal),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let (frame, view) = view(site, visit, case, uri).await.map_err(|failure| frame::refused(failure, lang))?;
    let page = frame.page(&CaseView { refusal: Some(refusal.sentence(lang)), ..view })?;
    let status = StatusCode::from_u16(Problem::from(refusal).status).unwrap_or(StatusCode::CONFLICT);
    Ok((status, page).into_response())
}

/// The id in a path; anything else is a case that is not there.
///
/// # Errors
/// “Not found”.
pub fn case_id(text: &str, visit: &Visit) -> Result<CaseId, Refused> {
    text.parse().map_err(|_| Refused::page(Problem::not_found(), visit.viewer.lang))
}

async fn view(site: &Site, visit: &Visit, case: CaseId, uri: &OriginalUri) -> Result<(Frame, CaseView), Failure> {
    let CasePage {
        head,
        definition,
        case,
        tasks,
        waits,
        related,
        handoffs,
        timeline,
        entries,
        facts,
        may_withdraw,
        may_take_back,
        beside,
    } = site.app.case_page(&visit.viewer, case).await?;
    let policy = site.app.policy();
    let source = Source {
        form: &case.form,
        sheets: &sheets(policy),
        files_at: &format!("/cases/{}/files", case.id),
        weights: weights_sum(policy),
        lamps: &site.app.lamps_of(&definition, &case.form),
        typed: &[],
        problems: &[],
    };
    let fields = draw(&definition.form, &source, |_| false);
    let view = CaseView {
        head,
        tasks,
        waits,
        related,
        handoffs,
        flow: flow::draw(&definition, &policy.thresholds.words(day_of(site.app.now())), Some(&case)),
        files: fields.iter().flat_map(|field| field.files.clone()).collect(),
        fields: fields.into_iter().filter(|field| field.filled).collect(),
        timeline,
        entries,
        facts,
        may_withdraw,
        may_take_back,
        beside,
        refusal: None,
    };
    Ok((Frame::of(site, visit, Part::Inbox, uri).await?, view))
}
