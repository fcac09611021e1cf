//! Why something cannot be done to a schedule.

use serde::Serialize;

/// A rule about schedules said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ScheduleRefusal {
    /// It is paused already.
    PausedAlready,
    /// It is not paused.
    NotPaused,
    /// No time lies ahead that could be left out.
    NothingToSkip,
}

impl ScheduleRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PausedAlready => "paused-already",
            Self::NotPaused => "not-paused",
            Self::NothingToSkip => "nothing-to-skip",
        }
    }

    pub(super) fn chinese(&self) -> String {
        match self {
            Self::PausedAlready => "该定时任务已经暂停。需要时请恢复。".into(),
            Self::NotPaused => "该定时任务没有暂停，无须恢复。请刷新页面查看。".into(),
            Self::NothingToSkip => "该定时任务之后没有可以跳过的时间。需要停止时请暂停。".into(),
        }
    }

    pub(super) fn english(&self) -> String {
        match self {
            Self::PausedAlready => "This schedule is paused already. Resume it when it is to go on.".into(),
            Self::NotPaused => "This schedule is not paused. Reload the page and look.".into(),
            Self::NothingToSkip => "No time lies ahead that could be left out. Pause it to stop it.".into(),
        }
    }
}
