//! The server is killed in the middle of 500 concurrent decisions, five times on each database: nothing that was
//! acknowledged is lost, nothing counts twice, and the oracle finds nothing.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use yumen::{app::tokens, clock::Sources, ids::CaseId};

use crate::harness::{
    databases::{Database, Kind, empty},
    decisions,
    server::{Server, check_store, free_address},
    town::Town,
};

const ROUNDS: usize = 5;
const DECISIONS: usize = 500;
const CLIENTS: usize = 8;
/// Fewer definite answers than this make a round void.
const ANSWERS_MIN: usize = DECISIONS * 80 / 100;
/// How long a client waits for a server that is gone.
const PATIENCE: Duration = Duration::from_secs(60);
const DECIDERS: [&str; 3] = ["chen-jie", "li-wei", "wang-haining"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_on_sqlite() {
    for round in 0..ROUNDS {
        Round::prepare(Kind::Sqlite, round).await.run().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_on_postgres() {
    for round in 0..ROUNDS {
        Round::prepare(Kind::Postgres, round).await.run().await;
    }
}

struct Round {
    kind: Kind,
    /// Killed once so many decisions were acknowledged.
    kill_after: usize,
    url: String,
    folder: tempfile::TempDir,
    listen: SocketAddr,
    tokens: Vec<String>,
    work: Work,
}

/// What the clients share.
#[derive(Clone, Default)]
struct Work {
    waiting: Arc<Mutex<VecDeque<(usize, CaseId)>>>,
    acknowledged: Arc<Mutex<Vec<CaseId>>>,
    answers: Arc<AtomicUsize>,
}

impl Round {
    /// A district with so many cases that wait for one decision each. Nothing of this process stays connected to it.
    async fn prepare(kind: Kind, round: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("yumen.db").display()),
            Kind::Postgres => empty(kind).await.0,
        };
        let town = Town::on(Database::at(url.clone()).await, Sources::system()).await;
        let work = Work::default();
        let cases = decisions::cases(&town, DECISIONS).await;
        work.waiting.lock().unwrap().extend(cases.into_iter().enumerate());
        let mut secrets = Vec::new();
        for login in DECIDERS {
            let made = tokens::make(&town.app, town.official(login).person, "kill", 1).await.unwrap();
            secrets.push(made.token);
        }
        let kill_after = 60 + round * 90;
        Self { kind, kill_after, url, folder, listen: free_address(), tokens: secrets, work }
    }

    async fn start(&self) -> Server {
        match self.kind {
            Kind::Sqlite => Server::demo(self.folder.path(), self.listen).await,
            Kind::Postgres => Server::serve(self.folder.path(), &self.url, self.listen).await,
        }
    }

    async fn run(self) {
        let server = self.start().await;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let token = self.tokens[client % self.tokens.len()].clone();
                tokio::spawn(self.work.clone().decide_all(server.address.clone(), token))
            })
            .collect();
        while self.work.answers.load(Ordering::Relaxed) < self.kill_after {
            assert!(!clients.iter().any(tokio::task::JoinHandle::is_finished), "a client gave up before the kill");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        let server = self.start().await;
        for client in clients {
            client.await.unwrap();
        }
        server.kill();
        let answers = self.work.answers.load(Ordering::Relaxed);
        assert!(answers >= ANSWERS_MIN, "void: only {answers} of {DECISIONS} were answered");
        self.check().await;
    }

    /// Everything acknowledged is stored, once, and the oracle agrees.
    async fn check(&self) {
        check_store(self.folder.path(), &self.url);
        let database = Database::at(self.url.clone()).await;
        let reader = database.store.read();
        let acknowledged = self.work.acknowledged.lock().unwrap().clone();
        for case in acknowledged {
            let tasks = yumen::store::tasks::of_case(reader, case).await.unwrap();
            assert!(tasks.iter().all(|task| task.state == "done"), "an acknowledged decision is lost: {tasks:?}");
            let journal = yumen::store::journal::of_case(reader, case).await.unwrap();
            let commands: Vec<_> = journal.iter().map(|entry| entry.command.as_str()).collect();
            assert_eq!(commands, ["start", "decide"], "{case}");
        }
    }
}

impl Work {
    /// Decides until nothing waits; a decision without an answer is asked for again under the same key.
    async fn decide_all(self, address: String, token: String) {
        let client = reqwest::Client::builder().pool_max_idle_per_host(1).build().unwrap();
        loop {
            let next = self.waiting.lock().unwrap().pop_front();
            let Some((n, case)) = next else { return };
            let asked = tokio::time::Instant::now();
            let answer = loop {
                let request = client
                    .post(format!("{address}/api/v1/cases/{case}/tasks/1/decide"))
                    .bearer_auth(&token)
                    .header("Idempotency-Key", format!("kill-{n}"))
                    .json(&serde_json::json!({ "decision": "approve", "reason": "同意。" }));
                match request.send().await {
                    Ok(answer) => break answer,
                    Err(error) => assert!(asked.elapsed() < PATIENCE, "the server does not come back: {error}"),
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            };
            let status = answer.status();
            let said = answer.text().await.unwrap_or_default();
            assert_eq!(status, 200, "{said}");
            self.acknowledged.lock().unwrap().push(case);
            self.answers.fetch_add(1, Ordering::Relaxed);
        }
    }
}
