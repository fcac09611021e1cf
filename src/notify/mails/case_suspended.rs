use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, moment, one_line, sample_case};
use crate::clock::Instant;

/// A case that concerns the recipient was suspended, or goes on again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSuspended {
    /// The case.
    pub case: CaseLine,
    /// Whether it goes on again.
    pub goes_on: bool,
    /// The name of the administrator who did it.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    goes_on: bool,
    by: String,
    at: String,
}

impl Mail for CaseSuspended {
    const NAME: &'static str = "case-suspended";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View { goes_on: self.goes_on, by: one_line(&self.by), at: moment(frame.lang, self.at) }
    }

    fn samples() -> Vec<Self> {
        let at = Instant::from_timestamp(1_772_600_000, 0).unwrap_or_default();
        let suspended = Self { case: sample_case(), goes_on: false, by: "韩 '志坚' <科长>".to_owned(), at };
        let goes_on = Self { goes_on: true, ..suspended.clone() };
        vec![suspended, goes_on]
    }
}
