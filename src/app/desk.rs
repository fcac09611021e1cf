//! The operator's desk: what is to be done, what failed, what became of mails, which nodes live, what stands still and
//! for whom it waits; and doing again what failed, through the same door as before.

use chrono::TimeDelta;
use serde::Serialize;

use super::{
    App, Failure, Problem, Viewer,
    shown::{Chip, Tone},
    sign_in::NotLetIn,
    standstill::{self, Standstill, Waits},
    words,
};
use crate::{
    clock::Instant,
    engine::Case,
    ids::{CaseId, IncidentId},
    language::Text,
    store::{
        self,
        figures::{Depth, MailFate, OldTask, Standing},
        incidents::IncidentRow,
        nodes::NodeRow,
        operator_acts::ActRow,
    },
};

/// A node that said nothing for so long is not believed to live.
pub const NODE_SILENT_SECONDS_MAX: i64 = 60;
/// How long a node that is gone stays on the desk.
const NODES_SHOWN_HOURS: i64 = 24;
/// How far back mails are counted.
pub(super) const MAILS_COUNTED_HOURS: i64 = 24;
const MAILS_MAX: u64 = 20;
const TASKS_MAX: u64 = 20;
const ACTS_MAX: u64 = 20;
/// How the occurrence of an incident about a given-up job begins; what follows is that of the job.
pub const GIVEN_UP: &str = "given-up/";
/// The kinds of incidents about a case that looking again may settle.
const LOOKED_AT_AGAIN: &[&str] = &["nobody-found", "wake-refused"];

/// The desk.
#[derive(Debug, Clone, Serialize)]
pub struct Desk {
    /// How the whole of the cases stands.
    pub standing: Standing,
    /// Work that is to be done.
    pub queue: Vec<QueueLine>,
    /// Mails of the last day by what became of them.
    pub mail_counts: Vec<MailCount>,
    /// The latest mails.
    pub mails: Vec<MailLine>,
    /// Which of them are shown: `sent`, `failed`, or all when empty.
    pub mail_state: String,
    /// The nodes.
    pub nodes: Vec<NodeLine>,
    /// The tasks that are late the longest.
    pub late: Vec<LateTask>,
    /// The cases that nothing of their own will move.
    pub stuck: Vec<Standstill>,
    /// The number of a case that was asked for.
    pub number: String,
    /// What that case waits for; `None` where no running case has the number.
    pub waits: Option<Waits>,
    /// What operators did last.
    pub acts: Vec<ActLine>,
}

/// What is asked of the desk.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    /// Mails with this fate alone: `sent`, `failed`; all of them when empty.
    pub mails: &'a str,
    /// The number of a case, to be told what it waits for; nothing when empty.
    pub number: &'a str,
}

/// Work of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct QueueLine {
    /// The job.
    pub kind: String,
    /// In words.
    pub title: Text,
    /// Rows that could be worked on now.
    pub due: i64,
    /// Rows that wait for a later attempt.
    pub later: i64,
    /// Rows that are worked on.
    pub claimed: i64,
    /// Seconds for which the oldest has been due.
    pub seconds: Option<i64>,
}

/// Mails with one fate.
#[derive(Debug, Clone, Serialize)]
pub struct MailCount {
    /// The state, to ask for them.
    pub state: String,
    /// In words.
    pub fate: Chip,
    /// How many.
    pub count: i64,
}

/// A mail.
#[derive(Debug, Clone, Serialize)]
pub struct MailLine {
    /// To whom.
    pub name: String,
    /// Which mail.
    pub kind: String,
    /// About which case.
    pub case: Option<CaseId>,
    /// What became of it.
    pub fate: Chip,
    /// When it was written.
    pub at: Instant,
    /// Why it did not leave: a code.
    pub why: Option<String>,
    /// The version of the place's own text that it was written by; none where it was the shipped text.
    pub template_version: Option<i64>,
}

/// A node.
#[derive(Debug, Clone, Serialize)]
pub struct NodeLine {
    /// The name it gave itself.
    pub id: String,
    /// The machine.
    pub host: String,
    /// The version of Yumen.
    pub version: String,
    /// Since when.
    pub started_at: Instant,
    /// When it last said that it lives.
    pub seen_at: Instant,
    /// Whether it lives.
    pub state: Chip,
}

