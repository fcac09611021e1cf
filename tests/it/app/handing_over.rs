//! Somebody leaves, and what they hold passes to a successor: rows, mails, incidents, and again after a crash.

use chrono::Days;
use yumen::{
    app::{
        App, What,
        handing_over::{self, HandoverView, Move, Order, Verdict, Wanted},
        inbox::{InboxQuery, Tab},
        people,
        sign_in::NotLetIn,
        substitutes::{self, NewSubstitute},
    },
    engine::{Action, Held, who::day_of},
    jobs::Cases,
    store,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Official, Town},
};

on_both!(
    everything_somebody_holds_passes_with_one_letter,
    what_cannot_pass_stays_and_is_told_until_it_passes,
    a_handover_is_carried_on_after_a_crash,
    a_deputy_who_leaves_is_succeeded,
);

const SECURITY: &str = "yang-chunhe";
const WORKFLOWS: &str = "han-zhijian";
const STRANGER: &str = "xu-changgeng";

fn wanted(login: &str, to: &str) -> Wanted {
    Wanted { login: login.into(), to: to.into(), reason: "退休".into(), ..Wanted::default() }
}

async fn hands_over(admin: &Official, app: &App, wanted: &Wanted) -> HandoverView {
    handing_over::hand_over(app, &admin.viewer().await, wanted, Some("one")).await.unwrap()
}

fn verdicts(view: &HandoverView) -> Vec<Verdict> {
    view.items.iter().map(|item| item.verdict).collect()
}

/// Carries out what was queued, as the job does.
async fn carried_on(town: &Town) {
    let cases: &dyn Cases = &town.app;
    for payload in town.payloads("hand-over").await {
        cases.hand_over(&serde_json::from_str(&payload).unwrap()).await.unwrap();
    }
}

async fn in_order(town: &Town) {
    let ledger = town.app.verify_ledger(|_| {}).await.unwrap();
    assert!(ledger.is_whole(), "{ledger:?}");
    let findings = store::oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

const OPEN: &str = "SELECT count(*) FROM incidents WHERE kind = 'not-handed-over' AND closed_at IS NULL";

async fn everything_somebody_holds_passes_with_one_letter(kind: Kind) {
    let town = Town::founded(kind).await;
    let officer = town.official(OFFICER);
    let project = town.project(UNDERPASS).await;
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    let other = officer.starts("ex-ante-assessment", project).await.unwrap().case;
    targets_filed(&officer, case).await;
    town.look_away().await;
    let admin = town.official(SECURITY);
    let seen = handing_over::look(&town.app, &officer.viewer().await, &wanted(OFFICER, STRANGER)).await;
    assert!(matches!(seen, Err(NotLetIn::Told(_))), "for administrators alone");
    people::set_active(&town.app, OFFICER, false).await.unwrap();
    let before = handing_over::look(&town.app, &admin.viewer().await, &wanted(OFFICER, STRANGER)).await.unwrap();
    assert_eq!(verdicts(&before), [Verdict::Can; 3], "two cases as their initiator, and a draft");
    let done = hands_over(&admin, &town.app, &wanted(OFFICER, STRANGER)).await;
    assert_eq!((done.passed, done.stays), (3, 0));
    town.expect_mails(&[]).await;
    for _ in 0..2 {
        carried_on(&town).await;
    }
    town.expect_mails(&[("handed-over", STRANGER)]).await;
    let successor = town.official(STRANGER);
    let query =
        InboxQuery { tab: Tab::ToDecide, workflow: String::new(), text: String::new(), overdue: false, page: 1 };
    let rows = town.app.inbox(&successor.viewer().await, &query).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.case).collect::<Vec<_>>(), [other]);
    let history = town.app.case_page(&successor.viewer().await, case).await.unwrap().timeline;
    assert!(history[0].did.word.zh.contains("离岗，移交给许长庚"), "{:?}", history[0].did);
    assert_eq!(history[0].reason, "退休");
    town.official(REVIEWER).returns(case, "department-review", "draft", "请补充").await.unwrap();
    town.expect_mails(&[("case-returned", STRANGER)]).await;
    in_order(&town).await;
}

