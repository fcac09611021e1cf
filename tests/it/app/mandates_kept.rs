//! What is kept of mandates: refused by the database where it lacks two people, seen where it was changed behind the back.

use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use yumen::{
    app::mandate_journal::MandateFault,
    store::{Error, Store, mandates, oracle},
};

use super::mandates::{consents, in_order, is_proven_by, shipped, starts_with};
use crate::harness::{
    databases::{Kind, on_both},
    town::{FINANCE_LEADER, Town, stricter_mandates},
};

on_both!(
    the_database_itself_wants_two_people,
    what_is_changed_behind_the_back_is_seen,
    what_was_proven_by_others_is_proven_again_at_the_start,
);

async fn the_database_itself_wants_two_people(kind: Kind) {
    let town = Town::founded(kind).await;
    starts_with(&town.app, &stricter_mandates()).await;
    consents(&town, FINANCE_LEADER, 2).await.unwrap();
    let person = "(SELECT person_id FROM mandate_consents)";
    let set = "(SELECT id FROM mandate_sets WHERE no = 2)";
    let consent = |role: &str, person: &str, set: &str| {
        format!(
            "INSERT INTO mandate_consents SELECT {set}, '{role}', {person}, 'consent', '', at FROM mandate_consents"
        )
    };
    let other = "(SELECT id FROM people WHERE login = 'zhu-kexin')";
    for attack in [
        "UPDATE mandate_sets SET state = 'replaced' WHERE no = 1; UPDATE mandate_sets SET state = 'accepted',
             decided_at = proposed_at WHERE no = 2"
            .to_owned(),
        "UPDATE mandate_sets SET source = 'mandates: []' WHERE no = 1".to_owned(),
        "UPDATE mandate_sets SET founding = (no = 2) WHERE no = 2".to_owned(),
        "DELETE FROM mandate_sets WHERE no = 2".to_owned(),
        consent("audit-admin", person, set),
        consent("finance-leader", other, set),
        consent("workflow-admin", other, set),
        consent("audit-admin", other, "(SELECT id FROM mandate_sets WHERE no = 1)"),
        "UPDATE mandate_consents SET role = 'audit-admin'".to_owned(),
        "DELETE FROM mandate_consents".to_owned(),
        "UPDATE mandate_journal SET actor = 'system:nobody'".to_owned(),
        "DELETE FROM mandate_journal".to_owned(),
    ] {
        let attacker = town.sql.begin().await.unwrap();
        let attacked = attacker.execute_unprepared(&attack).await;
        attacker.rollback().await.unwrap();
        assert!(attacked.is_err(), "the database took {attack}");
    }
    // The way of asking is sound: with somebody else in the other role, the same statement is taken.
    town.sql.execute_unprepared(&consent("audit-admin", other, set)).await.unwrap();
    let refused = town.app.store().write(|tx| async move {
        let open = mandates::open(&tx).await?.expect("the proposal");
        mandates::settle(&tx, open.id, mandates::DECLINED, open.proposed_at).await
    });
    assert!(matches!(refused.await, Err(Error::Refused(_))), "nobody declined");
}

async fn what_is_changed_behind_the_back_is_seen(kind: Kind) {
    let town = Town::founded(kind).await;
    town.accepts_mandates(&stricter_mandates()).await;
    in_order(&town).await;
    let off = |table: &str| match kind {
        Kind::Sqlite => String::new(),
        Kind::Postgres => format!("ALTER TABLE {table} DISABLE TRIGGER USER;"),
    };
    if let Kind::Sqlite = kind {
        for trigger in ["mandate_sets_only_decided", "mandate_consents_never_changed", "mandate_journal_never_changed"]
        {
            town.sql.execute_unprepared(&format!("DROP TRIGGER {trigger}")).await.unwrap();
        }
    }
    let other = "(SELECT id FROM people WHERE login = 'zheng-xiaolan')";
    for (table, edit) in [
        ("mandate_sets", "UPDATE mandate_sets SET source = 'mandates: []' WHERE state = 'accepted'".to_owned()),
        ("mandate_consents", format!("UPDATE mandate_consents SET person_id = {other} WHERE role = 'finance-leader'")),
        ("mandate_journal", "UPDATE mandate_journal SET actor = 'system:x' WHERE seq = 2".to_owned()),
    ] {
        town.sql.execute_unprepared(&format!("{}{edit}", off(table))).await.unwrap();
    }
    let report = town.app.verify_ledger(|_| {}).await.unwrap();
    assert!(report.mandates.contains(&MandateFault::Broken { seq: 2 }), "{report:?}");
    assert!(report.mandates.iter().any(|fault| matches!(fault, MandateFault::Untold { .. })), "{report:?}");
}

async fn what_was_proven_by_others_is_proven_again_at_the_start(kind: Kind) {
    let town = Town::founded(kind).await;
    town.sql.execute_unprepared("UPDATE definitions SET certificate = NULL").await.unwrap();
    let finds = async |store: &Store| {
        let check = oracle::checks().iter().find(|check| check.id == "I9b").unwrap();
        oracle::ask(store.read(), *check).await.unwrap().is_some()
    };
    assert!(finds(town.app.store()).await);
    starts_with(&town.app, &shipped()).await;
    assert!(!finds(town.app.store()).await && is_proven_by(&town, &shipped()).await);
}
