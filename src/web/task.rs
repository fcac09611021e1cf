//! A task: the form, the decision, what happens next.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    ahead::{self, NextView},
    case::{self, case_id},
    form::{self, Reading, sheets, weights_sum},
    form_view::{FieldView, Source, draw},
    frame::{self, Frame, Part, told},
    render::View,
};
use crate::{
    app::{
        Caller, Failure, Problem, Request, What,
        hands::HandsView,
        task_page::{Offers, PeopleChoice, TaskHead, TaskPage},
    },
    definition::{Field, FieldKind, StepName},
    engine::{Action, Besides, Decision, Refusal, refusal::FieldProblem},
    http::{access::UPLOAD_BYTES_MAX, answer::Refused, site::Site, visit::Visit},
    ids::{CaseId, PersonId},
    language::Lang,
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct TaskView {
    /// The head.
    pub head: TaskHead,
    /// Every field of the form.
    pub fields: Vec<FieldView>,
    /// Whether this step writes any field but files.
    pub edits: bool,
    /// Whether there is a field that this step only reads.
    pub reads: bool,
    /// The file fields this step writes.
    pub uploads: Vec<FieldView>,
    /// What can be decided.
    pub offers: Offers,
    /// The decision that was just chosen.
    pub decision: String,
    /// The reason that was just typed.
    pub reason: String,
    /// What is wrong with the reason.
    pub reason_problem: Option<String>,
    /// Why the last attempt was refused.
    pub refusal: Option<String>,
    /// Whether the form holds what was just sent, which is newer than what the browser keeps.
    pub answered: bool,
    /// The table that was just filled from a sheet, which is newer than what the browser keeps of it.
    pub imported: Option<String>,
    /// The fields that need attention.
    pub problems: Vec<FieldProblem>,
    /// What happens next.
    pub next: Vec<NextView>,
    /// Through whose hands it goes.
    pub hands: HandsView,
    /// Whom the person who acts chooses for later steps.
    pub choices: Vec<PeopleChoice>,
}

impl View for TaskView {
    const TEMPLATE: &'static str = "task";
}

/// What a form of a task posts, as it came.
pub type Posted = Vec<(String, String)>;

/// What an address says the last action led to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    told: Option<String>,
    /// The field whose file was too large to be taken.
    too_large: Option<String>,
    /// The progress table that was just filled from a sheet.
    imported: Option<String>,
}

/// `GET /cases/{case}/tasks/{no}`
///
/// # Errors
/// When the case is not for this person.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path((case, no)): Path<(String, u32)>,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let case = case_id(&case, &visit)?;
    match site.app.task_page(&visit.viewer, case, no).await {
        Ok(page) => {
            let saw = site.app.saw(&visit.viewer, case, Some(no)).await;
            saw.map_err(|failure| frame::refused(failure, lang))?;
            let frame = Frame::of(&site, &visit, Part::Inbox, &uri).await;
            let frame = frame.map_err(|failure| frame::refused(failure, lang))?;
            let attempt = asked.too_large.and_then(|field| too_large(&page, &field, lang)).unwrap_or_default();
            let attempt = Attempt { imported: asked.imported, ..attempt };
            frame.telling(told(lang, asked.told.as_deref())).page(&view(&site, page, &attempt))
        }
        Err(Failure::Refused(
            refusal @ (Refusal::TaskClosed { .. }
            | Refusal::NotYourTask
            | Refusal::OnTask(_)
            | Refusal::Suspended { .. }),
        )) => case::refused(&site, &visit, (case, &refusal), &uri).await,
        Err(failure) => Err(frame::refused(failure, lang)),
    }
}

/// `POST /cases/{case}/tasks/{no}`
///
/// # Errors
/// When the case is not for this person, or something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    Path((case, no)): Path<(String, u32)>,
    uri: OriginalUri,
    Form(posted): Form<Posted>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    match attempt(&site, &visit, (case, no), &posted).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(Failure::Refused(refusal)) => refused(&site, &visit, (case, no), (posted, refusal), &uri).await,
        Err(failure) => Err(frame::refused(failure, visit.viewer.lang)),
    }
}

