//! Why a case waits: for whom, for what, and whether anything of its own will ever move it. An operator asks.

use serde::Serialize;

use super::{App, Failure, Problem, Viewer, loading, sign_in::NotLetIn, words};
use crate::{
    clock::Instant,
    definition::Definition,
    engine::{
        self, Action, Activation, Actor, Case, Command, Refusal, Task, Waiting,
        refusal::{fact_title, value_title},
        who::day_of,
    },
    ids::CaseId,
    language::{Lang, Text},
    store::{self, incidents::IncidentRow, operator_acts::ActRow, standstill::StillRow},
};

/// Cases that are looked at for one page of the desk.
const LOOKED_AT_MAX: u64 = 200;
/// Cases that are shown.
const SHOWN_MAX: usize = 20;

/// A case that nothing of its own will move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standstill {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// When it moved last.
    pub since: Instant,
    /// What is the matter, and what to do.
    pub why: Vec<Text>,
}

/// What a case waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waits {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// Each thing that it waits for.
    pub lines: Vec<WaitLine>,
}

/// One thing that a case waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitLine {
    /// The step.
    pub step: Text,
    /// Since when.
    pub since: Instant,
    /// Until when, where there is a deadline or a moment.
    pub until: Option<Instant>,
    /// For whom or what, and why for nobody else.
    pub why: Vec<Text>,
}

