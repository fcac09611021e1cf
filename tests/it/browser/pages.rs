//! Every page at the width of a desk and of a phone, in both languages, without a surprise in the console.

use super::desk::Desk;
use crate::harness::{
    browser::WIDTHS,
    server::{Server, free_address},
};

/// Who looks, and at what; the name is the picture's.
const PAGES: [(&str, &str, &str); 14] = [
    ("chen-jie", "/inbox", "inbox"),
    ("chen-jie", "/inbox?tab=mine", "inbox-mine"),
    ("chen-jie", "/inbox?tab=decided", "inbox-decided"),
    ("chen-jie", "/inbox?tab=copied", "inbox-copied"),
    ("chen-jie", "/inbox?text=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%BB%B6%E4%BA%8B", "inbox-none-found"),
    ("chen-jie", "/projects", "projects"),
    ("chen-jie", "/definitions", "definitions"),
    ("chen-jie", "/definitions/ex-ante-assessment", "definition"),
    ("chen-jie", "/account", "account"),
    ("chen-jie", "/cases/case_0123456789abcdef0123456789abcdef", "not-found"),
    ("bai-songtao", "/start", "start"),
    ("bai-songtao", "/inbox", "inbox-officer"),
    ("yang-chunhe", "/people", "people"),
    ("han-zhijian", "/import", "import"),
];

#[tokio::test]
async fn no_page_is_wider_than_its_screen() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::demo(folder.path(), free_address()).await;
    let desk = Desk::at(&server.address).await;
    for path in ["/demo", "/sign-in"] {
        desk.browser.open(path).await;
        desk.browser.picture(path.trim_start_matches('/')).await;
    }
    let mut present = "";
    for (login, path, name) in PAGES {
        if login != present {
            desk.enter(login).await;
            present = login;
        }
        desk.browser.open(path).await;
        desk.browser.picture(name).await;
    }
}

#[tokio::test]
async fn the_inbox_can_be_walked_with_the_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::demo(folder.path(), free_address()).await;
    let desk = Desk::at(&server.address).await;
    desk.enter("chen-jie").await;
    let browser = &desk.browser;
    browser.open("/inbox").await;
    let body = browser.find("body").await;
    body.send_keys("j").await.unwrap();
    body.send_keys("j").await.unwrap();
    let second = browser.find(".rows tr:nth-child(2) a.title").await.attr("href").await.unwrap().unwrap();
    let here = browser.find(".rows tr.here a.title").await;
    assert_eq!(here.attr("href").await.unwrap().as_ref(), Some(&second));
    here.send_keys("\u{e007}").await.unwrap();
    browser.wait_until("return location.pathname === arguments[0]", second.into()).await;
    browser.find("#decide").await;
}

#[tokio::test]
async fn the_demonstration_says_so_on_every_page_and_in_english_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::demo(folder.path(), free_address()).await;
    let desk = Desk::at(&server.address).await;
    desk.enter("chen-jie").await;
    for path in ["/demo", "/inbox", "/projects", "/definitions", "/account"] {
        desk.browser.open(path).await;
        desk.browser.expect_text("演示环境").await;
    }
    desk.browser.open("/inbox").await;
    desk.browser.click("button[name=lang][value=en]").await;
    desk.browser.expect_text("Inbox").await;
    desk.browser.resize(WIDTHS[1]).await;
    desk.browser.picture("inbox-english").await;
}
