//! Why changed mandates are not consented to.

use serde::Serialize;

use crate::language::Text;

/// A rule about mandates said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum MandateRefusal {
    /// The proposal is no longer open.
    ProposalClosed,
    /// Somebody with the same role has spoken.
    RoleHasSpoken,
    /// The same person has spoken in their other role.
    SamePersonTwice,
    /// A live workflow goes around what is proposed.
    LiveWorkflowFails {
        /// Their titles.
        workflows: Vec<Text>,
    },
}

impl MandateRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ProposalClosed => "proposal-closed",
            Self::RoleHasSpoken => "role-has-spoken",
            Self::SamePersonTwice => "same-person-twice",
            Self::LiveWorkflowFails { .. } => "live-workflow-fails",
        }
    }

    pub(super) fn chinese(&self) -> String {
        match self {
            Self::ProposalClosed => "该修改已经办结，不能再表态。请刷新页面，查看现行规定和其他修改。".into(),
            Self::RoleHasSpoken => "该职务已有人表态，每个职务只表态一次。请刷新页面查看进展。".into(),
            Self::SamePersonTwice => {
                "修改规定须由两个人分别同意，您已以另一职务表态。请由该职务的其他任职人员表态。".into()
            }
            Self::LiveWorkflowFails { workflows } => {
                let titles: Vec<_> = workflows.iter().map(|title| format!("“{}”", title.zh)).collect();
                format!(
                    "现行流程{}不符合修改后的规定，不能同意。请先由流程管理员修改并发布这些流程，或者调整mandates.yaml后重新提出。",
                    titles.join("、")
                )
            }
        }
    }

    pub(super) fn english(&self) -> String {
        match self {
            Self::ProposalClosed => {
                "This change is settled and takes no more consents. Reload the page to see what is in force.".into()
            }
            Self::RoleHasSpoken => {
                "Somebody with this role has spoken; each role speaks once. Reload the page to see where it stands.".into()
            }
            Self::SamePersonTwice => {
                "Two different people have to consent, and you have spoken in your other role. Somebody else with this role must speak.".into()
            }
            Self::LiveWorkflowFails { workflows } => {
                let titles: Vec<_> = workflows.iter().map(|title| format!("“{}”", title.en)).collect();
                format!(
                    "What is live goes around the changed mandates: {}. Have the workflow administrator change and publish them first, or change mandates.yaml and propose again.",
                    titles.join(", ")
                )
            }
        }
    }
}
