//! What monitoring leaves in the domain: reports, suspensions of funding, rectifications; written in the transaction of
//! the command that led there.

use chrono::NaiveDate;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use super::{App, Failure, execute::Settling, saving::actor_text};
use crate::{
    definition::{Computed, Definition, StepName, Value, registry},
    engine::{Case, Event, Plan, Refusal, RoundRefusal, case::RecordedFact, computed},
    ids::{CaseId, CaseKind, ProjectId},
    language::Text,
    money::Money,
    store::{
        self, Source, Tx,
        cases::CaseRow,
        facts::NO_CAP,
        firings::Subject,
        monitoring::{RectificationRow, ReportRow, SuspensionRow},
    },
};

/// The fact of a report.
const MONITORING: &str = "monitoring";
/// The fact of an accepted rectification.
const RECTIFICATION: &str = "rectification";

/// Keeps what the facts of a plan mean for monitoring. A definition without `clocks` that records `monitoring` leaves the
/// fact alone.
pub(super) async fn save(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    for event in &settling.plan.events {
        let Event::FactRecorded { fact, .. } = event else { continue };
        if fact.kind.as_str() == MONITORING
            && let Some(row) = report_of(settling.definition, case, fact)
        {
            store::monitoring::report(tx, row).await?;
        } else if fact.kind.as_str() == RECTIFICATION {
            store::monitoring::accept_rectification(tx, case.id, fact.id, fact.at).await?;
        }
    }
    Ok(())
}

fn report_of(definition: &Definition, case: &Case, fact: &RecordedFact) -> Option<ReportRow> {
    let clocks = definition.clocks.as_ref()?;
    let computed = |wanted: Computed| {
        let field = definition.form.iter().find(|field| field.computed == Some(wanted))?;
        case.form.get(&field.name)
    };
    let hundredths = |wanted: Computed| {
        let Value::Number(percent) = computed(wanted)? else { return None };
        (percent * Decimal::ONE_HUNDRED).to_i64()
    };
    let (Value::Choice(round), Value::Money(budget), Value::Money(executed)) =
        (case.form.get(&clocks.round)?, case.form.get(&clocks.budget)?, case.form.get(&clocks.executed)?)
    else {
        return None;
    };
    let (Value::Choice(quadrant), Value::Flag(warned)) = (computed(Computed::Quadrant)?, computed(Computed::Warned)?)
    else {
        return None;
    };
    Some(ReportRow {
        id: fact.id.uuid(),
        project_id: case.project()?,
        year: case.year,
        round: round.clone(),
        case_id: case.id,
        fact_id: fact.id,
        fact_kind: fact.kind.to_string(),
        lamp: fact.value.to_string(),
        cap_fen: fact.cap.map_or(NO_CAP, Money::fen),
        quadrant: quadrant.clone(),
        budget_fen: budget.fen(),
        executed_fen: executed.fen(),
        rate_hundredths: hundredths(Computed::Rate)?,
        achievement_hundredths: hundredths(Computed::Achievement),
        warned: *warned,
        recorded_at: fact.at,
    })
}

/// The round that a case started for `day` reports on; `None` where its workflow reports on none, or none is over.
pub(super) fn round_on(app: &App, definition: &Definition, (year, day): (i32, NaiveDate)) -> Option<String> {
    let round = computed::round(definition, (year, day), app.policy()).ok().flatten();
    round.and_then(|(_, round)| if let Value::Choice(round) = round { Some(round) } else { None })
}

/// A round is reported once, unless what it was reported with was taken back.
pub(super) async fn check_round(
    app: &App,
    db: &impl Source,
    definition: &Definition,
    (project, year, day): (ProjectId, i32, NaiveDate),
) -> Result<(), Failure> {
    let Some(round) = round_on(app, definition, (year, day)) else { return Ok(()) };
    let Some(case) = store::monitoring::reported(db, (project, year), &round).await? else { return Ok(()) };
    let number = store::cases::find(db, case).await?.map(|row| row.number).unwrap_or_default();
    let known = app.policy().lamps.rounds(day).find(|known| known.name == round);
    let round = known.map_or_else(|| Text::new(&*round, &*round), |known| known.title.clone());
    Err(Refusal::from(RoundRefusal::RoundReported { round, year, number }).into())
}

