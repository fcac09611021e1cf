//! The same rows by bare SQL: what the database could do if Yumen cost nothing.
//!
//! Every statement is written out, values are copied from a case that Yumen has just finished, and nothing is read. On
//! SQLite all lanes share one commit, as well as group commit can do it; on PostgreSQL each lane has a connection.

use std::{sync::atomic::AtomicUsize, sync::atomic::Ordering, time::Duration};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait as _, Value, prelude::DateTimeUtc,
};
use uuid::Uuid;
use yumen::{
    ids::CaseId,
    store::{cases, journal, notices, tasks},
};

use crate::{LANES, place::Place, place::WORKFLOW, timed};

/// Tells the numbers and occurrences of bare lifecycles apart.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A finished case, to copy from.
pub struct Sample {
    case: cases::CaseRow,
    journal: Vec<journal::JournalRow>,
    tasks: Vec<tasks::TaskRow>,
    /// Kind and payload of the outbox rows of each command.
    outbox: Vec<Vec<(String, String)>>,
    /// The notices of each command.
    notices: Vec<Vec<notices::NoticeRow>>,
}

impl Sample {
    /// The last case that ended.
    pub async fn of(place: &Place) -> anyhow::Result<Self> {
        let newest = "SELECT id FROM cases WHERE status = 'ended' ORDER BY started_at DESC LIMIT 1";
        let row = query(&place.sql, newest, []).await?.pop().ok_or_else(|| anyhow::anyhow!("no case has ended"))?;
        let id = CaseId::from_uuid(row.try_get("", "id")?);
        let db = place.app.store().read();
        let case = cases::find(db, id).await?.ok_or_else(|| anyhow::anyhow!("{id} is gone"))?;
        let journal = journal::of_case(db, id).await?;
        let mut outbox = vec![Vec::new(); journal.len()];
        let of_case = "SELECT kind, payload, created_at FROM outbox WHERE case_id = $1";
        for row in query(&place.sql, of_case, [id.uuid().into()]).await? {
            let created_at: DateTimeUtc = row.try_get("", "created_at")?;
            let command = journal.iter().rposition(|entry| entry.at <= created_at).unwrap_or_default();
            outbox[command].push((row.try_get("", "kind")?, row.try_get("", "payload")?));
        }
        let mut told = vec![Vec::new(); journal.len()];
        for notice in notices::of_case(db, id).await? {
            let command = journal.iter().rposition(|entry| entry.at <= notice.created_at).unwrap_or_default();
            told[command].push(notice);
        }
        Ok(Self { case, tasks: tasks::of_case(db, id).await?, journal, outbox, notices: told })
    }

    /// How many rows a lifecycle inserts, by table.
    pub fn rows(&self) -> serde_json::Value {
        serde_json::json!({
            "cases": 1, "journal": self.journal.len(), "tasks": self.tasks.len(), "task_candidates": self.tasks.len(),
            "clocks": self.tasks.len(), "outbox": self.outbox.iter().map(Vec::len).sum::<usize>(),
            "notices": self.notices.iter().map(Vec::len).sum::<usize>(),
        })
    }

    /// The statements of one lifecycle, one list for each transaction.
    fn statements(&self, place: &Place, lane: usize) -> Vec<Vec<Statement>> {
        let id = place.app.sources().nonce();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let writer = Writer { sample: self, backend: place.sql.get_database_backend(), id, count };
        let project = place.projects[lane % LANES].uuid();
        // The second decision of the two in parallel opens the last task; the first opens none.
        let opened: [&[usize]; 5] = [&[0], &[1, 2], &[], &[3], &[]];
        (0..self.journal.len())
            .map(|command| {
                let mut statements = Vec::new();
                if command == 0 {
                    statements.push(writer.number());
                    statements.push(writer.case(project));
                } else {
                    statements.push(writer.case_changed(command));
                }
                statements.push(writer.journal(command));
                if let Some(decided) = command.checked_sub(1) {
                    statements.extend(writer.closed(decided));
                }
                let opened = opened.get(command).copied().unwrap_or_default();
                if !opened.is_empty() {
                    statements.extend(writer.opened(opened));
                }
                if !self.outbox[command].is_empty() {
                    statements.push(writer.outbox(command));
                }
                if !self.notices[command].is_empty() {
                    statements.push(writer.notices(command));
                }
                statements
            })
            .collect()
    }
}

struct Writer<'a> {
    sample: &'a Sample,
    backend: DbBackend,
    id: Uuid,
    count: usize,
}

