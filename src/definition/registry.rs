//! What definitions may name: roles, kinds of facts, effects and mails. The checker refuses anything else.

use crate::language::Lang;

/// Something with a name for machines and a title for people.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// As definitions write it.
    pub name: &'static str,
    /// Chinese title.
    pub zh: &'static str,
    /// English title.
    pub en: &'static str,
}

impl Entry {
    /// The title in `lang`.
    #[must_use]
    pub const fn title(&self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }
}

/// A kind of fact with the values it can take and the workflow that records it.
#[derive(Debug, Clone, Copy)]
pub struct FactEntry {
    /// Its name and titles.
    pub entry: Entry,
    /// The values it can take.
    pub values: &'static [Entry],
    /// The workflow that a person starts to obtain it.
    pub obtained_by: &'static str,
}

const fn entry(name: &'static str, zh: &'static str, en: &'static str) -> Entry {
    Entry { name, zh, en }
}

/// The roles an official can be appointed to.
pub const ROLES: &[Entry] = &[
    entry("project-officer", "项目责任人", "Project officer"),
    entry("unit-head", "单位负责人", "Unit head"),
    entry("department-reviewer", "部门绩效审核岗", "Department reviewer"),
    entry("department-head", "部门主要负责人", "Department head"),
    entry("finance-performance", "财政绩效科", "Finance performance section"),
    entry("finance-section", "财政业务科", "Finance business section"),
    entry("finance-leader", "财政局分管领导", "Finance leader"),
    entry("auditor", "审计人员", "Auditor"),
    entry("discipline", "纪检监察人员", "Discipline inspector"),
    entry("congress", "人大预算工委人员", "People's Congress officer"),
    entry("workflow-admin", "流程管理员", "Workflow administrator"),
    entry("security-admin", "安全管理员", "Security administrator"),
    entry("audit-admin", "审计管理员", "Audit administrator"),
    entry("operator", "运维人员", "Operator"),
];

/// The three administrators: three people, and nobody stands for one of them.
pub const ADMINISTRATORS: &[&str] = &["workflow-admin", "security-admin", "audit-admin"];

/// The kinds of facts.
pub const FACTS: &[FactEntry] = &[
    FactEntry {
        entry: entry("assessment", "事前绩效评估", "Ex-ante assessment"),
        values: &[
            entry("supported", "予以支持", "Supported"),
            entry("adjusted", "调整后支持", "Supported after adjustment"),
            entry("not-supported", "不予支持", "Not supported"),
            entry("exempt", "免于评估", "Exempt"),
        ],
        obtained_by: "ex-ante-assessment",
    },
    FactEntry {
        entry: entry("targets", "绩效目标", "Performance targets"),
        values: &[entry("accepted", "审核通过", "Accepted")],
        obtained_by: "performance-targets",
    },
    FactEntry {
        entry: entry("monitoring", "绩效运行监控", "Performance monitoring"),
        values: LAMPS,
        obtained_by: "monitoring",
    },
    FactEntry {
        entry: entry("rectification", "整改", "Rectification"),
        values: &[entry("accepted", "验收通过", "Accepted")],
        obtained_by: "rectification",
    },
];

/// The lamps of 双监控, from the worst on.
pub const LAMPS: &[Entry] = &[
    entry("red", "红灯", "Red"),
    entry("yellow", "黄灯", "Yellow"),
    entry("green", "绿灯", "Green"),
    entry("blue", "蓝灯", "Blue"),
];

/// How the two clocks stand to one another.
pub const QUADRANTS: &[Entry] = &[
    entry("on-track", "双达标", "Both on time"),
    entry("money-ahead", "支出快于绩效", "Money ahead of results"),
    entry("results-ahead", "绩效快于支出", "Results ahead of money"),
    entry("both-behind", "双滞后", "Both behind"),
];

/// Why an indicator deviates from its annual value.
pub const CAUSES: &[Entry] = &[
    entry("funds", "经费", "Funds"),
    entry("rules", "制度", "Rules"),
    entry("people", "人员", "People"),
    entry("equipment", "硬件", "Equipment"),
    entry("other", "其他", "Other"),
];

/// Whether an annual value will be reached.
pub const LIKELIHOODS: &[Entry] = &[
    entry("certain", "确定能", "Certain"),
    entry("possible", "有可能", "Possible"),
    entry("impossible", "完全不可能", "Impossible"),
];

