//! When a mail leaves: at once, on the next working morning, or with others in a digest; and what a digest says.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{
    App, Failure, Viewer,
    inbox::{InboxQuery, Tab},
    loading,
};
use crate::{
    clock::Instant,
    engine::Case,
    ids::{CaseId, DispatchId, PersonId},
    language::Text,
    notify::{
        compose::MAIL,
        mails::{CaseLine, Digest, DigestTask, Mail as _, MailContext},
    },
    policy::mail::{MailMode, MailPolicy},
    store::{self, Tx, mailboxes, mails, notices, outbox},
};

/// The kind of an outbox row that holds a digest.
pub const DIGEST: &str = "send-digest";

/// How long a digest of many mails at once waits for those that are still coming.
const GATHERED_FOR: TimeDelta = TimeDelta::minutes(1);
/// The time in which a person gets `at once max` mails at most, and one digest of all that comes besides.
const CROWDED_FOR: TimeDelta = TimeDelta::hours(1);

/// Which digest gathers a mail.
#[derive(Debug, Clone, Copy)]
enum Gathering {
    /// That of the working morning.
    Daily,
    /// One that waits for nothing.
    Urgent,
    /// The one of the hour; with none in this hour, it leaves soon.
    Hourly { soon: Instant },
}
/// Things of each kind that a digest lists; the rest is counted.
const LISTED_MAX: usize = 20;

/// What a digest's outbox row holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestOrder {
    /// To whom.
    pub person: PersonId,
}

/// When a mail leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// Now.
    Now,
    /// On the next working morning.
    At(Instant),
    /// Never by itself: the digest of this occurrence tells of it.
    InDigest(String),
}

/// How somebody wants their mail, and what there is to choose from.
#[derive(Debug, Clone, Serialize)]
pub struct MailChoice {
    /// What holds for them.
    pub mode: MailMode,
    /// Whether they chose it; otherwise it is the policy's.
    pub chosen: bool,
    /// From when mail waits, `20:00`.
    pub quiet_from: String,
    /// Until when.
    pub quiet_until: String,
    /// When the digest leaves.
    pub digest_at: String,
}

