//! Opening, migrating, refusing what is not durable.

use yumen::store::{Error, Store};

use super::databases::{Kind, empty, fresh, on_both};

on_both!(five_nodes_migrate_at_once, migrating_again_changes_nothing);

async fn five_nodes_migrate_at_once(kind: Kind) {
    let (url, _folder) = empty(kind).await;
    let nodes = (0..5).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let store = Store::open(&url).await?;
            store.migrate().await
        })
    });
    for node in nodes.collect::<Vec<_>>() {
        node.await.unwrap().unwrap();
    }
}

async fn migrating_again_changes_nothing(kind: Kind) {
    let database = fresh(kind).await;
    database.store.migrate().await.unwrap();
}

#[tokio::test]
async fn a_database_that_can_lose_writes_is_refused() {
    let (url, _) = empty(Kind::Postgres).await;
    let weak = format!("{url}?options=-c%20synchronous_commit%3Doff");
    let refused = Store::open(&weak).await.err().unwrap();
    assert!(matches!(refused, Error::NotDurable { setting: "synchronous_commit", .. }), "{refused}");
}

#[tokio::test]
async fn a_url_of_another_database_is_refused() {
    assert!(matches!(Store::open("mysql://localhost/x").await, Err(Error::BadUrl(_))));
}
