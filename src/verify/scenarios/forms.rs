//! What can be said, as examples: shown where a line is not understood.

use super::words::Word;
use crate::{definition::problem::nearest, language::Text};

/// Shorter words are no slips of the pen.
const SLIP_CHARS_MIN: usize = 4;

/// What can be said: the verb in English and Chinese, and the sentence in both.
pub(super) const FORMS: &[(&[&str], &str, &str)] = &[
    (&["starts", "发起"], "li-wei starts performance-targets", "李伟 发起 performance-targets"),
    (&["completes", "填报"], "li-wei completes draft with amount 120万元", "李伟 填报 draft，amount 120万元"),
    (&["approves", "同意"], "chen-jie approves department-review", "陈洁 同意 department-review"),
    (&["rejects", "不同意"], "chen-jie rejects department-review because …", "陈洁 不同意 department-review，因为 …"),
    (
        &["returns", "退回"],
        "chen-jie returns department-review to draft because …",
        "陈洁 退回 department-review 至 draft，因为 …",
    ),
    (&["grades", "评定"], "finance grades finance-review poor", "财政绩效科 评定 finance-review 为 差"),
    (&["receives", "签收"], "zhou-yun receives to-audit", "周芸 签收 to-audit"),
    (
        &["answers", "答复"],
        "zhou-yun answers to-audit with reply 已立案; zhou-yun answers to-audit as declined",
        "周芸 答复 to-audit，reply 已立案；周芸 答复 to-audit 为 declined",
    ),
    (&["withdraws", "撤销"], "li-wei withdraws the case because …", "李伟 撤销 办件，因为 …"),
    (&["takes", "收回"], "finance takes back assessment because …", "财政绩效科 收回 assessment，因为 …"),
    (&["abstains", "弃权", "abstain"], "chen-jie abstains at finance-review", "陈洁 弃权 finance-review"),
    (&["claims", "认领", "claim"], "chen-jie claims finance-review", "陈洁 认领 finance-review"),
    (&["releases", "归还", "release"], "chen-jie releases finance-review", "陈洁 归还 finance-review"),
    (
        &["transfers", "转办", "transfer"],
        "chen-jie transfers department-review to qian-hao because …",
        "陈洁 转办 department-review 给 钱浩，因为 …",
    ),
    (
        &["delegates", "委派", "delegate"],
        "chen-jie delegates department-review to qian-hao because …",
        "陈洁 委派 department-review 给 钱浩，因为 …",
    ),
    (
        &["advises", "建议同意", "建议不同意", "advise"],
        "qian-hao advises for department-review because …; qian-hao advises against department-review because …",
        "钱浩 建议同意 department-review，因为 …；钱浩 建议不同意 department-review，因为 …",
    ),
    (&["calls", "收回委派", "call"], "chen-jie calls back department-review", "陈洁 收回委派 department-review"),
    (
        &["adds", "前加签", "后加签", "并签", "add"],
        "chen-jie adds qian-hao before department-review; … after …; … beside …",
        "陈洁 前加签 钱浩 于 department-review；陈洁 后加签 …；陈洁 并签 …",
    ),
    (
        &["removes", "减签", "remove"],
        "chen-jie removes qian-hao from department-review",
        "陈洁 减签 钱浩 于 department-review",
    ),
    (
        &["chooses", "选定", "choose"],
        "chen-jie chooses qian-hao and zhou-yun for department-approval",
        "陈洁 选定 钱浩、周芸 办理 department-approval",
    ),
    (&["urges", "催办", "urge"], "li-wei urges department-review", "李伟 催办 department-review"),
    (&["takes", "撤回"], "chen-jie takes back the decision because …", "陈洁 撤回 决定，因为 …"),
    (&["suspends", "挂起", "suspend"], "admin suspends the case because …", "流程管理员 挂起 办件，因为 …"),
    (&["resumes", "恢复", "resume"], "admin resumes the case because …", "流程管理员 恢复 办件，因为 …"),
    (&["terminates", "终止", "terminate"], "admin terminates the case because …", "流程管理员 终止 办件，因为 …"),
    (&["cannot", "不能"], "li-wei cannot start budget-request because “…”", "李伟 不能 发起 budget-request，因为“…”"),
    (&["pass", "过"], "5 working days pass", "过 5个工作日"),
    (&["arrives", "到"], "2027-01-04 arrives", "到 2027-01-04"),
    (&["leaves", "离任"], "chen-jie leaves", "陈洁 离任"),
    (&["becomes", "任职"], "chen-jie becomes department-head of edu", "陈洁 任职 department-head 于 edu"),
    (&["ends", "办结为"], "the case ends blocked", "办件 办结为 blocked"),
    (
        &["waits", "停在", "待"],
        "the case waits at finance-review; finance-review waits for finance",
        "办件 停在 finance-review；finance-review 待 财政绩效科",
    ),
    (&["nobody", "无人可办"], "nobody can do finance-review", "finance-review 无人可办"),
    (&["due", "截止"], "finance-review is due on 2026-11-30", "finance-review 截止 2026-11-30"),
    (&["is", "为"], "targets is accepted up to 120万元", "targets 为 accepted 上限 120万元"),
    (&["no", "没有"], "there is no targets", "没有 targets"),
    (
        &["done", "已执行", "未执行"],
        "submit-budget-request is done; submit-budget-request is not done",
        "submit-budget-request 已执行；submit-budget-request 未执行",
    ),
    (&["copied", "收到抄送"], "chen-jie is copied in", "陈洁 收到抄送"),
    (
        &["reminded", "收到提醒", "未收到提醒"],
        "li-wei is reminded of draft; li-wei is not reminded of draft",
        "李伟 收到提醒 draft；李伟 未收到提醒 draft",
    ),
    (
        &["told", "得知逾期", "未得知逾期"],
        "zhao-min is told that draft is late; zhao-min is not told that draft is late",
        "赵敏 得知逾期 draft；赵敏 未得知逾期 draft",
    ),
];

