//! A node is stopped while it sends a mail, for longer than its lease, and goes on when another one has done the work:
//! what it says then is refused by the fence.

use std::collections::BTreeSet;

use super::{scale, urged::Place};
use crate::harness::databases::{Kind, on_both};

on_both!(whoever_comes_back_too_late_is_not_heard);

const SMALL: usize = 1;
const FULL: usize = 10;

async fn whoever_comes_back_too_late_is_not_heard(kind: Kind) {
    for _ in 0..scale(SMALL, FULL) {
        stops_and_goes_on(kind).await;
    }
}

async fn stops_and_goes_on(kind: Kind) {
    let mut place = Place::open(kind, 1).await;
    let mail = place.urge(0).await;
    // The message is taken at once, and the answer comes when the node that waits for it stands still.
    place.post.answers(&["slow:3"]);
    let stopped = place.node().await;
    place.until_taken(1).await;
    stopped.signal("STOP");
    let claimed = place.until(mail, "claimed", |row| row.state == "claimed").await;
    place.leases_run_out().await;
    let other = place.node().await;
    let sent = place.until(mail, "sent", |row| row.state == "sent").await;
    assert_eq!(sent.fence, claimed.fence + 1, "the other node has claimed it");
    other.kill();
    stopped.signal("CONT");
    // The answer waits on the line. Once the node has let go of its place, it has said what became of the mail.
    stopped.signal("TERM");
    stopped.wait();
    let after = place.until(mail, "sent", |row| row.state == "sent").await;
    assert_eq!(after, sent, "nobody hears it");
    let taken = place.post.taken();
    let ids: BTreeSet<_> = taken.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((taken.len(), ids.len()), (2, 1), "one duplicate, which nobody can avoid, with the same id");
    place.check();
}
