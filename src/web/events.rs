//! What changes while a page is open: the counts of the navigation, as server-sent events. A page works without it.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
};
use futures::stream;
use tower_sessions::Session;

use crate::{
    app::{App, Failure, notices::Counts, sessions},
    http::{session, site::Site, streams::Place, visit::Visit},
    ids::PersonId,
    store::Tidings,
};

/// How often a silent stream says that it is there: the server and what stands before it close silent connections.
const BEAT: Duration = Duration::from_secs(15);
/// How many beats pass before it is counted again, whoever was told of what.
const BEATS_PER_COUNT: u32 = 2;
/// How long after a count the next may follow.
const PAUSE: Duration = Duration::from_millis(500);
/// When a browser that lost the stream asks again.
const AGAIN: Duration = Duration::from_secs(5);

/// `GET /events`: no content where there is no place for one more stream, which a browser does not ask for again.
pub async fn get(State(site): State<Site>, visit: Visit, session: Session) -> Response {
    let person = visit.viewer.person;
    let (Some(place), Some(session)) = (site.streams.take(person), session::hash_of(&session)) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let listening = Listening {
        tidings: site.app.store().tidings(),
        site,
        person,
        session,
        _place: place,
        told: None,
        beats: 0,
        asks: true,
    };
    Sse::new(stream::unfold(listening, Listening::next)).into_response()
}

struct Listening {
    site: Site,
    person: PersonId,
    /// The hash of the session that opened it: it ends with it, on whichever node.
    session: String,
    tidings: Tidings,
    _place: Place,
    /// What the page was told last.
    told: Option<Counts>,
    beats: u32,
    /// Whether it is time to count.
    asks: bool,
}

impl Listening {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let stop = self.site.streams.stopping();
        loop {
            if stop.is_cancelled() {
                return None;
            }
            if std::mem::take(&mut self.asks) {
                match self.counts(&self.site.app).await {
                    Ok(Some(counts)) if self.told.as_ref() != Some(&counts) => {
                        let event = Event::default().event("counts").retry(AGAIN).json_data(&counts).ok()?;
                        self.told = Some(counts);
                        return Some((Ok(event), self));
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(why) => {
                        tracing::warn!(reason = %why, "a page could not be told what changed; it asks again");
                        return None;
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => return None,
                () = self.tidings.about(self.person) => {
                    // What comes together is counted once.
                    tokio::time::sleep(PAUSE).await;
                    self.asks = true;
                }
                () = tokio::time::sleep(BEAT) => {
                    self.beats += 1;
                    self.asks = self.beats.is_multiple_of(BEATS_PER_COUNT);
                    return Some((Ok(Event::default().comment("")), self));
                }
            }
        }
    }

    /// What the navigation counts; `None` once the session is over or the person may not sign in any more.
    async fn counts(&self, app: &App) -> Result<Option<Counts>, Failure> {
        if !sessions::is_running(app, &self.session, self.site.settings.sessions).await? {
            return Ok(None);
        }
        match app.viewer(self.person).await? {
            Some(viewer) => Ok(Some(app.counts(&viewer).await?)),
            None => Ok(None),
        }
    }
}
