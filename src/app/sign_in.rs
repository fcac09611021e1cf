//! Signing in with a password: the same time and the same answer for whoever is not let in, and slower with each try.

use chrono::TimeDelta;

use super::{
    App, Failure, Problem,
    passwords::{HashFault, Passwords, objection},
    sessions,
};
use crate::{
    clock::Instant,
    ids::PersonId,
    language::{Lang, Text},
    store::{
        self,
        sign_in_failures::{Failures, SignInFailureRow},
    },
};

/// How far back failures count.
const COUNTED: TimeDelta = TimeDelta::minutes(30);
/// Failures of one login before the next try has to wait.
const OF_LOGIN_FREE: u64 = 5;
/// Failures from one address before the next try has to wait: an office shares one.
const OF_ADDRESS_FREE: u64 = 50;
/// The first delay; each further failure doubles it.
const DELAY_FIRST: TimeDelta = TimeDelta::seconds(15);
/// The longest delay: nobody is locked out for good by somebody else's guessing.
const DELAY_MAX: TimeDelta = TimeDelta::minutes(15);

/// Somebody at the door.
#[derive(Clone)]
pub struct Attempt {
    /// The login, as typed.
    pub login: String,
    /// The password, as typed.
    pub password: String,
    /// Where from.
    pub address: String,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum NotLetIn {
    /// A sentence for the person.
    #[error("{}", .0.code)]
    Told(Box<Problem>),
    /// Something of ours failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Problem> for NotLetIn {
    fn from(problem: Problem) -> Self {
        Self::Told(Box::new(problem))
    }
}

impl From<store::Error> for NotLetIn {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<HashFault> for NotLetIn {
    fn from(fault: HashFault) -> Self {
        match fault {
            HashFault::Busy => Self::from(Problem::new(
                503,
                "busy",
                "登录人数较多，请稍等片刻再试。",
                "Many people are signing in. Wait a moment and try again.",
            )),
            HashFault::Broken => Self::Failed(Failure::broken(fault)),
        }
    }
}

/// Lets a person in by login and password.
///
/// # Errors
/// [`NotLetIn::Told`] with the same sentence for an unknown login, a wrong password, and somebody who left.
pub async fn sign_in(app: &App, passwords: &Passwords, attempt: Attempt) -> Result<PersonId, NotLetIn> {
    let (now, read) = (app.now(), app.store().read());
    let login = sessions::hash_of(&login_of(&attempt.login));
    let of_login = store::sign_in_failures::of_login(read, &login, now - COUNTED).await?;
    let of_address = store::sign_in_failures::of_address(read, &attempt.address, now - COUNTED).await?;
    let opens = [opens_at(of_login, OF_LOGIN_FREE), opens_at(of_address, OF_ADDRESS_FREE)];
    if let Some(opens) = opens.into_iter().flatten().max().filter(|opens| *opens > now) {
        return Err(wait(opens - now).into());
    }
    let found = store::people::by_login(read, &login_of(&attempt.login)).await?;
    let stored = found.as_ref().filter(|found| found.active).and_then(|found| found.password_hash.as_deref());
    let right = passwords.is_right(&attempt.password, stored).await?;
    match found.filter(|_| right) {
        Some(person) => {
            app.store()
                .write(move |tx| async move { Ok::<_, Failure>(store::sign_in_failures::forget_login(&tx, &login).await?) })
                .await?;
            Ok(person.id)
        }
        None => {
            let row = SignInFailureRow { id: app.sources().nonce(), login, address: attempt.address, at: now };
            app.store()
                .write(move |tx| async move { Ok::<_, Failure>(store::sign_in_failures::add(&tx, row).await?) })
                .await?;
            Err(wrong().into())
        }
    }
}

/// A login as it is stored: without blanks around it, in small letters.
#[must_use]
pub fn login_of(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// When the next try is looked at.
fn opens_at(failures: Failures, free: u64) -> Option<Instant> {
    let beyond = failures.count.checked_sub(free)?;
    let doublings = u32::try_from(beyond.min(10)).unwrap_or(10);
    Some(failures.last? + (DELAY_FIRST * 2_i32.pow(doublings)).min(DELAY_MAX))
}

fn wrong() -> Problem {
    Problem::new(
        401,
        "not-let-in",
        "账号或密码不正确，请核对后重试。忘记密码请联系安全管理员重置。",
        "The login or the password is not right. Check both; if you forgot it, ask the security administrator.",
    )
}

fn wait(time: TimeDelta) -> Problem {
    let minutes = time.num_seconds().max(1).unsigned_abs().div_ceil(60);
    Problem::new(
        429,
        "too-many-attempts",
        format!("尝试次数过多，请在{minutes}分钟后再试。忘记密码请联系安全管理员重置。"),
        format!(
            "Too many attempts. Try again in {minutes} min; if you forgot the password, ask the security administrator."
        ),
    )
}

/// Changes a person's own password; they show the old one, and every session of theirs ends.
///
/// # Errors
/// [`NotLetIn::Told`] when the old one is wrong or the new one is weak.
pub async fn change_password(
    app: &App,
    passwords: &Passwords,
    person: PersonId,
    old: &str,
    new: &str,
) -> Result<(), NotLetIn> {
    let found = store::people::find(app.store().read(), person).await?;
    let Some(found) = found else { return Err(Problem::not_found().into()) };
    let attempt = Attempt { login: found.login.clone(), password: old.to_owned(), address: "self".into() };
    sign_in(app, passwords, attempt).await?;
    set_password(app, passwords, person, (&found.login, new)).await
}

/// Gives a person a password and ends their sessions.
///
/// # Errors
/// [`NotLetIn::Told`] when it is weak.
pub(super) async fn set_password(
    app: &App,
    passwords: &Passwords,
    person: PersonId,
    (login, new): (&str, &str),
) -> Result<(), NotLetIn> {
    if let Some(sentence) = objection(new, login) {
        return Err(Problem::field("password", sentence).into());
    }
    let hash = passwords.hash(new, &app.sources().chance).await?;
    app.store()
        .write(move |tx| async move {
            store::people::set_password(&tx, person, &hash).await?;
            store::sessions::delete_of(&tx, person).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(())
}

/// Keeps the language a person chose.
///
/// # Errors
/// [`Failure::Store`].
pub async fn choose_language(app: &App, person: PersonId, lang: Lang) -> Result<(), Failure> {
    app.store().write(move |tx| async move { Ok(store::people::set_lang(&tx, person, lang.tag()).await?) }).await
}

impl Problem {
    /// One field needs attention.
    #[must_use]
    pub fn field(name: &str, sentence: Text) -> Self {
        let fault = super::problem::FieldFault { field: name.to_owned(), sentence: sentence.clone() };
        Self { fields: vec![fault], ..Self::new(422, "fields", sentence.zh, sentence.en) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    #[test]
    fn the_delay_grows_and_ends() {
        let last = Utc.timestamp_opt(1_800_000_000, 0).single();
        let delay = |count| opens_at(Failures { count, last }, 5).map(|opens| (opens - last.unwrap()).num_seconds());
        assert_eq!(delay(4), None);
        assert_eq!(delay(5), Some(15));
        assert_eq!(delay(6), Some(30));
        assert_eq!(delay(10_000), Some(900));
    }
}
