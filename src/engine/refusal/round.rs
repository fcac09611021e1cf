//! Why a round of monitoring is not reported on.

use serde::Serialize;

use crate::language::Text;

/// A rule about rounds said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum RoundRefusal {
    /// No round of the budget year is over that could be reported on.
    NoRoundOver {
        /// The budget year.
        year: i32,
    },
    /// The latest round that is over was reported on.
    RoundReported {
        /// Its title.
        round: Text,
        /// The budget year.
        year: i32,
        /// The case that reported it.
        number: String,
    },
}

impl RoundRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRoundOver { .. } => "no-round-over",
            Self::RoundReported { .. } => "round-reported",
        }
    }

    pub(super) fn chinese(&self) -> String {
        match self {
            Self::NoRoundOver { year } => {
                format!("{year}年度还没有已结束的监控期次，不能发起。请在一期结束后发起，或者等系统按期发起。")
            }
            Self::RoundReported { round, year, number } => format!(
                "该项目{year}年度“{}”已由办件{number}填报，不能重复填报。请等下一期结束；填报有误的，请联系财政绩效科撤销其结论。",
                round.zh
            ),
        }
    }

    pub(super) fn english(&self) -> String {
        match self {
            Self::NoRoundOver { year } => {
                format!("No round of {year} is over yet. Start when one is, or wait until the schedule starts it.")
            }
            Self::RoundReported { round, year, number } => format!(
                "“{}” of {year} was reported for this project by case {number}. Wait until the next round is over; if the report is wrong, ask the finance performance section to take its conclusion back.",
                round.en
            ),
        }
    }
}
