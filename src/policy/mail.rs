//! When mail leaves: `workflows/policy/mail.yaml`.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, Timelike as _};
use serde::{Deserialize, Serialize};

use super::{
    calendar::{Calendar, at_minute},
    calendar_file::minute,
    problem::{PolicyProblem, Problems},
    standing::Standing,
    yaml,
};
use crate::clock::{Instant, ZONE};

/// How a person wants their mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailMode {
    /// When something happens.
    AtOnce,
    /// When something happens, and in quiet hours on the next working morning.
    OutsideQuietHours,
    /// One mail each working morning.
    Digest,
}

impl MailMode {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::OutsideQuietHours, Self::Digest];

    /// As it is stored and posted.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::OutsideQuietHours => "outside-quiet-hours",
            Self::Digest => "digest",
        }
    }

    /// Reads what [`MailMode::code`] writes.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// When mail leaves. Times are minutes after midnight, Beijing time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailPolicy {
    /// For people who have not chosen.
    pub default: MailMode,
    /// From when in the evening mail waits.
    pub quiet_from: u32,
    /// Until when in the morning.
    pub quiet_until: u32,
    /// When the digest of a working day leaves.
    pub digest_at: u32,
    /// More mails than this to one person in an hour become a digest.
    pub at_once_max: u64,
    /// Mails that wait neither for the morning nor for the digest.
    pub urgent: BTreeSet<String>,
}

/// What the shipped file says: what holds until policy says otherwise.
impl Default for MailPolicy {
    fn default() -> Self {
        Self {
            default: MailMode::OutsideQuietHours,
            quiet_from: 20 * 60,
            quiet_until: 7 * 60 + 30,
            digest_at: 8 * 60 + 30,
            at_once_max: 10,
            urgent: ["task-urged".to_owned()].into(),
        }
    }
}

/// The kinds of mail that `urgent` can name: every mail to a person but the digest, which is made of them.
pub const KINDS: [&str; 15] = [
    "case-ended",
    "case-returned",
    "case-suspended",
    "copied-in",
    "decision-made",
    "handed-over",
    "handoff-moved",
    "opinion-asked",
    "remark-made",
    "signer-added",
    "task-assigned",
    "task-escalated",
    "task-reminder",
    "task-transferred",
    "task-urged",
];

impl MailPolicy {
    /// The next working morning, when `at` lies in quiet hours or on a day off; `None` when it does not.
    #[must_use]
    pub fn quiet_until(&self, calendar: &Calendar, at: Instant) -> Option<Instant> {
        let (day, minute) = day_and_minute(at);
        if calendar.is_working_day(day) {
            if minute < self.quiet_until {
                return Some(at_minute(day, self.quiet_until.into()));
            }
            if minute < self.quiet_from {
                return None;
            }
        }
        Some(at_minute(working_day_after(calendar, day), self.quiet_until.into()))
    }

    /// When the next digest after `at` leaves.
    #[must_use]
    pub fn next_digest(&self, calendar: &Calendar, at: Instant) -> Instant {
        let (day, minute) = day_and_minute(at);
        let day = if calendar.is_working_day(day) && minute < self.digest_at {
            day
        } else {
            working_day_after(calendar, day)
        };
        at_minute(day, self.digest_at.into())
    }

