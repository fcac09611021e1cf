//! A person's own account: language, password, tokens, sessions.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part, Told, told},
    render::View,
    sign_in,
    substitutes::SubstitutesView,
};
use crate::{
    app::{
        Failure, Problem,
        mail_timing::MailChoice,
        mailboxes::MailboxView,
        sessions,
        sign_in::{NotLetIn, change_password},
        tokens, words,
    },
    clock::Instant,
    engine::{Directory, who::day_of},
    http::{answer::Refused, site::Site, visit::Visit},
    ids::{PersonId, TokenId},
    language::Text,
    policy::mail::MailMode,
};

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AccountView {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub login: String,
    /// What they are appointed to today.
    pub appointments: Vec<AppointmentView>,
    /// Their access tokens.
    pub tokens: Vec<TokenView>,
    /// Their sessions.
    pub sessions: Vec<SessionView>,
    /// How many mails did not reach them lately.
    pub undelivered: u64,
    /// Where their mail goes, and how the mailbox does.
    pub mailbox: MailboxView,
    /// How they want their mail.
    pub mail: Option<MailChoice>,
    /// A token that was just made: shown this once.
    pub new_token: Option<String>,
    /// Who stands for them, and for whom they stand.
    pub substitutes: SubstitutesView,
    /// Why the last attempt did not work.
    pub problem: Option<Text>,
}

/// An appointment.
#[derive(Debug, Clone, Serialize)]
pub struct AppointmentView {
    /// The role.
    pub role: Text,
    /// The organisation.
    pub org: Text,
}

/// An access token.
#[derive(Debug, Clone, Serialize)]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it works.
    pub expires_at: Instant,
    /// When it was last used.
    pub last_used_at: Option<Instant>,
}

/// A session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// When it began.
    pub created_at: Instant,
    /// When it was last seen.
    pub last_seen: Instant,
}

impl View for AccountView {
    const TEMPLATE: &'static str = "account";
}

/// How somebody wants their mail.
#[derive(Debug, Deserialize)]
pub struct MailForm {
    mode: String,
}

/// A new password.
#[derive(Deserialize)]
pub struct PasswordForm {
    current: String,
    new: String,
}

/// A new token.
#[derive(Debug, Deserialize)]
pub struct TokenForm {
    name: String,
    days: i64,
}

/// `GET /account`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let (frame, view) = view(&site, &visit, &uri).await.map_err(|failure| frame::refused(failure, lang))?;
    frame.telling(told(lang, asked.told.as_deref())).page(&view)
}

/// `POST /account/password`: every session ends, this one too.
///
/// # Errors
/// When something of ours fails.
pub async fn password(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Refused> {
    let person = visit.viewer.person;
    match change_password(&site.app, &site.passwords, person, &form.current, &form.new).await {
        Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
        Err(not) => {
            let problem = sign_in::told(not, visit.viewer.lang)?;
            again(&site, &visit, (Some(problem.sentence), None), &uri).await
        }
    }
}

/// `POST /account/mail`: anything that is no choice is what the policy says.
///
/// # Errors
/// When something of ours fails.
pub async fn choose_mail(
    State(site): State<Site>,
    visit: Visit,
    Form(form): Form<MailForm>,
) -> Result<Redirect, Refused> {
    let chosen = site.app.choose_mail(&visit.viewer, MailMode::from_code(&form.mode)).await;
    chosen.map_err(|failure| frame::refused(failure, visit.viewer.lang))?;
    Ok(Redirect::to("/account?told=mail-chosen"))
}

/// `POST /account/tokens`: the token is on this answer and nowhere else.
///
/// # Errors
/// When something of ours fails.
pub async fn make_token(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<TokenForm>,
) -> Result<Response, Refused> {
    let shown = match tokens::make(&site.app, visit.viewer.person, &form.name, form.days).await {
        Ok(made) => (None, Some(made.token)),
        Err(not) => (Some(sign_in::told(not, visit.viewer.lang)?.sentence), None),
    };
    again(&site, &visit, shown, &uri).await
}

/// `POST /account/tokens/{token}/revoke`
///
/// # Errors
/// When something of ours fails.
pub async fn revoke_token(
    State(site): State<Site>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Redirect, Refused> {
    let lang = visit.viewer.lang;
    let token = token.parse().map_err(|_| Refused::page(Problem::not_found(), lang))?;
    let revoked = tokens::revoke(&site.app, visit.viewer.person, token).await;
    if revoked.map_err(|failure| frame::refused(failure, lang))? {
        return Ok(Redirect::to("/account?told=token-revoked"));
    }
    Err(Refused::page(Problem::not_found(), lang))
}

/// The page with why something on it did not work.
///
/// # Errors
/// When something of ours failed.
pub(super) async fn told_again(
    site: &Site,
    visit: &Visit,
    not: NotLetIn,
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let problem = sign_in::told(not, visit.viewer.lang)?;
    again(site, visit, (Some(problem.sentence), None), uri).await
}

async fn again(
    site: &Site,
    visit: &Visit,
    (problem, new_token): (Option<Text>, Option<String>),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let (frame, view) = view(site, visit, uri).await.map_err(|failure| frame::refused(failure, lang))?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Frame { path: "/account".to_owned(), ..frame }.page(&AccountView { problem, new_token, ..view })?;
    Ok((status, page).into_response())
}

async fn view(site: &Site, visit: &Visit, uri: &OriginalUri) -> Result<(Frame, AccountView), Failure> {
    let (app, viewer) = (&site.app, &visit.viewer);
    let now = app.now();
    let directory = app.directory(app.store().read()).await?;
    let valid = tokens::of_person(app, viewer.person).await?;
    let tokens =
        valid.into_iter().filter(|row| row.revoked_at.is_none() && row.expires_at > now).map(|row| TokenView {
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        });
    let running = sessions::of_person(app, viewer.person, site.settings.sessions).await?;
    let view = AccountView {
        name: viewer.name.clone(),
        login: directory.people.get(&viewer.person).map(|person| person.login.clone()).unwrap_or_default(),
        appointments: appointments(&directory, viewer.person, now),
        tokens: tokens.collect(),
        sessions: running.into_iter().map(|(created_at, last_seen)| SessionView { created_at, last_seen }).collect(),
        undelivered: app.undelivered(viewer).await?,
        mailbox: app.mailbox(viewer).await?,
        mail: Some(app.mail_choice(viewer).await?),
        new_token: None,
        substitutes: SubstitutesView::of(site, Some(viewer.person)).await?,
        problem: None,
    };
    Ok((Frame::of(site, visit, Part::Account, uri).await?, view))
}

/// What a person is appointed to on the day of `now`.
pub(super) fn appointments(directory: &Directory, person: PersonId, now: Instant) -> Vec<AppointmentView> {
    let held = directory.appointments_of(person, day_of(now));
    held.map(|held| AppointmentView {
        role: words::role(&held.role),
        org: words::organisation(directory, held.org.as_str()),
    })
    .collect()
}
