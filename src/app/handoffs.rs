//! Where each handoff of a case stands: sent, received, answered.

use serde::Serialize;

use super::{
    shown::{Chip, Due, Tone},
    words,
};
use crate::{
    clock::Instant,
    definition::{Definition, Step},
    engine::{Case, Directory},
    ids::PersonId,
    language::Text,
    store::tasks::TaskRow,
};

/// A package on its way to another organ and back.
#[derive(Debug, Clone, Serialize)]
pub struct HandoffView {
    /// What it is called.
    pub title: Text,
    /// Where it stands.
    pub status: Chip,
    /// When it was sent.
    pub sent_at: Instant,
    /// Until when it is to be received, while it is not.
    pub receive_due: Option<Due>,
    /// When it was received, and by whom.
    pub received: Option<Settled>,
    /// Until when it is to be answered, while it is not.
    pub answer_due: Option<Due>,
    /// When it was answered, and by whom.
    pub answered: Option<Settled>,
}

/// Who settled a stage, and when.
#[derive(Debug, Clone, Serialize)]
pub struct Settled {
    /// When.
    pub at: Instant,
    /// Who, by name.
    pub by: String,
}

/// The handoffs that were sent, as their latest tasks tell.
pub(super) fn of(
    definition: &Definition,
    case: &Case,
    rows: &[TaskRow],
    (directory, now): (&Directory, Instant),
) -> Vec<HandoffView> {
    let latest = |step: &Step| rows.iter().rev().find(|row| row.step == step.name.as_str() && row.asked != "opinion");
    let sent = definition.handoffs().filter_map(|(receipt, answer)| {
        let received = latest(receipt)?;
        // An answer to what was sent before is none to what is sent now.
        let answered = latest(answer).filter(|row| row.no > received.no);
        Some((answer, received, answered))
    });
    let due = |row: &TaskRow| row.due_at.filter(|_| row.closed_at.is_none()).map(|at| Due::seen(at, now));
    sent.map(|(answer, receipt, reply)| HandoffView {
        title: answer.title.clone(),
        status: status(case, answer, (receipt, reply)),
        sent_at: receipt.opened_at,
        receive_due: due(receipt),
        received: settled(receipt, directory).filter(|_| receipt.decision.as_deref() == Some("approve")),
        answer_due: reply.and_then(due),
        answered: reply.and_then(|row| settled(row, directory)),
    })
    .collect()
}

fn settled(row: &TaskRow, directory: &Directory) -> Option<Settled> {
    let by: PersonId = row.decided_by?;
    Some(Settled { at: row.closed_at?, by: words::person(directory, by) })
}

fn status(case: &Case, answer: &Step, (receipt, reply): (&TaskRow, Option<&TaskRow>)) -> Chip {
    let (tone, zh, en) = match (receipt.decision.as_deref(), reply) {
        (Some("return"), _) => (Tone::Warn, "已退回补正", "Sent back"),
        (Some(_), Some(row)) if row.decided_by.is_some() => {
            let passed = case.results.get(&answer.name).map(|result| words::grade(Some(answer), result.text()).word);
            return match passed.filter(|_| row.decision.as_deref() != Some("completed")) {
                Some(result) => Chip::new(Tone::Good, result),
                None => Chip::new(Tone::Good, Text::new("已答复", "Answered")),
            };
        }
        (Some(_), Some(row)) if row.closed_at.is_some() => (Tone::Plain, "已取消", "Cancelled"),
        (Some(_), _) => (Tone::Active, "已签收，待答复", "Received, to be answered"),
        (None, _) if receipt.closed_at.is_some() => (Tone::Plain, "已取消", "Cancelled"),
        (None, _) => (Tone::Active, "已送出，待签收", "Sent, to be received"),
    };
    Chip::new(tone, Text::new(zh, en))
}