/// Does what the form asks; gives back where to go next.
async fn attempt(site: &Site, visit: &Visit, (case, no): (CaseId, u32), posted: &Posted) -> Result<String, Failure> {
    let page = site.app.task_page(&visit.viewer, case, no).await?;
    let editable: Vec<&Field> =
        page.definition.form.iter().filter(|field| page.editable.contains(&field.name)).collect();
    let Reading { form: fields, cleared, problems } = form::read(&editable, &sheets(site.app.policy()), posted);
    if !problems.is_empty() {
        return Err(Refusal::Fields { problems }.into());
    }
    let said = |name: &str| posted.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let besides = Besides {
        cleared: cleared.into_iter().filter(|name| page.form.contains_key(name)).collect(),
        chosen: chosen(&page.choices, posted),
    };
    let (action, to) = match said("action") {
        "save" => (Action::Save { task: no, fields, besides }, format!("/cases/{case}/tasks/{no}?told=saved")),
        "decide" => {
            let chosen = said("decision");
            let unknown = if chosen.is_empty() { Refusal::ChooseFirst } else { Refusal::NotOffered };
            let decision = decision(chosen, said("return_to")).ok_or(unknown)?;
            let besides = if may_go_on(&decision) { besides } else { Besides { chosen: BTreeMap::new(), ..besides } };
            let reason = said("reason").to_owned();
            (Action::Decide { task: no, decision, reason, fields, besides }, format!("/cases/{case}?told=decided"))
        }
        _ => (Action::Complete { task: no, fields, besides }, format!("/cases/{case}?told=completed")),
    };
    let by = Caller::Person(visit.viewer.clone());
    site.app.execute(Request { by, what: What::Act { case, action }, key: None }).await?;
    Ok(to)
}

/// Whether the case may go on by it, so that people are chosen for what follows.
const fn may_go_on(decision: &Decision) -> bool {
    match decision {
        Decision::Approve | Decision::Grade(_) => true,
        Decision::Return { .. } | Decision::Reject | Decision::Abstain => false,
    }
}

/// Whom the form names for each later step; nothing where it names nobody.
fn chosen(choices: &[PeopleChoice], posted: &Posted) -> BTreeMap<StepName, Vec<PersonId>> {
    let all = choices.iter().map(|choice| {
        let name = format!("choose.{}", choice.step);
        let people = posted.iter().filter(|(key, _)| *key == name).filter_map(|(_, id)| id.parse().ok()).collect();
        (choice.step.as_str().into(), people)
    });
    all.filter(|(_, people): &(StepName, Vec<PersonId>)| !people.is_empty()).collect()
}

fn decision(chosen: &str, return_to: &str) -> Option<Decision> {
    match chosen {
        "approve" => Some(Decision::Approve),
        "reject" => Some(Decision::Reject),
        "abstain" => Some(Decision::Abstain),
        "return" => Some(Decision::Return { to: return_to.into() }),
        grade => grade.strip_prefix("grade:").map(|name| Decision::Grade(name.into())),
    }
}

/// The page again with everything that was typed; the case when the task is not there to be done any more.
async fn refused(
    site: &Site,
    visit: &Visit,
    (case, no): (CaseId, u32),
    (posted, refusal): (Posted, Refusal),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let Ok(page) = site.app.task_page(&visit.viewer, case, no).await else {
        return case::refused(site, visit, (case, &refusal), uri).await;
    };
    let status = StatusCode::from_u16(Problem::from(&refusal).status).unwrap_or(StatusCode::CONFLICT);
    let sentence = refusal.sentence(lang);
    let reason_problem = (refusal == Refusal::ReasonNeeded).then(|| sentence.clone());
    let problems = above_cap(&page, &refusal);
    let problems = if let Refusal::Fields { problems } = refusal { problems } else { problems };
    let refusal = if problems.is_empty() { sentence } else { lang_count(lang, problems.len()) };
    let attempt = Attempt { posted, refusal: Some(refusal), problems, reason_problem, imported: None };
    let frame = Frame::of(site, visit, Part::Inbox, uri).await.map_err(|failure| frame::refused(failure, lang))?;
    Ok((status, frame.page(&view(site, page, &attempt))?).into_response())
}