impl Writer<'_> {
    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.backend, sql, values)
    }

    /// One row for each list of values.
    fn insert(&self, table: &str, rows: Vec<Vec<Value>>) -> Statement {
        let width = rows.first().map_or(0, Vec::len);
        let row = |n: usize| (1..=width).map(|v| format!("${}", n * width + v)).collect::<Vec<_>>().join(", ");
        let places = (0..rows.len()).map(|n| format!("({})", row(n))).collect::<Vec<_>>().join(", ");
        self.statement(&format!("INSERT INTO {table} VALUES {places}"), rows.into_iter().flatten().collect())
    }

    fn number(&self) -> Statement {
        let sql = "INSERT INTO number_sequences (workflow, year, last) VALUES ($1, $2, 1)
            ON CONFLICT (workflow, year) DO UPDATE SET last = number_sequences.last + 1";
        self.statement(sql, vec![WORKFLOW.into(), 2027.into()])
    }

    fn case(&self, project: Uuid) -> Statement {
        let case = &self.sample.case;
        let columns = "cases (id, workflow, definition_hash, number, project_id, year, org_path, initiator, status, \
            started_at, version, journal_hash, state)";
        let row = vec![
            self.id.into(),
            case.workflow.clone().into(),
            case.definition_hash.clone().into(),
            format!("bare-{}", self.count).into(),
            project.into(),
            case.year.into(),
            case.org_path.clone().into(),
            case.initiator.uuid().into(),
            "running".into(),
            case.started_at.into(),
            1_i64.into(),
            case.journal_hash.clone().into(),
            case.state.clone().into(),
        ];
        self.insert(columns, vec![row])
    }

    fn case_changed(&self, command: usize) -> Statement {
        let case = &self.sample.case;
        let ends = command + 1 == self.sample.journal.len();
        let sql = "UPDATE cases SET version = version + 1, journal_hash = $1, status = $2, outcome = $3, ended_at = $4, \
            waiting_for = NULL, state = $5 WHERE id = $6";
        let status = if ends { "ended" } else { "running" };
        let values = vec![
            case.journal_hash.clone().into(),
            status.into(),
            case.outcome.clone().filter(|_| ends).into(),
            case.ended_at.filter(|_| ends).into(),
            case.state.clone().into(),
            self.id.into(),
        ];
        self.statement(sql, values)
    }

    fn journal(&self, command: usize) -> Statement {
        let entry = &self.sample.journal[command];
        let row = vec![
            self.id.into(),
            entry.seq.into(),
            entry.at.into(),
            entry.actor.clone().into(),
            entry.command.clone().into(),
            entry.events.clone().into(),
            entry.prev_hash.clone().into(),
            entry.hash.clone().into(),
        ];
        self.insert("journal (case_id, seq, at, actor, command, events, prev_hash, hash)", vec![row])
    }

    fn opened(&self, tasks: &[usize]) -> [Statement; 3] {
        let tasks = || tasks.iter().map(|task| &self.sample.tasks[*task]);
        let rows = tasks().map(|task| {
            vec![
                self.id.into(),
                task.no.into(),
                task.activation.into(),
                task.step.clone().into(),
                task.kind.clone().into(),
                "open".into(),
                task.opened_at.into(),
                task.due_at.into(),
                task.barred_person.map(|person| person.uuid()).into(),
                task.workflow.clone().into(),
                task.org_path.clone().into(),
            ]
        });
        let candidates = tasks()
            .map(|task| vec![self.id.into(), task.no.into(), format!("{}@fin", task.step).into(), task.due_at.into()]);
        let clocks = tasks().map(|task| {
            let id = Uuid::from_u128(self.id.as_u128() ^ u128::from(task.no.unsigned_abs()));
            vec![id.into(), self.id.into(), task.activation.into(), task.no.into(), "due".into(), task.due_at.into()]
        });
        [
            self.insert(
                "tasks (case_id, no, activation, step, kind, state, opened_at, due_at, barred_person, workflow, org_path)",
                rows.collect(),
            ),
            self.insert("task_candidates (case_id, no, principal, due_sort)", candidates.collect()),
            self.insert("clocks (id, case_id, activation, task_no, kind, due_at)", clocks.collect()),
        ]
    }

    fn closed(&self, task: usize) -> [Statement; 3] {
        let task = &self.sample.tasks[task];
        let of_task = || vec![self.id.into(), task.no.into()];
        let mut decided = of_task();
        decided.extend([
            task.closed_at.into(),
            task.decided_by.map(|person| person.uuid()).into(),
            task.decision.clone().into(),
        ]);
        let done = "UPDATE tasks SET state = 'done', closed_at = $3, decided_by = $4, decision = $5 \
            WHERE case_id = $1 AND no = $2 AND state = 'open'";
        [
            self.statement("DELETE FROM task_candidates WHERE case_id = $1 AND no = $2", of_task()),
            self.statement(done, decided),
            self.statement("DELETE FROM clocks WHERE case_id = $1 AND task_no = $2", of_task()),
        ]
    }

    fn outbox(&self, command: usize) -> Statement {
        let now = self.sample.journal[command].at;
        let rows = self.sample.outbox[command].iter().enumerate().map(|(n, (kind, payload))| {
            let id = Uuid::from_u128(self.id.as_u128() ^ u128::try_from((command + 1) * 1000 + n).unwrap_or_default());
            vec![
                id.into(),
                format!("{id}/{command}/{n}").into(),
                kind.clone().into(),
                self.id.into(),
                payload.clone().into(),
                "pending".into(),
                0.into(),
                0.into(),
                now.into(),
                0_i64.into(),
                now.into(),
            ]
        });
        let columns =
            "outbox (id, occurrence, kind, case_id, payload, state, attempts, crashes, next_at, fence, created_at)";
        self.insert(columns, rows.collect())
    }
}

