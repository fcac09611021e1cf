use serde::{Deserialize, Serialize};

use super::{CaseLine, Deadline, Frame, Mail, one_line, sample_case, sample_due, text};
use crate::{clock::Instant, language::Text};

/// The recipient was added as a signer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignerAdded {
    /// The case.
    pub case: CaseLine,
    /// The number of the task in its case.
    pub task: u32,
    /// The title of the step.
    pub step: Text,
    /// The name of who added them.
    pub by: String,
    /// Where they stand to that person.
    pub place: SignerPlace,
    /// When it is due.
    pub due_at: Option<Instant>,
}

/// Where an added signer stands to the one who added them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignerPlace {
    /// Before them.
    Before,
    /// After they approved.
    After,
    /// Beside them.
    Beside,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
    by: String,
    before: bool,
    after: bool,
    #[serde(flatten)]
    deadline: Deadline,
}

impl Mail for SignerAdded {
    const NAME: &'static str = "signer-added";
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
            by: one_line(&self.by),
            before: self.place == SignerPlace::Before,
            after: self.place == SignerPlace::After,
            deadline: Deadline::of(self.due_at, frame),
        }
    }

    fn samples() -> Vec<Self> {
        let due = Self {
            case: sample_case(),
            task: 3,
            step: Text::new("财政业务科审核", "Review by the finance section"),
            by: "林静".to_owned(),
            place: SignerPlace::Before,
            due_at: sample_due(),
        };
        let after = Self { place: SignerPlace::After, due_at: None, ..due.clone() };
        let beside = Self { place: SignerPlace::Beside, ..due.clone() };
        vec![due, after, beside]
    }
}
