//! `remind` and `escalate` beside a `due`.

use super::{
    reader::{Map, Unique},
    steps::Builder,
    who,
};
use crate::definition::{
    choosing::LEVELS_MAX,
    model::Who,
    problem::{reminders as problems, types},
    reminders::{Escalate, EscalateTo, REMINDERS_MAX, Remind, Reminders},
    span::Span,
    tree::{Node, NodeKind},
};

const REMIND: &str = "remind: [2 working days before, when due, every working day after]";
const ESCALATE: &str = "escalate: { after: 3 working days, to: line }";

/// What the people of a step and those above them are told of its deadline.
pub(super) fn read(builder: &mut Builder<'_, '_>, map: &Map<'_>, (due, by): (Option<Span>, &Who)) -> Reminders {
    if map.get("due").is_none() {
        for key in ["remind", "escalate"] {
            if let Some(entry) = map.entry(key) {
                builder.reader.report(problems::without_due(entry.spot, key));
            }
        }
    }
    let remind = map.get("remind").map(|node| reminders(builder, node, due)).unwrap_or_default();
    let escalate = map.get("escalate").map(|node| levels(builder, node, by)).unwrap_or_default();
    Reminders { remind, escalate }
}

fn reminders(builder: &mut Builder<'_, '_>, node: &Node, due: Option<Span>) -> Vec<Remind> {
    let items = builder.reader.one_or_many(node);
    if items.is_empty() {
        builder.reader.report(types::empty(node.spot, REMIND));
    }
    let mut unique = Unique::new();
    let mut all: Vec<Remind> = Vec::new();
    for item in items {
        let Some(text) = builder.reader.text(item, REMIND) else { continue };
        let Ok(remind) = text.parse::<Remind>() else {
            builder.reader.report(problems::not_a_reminder(item.spot, text));
            continue;
        };
        unique.claim(builder.reader, item.spot, &remind.to_string());
        if let (Remind::Before(before), Some(due)) = (remind, due)
            && is_too_early(before, due)
        {
            builder.reader.report(problems::too_early(item.spot, text, due));
        }
        let repeats = |remind: &Remind| matches!(remind, Remind::EveryAfter(_));
        if all.len() == REMINDERS_MAX || repeats(&remind) && all.iter().any(repeats) {
            builder.reader.report(problems::too_many(item.spot, REMINDERS_MAX));
        }
        all.push(remind);
    }
    all
}

fn levels(builder: &mut Builder<'_, '_>, node: &Node, by: &Who) -> Vec<Escalate> {
    let items = builder.reader.one_or_many(node);
    if items.is_empty() {
        builder.reader.report(types::empty(node.spot, ESCALATE));
    }
    let mut all: Vec<Escalate> = Vec::new();
    for item in items {
        let Some(map) = builder.reader.map(item, &["after", "to"], ESCALATE) else { continue };
        builder.reader.required(&map, "after", ESCALATE);
        let after = builder.reader.span(&map, "after");
        let to = builder.reader.required(&map, "to", ESCALATE).and_then(|node| to(builder, node, by));
        let (Some(after), Some(to)) = (after, to) else { continue };
        if all.last().is_some_and(|before| is_not_later(after, before.after)) {
            builder.reader.report(problems::not_later(item.spot, after));
        }
        if all.len() == LEVELS_MAX {
            builder.reader.report(problems::too_many_levels(item.spot, LEVELS_MAX));
        }
        all.push(Escalate { after, to });
    }
    all
}

fn to(builder: &mut Builder<'_, '_>, node: &Node, by: &Who) -> Option<EscalateTo> {
    if matches!(&node.kind, NodeKind::Scalar { text, .. } if text == "line") {
        return Some(EscalateTo::Line);
    }
    let to = who::read(builder.reader, node)?;
    if to == *by {
        builder.reader.report(problems::to_the_same(node.spot));
    }
    Some(EscalateTo::Who(to))
}

/// Whether a reminder so long before the deadline lies before the beginning of the time, whatever the calendar.
fn is_too_early(before: Span, due: Span) -> bool {
    match (before, due) {
        (Span::WorkingDays(before), Span::WorkingDays(due)) | (Span::WorkingHours(before), Span::WorkingHours(due)) => {
            before >= due
        }
        (_, Span::WorkingDays(_) | Span::WorkingHours(_)) => false,
        (Span::WorkingDays(before), Span::Days(due)) => before >= due,
        (_, Span::Days(_) | Span::Hours(_) | Span::Minutes(_)) => minutes(before) >= minutes(due),
    }
}

/// Whether the second of two levels does not come after the first one, as far as both are counted alike.
fn is_not_later(after: Span, before: Span) -> bool {
    match (after, before) {
        (Span::WorkingDays(after), Span::WorkingDays(before))
        | (Span::WorkingHours(after), Span::WorkingHours(before)) => after <= before,
        (Span::WorkingDays(_) | Span::WorkingHours(_), _) | (_, Span::WorkingDays(_) | Span::WorkingHours(_)) => false,
        (Span::Days(_) | Span::Hours(_) | Span::Minutes(_), Span::Days(_) | Span::Hours(_) | Span::Minutes(_)) => {
            minutes(after) <= minutes(before)
        }
    }
}

/// The least that a span takes by the clock.
fn minutes(span: Span) -> u32 {
    match span {
        Span::WorkingDays(days) | Span::Days(days) => u32::from(days) * 24 * 60,
        Span::WorkingHours(hours) | Span::Hours(hours) => u32::from(hours) * 60,
        Span::Minutes(minutes) => minutes.into(),
    }
}
