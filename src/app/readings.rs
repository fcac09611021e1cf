//! Figures that are read from the database when they are asked for, by their names at Prometheus.

use chrono::TimeDelta;

use super::{
    App, Failure,
    desk::{MAILS_COUNTED_HOURS, NODE_SILENT_SECONDS_MAX},
};
use crate::store::figures;

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Its name.
    pub name: &'static str,
    /// What it is of: `kind`, `state`.
    pub labels: Vec<(&'static str, String)>,
    /// How much.
    pub value: f64,
}

impl App {
    /// Everything that is read.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn readings(&self) -> Result<Vec<Reading>, Failure> {
        let (db, now) = (self.store().read(), self.now());
        let mut all = Vec::new();
        let mut read = |name, labels: &[(&'static str, &str)], value: i64| {
            let labels = labels.iter().map(|(label, of)| (*label, (*of).to_owned())).collect();
            #[expect(clippy::cast_precision_loss, reason = "a figure that large is read as about that large")]
            all.push(Reading { name, labels, value: value as f64 });
        };
        for depth in figures::depths(db, now).await? {
            let kind = ("kind", depth.kind.as_str());
            for (state, rows) in [("due", depth.due), ("later", depth.later), ("claimed", depth.claimed)] {
                read("yumen_queue_rows", &[kind, ("state", state)], rows);
            }
            let age = depth.due_since.map_or(0, |since| (now - since).num_seconds());
            read("yumen_queue_oldest_seconds", &[kind], age);
        }
        let standing = figures::standing(db, now).await?;
        read("yumen_cases_running", &[], standing.running);
        read("yumen_cases_suspended", &[], standing.suspended);
        read("yumen_cases_waiting", &[], standing.waiting);
        read("yumen_tasks_open", &[], standing.open_tasks);
        read("yumen_tasks_late", &[], standing.late_tasks);
        read("yumen_clocks_armed", &[], standing.armed_clocks);
        read("yumen_clocks_late", &[], standing.late_clocks);
        for named in figures::incidents_by_kind(db).await? {
            read("yumen_incidents_open", &[("kind", &named.name)], named.count);
        }
        for named in figures::mails_by_state(db, now - TimeDelta::hours(MAILS_COUNTED_HOURS)).await? {
            read("yumen_mails_day", &[("state", &named.name)], named.count);
        }
        let since = now - TimeDelta::seconds(NODE_SILENT_SECONDS_MAX);
        let nodes = crate::store::nodes::seen_since(db, since).await?;
        let alive = nodes.iter().filter(|node| node.stopped_at.is_none()).count();
        read("yumen_nodes_alive", &[], i64::try_from(alive).unwrap_or(i64::MAX));
        Ok(all)
    }
}
