//! Appointments begin and end, and what waited for somebody goes on.

use chrono::{Days, NaiveDate, TimeDelta};
use yumen::{
    app::{
        appointments::{self, EndOfAppointment, NewAppointment},
        people,
        publishing::Publication,
        sign_in::NotLetIn,
    },
    engine::who::day_of,
    jobs::Cases,
    store::tasks,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, wan},
};

on_both!(
    a_case_that_found_nobody_goes_on_when_somebody_is_appointed,
    an_appointment_ends_once,
    administrators_are_three_people_and_security_keeps_one,
    of_two_appointments_at_once_one_is_refused,
);

/// A workflow with one approval.
const LOOK: &str = r#"workflow: short-look
title: { zh-CN: 简审, en: Short look }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [submitted]
start:
  by: { role: project-officer, of: project.unit }
  number: "简〔{year}〕{seq:4}"
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 申请金额, en: Amount } }
steps:
  - fill: draft
    title: { zh-CN: 填报, en: Write }
    by: initiator
    edit: [amount]
  - approve: look
    title: { zh-CN: 审核, en: Look }
    by: { role: department-reviewer, of: project.department }
    return to: [draft]
  - end: submitted
"#;

const SECURITY: &str = "yang-chunhe";
const WORKFLOWS: &str = "han-zhijian";

fn today(town: &Town) -> NaiveDate {
    day_of(town.app.now())
}

fn post(login: &str, role: &str, org: &str, from: NaiveDate) -> NewAppointment {
    NewAppointment { login: login.into(), role: role.into(), org: org.into(), from, until: None }
}

fn over(new: &NewAppointment, until: NaiveDate) -> EndOfAppointment {
    let NewAppointment { login, role, org, from, .. } = new.clone();
    EndOfAppointment { login, role, org, from, until }
}

/// The field that was refused.
fn told<T: std::fmt::Debug>(result: Result<T, NotLetIn>) -> String {
    match result {
        Err(NotLetIn::Told(problem)) => problem.fields[0].field.clone(),
        other => panic!("{other:?}"),
    }
}

async fn wakes(town: &Town) -> i64 {
    town.count("SELECT count(*) FROM outbox WHERE kind = 'wake-held' AND case_id IS NULL").await
}

async fn a_case_that_found_nobody_goes_on_when_somebody_is_appointed(kind: Kind) {
    let town = Town::founded(kind).await;
    let published = town.app.publish(&[("short-look.yaml".to_owned(), LOOK.to_owned())], "test").await.unwrap();
    assert!(matches!(&published, Publication::Live(live) if live.len() == 1), "{published:?}");
    people::set_active(&town.app, REVIEWER, false).await.unwrap();
    assert_eq!(wakes(&town).await, 1);
    let officer = town.official(OFFICER);
    let case = officer.starts("short-look", town.project(UNDERPASS).await).await.unwrap().case;
    officer.completes(case, "draft", form([("amount", wan(1))])).await.unwrap();
    let held = "SELECT count(*) FROM incidents WHERE kind = 'nobody-found' AND closed_at IS NULL";
    assert_eq!(town.count(held).await, 1);

    let tomorrow = today(&town) + Days::new(1);
    appointments::appoint(&town.app, post(HEAD, "department-reviewer", "housing", tomorrow)).await.unwrap();
    assert_eq!(wakes(&town).await, 2, "asked in the transaction that appoints");
    let cases: &dyn Cases = &town.app;
    cases.wake_held().await.unwrap();
    assert_eq!(town.count(held).await, 1, "not before the first day");

    town.app.sweep_schedules().await.unwrap();
    town.advance(TimeDelta::days(1));
    for _ in 0..2 {
        town.app.sweep_schedules().await.unwrap();
    }
    assert_eq!(wakes(&town).await, 3, "once a night");
    cases.wake_held().await.unwrap();
    assert_eq!(town.count(held).await, 0);
    let open = tasks::of_case(town.app.store().read(), case).await.unwrap();
    assert!(open.iter().any(|task| task.step == "look" && task.state == "open"), "{open:?}");
    town.official(HEAD).approves(case, "look").await.unwrap();
}

async fn an_appointment_ends_once(kind: Kind) {
    let town = Town::founded(kind).await;
    let app = &town.app;
    let new = post(HEAD, "department-reviewer", "housing", today(&town));
    appointments::appoint(app, new.clone()).await.unwrap();
    assert_eq!(told(appointments::appoint(app, new.clone()).await), "role");
    let early = told(appointments::end(app, over(&new, today(&town) - Days::new(1))).await);
    assert_eq!(early, "until");
    appointments::end(app, over(&new, today(&town))).await.unwrap();
    let again = told(appointments::end(app, over(&new, today(&town) + Days::new(9))).await);
    assert_eq!(again, "until", "never overwritten");
    assert_eq!(wakes(&town).await, 2);

    let standing = post(REVIEWER, "department-reviewer", "housing", "2024-01-01".parse().unwrap());
    let backdated = told(appointments::end(app, over(&standing, today(&town) - Days::new(30))).await);
    assert_eq!(backdated, "until", "what was in force stays so");
    appointments::end(app, over(&standing, today(&town) - Days::new(1))).await.unwrap();
    let directory = app.directory(app.store().read()).await.unwrap();
    assert_eq!(directory.appointments_of(town.official(REVIEWER).person, today(&town)).count(), 0, "over at once");
}

async fn administrators_are_three_people_and_security_keeps_one(kind: Kind) {
    let town = Town::founded(kind).await;
    let (app, day) = (&town.app, today(&town));
    let two = told(appointments::appoint(app, post(WORKFLOWS, "audit-admin", "audit", day)).await);
    assert_eq!(two, "role");
    let only = post(SECURITY, "security-admin", "office", "2024-01-01".parse().unwrap());
    assert_eq!(told(appointments::end(app, over(&only, day)).await), "login");
    assert_eq!(told(people::set_active(app, SECURITY, false).await), "login");
    assert_eq!(wakes(&town).await, 0, "nothing of it was written");

    appointments::appoint(app, post(HEAD, "security-admin", "office", day)).await.unwrap();
    appointments::end(app, over(&only, day - Days::new(1))).await.unwrap();
    appointments::appoint(app, post(SECURITY, "audit-admin", "audit", day)).await.unwrap();
}

async fn of_two_appointments_at_once_one_is_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let day = today(&town);
    for login in [OFFICER, REVIEWER, HEAD] {
        let (one, other) = tokio::join!(
            appointments::appoint(&town.app, post(login, "workflow-admin", "fin", day)),
            appointments::appoint(&town.app, post(login, "audit-admin", "audit", day)),
        );
        let refused = if one.is_ok() { other } else { one };
        assert_eq!(told(refused), "role");
    }
    let admins = "SELECT count(*) FROM appointments WHERE role IN ('workflow-admin', 'audit-admin')";
    assert_eq!(town.count(admins).await, 2 + 3);
}
