//! A database with a case and a person to write to, workers, and a clock of its own.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, Statement};
use sqlx::Connection as _;
use uuid::Uuid;
use yumen::{
    app::{
        looking_again::WAKE_HELD,
        waking::{WAKE_CASES, WakeOrder},
    },
    clock::{Chance, Clock, Sources},
    ids::{CaseId, DispatchId, PersonId, ProjectId},
    jobs::{JobContext, Pace, Workers},
    notify::{
        compose::{Dispatch, mail_dispatch},
        mailer::Mailer,
        mails::MailContext,
        templates::Templates,
    },
    store::{Error, notices, outbox},
};

use super::sleepers::Sleepers;
use crate::harness::databases::{Database, Kind, fresh};

/// A small district that works.
pub struct Office {
    /// What the jobs work with.
    pub context: JobContext,
    kind: Kind,
    database: Database,
}

/// What becomes of rows that are handed to the queue.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// They are kept.
    Kept,
    /// Handing over fails.
    Refused,
    /// Handing over goes well, and they are gone.
    Lost,
}

/// The person who gets mail.
pub const CHEN: PersonId = PersonId::from_uuid(Uuid::from_u128(0x11));
/// A person without an address.
pub const WANG: PersonId = PersonId::from_uuid(Uuid::from_u128(0x12));
const PROJECT: ProjectId = ProjectId::from_uuid(Uuid::from_u128(0x31));
const LEASE: Duration = Duration::from_secs(1);
/// So long that no row is taken for lost while a busy machine gets round to it.
const PATIENT_LEASE: Duration = Duration::from_secs(60);

impl Office {
    /// An office with this mailer.
    pub async fn open(kind: Kind, mailer: Mailer) -> Self {
        let database = fresh(kind).await;
        furnish(kind, &database.url).await;
        let clock = Clock::manual("2026-03-03T01:00:00Z".parse().unwrap());
        let context = JobContext {
            store: database.store.clone(),
            sources: Sources { clock, chance: Chance::System },
            mailer: Arc::new(mailer),
            templates: Arc::new(Templates::shipped().unwrap()),
            site: "https://yumen.example".to_owned(),
            cases: Arc::new(Sleepers),
        };
        Self { context, kind, database }
    }

    /// Workers that look often, and whose leases run out soon.
    pub async fn workers(&self) -> Workers {
        self.workers_with(LEASE).await
    }

    /// Workers that look often, and that keep what they have claimed however long it takes.
    pub async fn patient_workers(&self) -> Workers {
        self.workers_with(PATIENT_LEASE).await
    }

    async fn workers_with(&self, lease: Duration) -> Workers {
        let pace = Pace { slots: 4, lease, poll: Duration::from_millis(100) };
        Workers::start(self.context.clone(), &self.database.url, pace).await.unwrap()
    }

    /// The task that the mails are about is settled without them.
    pub async fn close_task(&self) {
        let closed = "UPDATE tasks SET state = 'cancelled', closed_at = '2026-03-03T01:30:00Z'";
        run(self.kind, &self.database.url, closed.to_owned()).await;
    }

    /// Somebody has looked at every mailbox that took no mail.
    pub async fn forget_mailboxes(&self) {
        run(self.kind, &self.database.url, "DELETE FROM mailboxes".to_owned()).await;
    }

    /// How many notices tell a person of mails that failed; they are gone then.
    pub async fn notices_of_failure(&self, person: PersonId) -> usize {
        let found = notices::page(self.context.store.read(), (person, true), 100, 0).await.unwrap();
        run(self.kind, &self.database.url, "DELETE FROM notices".to_owned()).await;
        found.iter().filter(|notice| notice.kind == "mail-failed").count()
    }

    /// How many mails ended in `state`.
    pub async fn mails_in(&self, state: &str) -> i64 {
        count(&self.database.url, format!("SELECT COUNT(*) FROM mails WHERE state = '{state}'")).await
    }

    /// How many rows the queue holds, whatever became of them.
    pub async fn queued(&self) -> i64 {
        let table = match self.kind {
            Kind::Sqlite => "Jobs",
            Kind::Postgres => "apalis.jobs",
        };
        count(&self.queue_url(), format!("SELECT COUNT(*) FROM {table}")).await
    }

    fn queue_url(&self) -> String {
        match self.kind {
            Kind::Sqlite => self.database.url.replace("yumen.db", "jobs.db"),
            Kind::Postgres => self.database.url.clone(),
        }
    }

    /// A row as it is.
    pub async fn row(&self, id: DispatchId) -> outbox::OutboxRow {
        outbox::get(self.context.store.read(), id).await.unwrap().unwrap()
    }

