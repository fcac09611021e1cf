//! Writes a plan: state, journal, tasks, clocks, facts, copies, incidents and outbox rows, all in the command's
//! transaction.

use std::collections::BTreeSet;

use super::{
    App, Failure, children, clocks_due, deputy_letters,
    execute::{Answer, Key, Settling},
    letters::{letters, recipients},
    monitoring, notices, recounting, task_clocks, waking, whole_cases,
};
use crate::{
    definition::{Definition, StepName},
    engine::{
        Actor, Case, Decision, Event, Principal, Status, Subject, Task, TaskEvent, TaskKind, Waiting,
        case::{RecordedFact, TaskNo},
        tasks::{Advice, Asked},
    },
    ids::{DraftId, PersonId, ProjectId},
    money::Money,
    notify::compose::{Dispatch, mail_dispatch},
    store::{
        self, Tx, cases, clocks, copies,
        facts::{self, FactRow, NO_CAP},
        journal::{self, NewEntry},
        outbox::NewDispatch,
        tasks::{self, ClosedTask, NewTask, TaskRow},
    },
};

/// Saves a plan whole.
pub(super) async fn save(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let seq = save_case(tx, settling).await?;
    save_tasks(tx, settling).await?;
    clocks_due::save(tx, settling).await?;
    task_clocks::save(app, tx, settling).await?;
    save_facts(app, tx, settling).await?;
    whole_cases::save_pause(tx, settling).await?;
    recounting::save(tx, settling).await?;
    save_copies(tx, settling).await?;
    whole_cases::save_remarks(tx, settling).await?;
    raise_incidents(app, tx, settling).await?;
    monitoring::raise_incidents(app, tx, settling).await?;
    enqueue(app, tx, settling, seq).await
}

/// Remembers the answer to a request that may be repeated.
pub(super) async fn remember(app: &App, tx: &Tx, person: PersonId, key: &Key, answer: &Answer) -> Result<(), Failure> {
    let row = store::idempotency::IdempotencyRow {
        person_id: person,
        key: key.key.clone(),
        request_hash: key.request_hash.clone(),
        status: 200,
        body: serde_json::to_string(answer).map_err(Failure::broken)?,
        at: app.now(),
    };
    Ok(store::idempotency::remember(tx, row).await?)
}

/// The case with its journal entry; gives back the entry's number.
async fn save_case(tx: &Tx, settling: &Settling<'_>) -> Result<i64, Failure> {
    let case = &settling.plan.case;
    let entry = NewEntry {
        case_id: case.id,
        at: settling.around.now,
        actor: actor_text(&settling.plan.actor),
        command: settling.command.to_owned(),
        events: serde_json::to_string(&settling.plan.events).map_err(Failure::broken)?,
    };
    let state = serde_json::to_string(case).map_err(Failure::broken)?;
    let (status, outcome, ended_at) = match &case.status {
        Status::Running => (cases::RUNNING, None, None),
        Status::Ended { outcome, at } => (cases::ENDED, Some(outcome.to_string()), Some(*at)),
    };
    let entry = match settling.before {
        None => {
            let entry = entry.chain(0, journal::GENESIS);
            cases::insert(
                tx,
                cases::CaseRow {
                    id: case.id,
                    workflow: case.workflow.to_string(),
                    definition_hash: case.definition.clone(),
                    number: case.number.clone(),
                    project_id: case.project(),
                    draft_id: draft_of(case),
                    year: case.year,
                    org_path: settling.around.org_path.clone(),
                    initiator: case.initiator,
                    status: status.to_owned(),
                    outcome,
                    started_at: case.started_at,
                    ended_at,
                    waiting_for: waiting_for(case),
                    suspended_at: case.suspended,
                    version: 1,
                    journal_hash: entry.hash.clone(),
                    state,
                },
            )
            .await?;
            entry
        }
        Some((row, _)) => {
            let entry = entry.chain(row.version, &row.journal_hash);
            let change = cases::CaseChange {
                id: case.id,
                expected_version: row.version,
                journal_hash: entry.hash.clone(),
                status,
                outcome,
                ended_at,
                waiting_for: waiting_for(case),
                suspended_at: case.suspended,
                definition_hash: case.definition.clone(),
                state,
            };
            cases::save(tx, change).await?;
            entry
        }
    };
    let seq = entry.seq;
    journal::append(tx, entry).await?;
    Ok(seq)
}

