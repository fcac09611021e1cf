//! The outbox: claimed once, fenced, counted.

use std::{collections::BTreeSet, time::Duration};

use chrono::TimeDelta;
use futures::future::join_all;
use uuid::Uuid;
use yumen::{
    ids::{DispatchId, PersonId},
    store::{
        Store,
        outbox::{self, NewDispatch, OutboxRow},
    },
};

use super::{
    databases::{Kind, fresh, on_both},
    rows::now,
};

on_both!(
    each_row_is_claimed_once,
    an_old_fence_is_not_heard,
    an_occurrence_is_put_once,
    putting_rings_after_the_commit,
    what_changes_for_somebody_is_heard_on_every_node
);

/// Short, because on PostgreSQL the database's own clock counts it; on SQLite it is the time that is passed in.
const LEASE: Duration = Duration::from_secs(1);
const LONG_LEASE: Duration = Duration::from_secs(600);

fn dispatch(n: u128) -> NewDispatch {
    NewDispatch {
        id: DispatchId::from_uuid(Uuid::from_u128(n)),
        occurrence: format!("occurrence/{n}"),
        kind: "mail".into(),
        case_id: None,
        person: None,
        payload: "{}".into(),
    }
}

async fn put(store: &Store, dispatches: Vec<NewDispatch>) {
    store.write(move |tx| async move { outbox::put(&tx, dispatches, now()).await }).await.unwrap();
}

async fn claim(store: &Store, seconds_later: i64, lease: Duration) -> Vec<OutboxRow> {
    let at = now() + TimeDelta::seconds(seconds_later);
    store.write(move |tx| async move { outbox::claim(&tx, "worker", at, lease, 10).await }).await.unwrap()
}

async fn each_row_is_claimed_once(kind: Kind) {
    let database = fresh(kind).await;
    put(&database.store, (1..=40).map(dispatch).collect()).await;
    let claims = join_all((0..8).map(|_| claim(&database.store, 0, LONG_LEASE))).await;
    let claimed: Vec<_> = claims.into_iter().flatten().map(|row| row.id).collect();
    let distinct: BTreeSet<_> = claimed.iter().copied().collect();
    assert_eq!(claimed.len(), distinct.len(), "claimed twice");
    let mut left = distinct;
    loop {
        let more = claim(&database.store, 0, LONG_LEASE).await;
        if more.is_empty() {
            break;
        }
        left.extend(more.into_iter().map(|row| row.id));
    }
    assert_eq!(left.len(), 40);
}

async fn an_old_fence_is_not_heard(kind: Kind) {
    let database = fresh(kind).await;
    let store = &database.store;
    put(store, vec![dispatch(1)]).await;
    let first = claim(store, 0, LEASE).await.remove(0);
    assert!(claim(store, 0, LEASE).await.is_empty(), "the lease still holds");
    tokio::time::sleep(LEASE + Duration::from_millis(100)).await;
    let second = claim(store, 2, LEASE).await.remove(0);
    assert_eq!((second.id, second.fence, second.crashes), (first.id, first.fence + 1, 2));
    let (id, old, new) = (first.id, first.fence, second.fence);
    let (stale, fresh) = store
        .write(move |tx| async move {
            let stale = outbox::finish(&tx, id, old, now()).await?;
            Ok::<_, yumen::store::Error>((stale, outbox::finish(&tx, id, new, now()).await?))
        })
        .await
        .unwrap();
    assert!(!stale && fresh);
    let row = outbox::get(store.read(), id).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.finished_at), ("sent", Some(now())));
    assert!(claim(store, 10_000, LEASE).await.is_empty());
}

async fn an_occurrence_is_put_once(kind: Kind) {
    let database = fresh(kind).await;
    put(&database.store, vec![dispatch(1)]).await;
    put(&database.store, vec![NewDispatch { id: DispatchId::from_uuid(Uuid::from_u128(9)), ..dispatch(1) }]).await;
    assert_eq!(claim(&database.store, 0, LEASE).await.len(), 1);
}

async fn putting_rings_after_the_commit(kind: Kind) {
    let database = fresh(kind).await;
    let other_node = Store::open(&database.url).await.unwrap();
    // The other node's listener needs a moment until it listens; the bell is rung until it is heard.
    let heard = tokio::time::timeout(Duration::from_secs(20), async {
        let listener = if matches!(kind, Kind::Postgres) { &other_node } else { &database.store };
        let mut n = 0;
        loop {
            n += 1;
            put(&database.store, vec![dispatch(n)]).await;
            if tokio::time::timeout(Duration::from_millis(300), listener.outbox_rung()).await.is_ok() {
                break;
            }
        }
    });
    heard.await.expect("the bell was never heard");
}

async fn what_changes_for_somebody_is_heard_on_every_node(kind: Kind) {
    let database = fresh(kind).await;
    let other_node = Store::open(&database.url).await.unwrap();
    let listener = if matches!(kind, Kind::Postgres) { &other_node } else { &database.store };
    let (one, other) = (PersonId::from_uuid(Uuid::from_u128(1)), PersonId::from_uuid(Uuid::from_u128(2)));
    let mut tidings = listener.tidings();
    let heard = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            database.store.tell(one);
            if tokio::time::timeout(Duration::from_millis(300), tidings.about(one)).await.is_ok() {
                break;
            }
        }
    });
    heard.await.expect("nobody heard of it");
    // A node that only now hears the others tells everybody once, since it may have missed something.
    let mut quiet = listener.tidings();
    while tokio::time::timeout(Duration::from_millis(500), quiet.about(other)).await.is_ok() {}
    database.store.tell(one);
    assert!(tokio::time::timeout(Duration::from_millis(500), quiet.about(other)).await.is_err(), "not about them");
}
