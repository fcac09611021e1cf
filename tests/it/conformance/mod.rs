//! The conformance kit of `tests/data/conformance/`: every fixture on both databases, through the door that everybody
//! uses. Its README says what the words of a fixture mean.

mod act;
mod fixture;
mod ground;
mod terms;
mod told;
mod whole;

use std::collections::BTreeSet;

use futures::{StreamExt as _, stream};

use self::{fixture::Fixture, ground::Ground};
use crate::harness::databases::{Kind, on_both};

on_both!(every_fixture_means_what_it_says);

/// A kit with fewer says too little of a language to compare engines by.
const FIXTURES_MIN: usize = 150;
/// Fixtures at a time.
const AT_ONCE: usize = 8;

async fn every_fixture_means_what_it_says(kind: Kind) {
    let fixtures = fixture::all();
    assert!(fixtures.len() >= FIXTURES_MIN, "{} fixtures", fixtures.len());
    let ground = Ground::prepared(kind, &fixtures).await;
    let (moving, standing): (Vec<_>, Vec<_>) = fixtures.iter().partition(|fixture| fixture.changes_posts());
    let mut wrong: Vec<String> = stream::iter(standing)
        .map(|fixture| tried(&ground, fixture))
        .buffer_unordered(AT_ONCE)
        .filter_map(|found| async { found })
        .collect()
        .await;
    // Who leaves a post leaves it for everybody; so these come one after another.
    for fixture in moving {
        wrong.extend(tried(&ground, fixture).await);
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{} of {} fixtures:\n{}", wrong.len(), fixtures.len(), wrong.join("\n"));
}

async fn tried(ground: &Ground, fixture: &Fixture) -> Option<String> {
    let found = act::play(ground, fixture).await.err();
    found.map(|what| format!("{}\n  {}\n{what}", fixture.name, fixture.meaning))
}

#[test]
fn every_fixture_has_a_meaning_of_its_own() {
    let fixtures = fixture::all();
    let meanings: BTreeSet<_> = fixtures.iter().map(|fixture| &fixture.meaning).collect();
    assert_eq!(meanings.len(), fixtures.len(), "two fixtures say the same");
    for fixture in &fixtures {
        let long_enough = fixture.meaning.split_whitespace().count() >= 5;
        assert!(long_enough && fixture.meaning.ends_with('.'), "{}: {}", fixture.name, fixture.meaning);
    }
}
