//! The first administrator: by a token that is printed once, on an empty database, and by nothing else.

use chrono::TimeDelta;

use super::{
    App, Failure, Problem,
    passwords::Passwords,
    people::{NewPerson, checked},
    sessions::hash_of,
    sign_in::NotLetIn,
};
use crate::{
    engine::who::day_of,
    ids::PersonId,
    language::Text,
    store::{
        self, Tx,
        directory::{AppointmentRow, OrganisationRow},
        setup_tokens::SetupTokenRow,
    },
};

/// How long the token can be used.
const TOKEN_LASTS: TimeDelta = TimeDelta::hours(24);
/// The code of the district, when none was imported before the first administrator came in.
const DISTRICT: &str = "district";

/// A fresh token while there is nobody; `None` once there is somebody. An earlier token stops working.
///
/// # Errors
/// [`Failure::Store`].
pub async fn offer(app: &App) -> Result<Option<String>, Failure> {
    if !store::people::is_empty(app.store().read()).await? {
        return Ok(None);
    }
    let (token, now) = (app.sources().secret(), app.now());
    let row = SetupTokenRow {
        token_hash: hash_of(&token),
        created_at: now,
        expires_at: now + TOKEN_LASTS,
        used_at: None,
        used_by: None,
    };
    app.store().write(move |tx| async move { Ok::<_, Failure>(store::setup_tokens::replace(&tx, row).await?) }).await?;
    Ok(Some(token))
}

/// Makes the first person, who is security administrator and appoints everybody else.
///
/// # Errors
/// [`NotLetIn::Told`] when the token is not the one that was printed, or a field needs attention.
pub async fn first_administrator(
    app: &App,
    passwords: &Passwords,
    token: &str,
    new: NewPerson,
) -> Result<PersonId, NotLetIn> {
    let (hash, now) = (hash_of(token.trim()), app.now());
    if !store::setup_tokens::is_open(app.store().read(), &hash, now).await? {
        return Err(wrong_token().into());
    }
    let person = checked(app, passwords, new).await?;
    let id = person.id;
    let appointment = AppointmentRow {
        id: app.sources().nonce(),
        person_id: id,
        role: "security-admin".into(),
        org: DISTRICT.into(),
        from_day: day_of(now),
        until_day: None,
    };
    let done = app
        .store()
        .write(move |tx| async move {
            if !store::people::is_empty(&tx).await? {
                return Ok(false);
            }
            store::people::add(&tx, vec![person]).await?;
            if !store::setup_tokens::use_up(&tx, &hash, id, now).await? {
                return Err(Failure::from(store::Error::Stale("the setup token")));
            }
            let appointment = match imported_district(&tx).await? {
                Some(org) => AppointmentRow { org, ..appointment },
                None => {
                    store::directory::add_organisations(&tx, vec![district()]).await?;
                    appointment
                }
            };
            store::directory::appoint(&tx, vec![appointment]).await?;
            Ok(true)
        })
        .await;
    match done {
        Ok(true) => Ok(id),
        // Somebody was faster with the same token, or there is somebody already.
        Ok(false) | Err(Failure::Store(store::Error::Stale(_) | store::Error::Duplicate(_))) => {
            Err(wrong_token().into())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The district that was imported before anybody came in.
async fn imported_district(tx: &Tx) -> Result<Option<String>, store::Error> {
    let known = store::directory::load(tx).await?.organisations;
    Ok(known.into_iter().find(|org| org.kind == "district").map(|org| org.code))
}

fn district() -> OrganisationRow {
    OrganisationRow {
        code: DISTRICT.into(),
        parent: None,
        kind: "district".into(),
        name_zh: "本区".into(),
        name_en: "The district".into(),
        path: format!("/{DISTRICT}/"),
    }
}

fn wrong_token() -> Problem {
    let zh = "令牌无效：可能已使用或已过期。请重新启动服务，使用新打印的令牌。";
    let en = "This token does not work: it was used or is over. Restart the server and use the token it prints then.";
    Problem::field("token", Text::new(zh, en))
}
