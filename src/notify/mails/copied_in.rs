use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, sample_case, text};
use crate::language::Text;

/// The recipient may read along; nothing is wanted of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedIn {
    /// The case.
    pub case: CaseLine,
    /// The title of the step that copies them in.
    pub step: Text,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: String,
}

impl Mail for CopiedIn {
    const NAME: &'static str = "copied-in";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View { step: text(&self.step, frame) }
    }

    fn samples() -> Vec<Self> {
        vec![Self { case: sample_case(), step: Text::new("抄送财政绩效科", "Copy to the performance section") }]
    }
}
