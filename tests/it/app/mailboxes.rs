//! A mailbox that takes no mail: who sees it, and what brings mail back.

use yumen::store::mailboxes;

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::Town,
};

on_both!(a_mailbox_that_takes_nothing_is_seen_by_its_person_and_mended_by_an_address);

async fn a_mailbox_that_takes_nothing_is_seen_by_its_person_and_mended_by_an_address(kind: Kind) {
    let town = Town::founded(kind).await;
    let officer = town.official(OFFICER);
    let (person, now) = (officer.person, town.app.now());
    let flag = move |tx| async move { mailboxes::flag(&tx, person, "smtp 550 5.1.1", now).await };
    town.app.store().write(flag).await.unwrap();
    let mailbox = town.app.mailbox(&officer.viewer().await).await.unwrap();
    assert_eq!(mailbox.failed.unwrap().why, "smtp 550 5.1.1");
    assert_eq!(town.app.failed_mailboxes().await.unwrap().keys().copied().collect::<Vec<_>>(), [person]);
    for bad in ["nobody", "a@b\r\nBcc: c@d", "a@b, c@d"] {
        assert!(town.app.set_address(OFFICER, bad).await.is_err(), "{bad}");
    }
    assert_eq!(town.app.failed_mailboxes().await.unwrap().len(), 1, "what is no address mends nothing");
    assert_eq!(town.app.set_address(OFFICER, " new@edu.example ").await.unwrap(), person);
    let mailbox = town.app.mailbox(&officer.viewer().await).await.unwrap();
    assert_eq!(mailbox.address.as_deref(), Some("new@edu.example"));
    assert!(mailbox.failed.is_none());
    assert!(town.app.set_address("no-such-login", "a@b.example").await.is_err());
    town.app.set_address(OFFICER, "").await.unwrap();
    assert_eq!(town.app.mailbox(&officer.viewer().await).await.unwrap().address, None);
}