impl App {
    /// The cases that nothing of their own will move, those that have stood still the longest.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub(super) async fn standstills(&self) -> Result<Vec<Standstill>, Failure> {
        let db = self.store().read();
        let incidents = store::incidents::open(db).await?;
        let mut found = Vec::new();
        for row in store::standstill::candidates(db, LOOKED_AT_MAX).await? {
            if let Some(why) = self.diagnosed(&row, &incidents).await? {
                found.push(Standstill { case: row.id, number: row.number, since: row.moved_at, why });
            }
            if found.len() == SHOWN_MAX {
                break;
            }
        }
        Ok(found)
    }

    /// What is the matter with a case; `None` where it rightly waits for what others do.
    async fn diagnosed(&self, row: &StillRow, incidents: &[IncidentRow]) -> Result<Option<Vec<Text>>, Failure> {
        let db = self.store().read();
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let definition = self.definition(db, &row.definition_hash).await?;
        let mut why: Vec<Text> = incidents
            .iter()
            .filter(|incident| incident.case_id == Some(row.id))
            .map(|incident| Text::new(incident.summary_zh.as_str(), incident.summary_en.as_str()))
            .collect();
        let mut waits_rightly = false;
        for activation in case.activations.values() {
            match &activation.waiting {
                Waiting::Fact { .. } => waits_rightly = true,
                Waiting::Child { case: child, .. } => match self.child_over(*child).await? {
                    None => waits_rightly = true,
                    Some(number) => why.push(child_is_over(&definition, activation, &number)),
                },
                Waiting::People { .. } | Waiting::Until { .. } => why.push(unarmed(&definition, activation)),
                Waiting::Nobody { .. } if why.is_empty() => why.push(nobody(&definition, activation)),
                Waiting::Nobody { .. } | Waiting::Nothing | Waiting::Branches(_) => {}
            }
        }
        why.extend(self.woken(&case, &definition).await?);
        if why.is_empty() && !waits_rightly {
            why.push(Text::new(
                "没有待办任务、时钟、后台事项、在办的下级办件，也没有等待的结论。请运行 yumen check-store，并联系技术支持。",
                "No open task, clock, queued work, case under way or fact to wait for. Run yumen check-store and ask for help.",
            ));
        }
        Ok((!why.is_empty()).then_some(why))
    }

    /// What the engine would do if the case were woken now.
    async fn woken(&self, case: &Case, definition: &Definition) -> Result<Option<Text>, Failure> {
        let around = loading::around(self, self.store().read(), &case.subject).await?;
        let Some(around) = around else { return Ok(None) };
        let command = Command { actor: Actor::System("operator-asked".to_owned()), action: Action::Wake };
        Ok(match engine::decide(definition, case, &command, &around.surroundings(self)) {
            Ok(plan) if plan.events.is_empty() => None,
            Ok(_) => Some(Text::new(
                "等待的条件已经具备，但没有被唤醒。请点“再看一次”。",
                "What it waited for is there, but nobody woke it. Have it looked at again.",
            )),
            Err(refusal) => Some(Text::new(
                format!("不能继续：{}", refusal.sentence(Lang::Zh)),
                format!("It cannot go on: {}", refusal.sentence(Lang::En)),
            )),
        })
    }

    /// The number of a case that is over, or its id where there is none; `None` while it runs.
    async fn child_over(&self, child: CaseId) -> Result<Option<String>, Failure> {
        let row = store::cases::find(self.store().read(), child).await?;
        Ok(match row {
            Some(row) if row.status == store::cases::RUNNING => None,
            Some(row) => Some(row.number),
            None => Some(child.to_string()),
        })
    }

    /// What the running case of that number waits for; `None` where there is none.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub(super) async fn waits_of(&self, number: &str) -> Result<Option<Waits>, Failure> {
        let db = self.store().read();
        let Some(id) = store::standstill::running(db, number.trim()).await? else { return Ok(None) };
        let Some(row) = store::cases::find(db, id).await? else { return Ok(None) };
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let definition = self.definition(db, &row.definition_hash).await?;
        let mut lines = Vec::new();
        for activation in case.activations.values() {
            for task in case.tasks.values().filter(|task| task.activation == activation.no) {
                lines.push(WaitLine {
                    step: words::step_of(&definition, &task.step, task.item.as_ref()),
                    since: task.opened_at,
                    until: task.due_at,
                    why: self.waits_for(&case, task).await?,
                });
            }
            if let Some((until, why)) = self.waits_beside_people(&definition, activation).await? {
                let step = words::step(&definition, &activation.step);
                lines.push(WaitLine { step, since: activation.entered_at, until, why: vec![why] });
            }
        }
        if case.suspended.is_some() {
            let suspended = suspended();
            lines.iter_mut().for_each(|line| line.why.push(suspended.clone()));
        }
        Ok(Some(Waits { case: id, number: row.number, lines }))
    }

    async fn waits_beside_people(
        &self,
        definition: &Definition,
        activation: &Activation,
    ) -> Result<Option<(Option<Instant>, Text)>, Failure> {
        Ok(match &activation.waiting {
            Waiting::Nobody { .. } => Some((None, nobody(definition, activation))),
            Waiting::Fact { fact, is } => {
                let values = |lang| {
                    is.iter()
                        .map(|value| value_title(fact, value, lang))
                        .collect::<Vec<_>>()
                        .join(lang.pick("、", ", "))
                };
                Some((
                    None,
                    Text::new(
                        format!("等待本项目、本年度的“{}”：{}", fact_title(fact, Lang::Zh), values(Lang::Zh)),
                        format!(
                            "Waits for “{}” of its project and year: {}",
                            fact_title(fact, Lang::En),
                            values(Lang::En)
                        ),
                    ),
                ))
            }
            Waiting::Child { case: child, .. } => {
                let number = store::cases::find(self.store().read(), *child).await?.map(|row| row.number);
                let number = number.unwrap_or_else(|| child.to_string());
                Some((None, Text::new(format!("等待办件{number}办结"), format!("Waits for the end of case {number}"))))
            }
            Waiting::Until { at } => Some((
                Some(*at),
                Text::new(format!("等到{}", words::moment(*at)), format!("Waits until {}", words::moment(*at))),
            )),
            Waiting::People { .. } | Waiting::Nothing | Waiting::Branches(_) => None,
        })
    }

    /// For whom a task waits: the posts with who holds them today, who is kept out, and what it is parked for.
    pub(super) async fn waits_for(&self, case: &Case, task: &Task) -> Result<Vec<Text>, Failure> {
        let directory = self.directory(self.store().read()).await?;
        let today = day_of(self.now());
        let mut lines: Vec<Text> =
            task.candidates.iter().map(|principal| words::principal(&directory, principal, today)).collect();
        let asked = directory.people_of(&task.candidates, today);
        let kept_out: Vec<_> = task
            .barred
            .iter()
            .filter(|person| asked.contains(person))
            .map(|id| words::person(&directory, *id))
            .collect();
        if !kept_out.is_empty() {
            lines.push(Text::new(
                format!("按职责分离要求回避：{}", kept_out.join("、")),
                format!("Kept out by separation of duties: {}", kept_out.join(", ")),
            ));
        }
        if let Some(holder) = task.hands.holder() {
            let name = words::person(&directory, holder);
            lines.push(Text::new(format!("由{name}认领或持有"), format!("Held by {name}")));
        }
        let parked = task.hands.waits_for().into_iter().filter_map(|no| case.tasks.get(&no));
        for before in parked {
            let asked = before.candidates.iter().map(|one| words::principal(&directory, one, today));
            let (zh, en): (Vec<_>, Vec<_>) = asked.map(|one| (one.zh, one.en)).unzip();
            lines.push(Text::new(format!("先等{}办完", zh.join("、")), format!("Waits for {} first", en.join(", "))));
        }
        if let Some(Waiting::People { later, .. }) = case.activations.get(&task.activation).map(|one| &one.waiting)
            && !later.is_empty()
        {
            let later: Vec<_> = later.iter().map(|id| words::person(&directory, *id)).collect();
            lines.push(Text::new(
                format!("之后依次轮到：{}", later.join("、")),
                format!("Asked after it, in order: {}", later.join(", ")),
            ));
        }
        Ok(lines)
    }

    /// Looks again at a case that stands still, because an operator asks for it; who asked is noted down.
    ///
    /// # Errors
    /// There is no such running case; the case still cannot go on, which becomes an incident.
    pub async fn look_again_for(&self, viewer: &Viewer, case: CaseId) -> Result<(), NotLetIn> {
        let row = store::cases::find(self.store().read(), case).await.map_err(Failure::from)?;
        if row.is_none_or(|row| row.status != store::cases::RUNNING) {
            return Err(NotLetIn::Told(Box::new(Problem::from(&Refusal::NotFound))));
        }
        let act = ActRow {
            id: self.sources().nonce(),
            at: self.now(),
            person_id: viewer.person,
            act: "look-again".to_owned(),
            subject: case.to_string(),
        };
        let noted = self.store().write(move |tx| async move { store::operator_acts::note(&tx, act).await }).await;
        noted.map_err(|error: store::Error| Failure::from(error))?;
        Ok(self.look_again_at(case).await?)
    }
}

