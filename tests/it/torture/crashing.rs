//! A mail takes its process down each time it is sent: aborted, gone over the end of its stack, or out of memory. After three times it is
//! set aside with an incident, and everything else goes on. (That a job which merely panics ends the same way is told in
//! `mail::relay`.)

use yumen::store::incidents;

use super::urged::{NEVER, Place};
use crate::harness::databases::{Kind, on_both};

on_both!(what_takes_its_process_down_is_set_aside);

/// How the process ends, each time: as an abort and a stack that overflows end it, and as the kernel does when memory is
/// short.
const ENDS: [&str; 3] = ["ABRT", "KILL", "ABRT"];

async fn what_takes_its_process_down_is_set_aside(kind: Kind) {
    let mut place = Place::open(kind, 1 + ENDS.len()).await;
    let culprit = place.urge(0).await;
    let mut others = Vec::new();
    for (n, end) in ENDS.into_iter().enumerate() {
        place.post.answers(&[NEVER]);
        let node = place.node().await;
        place.until_taken(n + 1).await;
        let row = place.row(culprit).await;
        assert_eq!((row.state.as_str(), row.crashes), ("claimed", i32::try_from(n).unwrap() + 1));
        node.signal(end);
        node.wait();
        place.leases_run_out().await;
        // Others come while it is there, and wait for it.
        others.push(place.urge(n + 1).await);
    }
    place.post.answers(&[]);
    let node = place.node().await;
    let row = place.until(culprit, "set aside", |row| row.state == "failed").await;
    for other in others {
        place.until(other, "sent", |row| row.state == "sent").await;
    }
    node.kill();
    let raised = incidents::open(place.database.store.read()).await.unwrap();
    assert!(raised.iter().any(|one| one.occurrence == format!("given-up/{}", row.occurrence)), "{raised:?}");
    place.check();
}
