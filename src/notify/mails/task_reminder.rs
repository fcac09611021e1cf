use serde::{Deserialize, Serialize};

use super::{CaseLine, Deadline, Frame, Lateness, Mail, one_line, sample_case, sample_due, text};
use crate::{clock::Instant, language::Text};

/// The deadline of a task that waits for the recipient comes near, is today, or has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReminder {
    /// The case.
    pub case: CaseLine,
    /// The number of the task in its case.
    pub task: u32,
    /// The title of the step.
    pub step: Text,
    /// When it is due.
    pub due_at: Instant,
    /// How near that is, or how long it has passed.
    pub lateness: Lateness,
    /// From what the deadline was counted.
    pub counted: Option<Text>,
    /// Whether it may still move, because the State Council's notice for its year is not there yet.
    pub provisional: bool,
    /// The articles that the step rests on.
    pub basis: Vec<String>,
    /// When the clock rang; a later ring makes this mail superfluous.
    pub rung_at: Instant,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
    headline: String,
    overdue: bool,
    counted: Option<String>,
    provisional: bool,
    basis: Option<String>,
    #[serde(flatten)]
    deadline: Deadline,
}

impl Mail for TaskReminder {
    const NAME: &'static str = "task-reminder";
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
        let basis: Vec<_> = self.basis.iter().map(|article| one_line(article)).collect();
        View {
            step: text(&self.step, frame),
            headline: self.lateness.words(frame.lang),
            overdue: self.lateness.is_overdue(),
            counted: self.counted.as_ref().map(|counted| text(counted, frame)),
            provisional: self.provisional,
            basis: (!basis.is_empty()).then(|| basis.join(frame.lang.pick("、", ", "))),
            deadline: Deadline::of(Some(self.due_at), frame),
        }
    }

    fn samples() -> Vec<Self> {
        let due_at = sample_due().unwrap_or_default();
        let soon = Self {
            case: sample_case(),
            task: 3,
            step: Text::new("财政业务科审核", "Review by the finance section"),
            due_at,
            lateness: Lateness::Soon { working_days: 2 },
            counted: Some(Text::new("自2026年2月26日起5个工作日", "5 working days from 26 February 2026")),
            provisional: true,
            basis: vec!["《全面推进预算绩效管理工作落实方案》二(二)1".to_owned()],
            rung_at: due_at,
        };
        let today =
            Self { lateness: Lateness::Today, counted: None, provisional: false, basis: vec![], ..soon.clone() };
        let late = Self { lateness: Lateness::Overdue { working_days: 3 }, provisional: false, ..soon.clone() };
        let just_late = Self { lateness: Lateness::Overdue { working_days: 0 }, ..today.clone() };
        vec![soon, today, late, just_late]
    }
}