/// Why a late or waiting task of a suspended case stands still.
pub(super) fn suspended() -> Text {
    Text::new("办件已挂起，恢复后继续计时。", "The case is suspended; its clock stands still.")
}

fn nobody(definition: &Definition, activation: &Activation) -> Text {
    let step = words::step(definition, &activation.step);
    Text::new(
        format!("“{}”无人可办，请任命办理人员。", step.zh),
        format!("Nobody may act on “{}”. Appoint somebody.", step.en),
    )
}

fn child_is_over(definition: &Definition, activation: &Activation, number: &str) -> Text {
    let step = words::step(definition, &activation.step);
    Text::new(
        format!("“{}”等待的办件{number}已经办结，但没有收到结果。请运行 yumen check-store，并联系技术支持。", step.zh),
        format!(
            "Case {number}, for which “{}” waits, is over, and its result never came. Run yumen check-store and ask for help.",
            step.en
        ),
    )
}

fn unarmed(definition: &Definition, activation: &Activation) -> Text {
    let step = words::step(definition, &activation.step);
    Text::new(
        format!("“{}”既没有待办任务，也没有时钟。请运行 yumen check-store，并联系技术支持。", step.zh),
        format!("“{}” has neither an open task nor a clock. Run yumen check-store and ask for help.", step.en),
    )
}
