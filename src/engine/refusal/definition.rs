//! Why a definition is not written, published or retired, and why a case is not moved to another version.

use serde::Serialize;

use crate::language::Text;

/// A rule about definitions said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum DefinitionRefusal {
    /// No workflow can be called so.
    NoWorkflowName,
    /// The text has characters that nobody typed.
    Unreadable,
    /// Somebody saved the draft since it was opened.
    DraftChanged,
    /// The draft is being decided on.
    DraftLocked {
        /// The case that decides on it.
        number: String,
    },
    /// The draft was approved as it stands.
    DraftApproved {
        /// The case in which.
        number: String,
    },
    /// Nobody but those who wrote the draft approved it as it stands.
    NotApproved,
    /// The draft was published or discarded.
    DraftClosed,
    /// The draft still has problems.
    DraftHasProblems {
        /// How many.
        count: usize,
    },
    /// The workflow has another live version than the one from which the draft starts.
    DraftOutdated,
    /// The draft says exactly what is live.
    DraftChangesNothing,
    /// Nothing of the workflow is live.
    NothingLive,
    /// The workflow by which definitions change cannot be retired, or nothing could ever change again.
    ChangesDefinitions,
    /// The case cannot be moved.
    CannotMove {
        /// Each reason as a sentence.
        because: Vec<Text>,
    },
}

impl DefinitionRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoWorkflowName => "no-workflow-name",
            Self::Unreadable => "unreadable-text",
            Self::DraftChanged => "draft-changed",
            Self::DraftLocked { .. } => "draft-locked",
            Self::DraftApproved { .. } => "draft-approved",
            Self::NotApproved => "not-approved",
            Self::DraftClosed => "draft-closed",
            Self::DraftHasProblems { .. } => "draft-has-problems",
            Self::DraftOutdated => "draft-outdated",
            Self::DraftChangesNothing => "draft-changes-nothing",
            Self::NothingLive => "nothing-live",
            Self::ChangesDefinitions => "changes-definitions",
            Self::CannotMove { .. } => "cannot-move",
        }
    }

    /// Whether it says that something else came first, and not that what was asked for is wrong in itself.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        match self {
            Self::DraftChanged
            | Self::DraftLocked { .. }
            | Self::DraftApproved { .. }
            | Self::NotApproved
            | Self::DraftClosed
            | Self::DraftOutdated
            | Self::NothingLive
            | Self::CannotMove { .. } => true,
            Self::NoWorkflowName
            | Self::Unreadable
            | Self::DraftHasProblems { .. }
            | Self::DraftChangesNothing
            | Self::ChangesDefinitions => false,
        }
    }

    pub(super) fn chinese(&self) -> String {
        match self {
            Self::NoWorkflowName => {
                "流程名称以小写字母开头，只含小写字母、数字和连字符，最多60个字符，例如small-grant。请修改。".into()
            }
            Self::Unreadable => "文本含有不能显示的控制字符，没有保存。请删除后重新保存。".into(),
            Self::DraftChanged => {
                "草稿在别处已经保存过，本次没有保存。请复制您的修改，刷新页面后在最新内容上继续。".into()
            }
            Self::DraftLocked { number } => {
                format!("草稿正在办件{number}中审批，不能修改。需要修改时，请审批人退回或由您撤销该办件。")
            }
            Self::DraftApproved { number } => {
                format!("草稿已在办件{number}中审批同意，不能再修改。需要修改时，请撤销该办件，修改后重新提交审批。")
            }
            Self::NotApproved => {
                "草稿的现有内容没有经撰写人以外的人员审批同意，不能发布。请退回重新审批，或者撤销该办件后重新提交。"
                    .into()
            }
            Self::DraftClosed => "该草稿已经发布或放弃，不能再变更。请从现行版本新建草稿。".into(),
            Self::DraftHasProblems { count } => {
                format!("草稿还有{count}处问题，不能提交或发布。请按页面上列出的提示逐处修改。")
            }
            Self::DraftOutdated => {
                "草稿开始之后，该流程又发布了新的版本。请对照现行版本修改草稿，再选择“以现行版本为基础”后提交。".into()
            }
            Self::DraftChangesNothing => "草稿与现行版本完全相同，没有可以发布的内容。请修改后再提交。".into(),
            Self::NothingLive => "该流程没有现行版本。请先发布一个版本。".into(),
            Self::ChangesDefinitions => "流程定义都要经过该流程变更，停用后再也无法变更，所以不能停用。".into(),
            Self::CannotMove { because } => {
                let because: Vec<_> = because.iter().map(|reason| reason.zh.as_str()).collect();
                format!("该办件不能迁移到现行版本，继续按原版本办理。{}", because.concat())
            }
        }
    }

    pub(super) fn english(&self) -> String {
        match self {
            Self::NoWorkflowName => {
                "A workflow's name starts with a small letter and has small letters, digits and hyphens, at most 60, such as small-grant. Change it.".into()
            }
            Self::Unreadable => "The text has control characters and was not saved. Remove them and save again.".into(),
            Self::DraftChanged => {
                "The draft was saved elsewhere meanwhile; this was not saved. Copy your changes, reload the page and go on there.".into()
            }
            Self::DraftLocked { number } => format!(
                "Case {number} is deciding on this draft, so it cannot change. Have it returned, or withdraw the case."
            ),
            Self::DraftApproved { number } => format!(
                "This draft was approved in case {number}, so it cannot change. Withdraw the case, change it and put it forward again."
            ),
            Self::NotApproved => {
                "Nobody but those who wrote the draft approved it as it stands, so it is not published. Have it returned and approved again, or withdraw the case and put it forward anew.".into()
            }
            Self::DraftClosed => {
                "This draft was published or discarded and cannot change any more. Begin one from the live version.".into()
            }
            Self::DraftHasProblems { count } => format!(
                "The draft still has {count} problem(s) and cannot be put forward or published. Mend them as the page says."
            ),
            Self::DraftOutdated => {
                "Another version went live since this draft was begun. Compare with it, mend the draft, base it on the live version, then put it forward.".into()
            }
            Self::DraftChangesNothing => {
                "The draft says exactly what is live; there is nothing to publish. Change it first.".into()
            }
            Self::NothingLive => "Nothing of this workflow is live. Publish a version first.".into(),
            Self::ChangesDefinitions => {
                "Definitions change by this workflow; without it nothing could ever change again, so it stays.".into()
            }
            Self::CannotMove { because } => {
                let because: Vec<_> = because.iter().map(|reason| format!(" {}", reason.en)).collect();
                format!("The case cannot move to the live version and goes on with its own.{}", because.concat())
            }
        }
    }
}
