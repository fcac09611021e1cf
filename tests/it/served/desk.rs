//! The operator's desk and what machines ask: what failed is tried again by the same door, the figures open to their
//! token alone, and the dashboard shows nothing that is not told.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use yumen::{
    store::{self, nodes::NodeRow, outbox::NewDispatch},
    telemetry::figures::DASHBOARD,
};

use super::house::{FIGURES_TOKEN, House, problem};
use crate::{
    app::way::{OFFICER, UNDERPASS},
    harness::databases::{Kind, on_both},
};

on_both!(
    what_failed_is_tried_again_and_who_asked_is_noted_down,
    what_ends_by_itself_cannot_be_tried_again,
    the_desk_shows_queue_nodes_and_late_tasks,
    machines_are_told_what_they_ask_and_nothing_more,
);

const OPERATOR: &str = "qin-muye";
const LOST: &str = "check-people/2026-11-23";

/// A job that was given up, with its incident.
async fn given_up(house: &House) -> String {
    let (app, now) = (&house.town.app, house.town.app.now());
    let (row, incident) = (app.sources().new_id(), app.sources().new_id());
    let store = app.store();
    store
        .write(move |tx| async move {
            let job = NewDispatch {
                id: row,
                occurrence: LOST.to_owned(),
                kind: "check-people".to_owned(),
                case_id: None,
                person: None,
                payload: "{}".to_owned(),
            };
            store::outbox::put(&tx, vec![job], now).await?;
            let lease = std::time::Duration::from_secs(60);
            let claimed = store::outbox::claim(&tx, "w", now, lease, 10).await?;
            for job in claimed.iter().filter(|job| job.id == row) {
                store::outbox::fail(&tx, job.id, job.fence, now, "store: busy").await?;
            }
            let given_up = store::incidents::NewIncident {
                id: incident,
                occurrence: format!("given-up/{LOST}"),
                kind: "check-people-given-up".to_owned(),
                case_id: None,
                summary_zh: "人员检查未能完成".to_owned(),
                summary_en: "The people could not be looked at".to_owned(),
                detail: "store: busy".to_owned(),
                opened_at: now,
            };
            store::incidents::raise(&tx, given_up).await
        })
        .await
        .unwrap();
    incident.to_string()
}

async fn waiting_job(house: &House) {
    let (app, now) = (&house.town.app, house.town.app.now());
    let job = NewDispatch {
        id: app.sources().new_id(),
        occurrence: "check-people/2026-11-24".to_owned(),
        kind: "check-people".to_owned(),
        case_id: None,
        person: None,
        payload: "{}".to_owned(),
    };
    app.store().write(move |tx| async move { store::outbox::put(&tx, vec![job], now).await }).await.unwrap();
}

async fn what_failed_is_tried_again_and_who_asked_is_noted_down(kind: Kind) {
    let house = House::open(kind).await;
    let incident = given_up(&house).await;
    let session = house.enter(OPERATOR).await;
    let csrf = house.csrf(&session).await;
    let page =
        house.asks(Method::GET, "/incidents").header("cookie", &session).send().await.unwrap().text().await.unwrap();
    let action = format!("/incidents/{incident}/retry");
    assert!(page.contains(&format!("action=\"{action}\"")) && page.contains("store: busy"), "{page}");
    let sent = house.posts(&action, &session, &[("csrf", &csrf)]).send().await.unwrap();
    assert_eq!(sent.status(), 303);
    let pending =
        format!("SELECT count(*) FROM outbox WHERE occurrence = '{LOST}' AND state = 'pending' AND attempts = 0");
    assert_eq!(house.town.count(&pending).await, 1);
    assert_eq!(house.town.count("SELECT count(*) FROM incidents WHERE closed_at IS NULL").await, 0);
    assert_eq!(house.town.count("SELECT count(*) FROM operator_acts").await, 1);
    let again = house.posts(&action, &session, &[("csrf", &csrf)]).send().await.unwrap();
    assert_eq!(again.status(), 404, "it is closed");
    let desk = house.asks(Method::GET, "/desk").header("cookie", &session).send().await.unwrap().text().await.unwrap();
    assert!(desk.contains("秦牧野") && desk.contains(LOST), "{desk}");
    let stranger = house.enter(OFFICER).await;
    let csrf = house.csrf(&stranger).await;
    assert_eq!(house.posts(&action, &stranger, &[("csrf", &csrf)]).send().await.unwrap().status(), 404);
    house.town.look_away().await;
    house.close().await;
}

