//! One project from its first draft to a submitted budget request, and refused wherever the rules say so.

use super::desk::{Desk, Indicator, Started};
use crate::harness::server::{Server, free_address};

/// The people of one department and of finance, by what they do.
const OFFICER: &str = "bai-songtao";
const REVIEWER: &str = "yu-chenglin";
const HEAD: &str = "zou-mengjie";
const PERFORMANCE: &str = "chen-jie";
const PERFORMANCE_TOO: &str = "li-wei";
const PERFORMANCE_NAME: &str = "陈洁";
const SECTION: &str = "sun-yaqin";
const LEADER: &str = "wu-siyuan";
/// Their project, and its second year.
const PROJECT: &str = "WQ2027-HOU-001";
const YEAR: &str = "2028";

#[tokio::test]
async fn a_project_walks_from_assessment_and_targets_to_a_submitted_request() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::demo(folder.path(), free_address()).await;
    let desk = Desk::at(&server.address).await;
    let chain = Chain::with_a_fresh_project(desk).await;
    chain.no_request_without_an_assessment().await;
    chain.assess().await;
    chain.no_request_without_targets().await;
    chain.set_targets().await;
    chain.request_the_budget().await;
}

struct Chain {
    desk: Desk,
    project: String,
    year: String,
}

impl Chain {
    /// The officer's project, and a year of it for which nothing was done yet.
    async fn with_a_fresh_project(desk: Desk) -> Self {
        desk.enter(OFFICER).await;
        desk.browser.open(&format!("/projects?text={PROJECT}")).await;
        let row = desk.browser.find(".rows a.title").await;
        let project = row.attr("href").await.unwrap().unwrap().replace("/projects/", "");
        desk.browser.open(&format!("/projects/{project}?year={YEAR}")).await;
        assert!(!desk.browser.has(".stage a[href^=\"/cases/\"]").await, "{PROJECT} has a case of {YEAR}");
        Self { desk, project, year: YEAR.to_owned() }
    }

    async fn start(&self, workflow: &str) -> Started {
        self.desk.start(workflow, &self.project, &self.year).await
    }

    /// The page shows the gate closed; who posts the form all the same reads the same sentence.
    async fn refused_at_the_gate(&self, fact: &str) {
        let browser = &self.desk.browser;
        browser.open(&format!("/projects/{}?year={}", self.project, self.year)).await;
        browser.expect_text(&format!("还没有“{fact}”")).await;
        browser.open(&format!("/start?project={}&year={}", self.project, self.year)).await;
        let radio = browser.find("input[name=workflow][value=budget-request]").await;
        assert!(radio.attr("disabled").await.unwrap().is_some(), "the choice is closed");
        browser.expect_text(&format!("还没有“{fact}”")).await;
        let script = "document.querySelector('input[value=budget-request]').disabled = false";
        browser.client.execute(script, vec![]).await.unwrap();
        browser.fill("workflow", "budget-request").await;
        browser.click("form[action=\"/start\"][method=post] button.primary").await;
        self.desk.expect_refusal(&format!("还没有“{fact}”")).await;
    }

    async fn no_request_without_an_assessment(&self) {
        self.refused_at_the_gate("事前绩效评估").await;
        self.desk.browser.picture("start-refused").await;
    }

    async fn no_request_without_targets(&self) {
        self.desk.enter(OFFICER).await;
        self.refused_at_the_gate("绩效目标").await;
    }

    async fn assess(&self) {
        let (desk, browser) = (&self.desk, &self.desk.browser);
        let case = self.start("ex-ante-assessment").await;
        browser.picture("task-draft").await;

        // What is missing is named beside its field, and what was typed stays.
        desk.fill(&[("object", "城区道路养护，实施单位为市政工程建设中心。")]).await;
        desk.submit().await;
        desk.expect_refusal("拟申请预算金额").await;
        assert!(browser.has("#field-requested_amount .problem-text").await);
        assert_eq!(browser.value("f.object").await, "城区道路养护，实施单位为市政工程建设中心。");
        browser.picture("task-refused").await;
        desk.fill(&[("scope", "new-major-project"), ("requested_amount", "800"), ("requested_amount.unit", "万元")])
            .await;
        desk.submit().await;
        desk.expect_done().await;

        desk.open_task(&case.number).await;
        desk.attach("attachments").await;
        for field in ["method", "necessity", "economy", "target_soundness", "feasibility", "funding", "proposal"] {
            desk.fill(&[(field, "事实清楚，问题明确，分析有据，结论可行。")]).await;
        }
        desk.score_all("scores", "9").await;
        browser.picture("task-report").await;
        desk.submit().await;
        desk.expect_done().await;

        self.approve(REVIEWER, &case).await;
        self.initiator_cannot_decide(&case).await;
        self.approve(HEAD, &case).await;
        self.second_decider_reads_who_was_first(&case).await;
        browser.open(&case.path).await;
        browser.expect_text("调整后支持").await;
        browser.picture("case-ended").await;
    }

    async fn approve(&self, login: &str, case: &Started) {
        self.desk.enter(login).await;
        self.desk.open_task(&case.number).await;
        self.desk.decide("approve", "同意。").await;
        self.desk.expect_done().await;
    }

    /// The officer who started the case posts an approval of the step that waits for the head.
    async fn initiator_cannot_decide(&self, case: &Started) {
        let browser = &self.desk.browser;
        self.desk.enter(HEAD).await;
        self.desk.open_task(&case.number).await;
        let task = browser.path().await;
        self.desk.enter(OFFICER).await;
        browser.open(&case.path).await;
        assert!(!browser.has("a.primary[href*=\"/tasks/\"]").await, "nothing to decide is offered");
        self.desk.cannot_approve(&task).await;
    }

