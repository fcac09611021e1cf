//! How near a deadline is, or how long it has passed, in the working days that people count in.

use serde::{Deserialize, Serialize};

use crate::language::Lang;

/// How near a deadline is, or how long it has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lateness {
    /// It is still ahead, so many working days after today.
    Soon {
        /// How many.
        working_days: usize,
    },
    /// It is today.
    Today,
    /// It has passed, so many working days ago; 0 where none has begun since.
    Overdue {
        /// How many.
        working_days: usize,
    },
}

impl Lateness {
    /// Whether the deadline has passed.
    #[must_use]
    pub const fn is_overdue(self) -> bool {
        matches!(self, Self::Overdue { .. })
    }

    /// In words, as a mail begins.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        let days = |count: usize| format!("{count} working day{}", if count == 1 { "" } else { "s" });
        match (self, lang) {
            (Self::Soon { working_days: 0 }, Lang::Zh) => "即将到期".to_owned(),
            (Self::Soon { working_days: 0 }, Lang::En) => "Due soon".to_owned(),
            (Self::Soon { working_days }, Lang::Zh) => format!("还有{working_days}个工作日到期"),
            (Self::Soon { working_days }, Lang::En) => format!("Due in {}", days(working_days)),
            (Self::Today, Lang::Zh) => "今日到期".to_owned(),
            (Self::Today, Lang::En) => "Due today".to_owned(),
            (Self::Overdue { working_days: 0 }, Lang::Zh) => "已逾期".to_owned(),
            (Self::Overdue { working_days: 0 }, Lang::En) => "Overdue".to_owned(),
            (Self::Overdue { working_days }, Lang::Zh) => format!("已逾期{working_days}个工作日"),
            (Self::Overdue { working_days }, Lang::En) => format!("Overdue by {}", days(working_days)),
        }
    }
}
