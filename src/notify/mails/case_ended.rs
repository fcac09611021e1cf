use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, moment, one_line, sample_case, text};
use crate::{clock::Instant, language::Text};

/// The recipient's case is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEnded {
    /// The case.
    pub case: CaseLine,
    /// The outcome in words.
    pub outcome: Text,
    /// The name of whose decision ended it; `None` when the procedure simply reached its end.
    pub by: Option<String>,
    /// When.
    pub at: Instant,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    outcome: String,
    by: Option<String>,
    ended_at: String,
}

impl Mail for CaseEnded {
    const NAME: &'static str = "case-ended";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View {
            outcome: text(&self.outcome, frame),
            by: self.by.as_deref().map(one_line),
            ended_at: moment(frame.lang, self.at),
        }
    }

    fn samples() -> Vec<Self> {
        let at = Instant::from_timestamp(1_772_600_000, 0).unwrap_or_default();
        let submitted = Self { case: sample_case(), outcome: Text::new("已提交", "submitted"), by: None, at };
        let rejected = Self {
            outcome: Text::new("不同意", "rejected"),
            by: Some("何 '强' <主任>".to_owned()),
            ..submitted.clone()
        };
        vec![submitted, rejected]
    }
}