/// A task that is late.
#[derive(Debug, Clone, Serialize)]
pub struct LateTask {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The step.
    pub step: Text,
    /// When it was due.
    pub due_at: Option<Instant>,
    /// For whom it waits, and why for nobody else.
    pub waits_for: Vec<Text>,
}

/// Something that an operator did.
#[derive(Debug, Clone, Serialize)]
pub struct ActLine {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// On what.
    pub subject: String,
}

/// Whether an incident can be tried again.
#[must_use]
pub fn can_retry(incident: &IncidentRow) -> bool {
    incident.closed_at.is_none()
        && (incident.occurrence.starts_with(GIVEN_UP)
            || incident.case_id.is_some() && LOOKED_AT_AGAIN.contains(&incident.kind.as_str()))
}

impl App {
    /// The desk as it is now.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn desk(&self, asked: Asked<'_>) -> Result<Desk, Failure> {
        let (db, now) = (self.store().read(), self.now());
        let directory = self.directory(db).await?;
        let since = now - TimeDelta::hours(MAILS_COUNTED_HOURS);
        let counts = store::figures::mails_by_state(db, since).await?;
        let mails = store::figures::latest_mails(db, asked.mails, MAILS_MAX).await?;
        let nodes = store::nodes::seen_since(db, now - TimeDelta::hours(NODES_SHOWN_HOURS)).await?;
        let mut late = Vec::new();
        for task in store::figures::latest_tasks(db, now, TASKS_MAX).await? {
            late.extend(self.late_task(task).await?);
        }
        let acts = store::operator_acts::latest(db, ACTS_MAX).await?;
        let act =
            |act: ActRow| ActLine { at: act.at, by: words::person(&directory, act.person_id), subject: act.subject };
        Ok(Desk {
            standing: store::figures::standing(db, now).await?,
            queue: store::figures::depths(db, now).await?.into_iter().map(|depth| queue_line(depth, now)).collect(),
            mail_counts: counts
                .into_iter()
                .map(|named| MailCount { fate: fate(&named.name), state: named.name, count: named.count })
                .collect(),
            mails: mails.into_iter().map(mail_line).collect(),
            mail_state: asked.mails.to_owned(),
            nodes: nodes.into_iter().map(|node| node_line(node, now)).collect(),
            late,
            stuck: self.standstills().await?,
            number: asked.number.to_owned(),
            waits: if asked.number.is_empty() { None } else { self.waits_of(asked.number).await? },
            acts: acts.into_iter().map(act).collect(),
        })
    }

    async fn late_task(&self, row: OldTask) -> Result<Option<LateTask>, Failure> {
        let db = self.store().read();
        let Some(stored) = store::cases::find(db, row.case_id).await? else { return Ok(None) };
        let case: Case = serde_json::from_str(&stored.state).map_err(Failure::broken)?;
        let Some(task) = u32::try_from(row.no).ok().and_then(|no| case.tasks.get(&no)) else { return Ok(None) };
        let definition = self.definition(db, &row.definition_hash).await?;
        let mut waits_for = self.waits_for(&case, task).await?;
        if row.suspended_at.is_some() {
            waits_for.push(standstill::suspended());
        }
        let step = words::step_of(&definition, &task.step, task.item.as_ref());
        Ok(Some(LateTask { case: row.case_id, number: row.number, step, due_at: row.due_at, waits_for }))
    }

    /// Does again what an incident is about: the job that was given up, or the case that could not go on. The incident
    /// is closed, and opened again when it fails once more. Who asked for it is noted down in the same transaction.
    ///
    /// # Errors
    /// There is no such open incident, or it ends by other means.
    pub async fn retry(&self, viewer: &Viewer, id: IncidentId) -> Result<(), NotLetIn> {
        let found = store::incidents::find(self.store().read(), id).await.map_err(Failure::from)?;
        let not_found = || NotLetIn::Told(Box::new(Problem::not_found()));
        let incident = found.filter(|incident| incident.closed_at.is_none()).ok_or_else(not_found)?;
        if !can_retry(&incident) {
            return Err(NotLetIn::Told(Box::new(ends_by_itself())));
        }
        let act = ActRow {
            id: self.sources().nonce(),
            at: self.now(),
            person_id: viewer.person,
            act: "retry".to_owned(),
            subject: incident.occurrence.clone(),
        };
        let (now, occurrence) = (self.now(), incident.occurrence.clone());
        self.store()
            .write(move |tx| async move {
                store::operator_acts::note(&tx, act).await?;
                if let Some(job) = occurrence.strip_prefix(GIVEN_UP) {
                    store::outbox::again(&tx, job, now).await?;
                    store::incidents::close(&tx, &occurrence, now).await?;
                }
                Ok::<_, store::Error>(())
            })
            .await
            .map_err(Failure::from)?;
        match incident.case_id {
            Some(case) if !incident.occurrence.starts_with(GIVEN_UP) => Ok(self.look_again_at(case).await?),
            Some(_) | None => Ok(()),
        }
    }
}

