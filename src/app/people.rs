//! People, as the security administrator keeps them.

use super::{
    App, Failure, Problem, Viewer, appointments,
    passwords::{Passwords, objection},
    sign_in::{NotLetIn, login_of},
};
use crate::{
    engine::who::day_of,
    ids::PersonId,
    language::{Lang, Text},
    store::{self, people::PersonRow},
};

/// Characters of a login at most.
const LOGIN_CHARS_MAX: usize = 40;
/// Characters of a name at most.
const NAME_CHARS_MAX: usize = 40;

/// Somebody new, as typed.
#[derive(Clone, Default)]
pub struct NewPerson {
    /// What they will sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Where their mail goes; may be empty.
    pub email: String,
    /// Their first password.
    pub password: String,
}

impl App {
    /// The person with today's appointments; `None` for somebody unknown or inactive.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn viewer(&self, person: PersonId) -> Result<Option<Viewer>, Failure> {
        let read = self.store().read();
        let Some(known) = store::people::find(read, person).await?.filter(|known| known.active) else {
            return Ok(None);
        };
        let directory = self.directory(read).await?;
        let lang = Lang::from_tag(&known.lang).unwrap_or_default();
        Ok(Viewer::of(&directory, person, day_of(self.now()), lang))
    }
}

/// Adds a person, who can sign in at once.
///
/// # Errors
/// [`NotLetIn::Told`] with the field that needs attention.
pub async fn add(app: &App, passwords: &Passwords, new: NewPerson) -> Result<PersonId, NotLetIn> {
    let row = checked(app, passwords, new).await?;
    let id = row.id;
    let added = app.store().write(move |tx| async move { store::people::add(&tx, vec![row]).await }).await;
    match added {
        Ok(()) => Ok(id),
        Err(store::Error::Duplicate(_)) => Err(taken().into()),
        Err(error) => Err(error.into()),
    }
}

/// A person's row, once everything about it is in order.
pub(super) async fn checked(app: &App, passwords: &Passwords, new: NewPerson) -> Result<PersonRow, NotLetIn> {
    let (login, name, email) = (login_of(&new.login), new.name.trim().to_owned(), new.email.trim().to_owned());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if login.is_empty() || login.len() > LOGIN_CHARS_MAX || !login.chars().all(plain) {
        let (zh, en) = (
            "账号须由字母、数字、点、横线组成，不超过40个字符。",
            "A login has letters, digits, dots and hyphens, at most 40.",
        );
        return Err(Problem::field("login", Text::new(zh, en)).into());
    }
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        let (zh, en) = ("请填写姓名，不超过40个字，不能换行。", "Give a name of at most 40 characters on one line.");
        return Err(Problem::field("name", Text::new(zh, en)).into());
    }
    if !email.is_empty() && !is_address(&email) {
        let (zh, en) = ("邮箱地址不正确，请核对。", "This is not a mail address. Check it.");
        return Err(Problem::field("email", Text::new(zh, en)).into());
    }
    if let Some(sentence) = objection(&new.password, &login) {
        return Err(Problem::field("password", sentence).into());
    }
    let sources = app.sources();
    Ok(PersonRow {
        id: sources.new_id(),
        login,
        name,
        email: (!email.is_empty()).then_some(email),
        password_hash: Some(passwords.hash(&new.password, &sources.chance).await?),
        lang: Lang::default().tag().to_owned(),
        active: true,
        created_at: app.now(),
    })
}

/// Gives somebody a new password, which ends their sessions and tokens. Says who it was.
///
/// # Errors
/// [`NotLetIn::Told`] when there is nobody, or the password is weak.
pub async fn reset_password(app: &App, passwords: &Passwords, login: &str, new: &str) -> Result<PersonId, NotLetIn> {
    let found = store::people::by_login(app.store().read(), &login_of(login)).await?;
    let Some(found) = found else { return Err(Problem::not_found().into()) };
    super::sign_in::set_password(app, passwords, found.id, (&found.login, new)).await?;
    let (id, now) = (found.id, app.now());
    let tried = super::sessions::hash_of(&found.login);
    app.store()
        .write(move |tx| async move {
            // Whoever forgot it has tried; with the new one nobody waits.
            store::sign_in_failures::forget_login(&tx, &tried).await?;
            store::access_tokens::revoke_all_of(&tx, id, now).await
        })
        .await?;
    Ok(id)
}

/// Lets somebody in again, or no longer: their sessions and tokens end at once. Says who it was.
///
/// # Errors
/// [`NotLetIn::Told`] when there is nobody, or nobody else administers security.
pub async fn set_active(app: &App, login: &str, active: bool) -> Result<PersonId, NotLetIn> {
    let (login, now, doing) = (login_of(login), app.now(), app.clone());
    app.store()
        .write(move |tx| async move {
            store::directory::lock(&tx).await?;
            let directory = doing.directory(&tx).await?;
            let Some(person) = directory.by_login(&login).map(|person| person.id) else {
                return Err(NotLetIn::from(Problem::not_found()));
            };
            if !active {
                appointments::keep_an_administrator(&directory, person, day_of(now))?;
            }
            store::people::set_active(&tx, person, active).await?;
            if !active {
                store::sessions::delete_of(&tx, person).await?;
                store::access_tokens::revoke_all_of(&tx, person, now).await?;
            }
            doing.look_again(&tx).await?;
            Ok(person)
        })
        .await
}

pub(super) fn taken() -> Problem {
    Problem::field("login", Text::new("该账号已被使用，请换一个。", "This login is taken. Choose another."))
}

/// Whether this is one mail address and nothing else.
pub(super) fn is_address(email: &str) -> bool {
    let parts = email.split_once('@');
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '@');
    email.len() <= 254
        && parts.is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !local.contains(odd) && !host.contains(odd)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_address_holds_one_recipient_and_no_header() {
        assert!(is_address("t.chen@edu.example"));
        for bad in ["", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b,c@d", "a@b@c", "<a@b>"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
