use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, one_line, sample_case, text};
use crate::language::Text;

/// The recipient may read along; nothing is wanted of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedIn {
    /// The case.
    pub case: CaseLine,
    /// The title of the step that copies them in; `None` when a person did.
    pub step: Option<Text>,
    /// The name of the person who copied them in; `None` when a step did.
    pub by: Option<String>,
}

/// What the templates may use.
#[derive(Debug, Serialize)]
pub struct View {
    step: Option<String>,
    by: Option<String>,
}

impl Mail for CopiedIn {
    const NAME: &'static str = "copied-in";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        View { step: self.step.as_ref().map(|step| text(step, frame)), by: self.by.as_deref().map(one_line) }
    }

    fn samples() -> Vec<Self> {
        let step = Some(Text::new("抄送财政绩效科", "Copy to the performance section"));
        let by_a_step = Self { case: sample_case(), step, by: None };
        let by_a_person = Self { step: None, by: Some("何 '强' <主任>".to_owned()), ..by_a_step.clone() };
        vec![by_a_step, by_a_person]
    }
}