    /// Two of the section have the task open; the second to decide reads who was first and when.
    async fn second_decider_reads_who_was_first(&self, case: &Started) {
        let (desk, browser) = (&self.desk, &self.desk.browser);
        desk.enter(PERFORMANCE_TOO).await;
        desk.open_task(&case.number).await;
        browser.picture("task-decide").await;
        let second = Desk::at(browser.site()).await;
        second.enter(PERFORMANCE).await;
        second.open_task(&case.number).await;

        // A conclusion that needs an amount is refused without one.
        second.decide("grade:adjusted", "成本测算偏高，按可比项目核减。").await;
        second.expect_refusal("支持金额").await;
        second.fill(&[("supported_amount", "600"), ("supported_amount.unit", "万元")]).await;
        second.decide("grade:adjusted", "成本测算偏高，按可比项目核减。").await;
        second.expect_done().await;

        desk.decide("grade:supported", "同意。").await;
        desk.expect_refusal(&format!("已由{PERFORMANCE_NAME}于20")).await;
        browser.picture("task-taken").await;
    }

    async fn set_targets(&self) {
        let (desk, browser) = (&self.desk, &self.desk.browser);
        desk.enter(OFFICER).await;
        let case = self.start("performance-targets").await;
        desk.fill(&[
            ("period", "2027年1月至2028年12月"),
            ("amount", "700"),
            ("amount.unit", "万元"),
            ("fiscal_amount", "600"),
            ("fiscal_amount.unit", "万元"),
        ])
        .await;
        // The parts add up to the total, or both sums are named.
        desk.submit().await;
        desk.expect_refusal("之和为600 万元").await;
        assert!(browser.has("#field-amount .problem-text").await);
        desk.fill(&[("amount", "600"), ("amount.unit", "万元")]).await;
        desk.submit().await;
        desk.expect_done().await;

        desk.open_task(&case.number).await;
        desk.fill(&[
            ("overall_goal", "城区主次干道完好率稳定在百分之九十五以上。"),
            ("annual_goal", "完成二十公里道路养护，群众满意。"),
        ])
        .await;
        let output = Indicator {
            levels: ["产出指标", "数量指标", "养护道路里程"],
            sign: "≥",
            target: "20",
            unit: "公里",
            weight: "50",
        };
        let benefit = Indicator {
            levels: ["效益指标", "社会效益指标", "道路完好率"],
            sign: "≥",
            target: "95",
            unit: "%",
            weight: "30",
        };
        let content = Indicator {
            levels: ["满意度指标", "服务对象满意度指标", "沿线居民满意度"],
            sign: "≥",
            target: "90",
            unit: "%",
            weight: "15",
        };
        desk.fill_indicators("indicators", &[output, benefit, content]).await;
        desk.submit().await;
        desk.expect_refusal("权重合计为95分").await;
        assert_eq!(browser.value("f.indicators.0.level3").await, "养护道路里程");
        browser.picture("task-weights").await;
        desk.fill_indicators("indicators", &[output, benefit, Indicator { weight: "10", ..content }]).await;
        desk.submit().await;
        desk.expect_done().await;

        self.approve(REVIEWER, &case).await;
        self.approve(HEAD, &case).await;
        desk.enter(PERFORMANCE).await;
        desk.open_task(&case.number).await;
        desk.decide("grade:excellent", "").await;
        desk.expect_done().await;
    }

    async fn request_the_budget(&self) {
        let (desk, browser) = (&self.desk, &self.desk.browser);
        desk.enter(OFFICER).await;
        let case = self.start("budget-request").await;
        desk.attach("files").await;
        desk.fill(&[
            ("amount", "700"),
            ("amount.unit", "万元"),
            ("purpose", "道路养护材料和人工。"),
            ("breakdown", "沥青四百万元，人工三百万元。"),
        ])
        .await;
        // An amount above what the assessment supports is refused, and the rest of the form stays.
        desk.submit().await;
        desk.expect_refusal("超过允许的金额").await;
        assert_eq!(browser.value("f.purpose").await, "道路养护材料和人工。");
        browser.picture("task-above-cap").await;
        desk.fill(&[("amount", "600"), ("breakdown", "沥青四百万元，人工二百万元。")]).await;
        desk.submit().await;
        desk.expect_done().await;

        // The head sends it back, and the officer reads why.
        desk.enter(HEAD).await;
        desk.open_task(&case.number).await;
        desk.decide("return", "").await;
        desk.expect_refusal("必须填写理由").await;
        desk.decide("return", "请附上单价依据。").await;
        desk.expect_done().await;
        desk.enter(OFFICER).await;
        desk.open_task(&case.number).await;
        browser.expect_text("请附上单价依据。").await;
        desk.submit().await;
        desk.expect_done().await;
        for login in [HEAD, SECTION, PERFORMANCE, LEADER] {
            self.approve(login, &case).await;
        }
        browser.open(&case.path).await;
        browser.expect_text("已提交").await;
        browser.picture("request-submitted").await;
        browser.open(&format!("/projects/{}?year={}", self.project, self.year)).await;
        browser.picture("project-submitted").await;

        // Once is enough.
        desk.enter(OFFICER).await;
        browser.open(&format!("/start?project={}&year={}", self.project, self.year)).await;
        browser.expect_text("已经提交").await;
    }
}