/// A file that was not taken, told beside its field.
fn too_large(page: &TaskPage, field: &str, lang: Lang) -> Option<Attempt> {
    let field = page.definition.form.iter().find(|known| known.name.as_str() == field)?;
    let problem = Problem::too_large(UPLOAD_BYTES_MAX / (1024 * 1024)).sentence;
    let problems = vec![FieldProblem { field: field.name.to_string(), title: field.title.clone(), problem }];
    Some(Attempt { refusal: Some(lang_count(lang, 1)), problems, ..Attempt::default() })
}

pub(super) fn lang_count(lang: Lang, count: usize) -> String {
    let (zh, en) = (format!("表单有{count}处需要修改。"), format!("{count} field(s) need attention."));
    lang.pick(&zh, &en).to_owned()
}

/// An amount above the cap belongs to the one amount that this step writes.
fn above_cap(page: &TaskPage, refusal: &Refusal) -> Vec<FieldProblem> {
    if !matches!(refusal, Refusal::AboveCap { .. }) {
        return Vec::new();
    }
    let writes = |field: &&Field| page.editable.contains(&field.name) && field.kind == FieldKind::Money;
    let mut amounts = page.definition.form.iter().filter(writes);
    let (Some(amount), None) = (amounts.next(), amounts.next()) else { return Vec::new() };
    let sentence = |lang| refusal.sentence(lang);
    let problem = crate::language::Text::new(sentence(Lang::Zh), sentence(Lang::En));
    vec![FieldProblem { field: amount.name.to_string(), title: amount.title.clone(), problem }]
}

/// What was tried, and why it did not work.
#[derive(Default)]
pub(super) struct Attempt {
    pub posted: Posted,
    pub refusal: Option<String>,
    pub problems: Vec<FieldProblem>,
    pub reason_problem: Option<String>,
    /// The progress table that was just filled from a sheet.
    pub imported: Option<String>,
}

pub(super) fn view(site: &Site, page: TaskPage, attempt: &Attempt) -> TaskView {
    let policy = site.app.policy();
    let source = Source {
        form: &page.form,
        sheets: &sheets(policy),
        files_at: &format!("/cases/{}/files", page.head.case.case),
        weights: weights_sum(policy),
        lamps: &site.app.lamps_of(&page.definition, &page.form),
        typed: &attempt.posted,
        problems: &attempt.problems,
    };
    let fields = draw(&page.definition.form, &source, |field| page.editable.contains(&field.name));
    let (uploads, fields): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| field.editable && field.kind == "files");
    let said = |name: &str| attempt.posted.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let decision = said("decision").unwrap_or_default();
    let mut page = page;
    for (step, people) in chosen(&page.choices, &attempt.posted) {
        let people: Vec<_> = people.iter().map(ToString::to_string).collect();
        let of_step = page.choices.iter_mut().filter(|choice| choice.step == step.as_str());
        let options = of_step.flat_map(|choice| &mut choice.people);
        options.for_each(|option| option.chosen = people.contains(&option.code));
    }
    let mut offers = page.offers;
    let return_to = said("return_to").unwrap_or_default();
    offers.return_to.iter_mut().for_each(|step| step.chosen = step.name == return_to);
    offers.grades.iter_mut().for_each(|grade| grade.chosen = decision == format!("grade:{}", grade.name));
    TaskView {
        edits: fields.iter().any(|field| field.editable),
        reads: fields.iter().any(|field| !field.editable && field.filled),
        fields: fields.into_iter().filter(|field| field.editable || field.filled).collect(),
        next: ahead::ahead(&page.definition, &page.step),
        head: page.head,
        hands: page.hands,
        choices: page.choices,
        uploads,
        offers,
        decision,
        reason: said("reason").unwrap_or_default(),
        reason_problem: attempt.reason_problem.clone(),
        refusal: attempt.refusal.clone(),
        answered: !attempt.posted.is_empty(),
        imported: attempt.imported.clone(),
        problems: attempt.problems.clone(),
    }
}