async fn what_ends_by_itself_cannot_be_tried_again(kind: Kind) {
    let house = House::open(kind).await;
    let (app, id) = (&house.town.app, house.town.app.sources().new_id());
    let now = app.now();
    let risk = store::incidents::NewIncident {
        id,
        occurrence: "one-person/edu".to_owned(),
        kind: "one-person-post".to_owned(),
        case_id: None,
        summary_zh: "只有一人".to_owned(),
        summary_en: "One person only".to_owned(),
        detail: String::new(),
        opened_at: now,
    };
    app.store().write(move |tx| async move { store::incidents::raise(&tx, risk).await }).await.unwrap();
    let token = house.token(OPERATOR).await;
    let asks = |method, path: &str| house.asks(method, path).bearer_auth(&token);
    let open: Value = asks(Method::GET, "/api/v1/incidents").send().await.unwrap().json().await.unwrap();
    assert_eq!(open[0]["can_retry"], false, "{open}");
    let path = format!("/api/v1/incidents/{id}/retry");
    let request = asks(Method::POST, &path).header("idempotency-key", "k1").json(&json!({}));
    problem(request.send().await.unwrap(), 409, "ends-by-itself").await;
    let stranger = house.token(OFFICER).await;
    for path in ["/api/v1/desk", "/api/v1/incidents"] {
        let refused = house.asks(Method::GET, path).bearer_auth(&stranger).send().await.unwrap();
        problem(refused, 404, "not-found").await;
    }
    house.close().await;
}

async fn the_desk_shows_queue_nodes_and_late_tasks(kind: Kind) {
    let house = House::open(kind).await;
    let officer = house.town.official(OFFICER);
    officer.starts("performance-targets", house.town.project(UNDERPASS).await).await.unwrap();
    house.town.advance(TimeDelta::days(60));
    let now = house.town.app.now();
    let node = |id: &str, seen_at| NodeRow {
        id: id.to_owned(),
        host: "yumen-1".to_owned(),
        version: "0.1.0".to_owned(),
        started_at: now - TimeDelta::hours(1),
        seen_at,
        stopped_at: None,
    };
    let (alive, silent) = (node("worker-a", now), node("worker-b", now - TimeDelta::minutes(5)));
    let store = house.town.app.store();
    store
        .write(move |tx| async move {
            store::nodes::beat(&tx, alive).await?;
            store::nodes::beat(&tx, silent).await
        })
        .await
        .unwrap();
    let token = house.token(OPERATOR).await;
    let desk: Value =
        house.asks(Method::GET, "/api/v1/desk").bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    assert_eq!((&desk["tasks_open"], &desk["tasks_late"]), (&json!(1), &json!(1)), "{desk}");
    let waits_for = desk["late"][0]["waits_for"][0]["zh-CN"].as_str().unwrap();
    assert!(waits_for.contains("柏松涛"), "{desk}");
    let states: Vec<_> = desk["nodes"].as_array().unwrap().iter().map(|node| node["state"]["en"].clone()).collect();
    assert_eq!(states, ["Alive", "Silent"]);
    let session = house.enter(OPERATOR).await;
    let page = house.asks(Method::GET, "/desk?mails=failed").header("cookie", &session).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("失去联系") && page.contains("运行中") && page.contains("柏松涛"), "{page}");
    house.town.look_away().await;
    house.close().await;
}

async fn machines_are_told_what_they_ask_and_nothing_more(kind: Kind) {
    let house = House::open(kind).await;
    let officer = house.town.official(OFFICER);
    officer.starts("performance-targets", house.town.project(UNDERPASS).await).await.unwrap();
    given_up(&house).await;
    waiting_job(&house).await;
    for (path, says) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let told = house.asks(Method::GET, path).send().await.unwrap();
        assert_eq!((told.status().as_u16(), told.text().await.unwrap().as_str()), (200, says), "{path}");
    }
    let asked = |token: &str| house.asks(Method::GET, "/metrics").bearer_auth(token).send();
    assert_eq!(house.asks(Method::GET, "/metrics").send().await.unwrap().status(), 404);
    assert_eq!(asked("figures-of-the-test-0002").await.unwrap().status(), 404);
    assert_eq!(asked("").await.unwrap().status(), 404);
    let told = asked(FIGURES_TOKEN).await.unwrap();
    assert_eq!(told.status(), 200);
    let told = told.text().await.unwrap();
    let line =
        |start: &str| told.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {told}"));
    assert_eq!(line("yumen_cases_running "), "yumen_cases_running 1");
    assert_eq!(
        line("yumen_incidents_open{kind=\"check-people-given-up\"}"),
        "yumen_incidents_open{kind=\"check-people-given-up\"} 1"
    );
    assert!(told.lines().any(|line| line == "yumen_queue_rows{kind=\"check-people\",state=\"due\"} 1"), "{told}");
    assert!(!told.contains("柏松涛") && !told.contains("person_") && !told.contains("case_"), "{told}");
    // Jobs and mails are counted where there are workers: their names are those of the code.
    let names = regex::Regex::new("yumen_[a-z_]+").unwrap();
    let known: BTreeSet<_> = names.find_iter(&told).map(|found| found.as_str().to_owned()).collect();
    let at_work = ["yumen_jobs_total", "yumen_job_seconds_bucket", "yumen_mails_day"];
    for shown in names.find_iter(DASHBOARD).map(|found| found.as_str()) {
        assert!(known.contains(shown) || at_work.contains(&shown), "the dashboard shows {shown}, which nobody tells");
    }
    house.town.look_away().await;
    house.close().await;
}