/// The draft that the case is about.
const fn draft_of(case: &Case) -> Option<DraftId> {
    match &case.subject {
        Subject::Project(_) => None,
        Subject::Draft { draft, .. } => Some(*draft),
    }
}

/// How the journal names who acted.
#[must_use]
pub fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Person(person) => person.to_string(),
        Actor::Deputy { person, of } => format!("{person} for {of}"),
        Actor::System(rule) => format!("system:{rule}"),
    }
}

/// The kinds of fact that the case's gates wait for, and the workflows whose cases it waits for.
fn waiting_for(case: &Case) -> Option<String> {
    let kinds: Vec<_> = case
        .activations
        .values()
        .filter_map(|activation| match &activation.waiting {
            Waiting::Fact { fact, .. } => Some(fact.as_str()),
            Waiting::Child { workflow, .. } => Some(workflow.as_str()),
            Waiting::Nothing
            | Waiting::People { .. }
            | Waiting::Nobody { .. }
            | Waiting::Until { .. }
            | Waiting::Branches(_) => None,
        })
        .collect();
    (!kinds.is_empty()).then(|| kinds.join(" "))
}

async fn save_tasks(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    let mut opened = Vec::new();
    let mut armed = Vec::new();
    let mut closed = Vec::new();
    let mut barred = BTreeSet::new();
    for event in &settling.plan.events {
        if let Event::TaskOpened { task } = event {
            opened.push(new_task(settling, task));
            armed.extend(clocks_of(settling.definition, case, task));
        } else if let Event::TaskCompleted { task, by } = event {
            closed.push(done(*task, *by, "completed"));
        } else if let Event::TaskDecided { task, by, decision, .. } = event {
            closed.push(done(*task, *by, decision_text(decision)));
        } else if let Event::OnTask(TaskEvent::OpinionGiven { task, by, advice, .. }) = event {
            closed.push(done(*task, *by, advice_text(*advice)));
        } else if let Event::TaskCancelled { task, .. } = event {
            closed.push(ClosedTask { no: (*task).into(), decided: None });
        } else if let Event::PersonBarred { task, .. } = event {
            barred.insert(*task);
        }
    }
    let changed = changed_hands(settling);
    let gone: Vec<i64> = closed.iter().map(|task| task.no).collect();
    armed.retain(|clock| clock.task_no.is_none_or(|no| !gone.contains(&no)));
    if !opened.is_empty() {
        tasks::open(tx, opened).await?;
    }
    tasks::close(tx, case.id, closed, settling.around.now).await?;
    if let Actor::Deputy { person, of } = &settling.plan.actor {
        for no in &gone {
            tasks::settled_in_place(tx, case.id, *no, (*person, *of)).await?;
        }
    }
    for task in barred.iter().filter_map(|no| case.tasks.get(no)) {
        let row = new_task(settling, task).row;
        tasks::bar(tx, case.id, row.no, (row.barred_person, row.barred_others)).await?;
    }
    for (task, candidates) in changed {
        tasks::change(tx, task, candidates).await?;
    }
    clocks::disarm_tasks(tx, case.id, gone).await?;
    if !armed.is_empty() {
        clocks::arm(tx, armed).await?;
    }
    Ok(())
}

fn done(task: TaskNo, by: PersonId, how: &str) -> ClosedTask {
    ClosedTask { no: task.into(), decided: Some((by, how.to_owned())) }
}

/// How a decision is stored beside its task.
fn decision_text(decision: &Decision) -> &str {
    match decision {
        Decision::Approve => "approve",
        Decision::Return { .. } => "return",
        Decision::Reject => "reject",
        Decision::Abstain => "abstain",
        Decision::Grade(grade) => grade.as_str(),
    }
}

/// Who may not act beside the initiator, as their row keeps it; `None` where nobody is.
fn barred_others(initiator: PersonId, barred: &BTreeSet<PersonId>) -> Option<String> {
    let others: Vec<_> = barred.iter().filter(|person| **person != initiator).copied().collect();
    tasks::barred_text(&others)
}

/// How an opinion is stored beside its task.
const fn advice_text(advice: Advice) -> &'static str {
    match advice {
        Advice::Approve => "advised-approve",
        Advice::Disapprove => "advised-disapprove",
    }
}

