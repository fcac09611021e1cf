//! Definitions go live once, however many nodes bring them.

use std::collections::BTreeSet;

use futures::future::join_all;
use yumen::{
    app::{App, library, publishing::Publication},
    clock::{Chance, Clock, Sources},
    policy::Policy,
    store::{Store, definitions},
};

use crate::harness::databases::{Kind, fresh, on_both};

on_both!(five_nodes_publish_at_once);

async fn node(url: &str) -> App {
    let clock = Clock::manual("2026-11-23T02:00:00Z".parse().unwrap());
    let policy = Policy::read(&library::embedded()).unwrap();
    App::new(Store::open(url).await.unwrap(), Sources { clock, chance: Chance::seeded(1) }, policy)
}

/// Five districts that begin empty, with four releases each.
async fn five_nodes_publish_at_once(kind: Kind) {
    for _ in 0..5 {
        let database = fresh(kind).await;
        let nodes = join_all((0..5).map(|_| node(&database.url))).await;
        for release in 1..=4 {
            let live = once_each(&nodes, release).await;
            let current = definitions::all_current(database.store.read()).await.unwrap();
            let current: Vec<_> = current.into_iter().map(|row| (row.workflow, row.version)).collect();
            assert_eq!(current, live.into_iter().map(|workflow| (workflow, release)).collect::<Vec<_>>());
        }
    }
}

/// All nodes bring a release that changes every definition: the workflows that went live.
async fn once_each(nodes: &[App], release: i32) -> BTreeSet<String> {
    let mut files = library::embedded();
    files.iter_mut().for_each(|(_, text)| text.push_str(&format!("\n# release {release}\n")));
    let publishing = nodes.iter().map(|node| {
        let (node, files) = (node.clone(), files.clone());
        tokio::spawn(async move { node.publish(&files, "yumen").await })
    });
    let mut live = BTreeSet::new();
    for published in join_all(publishing).await {
        let published = published.unwrap().unwrap();
        let Publication::Live(new) = published else { panic!("{published:?}") };
        for (workflow, version) in new {
            assert_eq!(version, release, "{workflow}");
            assert!(live.insert(workflow.clone()), "{workflow} went live twice in release {release}");
        }
    }
    assert!(live.len() >= 3, "{live:?}");
    live
}
