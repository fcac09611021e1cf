//! The inbox leaves out what its reader is kept out of, whoever else is.

use uuid::Uuid;
use yumen::{
    ids::PersonId,
    store::{
        Error, Scope,
        inbox::{self, Filter, List},
        tasks::{self, barred_text},
    },
};

use super::{
    databases::{Kind, fresh, on_both},
    rows::{case, person, settle, start},
};

on_both!(the_inbox_respects_everybody_who_is_kept_out);

async fn the_inbox_respects_everybody_who_is_kept_out(kind: Kind) {
    let database = fresh(kind).await;
    settle(&database.store).await;
    database.store.write(|tx| async move { start(&tx, 1, 1).await }).await.unwrap();
    let stranger = |n: u128| PersonId::from_uuid(Uuid::from_u128(0xabc0 + n));
    let kept_out: [(Option<PersonId>, Vec<PersonId>, u64); 5] = [
        (None, vec![], 1),
        (None, vec![stranger(1), stranger(2)], 1),
        (None, vec![stranger(1), person(), stranger(2)], 0),
        (Some(person()), vec![], 0),
        (Some(person()), vec![stranger(1)], 0),
    ];
    for (initiator, others, seen) in kept_out {
        let barred = (initiator, barred_text(&others));
        database.store.write(|tx| async move { tasks::bar(&tx, case(1), 1, barred).await }).await.unwrap();
        let scope = Scope::everything(person(), vec![format!("person:{}", person())]);
        let db = database.store.read();
        let rows = inbox::page(db, &scope, (List::ToDecide, &Filter::default()), 10, 0).await.unwrap();
        let counted = inbox::count(db, &scope, List::ToDecide, &Filter::default()).await.unwrap();
        assert_eq!((rows.len() as u64, counted), (seen, seen), "{initiator:?} {others:?}");
    }
    let gone = database.store.write(|tx| async move { tasks::bar(&tx, case(1), 9, (None, None)).await }).await;
    assert!(matches!(gone, Err(Error::Stale(_))));
}
