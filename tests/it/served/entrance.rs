//! Passwords, the first administrator, sessions: what keeps people out, and how long they stay in.

use chrono::TimeDelta;
use yumen::{
    app::{
        App,
        passwords::Passwords,
        people::{self, NewPerson},
        sessions::{self, Limits},
        setup,
        sign_in::{Attempt, NotLetIn, sign_in},
    },
    store,
};

use crate::harness::{
    databases::{Kind, fresh, on_both},
    town::Town,
};

on_both!(
    unknown_and_wrong_are_told_the_same_and_slow_down,
    the_first_administrator_comes_in_once,
    a_session_ends_by_rest_by_age_and_by_word,
    somebody_put_out_is_out_everywhere,
);

const GOOD: &str = "correct horse battery";

fn attempt(login: &str, password: &str, address: &str) -> Attempt {
    Attempt { login: login.into(), password: password.into(), address: address.into() }
}

/// The code of the problem that somebody was told.
async fn told(app: &App, passwords: &Passwords, attempt: Attempt) -> (&'static str, String) {
    match sign_in(app, passwords, attempt).await {
        Err(NotLetIn::Told(problem)) => (problem.code, problem.sentence.zh.clone()),
        other => panic!("{other:?}"),
    }
}

fn new_person(login: &str) -> NewPerson {
    NewPerson { login: login.into(), name: "陈新".into(), email: String::new(), password: GOOD.into() }
}

async fn unknown_and_wrong_are_told_the_same_and_slow_down(kind: Kind) {
    let town = Town::founded(kind).await;
    let app = &town.app;
    let passwords = Passwords::new(&app.sources().chance).unwrap();
    let person = people::add(app, &passwords, new_person("X.Chen")).await.unwrap();
    assert_eq!(sign_in(app, &passwords, attempt(" x.chen ", GOOD, "a")).await.unwrap(), person);

    let unknown = told(app, &passwords, attempt("nobody", GOOD, "b")).await;
    for _ in 0..5 {
        assert_eq!(told(app, &passwords, attempt("x.chen", "wrong horse battery", "c")).await, unknown);
    }
    assert_eq!(told(app, &passwords, attempt("x.chen", GOOD, "d")).await.0, "too-many-attempts");
    for _ in 0..4 {
        assert_eq!(told(app, &passwords, attempt("nobody", GOOD, "b")).await, unknown);
    }
    assert_eq!(told(app, &passwords, attempt("nobody", GOOD, "b")).await.0, "too-many-attempts");

    town.advance(TimeDelta::seconds(16));
    assert_eq!(sign_in(app, &passwords, attempt("x.chen", GOOD, "d")).await.unwrap(), person, "nobody is locked out");
    assert_eq!(town.count("SELECT count(*) FROM sign_in_failures WHERE login = 'x.chen'").await, 0);
}

async fn the_first_administrator_comes_in_once(kind: Kind) {
    let database = fresh(kind).await;
    let policy = yumen::policy::Policy::read(&yumen::app::library::embedded()).unwrap();
    let app = App::new(database.store.clone(), yumen::clock::Sources::system(), policy);
    let passwords = Passwords::new(&app.sources().chance).unwrap();
    let early = setup::offer(&app).await.unwrap().unwrap();
    let token = setup::offer(&app).await.unwrap().unwrap();
    let come_in = async |token: String| setup::first_administrator(&app, &passwords, &token, new_person("root")).await;
    assert!(come_in(early).await.is_err(), "only the last token printed counts");
    assert!(come_in("0".repeat(64)).await.is_err());
    let person = come_in(token.clone()).await.unwrap();
    assert!(come_in(token).await.is_err(), "a token works once");
    assert_eq!(setup::offer(&app).await.unwrap(), None);
    let viewer = app.viewer(person).await.unwrap().unwrap();
    assert!(viewer.holds_any(&["security-admin"]));
    assert_eq!(sign_in(&app, &passwords, attempt("root", GOOD, "a")).await.unwrap(), person);
}

async fn a_session_ends_by_rest_by_age_and_by_word(kind: Kind) {
    let town = Town::founded(kind).await;
    let app = &town.app;
    let person = town.official("bai-songtao").person;
    let limits = Limits { idle: TimeDelta::minutes(30), absolute: TimeDelta::hours(12) };
    let save = |name: &str| sessions::save(app, sessions::hash_of(name), "{}".into(), Some(person), limits);
    let is_there = async |name: &str| sessions::load(app, sessions::hash_of(name), limits).await.unwrap().is_some();
    save("rests").await.unwrap();
    save("works").await.unwrap();
    for _ in 0..24 {
        town.advance(TimeDelta::minutes(29));
        assert!(is_there("works").await);
    }
    assert!(!is_there("rests").await);
    town.advance(TimeDelta::minutes(25));
    assert!(!is_there("works").await, "twelve hours are over, though it was never idle");

    save("one").await.unwrap();
    save("two").await.unwrap();
    sessions::delete(app, sessions::hash_of("one")).await.unwrap();
    assert!(!is_there("one").await && is_there("two").await);
    assert!(sessions::end_all_of(app, person).await.unwrap() >= 1);
    assert!(!is_there("two").await);
    sessions::delete_expired(app, limits).await.unwrap();
    assert_eq!(town.count("SELECT count(*) FROM sessions").await, 0);
}

async fn somebody_put_out_is_out_everywhere(kind: Kind) {
    let town = Town::founded(kind).await;
    let app = &town.app;
    let passwords = Passwords::new(&app.sources().chance).unwrap();
    let person = people::add(app, &passwords, new_person("leaver")).await.unwrap();
    let token = yumen::app::tokens::make(app, person, "t", 1).await.unwrap().token;
    people::set_active(app, "leaver", false).await.unwrap();
    assert!(sign_in(app, &passwords, attempt("leaver", GOOD, "a")).await.is_err());
    assert_eq!(yumen::app::tokens::bearer(app, &token).await.unwrap(), None);
    assert_eq!(app.viewer(person).await.unwrap(), None);
    let weak = people::reset_password(app, &passwords, "leaver", "leaver leaver").await;
    assert!(matches!(weak, Err(NotLetIn::Told(problem)) if problem.code == "fields"));
    assert!(store::people::find(app.store().read(), person).await.unwrap().is_some(), "nobody is deleted");
}
