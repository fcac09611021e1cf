//! The mails. A mail is a folder of `notification-templates/` and a type here that says what its templates may use.

mod case_ended;
mod case_returned;
mod case_suspended;
mod copied_in;
mod decision_made;
mod digest;
mod handed_over;
mod handoff_moved;
mod opinion_asked;
mod remark_made;
mod signer_added;
mod task_assigned;
mod task_escalated;
mod task_reminder;
mod task_transferred;
mod task_urged;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use self::{
    case_ended::CaseEnded,
    case_returned::CaseReturned,
    case_suspended::CaseSuspended,
    copied_in::CopiedIn,
    decision_made::DecisionMade,
    digest::{Digest, DigestTask},
    handed_over::{HandedItem, HandedOver},
    handoff_moved::{HandoffMoved, HandoffNews},
    opinion_asked::OpinionAsked,
    remark_made::RemarkMade,
    signer_added::{SignerAdded, SignerPlace},
    task_assigned::TaskAssigned,
    task_escalated::TaskEscalated,
    task_reminder::TaskReminder,
    task_transferred::TaskTransferred,
    task_urged::TaskUrged,
};
use super::wording::{moment, one_line, remaining};
pub use crate::notify::lateness::Lateness;
use crate::{
    clock::Instant,
    ids::CaseId,
    language::{Lang, Text},
};

/// What every kind of mail has.
pub trait Mail: Serialize + DeserializeOwned {
    /// The folder of its templates.
    const NAME: &'static str;
    /// What its templates may use, besides `CaseView`.
    type View: Serialize;
    /// The case it is about.
    fn case(&self) -> &CaseLine;
    /// The page its link opens; the case, unless it says otherwise.
    fn path(&self) -> String {
        format!("/cases/{}", self.case().id)
    }
    /// The task of the case that must be open for the mail to be true; `None` where it is true whatever happens.
    fn task(&self) -> Option<u32> {
        None
    }
    /// Its contents in the recipient's language.
    fn view(&self, frame: &Frame<'_>) -> Self::View;
    /// One for every shape the mail can take.
    fn samples() -> Vec<Self>;
}

/// The case a mail is about: enough to recognise it, nothing of what was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// Its id.
    pub id: CaseId,
    /// The title of the workflow.
    pub workflow: Text,
    /// 流程编号.
    pub number: String,
    /// What the case is called: its project, or what its workflow says.
    pub title: Text,
    /// The budget year.
    pub year: i32,
}

/// To whom, when and from where a mail is written.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The recipient's language.
    pub lang: Lang,
    /// The recipient's name.
    pub recipient: &'a str,
    /// The time of writing, from which the remaining time counts.
    pub now: Instant,
    /// The address of the site, without a slash at its end.
    pub site: &'a str,
}

/// What every template may use.
#[derive(Debug, Serialize)]
struct CaseView {
    recipient: String,
    workflow: String,
    case_number: String,
    project: String,
    year: i32,
    link: String,
}

/// A deadline as templates show it. Both keys are always there, and null when there is none.
#[derive(Debug, Default, Serialize)]
pub struct Deadline {
    deadline: Option<String>,
    remaining: Option<String>,
}

impl Deadline {
    fn of(due_at: Option<Instant>, frame: &Frame<'_>) -> Self {
        due_at.map_or_else(Self::default, |due| Self {
            deadline: Some(moment(frame.lang, due)),
            remaining: Some(remaining(frame.lang, frame.now, due)),
        })
    }
}

/// Any mail, as the outbox keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", content = "context", rename_all = "kebab-case")]
pub enum MailContext {
    /// A task waits for the recipient.
    TaskAssigned(TaskAssigned),
    /// A case came back to the recipient.
    CaseReturned(CaseReturned),
    /// A step of the recipient's case was decided.
    DecisionMade(DecisionMade),
    /// The recipient's case is over.
    CaseEnded(CaseEnded),
    /// A case was suspended, or goes on again.
    CaseSuspended(CaseSuspended),
    /// The recipient is asked something.
    RemarkMade(RemarkMade),
    /// The recipient may read along.
    CopiedIn(CopiedIn),
    /// A task was given to the recipient for good.
    TaskTransferred(TaskTransferred),
    /// The recipient's opinion is wanted.
    OpinionAsked(OpinionAsked),
    /// The recipient was added as a signer.
    SignerAdded(SignerAdded),
    /// The recipient is urged.
    TaskUrged(TaskUrged),
    /// What somebody held who leaves is the recipient's now.
    HandedOver(HandedOver),
    /// A package has come, or was received or answered.
    HandoffMoved(HandoffMoved),
    /// What waits for the recipient and what happened, in place of one mail for each.
    Digest(Digest),
    /// A deadline of the recipient's comes near, or has passed.
    TaskReminder(TaskReminder),
    /// A task of the recipient's, or below them, is late.
    TaskEscalated(TaskEscalated),
}