/// The case that has seen, or sees, to a round: the one that reported it, or the running one if it is about it.
pub(super) async fn case_of_round(
    tx: &Tx,
    (definition, round): (&Definition, &str),
    of: &Subject,
    running: Option<&CaseRow>,
) -> Result<Option<CaseId>, Failure> {
    if let Some(reported) = store::monitoring::reported(tx, (of.project, of.year), round).await? {
        return Ok(Some(reported));
    }
    let (Some(row), Some(clocks)) = (running, &definition.clocks) else { return Ok(None) };
    let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
    let is_about = matches!(case.form.get(&clocks.round), Some(Value::Choice(own)) if own == round);
    Ok(is_about.then_some(row.id))
}

fn project_of(case: &Case) -> Result<ProjectId, Failure> {
    case.project().ok_or_else(|| Failure::broken("funding of no project"))
}

/// `do: suspend-funding`: nothing more happens where it is suspended already.
pub(super) async fn suspend(app: &App, tx: &Tx, plan: &Plan, step: &StepName) -> Result<(), Failure> {
    let (case, project_id) = (&plan.case, project_of(&plan.case)?);
    if store::monitoring::suspended(tx, project_id, case.year).await?.is_some() {
        return Ok(());
    }
    let row = SuspensionRow {
        id: case.id.derive::<CaseKind>(&format!("suspension/{step}/{}", case.last_activation)).uuid(),
        project_id,
        year: case.year,
        case_id: case.id,
        step: step.to_string(),
        actor: actor_text(&plan.actor),
        suspended_at: app.now(),
        resumed_case: None,
        resumed_by: None,
        resumed_at: None,
        resumed_fact: None,
        resumed_fact_kind: None,
        resumed_fact_value: None,
        resumed_cap_fen: None,
    };
    Ok(store::monitoring::suspend(tx, row).await?)
}

/// `do: resume-funding`: on the strength of an accepted rectification that this case recorded. Nothing happens where
/// funding is not suspended.
pub(super) async fn resume(app: &App, tx: &Tx, plan: &Plan) -> Result<(), Failure> {
    let (case, project) = (&plan.case, project_of(&plan.case)?);
    let Some(open) = store::monitoring::suspended(tx, project, case.year).await? else { return Ok(()) };
    let facts = store::facts::standing_locked(tx, project).await?;
    let accepted = facts
        .iter()
        .find(|fact| fact.year == case.year && fact.kind == RECTIFICATION && fact.recorded_at >= open.suspended_at);
    let Some(fact) = accepted else { return Err(Refusal::FactTakenBack { fact: RECTIFICATION.into() }.into()) };
    Ok(store::monitoring::resume(tx, &open, fact, (case.id, &actor_text(&plan.actor), app.now())).await?)
}

/// `do: open-rectification`.
pub(super) async fn open_rectification(app: &App, tx: &Tx, plan: &Plan) -> Result<(), Failure> {
    let (case, project_id) = (&plan.case, project_of(&plan.case)?);
    let row = RectificationRow {
        case_id: case.id,
        project_id,
        year: case.year,
        opened_at: app.now(),
        fact_id: None,
        accepted_at: None,
    };
    Ok(store::monitoring::open_rectification(tx, row).await?)
}

/// A decision that nobody took in time is an operator's business until somebody takes it.
pub(super) async fn raise_incidents(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    for event in &settling.plan.events {
        if let Event::DeadlinePassed { activation, step } = event {
            let title = super::words::step(settling.definition, step);
            let late = settling.definition.step(step).and_then(|step| step.late());
            let done = late.and_then(|effect| registry::find(registry::EFFECTS, effect.as_str()));
            let (zh, en) = done.map_or(("", ""), |done| (done.zh, done.en));
            let incident = store::incidents::NewIncident {
                id: app.sources().new_id(),
                occurrence: not_decided(case, *activation),
                kind: "not-decided".to_owned(),
                case_id: Some(case.id),
                summary_zh: format!(
                    "办件{}的“{}”逾期未作决定，系统已按规定{zh}；请督促尽快决定。",
                    case.number, title.zh
                ),
                summary_en: format!(
                    "Nobody decided “{}” of case {} in time; the system did what the rule says: {en}. Have it decided.",
                    title.en, case.number
                ),
                detail: String::new(),
                opened_at: settling.around.now,
            };
            store::incidents::raise(tx, incident).await?;
        }
    }
    let before = settling.before.iter().flat_map(|(_, before)| before.late.values());
    for activation in before.filter(|no| !case.activations.contains_key(no)) {
        store::incidents::close(tx, &not_decided(case, *activation), settling.around.now).await?;
    }
    Ok(())
}

fn not_decided(case: &Case, activation: u32) -> String {
    format!("{}/{activation}/not-decided", case.id)
}