/// The effects a `do` step can have.
pub const EFFECTS: &[Entry] = &[
    entry(SUBMIT_BUDGET_REQUEST, "提交预算申请", "Submit the budget request"),
    entry(PUBLISH_DEFINITION, "发布流程定义", "Publish the definition"),
    entry(SUSPEND_FUNDING, "暂停拨款", "Suspend funding"),
    entry(RESUME_FUNDING, "恢复拨款", "Resume funding"),
    entry(OPEN_RECTIFICATION, "列入整改", "Open a rectification"),
];

/// The effects that the system may have by itself when a deadline has passed: they hold something back and give nothing.
pub const EFFECTS_WHEN_LATE: &[&str] = &[SUSPEND_FUNDING];

/// The effect after which no money is paid to a project in a year.
pub const SUSPEND_FUNDING: &str = "suspend-funding";
/// The effect that ends [`SUSPEND_FUNDING`].
pub const RESUME_FUNDING: &str = "resume-funding";
/// The effect that lists a rectification of a project and year.
pub const OPEN_RECTIFICATION: &str = "open-rectification";

/// The effect that submits a budget request.
pub const SUBMIT_BUDGET_REQUEST: &str = "submit-budget-request";
/// The effect that makes the draft of a case the live version of its workflow.
pub const PUBLISH_DEFINITION: &str = "publish-definition";

/// What an effect needs of the definition that has it, besides what mandates ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectNeeds {
    /// The money field that it reads, filled on every way to it.
    pub amount: Option<&'static str>,
    /// Whether it is refused where the case has had it before.
    pub once: bool,
}

/// The effects that need something.
const NEEDS: &[(&str, EffectNeeds)] = &[
    (SUBMIT_BUDGET_REQUEST, EffectNeeds { amount: Some(REQUESTED_AMOUNT), once: true }),
    (PUBLISH_DEFINITION, EffectNeeds { amount: None, once: true }),
];

/// The field that says how much a budget request asks for.
pub const REQUESTED_AMOUNT: &str = "amount";

/// What the effect called `name` needs.
#[must_use]
pub fn needs_of(name: &str) -> EffectNeeds {
    let found = NEEDS.iter().find(|(effect, _)| *effect == name);
    found.map_or(EffectNeeds { amount: None, once: false }, |(_, needs)| *needs)
}

/// The mails a `notify` step can send.
pub const MAILS: &[Entry] = &[entry("copied-in", "抄送通知", "Copied in")];

/// The standard grades with their titles; other grades bring a title of their own.
pub const GRADES: &[Entry] = &[
    entry("excellent", "优", "Excellent"),
    entry("good", "良", "Good"),
    entry("fair", "中", "Fair"),
    entry("poor", "差", "Poor"),
];

/// What a case ends as when the workflow administrator terminates it. No definition declares it or leads to it.
pub const TERMINATED: Entry = entry("terminated", "已终止", "Terminated");

/// The outcomes with their titles; a definition may only end as one of these.
pub const OUTCOMES: &[Entry] = &[
    entry("supported", "予以支持", "Supported"),
    entry("adjusted", "调整后支持", "Supported after adjustment"),
    entry("not-supported", "不予支持", "Not supported"),
    entry("exempt", "免于评估", "Exempt"),
    entry("accepted", "审核通过", "Accepted"),
    entry("submitted", "已提交", "Submitted"),
    entry("published", "已发布", "Published"),
    entry("monitored", "监控完成", "Monitored"),
    entry("continued", "继续实施", "Continued"),
    entry("rectifying", "转入整改", "To be rectified"),
    entry("cancelled", "取消项目", "Cancelled"),
    entry("blocked", "不得进入下一步", "Blocked"),
    entry("rejected", "不同意", "Rejected"),
    entry("withdrawn", "已撤销", "Withdrawn"),
];

/// The entry called `name`.
#[must_use]
pub fn find(entries: &'static [Entry], name: &str) -> Option<&'static Entry> {
    entries.iter().find(|entry| entry.name == name)
}

/// The outcome called `name`, declared or not.
#[must_use]
pub fn outcome(name: &str) -> Option<&'static Entry> {
    if name == TERMINATED.name { Some(&TERMINATED) } else { find(OUTCOMES, name) }
}

/// The kind of fact called `name`.
#[must_use]
pub fn fact(name: &str) -> Option<&'static FactEntry> {
    FACTS.iter().find(|fact| fact.entry.name == name)
}

/// The title of an entry, or the bare name where a running case still names something retired.
#[must_use]
pub fn title_of(entries: &'static [Entry], name: &str, lang: Lang) -> String {
    find(entries, name).map_or_else(|| name.to_owned(), |entry| entry.title(lang).to_owned())
}
