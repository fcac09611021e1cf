//! What became of every letter that a ring asked for: it left by itself, it stands in a digest that left, or it was
//! cancelled for a reason; and everybody finds it among their notices.

use std::{collections::BTreeMap, fmt};

use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use uuid::Uuid;
use yumen::{
    clock::Instant,
    notify::{compose::MailOrder, mails::MailContext},
};

use super::accounts::Asked;
use crate::harness::town::Town;

/// What became of the letters.
#[derive(Debug, Default)]
pub struct Told {
    sent: usize,
    in_digests: usize,
    /// Digests that told of nothing any more when they were to leave.
    in_needless_digests: usize,
    waiting: usize,
    cancelled: BTreeMap<String, usize>,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, in_digests, in_needless_digests, waiting, cancelled } = self;
        write!(
            f,
            "letters: {sent} sent, {in_digests} in digests, {in_needless_digests} in digests with nothing left "
        )?;
        write!(f, "to tell, {waiting} wait, cancelled {cancelled:?}")
    }
}

struct Row {
    id: Uuid,
    state: String,
    next_at: Instant,
    why: Option<String>,
}

/// Looks for each letter, and for letters that nobody asked for.
pub async fn account(town: &Town, asked: &[Asked]) -> Told {
    let mut rows = rows(town).await;
    let digests: BTreeMap<String, String> =
        pairs(town, "SELECT occurrence, state FROM outbox WHERE kind = 'send-digest'").await;
    let notices: BTreeMap<Uuid, Option<String>> = pairs(town, "SELECT id, digest FROM notices").await;
    let mails: BTreeMap<Uuid, String> = pairs(town, "SELECT id, state FROM mails").await;
    let mut told = Told::default();
    for letter in asked {
        let found = rows.remove(letter).unwrap_or_default();
        let [row] = &found[..] else { panic!("{} letters: {letter:?}", found.len()) };
        let notice = notices.get(&row.id).unwrap_or_else(|| panic!("no notice: {letter:?}"));
        let why = row.why.as_deref().unwrap_or_default();
        match (row.state.as_str(), notice) {
            ("sent", None) => {
                assert_eq!(mails.get(&row.id).map(String::as_str), Some("sent"), "{letter:?}");
                told.sent += 1;
            }
            ("cancelled", Some(digest)) => {
                assert_eq!(why, format!("in {digest}"), "{letter:?}");
                match digests.get(digest).map(String::as_str) {
                    Some("sent") => told.in_digests += 1,
                    Some("cancelled") => told.in_needless_digests += 1,
                    Some("pending") => told.waiting += 1,
                    other => panic!("its digest is {other:?}: {letter:?}"),
                }
            }
            ("cancelled", None) => {
                assert!(!why.is_empty(), "cancelled without a reason: {letter:?}");
                // The number of the task is no part of the reason.
                let reason = why.split(' ').filter(|word| word.parse::<u32>().is_err()).collect::<Vec<_>>().join(" ");
                *told.cancelled.entry(reason).or_default() += 1;
            }
            ("pending", None) => {
                assert!(row.next_at > town.app.now(), "it waits for nothing: {letter:?}");
                told.waiting += 1;
            }
            other => panic!("{other:?}: {letter:?}"),
        }
    }
    assert!(rows.is_empty(), "{} letters that nothing asked for: {:?}", rows.len(), rows.keys().next());
    told
}

/// Every letter about a deadline that was put into the outbox.
async fn rows(town: &Town) -> BTreeMap<Asked, Vec<Row>> {
    let mut letters: BTreeMap<Asked, Vec<Row>> = BTreeMap::new();
    let question = "SELECT payload, id, state, next_at, last_error FROM outbox WHERE kind = 'send-mail'";
    for row in query(town, question).await {
        let order: MailOrder = serde_json::from_str(&row.try_get_by_index::<String>(0).unwrap()).unwrap();
        let (case, task, mail, rung_at) = if let MailContext::TaskReminder(mail) = order.mail {
            (mail.case.id, mail.task, "task-reminder", mail.rung_at)
        } else if let MailContext::TaskEscalated(mail) = order.mail {
            (mail.case.id, mail.task, "task-escalated", mail.rung_at)
        } else {
            continue;
        };
        let found = Row {
            id: row.try_get_by_index(1).unwrap(),
            state: row.try_get_by_index(2).unwrap(),
            next_at: row.try_get_by_index(3).unwrap(),
            why: row.try_get_by_index(4).unwrap(),
        };
        letters.entry(Asked { task: (case, task), mail, rung_at, to: order.person }).or_default().push(found);
    }
    letters
}

async fn pairs<K, V>(town: &Town, question: &str) -> BTreeMap<K, V>
where
    K: Ord + sea_orm::TryGetable,
    V: sea_orm::TryGetable,
{
    let rows = query(town, question).await;
    rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
}

async fn query(town: &Town, question: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(town.sql.get_database_backend(), question);
    town.sql.query_all_raw(statement).await.unwrap()
}
