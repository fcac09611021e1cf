//! Rows that tests start from: a district with one person, one project, one definition, and cases about it.

use uuid::Uuid;
use yumen::{
    clock::Instant,
    ids::{CaseId, FactId, PersonId, ProjectId},
    store::{
        Error, Store, Tx,
        cases::{self, CaseChange, CaseRow},
        definitions::{self, NewDefinition},
        directory::{self, OrganisationRow},
        facts::{self, FactRow},
        journal::{self, GENESIS, NewEntry},
        people::{self, PersonRow},
        projects::{self, ProjectRow},
        tasks::{self, NewTask, TaskRow},
    },
};

/// When everything happens.
pub fn now() -> Instant {
    "2027-03-01T01:02:03.000456Z".parse().unwrap()
}

/// The person.
pub fn person() -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(1))
}

/// Project number `n`.
pub fn project(n: u128) -> ProjectId {
    ProjectId::from_uuid(Uuid::from_u128(0x100 + n))
}

/// Case number `n`.
pub fn case(n: u128) -> CaseId {
    CaseId::from_uuid(Uuid::from_u128(0x1000 + n))
}

/// A fact's id.
pub fn fact(n: u128) -> FactId {
    FactId::from_uuid(Uuid::from_u128(0x10_0000 + n))
}

/// The district: one unit, one person, projects 1 and 2, one definition.
pub async fn settle(store: &Store) {
    store.write(|tx| async move { settle_in(&tx).await }).await.unwrap();
}

async fn settle_in(tx: &Tx) -> Result<(), Error> {
    let unit = OrganisationRow {
        code: "school1".into(),
        parent: None,
        kind: "unit".into(),
        name_zh: "第一小学".into(),
        name_en: "First School".into(),
        path: "/wq/edu/school1/".into(),
    };
    directory::add_organisations(tx, vec![unit]).await?;
    let official = PersonRow {
        id: person(),
        login: "zhou".into(),
        name: "周敏".into(),
        email: None,
        password_hash: None,
        lang: "zh-CN".into(),
        active: true,
        created_at: now(),
    };
    people::add(tx, vec![official]).await?;
    projects::insert(tx, vec![project_row(1), project_row(2)]).await?;
    let definition = NewDefinition {
        draft: None,
        certificate: None,
        scenarios: None,
        hash: "hash".into(),
        workflow: "budget-request".into(),
        source: "workflow: budget-request".into(),
        published_at: now(),
        published_by: "test".into(),
    };
    definitions::publish(tx, definition).await.map(drop)
}

fn project_row(n: u128) -> ProjectRow {
    ProjectRow {
        id: project(n),
        code: format!("P{n}"),
        name: format!("校舍维修 {n}"),
        unit: "school1".into(),
        org_path: "/wq/edu/school1/".into(),
        nature: "one-off".into(),
        category: "general".into(),
        instrument: "direct".into(),
        is_new_major: true,
        total_fen: 100_000,
        start_year: 2027,
        end_year: 2028,
        description: String::new(),
        leader: None,
        source: None,
        created_at: now(),
    }
}

/// The first journal entry of case `n`.
pub fn first_entry(n: u128) -> journal::JournalRow {
    entry(n).chain(0, GENESIS)
}

fn entry(n: u128) -> NewEntry {
    let events = r#"[{"event":"fields-saved","task":1}]"#.to_owned();
    NewEntry { case_id: case(n), at: now(), actor: person().to_string(), command: "save".into(), events }
}

/// Starts case `n` about project `about`, with one journal entry and one open task of which the person is a candidate.
pub async fn start(tx: &Tx, n: u128, about: u128) -> Result<(), Error> {
    let entry = first_entry(n);
    let row = CaseRow {
        id: case(n),
        workflow: format!("workflow-{n}"),
        definition_hash: "hash".into(),
        number: format!("№{n}"),
        project_id: Some(project(about)),
        draft_id: None,
        year: 2027,
        org_path: "/wq/edu/school1/".into(),
        initiator: person(),
        status: cases::RUNNING.into(),
        outcome: None,
        started_at: now(),
        ended_at: None,
        waiting_for: None,
        suspended_at: None,
        version: 1,
        journal_hash: entry.hash.clone(),
        state: "{}".into(),
    };
    cases::insert(tx, row).await?;
    journal::append(tx, entry).await?;
    tasks::open(tx, vec![task(n, 1)]).await
}

/// Task `no` of case `n`.
pub fn task(n: u128, no: i64) -> NewTask {
    let row = TaskRow {
        case_id: case(n),
        no,
        activation: 1,
        step: "fill-in".into(),
        kind: "fill".into(),
        state: "open".into(),
        opened_at: now(),
        due_at: None,
        counted_by: None,
        closed_at: None,
        decided_by: None,
        decided_for: None,
        decision: None,
        barred_person: None,
        barred_others: None,
        asked: "by-step".to_owned(),
        held_by: None,
        waits_for: None,
        workflow: format!("workflow-{n}"),
        org_path: "/wq/edu/school1/".into(),
        item_zh: None,
        item_en: None,
        rings_at: None,
    };
    NewTask { row, candidates: vec![format!("person:{}", person()), "project-officer@school1".into()] }
}

/// Loads case `n`, and saves it one version higher with a journal entry.
pub async fn go_on(tx: &Tx, n: u128) -> Result<i64, Error> {
    let row = cases::load_for_update(tx, case(n)).await?.unwrap();
    let entry = entry(n).chain(row.version, &row.journal_hash);
    let change = CaseChange {
        definition_hash: "hash".into(),
        id: row.id,
        expected_version: row.version,
        journal_hash: entry.hash.clone(),
        status: cases::RUNNING,
        outcome: None,
        ended_at: None,
        waiting_for: None,
        suspended_at: None,
        state: "{}".into(),
    };
    cases::save(tx, change).await?;
    let seq = entry.seq;
    journal::append(tx, entry).await?;
    Ok(seq)
}

/// Records a fact of case 1.
pub async fn record(
    tx: &Tx,
    id: FactId,
    (kind, value): (&str, &str),
    about: (u128, i32),
    cap_fen: i64,
) -> Result<(), Error> {
    let row = FactRow {
        id,
        kind: kind.into(),
        project_id: project(about.0),
        year: about.1,
        value: value.into(),
        cap_fen,
        case_id: case(1),
        step: "conclude".into(),
        recorded_at: now(),
        revoked_at: None,
        revoked_case: None,
    };
    facts::insert(tx, vec![row]).await
}
