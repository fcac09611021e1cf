//! The operator's desk: what is to be done, what became of mails, which nodes live, what is late and for whom it waits.

use axum::{
    extract::{OriginalUri, Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::desk::Desk,
    http::{answer::Refused, site::Site, visit::Visit},
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct DeskView {
    /// What is on it.
    pub desk: Desk,
}

impl View for DeskView {
    const TEMPLATE: &'static str = "desk";
}

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Mails with this fate alone.
    mails: String,
}

/// `GET /desk`
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
    let view = DeskView { desk: site.app.desk(&asked.mails).await.map_err(failed)? };
    Frame::of(&site, &visit, Part::Incidents, &uri).await.map_err(failed)?.page(&view)
}
