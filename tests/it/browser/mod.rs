//! What a person sees and does, in a real browser.

use crate::harness::browser::Browser;

#[tokio::test]
async fn smoke() {
    let page = axum::Router::new().route("/", axum::routing::get(|| async {
        axum::response::Html("<!doctype html><meta name=viewport content='width=device-width'><body><form action='/'><input name='a'><select name=b><option value=''>-<option value=2>two</select><button>Send it</button></form><p style='width:900px'>wide")
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, page).await });
    let b = Browser::start(&format!("http://{address}")).await;
    b.open("/").await;
    b.fill("a", "x").await;
    b.fill("b", "2").await;
    b.click_text("Send").await;
    assert_eq!(b.path().await, "/?a=x&b=2");
    b.picture("smoke").await;
}
