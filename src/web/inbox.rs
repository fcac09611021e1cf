//! 待办.

use axum::{
    extract::{OriginalUri, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::inbox::{Inbox, InboxQuery, Tab},
    http::{answer::Refused, site::Site, visit::Visit},
};

impl View for Inbox {
    const TEMPLATE: &'static str = "inbox";
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: String,
    workflow: String,
    text: String,
    overdue: String,
    page: String,
}

/// `GET /inbox`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let query = InboxQuery {
        tab: Tab::from_code(&asked.tab),
        workflow: asked.workflow,
        text: asked.text.trim().to_owned(),
        overdue: asked.overdue == "yes",
        page: asked.page.parse().unwrap_or(1),
    };
    let inbox = site.app.inbox(&visit.viewer, &query).await.map_err(failed)?;
    Frame::of(&site, &visit, Part::Inbox, &uri).await.map_err(failed)?.page(&inbox)
}