fn ends_by_itself() -> Problem {
    Problem::new(
        409,
        "ends-by-itself",
        "该异常没有可以重试的操作，原因消除后自动关闭。请按异常说明处理。",
        "There is nothing to try again here; it ends once its cause is gone. Do what the incident says.",
    )
}

fn queue_line(depth: Depth, now: Instant) -> QueueLine {
    QueueLine {
        title: job(&depth.kind),
        kind: depth.kind,
        due: depth.due,
        later: depth.later,
        claimed: depth.claimed,
        seconds: depth.due_since.map(|since| (now - since).num_seconds()),
    }
}

fn mail_line(mail: MailFate) -> MailLine {
    MailLine {
        name: mail.name,
        kind: mail.kind,
        case: mail.case_id,
        fate: fate(&mail.state),
        at: mail.created_at,
        why: mail.last_error,
        template_version: mail.template_version,
    }
}

fn node_line(node: NodeRow, now: Instant) -> NodeLine {
    let state = match node.stopped_at {
        Some(_) => Chip::new(Tone::Plain, Text::new("已停止", "Stopped")),
        None if (now - node.seen_at).num_seconds() <= NODE_SILENT_SECONDS_MAX => {
            Chip::new(Tone::Good, Text::new("运行中", "Alive"))
        }
        None => Chip::new(Tone::Bad, Text::new("失去联系", "Silent")),
    };
    let NodeRow { id, host, version, started_at, seen_at, stopped_at: _ } = node;
    NodeLine { id, host, version, started_at, seen_at, state }
}

/// What became of a mail, in words.
fn fate(state: &str) -> Chip {
    match state {
        "sent" => Chip::new(Tone::Good, Text::new("已发出", "Sent")),
        "failed" => Chip::new(Tone::Bad, Text::new("未送达", "Not delivered")),
        "no-mailbox" => Chip::new(Tone::Plain, Text::new("无邮箱", "No mailbox")),
        "cancelled" => Chip::new(Tone::Plain, Text::new("已取消", "Cancelled")),
        "digest" => Chip::new(Tone::Plain, Text::new("并入汇总", "In a digest")),
        other => Chip::new(Tone::Plain, Text::new(other, other)),
    }
}

/// A job in words; one that is not known here goes by its name.
#[must_use]
pub fn job(kind: &str) -> Text {
    JOBS.iter()
        .find(|(known, ..)| *known == kind)
        .map_or_else(|| Text::new(kind, kind), |(_, zh, en)| Text::new(*zh, *en))
}

/// What each job does.
const JOBS: &[(&str, &str, &str)] = &[
    ("check-people", "检查岗位是否有人可办", "Looks whether there are people enough"),
    ("fire-schedule", "发起定时办件", "Starts cases on schedule"),
    ("hand-over", "移交离任人员的任务", "Hands over what somebody held"),
    ("recount-deadlines", "按新日历重算期限", "Counts deadlines anew"),
    ("ring-clock", "到期处理", "Rings a clock"),
    ("send-digest", "发送消息汇总", "Sends a digest"),
    ("send-template-test", "试发邮件模板", "Send a test of a mail template"),
    ("send-mail", "发送邮件", "Sends a mail"),
    ("start-held", "为等待的项目发起定时办件", "Starts cases that had to wait"),
    ("tidy-notices", "清理过期消息", "Forgets old notices"),
    ("wake-cases", "唤醒等待结论的办件", "Wakes cases that wait for a fact"),
    ("wake-held", "唤醒无人可办的办件", "Wakes cases that were held"),
];
