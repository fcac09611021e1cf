//! What Yumen answers when a request goes no further: a sentence for people, a code for programs.

use crate::{
    engine::{HandingOverRefusal, MandateRefusal, Refusal, TaskRefusal, TemplateRefusal},
    language::{Lang, Text},
};

/// A request that was not carried out, in the terms of RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// A stable code, such as `not-found`.
    pub code: &'static str,
    /// What people read: what is the matter and what to do next.
    pub sentence: Text,
    /// What finds the log line, when the failure is ours.
    pub reference: Option<String>,
    /// The fields that need attention, when a form does.
    pub fields: Vec<FieldFault>,
}

/// One field that needs attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name.
    pub field: String,
    /// What is wrong.
    pub sentence: Text,
}

impl Problem {
    /// A problem with its sentence.
    #[must_use]
    pub fn new(status: u16, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status, code, sentence: Text::new(zh, en), reference: None, fields: Vec::new() }
    }

    /// There is no such thing, or it is not for this person.
    #[must_use]
    pub fn not_found() -> Self {
        Self::from(&Refusal::NotFound)
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn sign_in_needed() -> Self {
        Self::new(401, "sign-in-needed", "请先登录，再继续操作。", "Sign in first, then go on.")
    }

    /// The address exists, but not for this method.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(
            405,
            "method-not-allowed",
            "该地址不支持这种请求方式。请从页面上的按钮或接口文档重新操作。",
            "This address does not take that method. Use the buttons of the page or see the API document.",
        )
    }

    /// The body is larger than `megabytes`.
    #[must_use]
    pub fn too_large(megabytes: usize) -> Self {
        Self::new(
            413,
            "too-large",
            format!("内容超过{megabytes}MB的上限，没有保存。请压缩或拆分后再上传。"),
            format!(
                "This is above the limit of {megabytes} MB and was not kept. Compress or split it, then try again."
            ),
        )
    }

    /// The form did not come from a page of Yumen, or from one that is too old.
    #[must_use]
    pub fn forged() -> Self {
        Self::new(
            403,
            "form-expired",
            "页面已过期，本次提交没有生效。请返回上一页，刷新后再提交。",
            "This page has expired and nothing was done. Go back, reload it and submit again.",
        )
    }

    /// The request cannot be read.
    #[must_use]
    pub fn bad_request(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(400, "bad-request", zh, en)
    }

    /// The failure is ours; `reference` finds it in the log.
    #[must_use]
    pub fn failure(reference: impl Into<String>) -> Self {
        let reference = reference.into();
        Self {
            reference: Some(reference.clone()),
            ..Self::new(
                500,
                "failure",
                format!("系统出现故障，本次操作没有完成。请稍后再试；如仍不行，请把编号{reference}告知运维人员。"),
                format!(
                    "Something failed on our side. Try again later; if it persists, give reference {reference} to the operator."
                ),
            )
        }
    }

    /// The sentence in `lang`.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> &str {
        self.sentence.get(lang)
    }
}

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Self {
        let status = match refusal {
            Refusal::NotFound => 404,
            Refusal::NotYourTask
            | Refusal::OwnCase
            | Refusal::ActedBefore
            | Refusal::CannotWithdraw
            | Refusal::CannotRevoke
            | Refusal::CannotAdminister
            | Refusal::TakesNoPart
            | Refusal::NotForSubstitutes
            | Refusal::CannotStart
            | Refusal::Mandate(MandateRefusal::SamePersonTwice) => 403,
            Refusal::TaskClosed { .. }
            | Refusal::CaseEnded
            | Refusal::Suspended { .. }
            | Refusal::NotSuspended
            | Refusal::AlreadyRunning { .. }
            | Refusal::AlreadySubmitted { .. }
            | Refusal::KeyReused
            | Refusal::GateClosed { .. }
            | Refusal::ChildRefused { .. }
            | Refusal::FactTakenBack { .. } => 409,
            Refusal::Definition(refusal) if refusal.is_conflict() => 409,
            Refusal::Definition(_) => 422,
            Refusal::Mandate(
                MandateRefusal::ProposalClosed
                | MandateRefusal::RoleHasSpoken
                | MandateRefusal::LiveWorkflowFails { .. },
            ) => 409,
            Refusal::Schedule(_) | Refusal::Calendar(_) | Refusal::Round(_) => 409,
            Refusal::Template(TemplateRefusal::NoMailbox) => 422,
            Refusal::Template(TemplateRefusal::ChangedMeanwhile { .. } | TemplateRefusal::Unchanged) => 409,
            Refusal::ReasonNeeded
            | Refusal::ChooseFirst
            | Refusal::NotOffered
            | Refusal::CannotReturnTo { .. }
            | Refusal::Fields { .. }
            | Refusal::AmountMissing
            | Refusal::AboveCap { .. }
            | Refusal::YearOutside { .. }
            | Refusal::TooManyItems { .. }
            | Refusal::WordsNeeded
            | Refusal::TooLong { .. }
            | Refusal::ChoosePeople { .. }
            | Refusal::UnknownPerson
            | Refusal::AskedIsAway
            | Refusal::Undecidable { .. } => 422,
            Refusal::HandingOver(HandingOverRefusal::NotAdministrator) => 403,
            Refusal::HandingOver(_) => 422,
            Refusal::OnTask(refusal) => status_on_task(refusal),
        };
        let problems: &[_] = if let Refusal::Fields { problems } = refusal { problems } else { &[] };
        let fields =
            problems.iter().map(|p| FieldFault { field: p.field.clone(), sentence: p.problem.clone() }).collect();
        let sentence = Text::new(refusal.sentence(Lang::Zh), refusal.sentence(Lang::En));
        Self { status, code: refusal.code(), sentence, reference: None, fields }
    }
}

/// 403: not this person's to do; 409: not as things stand; 422: not in this way.
const fn status_on_task(refusal: &TaskRefusal) -> u16 {
    match refusal {
        TaskRefusal::OpinionOnly | TaskRefusal::NotYourSigner | TaskRefusal::CannotUrge => 403,
        TaskRefusal::Claimed { .. }
        | TaskRefusal::AlreadyYours
        | TaskRefusal::NotClaimed
        | TaskRefusal::Parked { .. }
        | TaskRefusal::LastOfGroup
        | TaskRefusal::NothingToCallBack
        | TaskRefusal::CannotTakeBack
        | TaskRefusal::UrgeOthers { .. }
        | TaskRefusal::UrgedAlready { .. }
        | TaskRefusal::Cancelled { .. } => 409,
        TaskRefusal::NotPooled
        | TaskRefusal::Forbidden { .. }
        | TaskRefusal::CannotBeAsked { .. }
        | TaskRefusal::ChooseNext { .. }
        | TaskRefusal::NobodyChosen
        | TaskRefusal::AlreadyAsked { .. }
        | TaskRefusal::SignerMayNotAdd => 422,
    }
}