/// The tasks that stay open and pass through other hands: their rows, and the candidates where those are others.
fn changed_hands(settling: &Settling<'_>) -> Vec<(TaskRow, Option<Vec<String>>)> {
    let before = settling.before.map(|(_, before)| &before.tasks);
    let stayed = settling.plan.case.tasks.values().filter_map(|task| Some((before?.get(&task.no)?, task)));
    let changed = stayed.filter(|(before, now)| before != now).map(|(before, now)| {
        let NewTask { row, candidates } = new_task(settling, now);
        (row, (before.candidates != now.candidates).then_some(candidates))
    });
    changed.collect()
}

fn asked_text(asked: &Asked) -> &'static str {
    match asked {
        Asked::ByStep => "by-step",
        Asked::InPlaceOf(_) => "in-place",
        Asked::ForOpinion { .. } => "opinion",
        Asked::AsSigner { .. } => "signer",
    }
}

/// The person whom a parked task waits for first.
fn waits_for(case: &Case, task: &Task) -> Option<PersonId> {
    let waited = task.hands.waits_for().into_iter().filter_map(|no| case.tasks.get(&no));
    let mut asked = waited.flat_map(|task| task.candidates.clone());
    asked.find_map(|principal| match principal {
        Principal::Person(person) => Some(person),
        Principal::Role(..) => None,
    })
}

fn new_task(settling: &Settling<'_>, task: &Task) -> NewTask {
    let row = TaskRow {
        case_id: settling.plan.case.id,
        no: task.no.into(),
        activation: task.activation.into(),
        step: task.step.to_string(),
        kind: match task.kind {
            TaskKind::Fill => "fill".to_owned(),
            TaskKind::Decide => "decide".to_owned(),
        },
        state: "open".to_owned(),
        opened_at: task.opened_at,
        due_at: task.due_at,
        counted_by: task.counted_by(),
        closed_at: None,
        decided_by: None,
        decided_for: None,
        decision: None,
        barred_person: task.barred.contains(&settling.plan.case.initiator).then_some(settling.plan.case.initiator),
        barred_others: barred_others(settling.plan.case.initiator, &task.barred),
        asked: asked_text(&task.hands.asked).to_owned(),
        held_by: task.hands.holder(),
        waits_for: waits_for(&settling.plan.case, task),
        workflow: settling.plan.case.workflow.to_string(),
        org_path: settling.around.org_path.clone(),
        item_zh: task.item.as_ref().map(|item| item.zh.clone()),
        item_en: task.item.as_ref().map(|item| item.en.clone()),
        rings_at: task.reminding.next,
    };
    NewTask { row, candidates: task.candidates.iter().map(ToString::to_string).collect() }
}

/// The clocks of an open task: its deadline, when it rings next, and when something happens by itself.
pub(super) fn clocks_of(definition: &Definition, case: &Case, task: &Task) -> impl Iterator<Item = clocks::ClockRow> {
    let late = task_clocks::late_of(definition, case, task);
    clock_of(case, task).into_iter().chain(task_clocks::ring_of(case, task)).chain(late)
}

pub(super) fn clock_of(case: &Case, task: &Task) -> Option<clocks::ClockRow> {
    Some(clocks::ClockRow {
        id: case.id.derive::<crate::ids::CaseKind>(&format!("due/{}", task.no)).uuid(),
        case_id: case.id,
        activation: task.activation.into(),
        task_no: Some(task.no.into()),
        kind: "due".to_owned(),
        due_at: task.due_at?,
    })
}

/// A new fact takes the place of what stood before it for the same project and year.
///
/// The time of a revocation is taken once the facts are locked: a submission that held them before was in time.
async fn save_facts(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    for event in &settling.plan.events {
        if let Event::FactRecorded { step, fact } = event {
            let project = case.project().ok_or_else(|| Failure::broken("a fact about no project"))?;
            let standing = facts::standing_locked(tx, project).await?;
            let now = app.now();
            for old in standing {
                if old.year == case.year && old.kind == fact.kind.as_str() {
                    facts::revoke(tx, old.id, case.id, now).await?;
                }
            }
            facts::insert(tx, vec![fact_row((case, project), step, fact)]).await?;
        } else if let Event::FactRevoked { fact, .. } = event {
            let project = case.project().ok_or_else(|| Failure::broken("a fact about no project"))?;
            facts::standing_locked(tx, project).await?;
            facts::revoke(tx, *fact, case.id, app.now()).await?;
        }
    }
    Ok(())
}

