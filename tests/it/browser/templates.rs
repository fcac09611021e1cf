//! What a mail says is rewritten in the browser: tried, mended, saved by versions, and sent to whoever writes.

use super::desk::Desk;
use crate::harness::server::{Server, free_address};

const ADMIN: &str = "han-zhijian";
const TEXT: &str = "/templates/task-assigned/zh-CN";

#[tokio::test]
async fn a_mail_is_rewritten_tried_saved_and_sent_to_its_author() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::demo(folder.path(), free_address()).await;
    let desk = Desk::at(&server.address).await;
    let browser = &desk.browser;
    desk.enter(ADMIN).await;
    browser.open("/templates").await;
    browser.picture("templates").await;
    browser.click(&format!(".rows a[href=\"{TEXT}\"]")).await;
    browser.expect_text("没有修改过").await;

    // What is typed is tried at once, beside the form, and nothing is saved.
    browser.fill("subject", "【滨江】{{project}}").await;
    browser.expect_text("【滨江】老旧小区供水管网改造").await;
    browser.fill("subject", "【滨江】{{proyect}}").await;
    let told = browser.find("#preview [role=alert]").await.text().await.unwrap();
    assert!(told.contains("proyect") && told.contains("是不是“project”"), "{told}");
    browser.picture("template-mistake").await;
    save(&desk, "统一格式").await;
    let told = browser.find("#preview [role=alert]").await.text().await.unwrap();
    assert!(told.contains("proyect"), "nothing was saved: {told}");

    browser.fill("subject", "【滨江】{{project}}").await;
    browser.click("button[name=doing][value=test]").await;
    browser.expect_text("已进入发送队列").await;
    save(&desk, "统一格式").await;
    browser.expect_text("第 1 版").await;
    browser.fill("subject", "【滨江财政】{{project}}").await;
    save(&desk, "写全名称").await;
    browser.expect_text("第 2 版").await;
    browser.picture("template-versions").await;
    browser.open("/templates").await;
    browser.expect_text("写全名称").await;

    // The test went to the author, by the way of every mail.
    desk.enter("qin-muye").await;
    browser
        .wait_until(
            "return fetch('/desk').then((answer) => answer.text()).then((page) => page.includes(arguments[0]))",
            "template-test".into(),
        )
        .await;
}

async fn save(desk: &Desk, why: &str) {
    desk.browser.fill("why", why).await;
    desk.browser.click("button[name=doing][value=save]").await;
}
