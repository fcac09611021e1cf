//! Why something that somebody holds does not pass to a successor, each with what to do next.

use serde::Serialize;

use crate::{
    engine::refusal::Refusal,
    language::{Lang, Text},
};

/// A rule of handing over said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum HandingOverRefusal {
    /// Only an administrator who has no part in the case hands over.
    NotAdministrator,
    /// Whose things they are is in post, and nobody has said that they leave.
    InPost {
        /// Their name.
        name: String,
    },
    /// Nobody succeeds themselves.
    Same,
    /// The successor has left.
    NotActive {
        /// Their name.
        name: String,
    },
    /// The successor started the case.
    Initiator {
        /// Their name.
        name: String,
    },
    /// The successor acted in a step that `not by` names.
    KeptOut {
        /// Their name.
        name: String,
    },
    /// The successor has a part of their own in this step.
    AskedAlready {
        /// Their name.
        name: String,
    },
    /// The successor decides in this case, and cannot be its initiator as well.
    Decides {
        /// Their name.
        name: String,
    },
    /// The step does not mean the successor.
    NotMeant {
        /// Their name.
        name: String,
    },
    /// The definition forbids giving the task away.
    Forbidden,
}

impl From<HandingOverRefusal> for Refusal {
    fn from(refusal: HandingOverRefusal) -> Self {
        Self::HandingOver(refusal)
    }
}

impl HandingOverRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAdministrator => "cannot-hand-over",
            Self::InPost { .. } => "in-post",
            Self::Same => "same-person",
            Self::NotActive { .. } => "successor-not-active",
            Self::Initiator { .. } => "successor-is-initiator",
            Self::KeptOut { .. } => "successor-kept-out",
            Self::AskedAlready { .. } => "successor-asked-already",
            Self::Decides { .. } => "successor-decides",
            Self::NotMeant { .. } => "successor-not-meant",
            Self::Forbidden => "forbidden-by-definition",
        }
    }

    /// The sentence in `lang`.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        self.words().get(lang).to_owned()
    }

    fn words(&self) -> Text {
        match self {
            Self::NotAdministrator => Text::new(
                "只有安全管理员和流程管理员可以移交，而且与本办件无关、不接收移交。请由另一名管理员办理。",
                "Only a security or workflow administrator with no part in the case hands over, and never to themselves. \
                 Ask another administrator.",
            ),
            Self::InPost { name } => Text::new(
                format!("{name}仍在岗。请先设定其止任日期或者停用账号，再移交。"),
                format!("{name} is in post. Set the last day of the appointment or shut them out first."),
            ),
            Self::Same => {
                Text::new("接收人不能是本人，请另选人员。", "Nobody succeeds themselves. Choose somebody else.")
            }
            Self::NotActive { name } => {
                Text::new(format!("{name}已停用，请另选人员。"), format!("{name} has left. Choose somebody else."))
            }
            Self::Initiator { name } => Text::new(
                format!("{name}是发起人，不能审批自己的办件。请另选人员。"),
                format!("{name} started the case and cannot decide on it. Choose somebody else."),
            ),
            Self::KeptOut { name } => Text::new(
                format!("{name}在其他环节办理过，按规定应当回避。请另选人员。"),
                format!("{name} acted in a step whose people are kept out of this one. Choose somebody else."),
            ),
            Self::AskedAlready { name } => Text::new(
                format!("{name}在该环节已有自己的一份，不能再办一份。请另选人员。"),
                format!("{name} has a part of their own in this step. Choose somebody else."),
            ),
            Self::Decides { name } => Text::new(
                format!("{name}审批过或者正在审批本办件，不能接替发起人。请另选人员。"),
                format!("{name} decides in this case and cannot take the initiator's place. Choose somebody else."),
            ),
            Self::NotMeant { name } => Text::new(
                format!("该环节由指定岗位依次办理，{name}不在其中。请先任命，或者另选人员。"),
                format!("The step asks the holders of a post in turn, and {name} is none of them. Appoint them first."),
            ),
            Self::Forbidden => Text::new(
                "流程规定该环节须本人办理，不能移交。请由有权限的人员退回，或者终止办件。",
                "The definition wants this done in person. Have the case returned, or end it.",
            ),
        }
    }
}
