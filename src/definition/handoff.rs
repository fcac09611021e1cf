//! `handoff`: a package goes to another organ, which acknowledges its receipt and answers in writing. It is made of two
//! steps, so that whatever holds of steps holds of both: deadlines, ways back, what their people see.

use super::model::{Definition, Step, StepName};

/// What a step is of a handoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// The handoff, which is also the name of its answer.
    pub name: StepName,
    /// Which of its two stages.
    pub stage: HandoffStage,
}

/// The stages in which a handoff waits for the other organ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandoffStage {
    /// 签收: it was sent, and its receipt is not acknowledged yet.
    Receive,
    /// 书面答复: it was received, and is not answered yet.
    Answer,
}

/// What the name of the receipt adds to that of its handoff.
pub const RECEIPT: &str = "-receipt";

impl Step {
    /// Whether it waits for another organ to acknowledge a receipt.
    #[must_use]
    pub fn is_receipt(&self) -> bool {
        self.handoff.as_ref().is_some_and(|own| own.stage == HandoffStage::Receive)
    }

    /// Whether it waits for the answer of another organ.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        self.handoff.as_ref().is_some_and(|own| own.stage == HandoffStage::Answer)
    }
}

impl Definition {
    /// Every handoff: its receipt and its answer.
    pub fn handoffs(&self) -> impl Iterator<Item = (&Step, &Step)> {
        let answers = self.steps.iter().filter(|step| step.is_answer());
        answers.filter_map(|answer| Some((self.receipt_of(answer)?, answer)))
    }

    /// The receipt of the handoff that `answer` answers.
    #[must_use]
    pub fn receipt_of(&self, answer: &Step) -> Option<&Step> {
        let name = &answer.handoff.as_ref()?.name;
        self.steps.iter().find(|step| step.is_receipt() && step.handoff.as_ref().is_some_and(|own| own.name == *name))
    }
}
