//! When mail leaves: quiet hours, the digest of the morning, and a flood that becomes one mail for each person.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{TimeDelta, TimeZone as _, Utc};
use yumen::{
    clock::{Chance, Clock, Instant, Sources},
    engine::Decision,
    ids::{CaseId, DispatchId, PersonId},
    jobs::{JobContext, Pace, Workers},
    notify::{
        compose::mail_dispatch,
        mailer::{Letter, Mailer, Patience, SmtpSettings},
        mails::{Mail, MailContext},
        templates::Templates,
    },
    policy::mail::MailMode,
    store::{Error, notices, oracle, outbox},
};

use super::server::{Server, mailer};
use crate::{
    app::way::{OFFICER, PERFORMANCE, UNDERPASS},
    harness::{
        databases::{Kind, fresh, on_both},
        town::{Town, form, text, wan},
    },
};

on_both!(
    in_quiet_hours_mail_waits_for_the_next_working_morning,
    who_wants_a_digest_gets_one_on_the_next_working_morning,
    a_digest_with_nothing_left_to_tell_is_cancelled,
    a_flood_becomes_one_digest_for_each_person,
    deciding_does_not_wait_for_a_mail_server_that_says_nothing,
);

/// A district whose mail leaves.
pub(super) struct Post {
    /// The district.
    pub town: Arc<Town>,
    context: JobContext,
    workers: Workers,
    case: CaseId,
}

/// Monday morning; a case waits for finance, and nothing has left yet.
pub(super) async fn opened(kind: Kind, modes: &[(&str, MailMode)]) -> Post {
    opened_with(kind, modes, Mailer::memory().unwrap()).await
}

async fn opened_with(kind: Kind, modes: &[(&str, MailMode)], mailer: Mailer) -> Post {
    let database = fresh(kind).await;
    let url = database.url.clone();
    let clock = Clock::manual(Utc.with_ymd_and_hms(2026, 11, 23, 2, 0, 0).unwrap());
    let town = Town::on(database, Sources { clock, chance: Chance::seeded(1) }).await;
    for (login, mode) in modes {
        town.app.choose_mail(&town.official(login).viewer().await, Some(*mode)).await.unwrap();
    }
    let officer = town.official(OFFICER);
    let case = officer.starts("ex-ante-assessment", town.project(UNDERPASS).await).await.unwrap().case;
    let scope = yumen::definition::Value::Choice("outside-scope".into());
    let draft = form([("scope", scope), ("requested_amount", wan(10)), ("object", text("既有项目"))]);
    officer.completes(case, "draft", draft).await.unwrap();
    let reason = form([("exemption_reason", text("不属于各类评估情形。"))]);
    officer.completes(case, "exemption-statement", reason).await.unwrap();
    let templates = Templates::shipped().unwrap();
    let context = JobContext::new(&town.app, mailer, templates, "https://yumen.example");
    let pace = Pace { slots: 4, lease: Duration::from_secs(60), poll: Duration::from_millis(100) };
    let workers = Workers::start(context.clone(), &url, pace).await.unwrap();
    Post { town, context, workers, case }
}

impl Post {
    /// The person who signs in by that name.
    pub fn person(&self, login: &str) -> PersonId {
        self.town.official(login).person
    }

    /// Orders mails that say the same as a sample, each with its notice, in one transaction.
    async fn orders(&self, sample: &str, people: &[PersonId], each: u64) -> Vec<DispatchId> {
        let mut mail = MailContext::samples().into_iter().find(|mail| mail.name() == sample).unwrap();
        if let MailContext::CaseSuspended(mail) = &mut mail {
            mail.case.id = self.case;
        } else if let MailContext::TaskUrged(mail) = &mut mail {
            mail.case.id = self.case;
        } else {
            panic!("{sample} is about no case of this post");
        }
        let now = self.town.app.now();
        let (mut rows, mut told) = (Vec::new(), Vec::new());
        for person in people {
            for n in 0..each {
                let dispatch = mail_dispatch(9_000_000 + n, *person, mail.clone()).unwrap();
                told.push(notice(dispatch.id, *person, &mail, now));
                rows.push(outbox::NewDispatch {
                    id: dispatch.id,
                    occurrence: dispatch.occurrence,
                    kind: dispatch.kind.to_owned(),
                    case_id: Some(self.case),
                    person: dispatch.person,
                    payload: dispatch.payload.to_string(),
                });
            }
        }
        let ids = rows.iter().map(|row| row.id).collect();
        let put = move |tx| async move {
            notices::put(&tx, told).await?;
            outbox::put(&tx, rows, now).await
        };
        self.town.app.store().write(put).await.map_err(|error: Error| error).unwrap();
        ids
    }

