//! 离岗移交: what somebody who leaves holds, to whom it passes, and what became of it.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{OriginalUri, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::{
    frame::{self, Frame, Part, told},
    render::View,
    sign_in,
};
use crate::{
    app::{
        Failure,
        handing_over::{self, HandoverView, ItemView, Verdict, Wanted},
        shown::{Chip, Tone},
        sign_in::NotLetIn,
    },
    http::{access::MANAGES_PEOPLE, answer::Refused, site::Site, visit::Visit},
    ids::PersonId,
    language::Text,
};

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HandingOverPage {
    /// What is held.
    #[serde(flatten)]
    pub view: HandoverView,
    /// One row for each thing.
    pub rows: Vec<RowView>,
    /// Whether the viewer may open the page of people.
    pub people: bool,
    /// Whether this tells what has been done.
    pub done: bool,
    /// Why the last attempt did not work.
    pub problem: Option<Text>,
}

/// One thing that is held.
#[derive(Debug, Clone, Serialize)]
pub struct RowView {
    /// What it is.
    #[serde(flatten)]
    pub item: ItemView,
    /// What becomes of it.
    pub chip: Chip,
}

impl View for HandingOverPage {
    const TEMPLATE: &'static str = "handing_over";
}

impl HandingOverPage {
    /// The page of what is held, or of what has been done.
    #[must_use]
    pub fn of(view: HandoverView, done: bool) -> Self {
        let rows = view.items.iter().map(|item| RowView { chip: chip(item.verdict), item: item.clone() });
        Self { rows: rows.collect(), done, people: false, problem: None, view }
    }
}

fn chip(verdict: Verdict) -> Chip {
    let (tone, zh, en) = match verdict {
        Verdict::Unnamed => (Tone::Plain, "未选接收人", "No successor yet"),
        Verdict::Can => (Tone::Good, "可以移交", "Can pass"),
        Verdict::Stays => (Tone::Warn, "不能移交", "Stays"),
        Verdict::Passed => (Tone::Good, "已移交", "Passed"),
        Verdict::Settled => (Tone::Plain, "已另行办结", "Settled meanwhile"),
    };
    Chip::new(tone, Text::new(zh, en))
}

/// What was asked or sent: a successor for each post goes by `post:role@organisation`.
fn wanted(fields: &BTreeMap<String, String>) -> Wanted {
    let said = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let posts =
        fields.iter().filter_map(|(name, to)| Some((name.strip_prefix("post:")?.to_owned(), to.trim().to_owned())));
    Wanted { login: said("login"), to: said("to"), posts: posts.collect(), reason: said("reason") }
}

/// `GET /people/hand-over`
///
/// # Errors
/// When there is nobody of that login.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(fields): Query<BTreeMap<String, String>>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let wanted = wanted(&fields);
    if wanted.login.is_empty() {
        return shown(&site, &visit, HandingOverPage::default(), &uri).await;
    }
    match handing_over::look(&site.app, &visit.viewer, &wanted).await {
        Ok(view) => {
            let told = told(visit.viewer.lang, fields.get("told").map(String::as_str));
            shown_telling(&site, &visit, (HandingOverPage::of(view, false), told), &uri).await
        }
        Err(not) => again(&site, &visit, (not, wanted), &uri).await,
    }
}

/// `POST /people/hand-over`
///
/// # Errors
/// When something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Refused> {
    let wanted = wanted(&fields);
    match handing_over::hand_over(&site.app, &visit.viewer, &wanted, None).await {
        Ok(view) => {
            tracing::info!(actor.id = %visit.viewer.person, passed = view.passed, stays = view.stays, "what somebody held was handed over");
            shown(&site, &visit, HandingOverPage::of(view, true), &uri).await
        }
        Err(not) => again(&site, &visit, (not, wanted), &uri).await,
    }
}

/// Whoever has just ended a post or shut somebody out sees next what that person holds, if they hold anything.
pub(super) async fn after_leaving(site: &Site, visit: &Visit, person: PersonId, told: &str) -> Result<String, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let directory = site.app.directory(site.app.store().read()).await.map_err(failed)?;
    let login = directory.people.get(&person).map(|known| known.login.clone()).unwrap_or_default();
    if site.app.holds_anything(person).await.map_err(failed)? {
        return Ok(format!("/people/hand-over?login={login}&told={told}"));
    }
    Ok(format!("/people?told={told}"))
}

/// The page with what was typed and what is wrong with it.
async fn again(
    site: &Site,
    visit: &Visit,
    (not, wanted): (NotLetIn, Wanted),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let problem = sign_in::told(not, visit.viewer.lang)?;
    let plain = Wanted { login: wanted.login.clone(), ..Wanted::default() };
    let view = match handing_over::look(&site.app, &visit.viewer, &plain).await {
        Ok(mut view) => {
            for post in &mut view.posts {
                post.to = wanted
                    .posts
                    .iter()
                    .find(|(key, _)| **key == post.key)
                    .map(|(_, to)| to.clone())
                    .unwrap_or_default();
            }
            HandoverView { to: wanted.to, reason: wanted.reason, ..view }
        }
        // There is nobody of that login: it is asked for again.
        Err(NotLetIn::Told(_)) => HandoverView::default(),
        Err(NotLetIn::Failed(failure)) => return Err(frame::refused(failure, visit.viewer.lang)),
    };
    let page = HandingOverPage { problem: Some(problem.sentence), ..HandingOverPage::of(view, false) };
    let page = shown(site, visit, page, uri).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn shown(site: &Site, visit: &Visit, page: HandingOverPage, uri: &OriginalUri) -> Result<Response, Refused> {
    shown_telling(site, visit, (page, None), uri).await
}

async fn shown_telling(
    site: &Site,
    visit: &Visit,
    (mut page, notice): (HandingOverPage, Option<String>),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure: Failure| frame::refused(failure, visit.viewer.lang);
    page.people = visit.viewer.holds_any(MANAGES_PEOPLE);
    Frame::of(site, visit, Part::People, uri).await.map_err(failed)?.telling(notice).page(&page)
}
