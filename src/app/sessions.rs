//! Sessions of the browser: how long they last, and how all of a person's end at once.

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use super::{App, Failure};
use crate::{
    clock::Instant,
    ids::PersonId,
    store::{self, sessions::SessionRow},
};

/// How far apart two notes of “last seen” are at least: not every request is worth a write.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Without a request.
    pub idle: TimeDelta,
    /// In any case.
    pub absolute: TimeDelta,
}

/// What is stored of a secret: nothing that could be used in its place.
#[must_use]
pub fn hash_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Stores a session under the hash of its id.
///
/// # Errors
/// [`Failure::Store`].
pub async fn save(
    app: &App,
    token_hash: String,
    data: String,
    person_id: Option<PersonId>,
    limits: Limits,
) -> Result<(), Failure> {
    let now = app.now();
    let expires_at = now + limits.absolute;
    let row = SessionRow { token_hash, data, person_id, created_at: now, last_seen: now, expires_at };
    app.store().write(move |tx| async move { Ok(store::sessions::save(&tx, row).await?) }).await
}

/// When each running session of a person began and was last seen, latest first.
///
/// # Errors
/// [`Failure::Store`].
pub async fn of_person(app: &App, person: PersonId, limits: Limits) -> Result<Vec<(Instant, Instant)>, Failure> {
    let now = app.now();
    let rows = store::sessions::of_person(app.store().read(), person, now, now - limits.idle).await?;
    Ok(rows.into_iter().map(|row| (row.created_at, row.last_seen)).collect())
}

/// What the session holds, if it has not ended.
///
/// # Errors
/// [`Failure::Store`].
pub async fn load(app: &App, token_hash: String, limits: Limits) -> Result<Option<String>, Failure> {
    let now = app.now();
    let Some(row) = store::sessions::find(app.store().read(), &token_hash, now, now - limits.idle).await? else {
        return Ok(None);
    };
    if now - row.last_seen > SEEN_EVERY {
        let touched = move |tx| async move { Ok::<_, Failure>(store::sessions::touch(&tx, &token_hash, now).await?) };
        app.store().write(touched).await?;
    }
    Ok(Some(row.data))
}

/// Whether a session has not ended. Asking is no use of it: a page that stays open keeps nobody signed in.
///
/// # Errors
/// [`Failure::Store`].
pub async fn is_running(app: &App, token_hash: &str, limits: Limits) -> Result<bool, Failure> {
    let now = app.now();
    Ok(store::sessions::find(app.store().read(), token_hash, now, now - limits.idle).await?.is_some())
}

/// Ends a session.
///
/// # Errors
/// [`Failure::Store`].
pub async fn delete(app: &App, token_hash: String) -> Result<(), Failure> {
    app.store().write(move |tx| async move { Ok(store::sessions::delete(&tx, &token_hash).await?) }).await
}

/// Signs a person out everywhere; says how many sessions that ended.
///
/// # Errors
/// [`Failure::Store`].
pub async fn end_all_of(app: &App, person: PersonId) -> Result<u64, Failure> {
    app.store().write(move |tx| async move { Ok(store::sessions::delete_of(&tx, person).await?) }).await
}

/// Forgets sessions that have ended.
///
/// # Errors
/// [`Failure::Store`].
pub async fn delete_expired(app: &App, limits: Limits) -> Result<(), Failure> {
    let now = app.now();
    let seen_since = now - limits.idle;
    app.store()
        .write(move |tx| async move { Ok(store::sessions::delete_ended(&tx, now, seen_since).await.map(drop)?) })
        .await
}
