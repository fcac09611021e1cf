//! Why a year of the calendar was not saved.

use serde::Serialize;

/// A rule about the working-day calendar said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum CalendarRefusal {
    /// Somebody has saved the year since.
    ChangedMeanwhile {
        /// Which.
        year: i32,
    },
    /// It is like that already.
    Unchanged {
        /// Which.
        year: i32,
    },
}

impl CalendarRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChangedMeanwhile { .. } => "calendar-changed-meanwhile",
            Self::Unchanged { .. } => "calendar-unchanged",
        }
    }

    pub(super) fn chinese(&self) -> String {
        match self {
            Self::ChangedMeanwhile { year } => {
                format!("{year}年的日历刚刚由他人修改过。请刷新页面，核对后再保存。")
            }
            Self::Unchanged { year } => format!("{year}年的日历没有变化，未保存。请先修改。"),
        }
    }

    pub(super) fn english(&self) -> String {
        match self {
            Self::ChangedMeanwhile { year } => {
                format!("Somebody has just changed {year}. Reload the page, look again and save.")
            }
            Self::Unchanged { year } => {
                format!("{year} is like that already; nothing was saved. Change something first.")
            }
        }
    }
}
