//! What happens to each project of the demonstration, and what its officials write.

use rust_decimal::Decimal;

use crate::{
    definition::{Approve, GradeName, Indicator, Step, StepKind},
    demo::DemoProject,
    engine::Decision,
    money::Money,
};

/// The story of one project.
#[derive(Debug, Clone)]
pub struct Story {
    /// One case after another.
    pub chapters: Vec<Chapter>,
    /// Whether finance supports four fifths of the amount only.
    pub adjusted: bool,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// The workflow.
    pub workflow: &'static str,
    /// Decisions other than plain consent, by step.
    pub decisions: Vec<(&'static str, Decided)>,
    /// The step at which the case is left waiting, once every decision above was taken.
    pub until: Option<&'static str>,
    /// The reason for the assessment that the officer chooses.
    pub scope: &'static str,
    /// How far the project is that is monitored.
    pub pace: Pace,
}

/// How far a running project is, in per cent of what the time that has passed demands.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Its results.
    pub results: i64,
    /// Its spending.
    pub money: i64,
}

/// As time demands.
pub const ON_TIME: Pace = Pace { results: 100, money: 97 };

/// A decision as a story writes it.
#[derive(Debug, Clone, Copy)]
pub struct Decided {
    /// The grade, where it is not the best one.
    pub grade: Option<&'static str>,
    /// What the decider says.
    pub reason: &'static str,
}

/// Consent, or the best grade.
pub const APPROVE: Decided = Decided { grade: None, reason: "" };

const NEW_MAJOR: &str = "new-major-project";
const OUTSIDE: &str = "outside-scope";

const FAIR: Decided = Decided {
    grade: Some("fair"),
    reason: "产出指标未量化到年度，满意度指标缺少调查方式，请修改完善后重新报送。",
};
const GOOD: Decided =
    Decided { grade: Some("good"), reason: "总体合格，请补充时效指标的完成时限后直接送回。" };
const ADJUSTED: Decided = Decided {
    grade: Some("adjusted"),
    reason: "测算标准偏高，按支持金额压减，并据此重新申报绩效目标。",
};
const NOT_SUPPORTED: Decided = Decided {
    grade: Some("not-supported"),
    reason: "与既有项目内容重复，资金来源未落实，本年度不予支持。",
};

impl Decided {
    /// The decision on a step.
    #[must_use]
    pub fn on(&self, step: Option<&Step>) -> Decision {
        let grades: &[_] = match step.map(|step| &step.kind) {
            Some(StepKind::Approve(Approve { grades, .. })) => grades,
            _ => &[],
        };
        match (self.grade, grades.first()) {
            (Some(grade), Some(_)) => Decision::Grade(GradeName::from(grade)),
            (None, Some(best)) => Decision::Grade(best.name.clone()),
            (_, None) => Decision::Approve,
        }
    }
}

/// The story of the `index`-th project.
#[must_use]
pub fn of(index: usize, project: &DemoProject) -> Story {
    let scope = scope_of(project);
    let has_table = weighted(project).len() >= 3;
    if project.project.total == Money::ZERO {
        return Story { chapters: vec![assessment(scope, vec![], Some("draft"))], adjusted: false };
    }
    let whole = |workflow| Chapter { scope, ..whole(workflow) };
    let left = |workflow, until| Chapter { until: Some(until), ..whole(workflow) };
    let assessed = assessment(scope, vec![], None);
    let (targets, request) = ("performance-targets", "budget-request");
    let mut adjusted = false;
    let chapters = match (has_table, index % 8) {
        (false, 0 | 4) => vec![assessment(NEW_MAJOR, vec![], Some("department-review"))],
        (false, 1 | 5) => vec![assessment(NEW_MAJOR, vec![], Some("finance-review"))],
        (false, 2 | 6) => vec![assessment(NEW_MAJOR, vec![("finance-review", NOT_SUPPORTED)], None)],
        (false, 3) => vec![assessment(NEW_MAJOR, vec![], Some("report"))],
        (false, _) => vec![],
        (true, 0) => vec![assessed, whole(targets), whole(request)],
        (true, 1) => vec![assessed, whole(targets), left(request, "finance-section")],
        (true, 2) => vec![assessed, left(targets, "finance-review")],
        (true, 3) => {
            let returned = Chapter { decisions: vec![("finance-review", FAIR)], ..left(targets, "draft") };
            vec![assessed, returned]
        }
        (true, 4) => {
            adjusted = true;
            let decided = assessment(NEW_MAJOR, vec![("finance-review", ADJUSTED)], None);
            vec![decided, whole(targets), left(request, "department-approval")]
        }
        (true, 5) => vec![assessed, left(targets, "draft")],
        (true, 6) => {
            let improved = Chapter { decisions: vec![("finance-review", GOOD)], ..whole(targets) };
            vec![assessed, improved, left(request, "finance-leader")]
        }
        (true, _) => vec![assessed, whole(targets), left(request, "draft")],
    };
    Story { chapters, adjusted }
}