impl Writer<'_> {
    fn notices(&self, command: usize) -> Statement {
        let rows = self.sample.notices[command].iter().enumerate().map(|(n, notice)| {
            let id = Uuid::from_u128(self.id.as_u128() ^ u128::try_from((command + 1) * 1000 + n).unwrap_or_default());
            vec![
                id.into(),
                notice.person_id.uuid().into(),
                notice.kind.clone().into(),
                self.id.into(),
                notice.task_no.into(),
                notice.title_zh.clone().into(),
                notice.title_en.clone().into(),
                notice.path.clone().into(),
                notice.created_at.into(),
            ]
        });
        let columns = "notices (id, person_id, kind, case_id, task_no, title_zh, title_en, path, created_at)";
        self.insert(columns, rows.collect())
    }
}

/// Writes so many lifecycles; gives back how long it took.
pub async fn run(place: &Place, sample: &Sample, lifecycles: usize) -> anyhow::Result<Duration> {
    let rounds = lifecycles / LANES;
    let all: Vec<Vec<_>> =
        (0..rounds).map(|_| (0..LANES).map(|lane| sample.statements(place, lane)).collect()).collect();
    let (elapsed, ()) = if place.sql.get_database_backend() == DbBackend::Sqlite {
        timed(in_groups(&place.sql, all)).await?
    } else {
        timed(in_lanes(&place.sql, all)).await?
    };
    Ok(elapsed)
}

/// The transactions of all lanes in one commit, step by step.
async fn in_groups(sql: &DatabaseConnection, rounds: Vec<Vec<Vec<Vec<Statement>>>>) -> anyhow::Result<()> {
    for lanes in rounds {
        let mut lanes: Vec<_> = lanes.into_iter().map(Vec::into_iter).collect();
        loop {
            let step: Vec<_> = lanes.iter_mut().filter_map(Iterator::next).collect();
            if step.is_empty() {
                break;
            }
            let tx = sql.begin().await?;
            for statement in step.into_iter().flatten() {
                tx.execute_raw(statement).await?;
            }
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn in_lanes(sql: &DatabaseConnection, rounds: Vec<Vec<Vec<Vec<Statement>>>>) -> anyhow::Result<()> {
    let mut lanes = vec![Vec::new(); LANES];
    for round in rounds {
        for (lane, lifecycle) in round.into_iter().enumerate() {
            lanes[lane].push(lifecycle);
        }
    }
    let lanes = lanes.into_iter().map(|lifecycles| {
        let sql = sql.clone();
        tokio::spawn(async move {
            for transaction in lifecycles.into_iter().flatten() {
                let tx = sql.begin().await?;
                for statement in transaction {
                    tx.execute_raw(statement).await?;
                }
                tx.commit().await?;
            }
            Ok::<_, anyhow::Error>(())
        })
    });
    for lane in lanes.collect::<Vec<_>>() {
        lane.await??;
    }
    Ok(())
}

async fn query(
    sql: &DatabaseConnection,
    question: &str,
    values: impl IntoIterator<Item = Value>,
) -> anyhow::Result<Vec<sea_orm::QueryResult>> {
    let statement = Statement::from_sql_and_values(sql.get_database_backend(), question, values);
    Ok(sql.query_all_raw(statement).await?)
}
