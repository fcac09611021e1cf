//! The usual way of a project of the municipal works centre, in a few words.

use std::{collections::BTreeMap, sync::Arc};

use yumen::{
    app::Answer,
    definition::{Form, Indicator, Sign, Value},
    ids::{CaseId, FactId, ProjectId},
    policy::Policy,
    store::project_around,
};

use crate::harness::town::{Official, Town, form, text, wan};

/// The people of the way.
pub const OFFICER: &str = "bai-songtao";
pub const REVIEWER: &str = "yu-chenglin";
pub const HEAD: &str = "zou-mengjie";
pub const PERFORMANCE: &str = "chen-jie";
pub const SECTION: &str = "sun-yaqin";
pub const LEADER: &str = "wu-siyuan";
/// Their projects.
pub const UNDERPASS: &str = "WQ2027-HOU-001";
pub const RELOCATION: &str = "WQ2027-HOU-002";

/// The officer's assessment, supported after adjustment with 600 万元.
pub async fn assessed(town: &Arc<Town>, project: ProjectId) -> CaseId {
    let officer = town.official(OFFICER);
    let case = officer.starts("ex-ante-assessment", project).await.unwrap().case;
    let draft = [
        ("scope", Value::Choice("new-major-project".into())),
        ("requested_amount", wan(800)),
        ("object", text("工程")),
    ];
    officer.completes(case, "draft", form(draft)).await.unwrap();
    let mut report = form([("scores", scores(town.app.policy()))]);
    for field in ["method", "necessity", "economy", "target_soundness", "feasibility", "funding", "proposal"] {
        report.insert(field.into(), text("事实清楚，结论可行。"));
    }
    report.insert("attachments".into(), officer.attaches(case, "report").await);
    officer.completes(case, "report", report).await.unwrap();
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.official(HEAD).approves(case, "department-approval").await.unwrap();
    let finance = town.official(PERFORMANCE);
    let task = finance.task(case, "finance-review").await;
    let adjusted = yumen::engine::Decision::Grade("adjusted".into());
    let amount = form([("supported_amount", wan(600))]);
    let ended = finance.decides_task((case, task), adjusted, "按可比项目核减。", amount).await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "adjusted");
    case
}

/// The officer's assessment that finance exempts, for so many 万元.
pub async fn exempted(town: &Arc<Town>, project: ProjectId, amount: i64) -> CaseId {
    let officer = town.official(OFFICER);
    let case = officer.starts("ex-ante-assessment", project).await.unwrap().case;
    let draft = [
        ("scope", Value::Choice("outside-scope".into())),
        ("requested_amount", wan(amount)),
        ("object", text("既有项目")),
    ];
    officer.completes(case, "draft", form(draft)).await.unwrap();
    let reason = form([("exemption_reason", text("不属于各类评估情形。"))]);
    officer.completes(case, "exemption-statement", reason).await.unwrap();
    let ended = town.official(PERFORMANCE).approves(case, "exemption-review").await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "exempt");
    case
}

/// Full marks for everything.
fn scores(policy: &Policy) -> Value {
    let sheet = policy.scoring.sheets.values().find(|sheet| sheet.name == "assessment-project").unwrap();
    Value::Scores(sheet.items().map(|item| (item.name.clone(), item.points)).collect::<BTreeMap<_, _>>())
}

/// The officer's targets for 600 万元, accepted as excellent.
pub async fn targets_set(town: &Arc<Town>, project: ProjectId) -> CaseId {
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    targets_filed(&officer, case).await;
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.official(HEAD).approves(case, "department-approval").await.unwrap();
    town.official(PERFORMANCE).grades(case, "finance-review", "excellent").await.unwrap();
    case
}

/// The officer's funds of 600 万元, all of them fiscal, and the targets.
pub async fn targets_filed(officer: &Official, case: CaseId) {
    officer.completes(case, "draft", funds(600, 600)).await.unwrap();
    officer.completes(case, "goals", targets(&["50", "30", "10"])).await.unwrap();
}

/// The first form of the targets: so many 万元, so many of them fiscal, the rest from elsewhere.
pub fn funds(amount: i64, fiscal: i64) -> Form {
    form([
        ("period", text("2027年1月至2028年12月")),
        ("amount", wan(amount)),
        ("fiscal_amount", wan(fiscal)),
        ("other_funds", wan(amount - fiscal)),
    ])
}

/// The second form of the targets, with these weights.
pub fn targets(weights: &[&str; 3]) -> Form {
    let levels = [("产出指标", "数量指标"), ("效益指标", "社会效益指标"), ("满意度指标", "服务对象满意度指标")];
    let indicators = levels.iter().zip(weights).map(|((level1, level2), weight)| Indicator {
        level1: (*level1).to_owned(),
        level2: (*level2).to_owned(),
        level3: format!("{level2}一"),
        sign: Sign::AtLeast,
        target: "90".to_owned(),
        unit: "%".to_owned(),
        weight: weight.parse().unwrap(),
    });
    form([
        ("overall_goal", text("建成通车。")),
        ("annual_goal", text("完成主体结构。")),
        ("indicators", Value::Indicators(indicators.collect())),
    ])
}

/// A budget request of so much 万元, up to the finance leader.
pub async fn request_before_the_leader(town: &Arc<Town>, project: ProjectId, amount: i64) -> CaseId {
    let officer = town.official(OFFICER);
    let case = officer.starts("budget-request", project).await.unwrap().case;
    let request = form([
        ("amount", wan(amount)),
        ("purpose", text("工程款。")),
        ("breakdown", text("按合同进度。")),
        ("files", officer.attaches(case, "draft").await),
    ]);
    officer.completes(case, "draft", request).await.unwrap();
    reviewed(town, case).await;
    case
}

/// The head and both sections of finance approve.
pub async fn reviewed(town: &Arc<Town>, case: CaseId) -> Answer {
    town.official(HEAD).approves(case, "department-approval").await.unwrap();
    town.official(SECTION).approves(case, "finance-section").await.unwrap();
    town.official(PERFORMANCE).approves(case, "finance-performance").await.unwrap()
}

/// The one standing fact of a kind.
pub async fn fact(town: &Town, project: ProjectId, kind: &str) -> FactId {
    let facts = project_around::find(town.app.store().read(), project).await.unwrap().unwrap().facts;
    let of_kind: Vec<_> = facts.iter().filter(|fact| fact.kind == kind).collect();
    assert_eq!(of_kind.len(), 1, "{kind} among {facts:?}");
    of_kind[0].id
}
