//! 消息: what a person was told, in the pages. Everybody has them, also who has no mailbox.

use chrono::TimeDelta;
use serde::Serialize;

use super::{App, Failure, Viewer, shown::Paging};
use crate::{
    clock::Instant,
    ids::{CaseId, DispatchId, PersonId},
    language::{Lang, Text},
    notify::{
        mails::{Frame, MailContext},
        templates::Templates,
    },
    store::{
        self,
        notices::{self, NoticeRow},
    },
};

/// The job that forgets old notices.
pub const TIDY_NOTICES: &str = "tidy-notices";

/// Notices on one page.
const ROWS_PER_PAGE: u64 = 30;
/// How long notices are kept.
const KEPT_DAYS: i64 = 400;

/// A page of a person's notices.
#[derive(Debug, Clone, Serialize)]
pub struct Notices {
    /// Whether those alone are listed that were not read.
    pub unread_only: bool,
    /// How many were not read.
    pub unread: u64,
    /// The notices, latest first.
    pub rows: Vec<NoticeView>,
    /// The time of the latest one: “all read” means up to here.
    pub until: Option<Instant>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One notice.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeView {
    /// Its id.
    pub id: DispatchId,
    /// What it says.
    pub title: Text,
    /// Since when.
    pub at: Instant,
    /// Whether it was not read yet.
    pub unread: bool,
    /// Whether the task that it is about was settled since.
    pub settled: bool,
}

/// What the navigation counts, as it shows it: empty for none, `99+` for many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The tasks that wait.
    pub waiting: String,
    /// The notices that were not read.
    pub unread: String,
}

impl Counts {
    /// So many tasks that wait, and notices that were not read.
    #[must_use]
    pub fn of(waiting: u64, unread: u64) -> Self {
        Self { waiting: shown(waiting), unread: shown(unread) }
    }
}

/// A number as the navigation shows it.
fn shown(count: u64) -> String {
    match count {
        0 => String::new(),
        1..notices::COUNTED_MAX => count.to_string(),
        notices::COUNTED_MAX.. => format!("{}+", notices::COUNTED_MAX - 1),
    }
}

/// The notice that says the same as a mail.
///
/// # Errors
/// [`Failure::Broken`] when the subject of the mail cannot be written.
pub(super) fn notice(id: DispatchId, (to, mail): (PersonId, &MailContext), now: Instant) -> Result<NoticeRow, Failure> {
    let title = title_of(mail, now)?;
    Ok(NoticeRow {
        id,
        person_id: to,
        kind: mail.name().to_owned(),
        case_id: Some(mail.case().id),
        task_no: mail.task().map(i64::from),
        title_zh: title.zh,
        title_en: title.en,
        path: mail.path(),
        created_at: now,
        read_at: None,
        digest: None,
    })
}

fn title_of(mail: &MailContext, now: Instant) -> Result<Text, Failure> {
    let templates = Templates::kept().map_err(Failure::broken)?;
    let subject = |lang: Lang| {
        let frame = Frame { lang, recipient: "", now, site: "" };
        templates.subject(mail, &frame).map_err(Failure::broken)
    };
    Ok(Text::new(subject(Lang::Zh)?, subject(Lang::En)?))
}

impl App {
    /// What the navigation counts for a person.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn counts(&self, viewer: &Viewer) -> Result<Counts, Failure> {
        Ok(Counts::of(self.waiting(viewer).await?, self.unread(viewer).await?))
    }

    /// How many notices a person has not read, as far as they are counted.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn unread(&self, viewer: &Viewer) -> Result<u64, Failure> {
        Ok(notices::unread(self.store().read(), viewer.person).await?)
    }

    /// A page of a person's notices, `page` from 1.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn notices(&self, viewer: &Viewer, unread_only: bool, page: u64) -> Result<Notices, Failure> {
        let (db, person) = (self.store().read(), viewer.person);
        let unread = notices::count_of(db, person, true).await?;
        let total = if unread_only { unread } else { notices::count_of(db, person, false).await? };
        let query = if unread_only { "/notices?unread=yes&" } else { "/notices?" };
        let paging = Paging::new(page, total, ROWS_PER_PAGE, query);
        let offset = (paging.page - 1) * ROWS_PER_PAGE;
        let found = notices::page(db, (person, unread_only), ROWS_PER_PAGE, offset).await?;
        let until = found.first().map(|line| line.created_at);
        let rows = found.into_iter().map(|line| NoticeView {
            id: line.id,
            unread: line.read_at.is_none() && line.settled == 0,
            settled: line.settled == 1,
            title: Text::new(line.title_zh, line.title_en),
            at: line.created_at,
        });
        Ok(Notices { unread_only, unread, rows: rows.collect(), until, paging })
    }

    /// Marks a notice as read; gives back the page that it is about. `None` when it is not this person's.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn open_notice(&self, viewer: &Viewer, id: DispatchId) -> Result<Option<String>, Failure> {
        let (person, now) = (viewer.person, self.now());
        let Some(notice) = notices::find(self.store().read(), person, id).await? else { return Ok(None) };
        if notice.read_at.is_none() {
            self.store().write(move |tx| async move { notices::read(&tx, person, id, now).await }).await?;
        }
        Ok(Some(notice.path))
    }

    /// Marks everything as read that came until `until`: what came later was not seen.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn read_notices(&self, viewer: &Viewer, until: Instant) -> Result<(), Failure> {
        let (person, now) = (viewer.person, self.now());
        let read = move |tx| async move { notices::read_until(&tx, person, until, now).await };
        Ok(self.store().write(read).await?)
    }

    /// The person looks at a case, or at a task of it: what they were told about it is read.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn saw(&self, viewer: &Viewer, case: CaseId, task: Option<u32>) -> Result<(), Failure> {
        let (person, now, about) = (viewer.person, self.now(), (case, task.map(i64::from)));
        if notices::any_about(self.store().read(), person, about).await? {
            let read = move |tx| async move { notices::read_about(&tx, person, about, now).await };
            self.store().write(read).await?;
        }
        Ok(())
    }

    /// Forgets old notices, and marks what is about settled tasks as read.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn tidy_notices(&self) -> Result<(), Failure> {
        let now = self.now();
        let before = now - TimeDelta::days(KEPT_DAYS);
        let tidied: Result<u64, store::Error> =
            self.store().write(move |tx| async move { notices::tidy(&tx, before, now).await }).await;
        Ok(tidied.map(drop)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_not_shown_and_many_are_not_counted() {
        let words: Vec<_> = [0, 1, 99, 100, 5000].into_iter().map(shown).collect();
        assert_eq!(words, ["", "1", "99", "99+", "99+"]);
    }
}
