//! A place with mails that leave at any hour, on servers of their own and a mail server that can be told to be slow.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait as _, Statement};
use yumen::{
    app::What,
    clock::Sources,
    engine::{Action, Term},
    ids::{CaseId, DispatchId},
    store::outbox::{self, OutboxRow},
};

use crate::{
    harness::{
        databases::{Database, Kind, empty},
        decisions,
        server::{Server, check_store, free_address},
        town::Town,
    },
    mail::server::Server as MailServer,
};

/// So slow that whoever waits for the answer is gone before it comes.
pub const NEVER: &str = "slow:800";
const PATIENCE: Duration = Duration::from_secs(180);
const OFFICER: &str = "bai-songtao";
const APPROVER: &str = "chen-jie";

/// The place.
pub struct Place {
    /// Where mails go.
    pub post: MailServer,
    /// The database, for looks.
    pub database: Database,
    url: String,
    folder: tempfile::TempDir,
    town: Arc<Town>,
    cases: Vec<CaseId>,
}

impl Place {
    /// A place with so many cases about which somebody may be urged, where nothing waits to be sent.
    pub async fn open(kind: Kind, count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("yumen.db").display()),
            Kind::Postgres => empty(kind).await.0,
        };
        let town = Town::on(Database::at(url.clone()).await, Sources::system()).await;
        let cases = decisions::cases(&town, count).await;
        let database = Database::at(url.clone()).await;
        let mut place = Self { post: MailServer::start(), database, url, folder, town, cases };
        for n in 0..count {
            place.does(APPROVER, n, Term::Claim).await;
        }
        let before = "UPDATE outbox SET state = 'cancelled', finished_at = created_at, last_error = 'before the trial'";
        place.run(before).await;
        place.town.look_away().await;
        place
    }

    /// Urges about a case; the mail that tells the one who is asked.
    pub async fn urge(&mut self, n: usize) -> DispatchId {
        self.does(OFFICER, n, Term::Urge).await;
        self.town.look_away().await;
        let question =
            "SELECT id FROM outbox WHERE kind = 'send-mail' AND state = 'pending' ORDER BY created_at DESC, id DESC";
        let statement = Statement::from_string(self.town.sql.get_database_backend(), question);
        let newest = self.town.sql.query_one_raw(statement).await.unwrap().expect("a mail");
        newest.try_get("", "id").unwrap()
    }

    async fn does(&mut self, login: &str, n: usize, term: Term) {
        let what = What::Act { case: self.cases[n], action: Action::OnTask { task: 1, term } };
        self.town.official(login).does(what).await.unwrap();
    }

    async fn run(&self, statement: &'static str) {
        self.town.sql.execute_unprepared(statement).await.unwrap();
    }

    /// Starts a node.
    pub async fn node(&self) -> Server {
        Server::serve_with(self.folder.path(), &self.url, free_address(), &self.post.environment()).await
    }

    /// Lets the leases run out of whoever does not renew them.
    pub async fn leases_run_out(&self) {
        self.run("UPDATE outbox SET claimed_until = '2020-01-01T00:00:00+00:00' WHERE state = 'claimed'").await;
    }

    /// A row as it is.
    pub async fn row(&self, id: DispatchId) -> OutboxRow {
        outbox::get(self.database.store.read(), id).await.unwrap().unwrap()
    }

    /// A row, once it is as it is wanted.
    pub async fn until(&self, id: DispatchId, what: &str, wanted: impl Fn(&OutboxRow) -> bool) -> OutboxRow {
        let begun = Instant::now();
        loop {
            let row = self.row(id).await;
            if wanted(&row) {
                return row;
            }
            assert!(begun.elapsed() < PATIENCE, "not {what}: {row:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the mail server has taken so many.
    pub async fn until_taken(&self, count: usize) {
        let begun = Instant::now();
        while self.post.taken().len() < count {
            assert!(begun.elapsed() < PATIENCE, "{} of {count} mails came", self.post.taken().len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks the oracle.
    pub fn check(&self) {
        check_store(self.folder.path(), &self.url);
    }
}