impl App {
    /// How a person wants their mail.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn mail_choice(&self, viewer: &Viewer) -> Result<MailChoice, Failure> {
        let policy = &self.policy().mail;
        let chosen = self.chosen_mode(viewer.person).await?;
        Ok(MailChoice {
            mode: chosen.unwrap_or(policy.default),
            chosen: chosen.is_some(),
            quiet_from: MailPolicy::written(policy.quiet_from),
            quiet_until: MailPolicy::written(policy.quiet_until),
            digest_at: MailPolicy::written(policy.digest_at),
        })
    }

    /// Keeps how a person wants their mail; `None` for what the policy says.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn choose_mail(&self, viewer: &Viewer, mode: Option<MailMode>) -> Result<(), Failure> {
        let person = viewer.person;
        let set = move |tx| async move { mailboxes::set_mode(&tx, person, mode.map(MailMode::code)).await };
        Ok(self.store().write(set).await?)
    }

    async fn chosen_mode(&self, person: PersonId) -> Result<Option<MailMode>, Failure> {
        let row = mailboxes::get(self.store().read(), person).await?;
        Ok(row.and_then(|row| row.mode).and_then(|mode| MailMode::from_code(&mode)))
    }

    /// When the mail of the outbox row `id` leaves. What was put into a digest once stays in it.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn sending(&self, id: DispatchId, person: PersonId, mail: &MailContext) -> Result<Sending, Failure> {
        let (db, now, policy) = (self.store().read(), self.now(), &self.policy().mail);
        let notice = notices::find(db, person, id).await?;
        if let Some(digest) = notice.as_ref().and_then(|notice| notice.digest.clone()) {
            return Ok(Sending::InDigest(digest));
        }
        let urgent = policy.urgent.contains(mail.name());
        let mode = self.chosen_mode(person).await?.unwrap_or(policy.default);
        let calendar = self.calendar(db).await?;
        // What has no notice would be told nowhere if a digest took it.
        if notice.is_none() {
            return Ok(Sending::Now);
        }
        if mode == MailMode::Digest && !urgent {
            return self.put_into_digest((id, person), policy.next_digest(&calendar, now), Gathering::Daily).await;
        }
        let quiet = policy.quiet_until(&calendar, now).filter(|_| mode == MailMode::OutsideQuietHours);
        let soon = quiet.unwrap_or(now + GATHERED_FOR);
        let waiting = outbox::due_to(db, person, MAIL, now, policy.at_once_max + 1).await?;
        let lately = mails::lately(db, person, now - CROWDED_FOR, Digest::NAME).await?;
        // One digest in an hour: what comes after it gathers for the next one. What is urgent does not wait for that.
        let next = lately.digest_at.map_or(soon, |last| soon.max(last + CROWDED_FOR));
        let at = if urgent { soon } else { next };
        let flood = waiting > policy.at_once_max;
        let crowded = !urgent && waiting + lately.sent > policy.at_once_max;
        if flood || crowded || outbox::pending_to(db, person, DIGEST, at).await?.is_some() {
            let gathering = if urgent { Gathering::Urgent } else { Gathering::Hourly { soon } };
            return self.put_into_digest((id, person), at, gathering).await;
        }
        Ok(quiet.filter(|_| !urgent).map_or(Sending::Now, Sending::At))
    }

    /// Puts a mail into the digest that leaves at `at`, and into one that leaves soon every other mail that waits for the
    /// same person.
    async fn put_into_digest(
        &self,
        (id, person): (DispatchId, PersonId),
        at: Instant,
        gathering: Gathering,
    ) -> Result<Sending, Failure> {
        let now = self.now();
        let payload = serde_json::to_string(&DigestOrder { person }).map_err(Failure::broken)?;
        let joined = move |tx: Tx| async move {
            // One digest, however many workers come here at once.
            store::people::lock(&tx, person).await?;
            // One may have left, or be about to, since the time was reckoned.
            let (at, all) = match gathering {
                Gathering::Daily => (at, false),
                Gathering::Urgent => (at, true),
                Gathering::Hourly { soon } => {
                    let leaves = outbox::is_claimed_to(&tx, person, DIGEST).await?.then_some(now);
                    let left = mails::lately(&tx, person, now - CROWDED_FOR, Digest::NAME).await?.digest_at;
                    let at = leaves.max(left).map_or(at, |last| at.max(last + CROWDED_FOR));
                    (at, at == soon)
                }
            };
            let digest = match outbox::pending_to(&tx, person, DIGEST, at).await? {
                Some(digest) => digest,
                None => {
                    let occurrence = format!("digest/{person}/{id}");
                    let row = outbox::NewDispatch {
                        id: id.derive(&occurrence),
                        occurrence: occurrence.clone(),
                        kind: DIGEST.to_owned(),
                        case_id: None,
                        person: Some(person),
                        payload,
                    };
                    outbox::put_at(&tx, vec![row], now, at).await?;
                    occurrence
                }
            };
            notices::into_digest(&tx, (person, id), &digest).await?;
            if all {
                let others = outbox::cancel_due_to(&tx, (person, MAIL), now, &format!("in {digest}")).await?;
                notices::all_into_digest(&tx, &others, &digest).await?;
            }
            Ok::<_, store::Error>(digest)
        };
        Ok(Sending::InDigest(self.store().write(joined).await?))
    }

    /// What a digest says; `None` when there is nothing left to say.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn digest(&self, occurrence: &str, person: PersonId) -> Result<Option<Digest>, Failure> {
        let Some(viewer) = self.viewer(person).await? else { return Ok(None) };
        let query =
            InboxQuery { tab: Tab::ToDecide, workflow: String::new(), text: String::new(), overdue: false, page: 1 };
        let inbox = self.inbox(&viewer, &query).await?;
        let told = notices::in_digest(self.store().read(), occurrence).await?;
        let first = inbox.rows.first().map(|row| row.case).or_else(|| told.iter().find_map(|told| told.case_id));
        let Some(case) = first else { return Ok(None) };
        // What asks for a task stands among the tasks, or is settled.
        let news: Vec<_> = told.into_iter().filter(|told| told.task_no.is_none()).collect();
        if inbox.rows.is_empty() && news.is_empty() {
            return Ok(None);
        }
        let tasks = inbox.rows.iter().take(LISTED_MAX).map(|row| DigestTask {
            title: row.title.clone(),
            number: row.number.clone(),
            step: row.step.clone().unwrap_or_default(),
            due_at: row.due.map(|due| due.at),
        });
        Ok(Some(Digest {
            case: self.case_line(case).await?,
            tasks: tasks.collect(),
            tasks_total: inbox.paging.total,
            overdue: inbox.overdue_count,
            news_total: news.len() as u64,
            news: news.into_iter().take(LISTED_MAX).map(|told| Text::new(told.title_zh, told.title_en)).collect(),
        }))
    }

    async fn case_line(&self, id: CaseId) -> Result<CaseLine, Failure> {
        let db = self.store().read();
        let gone = || Failure::broken("the case of a digest is gone");
        let row = store::cases::find(db, id).await?.ok_or_else(gone)?;
        let definition = self.definition(db, &row.definition_hash).await?;
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let around = loading::around(self, db, &case.subject).await?.ok_or_else(gone)?;
        Ok(CaseLine {
            id,
            workflow: definition.title.clone(),
            number: case.number.clone(),
            title: super::case_page::title_of(&case, &definition, &around.name),
            year: case.year,
        })
    }
}
