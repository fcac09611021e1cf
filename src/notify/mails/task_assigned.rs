use serde::{Deserialize, Serialize};

use super::{CaseLine, Deadline, Frame, Mail, one_line, sample_case, sample_due, text};
use crate::{clock::Instant, language::Text};

/// A task waits for the recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskAssigned {
    /// The case.
    pub case: CaseLine,
    /// The number of the task in its case.
    pub task: u32,
    /// The title of the step.
    pub step: Text,
    /// Whether fields are to be filled in; otherwise a decision is wanted.
    pub to_fill: bool,
    /// The name of who acted before, if anybody.
    pub sender: Option<String>,
    /// Whether others could do it as well.
    pub shared: bool,
    /// When it is due.
    pub due_at: Option<Instant>,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
    to_fill: bool,
    sender: Option<String>,
    shared: bool,
    #[serde(flatten)]
    deadline: Deadline,
}

impl Mail for TaskAssigned {
    const NAME: &'static str = "task-assigned";
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
        View {
            step: text(&self.step, frame),
            to_fill: self.to_fill,
            sender: self.sender.as_deref().map(one_line),
            shared: self.shared,
            deadline: Deadline::of(self.due_at, frame),
        }
    }

    fn samples() -> Vec<Self> {
        let decide = Self {
            case: sample_case(),
            task: 3,
            step: Text::new("财政业务科审核", "Review by the finance section"),
            to_fill: false,
            sender: Some("周明远".to_owned()),
            shared: true,
            due_at: sample_due(),
        };
        let fill = Self {
            task: 1,
            step: Text::new("填报预算申请", "Fill in the request"),
            to_fill: true,
            sender: None,
            shared: false,
            due_at: None,
            ..decide.clone()
        };
        vec![decide, fill]
    }
}
