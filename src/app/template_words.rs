//! The mails and what they may name, in words.

use serde_json::Value;

use crate::{
    engine::{Refusal, refusal::FieldProblem},
    language::{Lang, Text},
    notify::{own::Part, proofread::Mistake},
};

/// Name, title and purpose of every mail.
const MAILS: &[(&str, [&str; 2], [&str; 2])] = &[
    (
        "task-assigned",
        ["新待办", "A new task"],
        ["有一项工作等待收件人填报或者审批时发出。", "Sent when a task waits for the recipient."],
    ),
    (
        "case-returned",
        ["退回", "A return"],
        [
            "事项被退回到收件人，或者收件人发起的事项被退回时发出。",
            "Sent when a case comes back to the recipient, or one that they started is returned.",
        ],
    ),
    (
        "decision-made",
        ["环节办结", "A decision"],
        [
            "收件人发起的事项办结一个环节、继续流转时发出。",
            "Sent when a step of the recipient's case was decided and the case goes on.",
        ],
    ),
    (
        "case-ended",
        ["事项办结", "The end of a case"],
        ["收件人发起的事项办结时发出。", "Sent when the recipient's case is over."],
    ),
    (
        "case-suspended",
        ["中止与恢复", "A suspension"],
        [
            "与收件人有关的事项中止或者恢复办理时发出。",
            "Sent when a case that concerns the recipient is suspended, or goes on again.",
        ],
    ),
    (
        "remark-made",
        ["询问", "A question"],
        [
            "有人在事项中向收件人提问时发出；问题本身只在页面中。",
            "Sent when somebody asks the recipient something in a case; the question itself stays on the page.",
        ],
    ),
    (
        "copied-in",
        ["抄送", "A copy"],
        ["事项抄送收件人阅知时发出，无须办理。", "Sent when the recipient may read along; nothing is wanted of them."],
    ),
    (
        "task-transferred",
        ["转办", "A transfer"],
        ["有人把工作转办给收件人时发出。", "Sent when somebody gives a task to the recipient for good."],
    ),
    (
        "opinion-asked",
        ["征求意见", "An opinion"],
        [
            "有人委派收件人提出意见时发出。",
            "Sent when somebody wants the recipient's opinion on a task that stays their own.",
        ],
    ),
    (
        "signer-added",
        ["加签", "An added signer"],
        ["收件人被加签时发出。", "Sent when the recipient is added as a signer."],
    ),
    ("task-urged", ["催办", "Urging"], ["有人催办收件人的工作时发出。", "Sent when somebody urges the recipient."]),
    (
        "handed-over",
        ["工作移交", "A handover"],
        [
            "离岗人员的工作移交给收件人时发出，一次移交一封。",
            "Sent when what somebody held who leaves is the recipient's; one for each handover.",
        ],
    ),
    (
        "handoff-moved",
        ["移送动态", "A referred package"],
        [
            "材料移送到收件人所在机关，或者对方机关签收、答复时发出；不含移送内容。",
            "Sent when a package has come, or was received or answered by the other organ; nothing of its contents.",
        ],
    ),
    (
        "digest",
        ["待办汇总", "The digest"],
        [
            "每个工作日早晨，把待办和进展合并为一封发出，代替逐件通知。",
            "Sent in the morning in place of one mail for each: what waits and what happened.",
        ],
    ),
    (
        "task-reminder",
        ["时限提醒", "A reminder"],
        [
            "收件人的工作临近时限、到期或者逾期时发出。",
            "Sent when a deadline of the recipient's comes near, is today, or has passed.",
        ],
    ),
    (
        "task-escalated",
        ["逾期报告", "An escalation"],
        [
            "工作逾期需要报告上级时，向上级和逾期人员发出。",
            "Sent to those above and to those who are late when a late task is reported.",
        ],
    ),
];

