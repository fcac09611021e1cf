//! The clocks of tasks: one armed row for the next ring of each, one for what happens by itself where nobody decides,
//! what was escalated to whom, and what an administrator is told where a reminder or an escalation reaches nobody any
//! more.

use chrono::TimeDelta;

use super::{
    App, Failure,
    execute::{Caller, Request, Settling, What},
    words,
};
use crate::{
    clock::Instant,
    definition::Definition,
    engine::{
        Action, Case, Event, Task,
        case::TaskNo,
        reminding::{Escalated, Reminding},
    },
    ids::CaseId,
    store::{
        self, Source, Tx,
        clocks::{self, ClockRow},
        escalations::{self, EscalationRow},
        incidents::NewIncident,
    },
};

/// The kind of a clock that rings for a task.
const REMIND: &str = "remind";
/// The kind of a clock at which something happens by itself where nobody has decided.
pub(super) const LATE: &str = "late";
/// What happens by itself and was refused is tried again after this.
const TRIED_AGAIN_AFTER: TimeDelta = TimeDelta::hours(24);

/// The clock of an open task that rings next.
pub(super) fn ring_of(case: &Case, task: &Task) -> Option<ClockRow> {
    Some(ClockRow {
        id: case.id.derive::<crate::ids::CaseKind>(&format!("remind/{}", task.no)).uuid(),
        case_id: case.id,
        activation: task.activation.into(),
        task_no: Some(task.no.into()),
        kind: REMIND.to_owned(),
        due_at: task.reminding.next?,
    })
}

/// The clock of an open task at whose deadline something happens by itself; nothing while the case is suspended, and once
/// it has happened.
pub(super) fn late_of(definition: &Definition, case: &Case, task: &Task) -> Option<ClockRow> {
    definition.step(&task.step)?.late()?;
    let has_happened = case.late.get(&task.step) == Some(&task.activation);
    Some(ClockRow {
        id: case.id.derive::<crate::ids::CaseKind>(&format!("late/{}", task.no)).uuid(),
        case_id: case.id,
        activation: task.activation.into(),
        task_no: Some(task.no.into()),
        kind: LATE.to_owned(),
        due_at: task.due_at.filter(|_| case.suspended.is_none() && !has_happened)?,
    })
}

/// Arms the clocks of open tasks that ring at another time from now on, and notes down what was escalated. Those of
/// tasks that are opened or closed go with the tasks.
pub(super) async fn save(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    let before = settling.before.map(|(_, before)| &before.tasks);
    let stayed = case.tasks.values().filter_map(|task| Some((before?.get(&task.no)?, task)));
    let moved: Vec<_> = stayed.filter(|(then, now)| then.reminding.next != now.reminding.next).collect();
    if !moved.is_empty() {
        clocks::disarm_kind(tx, case.id, REMIND, moved.iter().map(|(_, task)| task.no.into()).collect()).await?;
        let armed: Vec<_> = moved.iter().filter_map(|(_, task)| ring_of(case, task)).collect();
        if !armed.is_empty() {
            clocks::arm(tx, armed).await?;
        }
    }
    if settling.before.is_some_and(|(_, before)| before.definition != case.definition) {
        save_late_anew(tx, settling).await?;
    }
    let told = escalated(settling);
    if !told.is_empty() {
        escalations::add(tx, told).await?;
    }
    tell_administrator(app, tx, settling).await
}

/// What happens by itself is what the version says to which the case has moved.
async fn save_late_anew(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    clocks::disarm_kind(tx, case.id, LATE, case.tasks.keys().map(|no| (*no).into()).collect()).await?;
    let armed: Vec<_> = case.tasks.values().filter_map(|task| late_of(settling.definition, case, task)).collect();
    if armed.is_empty() { Ok(()) } else { Ok(clocks::arm(tx, armed).await?) }
}

