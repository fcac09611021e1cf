use serde::{Deserialize, Serialize};

use super::{CaseLine, Deadline, Frame, Lateness, Mail, one_line, sample_case, sample_due, text};
use crate::{clock::Instant, language::Text};

/// A task is late, and somebody above those who are late learns of it. Those who are late are told so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskEscalated {
    /// The case.
    pub case: CaseLine,
    /// The number of the task in its case.
    pub task: u32,
    /// The title of the step, which is where the case stands.
    pub step: Text,
    /// The names of who is late.
    pub late: Vec<String>,
    /// The names of who was told.
    pub told: Vec<String>,
    /// Whether the recipient is one of those who are late.
    pub to_holder: bool,
    /// Since when it waits for them.
    pub since: Instant,
    /// When it was due.
    pub due_at: Instant,
    /// How long ago that is.
    pub lateness: Lateness,
    /// When it was escalated.
    pub rung_at: Instant,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
    late: String,
    told: Option<String>,
    to_holder: bool,
    since: String,
    headline: String,
    #[serde(flatten)]
    deadline: Deadline,
}

impl Mail for TaskEscalated {
    const NAME: &'static str = "task-escalated";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn path(&self) -> String {
        if self.to_holder {
            return format!("/cases/{}/tasks/{}", self.case.id, self.task);
        }
        format!("/cases/{}", self.case.id)
    }

    fn task(&self) -> Option<u32> {
        Some(self.task)
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        let names = |names: &[String]| {
            names.iter().map(|name| one_line(name)).collect::<Vec<_>>().join(frame.lang.pick("、", ", "))
        };
        View {
            step: text(&self.step, frame),
            late: names(&self.late),
            told: (!self.told.is_empty()).then(|| names(&self.told)),
            to_holder: self.to_holder,
            since: super::moment(frame.lang, self.since),
            headline: self.lateness.words(frame.lang),
            deadline: Deadline::of(Some(self.due_at), frame),
        }
    }

    fn samples() -> Vec<Self> {
        let due_at = sample_due().unwrap_or_default();
        let above = Self {
            case: sample_case(),
            task: 3,
            step: Text::new("财政业务科审核", "Review by the finance section"),
            late: vec!["王静怡".to_owned(), "周明远".to_owned()],
            told: vec!["林静".to_owned()],
            to_holder: false,
            since: due_at,
            due_at,
            lateness: Lateness::Overdue { working_days: 3 },
            rung_at: due_at,
        };
        let holder = Self { to_holder: true, ..above.clone() };
        let nobody = Self { told: vec![], ..holder.clone() };
        vec![above, holder, nobody]
    }
}