/// Why a project is assessed, or exempted.
#[must_use]
pub const fn scope_of(project: &DemoProject) -> &'static str {
    if project.project.is_new_major { NEW_MAJOR } else { OUTSIDE }
}

fn assessment(scope: &'static str, decisions: Vec<(&'static str, Decided)>, until: Option<&'static str>) -> Chapter {
    Chapter { decisions, until, scope, ..whole("ex-ante-assessment") }
}

/// A case in which everybody consents.
#[must_use]
pub const fn whole(workflow: &'static str) -> Chapter {
    Chapter { workflow, decisions: Vec::new(), until: None, scope: OUTSIDE, pace: ON_TIME }
}

/// The published indicators that a form can take. Where the publication gives no weights, or weights that do not add
/// up, 90 points are spread evenly, since execution counts the other 10.
#[must_use]
pub fn weighted(project: &DemoProject) -> Vec<Indicator> {
    let mut taken: Vec<Indicator> = Vec::new();
    for published in &project.indicators {
        let mut published = published.clone();
        published.weight.get_or_insert_with(|| 1.into());
        let Some(indicator) = published.indicator() else { continue };
        let same = |known: &Indicator| known.level2 == indicator.level2 && known.level3 == indicator.level3;
        if !taken.iter().any(same) {
            taken.push(indicator);
        }
    }
    let sum: Decimal = taken.iter().map(|indicator| indicator.weight).sum();
    let full = Decimal::from(90);
    if (sum == full && taken.iter().all(|indicator| indicator.weight > Decimal::ZERO)) || taken.is_empty() {
        return taken;
    }
    let each = (full / Decimal::from(taken.len())).round();
    let rest = full - each * Decimal::from(taken.len() - 1);
    let last = taken.len() - 1;
    for (index, indicator) in taken.iter_mut().enumerate() {
        indicator.weight = if index == last { rest } else { each };
    }
    taken
}

/// What an officer writes into a text field.
#[must_use]
pub fn text(field: &str, project: &DemoProject) -> String {
    let name = &project.project.name;
    let year = project.year;
    let goal = project.goal.as_deref().unwrap_or(name);
    match field {
        "object" => format!("{name}，预算总额{}，资金数取自公开表（{}）。", project.project.total, project.figure.zh),
        "exemption_reason" => {
            format!("{name}为既有项目，{year}年度不新增内容和资金，社会关注度一般，未到期延续，不属于各类评估情形。")
        }
        "method" => "采用成本效益分析法和因素分析法，查阅立项材料，现场核查，并听取受益对象意见。".into(),
        "necessity" => format!("事实：{goal}。问题：未发现重复投入。结论：立项依据充分，确有必要。"),
        "economy" => "事实：按现行支出标准和历史成本测算。问题：个别单价需复核。结论：投入与产出基本匹配。".into(),
        "target_soundness" => "事实：目标已细化为数量、质量、时效指标。结论：指向明确，可衡量。".into(),
        "feasibility" => "事实：实施内容、进度和责任分工已明确。问题：汛期施工须预留工期。结论：方案可行。".into(),
        "funding" => "事实：资金由本级财政安排，程序合规。结论：财政可承受。".into(),
        "proposal" => format!("建议予以支持，金额{}。", project.project.total),
        "other" => "无。".into(),
        "period" => format!("{}年1月至{}年12月", project.project.start_year, project.project.end_year),
        "overall_goal" | "annual_goal" => goal.to_owned(),
        "purpose" => format!("用于{name}，支出内容与绩效目标一致。"),
        "breakdown" => format!("{name}：1项，{}，合计与申请金额一致。", project.project.total),
        "explanation" => {
            format!(
                "前期手续办理较慢，{name}下半年才全面实施，支出与成果不同步。拟倒排工期、按月调度，年底前完成年度指标。"
            )
        }
        "problem" => "一、实施进度落后于时间进度，部分指标未达到序时要求。二、资金支付与实施成果不匹配。".into(),
        "measures" => {
            "一、倒排工期，每周调度一次，由项目责任人落实。二、按实施进度办理支付，由单位财务负责人落实。".into()
        }
        "result" => "两项措施均已落实：进度已赶上时间进度，已完成部分验收合格；应付款项已按进度支付。".into(),
        _ => name.clone(),
    }
}

/// The name and the text of the file that an officer attaches.
#[must_use]
pub fn evidence(workflow: &str, project: &DemoProject) -> (String, String) {
    let what = match workflow {
        "monitoring" => "支出明细",
        "rectification" => "整改佐证",
        _ => "测算依据",
    };
    let text = format!(
        "{}\n{what}（演示材料）\n预算总额：{}\n资料来源：{}\n",
        project.project.name,
        project.project.total,
        project.project.source.as_deref().unwrap_or("无")
    );
    (format!("{what}.txt"), text)
}
