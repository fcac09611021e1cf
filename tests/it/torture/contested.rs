//! Sixteen approvers decide each task at once, on four nodes: one of them decides, and the others are told who did. On
//! SQLite the one node it allows for stands in for the four.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Barrier;
use yumen::{
    app::tokens,
    clock::Sources,
    ids::{CaseId, PersonId},
    store::{directory::AppointmentRow, journal, people::PersonRow},
};

use super::scale;
use crate::harness::{
    databases::{Database, Kind, empty},
    decisions,
    server::{Server, check_store, free_address},
    town::Town,
};

const APPROVERS: usize = 16;
const NODES: usize = 4;
const SMALL: usize = 40;
const FULL: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_sixteen_decides_on_sqlite() {
    one_of_sixteen_decides(Kind::Sqlite, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_sixteen_decides_on_postgres() {
    one_of_sixteen_decides(Kind::Postgres, NODES).await;
}

async fn one_of_sixteen_decides(kind: Kind, nodes: usize) {
    let folder = tempfile::tempdir().unwrap();
    let url = match kind {
        Kind::Sqlite => format!("sqlite://{}", folder.path().join("yumen.db").display()),
        Kind::Postgres => empty(kind).await.0,
    };
    let (cases, approvers) = prepare(&url).await;
    let mut servers = Vec::new();
    for _ in 0..nodes {
        servers.push(Server::serve(folder.path(), &url, free_address()).await);
    }
    let cases = Arc::new(cases);
    let together = Arc::new(Barrier::new(APPROVERS));
    let clients: Vec<_> = approvers
        .into_iter()
        .enumerate()
        .map(|(n, (name, token))| {
            let client = Client { address: servers[n % servers.len()].address.clone(), name, token };
            tokio::spawn(client.decide_all(Arc::clone(&cases), Arc::clone(&together)))
        })
        .collect();
    let mut answers = Vec::new();
    for client in clients {
        answers.push(client.await.unwrap());
    }
    servers.into_iter().for_each(Server::kill);
    for (n, case) in cases.iter().enumerate() {
        check(case, &answers.iter().map(|answers| &answers[n]).collect::<Vec<_>>());
    }
    check_store(folder.path(), &url);
    let database = Database::at(url).await;
    for case in cases.iter() {
        let journal = journal::of_case(database.store.read(), *case).await.unwrap();
        let commands: Vec<_> = journal.iter().map(|entry| entry.command.as_str()).collect();
        assert_eq!(commands, ["start", "decide"], "{case}");
    }
}

/// One decided; everybody else was told by whom.
fn check(case: &CaseId, answers: &[&Said]) {
    let winners: Vec<_> = answers.iter().filter(|said| said.status == 200).collect();
    let [winner] = winners[..] else { panic!("{case} was decided {} times", winners.len()) };
    for said in answers.iter().filter(|said| said.status != 200) {
        assert_eq!((said.status, said.body["code"].as_str()), (409, Some("task-closed")), "{case}: {}", said.body);
        let sentence = said.body["detail"].as_str().unwrap_or_default();
        assert!(sentence.contains(&winner.name), "{case}: “{sentence}” does not name {}", winner.name);
    }
}

/// Cases that wait for a decision, and sixteen people who may take each: their names and tokens.
async fn prepare(url: &str) -> (Vec<CaseId>, Vec<(String, String)>) {
    let town = Town::on(Database::at(url.to_owned()).await, Sources::system()).await;
    let cases = decisions::cases(&town, scale(SMALL, FULL)).await;
    let mut approvers = Vec::new();
    for n in 1..=APPROVERS {
        let name = format!("审批人{n:02}号");
        let person = hire(&town, n, &name).await;
        approvers.push((name, tokens::make(&town.app, person, "torture", 1).await.unwrap().token));
    }
    town.look_away().await;
    (cases, approvers)
}

/// One more official of the finance performance section.
async fn hire(town: &Town, n: usize, name: &str) -> PersonId {
    let (id, now) = (town.app.sources().new_id(), town.app.now());
    let person = PersonRow {
        id,
        login: format!("approver-{n}"),
        name: name.to_owned(),
        email: None,
        password_hash: None,
        lang: "zh-CN".to_owned(),
        active: true,
        created_at: now,
    };
    let appointment = AppointmentRow {
        id: town.app.sources().nonce(),
        person_id: id,
        role: "finance-performance".to_owned(),
        org: "fin-perf".to_owned(),
        from_day: now.date_naive(),
        until_day: None,
    };
    let hired = town.app.store().write(|tx| async move {
        yumen::store::people::add(&tx, vec![person]).await?;
        yumen::store::directory::appoint(&tx, vec![appointment]).await
    });
    hired.await.unwrap();
    id
}

/// What an approver was told.
struct Said {
    name: String,
    status: u16,
    body: Value,
}

struct Client {
    address: String,
    name: String,
    token: String,
}

impl Client {
    /// Decides each of the cases at the same time as the others do.
    async fn decide_all(self, cases: Arc<Vec<CaseId>>, together: Arc<Barrier>) -> Vec<Said> {
        let client = reqwest::Client::new();
        let mut answers = Vec::with_capacity(cases.len());
        for case in cases.iter() {
            together.wait().await;
            let request = client
                .post(format!("{}/api/v1/cases/{case}/tasks/1/decide", self.address))
                .bearer_auth(&self.token)
                .header("Idempotency-Key", format!("{case}-{}", self.name.len()))
                .json(&serde_json::json!({ "decision": "approve", "reason": "同意。" }));
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            answers.push(Said { name: self.name.clone(), status, body: answer.json().await.unwrap() });
        }
        answers
    }
}
