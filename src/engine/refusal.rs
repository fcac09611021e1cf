//! A rule said no. Every refusal is a sentence that tells a person what to do next, in their language.

mod calendar;
mod definition;
mod mandate;
mod round;
mod schedule;
mod template;

use serde::Serialize;

use super::{handing_over::HandingOverRefusal, tasks::TaskRefusal};
use crate::{
    clock::{Instant, ZONE},
    definition::{FactName, FactValue, StepName, WorkflowName, registry},
    language::{Lang, Text},
    money::Money,
};
pub use calendar::CalendarRefusal;
pub use definition::DefinitionRefusal;
pub use mandate::MandateRefusal;
pub use round::RoundRefusal;
pub use schedule::ScheduleRefusal;
pub use template::TemplateRefusal;

/// Why a command was not carried out. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    /// There is no such thing, or it is not for this person: the same answer for both.
    NotFound,
    /// The task is no longer open.
    TaskClosed {
        /// Who settled it and when, if a person did.
        winner: Option<Winner>,
    },
    /// The task waits for somebody else.
    NotYourTask,
    /// Nobody decides on their own case.
    OwnCase,
    /// The step keeps out whoever acted in another one, and this person did.
    ActedBefore,
    /// A reason is mandatory, whatever is done.
    ReasonNeeded,
    /// No decision was chosen.
    ChooseFirst,
    /// The step does not offer this decision.
    NotOffered,
    /// The case cannot go back to that step.
    CannotReturnTo {
        /// The title of the step.
        step: Text,
    },
    /// Fields are missing, wrong, or not open to this step: each with its sentence.
    Fields {
        /// The problems, in the order of the form.
        problems: Vec<FieldProblem>,
    },
    /// A gate is closed.
    GateClosed {
        /// The gate.
        step: StepName,
        /// The fact that is missing.
        fact: FactName,
        /// The budget year it must be about.
        year: i32,
        /// What the standing fact says instead, if there is one.
        stands: Option<FactValue>,
    },
    /// A fact that had opened a gate was taken back since.
    FactTakenBack {
        /// Its kind.
        fact: FactName,
    },
    /// A budget request says no amount.
    AmountMissing,
    /// The amount is above what the assessment or the targets allow.
    AboveCap {
        /// The gate or the effect that refuses.
        step: StepName,
        /// What was asked for.
        amount: Money,
        /// What is supported.
        cap: Money,
    },
    /// The case is over.
    CaseEnded,
    /// A substitute writes and decides, and passes nothing on.
    NotForSubstitutes,
    /// The case is suspended.
    Suspended {
        /// Since when.
        since: Instant,
    },
    /// The case is not suspended.
    NotSuspended,
    /// Only the workflow administrator suspends, resumes and terminates, and not their own case.
    CannotAdminister,
    /// Something has to be said.
    WordsNeeded,
    /// What was said is too long.
    TooLong {
        /// Characters at most.
        at_most: usize,
    },
    /// Nobody was chosen, or too many.
    ChoosePeople {
        /// People at most.
        at_most: usize,
    },
    /// There is no such person, or they have left.
    UnknownPerson,
    /// Who does not take part in a case copies nobody in and says nothing in its thread.
    TakesNoPart,
    /// Who is asked does not take part in the case.
    AskedIsAway,
    /// Only the initiator may withdraw, and only where the definition allows it.
    CannotWithdraw,
    /// This person may not take that fact back.
    CannotRevoke,
    /// This person may not start that workflow for that project.
    CannotStart,
    /// The project already has a running case of that workflow and year.
    AlreadyRunning {
        /// The workflow.
        workflow: WorkflowName,
        /// Its number.
        number: String,
    },
    /// The year already has a submitted budget request.
    AlreadySubmitted {
        /// The budget year.
        year: i32,
    },
    /// The project asks for no money in that year.
    YearOutside {
        /// The year that was asked for.
        year: i32,
        /// The project's first year.
        from: i32,
        /// The project's last year.
        until: i32,
    },
    /// A condition of the definition cannot be evaluated on this case.
    Undecidable {
        /// The title of the step.
        step: Text,
    },
    /// Another workflow that this step starts cannot be started.
    ChildRefused {
        /// Its title.
        workflow: Text,
        /// Why, as a sentence.
        why: Text,
    },
    /// A list that the case would have to go through is longer than its definition allows.
    TooManyItems {
        /// The title of the step.
        step: Text,
        /// Items in the list.
        found: usize,
        /// Items at most.
        most: usize,
    },
    /// The same idempotency key was used for something else.
    KeyReused,
    /// A rule of the terms that act on one task.
    OnTask(TaskRefusal),
    /// A rule of handing over what somebody holds who leaves.
    HandingOver(HandingOverRefusal),
    /// A rule about definitions.
    #[serde(untagged)]
    Definition(DefinitionRefusal),
    /// A rule about mandates.
    #[serde(untagged)]
    Mandate(MandateRefusal),
    /// A rule about schedules.
    #[serde(untagged)]
    Schedule(ScheduleRefusal),
    /// A rule about the texts of mails.
    #[serde(untagged)]
    Template(TemplateRefusal),
    /// A rule about the working-day calendar.
    #[serde(untagged)]
    Calendar(CalendarRefusal),
    /// A rule about rounds of monitoring.
    #[serde(untagged)]
    Round(RoundRefusal),
}

