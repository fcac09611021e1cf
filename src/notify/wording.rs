//! How instants, remaining time and names are written in mails.

use chrono::{Datelike as _, Timelike as _};

use crate::{
    clock::{Instant, ZONE},
    language::{Lang, MONTHS_EN},
};

/// The longest name or title that goes into a mail, in characters.
const LINE_CHARS_MAX: usize = 200;

/// One line of text: no line breaks, no control or direction characters, no runs of blanks, at most 200 characters.
/// Names come from people and files; a line break in one must never become a header of a mail.
#[must_use]
pub fn one_line(text: &str) -> String {
    let line = one_line_of_any_length(text);
    if line.chars().count() <= LINE_CHARS_MAX {
        return line;
    }
    line.chars().take(LINE_CHARS_MAX - 1).chain(['…']).collect()
}

/// [`one_line`] without its limit.
#[must_use]
pub fn one_line_of_any_length(text: &str) -> String {
    let visible: String = text.chars().map(|c| if is_unprintable(c) { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// A day and minute in Beijing time, such as `2026年3月5日 17:00（北京时间）`.
#[must_use]
pub fn moment(lang: Lang, at: Instant) -> String {
    let at = at.with_timezone(&ZONE);
    let (year, month, day, hour, minute) = (at.year(), at.month(), at.day(), at.hour(), at.minute());
    match lang {
        Lang::Zh => format!("{year}年{month}月{day}日 {hour:02}:{minute:02}（北京时间）"),
        Lang::En => {
            let month = MONTHS_EN[at.month0() as usize];
            format!("{day} {month} {year}, {hour:02}:{minute:02} (Beijing time)")
        }
    }
}

/// What is left until `due`, in days and hours, or in minutes on the last hour; or by how much it is over.
#[must_use]
pub fn remaining(lang: Lang, now: Instant, due: Instant) -> String {
    let minutes = (due - now).num_minutes();
    let span = span(lang, minutes.unsigned_abs());
    match (lang, minutes < 0) {
        (Lang::Zh, false) => format!("剩余{span}"),
        (Lang::Zh, true) => format!("已逾期{span}"),
        (Lang::En, false) => format!("{span} left"),
        (Lang::En, true) => format!("overdue by {span}"),
    }
}

fn span(lang: Lang, minutes: u64) -> String {
    let (days, hours) = (minutes / 1440, minutes / 60 % 24);
    match lang {
        Lang::Zh => match (days, hours) {
            (0, 0) => format!("{minutes}分钟"),
            (0, hours) => format!("{hours}小时"),
            (days, 0) => format!("{days}天"),
            (days, hours) => format!("{days}天{hours}小时"),
        },
        Lang::En => match (days, hours) {
            (0, 0) => counted(minutes, "minute"),
            (0, hours) => counted(hours, "hour"),
            (days, 0) => counted(days, "day"),
            (days, hours) => format!("{} {}", counted(days, "day"), counted(hours, "hour")),
        },
    }
}

fn counted(n: u64, unit: &str) -> String {
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_shown_in_beijing() {
        let late = at("2026-03-04T17:05:00Z");
        assert_eq!(moment(Lang::Zh, late), "2026年3月5日 01:05（北京时间）");
        assert_eq!(moment(Lang::En, late), "5 March 2026, 01:05 (Beijing time)");
    }

    #[test]
    fn what_is_left_is_said_in_the_largest_units() {
        let now = at("2026-03-01T00:00:00Z");
        let cases = [
            ("2026-03-04T05:00:00Z", "剩余3天5小时", "3 days 5 hours left"),
            ("2026-03-02T00:00:00Z", "剩余1天", "1 day left"),
            ("2026-03-01T01:30:00Z", "剩余1小时", "1 hour left"),
            ("2026-03-01T00:20:00Z", "剩余20分钟", "20 minutes left"),
            ("2026-02-27T00:00:00Z", "已逾期2天", "overdue by 2 days"),
        ];
        for (due, zh, en) in cases {
            assert_eq!(remaining(Lang::Zh, now, at(due)), zh);
            assert_eq!(remaining(Lang::En, now, at(due)), en);
        }
    }

    #[test]
    fn a_name_stays_on_one_line() {
        assert_eq!(one_line("王\r\nBcc: x@example.org\u{202E}\u{0}  强"), "王 Bcc: x@example.org 强");
        assert_eq!(one_line(&"项".repeat(500)).chars().count(), 200);
    }
}