/// What a name stands for.
const NAMES: &[(&str, &str, &str)] = &[
    ("recipient", "收件人姓名", "the recipient's name"),
    ("workflow", "流程名称", "the title of the workflow"),
    ("case_number", "流程编号", "the number of the case"),
    ("project", "项目名称，或者事项名称", "what the case is called: its project, as a rule"),
    ("year", "预算年度（数字）", "the budget year, a number"),
    ("link", "打开页面的地址，每封邮件必须显示", "the address of the page; every mail shows it"),
    ("step", "环节名称", "the title of the step"),
    ("to_fill", "是否为填报（用于条件）", "whether it is to be filled in (for conditions)"),
    ("sender", "上一环节办理人；没有时为空", "who settled the step before; empty when nobody did"),
    ("shared", "是否同时发给多人（用于条件）", "whether others may settle it as well (for conditions)"),
    ("deadline", "办理时限，北京时间；没有时为空", "when it is due, in Beijing time; empty when it is not"),
    (
        "remaining",
        "距时限还有多久，或者逾期多久；没有时限时为空",
        "what is left, or by how much it is over; empty without a deadline",
    ),
    ("by", "办理人姓名；可能为空", "who did it; may be empty"),
    ("to_step", "退回到的环节", "the step it was returned to"),
    ("yours", "是否等待收件人办理（用于条件）", "whether it waits for the recipient (for conditions)"),
    ("decision", "办理结果", "what was decided"),
    ("decided_at", "办理时间", "when it was decided"),
    ("next", "下一环节；没有时为空", "the step that comes next; may be empty"),
    ("outcome", "办结结果", "the outcome of the case"),
    ("ended_at", "办结时间", "when the case ended"),
    ("goes_on", "是否为恢复办理（用于条件）", "whether the case goes on again (for conditions)"),
    ("at", "时间", "when"),
    ("headline", "一句话说明时限状况", "how near or how late, in a few words"),
    ("overdue", "是否已逾期（用于条件）", "whether it is overdue (for conditions)"),
    ("counted", "时限从何时起算；可能为空", "from what the deadline was counted; may be empty"),
    ("provisional", "时限是否为暂定（用于条件）", "whether the deadline may still move (for conditions)"),
    ("basis", "依据的条款；可能为空", "the articles it rests on; may be empty"),
    ("before", "是否为前加签（用于条件）", "whether to sign before (for conditions)"),
    ("after", "是否为后加签（用于条件）", "whether to sign after (for conditions)"),
    ("from", "移交人姓名", "who leaves"),
    ("count", "事项数量", "how many things"),
    ("list", "事项清单，一行一项", "the things, one to a line"),
    ("moved_at", "移送、签收或者答复的时间", "when it was sent, received or answered"),
    ("sent", "是否为移送到达（用于条件）", "whether a package has come (for conditions)"),
    ("received", "是否为对方签收（用于条件）", "whether it was received (for conditions)"),
    ("answered", "是否为对方答复（用于条件）", "whether it was answered (for conditions)"),
    ("waiting", "待办数量", "how many tasks wait"),
    ("tasks", "待办清单，每项两行，空行隔开", "the tasks that wait, two lines each, a blank line between"),
    ("more_tasks", "未列出的待办数量；没有时为空", "how many tasks are not listed; empty for none"),
    ("happened", "进展数量", "how much else happened"),
    ("news", "进展清单，一行一项", "what else happened, one to a line"),
    ("more_news", "未列出的进展数量；没有时为空", "how much is not listed; empty for none"),
    ("late", "逾期人员姓名", "who is late"),
    ("told", "已报告的上级姓名；可能为空", "who above was told; may be empty"),
    ("to_holder", "收件人是否就是逾期人员（用于条件）", "whether the recipient is who is late (for conditions)"),
    ("since", "自何时起逾期", "since when it is late"),
];

/// What a mail is called; one that is not known here goes by its name.
#[must_use]
pub fn title(mail: &str) -> Text {
    of(mail).map_or_else(|| Text::new(mail, mail), |(_, [zh, en], _)| Text::new(*zh, *en))
}

/// When it is sent, and what for.
#[must_use]
pub fn purpose(mail: &str) -> Text {
    of(mail).map(|(_, _, [zh, en])| Text::new(*zh, *en)).unwrap_or_default()
}

/// What a name stands for in a mail.
#[must_use]
pub fn name(mail: &str, name: &str) -> Text {
    if (mail, name) == ("digest", "overdue") {
        return Text::new("其中已逾期的数量", "how many of them are overdue");
    }
    let known = NAMES.iter().find(|(known, ..)| *known == name);
    known.map(|(_, zh, en)| Text::new(*zh, *en)).unwrap_or_default()
}

/// What a name stands for in a sample.
#[must_use]
pub fn value(value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => lang.pick("（空）", "(empty)").to_owned(),
        Value::Bool(true) => lang.pick("是", "yes").to_owned(),
        Value::Bool(false) => lang.pick("否", "no").to_owned(),
        Value::String(text) if text.is_empty() => lang.pick("（空）", "(empty)").to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Mistakes as programs read them: each with its part and its place.
#[must_use]
pub fn refusal(mistakes: &[Mistake]) -> Refusal {
    let problem = |mistake: &Mistake| {
        let Mistake { part, line, column, text } = mistake;
        let problem = if *line == 0 {
            text.clone()
        } else {
            Text::new(
                format!("第{line}行第{column}列：{}", text.zh),
                format!("Line {line}, column {column}: {}", text.en),
            )
        };
        FieldProblem { field: part.name().to_owned(), title: part_title(*part), problem }
    };
    Refusal::Fields { problems: mistakes.iter().map(problem).collect() }
}

fn part_title(part: Part) -> Text {
    match part {
        Part::Subject => Text::new("主题", "Subject"),
        Part::Text => Text::new("纯文本", "Plain text"),
        Part::Html => Text::new("HTML", "HTML"),
    }
}

fn of(mail: &str) -> Option<&'static (&'static str, [&'static str; 2], [&'static str; 2])> {
    MAILS.iter().find(|(name, ..)| *name == mail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::{mails::MailContext, templates::vocabulary};

    #[test]
    fn every_mail_and_every_name_has_words() {
        for mail in MailContext::NAMES {
            assert_ne!(title(mail).zh, mail, "app/template_words.rs has no words for the mail {mail}");
            assert!(!purpose(mail).en.is_empty());
            for known in vocabulary(mail, "txt").names {
                assert!(!name(mail, &known).zh.is_empty(), "app/template_words.rs has no words for {known} of {mail}");
            }
        }
        assert_eq!(MAILS.len(), MailContext::NAMES.len(), "words for a mail that there is not");
        for (known, ..) in NAMES {
            let is_used = |mail: &&str| vocabulary(mail, "txt").names.contains(*known);
            assert!(MailContext::NAMES.iter().any(is_used), "words for “{known}”, which no mail has");
        }
    }
}