    /// A minute of the day as people write it: `08:30`.
    #[must_use]
    pub fn written(minute: u32) -> String {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

fn day_and_minute(at: Instant) -> (NaiveDate, u32) {
    let local = at.with_timezone(&ZONE);
    (local.date_naive(), local.hour() * 60 + local.minute())
}

/// A calendar without a working day in a whole month is none: then it is the next day.
fn working_day_after(calendar: &Calendar, day: NaiveDate) -> NaiveDate {
    let next = day + Days::new(1);
    next.iter_days().take(31).find(|day| calendar.is_working_day(*day)).unwrap_or(next)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    document: String,
    #[expect(dead_code, reason = "read, so that a file without it is refused")]
    standing: Standing,
    #[expect(dead_code, reason = "read, so that a file without it is refused")]
    jurisdiction: String,
    #[expect(dead_code, reason = "read, so that a file without it is refused")]
    from: NaiveDate,
    default: MailMode,
    quiet: RawQuiet,
    #[serde(rename = "digest at")]
    digest_at: String,
    #[serde(rename = "at once max")]
    at_once_max: u64,
    urgent: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuiet {
    from: String,
    until: String,
}

/// Reads the file; every bound is checked here and nowhere else.
pub(super) fn read(file: &str, source: &str) -> Result<MailPolicy, Vec<PolicyProblem>> {
    let raw: RawFile = yaml::read(file, source).map_err(|problem| vec![problem])?;
    let mut problems = Problems::of(file);
    let mut time = |text: &str, (first, last): (u32, u32)| {
        let found = minute(text).filter(|minute| (first..=last).contains(minute));
        if found.is_none() {
            let (first, last) = (MailPolicy::written(first), MailPolicy::written(last));
            problems.push(
                format!("时刻“{text}”有误：应在{first}至{last}之间"),
                format!("“{text}” is no time from {first} to {last}"),
            );
        }
        found.unwrap_or_default()
    };
    let quiet_from = time(&raw.quiet.from, (16 * 60, 24 * 60 - 1));
    let quiet_until = time(&raw.quiet.until, (5 * 60, 10 * 60));
    let digest_at = time(&raw.digest_at, (5 * 60, 12 * 60));
    if digest_at < quiet_until {
        problems.push("汇总时间早于休息时间的结束", "the digest leaves before quiet hours end");
    }
    if !(3..=200).contains(&raw.at_once_max) {
        problems.push("“at once max”应在3至200之间", "“at once max” lies between 3 and 200");
    }
    for unknown in raw.urgent.iter().filter(|name| !KINDS.contains(&name.as_str())) {
        let known = KINDS.join(", ");
        problems.push(
            format!("“urgent”中的“{unknown}”不是邮件种类；可以写：{known}"),
            format!("“{unknown}” under “urgent” is no kind of mail; there are: {known}"),
        );
    }
    if raw.document.is_empty() {
        problems.push("没有依据文件", "there is no document");
    }
    let found = problems.found();
    let RawFile { default, at_once_max, urgent, .. } = raw;
    let policy = MailPolicy { default, quiet_from, quiet_until, digest_at, at_once_max, urgent };
    if found.is_empty() { Ok(policy) } else { Err(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::calendar_file::read_year;

    const SHIPPED: &str = include_str!("../../workflows/policy/mail.yaml");

    fn calendar() -> Calendar {
        let mut calendar = Calendar::default();
        for source in [
            include_str!("../../workflows/policy/calendar/2025.yaml"),
            include_str!("../../workflows/policy/calendar/2026.yaml"),
        ] {
            let year = if source.contains("year: 2025") { 2025 } else { 2026 };
            calendar.set_year(read_year(&format!("policy/calendar/{year}.yaml"), source).unwrap());
        }
        calendar
    }

    fn beijing(text: &str) -> Instant {
        format!("{text}:00+08:00").parse().unwrap()
    }

    #[test]
    fn the_shipped_file_says_what_holds_without_one() {
        assert_eq!(read("policy/mail.yaml", SHIPPED).unwrap(), MailPolicy::default());
    }

    #[test]
    fn quiet_hours_end_on_the_next_working_morning() {
        let (policy, calendar) = (MailPolicy::default(), calendar());
        for (at, until) in [
            ("2026-11-23T12:00", None),
            ("2026-11-23T07:29", Some("2026-11-23T07:30")),
            ("2026-11-23T07:30", None),
            ("2026-11-23T19:59", None),
            ("2026-11-23T20:00", Some("2026-11-24T07:30")),
            ("2026-11-27T21:00", Some("2026-11-30T07:30")),
            ("2026-11-28T12:00", Some("2026-11-30T07:30")),
            // 国庆节, and the make-up day after it.
            ("2026-10-01T12:00", Some("2026-10-08T07:30")),
            ("2026-10-10T12:00", None),
        ] {
            assert_eq!(policy.quiet_until(&calendar, beijing(at)), until.map(beijing), "{at}");
        }
    }

    #[test]
    fn a_digest_leaves_on_working_mornings() {
        let (policy, calendar) = (MailPolicy::default(), calendar());
        for (at, next) in [
            ("2026-11-23T08:29", "2026-11-23T08:30"),
            ("2026-11-23T08:30", "2026-11-24T08:30"),
            ("2026-11-27T18:00", "2026-11-30T08:30"),
        ] {
            assert_eq!(policy.next_digest(&calendar, beijing(at)), beijing(next), "{at}");
        }
    }

    #[test]
    fn what_lies_out_of_bounds_is_refused_with_a_sentence() {
        for (from, to, sentence) in [
            ("\"20:00\"", "\"12:00\"", "“12:00” is no time from 16:00 to 23:59"),
            ("\"07:30\"", "\"noon\"", "“noon” is no time"),
            ("\"08:30\"", "\"07:00\"", "before quiet hours end"),
            ("at once max: 10", "at once max: 1", "between 3 and 200"),
            ("default: outside-quiet-hours", "default: never", "never"),
            ("urgent:", "urgently:", "urgently"),
            ("task-urged", "task-urgent", "“task-urgent” under “urgent” is no kind of mail; there are: case-ended, "),
        ] {
            let source = SHIPPED.replacen(from, to, 1);
            let found = read("policy/mail.yaml", &source).unwrap_err();
            assert!(found.iter().any(|problem| problem.to_string().contains(sentence)), "{found:?}");
        }
    }
}
