//! Why a term was not carried out on a task, each with what to do next.

use serde::Serialize;

use crate::{
    clock::{Instant, ZONE},
    engine::{
        event::CancelReason,
        refusal::{Refusal, Winner},
    },
    language::{Lang, Text},
};

/// A rule of the terms that act on one task said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum TaskRefusal {
    /// Somebody else took the task first.
    Claimed {
        /// Their name.
        name: String,
    },
    /// It is this person's already.
    AlreadyYours,
    /// Only one person is asked, so there is nothing to claim.
    NotPooled,
    /// Nothing to put back.
    NotClaimed,
    /// The task waits for an opinion or for signers before.
    Parked {
        /// The names of those it waits for.
        waits_for: Vec<String>,
    },
    /// Only an opinion was asked for.
    OpinionOnly,
    /// The definition of the step forbids it.
    Forbidden {
        /// What.
        what: Forbidden,
    },
    /// That person is not active, started the case or is kept out of the step.
    CannotBeAsked {
        /// Their name.
        name: String,
    },
    /// Nobody was chosen for a later step, or too many.
    ChooseNext {
        /// The title of the later step.
        step: Text,
        /// People at most.
        at_most: usize,
    },
    /// No person was chosen.
    NobodyChosen,
    /// That person is asked already.
    AlreadyAsked {
        /// Their name.
        name: String,
    },
    /// Who was added adds nobody.
    SignerMayNotAdd,
    /// Only who added somebody removes them.
    NotYourSigner,
    /// Nobody would be left to decide.
    LastOfGroup,
    /// No opinion is being waited for.
    NothingToCallBack,
    /// Somebody acted on what followed, or another person decided last.
    CannotTakeBack,
    /// Only who takes part urges, and nobody urges themselves.
    CannotUrge,
    /// The task waits for others; they are to be urged.
    UrgeOthers {
        /// Their names.
        waits_for: Vec<String>,
    },
    /// Urged a short while ago.
    UrgedAlready {
        /// When it may be urged again.
        again_at: Instant,
    },
    /// The task was cancelled.
    Cancelled {
        /// Why.
        why: CancelReason,
        /// Through whom and when, if a person did.
        by: Option<Winner>,
    },
}

/// What a definition may forbid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forbidden {
    /// `transfer: no`
    Transfer,
    /// `add signer: no`, and every step with grades.
    AddSigner,
}

impl From<TaskRefusal> for Refusal {
    fn from(refusal: TaskRefusal) -> Self {
        Self::OnTask(refusal)
    }
}