    /// Lets so much time pass after each attempt that the next one is due, until the row is done or given up.
    pub async fn until_settled(&self, id: DispatchId) -> outbox::OutboxRow {
        let (begun, mut tried) = (std::time::Instant::now(), 0);
        while begun.elapsed() < Duration::from_secs(180) {
            let row = self.row(id).await;
            if row.finished_at.is_some() {
                return row;
            }
            if row.state == "pending" && row.attempts > tried {
                tried = row.attempts;
                self.pass(TimeDelta::hours(15));
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("never settled: {:?}", self.row(id).await);
    }

    /// Waits until each of these rows waits for a time that has not come.
    pub async fn until_nothing_is_due(&self, ids: &[DispatchId]) {
        let now = self.context.sources.clock.now();
        for id in ids {
            self.until_that(*id, "waiting", |row| row.state == "pending" && row.next_at > now).await;
        }
    }

    /// What becomes of rows that are handed to the queue from now on.
    pub async fn queue(&self, fate: Fate) {
        let statements = match (self.kind, fate) {
            (Kind::Sqlite, Fate::Kept) => "DROP TRIGGER fate",
            (Kind::Sqlite, Fate::Refused) => {
                "CREATE TRIGGER fate BEFORE INSERT ON Jobs BEGIN SELECT RAISE(ABORT, 'no work today'); END"
            }
            (Kind::Sqlite, Fate::Lost) => "CREATE TRIGGER fate BEFORE INSERT ON Jobs BEGIN SELECT RAISE(IGNORE); END",
            (Kind::Postgres, Fate::Kept) => "DROP FUNCTION apalis.fate CASCADE",
            (Kind::Postgres, Fate::Refused) => {
                "CREATE FUNCTION apalis.fate() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN RAISE EXCEPTION 'no work today'; END $$;
                 CREATE TRIGGER fate BEFORE INSERT ON apalis.jobs FOR EACH ROW EXECUTE FUNCTION apalis.fate()"
            }
            (Kind::Postgres, Fate::Lost) => {
                "CREATE FUNCTION apalis.fate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
                 CREATE TRIGGER fate BEFORE INSERT ON apalis.jobs FOR EACH ROW EXECUTE FUNCTION apalis.fate()"
            }
        };
        run(self.kind, &self.queue_url(), statements.to_owned()).await;
    }

    /// Waits until a row was claimed `times` and given back each time, with no crash counted.
    pub async fn until_given_back(&self, id: DispatchId, times: i64) {
        // A row that was given back is soon claimed again, and a claim counts as a crash until it is answered.
        let is_back = |row: &outbox::OutboxRow| match row.state.as_str() {
            "pending" => row.fence >= times && row.crashes == 0,
            "claimed" => row.fence > times && row.crashes == 1,
            _ => false,
        };
        self.until_that(id, "given back", is_back).await;
    }

    /// Lets every lease that nobody renews run out.
    pub async fn outlive_leases(&self) {
        tokio::time::sleep(LEASE + Duration::from_millis(200)).await;
        self.pass(TimeDelta::seconds(2));
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        self.context.sources.clock.advance(time);
        self.context.store.ring_outbox();
    }

    /// Puts a mail into the outbox, in a transaction of its own.
    pub async fn order_mail(&self, occasion: u64, person: PersonId) -> DispatchId {
        let dispatch = mail_dispatch(occasion, person, sample()).unwrap();
        self.put(vec![dispatch]).await.remove(0)
    }

    /// Puts a job into the outbox whose run panics when the year is 1313.
    pub async fn order_wake(&self, seq: u64, year: i32) -> DispatchId {
        let order = WakeOrder { fact: "assessment".to_owned(), project: PROJECT, year };
        let occurrence = format!("{}/{seq}/wake/assessment", case());
        self.put(vec![Dispatch::new(case(), occurrence, WAKE_CASES, serde_json::to_value(order).unwrap())])
            .await
            .remove(0)
    }

    /// Asks held cases to look again, which is about no case in particular.
    pub async fn order_look_again(&self) -> DispatchId {
        let (id, now) = (self.context.sources.new_id(), self.context.sources.clock.now());
        let row = outbox::NewDispatch {
            id,
            occurrence: format!("day/2026-03-03/{WAKE_HELD}"),
            kind: WAKE_HELD.to_owned(),
            case_id: None,
            person: None,
            payload: "{}".to_owned(),
        };
        self.context.store.write(move |tx| async move { outbox::put(&tx, vec![row], now).await }).await.unwrap();
        id
    }

    /// Puts rows into the outbox.
    pub async fn put(&self, dispatches: Vec<Dispatch>) -> Vec<DispatchId> {
        let now = self.context.sources.clock.now();
        let ids = dispatches.iter().map(|dispatch| dispatch.id).collect();
        let put = self.context.store.write(move |tx| async move { outbox::put(&tx, rows(dispatches), now).await });
        put.await.unwrap();
        ids
    }

    /// Puts a mail into the outbox, and takes it back with everything else of its transaction.
    pub async fn order_mail_in_vain(&self, occasion: u64, person: PersonId) {
        let now = self.context.sources.clock.now();
        let dispatch = mail_dispatch(occasion, person, sample()).unwrap();
        let put = self.context.store.write(move |tx| async move {
            outbox::put(&tx, rows(vec![dispatch]), now).await?;
            Err::<(), _>(Error::Closed)
        });
        put.await.unwrap_err();
    }

    /// Claims everything that is due, as a process that dies right after.
    pub async fn claim_and_die(&self) -> usize {
        let now = self.context.sources.clock.now();
        let claim = self
            .context
            .store
            .write(move |tx| async move { outbox::claim(&tx, "worker-that-dies", now, LEASE, 100).await });
        let claimed = claim.await.unwrap().len();
        self.outlive_leases().await;
        claimed
    }

    /// The state of a row, and its last error.
    pub async fn state(&self, id: DispatchId) -> (String, Option<String>) {
        let row = outbox::get(self.context.store.read(), id).await.unwrap().unwrap();
        (row.state, row.last_error)
    }

    /// Waits until a row is in `state`.
    pub async fn until(&self, id: DispatchId, state: &str) {
        self.until_that(id, state, |row| row.state == state).await;
    }

    /// Waits until a row waits for its next attempt, after `attempts` of them.
    pub async fn until_tried(&self, id: DispatchId, attempts: i32) {
        self.until_that(id, "tried", |row| row.state == "pending" && row.attempts == attempts).await;
    }

    /// Waits long: that it never comes is what fails, not that a busy machine takes its time.
    async fn until_that(&self, id: DispatchId, what: &str, wanted: impl Fn(&outbox::OutboxRow) -> bool) {
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_secs(180) {
            let row = outbox::get(self.context.store.read(), id).await.unwrap().unwrap();
            if wanted(&row) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not {what}: {:?}", outbox::get(self.context.store.read(), id).await.unwrap());
    }
}

fn case() -> CaseId {
    sample().case().id
}

fn sample() -> MailContext {
    MailContext::samples().remove(0)
}

fn rows(dispatches: Vec<Dispatch>) -> Vec<outbox::NewDispatch> {
    let row = |dispatch: Dispatch| outbox::NewDispatch {
        id: dispatch.id,
        occurrence: dispatch.occurrence,
        kind: dispatch.kind.to_owned(),
        case_id: Some(case()),
        person: dispatch.person,
        payload: dispatch.payload.to_string(),
    };
    dispatches.into_iter().map(row).collect()
}

/// Two people and a case, written by hand: this suite is about what happens after commands.
async fn furnish(kind: Kind, url: &str) {
    let id = |id: Uuid| match kind {
        Kind::Sqlite => format!("X'{}'", id.as_simple()),
        Kind::Postgres => format!("'{id}'"),
    };
    let (chen, wang, project, case) = (id(CHEN.uuid()), id(WANG.uuid()), id(PROJECT.uuid()), id(case().uuid()));
    let day = "'2026-03-01T00:00:00Z'";
    let statements = format!(
        "INSERT INTO organisations (code, parent, kind, name_zh, name_en, path)
             VALUES ('wq', NULL, 'district', '武清区', 'Wuqing', '/wq/');
         INSERT INTO people (id, login, name, email, lang, active, created_at)
             VALUES ({chen}, 'chen', '陈晓', 'chen@wq.example', 'zh-CN', true, {day}),
                 ({wang}, 'wang', '王强', NULL, 'en', true, {day});
         INSERT INTO projects (id, code, name, unit, org_path, nature, category, instrument, is_new_major, total_fen,
                 start_year, end_year, description, created_at)
             VALUES ({project}, 'P1', '供水管网改造', 'wq', '/wq/', 'one-off', 'general', 'direct', true, 100, 2027, 2027,
                 '', {day});
         INSERT INTO definitions (hash, workflow, version, source, published_at, published_by, is_current)
             VALUES ('h', 'budget-request', 1, '', {day}, 'x', true);
         INSERT INTO cases (id, workflow, definition_hash, number, project_id, year, org_path, initiator, status,
                 started_at, version, journal_hash, state)
             VALUES ({case}, 'budget-request', 'h', 'N1', {project}, 2027, '/wq/', {chen}, 'running', {day}, 1, '', '{{}}');
         INSERT INTO tasks (case_id, no, activation, step, kind, state, opened_at, workflow, org_path)
             VALUES ({case}, 3, 1, 'review', 'decide', 'open', {day}, 'budget-request', '/wq/');"
    );
    run(kind, url, statements).await;
}

async fn count(url: &str, question: String) -> i64 {
    let sql = sea_orm::Database::connect(url).await.unwrap();
    let statement = Statement::from_string(sql.get_database_backend(), question);
    sql.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn run(kind: Kind, url: &str, statements: String) {
    let statements = sqlx::AssertSqlSafe(statements);
    match kind {
        Kind::Sqlite => {
            let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
            sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        }
        Kind::Postgres => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        }
    }
}