impl MailContext {
    /// The names of all mails.
    pub const NAMES: [&'static str; 16] = [
        TaskAssigned::NAME,
        CaseReturned::NAME,
        DecisionMade::NAME,
        CaseEnded::NAME,
        CaseSuspended::NAME,
        RemarkMade::NAME,
        CopiedIn::NAME,
        TaskTransferred::NAME,
        OpinionAsked::NAME,
        SignerAdded::NAME,
        TaskUrged::NAME,
        HandedOver::NAME,
        HandoffMoved::NAME,
        Digest::NAME,
        TaskReminder::NAME,
        TaskEscalated::NAME,
    ];

    /// The folder of its templates.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TaskAssigned(_) => TaskAssigned::NAME,
            Self::CaseReturned(_) => CaseReturned::NAME,
            Self::DecisionMade(_) => DecisionMade::NAME,
            Self::CaseEnded(_) => CaseEnded::NAME,
            Self::CaseSuspended(_) => CaseSuspended::NAME,
            Self::RemarkMade(_) => RemarkMade::NAME,
            Self::CopiedIn(_) => CopiedIn::NAME,
            Self::TaskTransferred(_) => TaskTransferred::NAME,
            Self::OpinionAsked(_) => OpinionAsked::NAME,
            Self::SignerAdded(_) => SignerAdded::NAME,
            Self::TaskUrged(_) => TaskUrged::NAME,
            Self::HandedOver(_) => HandedOver::NAME,
            Self::HandoffMoved(_) => HandoffMoved::NAME,
            Self::Digest(_) => Digest::NAME,
            Self::TaskReminder(_) => TaskReminder::NAME,
            Self::TaskEscalated(_) => TaskEscalated::NAME,
        }
    }

    /// The case it is about.
    #[must_use]
    pub fn case(&self) -> &CaseLine {
        match self {
            Self::TaskAssigned(mail) => mail.case(),
            Self::CaseReturned(mail) => mail.case(),
            Self::DecisionMade(mail) => mail.case(),
            Self::CaseEnded(mail) => mail.case(),
            Self::CaseSuspended(mail) => mail.case(),
            Self::RemarkMade(mail) => mail.case(),
            Self::CopiedIn(mail) => mail.case(),
            Self::TaskTransferred(mail) => mail.case(),
            Self::OpinionAsked(mail) => mail.case(),
            Self::SignerAdded(mail) => mail.case(),
            Self::TaskUrged(mail) => mail.case(),
            Self::HandedOver(mail) => mail.case(),
            Self::HandoffMoved(mail) => mail.case(),
            Self::Digest(mail) => mail.case(),
            Self::TaskReminder(mail) => mail.case(),
            Self::TaskEscalated(mail) => mail.case(),
        }
    }

    /// The page its link opens.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::TaskAssigned(mail) => mail.path(),
            Self::CaseReturned(mail) => mail.path(),
            Self::DecisionMade(mail) => mail.path(),
            Self::CaseEnded(mail) => mail.path(),
            Self::CaseSuspended(mail) => mail.path(),
            Self::RemarkMade(mail) => mail.path(),
            Self::CopiedIn(mail) => mail.path(),
            Self::TaskTransferred(mail) => mail.path(),
            Self::OpinionAsked(mail) => mail.path(),
            Self::SignerAdded(mail) => mail.path(),
            Self::TaskUrged(mail) => mail.path(),
            Self::HandedOver(mail) => mail.path(),
            Self::HandoffMoved(mail) => mail.path(),
            Self::Digest(mail) => mail.path(),
            Self::TaskReminder(mail) => mail.path(),
            Self::TaskEscalated(mail) => mail.path(),
        }
    }

    /// The task of the case that must be open for the mail to be true. Closed before the mail has left, the mail is
    /// cancelled.
    #[must_use]
    pub fn task(&self) -> Option<u32> {
        match self {
            Self::TaskAssigned(mail) => mail.task(),
            Self::CaseReturned(mail) => mail.task(),
            Self::DecisionMade(mail) => mail.task(),
            Self::CaseEnded(mail) => mail.task(),
            Self::CaseSuspended(mail) => mail.task(),
            Self::RemarkMade(mail) => mail.task(),
            Self::CopiedIn(mail) => mail.task(),
            Self::TaskTransferred(mail) => mail.task(),
            Self::OpinionAsked(mail) => mail.task(),
            Self::SignerAdded(mail) => mail.task(),
            Self::TaskUrged(mail) => mail.task(),
            Self::HandedOver(mail) => mail.task(),
            Self::HandoffMoved(mail) => mail.task(),
            Self::Digest(mail) => mail.task(),
            Self::TaskReminder(mail) => mail.task(),
            Self::TaskEscalated(mail) => mail.task(),
        }
    }

    /// What its templates are given.
    ///
    /// # Errors
    /// Never for the types here, whose keys are text.
    pub fn view(&self, frame: &Frame<'_>) -> serde_json::Result<Value> {
        match self {
            Self::TaskAssigned(mail) => view_of(mail, frame),
            Self::CaseReturned(mail) => view_of(mail, frame),
            Self::DecisionMade(mail) => view_of(mail, frame),
            Self::CaseEnded(mail) => view_of(mail, frame),
            Self::CaseSuspended(mail) => view_of(mail, frame),
            Self::RemarkMade(mail) => view_of(mail, frame),
            Self::CopiedIn(mail) => view_of(mail, frame),
            Self::TaskTransferred(mail) => view_of(mail, frame),
            Self::OpinionAsked(mail) => view_of(mail, frame),
            Self::SignerAdded(mail) => view_of(mail, frame),
            Self::TaskUrged(mail) => view_of(mail, frame),
            Self::HandedOver(mail) => view_of(mail, frame),
            Self::HandoffMoved(mail) => view_of(mail, frame),
            Self::Digest(mail) => view_of(mail, frame),
            Self::TaskReminder(mail) => view_of(mail, frame),
            Self::TaskEscalated(mail) => view_of(mail, frame),
        }
    }

    /// Every sample of every mail.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let mut samples: Vec<Self> = TaskAssigned::samples().into_iter().map(Self::TaskAssigned).collect();
        samples.extend(CaseReturned::samples().into_iter().map(Self::CaseReturned));
        samples.extend(DecisionMade::samples().into_iter().map(Self::DecisionMade));
        samples.extend(CaseEnded::samples().into_iter().map(Self::CaseEnded));
        samples.extend(CaseSuspended::samples().into_iter().map(Self::CaseSuspended));
        samples.extend(RemarkMade::samples().into_iter().map(Self::RemarkMade));
        samples.extend(CopiedIn::samples().into_iter().map(Self::CopiedIn));
        samples.extend(TaskTransferred::samples().into_iter().map(Self::TaskTransferred));
        samples.extend(OpinionAsked::samples().into_iter().map(Self::OpinionAsked));
        samples.extend(SignerAdded::samples().into_iter().map(Self::SignerAdded));
        samples.extend(TaskUrged::samples().into_iter().map(Self::TaskUrged));
        samples.extend(HandedOver::samples().into_iter().map(Self::HandedOver));
        samples.extend(HandoffMoved::samples().into_iter().map(Self::HandoffMoved));
        samples.extend(Digest::samples().into_iter().map(Self::Digest));
        samples.extend(TaskReminder::samples().into_iter().map(Self::TaskReminder));
        samples.extend(TaskEscalated::samples().into_iter().map(Self::TaskEscalated));
        samples
    }
}

