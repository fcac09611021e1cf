//! The journal in the words of the fixtures. It reads the stored JSON, as another engine's adapter would.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ground::Ground;
use yumen::{ids::PersonId, store::journal::JournalRow};

/// What a journal tells, one line for each event that has words.
pub fn lines(ground: &Ground, rows: &[JournalRow]) -> Vec<String> {
    let mut teller = Teller { ground, steps: BTreeMap::new(), tasks: BTreeMap::new(), lines: Vec::new() };
    for row in rows {
        let events: Vec<Value> = serde_json::from_str(&row.events).unwrap();
        for event in &events {
            teller.tell(event, &row.actor);
        }
    }
    in_any_order_where_it_is_open(teller.lines)
}

/// Things that one event causes all at once have no order among themselves.
pub fn in_any_order_where_it_is_open(lines: Vec<String>) -> Vec<String> {
    let kind = |line: &String| {
        let words: Vec<_> = line.split(' ').collect();
        match words.get(1).copied() {
            Some("asks") => 1,
            Some("is") | Some("left:") => 2,
            _ => 0,
        }
    };
    let mut lines = lines;
    lines.chunk_by_mut(|a, b| kind(a) != 0 && kind(a) == kind(b)).for_each(<[String]>::sort);
    lines
}

struct Teller<'g> {
    ground: &'g Ground,
    steps: BTreeMap<u64, String>,
    tasks: BTreeMap<u64, (String, String)>,
    lines: Vec<String>,
}

impl Teller<'_> {
    fn tell(&mut self, event: &Value, actor: &str) {
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
        let task = |key: &str| self.tasks.get(&event[key].as_u64().unwrap_or_default()).cloned().unwrap_or_default();
        let line = match event["event"].as_str().unwrap_or_default() {
            "step-entered" => {
                self.steps.insert(event["activation"].as_u64().unwrap_or_default(), text("step"));
                return;
            }
            "task-opened" => {
                let opened = &event["task"];
                let (step, whom) = (opened["step"].as_str().unwrap_or_default().to_owned(), self.whom(opened));
                self.tasks.insert(opened["no"].as_u64().unwrap_or_default(), (step.clone(), whom.clone()));
                format!("{step} asks {whom}")
            }
            "task-completed" => format!("{} completed {}", self.login(&text("by")), task("task").0),
            "task-decided" => decided(&self.login(&text("by")), &task("task").0, &event["decision"]),
            "task-cancelled" => {
                let (step, whom) = task("task");
                format!("{step} is no longer for {whom}: {}", text("why"))
            }
            "step-passed" => format!("{} passed", text("step")),
            "step-cancelled" => format!("{} left: {}", text("step"), text("why")),
            "returned" => format!("back from {} to {}", text("from"), text("to")),
            "gate-passed" => format!("{} let it through", text("step")),
            "branch-chosen" => match event["branch"].as_u64() {
                Some(branch) => format!("{} chose branch {}", text("step"), branch + 1),
                None => format!("{} chose otherwise", text("step")),
            },
            "branch-finished" => {
                let step = self.steps.get(&event["activation"].as_u64().unwrap_or_default());
                let branch = event["branch"].as_u64().unwrap_or_default() + 1;
                format!("branch {branch} of {} finished", step.map_or("?", String::as_str))
            }
            "person-barred" => {
                let (person, elsewhere) = (self.login(&text("person")), text("acted_in"));
                format!("{} is no longer for {person}: acted in {elsewhere}", task("task").0)
            }
            "items-listed" => {
                format!("{} lists {} items", text("step"), event["items"].as_array().map_or(0, Vec::len))
            }
            "wait-over" => format!("the time of {} came", text("step")),
            "vote-counted" => format!("{} counted: {}", text("step"), result(&event["result"])),
            "asked-instead" => format!("{} turns to others", text("step")),
            "nobody-found" => format!("nobody for {}", text("step")),
            "fact-recorded" => {
                let said = |key: &str| event["fact"][key].as_str().unwrap_or_default();
                format!("recorded {} {}", said("kind"), said("value"))
            }
            "fact-revoked" => format!("took back {}", text("kind")),
            "effect-done" => format!("did {}", text("effect")),
            "copied-in" => format!("{} copied somebody in", text("step")),
            "ended" => format!("ended {}", text("outcome")),
            // How a case begins and waits inside is the engine's own; what it means shows in the other lines.
            "started" | "wait-changed" | "fields-saved" => return,
            other => format!("{} {other}", self.login(actor)),
        };
        self.lines.push(line);
    }

    fn whom(&self, task: &Value) -> String {
        let candidates = task["candidates"].as_array().cloned().unwrap_or_default();
        let named =
            candidates.iter().filter_map(Value::as_str).map(|candidate| match candidate.strip_prefix("person:") {
                Some(person) => self.login(person),
                None => candidate.to_owned(),
            });
        let mut named: Vec<_> = named.collect();
        named.sort();
        named.join(", ")
    }

    fn login(&self, id: &str) -> String {
        let person: Option<PersonId> = id.parse().ok();
        let found = self.ground.people.iter().find(|(_, known)| Some(**known) == person);
        found.map_or_else(|| id.to_owned(), |(login, _)| login.clone())
    }
}

fn decided(by: &str, step: &str, decision: &Value) -> String {
    let inner = |key: &str| decision.get(key);
    match decision.as_str() {
        Some("approve") => format!("{by} approved {step}"),
        Some("reject") => format!("{by} rejected {step}"),
        Some("abstain") => format!("{by} abstained at {step}"),
        Some(other) => format!("{by} {other} at {step}"),
        None => match (inner("return"), inner("grade")) {
            (Some(back), _) => format!("{by} returned {step} to {}", back["to"].as_str().unwrap_or_default()),
            (_, Some(grade)) => format!("{by} graded {step} {}", grade.as_str().unwrap_or_default()),
            (None, None) => format!("{by} decided {step}: {decision}"),
        },
    }
}

/// What had its votes.
fn result(ballot: &Value) -> String {
    let grade = ballot.get("grade").and_then(Value::as_str);
    grade.or(ballot.as_str()).unwrap_or("no result").to_owned()
}
