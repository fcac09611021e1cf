use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, moment, one_line, sample_case, text};
use crate::{clock::Instant, language::Text};

/// A step of the recipient's case was decided, and the case goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionMade {
    /// The case.
    pub case: CaseLine,
    /// The title of the step.
    pub step: Text,
    /// The name of who decided.
    pub by: String,
    /// The decision in words, such as 同意 or a grade.
    pub decision: Text,
    /// When.
    pub at: Instant,
    /// The title of the step that comes next, if one is open.
    pub next: Option<Text>,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
    by: String,
    decision: String,
    decided_at: String,
    next: Option<String>,
}

impl Mail for DecisionMade {
    const NAME: &'static str = "decision-made";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View {
            step: text(&self.step, frame),
            by: one_line(&self.by),
            decision: text(&self.decision, frame),
            decided_at: moment(frame.lang, self.at),
            next: self.next.as_ref().map(|next| text(next, frame)),
        }
    }

    fn samples() -> Vec<Self> {
        let goes_on = Self {
            case: sample_case(),
            step: Text::new("部门主要负责人审批", "Decision by the head of department"),
            by: "郑立群".to_owned(),
            decision: Text::new("同意", "approved"),
            at: Instant::from_timestamp(1_772_500_000, 0).unwrap_or_default(),
            next: Some(Text::new("财政业务科审核", "Review by the finance section")),
        };
        let last = Self { next: None, ..goes_on.clone() };
        vec![goes_on, last]
    }
}