fn view_of<M: Mail>(mail: &M, frame: &Frame<'_>) -> serde_json::Result<Value> {
    let case = mail.case();
    let common = CaseView {
        recipient: one_line(frame.recipient),
        workflow: text(&case.workflow, frame),
        case_number: one_line(&case.number),
        project: text(&case.title, frame),
        year: case.year,
        link: format!("{}{}", frame.site, mail.path()),
    };
    let mut view = serde_json::to_value(common)?;
    if let (Value::Object(all), Value::Object(own)) = (&mut view, serde_json::to_value(mail.view(frame))?) {
        all.extend(own);
    }
    Ok(view)
}

fn text(text: &Text, frame: &Frame<'_>) -> String {
    one_line(text.get(frame.lang))
}

/// The case of the samples.
fn sample_case() -> CaseLine {
    CaseLine {
        id: CaseId::from_uuid(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)),
        workflow: Text::new("预算申请", "Budget request"),
        number: "预算申请〔2026〕12号".to_owned(),
        title: Text::new("老旧小区供水管网改造", "老旧小区供水管网改造"),
        year: 2027,
    }
}

/// A deadline for samples.
fn sample_due() -> Option<Instant> {
    Instant::from_timestamp(1_772_701_200, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_knows_every_kind_of_mail_but_the_digest() {
        let mut names: Vec<_> = MailContext::NAMES.into_iter().filter(|name| *name != Digest::NAME).collect();
        names.sort_unstable();
        assert_eq!(names, crate::policy::mail::KINDS);
    }
}
