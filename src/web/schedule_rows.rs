//! What became of a schedule, as its page shows it: firings, projects that wait, what people did.

use serde::Serialize;

use super::schedules::doing_view;
use crate::{
    app::{
        held_starts::HeldProject,
        schedules::{Deed, Doing, Fired},
        shown::{Chip, Tone},
        timetable_words as words,
    },
    clock::Instant,
    ids::ProjectId,
    language::Text,
    store::firings,
};

/// A firing.
#[derive(Debug, Clone, Serialize)]
pub struct FiredView {
    /// When it was planned.
    pub planned: Instant,
    /// The period.
    pub period: Text,
    /// The budget year of its cases; 0 for what Yumen does itself.
    pub year: i32,
    /// What became of it.
    pub state: Chip,
    /// By whose hand.
    pub by: Option<String>,
    /// Why.
    pub why: String,
    /// Cases that were started.
    pub started: i64,
    /// Projects that had one.
    pub present: i64,
    /// Projects that could not get one yet.
    pub held: i64,
}

/// A project that waits for its case.
#[derive(Debug, Clone, Serialize)]
pub struct HeldView {
    /// The project.
    pub id: ProjectId,
    /// Its name and code.
    pub name: String,
    /// The period and the budget year.
    pub period: Text,
    /// The budget year.
    pub year: i32,
    /// Why, and what to do.
    pub why: Text,
    /// Since when.
    pub since: Instant,
}

/// Something that somebody did.
#[derive(Debug, Clone, Serialize)]
pub struct DeedView {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// What.
    pub what: Text,
    /// The project that was left out.
    pub project: Option<String>,
    /// Why.
    pub why: String,
}

pub(super) fn fired_view(fired: &Fired) -> FiredView {
    let row = &fired.row;
    let state = match row.state.as_str() {
        firings::RUNNING => Chip::new(Tone::Active, Text::new("正在发起", "Starting")),
        firings::SKIPPED => Chip::new(Tone::Plain, Text::new("已跳过", "Left out")),
        firings::MISSED => Chip::new(Tone::Warn, Text::new("错过未补", "Missed")),
        _ if row.held > 0 => Chip::new(Tone::Bad, Text::new("部分未能发起", "Some could not start")),
        _ => Chip::new(Tone::Good, Text::new("已完成", "Done")),
    };
    FiredView {
        planned: row.planned_at,
        period: words::period_of(&row.period),
        year: row.year,
        state,
        by: fired.by.clone(),
        why: row.why.clone(),
        started: row.started,
        present: row.present,
        held: row.held,
    }
}

pub(super) fn held_view(held: &HeldProject) -> HeldView {
    HeldView {
        id: held.id,
        name: format!("{}（{}）", held.name, held.code),
        period: words::period_of(&held.period),
        year: held.year,
        why: held.why.clone(),
        since: held.since,
    }
}

pub(super) fn deed_view(deed: &Deed) -> DeedView {
    let what = Doing::ALL.into_iter().find(|doing| doing.name() == deed.row.deed).map(|doing| doing_view(doing).title);
    DeedView {
        at: deed.row.done_at,
        by: deed.by.clone(),
        what: what.unwrap_or_default(),
        project: deed.project.clone(),
        why: deed.row.why.clone(),
    }
}