impl TaskRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claimed { .. } => "task-claimed",
            Self::AlreadyYours => "already-yours",
            Self::NotPooled => "not-pooled",
            Self::NotClaimed => "not-claimed",
            Self::Parked { .. } => "task-parked",
            Self::OpinionOnly => "opinion-only",
            Self::Forbidden { .. } => "forbidden-by-definition",
            Self::CannotBeAsked { .. } => "cannot-be-asked",
            Self::ChooseNext { .. } => "choose-next",
            Self::NobodyChosen => "nobody-chosen",
            Self::AlreadyAsked { .. } => "already-asked",
            Self::SignerMayNotAdd => "signer-may-not-add",
            Self::NotYourSigner => "not-your-signer",
            Self::LastOfGroup => "last-of-group",
            Self::NothingToCallBack => "nothing-to-call-back",
            Self::CannotTakeBack => "cannot-take-back",
            Self::CannotUrge => "cannot-urge",
            Self::UrgeOthers { .. } => "urge-others",
            Self::UrgedAlready { .. } => "urged-already",
            // The same to a program as a task that was settled; the sentence says why.
            Self::Cancelled { .. } => "task-closed",
        }
    }

    /// The sentence in `lang`.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.chinese(),
            Lang::En => self.english(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Claimed { name } => format!("该任务已由{name}认领。如需由您办理，请先联系{name}归还。"),
            Self::AlreadyYours => "该任务已由您认领，请直接办理；不办理时请归还。".into(),
            Self::NotPooled => "该任务只由您一人办理，无需认领，请直接办理。".into(),
            Self::NotClaimed => "该任务不是您认领的，无需归还。请返回任务页查看。".into(),
            Self::Parked { waits_for } => {
                format!("该任务正等待{}，暂不能办理。请等其办完，或者先收回委派、减签。", waits_for.join("、"))
            }
            Self::OpinionOnly => "您受托对该任务提出意见，不能代为决定，也不能转办、再委派或加签。请填写意见后提交。".into(),
            Self::Forbidden { what: Forbidden::Transfer } => "该环节的流程定义不允许转办，请由您本人办理。".into(),
            Self::Forbidden { what: Forbidden::AddSigner } => {
                "该环节不允许加签。需要听取他人意见时，请使用委派。".into()
            }
            Self::CannotBeAsked { name } => {
                format!("{name}不能办理该任务：已停用，或者是发起人，或者按规定应当回避。请另选人员。")
            }
            Self::ChooseNext { step, at_most } => {
                format!("请先为“{}”选定办理人，至少1人，最多{at_most}人，再提交。", step.zh)
            }
            Self::NobodyChosen => "请先选择人员，再提交。".into(),
            Self::AlreadyAsked { name } => format!("{name}已在该环节的办理人员之中，请另选人员。"),
            Self::SignerMayNotAdd => "您是被加签的人员，不能再加签。需要听取他人意见时，请使用委派。".into(),
            Self::NotYourSigner => "只有加签人可以减去自己所加的人员。请联系加签人办理。".into(),
            Self::LastOfGroup => "这是该环节最后一名办理人员，不能减签。请等其办理，或者由其转办。".into(),
            Self::NothingToCallBack => "该任务没有尚未答复的委派，无需收回。请直接办理。".into(),
            Self::CannotTakeBack => {
                "不能撤回：只有最后办理的人可以撤回，而且后续环节须无人处理、没有登记结论或对外报送。请与当前办理人联系，由其退回。".into()
            }
            Self::CannotUrge => "只有发起人和已经办理过该办件的人可以催办，且不能催办由自己办理的任务。".into(),
            Self::UrgeOthers { waits_for } => format!("该任务正等待{}，请改为催办其任务。", waits_for.join("、")),
            Self::UrgedAlready { again_at } => {
                format!("您刚催办过该任务，{}之后可以再次催办。", moment(*again_at))
            }
            Self::Cancelled { why, by } => {
                let through = by.as_ref().map_or(String::new(), |by| format!("{}于{}", by.name, moment(by.at)));
                format!("该任务已取消：{through}{}。请在办件页查看最新进展。", why.words().zh)
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Claimed { name } => format!("{name} has claimed this task. Ask {name} to release it first."),
            Self::AlreadyYours => "You have claimed this task already. Go on with it, or release it.".into(),
            Self::NotPooled => "You alone are asked, so there is nothing to claim. Go on with the task.".into(),
            Self::NotClaimed => "You have not claimed this task, so there is nothing to release.".into(),
            Self::Parked { waits_for } => format!(
                "This task waits for {}. Wait for them, or call the opinion back or remove the signers first.",
                waits_for.join(", ")
            ),
            Self::OpinionOnly => {
                "You were asked for an opinion: you cannot decide, transfer, delegate or add signers. Give your opinion."
                    .into()
            }
            Self::Forbidden { what: Forbidden::Transfer } => {
                "The definition does not let this task be transferred. Act on it yourself.".into()
            }
            Self::Forbidden { what: Forbidden::AddSigner } => {
                "This step takes no added signers. Delegate the task when you need an opinion.".into()
            }
            Self::CannotBeAsked { name } => format!(
                "{name} cannot be asked: not active, the initiator, or kept out by the definition. Choose somebody else."
            ),
            Self::ChooseNext { step, at_most } => {
                format!("Choose who acts at “{}” first, from one to {at_most} people, then submit.", step.en)
            }
            Self::NobodyChosen => "Choose a person first, then submit.".into(),
            Self::AlreadyAsked { name } => format!("{name} is asked at this step already. Choose somebody else."),
            Self::SignerMayNotAdd => {
                "You were added yourself and cannot add signers. Delegate the task when you need an opinion.".into()
            }
            Self::NotYourSigner => "Only who added a signer may remove them. Ask that person.".into(),
            Self::LastOfGroup => {
                "This is the last person of the step and cannot be removed. Wait, or ask them to transfer.".into()
            }
            Self::NothingToCallBack => "No opinion is being waited for. Go on with the task.".into(),
            Self::CannotTakeBack => "Not possible: only the last decider may take back, while nobody has acted on what \
                 followed and nothing was recorded or sent. Ask whoever acts now to return the case."
                .into(),
            Self::CannotUrge => {
                "Only the initiator and who has acted on the case may urge, and nobody urges themselves.".into()
            }
            Self::UrgeOthers { waits_for } => {
                format!("This task waits for {}. Urge their task instead.", waits_for.join(", "))
            }
            Self::UrgedAlready { again_at } => {
                format!("You urged this task a short while ago. You may again after {}.", moment(*again_at))
            }
            Self::Cancelled { why, by } => {
                let through = by.as_ref().map_or(String::new(), |by| format!(" ({}, {})", by.name, moment(by.at)));
                format!("This task was cancelled: {}{through}. See the case for where it stands now.", why.words().en)
            }
        }
    }
}

impl CancelReason {
    /// The reason in words that end a sentence.
    #[must_use]
    pub fn words(&self) -> Text {
        match self {
            Self::Returned => Text::new("办件已退回", "the case was returned"),
            Self::Settled => Text::new("该环节已由他人办结", "another decision settled the step"),
            Self::Ended => Text::new("办件已办结或撤销", "the case ended"),
            Self::NobodyLeft => {
                Text::new("原办理人员已不在岗或须回避", "whoever was asked left the post or is kept out")
            }
            Self::CalledBack => Text::new("委派已收回", "the opinion is no longer asked for"),
            Self::SignerRemoved => Text::new("加签已取消", "the added signer was removed"),
            Self::TakenBack => Text::new("上一步的办理已撤回", "the decision before was taken back"),
        }
    }
}

fn moment(at: Instant) -> String {
    at.with_timezone(&ZONE).format("%Y-%m-%d %H:%M").to_string()
}
