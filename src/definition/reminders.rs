//! `remind` and `escalate`: when people are reminded of the deadline of a task, and who learns that it was missed.

use std::{fmt, str::FromStr};

use super::{model::Who, span::Span};
use crate::language::Lang;

/// How often `every … after` reminds. After that the workflow administrator is told, and nobody is reminded any more.
pub const REPEATED_MAX: u16 = 20;
/// Reminders that a step lists at most.
pub const REMINDERS_MAX: usize = 10;

/// Who is told of the deadline of a step's tasks, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reminders {
    /// When whoever may act is reminded.
    pub remind: Vec<Remind>,
    /// Who learns that the deadline was missed, the first level first.
    pub escalate: Vec<Escalate>,
}

/// When whoever may act on a task is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remind {
    /// `2 working days before`, `到期前2个工作日`.
    Before(Span),
    /// `when due`, `到期时`.
    WhenDue,
    /// `1 working day after`, `逾期1个工作日`.
    After(Span),
    /// `every 2 working days after`, `逾期后每2个工作日`: again and again, [`REPEATED_MAX`] times.
    EveryAfter(Span),
}

/// A level of escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalate {
    /// How long after the deadline.
    pub after: Span,
    /// Who is told.
    pub to: EscalateTo,
}

/// Who is told that a deadline was missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EscalateTo {
    /// `line`: whoever stands above the people who are asked. The first `line` of a step is the head of their
    /// organisation, the second the head of the next organisation up, and so on.
    Line,
    /// These.
    Who(Who),
}

impl Reminders {
    /// Whether nobody is told anything.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.remind.is_empty() && self.escalate.is_empty()
    }

    /// How many levels up the escalation at `level` goes, counted from 0, where it goes up the line.
    #[must_use]
    pub fn levels_up(&self, level: usize) -> usize {
        self.escalate.iter().take(level + 1).filter(|escalate| escalate.to == EscalateTo::Line).count()
    }
}

/// The text says no moment around a deadline; the sentence for people is in the checker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a reminder: write “2 working days before”, “when due”, “1 working day after” or “every working day after”"
)]
pub struct NotAReminder;

impl FromStr for Remind {
    type Err = NotAReminder;

    fn from_str(text: &str) -> Result<Self, NotAReminder> {
        let text = text.trim();
        if matches!(text, "when due" | "到期时") {
            return Ok(Self::WhenDue);
        }
        let between = |start: &str, end: &str| text.strip_prefix(start)?.strip_suffix(end);
        let span = |text: &str| text.parse().map_err(|_| NotAReminder);
        if let Some(each) = between("every ", " after").or_else(|| text.strip_prefix("逾期后每")) {
            return repeated(each.trim()).map(Self::EveryAfter);
        }
        if let Some(before) = text.strip_suffix(" before").or_else(|| text.strip_prefix("到期前")) {
            return span(before).map(Self::Before);
        }
        let after = text.strip_suffix(" after").or_else(|| text.strip_prefix("逾期后"));
        let after = after.or_else(|| text.strip_prefix("逾期"));
        after.ok_or(NotAReminder).and_then(span).map(Self::After)
    }
}

/// `2 working days`, or `working day` and `个工作日` for one.
fn repeated(text: &str) -> Result<Span, NotAReminder> {
    let counted = text.starts_with(|c: char| c.is_ascii_digit());
    let whole = if counted { text.to_owned() } else { format!("1 {text}") };
    whole.parse().map_err(|_| NotAReminder)
}

impl Remind {
    /// When people are reminded, in words.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        let span = |span: Span| span.words(lang);
        match (self, lang) {
            (Self::Before(before), Lang::Zh) => format!("到期前{}", span(before)),
            (Self::Before(before), Lang::En) => format!("{} before", span(before)),
            (Self::WhenDue, Lang::Zh) => "到期时".to_owned(),
            (Self::WhenDue, Lang::En) => "when due".to_owned(),
            (Self::After(after), Lang::Zh) => format!("逾期{}", span(after)),
            (Self::After(after), Lang::En) => format!("{} after", span(after)),
            (Self::EveryAfter(each), Lang::Zh) => format!("逾期后每{}", span(each)),
            (Self::EveryAfter(each), Lang::En) => format!("every {} after", span(each)),
        }
    }
}

impl fmt::Display for Remind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_same_moments() {
        let pairs = [
            ("2 working days before", "到期前2个工作日", Remind::Before(Span::WorkingDays(2))),
            ("when due", "到期时", Remind::WhenDue),
            ("1 working day after", "逾期1个工作日", Remind::After(Span::WorkingDays(1))),
            ("8 working hours after", "逾期后8个工作小时", Remind::After(Span::WorkingHours(8))),
            ("every working day after", "逾期后每个工作日", Remind::EveryAfter(Span::WorkingDays(1))),
            ("every 2 working days after", "逾期后每2个工作日", Remind::EveryAfter(Span::WorkingDays(2))),
            ("every day after", "逾期后每日", Remind::EveryAfter(Span::Days(1))),
        ];
        for (english, chinese, moment) in pairs {
            assert_eq!(english.parse(), Ok(moment), "{english}");
            assert_eq!(chinese.parse(), Ok(moment), "{chinese}");
            assert_eq!(moment.to_string().parse(), Ok(moment));
            assert_eq!(moment.words(Lang::Zh).parse(), Ok(moment));
        }
    }

    #[test]
    fn what_names_no_moment_is_refused() {
        for text in
            ["due", "2 days", "before", "every after", "after", "0 days before", "every 0 days after", "逾期后每"]
        {
            assert_eq!(text.parse::<Remind>(), Err(NotAReminder), "{text}");
        }
    }
}