impl From<RoundRefusal> for Refusal {
    fn from(refusal: RoundRefusal) -> Self {
        Self::Round(refusal)
    }
}

impl From<CalendarRefusal> for Refusal {
    fn from(refusal: CalendarRefusal) -> Self {
        Self::Calendar(refusal)
    }
}

impl From<TemplateRefusal> for Refusal {
    fn from(refusal: TemplateRefusal) -> Self {
        Self::Template(refusal)
    }
}

impl From<MandateRefusal> for Refusal {
    fn from(refusal: MandateRefusal) -> Self {
        Self::Mandate(refusal)
    }
}

impl From<ScheduleRefusal> for Refusal {
    fn from(refusal: ScheduleRefusal) -> Self {
        Self::Schedule(refusal)
    }
}

impl From<DefinitionRefusal> for Refusal {
    fn from(refusal: DefinitionRefusal) -> Self {
        Self::Definition(refusal)
    }
}

/// Who settled a task first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Winner {
    /// Their name.
    pub name: String,
    /// When.
    pub at: Instant,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// The field's title.
    pub title: Text,
    /// What is wrong, as a sentence.
    pub problem: Text,
}

impl Refusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::TaskClosed { .. } => "task-closed",
            Self::NotYourTask => "not-your-task",
            Self::OwnCase => "own-case",
            Self::ActedBefore => "acted-before",
            Self::ReasonNeeded => "reason-needed",
            Self::ChooseFirst => "choose-first",
            Self::NotOffered => "not-offered",
            Self::CannotReturnTo { .. } => "cannot-return-to",
            Self::Fields { .. } => "fields",
            Self::GateClosed { .. } => "gate-closed",
            Self::FactTakenBack { .. } => "fact-taken-back",
            Self::AmountMissing => "amount-missing",
            Self::AboveCap { .. } => "above-cap",
            Self::CaseEnded => "case-ended",
            Self::NotForSubstitutes => "not-for-substitutes",
            Self::Suspended { .. } => "suspended",
            Self::NotSuspended => "not-suspended",
            Self::CannotAdminister => "cannot-administer",
            Self::WordsNeeded => "words-needed",
            Self::TooLong { .. } => "too-long",
            Self::ChoosePeople { .. } => "choose-people",
            Self::UnknownPerson => "unknown-person",
            Self::TakesNoPart => "takes-no-part",
            Self::AskedIsAway => "asked-is-away",
            Self::CannotWithdraw => "cannot-withdraw",
            Self::CannotRevoke => "cannot-revoke",
            Self::CannotStart => "cannot-start",
            Self::AlreadyRunning { .. } => "already-running",
            Self::AlreadySubmitted { .. } => "already-submitted",
            Self::YearOutside { .. } => "year-outside",
            Self::Undecidable { .. } => "undecidable",
            Self::ChildRefused { .. } => "child-refused",
            Self::TooManyItems { .. } => "too-many-items",
            Self::KeyReused => "key-reused",
            Self::OnTask(refusal) => refusal.code(),
            Self::HandingOver(refusal) => refusal.code(),
            Self::Definition(refusal) => refusal.code(),
            Self::Mandate(refusal) => refusal.code(),
            Self::Schedule(refusal) => refusal.code(),
            Self::Template(refusal) => refusal.code(),
            Self::Calendar(refusal) => refusal.code(),
            Self::Round(refusal) => refusal.code(),
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

    #[expect(clippy::too_many_lines, reason = "one sentence for each refusal, side by side")]
    fn chinese(&self) -> String {
        match self {
            Self::NotFound => "没有找到该内容，或者它不在您的权限范围内。请返回列表重新选择。".into(),
            Self::TaskClosed { winner: Some(winner) } => {
                format!("该任务已由{}于{}办理，您无需再办。请在办件页查看结果。", winner.name, shown(winner.at))
            }
            Self::TaskClosed { winner: None } => "该任务已经结束，不能再办理。请在办件页查看最新进展。".into(),
            Self::NotYourTask => "该任务由其他人办理。请在办件页查看当前由谁办理。".into(),
            Self::OwnCase => "发起人不能审批自己发起的办件。请由其他有权限的人员办理。".into(),
            Self::ActedBefore => {
                "您已在本办件的另一环节办理过，按流程规定不能再办理本环节。请由其他有权限的人员办理。".into()
            }
            Self::ReasonNeeded => "这样办理必须填写理由。请说明原因后再提交。".into(),
            Self::ChooseFirst => "请先选择办理方式，再提交办理意见。".into(),
            Self::NotOffered => "该环节不提供这种办理方式。请选择页面上列出的办理方式。".into(),
            Self::CannotReturnTo { step } => {
                format!("不能退回到“{}”：只能退回到本办件已经完成的环节。请改选其他环节，或者另作决定。", step.zh)
            }
            Self::Fields { problems } => {
                let list: Vec<_> = problems.iter().map(|p| format!("“{}”：{}", p.title.zh, p.problem.zh)).collect();
                format!("表单有{}处需要修改。{}", problems.len(), list.join(""))
            }
            Self::GateClosed { fact, year, stands, .. } => {
                let entry = registry::fact(fact.as_str());
                let title = entry.map_or(fact.as_str(), |f| f.entry.zh);
                match stands {
                    Some(value) => format!(
                        "不能继续：本项目{year}年度“{title}”的结论是“{}”，不满足要求。请先重新办理“{title}”。",
                        value_title(fact, value, Lang::Zh)
                    ),
                    None => format!("不能继续：本项目{year}年度还没有“{title}”。请先办理“{title}”，通过后再提交。"),
                }
            }
            Self::FactTakenBack { fact } => {
                let title = fact_title(fact, Lang::Zh);
                format!("不能提交：作为前提的“{title}”已被撤销。请退回本办件，重新办理“{title}”后再提交。")
            }
            Self::AmountMissing => {
                "不能提交：还没有填写申请金额。请退回填报的环节，填写金额后再提交；没有环节可填的，请联系流程管理员。"
                    .into()
            }
            Self::AboveCap { amount, cap, .. } => {
                format!(
                    "申请金额{amount}超过允许的金额{cap}（评估支持的金额或绩效目标中的财政拨款）。请调整到此数以内。"
                )
            }
            Self::CaseEnded => "该办件已经办结，不能再变更。请在办件页查看结果；仍需办理的，请重新发起。".into(),
            Self::NotForSubstitutes => {
                "代理人只能代为填报和审批，不能代为转办、委派或加签。请由被代理人本人处理。".into()
            }
            Self::Suspended { since } => {
                format!("本办件已于{}挂起，恢复之前不能办理。请等待流程管理员恢复，或与其联系。", shown(*since))
            }
            Self::NotSuspended => "该办件没有挂起，无需恢复。请在办件页查看最新进展。".into(),
            Self::CannotAdminister => {
                "只有流程管理员可以挂起、恢复或终止办件，且不能处理自己发起的办件。请联系流程管理员。".into()
            }
            Self::WordsNeeded => "内容不能为空，请填写后再提交。".into(),
            Self::TooLong { at_most } => format!("内容过长，最多{at_most}个字。请精简后再提交。"),
            Self::ChoosePeople { at_most } => format!("请选择人员，一次最多{at_most}人。"),
            Self::UnknownPerson => "所选人员不存在或已停用。请重新选择。".into(),
            Self::TakesNoPart => "只有本办件的发起人、办理人和被抄送人可以抄送或沟通。请先请办理人抄送给您。".into(),
            Self::AskedIsAway => "对方尚未参与本办件，看不到您的留言。请先抄送给对方，再请其答复。".into(),
            Self::CannotWithdraw => {
                "只有发起人可以撤销办件，且流程须允许撤销。请联系发起人；流程不允许撤销的，请联系流程管理员终止。"
                    .into()
            }
            Self::CannotRevoke => "您没有撤销该结论的权限，或者它已经被撤销。请联系财政绩效科。".into(),
            Self::CannotStart => "您不能为该项目发起此流程。请由项目所在单位的项目责任人发起。".into(),
            Self::AlreadyRunning { number, .. } => {
                format!("该项目本年度已有同一流程的办件{number}正在办理，请继续办理该办件。")
            }
            Self::AlreadySubmitted { year } => {
                format!("该项目{year}年度的预算申请已经提交，不能重复提交。请在项目页查看该申请，或者选择其他年度。")
            }
            Self::YearOutside { year, from, until } => {
                format!(
                    "该项目的实施期为{from}至{until}年，不能申请{year}年度。请选择实施期内的年度，或先调整项目实施期。"
                )
            }
            Self::Undecidable { step } => {
                format!("流程定义在“{}”处的条件无法判断，本次操作没有生效。请联系流程管理员。", step.zh)
            }
            Self::ChildRefused { workflow, why } => {
                format!("不能继续：本步骤要发起的“{}”未能发起。{}", workflow.zh, why.zh)
            }
            Self::TooManyItems { step, found, most } => {
                format!(
                    "“{}”的列表有{found}项，最多{most}项，本次操作没有生效。请先核减列表，或联系流程管理员。",
                    step.zh
                )
            }
            Self::OnTask(refusal) => refusal.sentence(Lang::Zh),
            Self::HandingOver(refusal) => refusal.sentence(Lang::Zh),
            Self::Definition(refusal) => refusal.chinese(),
            Self::Mandate(refusal) => refusal.chinese(),
            Self::Schedule(refusal) => refusal.chinese(),
            Self::Template(refusal) => refusal.chinese(),
            Self::Calendar(refusal) => refusal.chinese(),
            Self::Round(refusal) => refusal.chinese(),
            Self::KeyReused => "同一个幂等键已用于另一个请求。请换用新的幂等键。".into(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one sentence for each refusal, side by side")]
    fn english(&self) -> String {
        match self {
            Self::NotFound => "This does not exist or is not open to you. Go back to the list and choose again.".into(),
            Self::TaskClosed { winner: Some(winner) } => format!(
                "{} already settled this task on {}. You need not act; see the case for the result.",
                winner.name,
                shown(winner.at)
            ),
            Self::TaskClosed { winner: None } => "This task is closed. See the case for where it stands now.".into(),
            Self::NotYourTask => "This task waits for somebody else. The case page shows for whom.".into(),
            Self::OwnCase => "Nobody decides on a case they started. Somebody else with the role must act.".into(),
            Self::ActedBefore => {
                "You acted in another step of this case, and this step keeps out whoever did. Somebody else must act."
                    .into()
            }
            Self::ReasonNeeded => "This needs a reason. Say why, then submit again.".into(),
            Self::ChooseFirst => "Choose a decision first, then submit it.".into(),
            Self::NotOffered => "This step does not offer that decision. Choose one of those on the page.".into(),
            Self::CannotReturnTo { step } => {
                format!(
                    "The case cannot return to “{}”: only to a step it has already passed. Choose another, or decide otherwise.",
                    step.en
                )
            }
            Self::Fields { problems } => {
                let list: Vec<_> = problems.iter().map(|p| format!(" {}: {}", p.title.en, p.problem.en)).collect();
                format!("{} field(s) need attention.{}", problems.len(), list.concat())
            }
            Self::GateClosed { fact, year, stands, .. } => {
                let title = fact_title(fact, Lang::En);
                match stands {
                    Some(value) => format!(
                        "Not possible yet: “{title}” of {year} for this project says “{}”. Obtain it again first.",
                        value_title(fact, value, Lang::En)
                    ),
                    None => format!("Not possible yet: this project has no “{title}” for {year}. Obtain it first."),
                }
            }
            Self::FactTakenBack { fact } => {
                let title = fact_title(fact, Lang::En);
                format!(
                    "Not possible: “{title}”, on which this rests, was taken back. Return the case and obtain it again."
                )
            }
            Self::AmountMissing => {
                "Not possible: no amount is filled in. Return the case to the step that writes it, then submit again; where no step does, ask the workflow administrator.".into()
            }
            Self::AboveCap { amount, cap, .. } => {
                format!(
                    "The amount {amount} is above the {cap} that the assessment or the targets allow. Lower it to that."
                )
            }
            Self::CaseEnded => {
                "This case is over and cannot change any more. Its page shows the result; start a new case for what is still needed.".into()
            }
            Self::NotForSubstitutes => {
                "A substitute fills in and decides, and passes nothing on. The person they stand for has to.".into()
            }
            Self::Suspended { since } => format!(
                "This case is suspended since {}. Wait until the workflow administrator resumes it, or ask them.",
                shown(*since)
            ),
            Self::NotSuspended => "This case is not suspended. See the case for where it stands.".into(),
            Self::CannotAdminister => {
                "Only the workflow administrator suspends, resumes or ends a case, and not their own. Ask them.".into()
            }
            Self::WordsNeeded => "Nothing was said. Write it, then submit again.".into(),
            Self::TooLong { at_most } => format!("This is too long: at most {at_most} characters. Shorten it."),
            Self::ChoosePeople { at_most } => format!("Choose people, at most {at_most} at once."),
            Self::UnknownPerson => "There is no such person, or they have left. Choose again.".into(),
            Self::TakesNoPart => {
                "Only who started the case, acts on it or was copied in may do this. Ask to be copied in.".into()
            }
            Self::AskedIsAway => {
                "They do not take part in this case and cannot read this. Copy them in first, then ask.".into()
            }
            Self::CannotWithdraw => {
                "Only the initiator withdraws, where the workflow allows it. Ask them, or else the workflow administrator to end it.".into()
            }
            Self::CannotRevoke => {
                "You may not take this conclusion back, or it already was. Ask the finance performance section.".into()
            }
            Self::CannotStart => {
                "You may not start this workflow for this project. A project officer of its unit must.".into()
            }
            Self::AlreadyRunning { number, .. } => {
                format!("Case {number} of this workflow is already running for this project and year. Continue there.")
            }
            Self::AlreadySubmitted { year } => {
                format!(
                    "The budget request of {year} for this project was submitted before. See it on the project's page, or choose another year."
                )
            }
            Self::YearOutside { year, from, until } => format!(
                "The project runs from {from} to {until}; {year} is outside. Choose one of its years, or change its period first."
            ),
            Self::Undecidable { step } => format!(
                "A condition at “{}” cannot be evaluated; nothing was done. Ask the workflow administrator.",
                step.en
            ),
            Self::ChildRefused { workflow, why } => {
                format!("Not possible: this would start “{}”, which cannot be started. {}", workflow.en, why.en)
            }
            Self::TooManyItems { step, found, most } => format!(
                "The list of “{}” has {found} items; {most} at most. Nothing was done. Shorten the list, or ask the workflow administrator.",
                step.en
            ),
            Self::OnTask(refusal) => refusal.sentence(Lang::En),
            Self::HandingOver(refusal) => refusal.sentence(Lang::En),
            Self::Definition(refusal) => refusal.english(),
            Self::Mandate(refusal) => refusal.english(),
            Self::Schedule(refusal) => refusal.english(),
            Self::Template(refusal) => refusal.english(),
            Self::Calendar(refusal) => refusal.english(),
            Self::Round(refusal) => refusal.english(),
            Self::KeyReused => "This idempotency key was used for another request. Use a new one.".into(),
        }
    }
}

/// The title of a kind of fact.
#[must_use]
pub fn fact_title(fact: &FactName, lang: Lang) -> String {
    registry::fact(fact.as_str()).map_or_else(|| fact.to_string(), |f| f.entry.title(lang).to_owned())
}

/// The title of a fact's value.
#[must_use]
pub fn value_title(fact: &FactName, value: &FactValue, lang: Lang) -> String {
    registry::fact(fact.as_str())
        .and_then(|f| f.values.iter().find(|entry| entry.name == value.as_str()))
        .map_or_else(|| value.to_string(), |entry| entry.title(lang).to_owned())
}

fn shown(at: Instant) -> String {
    at.with_timezone(&ZONE).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_called_by_its_title_and_every_no_says_what_to_do_next() {
        let step = Text::new("填写申请", "Write the request");
        for (refusal, zh, en) in [
            (Refusal::CannotReturnTo { step: step.clone() }, "“填写申请”", "“Write the request”"),
            (Refusal::Undecidable { step }, "“填写申请”", "“Write the request”"),
            (Refusal::CaseEnded, "请在办件页查看", "start a new case"),
            (Refusal::CannotWithdraw, "请联系发起人", "Ask them"),
            (Refusal::AlreadySubmitted { year: 2027 }, "请在项目页查看", "See it on the project's page"),
            (RoundRefusal::NoRoundOver { year: 2027 }.into(), "请在一期结束后发起", "Start when one is"),
            (Refusal::ReasonNeeded, "请说明原因", "Say why"),
            (Refusal::AmountMissing, "请退回填报的环节", "Return the case"),
        ] {
            assert!(refusal.sentence(Lang::Zh).contains(zh), "{}", refusal.sentence(Lang::Zh));
            assert!(refusal.sentence(Lang::En).contains(en), "{}", refusal.sentence(Lang::En));
        }
    }
}
