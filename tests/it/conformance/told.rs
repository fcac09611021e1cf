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

/// An event as it is stored.
#[derive(Clone, Copy)]
struct Told<'e>(&'e Value);

impl<'e> Told<'e> {
    fn name(self) -> &'e str {
        self.text("event")
    }

    fn text(self, key: &str) -> &'e str {
        self.0[key].as_str().unwrap_or_default()
    }

    fn number(self, key: &str) -> u64 {
        self.0[key].as_u64().unwrap_or_default()
    }
}

struct Teller<'g> {
    ground: &'g Ground,
    steps: BTreeMap<u64, String>,
    tasks: BTreeMap<u64, (String, String)>,
    lines: Vec<String>,
}

impl Teller<'_> {
    fn tell(&mut self, event: &Value, actor: &str) {
        let event = Told(event);
        match event.name() {
            // How a case begins and waits inside is the engine's own; what it means shows in the other lines.
            "started" | "wait-changed" | "fields-saved" | "clocks-set" => return,
            "step-entered" => {
                self.steps.insert(event.number("activation"), event.text("step").to_owned());
                return;
            }
            "task-opened" => {
                let opened = &event.0["task"];
                let (step, whom) = (Told(opened).text("step").to_owned(), self.whom(opened));
                self.tasks.insert(Told(opened).number("no"), (step, whom));
            }
            _ => {}
        }
        let told = self.of_tasks(event).or_else(|| self.of_terms(event)).or_else(|| self.of_the_case(event));
        let told = told.or_else(|| self.of_the_whole(event, actor));
        self.lines.push(told.unwrap_or_else(|| format!("{} {}", self.login(actor), event.name())));
        if event.name() == "task-transferred" {
            let to = self.login(event.text("to"));
            self.tasks.entry(event.number("task")).and_modify(|task| task.1 = to);
        }
        // A task of whoever leaves; what else they held has no number of a task.
        if let ("handed-over", Some(task)) = (event.name(), event.0["what"]["task"].as_u64()) {
            let to = self.login(event.text("to"));
            self.tasks.entry(task).and_modify(|task| task.1 = to);
        }
    }

    /// Tasks that open, are settled and close.
    fn of_tasks(&self, event: Told<'_>) -> Option<String> {
        let (step, by) = (self.step_of(event, "task"), self.login(event.text("by")));
        Some(match event.name() {
            "task-opened" => {
                let (step, whom) = self.tasks.get(&Told(&event.0["task"]).number("no"))?;
                format!("{step} asks {whom}")
            }
            "task-completed" => format!("{by} completed {step}"),
            "task-decided" => decided(&by, &step, &event.0["decision"]),
            "task-cancelled" => {
                let (step, whom) = self.tasks.get(&event.number("task"))?;
                format!("{step} is no longer for {whom}: {}", event.text("why"))
            }
            "person-barred" => {
                format!(
                    "{step} is no longer for {}: acted in {}",
                    self.login(event.text("person")),
                    event.text("acted_in")
                )
            }
            _ => return None,
        })
    }

    /// What people do with one task besides deciding it.
    fn of_terms(&self, event: Told<'_>) -> Option<String> {
        let (step, by) = (self.step_of(event, "task"), self.login(event.text("by")));
        let person = self.login(event.text("person"));
        Some(match event.name() {
            "task-claimed" => format!("{by} claimed {step}"),
            "task-released" => format!("{by} released {step}"),
            "task-transferred" => {
                format!("{} gave {step} to {}", self.login(event.text("from")), self.login(event.text("to")))
            }
            "task-delegated" => format!("{by} asked {} about {step}", self.login(event.text("to"))),
            "task-called-back" => format!("{by} called {step} back"),
            "opinion-given" => format!("{by} gave an opinion on {}", self.step_of(event, "on")),
            "signer-added" => {
                let place = if event.text("place") == "parallel" { "beside" } else { event.text("place") };
                format!("{by} added {person} {place} {step}")
            }
            "signer-removed" => format!("{by} removed {person} from {step}"),
            "task-urged" => format!("{by} urged {step}"),
            "reminded" => format!("{} reminds {}", event.text("step"), self.logins(event)),
            "task-escalated" => format!("{} is late, {} hears", event.text("step"), self.logins(event)),
            "decision-taken-back" => format!("{by} took back {}", event.text("step")),
            _ => return None,
        })
    }

    /// Where the case goes.
    fn of_the_case(&self, event: Told<'_>) -> Option<String> {
        let step = event.text("step");
        Some(match event.name() {
            "step-passed" => format!("{step} passed"),
            "step-cancelled" => format!("{step} left: {}", event.text("why")),
            "returned" => format!("back from {} to {}", event.text("from"), event.text("to")),
            "gate-passed" => format!("{step} let it through"),
            "branch-chosen" => match event.0["branch"].as_u64() {
                Some(branch) => format!("{step} chose branch {}", branch + 1),
                None => format!("{step} chose otherwise"),
            },
            "branch-finished" => {
                let around = self.steps.get(&event.number("activation"))?;
                format!("branch {} of {around} finished", event.number("branch") + 1)
            }
            "items-listed" => format!("{step} lists {} items", event.0["items"].as_array().map_or(0, Vec::len)),
            "deadline-passed" => format!("nobody decided {step} in time"),
            "wait-over" => format!("the time of {step} came"),
            "vote-counted" => format!("{step} counted: {}", result(&event.0["result"])),
            "asked-instead" => format!("{step} turns to others"),
            "nobody-found" => format!("nobody for {step}"),
            "fact-recorded" => {
                let fact = Told(&event.0["fact"]);
                format!("recorded {} {}", fact.text("kind"), fact.text("value"))
            }
            "fact-revoked" => format!("took back {}", event.text("kind")),
            "effect-done" => format!("did {}", event.text("effect")),
            "copied-in" => format!("{step} copied somebody in"),
            "ended" => format!("ended {}", event.text("outcome")),
            _ => return None,
        })
    }

    /// What is done to the case as a whole, beside it, and by others through it.
    fn of_the_whole(&self, event: Told<'_>, actor: &str) -> Option<String> {
        let (who, by) = (self.login(actor), self.login(event.text("by")));
        Some(match event.name() {
            "suspended" => format!("{who} suspended the case"),
            "resumed" => format!("{who} resumed the case"),
            "moved" => format!("{who} moved the case"),
            "handed-over" => {
                let (from, to) = (self.login(event.text("from")), self.login(event.text("to")));
                format!("{who} handed {} of {from} to {to}", event.text("step"))
            }
            "child-started" => format!("{} started a case", self.steps.get(&event.number("activation"))?),
            "child-ended" => format!("{} heard {}", event.text("step"), event.text("outcome")),
            "substitute-acted" => format!("{by} acts for {}", self.login(event.text("of"))),
            "copy-given" => {
                let to = event.0["to"].as_array()?.iter().filter_map(Value::as_str);
                format!("{by} copied in {}", to.map(|person| self.login(person)).collect::<Vec<_>>().join(", "))
            }
            "remarked" => match event.0["asked"].as_str() {
                Some(asked) => format!("{by} asked {}", self.login(asked)),
                None => format!("{by} said something"),
            },
            _ => return None,
        })
    }

    /// Whom an event tells, in alphabetical order.
    fn logins(&self, event: Told<'_>) -> String {
        let told = event.0["to"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut told: Vec<_> = told.map(|person| self.login(person)).collect();
        told.sort();
        if told.is_empty() { "nobody".to_owned() } else { told.join(", ") }
    }

    fn step_of(&self, event: Told<'_>, key: &str) -> String {
        self.tasks.get(&event.number(key)).map(|task| task.0.clone()).unwrap_or_default()
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
