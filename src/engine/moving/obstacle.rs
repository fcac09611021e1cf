//! Why a case cannot move, in the words of whoever administers workflows.

use serde::Serialize;

use crate::language::Text;

/// One reason why a case stays with its version. The text is the title of a step or of a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "obstacle", content = "at", rename_all = "kebab-case")]
pub enum Obstacle {
    /// The step where it stands is no longer there.
    StepGone(Text),
    /// The step where it stands asks something else, or somebody else.
    StepDiffers(Text),
    /// The step where it stands lies in another branch, or in one that is taken under other conditions.
    BranchDiffers(Text),
    /// The case goes through a list item by item.
    InList(Text),
    /// The new version has a step before that place which the case never passed.
    NeverPassed(Text),
    /// The case passed a step under other rules than the new version has.
    PassedOtherwise(Text),
    /// The case passed steps in another order.
    OrderDiffers(Text),
    /// A gate of the new version was never passed and is closed now.
    GateClosed(Text),
    /// A step behind the case asks for fields that are not filled in.
    FieldsMissing(Text),
    /// What is filled in does not fit the field any more.
    FieldDiffers(Text),
    /// What the case has done already lies ahead of it again.
    Twice(Text),
    /// The new version has people chosen for a step in one that the case has passed, and nobody was chosen.
    NobodyChosen(Text),
    /// The case is suspended.
    Suspended,
    /// The new version is about something else.
    AnotherSubject,
}

impl Obstacle {
    /// The reason as a sentence.
    #[must_use]
    pub fn sentence(&self) -> Text {
        let (zh, en) = match self {
            Self::StepGone(step) => (
                format!("新版本没有当前环节“{}”。", step.zh),
                format!("The new version has no step “{}”, where the case stands.", step.en),
            ),
            Self::StepDiffers(step) => (
                format!("当前环节“{}”在新版本中办理人或办理方式不同，办完该环节后可以再看。", step.zh),
                format!(
                    "“{}”, where the case stands, is decided otherwise in the new version; look again once it is done.",
                    step.en
                ),
            ),
            Self::BranchDiffers(step) => (
                format!("“{}”所在的分支在新版本中不同。", step.zh),
                format!("The branch around “{}” differs in the new version.", step.en),
            ),
            Self::InList(step) => (
                format!("“{}”正在逐项办理，全部办完后可以再看。", step.zh),
                format!("“{}” is under way item by item; look again once all are done.", step.en),
            ),
            Self::NeverPassed(step) => (
                format!("新版本要求先经过“{}”，该办件没有经过。", step.zh),
                format!("The new version demands “{}” first, which this case never passed.", step.en),
            ),
            Self::PassedOtherwise(step) => (
                format!("该办件经过“{}”时的办理规则与新版本不同。", step.zh),
                format!("This case passed “{}” under other rules than the new version has.", step.en),
            ),
            Self::OrderDiffers(step) => (
                format!("新版本中“{}”的先后次序不同。", step.zh),
                format!("“{}” comes in another order in the new version.", step.en),
            ),
            Self::GateClosed(step) => (
                format!("新版本要求先通过“{}”，现在不满足条件。", step.zh),
                format!("The new version demands that “{}” was passed, and it is closed now.", step.en),
            ),
            Self::FieldsMissing(step) => (
                format!("新版本的“{}”要求的内容还没有填齐。", step.zh),
                format!("What “{}” asks for in the new version is not filled in.", step.en),
            ),
            Self::FieldDiffers(field) => (
                format!("已填写的“{}”不符合新版本的要求。", field.zh),
                format!("What was filled in as “{}” does not fit the new version.", field.en),
            ),
            Self::Twice(step) => (
                format!("“{}”已经完成，按新版本会再做一次。", step.zh),
                format!("“{}” is done already and would be done again.", step.en),
            ),
            Self::NobodyChosen(step) => (
                format!("新版本的“{}”由前面环节选定的人员办理，该办件经过时没有选定。", step.zh),
                format!(
                    "Who does “{}” is chosen in an earlier step of the new version; nobody was chosen here.",
                    step.en
                ),
            ),
            Self::Suspended => (
                "该办件已挂起，恢复办理后可以再看。".to_owned(),
                "The case is suspended; look again once it goes on.".to_owned(),
            ),
            Self::AnotherSubject => {
                ("新版本办理的事项不同。".to_owned(), "The new version is about something else.".to_owned())
            }
        };
        Text::new(zh, en)
    }
}
