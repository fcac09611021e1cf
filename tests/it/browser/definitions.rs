//! A definition changes in the browser: written, mended, put forward, approved by somebody else, and an open case moved.

use super::desk::{Desk, Started};
use crate::harness::server::{Server, free_address};

/// Who writes definitions, who approves them, and whose case is open meanwhile.
const AUTHOR: &str = "han-zhijian";
const DECIDER: &str = "yang-chunhe";
const OFFICER: &str = "bai-songtao";
/// The officer's project, and a year of it for which nothing was done yet.
const PROJECT: &str = "WQ2027-HOU-001";
const YEAR: &str = "2028";
const TARGETS: &str = "/definitions/performance-targets";

#[tokio::test]
async fn a_definition_is_changed_approved_and_an_open_case_moved() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::demo(folder.path(), free_address()).await;
    let desk = Desk::at(&server.address).await;
    let open = open_case(&desk).await;
    let draft = write(&desk).await;
    mend(&desk, &draft).await;
    let case = put_forward(&desk).await;
    approve(&desk, &case).await;
    go_live(&desk, &draft).await;
    move_open(&desk, &open).await;
}

async fn open_case(desk: &Desk) -> Started {
    desk.enter(OFFICER).await;
    desk.browser.open(&format!("/projects?text={PROJECT}")).await;
    let row = desk.browser.find(".rows a.title").await;
    let project = row.attr("href").await.unwrap().unwrap().replace("/projects/", "");
    desk.start("performance-targets", &project, YEAR).await
}

async fn save(desk: &Desk, source: &str) {
    desk.browser.fill("source", source).await;
    desk.browser.click("form:has(textarea[data-editor]) button.primary").await;
    desk.browser.expect_text("草稿已保存").await;
}

/// A draft with a problem is kept, and not put forward; its address.
async fn write(desk: &Desk) -> String {
    let browser = &desk.browser;
    desk.enter(AUTHOR).await;
    browser.open(TARGETS).await;
    browser.click(&format!("form[action=\"{TARGETS}/draft\"] button")).await;
    let source = browser.value("source").await;
    let bad = source.replacen("return to: [goals, draft]", "return to: [gaols, draft]", 1);
    assert_ne!(bad, source, "the draft starts from what is live");
    save(desk, &bad).await;
    browser.expect_text("1 处问题").await;
    // The problem is told with its place, and what was meant.
    let told = browser.find("ol.problems li").await.text().await.unwrap();
    assert!(told.contains("gaols") && told.contains("goals"), "{told}");
    assert!(browser.has(".editor .numbers .bad").await);
    assert!(!browser.has("form[action$=\"/propose\"]").await, "nothing to put forward");
    browser.picture("draft-problem").await;
    browser.path().await.split('?').next().unwrap().to_owned()
}

/// Mended, it can be put forward, and shows what it changes.
async fn mend(desk: &Desk, draft: &str) {
    let browser = &desk.browser;
    browser.open(draft).await;
    let source = browser.value("source").await.replace("gaols", "goals");
    save(desk, &source.replacen("due: 5 working days", "due: 3 working days", 1)).await;
    // The scenarios beside it tell of the old deadline: they change with it.
    let told = browser.find("ol.problems li").await.text().await.unwrap();
    assert!(told.contains("情景") && told.contains("期望截止 2026-12-04"), "{told}");
    assert!(!browser.has("form[action$=\"/propose\"]").await, "nothing to put forward");
    browser.picture("draft-scenarios").await;
    let scenarios = browser.value("scenarios").await.replace("截止 2026-12-04", "截止 2026-12-02");
    browser.fill("scenarios", &scenarios).await;
    browser.click("form:has(textarea[data-editor]) button.primary").await;
    browser.expect_text("没有发现问题").await;
    browser.find("form[action$=\"/propose\"]").await;
    browser.expect_text("due: 3 working days").await;
    browser.picture("draft-mended").await;
}

async fn put_forward(desk: &Desk) -> Started {
    let browser = &desk.browser;
    browser.click("form[action$=\"/propose\"] button").await;
    let link = browser.find("nav.crumbs a[href^=\"/cases/\"]").await;
    let case = Started { number: link.text().await.unwrap(), path: link.attr("href").await.unwrap().unwrap() };
    desk.fill(&[("reason", "部门审核时限由五个工作日改为三个工作日。")]).await;
    desk.submit().await;
    desk.expect_done().await;
    case
}

/// Not by its author, through no door; by another administrator.
async fn approve(desk: &Desk, case: &Started) {
    let browser = &desk.browser;
    desk.enter(DECIDER).await;
    desk.open_task(&case.number).await;
    browser.expect_text("部门审核时限由五个工作日改为三个工作日。").await;
    let task = browser.path().await;
    desk.enter(AUTHOR).await;
    browser.open(&case.path).await;
    assert!(!browser.has("a.primary[href*=\"/tasks/\"]").await, "nothing to decide is offered");
    desk.cannot_approve(&task).await;
    desk.enter(DECIDER).await;
    desk.open_task(&case.number).await;
    desk.decide("approve", "").await;
    desk.expect_done().await;
    browser.open(&case.path).await;
    browser.picture("definition-published").await;
}

async fn go_live(desk: &Desk, draft: &str) {
    let browser = &desk.browser;
    desk.enter(AUTHOR).await;
    browser.open(draft).await;
    browser.expect_text("已发布").await;
    assert!(!browser.has("textarea[data-editor]").await, "what was published never changes");
    browser.open(TARGETS).await;
    let live = browser.find("tr.here").await.text().await.unwrap();
    assert!(live.contains("第 2 版") && live.contains("现行"), "{live}");
    browser.picture("definition-live").await;
}

async fn move_open(desk: &Desk, open: &Started) {
    let browser = &desk.browser;
    browser.click(&format!("a[href=\"{TARGETS}/moving\"]")).await;
    browser.expect_text(&open.number).await;
    browser.picture("moving").await;
    browser.fill("reason", "统一部门审核时限。").await;
    browser.click("form[action$=\"/moving\"] button.primary").await;
    browser.expect_text("已迁移").await;
    let stays = "
        const row = [...document.querySelectorAll('tr')].find((row) => row.innerText.includes(arguments[0]));
        return row !== undefined && row.innerText.includes('已按此版本办理')";
    browser.wait_until(stays, serde_json::json!(open.number)).await;
    // The officer goes on with it.
    desk.enter(OFFICER).await;
    desk.open_task(&open.number).await;
    browser.open(&open.path).await;
    browser.expect_text("统一部门审核时限。").await;
}
