use serde::{Deserialize, Serialize};

use super::{CaseLine, Deadline, Frame, Mail, moment, one_line, sample_case, sample_due, text};
use crate::{clock::Instant, language::Text};

/// A package has come to the recipient's organ, or the other organ has received or answered the recipient's. Nothing of
/// what is in it stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffMoved {
    /// The case.
    pub case: CaseLine,
    /// The title of the handoff.
    pub step: Text,
    /// What has happened.
    pub news: HandoffNews,
    /// The name of who did it; `None` when the system did.
    pub by: Option<String>,
    /// When.
    pub at: Instant,
}

/// What has happened to a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandoffNews {
    /// It waits for the recipient to acknowledge its receipt.
    Sent {
        /// The task in which they do.
        task: u32,
        /// Until when.
        due_at: Option<Instant>,
    },
    /// Its receipt was acknowledged.
    Received,
    /// It was answered.
    Answered,
}

/// What the templates may use. One of `sent`, `received` and `answered` holds.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
    by: Option<String>,
    moved_at: String,
    sent: bool,
    received: bool,
    answered: bool,
    #[serde(flatten)]
    deadline: Deadline,
}

impl Mail for HandoffMoved {
    const NAME: &'static str = "handoff-moved";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn path(&self) -> String {
        match &self.news {
            HandoffNews::Sent { task, .. } => format!("/cases/{}/tasks/{task}", self.case.id),
            HandoffNews::Received | HandoffNews::Answered => format!("/cases/{}", self.case.id),
        }
    }

    fn task(&self) -> Option<u32> {
        match &self.news {
            HandoffNews::Sent { task, .. } => Some(*task),
            HandoffNews::Received | HandoffNews::Answered => None,
        }
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        let due_at = match &self.news {
            HandoffNews::Sent { due_at, .. } => *due_at,
            HandoffNews::Received | HandoffNews::Answered => None,
        };
        View {
            step: text(&self.step, frame),
            by: self.by.as_deref().map(one_line),
            moved_at: moment(frame.lang, self.at),
            sent: matches!(self.news, HandoffNews::Sent { .. }),
            received: self.news == HandoffNews::Received,
            answered: self.news == HandoffNews::Answered,
            deadline: Deadline::of(due_at, frame),
        }
    }

    fn samples() -> Vec<Self> {
        let sent = Self {
            case: sample_case(),
            step: Text::new("移送审计局", "To the audit bureau"),
            news: HandoffNews::Sent { task: 4, due_at: sample_due() },
            by: Some("林静".to_owned()),
            at: Instant::from_timestamp(1_772_500_000, 0).unwrap_or_default(),
        };
        let received = Self { news: HandoffNews::Received, ..sent.clone() };
        let answered = Self { news: HandoffNews::Answered, by: None, ..sent.clone() };
        vec![sent, received, answered]
    }
}
