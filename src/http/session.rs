//! Sessions: an opaque id in the cookie, its hash in the database, with an idle and an absolute limit.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tower_sessions::{
    ExpiredDeletion, Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store::{Error as StoreFault, Result as StoreResult},
};

use super::{csrf, site::Site};
use crate::{
    app::{App, sessions, sessions::Limits},
    clock::Sources,
    ids::PersonId,
};

/// What a session holds, under [`KEY`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Held {
    /// Who signed in.
    pub person: PersonId,
    /// The secret that forms must show, in hexadecimal.
    pub csrf: String,
}

/// The key of [`Held`] in a session.
pub const KEY: &str = "held";

/// The name of the cookie. With the prefix, a browser takes it from this very host over TLS alone.
#[must_use]
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-yumen" } else { "yumen" }
}

/// The layer that reads and writes the cookie.
#[must_use]
pub fn layer(site: &Site) -> SessionManagerLayer<Rows> {
    let https = site.settings.is_https();
    SessionManagerLayer::new(Rows::new(site))
        .with_name(cookie_name(https))
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

/// Signs `person` in: the old id is gone, a new one with a new secret takes its place.
///
/// # Errors
/// When the session cannot be stored.
pub async fn enter(session: &Session, person: PersonId, sources: &Sources) -> anyhow::Result<()> {
    if session.id().is_some() {
        session.flush().await?;
    }
    let held = Held { person, csrf: hex::encode(sources.chance.bytes::<16>()) };
    session.insert(KEY, held).await?;
    Ok(())
}

/// Signs out: the row is deleted, so that the cookie is worth nothing wherever it is.
///
/// # Errors
/// When the session cannot be deleted.
pub async fn leave(session: &Session) -> anyhow::Result<()> {
    if session.id().is_some() {
        session.flush().await?;
    }
    Ok(())
}

/// What the session of this request holds; `None` when nobody is signed in.
///
/// # Errors
/// When the session cannot be read.
pub async fn held(session: &Session) -> anyhow::Result<Option<Held>> {
    Ok(session.get(KEY).await?)
}

impl Held {
    /// The secret as a form shows it.
    #[must_use]
    pub fn token(&self, sources: &Sources) -> String {
        csrf::masked(&self.csrf, &sources.chance.bytes::<16>())
    }
}

/// Sessions as rows. A row knows the hash of the id, never the id.
#[derive(Clone)]
pub struct Rows {
    app: App,
    limits: Limits,
}

impl Rows {
    /// The sessions of a site.
    #[must_use]
    pub fn new(site: &Site) -> Self {
        Self { app: site.app.clone(), limits: site.settings.sessions }
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").finish_non_exhaustive()
    }
}

/// What is stored of the id of this request's session; `None` when there is none.
#[must_use]
pub fn hash_of(session: &Session) -> Option<String> {
    session.id().map(hash)
}

fn hash(id: Id) -> String {
    sessions::hash_of(&id.to_string())
}

fn backend(why: impl fmt::Display) -> StoreFault {
    StoreFault::Backend(why.to_string())
}

#[async_trait]
impl SessionStore for Rows {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        // Always an id of our own choice: whatever a cookie brought along is never the id of a new session.
        record.id = Id::default();
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        let data = serde_json::to_string(&record.data).map_err(|why| StoreFault::Encode(why.to_string()))?;
        let person = record.data.get(KEY).and_then(|held| Held::deserialize(held).ok()).map(|held| held.person);
        sessions::save(&self.app, hash(record.id), data, person, self.limits).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let Some(data) = sessions::load(&self.app, hash(*id), self.limits).await.map_err(backend)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&data).map_err(|why| StoreFault::Decode(why.to_string()))?;
        // The row's own columns decide when it is over; the record only needs a time that has not come.
        let expiry_date = time::OffsetDateTime::now_utc() + time::Duration::days(1);
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        sessions::delete(&self.app, hash(*id)).await.map_err(backend)
    }
}

#[async_trait]
impl ExpiredDeletion for Rows {
    async fn delete_expired(&self) -> StoreResult<()> {
        sessions::delete_expired(&self.app, self.limits).await.map_err(backend)
    }
}
