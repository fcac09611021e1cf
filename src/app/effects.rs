//! Carries out what a plan asks of the domain, in the transaction of the command. An effect may refuse; then nothing
//! of the command happened.

use chrono::NaiveDate;

use super::{App, Failure, going_live, monitoring};
use crate::{
    definition::{
        Definition, StepKind, StepName, Value,
        registry::{self, PUBLISH_DEFINITION, SUBMIT_BUDGET_REQUEST},
    },
    domain::budget_request::{self, NotSubmitted, StandingFact, Submission},
    engine::{Case, Plan, Refusal},
    ids::ProjectId,
    money::Money,
    store::{self, Source, Tx, budget_requests::BudgetRequestRow},
};

/// Refuses to start what could not be finished: a second request of the same project and year, a second report of the
/// round that was over on `day`.
pub(super) async fn check_startable(
    app: &App,
    db: &impl Source,
    definition: &Definition,
    (project, year, day): (ProjectId, i32, NaiveDate),
) -> Result<(), Failure> {
    let submits = definition
        .steps
        .iter()
        .any(|step| matches!(&step.kind, StepKind::Do(effect) if effect.as_str() == SUBMIT_BUDGET_REQUEST));
    if submits && store::budget_requests::find(db, project, year).await?.is_some() {
        return Err(Refusal::AlreadySubmitted { year }.into());
    }
    monitoring::check_round(app, db, definition, (project, year, day)).await
}

/// Carries out the effects of `plan`, in order.
pub(super) async fn carry_out(app: &App, tx: &Tx, plan: &Plan) -> Result<(), Failure> {
    for effect in &plan.effects {
        match effect.name.as_str() {
            PUBLISH_DEFINITION => going_live::publish(app, tx, plan).await?,
            registry::SUSPEND_FUNDING => monitoring::suspend(app, tx, plan, &effect.step).await?,
            registry::RESUME_FUNDING => monitoring::resume(app, tx, plan).await?,
            registry::OPEN_RECTIFICATION => monitoring::open_rectification(app, tx, plan).await?,
            SUBMIT_BUDGET_REQUEST => submit_budget_request(app, tx, &plan.case, &effect.step).await?,
            unknown => return Err(Failure::broken(format!("no effect is called {unknown}"))),
        }
    }
    Ok(())
}

async fn submit_budget_request(app: &App, tx: &Tx, case: &Case, step: &StepName) -> Result<(), Failure> {
    let project = case.project().ok_or_else(|| Failure::broken("a budget request of no project"))?;
    let Some(Value::Money(amount)) = case.form.get(&registry::REQUESTED_AMOUNT.into()) else {
        return Err(Refusal::AmountMissing.into());
    };
    if store::budget_requests::find(tx, project, case.year).await?.is_some() {
        return Err(Refusal::AlreadySubmitted { year: case.year }.into());
    }
    let rows = store::facts::standing_locked(tx, project).await?;
    let facts: Vec<_> = rows
        .into_iter()
        .filter(|row| row.year == case.year)
        .map(|row| StandingFact {
            id: row.id,
            kind: row.kind.as_str().into(),
            value: row.value.as_str().into(),
            cap: row.cap(),
        })
        .collect();
    let submission = budget_request::submit(*amount, &facts).map_err(|not| match not {
        NotSubmitted::FactGone(fact) => Refusal::FactTakenBack { fact },
        NotSubmitted::AboveCap { amount, cap } => Refusal::AboveCap { step: step.clone(), amount, cap },
    })?;
    store::budget_requests::insert(tx, row_of(app, (case, project), submission)).await?;
    Ok(())
}

fn row_of(app: &App, (case, project_id): (&Case, ProjectId), submission: Submission) -> BudgetRequestRow {
    let Submission { amount, assessment, targets } = submission;
    let cap = |fact: &StandingFact| fact.cap.map_or(store::facts::NO_CAP, Money::fen);
    BudgetRequestRow {
        id: case.id.derive::<crate::ids::CaseKind>("budget-request").uuid(),
        project_id,
        year: case.year,
        case_id: case.id,
        amount_fen: amount.fen(),
        submitted_at: app.now(),
        assessment_cap_fen: cap(&assessment),
        assessment_fact: assessment.id,
        assessment_kind: assessment.kind.0,
        assessment_value: assessment.value.0,
        targets_cap_fen: cap(&targets),
        targets_fact: targets.id,
        targets_kind: targets.kind.0,
        targets_value: targets.value.0,
    }
}