/// The forms that the line may have meant: those whose verb it has, else those whose verb one of its words is nearly, or
/// else every verb.
pub(super) fn forms_for(words: &[Word]) -> Text {
    let having = |is: &dyn Fn(&Word, &[&str]) -> bool| -> Vec<&(&[&str], &str, &str)> {
        FORMS.iter().filter(|(verbs, ..)| words.iter().any(|word| is(word, verbs))).collect()
    };
    let mut meant = having(&|word, verbs| word.is(verbs));
    if meant.is_empty() {
        let verbs = || FORMS.iter().flat_map(|(verbs, ..)| verbs.iter().copied());
        // The first word is somebody's name, and a short word is near to everything.
        let slips = words.iter().skip(1).filter(|word| word.text.chars().count() >= SLIP_CHARS_MIN);
        let near: Vec<_> = slips.filter_map(|word| nearest(&word.text, verbs())).collect();
        meant = FORMS.iter().filter(|(verbs, ..)| near.iter().any(|near| verbs.contains(near))).collect();
    }
    if meant.is_empty() {
        let (en, zh) = (FORMS[0].1, FORMS[0].2);
        let verbs = |at: fn(&&[&'static str]) -> &'static str| FORMS.iter().map(|form| at(&form.0)).collect::<Vec<_>>();
        let (english, chinese) = (verbs(|verbs| verbs[0]).join(", "), verbs(|verbs| verbs[1]).join("、"));
        return Text::new(
            format!("{zh}。可用的词：{chinese}；写法见 workflows/README.md。"),
            format!("{en}. The verbs: {english}; workflows/README.md shows their sentences."),
        );
    }
    let zh: Vec<_> = meant.iter().map(|form| form.2).collect();
    let en: Vec<_> = meant.iter().map(|form| form.1).collect();
    Text::new(zh.join("；"), en.join("; "))
}