fn escalated(settling: &Settling<'_>) -> Vec<EscalationRow> {
    let case_id = settling.plan.case.id;
    let rows_of = |no: TaskNo, told: &Escalated| {
        let (level, at) = (i32::try_from(told.level).unwrap_or(i32::MAX), told.at);
        let row = |person_id| EscalationRow { case_id, task_no: no.into(), level, person_id, at };
        told.to.iter().copied().map(row).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    for event in &settling.plan.events {
        if let Event::TaskEscalated { task, level, to, at, .. } = event {
            rows.extend(rows_of(*task, &Escalated { level: *level, to: to.clone(), at: *at }));
        } else if let Event::TaskOpened { task } = event {
            // A task that is opened once more, because a decision was taken back, is still late below the same people.
            rows.extend(task.reminding.escalated.iter().flat_map(|told| rows_of(task.no, told)));
        }
    }
    rows
}

/// The workflow administrator is told of an escalation that found nobody, and of a task that nobody is reminded of any
/// more, until the task is closed.
async fn tell_administrator(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    for event in &settling.plan.events {
        let (task, above) = if let Event::TaskEscalated { task, to, .. } = event {
            if !to.is_empty() {
                continue;
            }
            (*task, true)
        } else if let Event::Reminded { task, last: true, .. } = event {
            (*task, false)
        } else {
            continue;
        };
        if let Some(incident) = unheard(app, settling, task, above) {
            store::incidents::raise(tx, incident).await?;
        }
    }
    let before = settling.before.into_iter().flat_map(|(_, before)| before.tasks.values());
    for gone in before.filter(|task| !case.tasks.contains_key(&task.no)) {
        for above in told_of(&gone.reminding) {
            store::incidents::close(tx, &occurrence(case.id, gone.no, above), settling.around.now).await?;
        }
    }
    Ok(())
}

/// Which incidents a task has: that nobody was found above, that nobody is reminded any more.
fn told_of(reminding: &Reminding) -> impl Iterator<Item = bool> {
    let unfound = reminding.escalated.iter().any(|told| told.to.is_empty());
    unfound.then_some(true).into_iter().chain(reminding.exhausted.then_some(false))
}

fn unheard(app: &App, settling: &Settling<'_>, no: TaskNo, above: bool) -> Option<NewIncident> {
    let case = &settling.plan.case;
    let task = case.tasks.get(&no)?;
    let step = words::step_of(settling.definition, &task.step, task.item.as_ref());
    let (number, zh, en) = (&case.number, &step.zh, &step.en);
    let (summary_zh, summary_en) = if above {
        (
            format!("办件{number}的“{zh}”环节逾期，没有找到可以报告的上级，请督促办理并核对任职。"),
            format!(
                "“{en}” of case {number} is late and nobody above was found to be told. See to it, and check the appointments."
            ),
        )
    } else {
        (
            format!("办件{number}的“{zh}”环节逾期，多次提醒后仍未办理，不再自动提醒，请督促办理。"),
            format!(
                "“{en}” of case {number} is late, and the reminders have had no effect; nobody is reminded any more. See to it."
            ),
        )
    };
    Some(NewIncident {
        id: app.sources().new_id(),
        occurrence: occurrence(case.id, no, above),
        kind: kind_of(above).to_owned(),
        case_id: Some(case.id),
        summary_zh,
        summary_en,
        detail: String::new(),
        opened_at: settling.around.now,
    })
}

const fn kind_of(above: bool) -> &'static str {
    if above { "escalation-found-nobody" } else { "reminders-exhausted" }
}

fn occurrence(case: CaseId, task: TaskNo, above: bool) -> String {
    format!("{case}/{task}/{}", kind_of(above))
}

/// When the clock of a task rings next, as its case says.
fn clock_in(row: &store::cases::CaseRow, task: TaskNo) -> Result<Option<ClockRow>, Failure> {
    let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
    Ok(case.tasks.get(&task).and_then(|task| ring_of(&case, task)))
}

impl App {
    /// Rings the clock of a task. One that was taken too early, by a node whose time is ahead, is armed again; one of a
    /// task that is gone, or whose case is suspended, rings nothing.
    pub(super) async fn ring_task(&self, case: CaseId, task: TaskNo) -> Result<(), Failure> {
        let Some(row) = store::cases::find(self.store().read(), case).await? else { return Ok(()) };
        let Some(clock) = clock_in(&row, task)? else { return Ok(()) };
        if clock.due_at > self.now() {
            return self.arm_again_as_it_stands(case, task).await;
        }
        let what = What::Act { case, action: Action::Remind { task } };
        self.execute(Request { by: Caller::System("time-came"), what, key: None }).await.map(drop)
    }

    async fn arm_again_as_it_stands(&self, case: CaseId, task: TaskNo) -> Result<(), Failure> {
        self.store()
            .write(move |tx| async move {
                let Some(row) = store::cases::load_for_update(&tx, case).await? else { return Ok(()) };
                match clock_in(&row, task)? {
                    Some(clock) => Ok(clocks::arm_anew(&tx, clock).await?),
                    None => Ok(()),
                }
            })
            .await
    }

    /// Does by itself what the definition says where nobody has decided a task in time. A clock that was taken too early
    /// is armed again, and so is one whose rule says no, a day later. Safe to repeat.
    pub(super) async fn ring_late(&self, case: CaseId, task: TaskNo) -> Result<(), Failure> {
        let Some(row) = store::cases::find(self.store().read(), case).await? else { return Ok(()) };
        let Some(clock) = self.late_in(self.store().read(), &row, task).await? else { return Ok(()) };
        if clock.due_at > self.now() {
            return self.arm_late_again(case, task, None).await;
        }
        let activation = u32::try_from(clock.activation).map_err(Failure::broken)?;
        let what = What::Act { case, action: Action::Ring { activation } };
        match self.execute(Request { by: Caller::System("time-came"), what, key: None }).await {
            Ok(_) => self.settle_refused_wake(case, None).await,
            Err(Failure::Refused(refusal)) => {
                self.settle_refused_wake(case, Some(refusal)).await?;
                self.arm_late_again(case, task, Some(self.now() + TRIED_AGAIN_AFTER)).await
            }
            Err(failure) => Err(failure),
        }
    }

    async fn late_in(
        &self,
        db: &impl Source,
        row: &store::cases::CaseRow,
        no: TaskNo,
    ) -> Result<Option<ClockRow>, Failure> {
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let definition = self.definition(db, &row.definition_hash).await?;
        Ok(case.tasks.get(&no).and_then(|task| late_of(&definition, &case, task)))
    }

    async fn arm_late_again(&self, case: CaseId, task: TaskNo, at: Option<Instant>) -> Result<(), Failure> {
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let Some(row) = store::cases::load_for_update(&tx, case).await? else { return Ok(()) };
                match app.late_in(&tx, &row, task).await? {
                    Some(clock) => {
                        Ok(clocks::arm_anew(&tx, ClockRow { due_at: at.unwrap_or(clock.due_at), ..clock }).await?)
                    }
                    None => Ok(()),
                }
            })
            .await
    }
}