fn fact_row((case, project_id): (&Case, ProjectId), step: &StepName, fact: &RecordedFact) -> FactRow {
    FactRow {
        id: fact.id,
        kind: fact.kind.to_string(),
        project_id,
        year: case.year,
        value: fact.value.to_string(),
        cap_fen: fact.cap.map_or(NO_CAP, Money::fen),
        case_id: case.id,
        step: step.to_string(),
        recorded_at: fact.at,
        revoked_at: None,
        revoked_case: None,
    }
}

async fn save_copies(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let (case, around) = (&settling.plan.case, settling.around);
    let people = settling.plan.events.iter().filter_map(|event| -> Option<BTreeSet<PersonId>> {
        if let Event::CopyGiven { to, .. } | Event::TaskEscalated { to, .. } = event {
            return Some(to.iter().copied().collect());
        }
        let Event::CopiedIn { to, .. } = event else { return None };
        Some(recipients(to, &BTreeSet::new(), &around.directory, around.now))
    });
    let rows: Vec<_> = people
        .flatten()
        .map(|person_id| copies::CopyRow { case_id: case.id, person_id, at: around.now, read_at: None })
        .collect();
    if !rows.is_empty() {
        copies::add(tx, rows).await?;
    }
    Ok(())
}

/// A step that found nobody is an operator's business until somebody is found.
async fn raise_incidents(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    for event in &settling.plan.events {
        if let Event::NobodyFound { activation, step, .. } = event {
            let title = super::words::step(settling.definition, step);
            let incident = store::incidents::NewIncident {
                id: app.sources().new_id(),
                occurrence: nobody(case, *activation),
                kind: "nobody-found".to_owned(),
                case_id: Some(case.id),
                summary_zh: format!("办件{}的“{}”环节无人可办，办件已暂停，请任命办理人员。", case.number, title.zh),
                summary_en: format!(
                    "Nobody may act on “{}” of case {}; it is held. Appoint somebody.",
                    title.en, case.number
                ),
                detail: String::new(),
                opened_at: settling.around.now,
            };
            store::incidents::raise(tx, incident).await?;
        }
    }
    let found: Vec<_> = settling
        .before
        .iter()
        .flat_map(|(_, before)| before.activations.values())
        .filter(|activation| matches!(activation.waiting, Waiting::Nobody { .. }))
        .filter(|held| !case.activations.get(&held.no).is_some_and(|now| matches!(now.waiting, Waiting::Nobody { .. })))
        .map(|held| nobody(case, held.no))
        .collect();
    for occurrence in found {
        store::incidents::close(tx, &occurrence, settling.around.now).await?;
    }
    Ok(())
}

fn nobody(case: &Case, activation: u32) -> String {
    format!("{}/{activation}/nobody-found", case.id)
}

async fn enqueue(app: &App, tx: &Tx, settling: &Settling<'_>, seq: i64) -> Result<(), Failure> {
    let (mut dispatches, mut notices): (Vec<Dispatch>, Vec<store::notices::NoticeRow>) = Default::default();
    let mut letters = letters(app.policy(), settling, seq.unsigned_abs());
    letters.extend(deputy_letters::letters(app, settling, &letters));
    for letter in letters {
        let dispatch = mail_dispatch(letter.occasion, letter.to, letter.mail.clone()).map_err(Failure::broken)?;
        notices.push(notices::notice(dispatch.id, (letter.to, &letter.mail), settling.around.now)?);
        dispatches.push(dispatch);
    }
    dispatches.extend(waking::dispatches(settling, seq)?);
    dispatches.extend(children::dispatches(settling)?);
    if dispatches.is_empty() {
        return Ok(());
    }
    let rows = dispatches.into_iter().map(|dispatch| NewDispatch {
        id: dispatch.id,
        occurrence: dispatch.occurrence,
        kind: dispatch.kind.to_owned(),
        case_id: Some(settling.plan.case.id),
        person: dispatch.person,
        payload: dispatch.payload.to_string(),
    });
    if !notices.is_empty() {
        store::notices::put(tx, notices).await?;
    }
    Ok(store::outbox::put(tx, rows.collect(), app.now()).await?)
}
