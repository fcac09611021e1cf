//! Personal access tokens: for programs that act as a person, shown once, kept as a hash, ending some day.

use chrono::TimeDelta;

use super::{App, Failure, Problem, sessions::hash_of, sign_in::NotLetIn};
use crate::{
    ids::{PersonId, TokenId},
    language::Text,
    store::{self, access_tokens::AccessTokenRow},
};

/// What every token begins with, so that scanners and people recognise one.
const PREFIX: &str = "yumen_pat_";
/// Days a token lasts at most.
pub const DAYS_MAX: i64 = 366;
/// Tokens of one person that are valid at a time.
const TOKENS_MAX: usize = 20;
/// How far apart two notes of “last used” are at least.
const USED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A new token, the only time that anybody sees it.
#[derive(Clone)]
pub struct NewToken {
    /// Its id.
    pub id: TokenId,
    /// The token itself.
    pub token: String,
}

/// Makes a token that acts as `person` for `days` days.
///
/// # Errors
/// [`NotLetIn::Told`] when the name or the number of days is not usable, or there are too many already.
pub async fn make(app: &App, person: PersonId, name: &str, days: i64) -> Result<NewToken, NotLetIn> {
    let (now, name) = (app.now(), name.trim().to_owned());
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        let sentence =
            Text::new("请填写令牌用途，不超过60个字。", "Say what the token is for, in at most 60 characters.");
        return Err(Problem::field("name", sentence).into());
    }
    if !(1..=DAYS_MAX).contains(&days) {
        let (zh, en) =
            (format!("有效期须在1至{DAYS_MAX}天之间。"), format!("A token lasts from 1 to {DAYS_MAX} days."));
        return Err(Problem::field("days", Text::new(zh, en)).into());
    }
    let valid = of_person(app, person).await?.iter().filter(|t| t.revoked_at.is_none() && t.expires_at > now).count();
    if valid >= TOKENS_MAX {
        let sentence =
            Text::new("有效令牌过多，请先撤销不用的。", "There are too many valid tokens. Revoke some first.");
        return Err(Problem::field("name", sentence).into());
    }
    let token = format!("{PREFIX}{}", app.sources().secret());
    let id: TokenId = app.sources().new_id();
    let row = AccessTokenRow {
        id,
        person_id: person,
        name,
        token_hash: hash_of(&token),
        created_at: now,
        expires_at: now + TimeDelta::days(days),
        last_used_at: None,
        revoked_at: None,
    };
    app.store().write(move |tx| async move { Ok::<_, Failure>(store::access_tokens::add(&tx, row).await?) }).await?;
    Ok(NewToken { id, token })
}

/// Who the bearer of `token` is; `None` when it is unknown, revoked or over.
///
/// # Errors
/// [`Failure::Store`].
pub async fn bearer(app: &App, token: &str) -> Result<Option<PersonId>, Failure> {
    if !token.starts_with(PREFIX) || token.len() > 100 {
        return Ok(None);
    }
    let now = app.now();
    let Some(row) = store::access_tokens::find(app.store().read(), &hash_of(token), now).await? else {
        return Ok(None);
    };
    if row.last_used_at.is_none_or(|used| now - used > USED_EVERY) {
        let id = row.id;
        let used = move |tx| async move { Ok::<_, Failure>(store::access_tokens::touch(&tx, id, now).await?) };
        app.store().write(used).await?;
    }
    Ok(Some(row.person_id))
}

/// The tokens of a person, newest first; the tokens themselves are nowhere.
///
/// # Errors
/// [`Failure::Store`].
pub async fn of_person(app: &App, person: PersonId) -> Result<Vec<AccessTokenRow>, Failure> {
    Ok(store::access_tokens::of_person(app.store().read(), person).await?)
}

/// Revokes a token of a person, at once; says whether there was one.
///
/// # Errors
/// [`Failure::Store`].
pub async fn revoke(app: &App, person: PersonId, id: TokenId) -> Result<bool, Failure> {
    let now = app.now();
    app.store().write(move |tx| async move { Ok(store::access_tokens::revoke(&tx, person, id, now).await?) }).await
}