async fn what_cannot_pass_stays_and_is_told_until_it_passes(kind: Kind) {
    let town = Town::founded(kind).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", town.project(UNDERPASS).await).await.unwrap().case;
    targets_filed(&officer, case).await;
    people::set_active(&town.app, OFFICER, false).await.unwrap();
    let admin = town.official(WORKFLOWS);
    // Whoever decides on the case next cannot be its initiator as well.
    let stays = hands_over(&admin, &town.app, &wanted(OFFICER, REVIEWER)).await;
    assert_eq!(verdicts(&stays), [Verdict::Stays]);
    assert!(stays.items[0].why.as_ref().unwrap().zh.contains("不能接替发起人"));
    assert_eq!(town.count(OPEN).await, 1);
    town.app.wake_held().await.unwrap();
    assert_eq!(town.count(OPEN).await, 1, "until somebody has it");
    let done = handing_over::hand_over(&town.app, &admin.viewer().await, &wanted(OFFICER, STRANGER), None).await;
    assert_eq!(verdicts(&done.unwrap()), [Verdict::Passed]);
    assert_eq!(town.count(OPEN).await, 0);
    carried_on(&town).await;
    town.look_away().await;
    in_order(&town).await;
}

async fn a_handover_is_carried_on_after_a_crash(kind: Kind) {
    let town = Town::founded(kind).await;
    let officer = town.official(OFFICER);
    let project = town.project(UNDERPASS).await;
    let mut moves = Vec::new();
    let to = town.official(STRANGER).person;
    for workflow in ["performance-targets", "ex-ante-assessment"] {
        let case = officer.starts(workflow, project).await.unwrap().case;
        moves.extend([Held::Start, Held::Task(1)].map(|held| Move { case, held, to }));
    }
    people::set_active(&town.app, OFFICER, false).await.unwrap();
    town.look_away().await;
    let admin = town.official(SECURITY);
    let (by, from, reason) = (admin.person, officer.person, "退休".to_owned());
    let order = Order { id: town.app.sources().new_id(), by, from, reason: reason.clone(), moves, substitutes: vec![] };
    // The machine fails once the first case has passed.
    let action = Action::HandOver { from, to, held: vec![Held::Start, Held::Task(1)], reason };
    admin.does(What::Act { case: order.moves[0].case, action }).await.unwrap();
    town.expect_mails(&[]).await;
    for _ in 0..2 {
        town.app.finish_handing_over(&order).await.unwrap();
    }
    town.expect_mails(&[("handed-over", STRANGER)]).await;
    let left = handing_over::look(&town.app, &admin.viewer().await, &wanted(OFFICER, STRANGER)).await.unwrap();
    assert!(left.items.is_empty(), "{:?}", left.items);
    in_order(&town).await;
}

async fn a_deputy_who_leaves_is_succeeded(kind: Kind) {
    let town = Town::founded(kind).await;
    let person = town.official(PERFORMANCE);
    let today = day_of(town.app.now());
    let new = NewSubstitute {
        person: person.person,
        deputy: OFFICER.into(),
        workflows: [].into(),
        from: today,
        until: today + Days::new(5),
    };
    substitutes::set(&town.app, person.person, new).await.unwrap();
    people::set_active(&town.app, OFFICER, false).await.unwrap();
    let view = hands_over(&town.official(SECURITY), &town.app, &wanted(OFFICER, STRANGER)).await;
    assert!(view.items.is_empty() && view.substitutes.is_empty(), "{view:?}");
    carried_on(&town).await;
    let standing = town.app.standing_substitutes().await.unwrap();
    let one = standing.iter().map(|one| (one.person, one.deputy, one.until)).collect::<Vec<_>>();
    assert_eq!(one, [(person.person, town.official(STRANGER).person, today + Days::new(5))]);
}
