//! Passwords: argon2id, four at a time, and rules that keep out what everybody guesses first.

use std::{collections::HashSet, sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::SaltString,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{clock::Chance, language::Text};

/// Characters at least (OWASP ASVS 5.0, 6.2.1 asks for 8 and recommends more).
pub const CHARS_MIN: usize = 12;
/// Characters at most, so that hashing stays bounded (ASVS 6.2.9 asks for 64 and more).
pub const CHARS_MAX: usize = 128;
/// Hashes computed at a time: each takes 19 MiB and a core.
const AT_A_TIME: usize = 4;
/// How long somebody waits for their turn before they are told to come back.
const TURN_WITHIN: Duration = Duration::from_secs(10);

const COMMON: &str = include_str!("common-passwords.txt");

/// Hashes and checks passwords. Cheap to clone; everybody shares the same four places.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// The hash of a password that nobody knows: unknown people are checked against it, in the same time.
    nobody: Arc<str>,
}

/// A password was neither right nor wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashFault {
    /// Too many people sign in at this moment.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash cannot be computed.
    #[error("a password cannot be hashed")]
    Broken,
}

impl Passwords {
    /// Makes ready; takes the time of one hash.
    ///
    /// # Errors
    /// [`HashFault::Broken`] when argon2 refuses its own parameters.
    pub fn new(chance: &Chance) -> Result<Self, HashFault> {
        let nobody = hash(&hex::encode(chance.bytes::<32>()), &chance.bytes::<16>())?;
        Ok(Self { places: Arc::new(Semaphore::new(AT_A_TIME)), nobody: nobody.into() })
    }

    /// The hash to store.
    ///
    /// # Errors
    /// [`HashFault`].
    pub async fn hash(&self, password: &str, chance: &Chance) -> Result<String, HashFault> {
        let (password, salt, place) = (password.to_owned(), chance.bytes::<16>(), self.place().await?);
        tokio::task::spawn_blocking(move || {
            let _place = place;
            hash(&password, &salt)
        })
        .await
        .map_err(|_| HashFault::Broken)?
    }

    /// Whether `password` is the one behind `stored`. Without a stored hash it takes as long, and is wrong.
    ///
    /// # Errors
    /// [`HashFault`].
    pub async fn is_right(&self, password: &str, stored: Option<&str>) -> Result<bool, HashFault> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        // Nothing longer was ever accepted; a shorter stand-in takes the same time.
        let password = if password.chars().count() > CHARS_MAX { String::new() } else { password.to_owned() };
        let place = self.place().await?;
        tokio::task::spawn_blocking(move || {
            let _place = place;
            let parsed = PasswordHash::new(&stored).map_err(|_| HashFault::Broken)?;
            let right = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(right && known)
        })
        .await
        .map_err(|_| HashFault::Broken)?
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, HashFault> {
        tokio::time::timeout(TURN_WITHIN, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_| HashFault::Busy)?
            .map_err(|_| HashFault::Broken)
    }
}

fn argon2() -> Result<Argon2<'static>, HashFault> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| HashFault::Broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: &[u8]) -> Result<String, HashFault> {
    let salt = SaltString::encode_b64(salt).map_err(|_| HashFault::Broken)?;
    let hashed = argon2()?.hash_password(password.as_bytes(), &salt).map_err(|_| HashFault::Broken)?;
    Ok(hashed.to_string())
}

/// What is wrong with a new password, as a sentence; `None` when it is good enough.
#[must_use]
pub fn objection(password: &str, login: &str) -> Option<Text> {
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        return Some(Text::new(
            format!("密码至少需要{CHARS_MIN}个字符，请加长，例如用几个不相关的词组成。"),
            format!(
                "A password needs at least {CHARS_MIN} characters. Make it longer, such as several unrelated words."
            ),
        ));
    }
    if chars > CHARS_MAX {
        return Some(Text::new(
            format!("密码不能超过{CHARS_MAX}个字符，请缩短。"),
            format!("A password has at most {CHARS_MAX} characters. Shorten it."),
        ));
    }
    let lower = password.to_lowercase();
    let distinct: HashSet<char> = lower.chars().collect();
    let names_the_login = login.chars().count() > 3 && lower.contains(&login.to_lowercase());
    if distinct.len() < 4 || names_the_login || COMMON.lines().any(|common| common == lower) {
        return Some(Text::new(
            "该密码太常见，容易被猜中。请换一个与姓名、账号无关的密码。",
            "This password is easily guessed. Choose one that has nothing to do with your name or login.",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_is_right_and_nobody_has_one() {
        let chance = Chance::seeded(1);
        let passwords = Passwords::new(&chance).unwrap();
        let stored = passwords.hash("correct horse battery", &chance).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(passwords.is_right("correct horse battery", Some(&stored)).await, Ok(true));
        assert_eq!(passwords.is_right("correct horse batterz", Some(&stored)).await, Ok(false));
        assert_eq!(passwords.is_right("correct horse battery", None).await, Ok(false));
    }

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        for weak in ["short", "1234567890", "PassWord123", "aaaaaaaaaaaa", "xx-t.chen-2026", "1212121212121"] {
            assert!(objection(weak, "t.chen").is_some(), "{weak}");
        }
        assert!(objection(&"长".repeat(129), "t.chen").is_some());
        for good in ["correct horse battery", "玉门关外春风不度又一年矣", "kT9#vq2L!m7x"] {
            assert_eq!(objection(good, "t.chen"), None, "{good}");
        }
    }
}
