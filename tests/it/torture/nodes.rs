//! Nodes of one place in this process, each with a runtime of its own: so that one can be killed in the middle of
//! anything, and so that all of them go by a clock that the story moves.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use tokio::runtime::Runtime;
use yumen::{
    app::App,
    clock::{Chance, Clock, Sources},
    jobs::{JobContext, Pace, Workers},
    notify::{
        mailer::{Mailer, Sender, Way},
        templates::Templates,
    },
    policy::Policy,
    store::Store,
};

use crate::harness::town::Town;

/// Short, so that what a node leaves behind when it is killed is soon taken over.
const LEASE: Duration = Duration::from_secs(1);
/// How long anything may take before the trial is given up.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// What workers have still to do at a time; in the words of the indexes that hold what is not done.
pub const WAITS: &str = "SELECT (SELECT count(*) FROM outbox WHERE state = 'claimed')
    + CASE WHEN (SELECT min(next_at) FROM outbox WHERE state = 'pending') <= $1 THEN 1 ELSE 0 END";
/// What is still to be done at a time.
pub const LEFT: &str = "SELECT (SELECT count(*) FROM clocks WHERE kind <> 'due' AND due_at <= $1)
    + (SELECT count(*) FROM outbox WHERE state = 'claimed')
    + (SELECT count(*) FROM outbox WHERE state = 'pending' AND next_at <= $1)
    + (SELECT count(*) FROM schedules WHERE due_at <= $1)
    + (SELECT count(*) FROM schedule_firings WHERE state = 'running')";

/// One node.
pub struct Node {
    /// The name under which its workers claim.
    pub name: String,
    runtime: Option<Runtime>,
}

impl Node {
    fn start(url: &str, clock: &Clock, policy: &Policy, seed: u64) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let of = |seed| Sources { clock: clock.clone(), chance: Chance::seeded(seed) };
        // Workers draw their name first.
        let name = format!("worker-{}", of(seed).nonce().as_simple());
        runtime.spawn(run(url.to_owned(), (of(seed + 1_000_000), of(seed)), policy.clone()));
        Self { name, runtime: Some(runtime) }
    }
}

impl Drop for Node {
    /// Ends it wherever it is; nothing is finished, nothing is given back.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The nodes of a place; one that is killed is replaced.
pub struct Nodes<'a> {
    town: &'a Town,
    url: String,
    next: u64,
    running: Vec<Node>,
}

impl<'a> Nodes<'a> {
    /// So many of them.
    pub fn start(town: &'a Town, url: &str, count: usize) -> Self {
        let mut nodes = Self { town, url: url.to_owned(), next: 0, running: Vec::new() };
        nodes.fill(count);
        nodes
    }

    /// Starts as many as are missing.
    pub fn fill(&mut self, count: usize) {
        while self.running.len() < count {
            self.next += 1;
            self.running.push(Node::start(&self.url, &self.town.clock, self.town.app.policy(), self.next));
        }
    }

    /// Kills all of them.
    pub fn kill_all(&mut self) {
        self.running.clear();
    }

    /// Kills whoever works on something, and another one takes its place; false when nobody does.
    pub async fn kill_holder(&mut self) -> bool {
        let count = self.running.len();
        let holders = self.town.texts("SELECT claimed_by FROM outbox WHERE state = 'claimed'").await;
        let Some(holder) = self.running.iter().position(|node| holders.contains(&node.name)) else { return false };
        drop(self.running.swap_remove(holder));
        self.fill(count);
        // Where leases go by the clock of the story, they run out.
        self.town.advance(TimeDelta::from_std(LEASE * 2).unwrap());
        true
    }

    /// Waits until nothing is left to do at this time: no clock is due, no row of the outbox.
    pub async fn until_quiet(&self) {
        let begun = Instant::now();
        // Twice in a row: one thing may leave another to do.
        let mut quiet = 0;
        while quiet < 2 {
            let left = self.town.count_now(LEFT).await;
            quiet = if left == 0 { quiet + 1 } else { 0 };
            assert!(begun.elapsed() < PATIENCE, "{left} things are still to be done");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
}

async fn run(url: String, (of_app, of_workers): (Sources, Sources), policy: Policy) {
    let sender = Sender { name: "玉门".to_owned(), address: "yumen@yumen.example".to_owned() };
    let mailer = Mailer::new(&sender, Way::Memory(Mutex::default())).unwrap();
    let app = App::new(Store::open(&url).await.unwrap(), of_app, policy);
    let context = JobContext::new(&app, mailer, Templates::shipped().unwrap(), "https://yumen.example");
    let context = JobContext { sources: of_workers, ..context };
    let pace = Pace { slots: 4, lease: LEASE, poll: Duration::from_millis(50) };
    let _workers = Workers::start(context, &url, pace).await.unwrap();
    loop {
        // What fails because another node was faster is tried again, as it is in production.
        let _ = app.sweep_schedules().await;
        let _ = app.sweep_clocks().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
