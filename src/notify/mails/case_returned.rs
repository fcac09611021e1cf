use serde::{Deserialize, Serialize};

use super::{CaseLine, Deadline, Frame, Mail, one_line, sample_case, sample_due, text};
use crate::{clock::Instant, language::Text};

/// A case came back to the recipient. The reason is on the page the link opens, not in the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReturned {
    /// The case.
    pub case: CaseLine,
    /// The number of the recipient's new task; `None` when somebody else has it.
    pub task: Option<u32>,
    /// The name of who returned it.
    pub by: String,
    /// The title of the step that returned it.
    pub step: Text,
    /// The title of the step it went back to.
    pub to_step: Text,
    /// When the recipient's task is due.
    pub due_at: Option<Instant>,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    by: String,
    step: String,
    to_step: String,
    yours: bool,
    #[serde(flatten)]
    deadline: Deadline,
}

impl Mail for CaseReturned {
    const NAME: &'static str = "case-returned";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn path(&self) -> String {
        let case = format!("/cases/{}", self.case.id);
        self.task.map_or(case.clone(), |task| format!("{case}/tasks/{task}"))
    }

    fn task(&self) -> Option<u32> {
        self.task
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View {
            by: one_line(&self.by),
            step: text(&self.step, frame),
            to_step: text(&self.to_step, frame),
            yours: self.task.is_some(),
            deadline: Deadline::of(self.due_at, frame),
        }
    }

    fn samples() -> Vec<Self> {
        let mine = Self {
            case: sample_case(),
            task: Some(4),
            by: "林静".to_owned(),
            step: Text::new("财政业务科审核", "Review by the finance section"),
            to_step: Text::new("填报预算申请", "Fill in the request"),
            due_at: sample_due(),
        };
        let told = Self { task: None, due_at: None, ..mine.clone() };
        vec![mine, told]
    }
}
