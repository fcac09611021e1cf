use serde::{Deserialize, Serialize};

use super::{CaseLine, Deadline, Frame, Mail, one_line, sample_case, sample_due, text};
use crate::{clock::Instant, language::Text};

/// Somebody wants the opinion of the recipient on a task that stays their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionAsked {
    /// The case.
    pub case: CaseLine,
    /// The number of the task in its case.
    pub task: u32,
    /// The title of the step.
    pub step: Text,
    /// The name of who asks.
    pub by: String,
    /// When it is due.
    pub due_at: Option<Instant>,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
    by: String,
    #[serde(flatten)]
    deadline: Deadline,
}

impl Mail for OpinionAsked {
    const NAME: &'static str = "opinion-asked";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn path(&self) -> String {
        format!("/cases/{}/tasks/{}", self.case.id, self.task)
    }

    fn task(&self) -> Option<u32> {
        Some(self.task)
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View { step: text(&self.step, frame), by: one_line(&self.by), deadline: Deadline::of(self.due_at, frame) }
    }

    fn samples() -> Vec<Self> {
        let due = Self {
            case: sample_case(),
            task: 3,
            step: Text::new("财政业务科审核", "Review by the finance section"),
            by: "林静".to_owned(),
            due_at: sample_due(),
        };
        let whenever = Self { due_at: None, ..due.clone() };
        vec![due, whenever]
    }
}
