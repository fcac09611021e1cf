//! What strangers learn, what repeating does, and how a case that found nobody goes on.

use yumen::{
    app::{Caller, Failure, Key, Request, What},
    definition::{FileRef, Value},
    engine::{Action, Decision, Refusal},
    ids::AttachmentId,
    store,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, YEAR, form},
};

on_both!(
    the_same_request_sent_twice_at_once_gives_one_answer,
    a_key_is_good_for_one_request,
    a_stranger_learns_nothing_of_a_case,
    a_case_that_found_nobody_goes_on_once_somebody_is_there,
    a_return_to_an_approver_is_told_to_both,
    a_year_outside_the_project_is_refused,
    a_request_for_nothing_is_refused,
);

async fn the_same_request_sent_twice_at_once_gives_one_answer(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(RELOCATION).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    officer.completes(case, "draft", funds(600, 600)).await.unwrap();
    let task = officer.task(case, "goals").await;
    let fields = targets(&["50", "30", "10"]);
    let viewer = officer.viewer().await;
    let request = |key: &str| Request {
        by: Caller::Person(viewer.clone()),
        what: What::Act {
            case,
            action: Action::Complete { task, fields: fields.clone(), besides: Default::default() },
        },
        key: Some(Key { key: key.into(), request_hash: "one".into() }),
    };
    let (first, second) = tokio::join!(town.app.execute(request("k1")), town.app.execute(request("k1")));
    assert_eq!(first.unwrap(), second.unwrap());
    let completed = "SELECT count(*) FROM journal WHERE command = 'complete'";
    assert_eq!(town.count(completed).await, 2, "the funds, and the targets once");
    town.expect_mails(&[("task-assigned", REVIEWER)]).await;
}

async fn a_key_is_good_for_one_request(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(RELOCATION).await;
    let viewer = town.official(OFFICER).viewer().await;
    let request = |workflow: &str, hash: &str| Request {
        by: Caller::Person(viewer.clone()),
        what: What::Start { workflow: workflow.into(), project, year: YEAR },
        key: Some(Key { key: "k1".into(), request_hash: hash.into() }),
    };
    let first = town.app.execute(request("performance-targets", "one")).await.unwrap();
    assert_eq!(town.app.execute(request("performance-targets", "one")).await.unwrap(), first);
    let other = town.app.execute(request("ex-ante-assessment", "two")).await;
    assert!(matches!(other, Err(Failure::Refused(Refusal::KeyReused))), "{other:?}");
}

async fn a_stranger_learns_nothing_of_a_case(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(RELOCATION).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    let stranger = town.official("he-jingshu");
    let file = FileRef { id: AttachmentId::from_uuid(case.uuid()), name: "a.pdf".into(), size: 1, hash: "00".into() };
    let fields = form([("files", Value::Files(vec![file]))]);
    for task in [1, 2, 99] {
        let saved = Action::Save { task, fields: fields.clone(), besides: Default::default() };
        assert_eq!(stranger.does(What::Act { case, action: saved }).await, Err(Refusal::NotFound));
        let (decision, reason) = (Decision::Approve, String::new());
        let decided = Action::Decide { task, decision, reason, fields: fields.clone(), besides: Default::default() };
        assert_eq!(stranger.does(What::Act { case, action: decided }).await, Err(Refusal::NotFound));
        let attached = town.app.attach(&stranger.viewer().await, (case, task), "a.txt", b"a".to_vec()).await;
        assert!(matches!(attached, Err(Failure::Refused(Refusal::NotFound))), "{attached:?}");
    }
    let absent = yumen::ids::CaseId::from_uuid(project.uuid());
    let withdraw = |case| What::Act { case, action: Action::Withdraw { reason: "理由".into() } };
    assert_eq!(stranger.does(withdraw(absent)).await, Err(Refusal::NotFound));
    assert_eq!(stranger.does(withdraw(case)).await, Err(Refusal::NotFound));
}

async fn a_case_that_found_nobody_goes_on_once_somebody_is_there(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(RELOCATION).await;
    let officer = town.official(OFFICER);
    let head = town.official(HEAD);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    targets_filed(&officer, case).await;
    let set_active = |active| {
        let person = head.person;
        town.app.store().write(move |tx| async move { store::people::set_active(&tx, person, active).await })
    };
    let open = "SELECT count(*) FROM incidents WHERE kind = 'nobody-found' AND closed_at IS NULL";
    for round in 0..2 {
        set_active(false).await.unwrap();
        let held = town.official(REVIEWER).approves(case, "department-review").await.unwrap();
        assert!(held.open.is_empty(), "nobody may act, and nobody is asked");
        assert_eq!(town.count(open).await, 1, "round {round}");
        town.app.wake_held().await.unwrap();
        assert_eq!(town.count(open).await, 1, "there is still nobody");
        set_active(true).await.unwrap();
        town.app.wake_held().await.unwrap();
        assert_eq!(town.count(open).await, 0);
        head.returns(case, "department-approval", "department-review", "请再核。").await.unwrap();
    }
    town.look_away().await;
}

async fn a_return_to_an_approver_is_told_to_both(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(RELOCATION).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    targets_filed(&officer, case).await;
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.look_away().await;
    town.official(HEAD).returns(case, "department-approval", "department-review", "请再核。").await.unwrap();
    town.expect_mails(&[("case-returned", REVIEWER), ("case-returned", OFFICER)]).await;
}

async fn a_year_outside_the_project_is_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(RELOCATION).await;
    for year in [2026, 2035, -5] {
        let what = What::Start { workflow: "performance-targets".into(), project, year };
        let refused = town.official(OFFICER).does(what).await.unwrap_err();
        assert!(matches!(refused, Refusal::YearOutside { .. }), "{refused:?}");
    }
    let numbers = "SELECT count(*) FROM number_sequences";
    assert_eq!(town.count(numbers).await, 0, "no number was used up");
}

async fn a_request_for_nothing_is_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("ex-ante-assessment", project).await.unwrap().case;
    let nothing = form([
        ("scope", Value::Choice("new-task".into())),
        ("requested_amount", crate::harness::town::wan(0)),
        ("object", crate::harness::town::text("下立交。")),
    ]);
    let refused = officer.completes(case, "draft", nothing).await.unwrap_err();
    let Refusal::Fields { problems } = refused else { panic!("{refused:?}") };
    assert_eq!(problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), ["requested_amount"]);
}
