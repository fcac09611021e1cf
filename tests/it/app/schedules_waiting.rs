//! What of a schedule waits: a time that was moved off a day off, and a project whose earlier case is still running.

use yumen::{
    app::{Failure, held_starts::START_HELD, schedules::Doing},
    engine::Refusal,
    store::{self, firings, oracle},
};

use super::{
    calendar,
    schedules::{ADMIN, PROJECTS, at, cases, does, fired, is, sweep, until, with, work},
    way::{OFFICER, RELOCATION, UNDERPASS},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, text},
};

on_both!(a_time_that_was_moved_can_still_be_left_out, a_case_of_an_earlier_period_holds_the_next_one_until_it_ends,);

/// A time that waits for the first working day after its own is the next one, for whoever looks and whoever leaves one out.
async fn a_time_that_was_moved_can_still_be_left_out(kind: Kind) {
    let schedule = "    cron: \"0 9 1 1 *\"\n    period: year\n    missed: once\n    on a day off: next working day\n";
    let town = with(kind, schedule).await;
    calendar::saved(&town, calendar::notice(calendar::version_of(&town, 2027).await)).await;
    sweep(&town).await;
    until(&town, "2027-01-02T10:00:00+08:00");
    sweep(&town).await;
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    assert_eq!(shown.next[0].planned, at("2027-01-01T09:00:00+08:00"));
    assert_eq!(shown.next[0].due, at("2027-01-04T09:00:00+08:00"), "it waits");
    does(&town, Doing::Skip).await.unwrap();
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    let skipped: Vec<_> = shown.next.iter().map(|next| next.skipped.is_some()).collect();
    assert_eq!(skipped[..2], [true, false], "that one, not the one of next year");
    assert!(shown.firings.is_empty(), "and it lies ahead");
    until(&town, "2027-01-04T09:00:00+08:00");
    sweep(&town).await;
    work(&town).await;
    is(fired(&town, "filing").await, &[("2027", "skipped")]);
    assert_eq!(cases(&town).await, 0);
    town.look_away().await;
}

const HELD: &str = "SELECT count(*) FROM incidents WHERE kind = 'not-started' AND closed_at IS NULL";

/// Does what was queued for projects that had to wait, all of it again too.
pub async fn start_held(town: &Town) {
    for payload in town.payloads(START_HELD).await {
        town.app.start_held_for(&serde_json::from_str(&payload).unwrap()).await.unwrap();
    }
}

/// A case that runs since an earlier period takes nothing away from the next one: that waits, and says for what, until the
/// case ends or somebody leaves the project out.
async fn a_case_of_an_earlier_period_holds_the_next_one_until_it_ends(kind: Kind) {
    let town = with(kind, "    cron: \"0 9 5 * *\"\n    period: month\n    missed: once\n").await;
    does(&town, Doing::Run).await.unwrap();
    work(&town).await;
    assert_eq!(cases(&town).await, PROJECTS, "those of November");
    until(&town, "2026-12-05T09:00:00+08:00");
    sweep(&town).await;
    work(&town).await;
    let row = firings::latest(town.app.store().read(), "filing", "round", 1).await.unwrap().remove(0);
    assert_eq!((row.started, row.present, row.held), (0, 0, PROJECTS));
    assert_eq!(town.count(HELD).await, PROJECTS);

    let project = town.project(UNDERPASS).await;
    let running = store::cases::running(town.app.store().read(), "filing", project, 2027).await.unwrap().unwrap();
    let named = format!("{HELD} AND summary_zh LIKE '%{}%' AND summary_zh LIKE '%办结后本期自动发起%'", running.number);
    assert_eq!(town.count(&named).await, 1, "it says for what it waits");
    town.app.start_held(None).await.unwrap();
    assert_eq!(cases(&town).await, PROJECTS, "nothing has changed");
    let done = form([("note", text("已填"))]);
    town.official(OFFICER).completes(running.id, "draft", done.clone()).await.unwrap();
    start_held(&town).await;
    assert_eq!((cases(&town).await, town.count(HELD).await), (PROJECTS + 1, PROJECTS - 1));
    let next = store::cases::running(town.app.store().read(), "filing", project, 2027).await.unwrap().unwrap();
    town.official(OFFICER).completes(next.id, "draft", done.clone()).await.unwrap();
    start_held(&town).await;
    assert_eq!(cases(&town).await, PROJECTS + 1, "once for a period");

    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    let other = shown.held.iter().find(|held| held.code == RELOCATION).unwrap();
    assert!(other.why.zh.contains("还没有办结"), "{other:?}");
    let (admin, of) = (town.official(ADMIN).viewer().await, ("filing", "round"));
    let refused = town.app.leave_out(&town.official(OFFICER).viewer().await, of, other.id, "不想填").await;
    assert!(matches!(refused, Err(Failure::Refused(Refusal::NotFound))), "{refused:?}");
    let silent = town.app.leave_out(&admin, of, other.id, " ").await;
    assert!(matches!(silent, Err(Failure::Refused(Refusal::ReasonNeeded))), "{silent:?}");
    town.app.leave_out(&admin, of, other.id, "项目已并入其他项目").await.unwrap();
    assert_eq!(town.count(HELD).await, PROJECTS - 2);
    let old = store::cases::running(town.app.store().read(), "filing", other.id, 2027).await.unwrap().unwrap();
    town.official(OFFICER).completes(old.id, "draft", done).await.unwrap();
    start_held(&town).await;
    assert_eq!(cases(&town).await, PROJECTS + 1, "it was left out");
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    assert_eq!(
        (shown.deeds[0].row.deed.as_str(), shown.deeds[0].row.why.as_str()),
        ("leave-out", "项目已并入其他项目")
    );
    assert!(shown.deeds[0].project.is_some() && shown.held.iter().all(|held| held.id != other.id));
    assert!(oracle::ask_all(town.app.store().read()).await.unwrap().is_empty());
    town.look_away().await;
}
