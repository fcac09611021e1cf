use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, moment, one_line, sample_case};
use crate::clock::Instant;

/// Somebody asks the recipient something in the thread of a case. What was said stays on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkMade {
    /// The case.
    pub case: CaseLine,
    /// The name of who asks.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    by: String,
    at: String,
}

impl Mail for RemarkMade {
    const NAME: &'static str = "remark-made";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn path(&self) -> String {
        format!("/cases/{}#talk", self.case.id)
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View { by: one_line(&self.by), at: moment(frame.lang, self.at) }
    }

    fn samples() -> Vec<Self> {
        let at = Instant::from_timestamp(1_772_600_000, 0).unwrap_or_default();
        vec![Self { case: sample_case(), by: "何 '强' <主任>".to_owned(), at }]
    }
}