    async fn row(&self, id: DispatchId) -> outbox::OutboxRow {
        outbox::get(self.town.app.store().read(), id).await.unwrap().unwrap()
    }

    /// Waits until a row is as wanted.
    async fn until(
        &self,
        id: DispatchId,
        what: &str,
        wanted: impl Fn(&outbox::OutboxRow) -> bool,
    ) -> outbox::OutboxRow {
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_secs(180) {
            let row = self.row(id).await;
            if wanted(&row) {
                return row;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("not {what}: {:?}", self.row(id).await);
    }

    /// It is that time now.
    pub fn comes(&self, beijing: &str) {
        let then: Instant = format!("2026-{beijing}:00+08:00").parse().unwrap();
        self.town.advance(then - self.town.app.now());
        self.context.store.ring_outbox();
    }

    /// So much time passes.
    pub fn passes(&self, time: TimeDelta) {
        self.town.advance(time);
        self.context.store.ring_outbox();
    }

    /// Waits until nothing in the outbox is due and nothing is being worked on.
    pub async fn rests(&self) {
        let begun = std::time::Instant::now();
        let open = "SELECT count(*) FROM outbox WHERE state = 'claimed' OR (state = 'pending' AND last_error IS NULL
            AND kind = 'send-mail')";
        while self.town.count(open).await > 0 {
            assert!(begun.elapsed() < Duration::from_secs(180), "it never rests");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What was sent, by address.
    pub fn letters(&self) -> BTreeMap<String, Vec<Letter>> {
        let mut letters: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
        for letter in self.context.mailer.kept() {
            letters.entry(letter.address.clone()).or_default().push(letter);
        }
        letters
    }

    pub async fn address(&self, login: &str) -> String {
        self.town.app.mailbox(&self.town.official(login).viewer().await).await.unwrap().address.unwrap()
    }

    /// Stops, and everything is accounted for.
    pub async fn closes(self) {
        self.workers.stop().await;
        let found = oracle::ask_all(self.town.app.store().read()).await.unwrap();
        assert!(found.is_empty(), "{found:?}");
    }
}

fn notice(id: DispatchId, person: PersonId, mail: &MailContext, now: Instant) -> notices::NoticeRow {
    notices::NoticeRow {
        id,
        person_id: person,
        kind: mail.name().to_owned(),
        case_id: Some(mail.case().id),
        task_no: mail.task().map(i64::from),
        title_zh: "已挂起：供水管网改造".to_owned(),
        title_en: "Suspended: 供水管网改造".to_owned(),
        path: mail.path(),
        created_at: now,
        read_at: None,
        digest: None,
    }
}

const SUSPENDED: &str = yumen::notify::mails::CaseSuspended::NAME;
const URGED: &str = yumen::notify::mails::TaskUrged::NAME;

async fn in_quiet_hours_mail_waits_for_the_next_working_morning(kind: Kind) {
    let post = opened(kind, &[(PERFORMANCE, MailMode::AtOnce)]).await;
    post.rests().await;
    let before = post.context.mailer.kept().len();
    post.comes("11-27T21:00");
    let waits = post.orders(SUSPENDED, &[post.person(OFFICER)], 1).await[0];
    let at_once = post.orders(SUSPENDED, &[post.person(PERFORMANCE)], 1).await[0];
    let urgent = post.orders(URGED, &[post.person(OFFICER)], 1).await[0];
    post.until(at_once, "sent at once", |row| row.state == "sent").await;
    post.until(urgent, "sent, as it urges", |row| row.state == "sent").await;
    let row = post.until(waits, "put off", |row| row.state == "pending" && row.last_error.is_some()).await;
    let morning: Instant = "2026-11-30T07:30:00+08:00".parse().unwrap();
    assert_eq!((row.next_at, row.last_error.as_deref(), row.attempts), (morning, Some("quiet hours"), 0));
    post.comes("11-30T07:30");
    post.until(waits, "sent in the morning", |row| row.state == "sent").await;
    assert_eq!(post.context.mailer.kept().len(), before + 3);
    post.closes().await;
}

async fn who_wants_a_digest_gets_one_on_the_next_working_morning(kind: Kind) {
    let post = opened(kind, &[(PERFORMANCE, MailMode::Digest)]).await;
    let ids = post.orders(SUSPENDED, &[post.person(PERFORMANCE)], 2).await;
    for id in ids {
        let row = post.until(id, "in the digest", |row| row.state == "cancelled").await;
        assert!(row.last_error.is_some_and(|why| why.starts_with("in digest/")));
    }
    post.rests().await;
    let address = post.address(PERFORMANCE).await;
    assert!(!post.letters().contains_key(&address), "nothing before the morning");
    post.comes("11-24T08:29");
    post.rests().await;
    assert!(!post.letters().contains_key(&address), "nothing before its time");
    post.comes("11-24T08:30");
    let digest = "SELECT count(*) FROM outbox WHERE kind = 'send-digest' AND state = 'sent'";
    while post.town.count(digest).await == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let letters = post.letters().remove(&address).unwrap();
    assert_eq!(letters.len(), 1, "one mail for three");
    assert_eq!(letters[0].subject, "待办汇总：1项待办，2条进展");
    assert!(letters[0].text.contains("https://yumen.example/inbox"), "{}", letters[0].text);
    assert_eq!(letters[0].text.matches("已挂起：供水管网改造").count(), 2, "{}", letters[0].text);
    post.closes().await;
}

async fn a_digest_with_nothing_left_to_tell_is_cancelled(kind: Kind) {
    let post = opened(kind, &[(PERFORMANCE, MailMode::Digest)]).await;
    post.rests().await;
    let person = post.town.official(PERFORMANCE);
    let open = post.town.app.case_page(&person.viewer().await, post.case).await.unwrap().tasks;
    person.decides_task((post.case, open[0].no), Decision::Approve, "", form([])).await.unwrap();
    post.rests().await;
    post.comes("11-24T08:30");
    let ended = "SELECT count(*) FROM outbox WHERE kind = 'send-digest' AND state = 'cancelled'
        AND last_error = 'nothing is left to tell'";
    let begun = std::time::Instant::now();
    while post.town.count(ended).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(180), "it was never cancelled");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    post.closes().await;
}

async fn a_flood_becomes_one_digest_for_each_person(kind: Kind) {
    let post = opened(kind, &[]).await;
    post.rests().await;
    let (people, before) = ([post.person(OFFICER), post.person(PERFORMANCE)], post.letters());
    let ids = post.orders(SUSPENDED, &people, 150).await;
    for id in &ids {
        let row = post.until(*id, "in a digest", |row| row.finished_at.is_some()).await;
        assert!(row.last_error.is_some_and(|why| why.starts_with("in digest/")), "told in the digest alone");
    }
    post.town.advance(TimeDelta::minutes(2));
    post.context.store.ring_outbox();
    let sent = "SELECT count(*) FROM outbox WHERE kind = 'send-digest' AND state = 'sent'";
    let begun = std::time::Instant::now();
    while post.town.count(sent).await < 2 {
        assert!(begun.elapsed() < Duration::from_secs(180), "the digests never left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(post.town.count("SELECT count(*) FROM outbox WHERE kind = 'send-digest'").await, 2);
    for login in [OFFICER, PERFORMANCE] {
        let address = post.address(login).await;
        let earlier = before.get(&address).map_or(0, Vec::len);
        let letters = post.letters().remove(&address).unwrap().split_off(earlier);
        assert_eq!(letters.len(), 1, "{login}: one digest for 150 mails");
        assert!(letters[0].subject.contains("150条进展"), "{}", letters[0].subject);
        assert!(letters[0].text.contains("另有130条未列出"), "{}", letters[0].text);
    }
    post.closes().await;
}

async fn deciding_does_not_wait_for_a_mail_server_that_says_nothing(kind: Kind) {
    let server = Server::start();
    server.answers(&["connect-silent"; 50]);
    let endless = Patience { step: Duration::from_secs(300), message: Duration::from_secs(300) };
    let settings = SmtpSettings { patience: endless, ..server.settings() };
    let post = opened_with(kind, &[], mailer(settings)).await;
    let hanging = "SELECT count(*) FROM outbox WHERE kind = 'send-mail' AND state = 'claimed'";
    let begun = std::time::Instant::now();
    while post.town.count(hanging).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(180), "nothing hangs");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let (person, begun) = (post.town.official(PERFORMANCE), std::time::Instant::now());
    let open = post.town.app.case_page(&person.viewer().await, post.case).await.unwrap().tasks;
    person.decides_task((post.case, open[0].no), Decision::Approve, "", form([])).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(60), "decided in {:?}", begun.elapsed());
    let told = post.town.app.notices(&post.town.official(OFFICER).viewer().await, true, 1).await.unwrap();
    assert!(told.unread > 0, "and told in the pages at once");
    assert!(post.town.count(hanging).await > 0, "while the mails still hang");
    assert!(server.taken().is_empty());
    drop(post.workers);
}
