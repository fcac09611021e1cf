//! Wakes cases that wait for a fact, and steps that had found nobody.
//!
//! A fact may be recorded while another transaction parks a case that waits for it, neither seeing the other. So both
//! ask to wake: whichever commits last finds the other.

use serde::{Deserialize, Serialize};

use super::{
    App, Failure,
    execute::{Caller, Request, Settling, What},
    loading,
};
use crate::{
    engine::{self, Action, Actor, Case, Command, Event, Refusal, Waiting},
    ids::{CaseId, ProjectId},
    language::Lang,
    notify::compose::Dispatch,
    store,
};

/// The kind of an outbox row that wakes cases.
pub const WAKE_CASES: &str = "wake-cases";

/// Cases that are looked through with one statement.
const CASES_AT_ONCE: u64 = 200;

/// Which cases to wake: those whose gates wait for this fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeOrder {
    /// The kind of fact.
    pub fact: String,
    /// The project.
    pub project: ProjectId,
    /// The budget year.
    pub year: i32,
}

/// What a plan asks to wake.
pub(super) fn dispatches(settling: &Settling<'_>, seq: i64) -> Result<Vec<Dispatch>, Failure> {
    let case = &settling.plan.case;
    // No facts are about a draft.
    let Some(project) = case.project() else { return Ok(Vec::new()) };
    let mut kinds = std::collections::BTreeSet::new();
    for event in &settling.plan.events {
        if let Event::FactRecorded { fact, .. } = event {
            kinds.insert(fact.kind.to_string());
        } else if let Event::WaitChanged { waiting: Waiting::Fact { fact, .. }, .. } = event {
            kinds.insert(fact.to_string());
        } else if let Event::Resumed { .. } = event {
            // What came while the case was suspended and could not carry it on is told to an operator by this.
            kinds.extend(case.activations.values().filter_map(|activation| awaited(&activation.waiting)));
        }
    }
    kinds
        .into_iter()
        .map(|fact| {
            let occurrence = format!("{}/{seq}/wake/{fact}", case.id);
            let order = WakeOrder { fact, project, year: case.year };
            let payload = serde_json::to_value(order).map_err(Failure::broken)?;
            Ok(Dispatch::new(case.id, occurrence, WAKE_CASES, payload))
        })
        .collect()
}

/// The fact that is waited for.
fn awaited(waiting: &Waiting) -> Option<String> {
    if let Waiting::Fact { fact, .. } = waiting { Some(fact.to_string()) } else { None }
}

impl App {
    /// Wakes every case of the order's project and year that waits for a fact, of whatever kind: one that an earlier
    /// wake could not carry on may be able to now. Safe to repeat.
    ///
    /// # Errors
    /// The first failure; a refusal of one case raises an incident and does not keep the others asleep.
    pub async fn wake_waiting(&self, order: &WakeOrder) -> Result<(), Failure> {
        for case in store::cases::waiting(self.store().read(), order.project, order.year).await? {
            self.wake(case, "fact-arrived").await?;
        }
        Ok(())
    }

    /// Looks again at every case with a step that had found nobody, and at every open task whose people may not act any
    /// more, after appointments have changed.
    ///
    /// # Errors
    /// The first failure.
    pub async fn wake_held(&self) -> Result<(), Failure> {
        for incident in store::incidents::open_of_kind(self.store().read(), "nobody-found").await? {
            if let Some(case) = incident.case_id {
                self.wake(case, "appointments-changed").await?;
            }
        }
        self.wake_unattended().await?;
        self.settle_not_handed_over().await?;
        self.start_held(None).await?;
        self.tell_unreceived().await
    }

    /// Wakes the cases whose open tasks changed hands: a vote whose group shrank is counted again, a task that nobody
    /// can act on any more is held. Which those are is found by trying, so that the others are not even locked.
    async fn wake_unattended(&self) -> Result<(), Failure> {
        let mut last = None;
        loop {
            let rows = store::cases::running_after(self.store().read(), last, CASES_AT_ONCE).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = Some(end.id);
            for row in rows {
                if self.would_change(&row).await? {
                    self.wake(row.id, "appointments-changed").await?;
                }
            }
        }
    }

    async fn would_change(&self, row: &store::cases::CaseRow) -> Result<bool, Failure> {
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        if case.tasks.is_empty() {
            return Ok(false);
        }
        let db = self.store().read();
        let Some(around) = loading::around(self, db, &case.subject).await? else { return Ok(false) };
        let definition = self.definition(db, &row.definition_hash).await?;
        let command = Command { actor: Actor::System("appointments-changed".to_owned()), action: Action::Wake };
        let plan = engine::decide(&definition, &case, &command, &around.surroundings(self));
        Ok(plan.is_ok_and(|plan| !plan.events.is_empty()))
    }

    /// Looks again at a case because an operator asks for it; one that still cannot go on keeps its incident.
    ///
    /// # Errors
    /// The first failure.
    pub(super) async fn look_again_at(&self, case: CaseId) -> Result<(), Failure> {
        self.wake(case, "operator-asked").await
    }

    async fn wake(&self, case: CaseId, rule: &'static str) -> Result<(), Failure> {
        let what = What::Act { case, action: Action::Wake };
        match self.execute(Request { by: Caller::System(rule), what, key: None }).await {
            Ok(_) => self.settle_refused_wake(case, None).await,
            Err(Failure::Refused(refusal)) => self.settle_refused_wake(case, Some(refusal)).await,
            Err(failure) => Err(failure),
        }
    }

    /// A case that is woken and cannot go on has nobody to tell; so an operator is told, until it goes on.
    pub(super) async fn settle_refused_wake(&self, case: CaseId, refusal: Option<Refusal>) -> Result<(), Failure> {
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let occurrence = format!("{case}/wake-refused");
                let Some(refusal) = refusal else {
                    return Ok(store::incidents::close(&tx, &occurrence, app.now()).await?);
                };
                let number = store::cases::find(&tx, case).await?.map(|row| row.number).unwrap_or_default();
                let incident = store::incidents::NewIncident {
                    id: app.sources().new_id(),
                    occurrence,
                    kind: "wake-refused".to_owned(),
                    case_id: Some(case),
                    summary_zh: format!("办件{number}等待的结论已具备，但不能继续：{}", refusal.sentence(Lang::Zh)),
                    summary_en: format!(
                        "Case {number} has what it waited for and cannot go on: {}",
                        refusal.sentence(Lang::En)
                    ),
                    detail: refusal.code().to_owned(),
                    opened_at: app.now(),
                };
                Ok(store::incidents::raise(&tx, incident).await?)
            })
            .await
    }
}
