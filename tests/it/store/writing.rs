//! Writing: all of it or nothing, each on its own, one after another where they meet.

use std::collections::BTreeSet;

use futures::future::join_all;
use yumen::store::{Error, cases, numbers};

use super::{
    databases::{Kind, fresh, on_both},
    rows::{case, go_on, settle, start},
};

on_both!(
    a_write_that_fails_fails_alone,
    a_write_that_panics_is_answered_and_the_next_one_works,
    a_kept_transaction_stores_nothing,
    writers_of_one_case_come_one_after_another,
    a_stale_version_is_refused,
    numbers_have_no_gaps,
);

#[derive(Debug)]
enum Oh {
    No,
    Store(Error),
}

impl From<Error> for Oh {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

async fn a_write_that_fails_fails_alone(kind: Kind) {
    let database = fresh(kind).await;
    settle(&database.store).await;
    let writes = (0..60).map(|n| {
        database.store.write(move |tx| async move {
            start(&tx, n, 1).await?;
            if n % 3 == 0 { Err(Oh::No) } else { Ok(n) }
        })
    });
    for (n, result) in join_all(writes).await.into_iter().enumerate() {
        assert_eq!(matches!(result, Err(Oh::No)), n % 3 == 0, "{n}: {result:?}");
        let stored = cases::find(database.store.read(), case(n as u128)).await.unwrap();
        assert_eq!(stored.is_some(), n % 3 != 0, "{n}");
    }
}

async fn a_write_that_panics_is_answered_and_the_next_one_works(kind: Kind) {
    let database = fresh(kind).await;
    settle(&database.store).await;
    let panics = database.store.write(|tx| async move {
        start(&tx, 1, 1).await?;
        let nothing: Vec<u8> = Vec::new();
        Ok::<_, Error>(nothing[case(1).uuid().as_bytes().len()])
    });
    let good = database.store.write(|tx| async move { start(&tx, 2, 1).await });
    let (panicked, written) = futures::join!(panics, good);
    assert!(matches!(panicked, Err(Error::Panicked(words)) if words.contains("out of bounds")));
    written.unwrap();
    assert!(cases::find(database.store.read(), case(1)).await.unwrap().is_none());
    assert!(cases::find(database.store.read(), case(2)).await.unwrap().is_some());
}

async fn a_kept_transaction_stores_nothing(kind: Kind) {
    let database = fresh(kind).await;
    settle(&database.store).await;
    let kept = database.store.write(|tx| async move {
        start(&tx, 1, 1).await?;
        Ok::<_, Error>(tx)
    });
    assert!(matches!(kept.await, Err(Error::KeptTransaction)));
    database.store.write(|tx| async move { start(&tx, 2, 1).await }).await.unwrap();
    assert!(cases::find(database.store.read(), case(1)).await.unwrap().is_none());
}

async fn writers_of_one_case_come_one_after_another(kind: Kind) {
    let database = fresh(kind).await;
    settle(&database.store).await;
    database.store.write(|tx| async move { start(&tx, 1, 1).await }).await.unwrap();
    let writes = (0..40).map(|_| database.store.write(|tx| async move { go_on(&tx, 1).await }));
    let numbers: BTreeSet<i64> = join_all(writes).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(numbers, (2..=41).collect());
}

async fn a_stale_version_is_refused(kind: Kind) {
    let database = fresh(kind).await;
    settle(&database.store).await;
    let refused = database.store.write(|tx| async move {
        start(&tx, 1, 1).await?;
        go_on(&tx, 1).await?;
        let change = cases::CaseChange {
            definition_hash: "hash".into(),
            id: case(1),
            expected_version: 1,
            journal_hash: String::new(),
            status: cases::RUNNING,
            outcome: None,
            ended_at: None,
            waiting_for: None,
            suspended_at: None,
            state: "{}".into(),
        };
        cases::save(&tx, change).await
    });
    assert!(refused.await.unwrap_err().is_worth_retrying());
}

async fn numbers_have_no_gaps(kind: Kind) {
    let database = fresh(kind).await;
    let writes = (0..50_u32).map(|n| {
        database.store.write(move |tx| async move {
            let number = numbers::next(&tx, "budget-request", 2027).await?;
            if n % 5 == 0 { Err(Oh::No) } else { Ok(number) }
        })
    });
    let mut given = BTreeSet::new();
    for result in join_all(writes).await {
        match result {
            Ok(number) => assert!(given.insert(number), "{number} was given twice"),
            Err(Oh::No) => {}
            Err(Oh::Store(error)) => panic!("{error}"),
        }
    }
    assert_eq!(given, (1..=40).collect());
    let other = database.store.write(|tx| async move { numbers::next(&tx, "budget-request", 2028).await });
    assert_eq!(other.await.unwrap(), 1);
}
