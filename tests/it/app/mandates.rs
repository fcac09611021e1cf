//! Mandates change with the consent of two people, and of nobody else; what is live keeps them before and after.

use std::sync::Arc;

use yumen::{
    app::{
        App, Failure, library,
        mandates::{Answer, Statement},
        publishing::Publication,
    },
    definition::check,
    engine::{MandateRefusal, Refusal},
    policy::Policy,
    store::{definitions, incidents, mandates, oracle},
    verify::Certificate,
};

use crate::harness::{
    databases::{Kind, on_both},
    town::{AUDIT_ADMIN, FINANCE_LEADER, Official, Town, stricter_mandates},
};

on_both!(
    an_empty_database_is_founded_with_its_files,
    a_changed_file_is_proposed_once_and_changes_nothing,
    two_people_put_a_proposal_into_force,
    nobody_consents_twice_or_for_another_role,
    what_was_declined_stays_declined_until_the_file_changes,
    what_a_live_workflow_goes_around_is_not_consented_to,
    a_workflow_that_goes_live_in_between_stops_the_second_consent,
    two_consents_at_once_put_it_into_force_once,
    another_file_takes_the_place_of_an_open_proposal,
);

/// A workflow administrator, an auditor, and somebody who has no part in it.
const ADMINISTRATOR: &str = "han-zhijian";
const AUDITOR: &str = "feng-qihang";
const STRANGER: &str = "chen-jie";

pub fn shipped() -> String {
    library::named(&library::embedded(), "mandates.yaml").1
}

/// The shipped mandates and one that no shipped workflow keeps.
fn too_strict() -> String {
    format!(
        "{}
  - mandate: no-request-without-audit
    basis: {{ rule: wuqing-plan, clause: 二(二)1 }}
    before: {{ do: submit-budget-request }}
    needs: {{ approvals: 1, roles: [auditor] }}
",
        shipped()
    )
}

/// The shipped files with other mandates.
fn files(mandates: &str) -> Vec<library::LibraryFile> {
    let mut files = library::embedded();
    let (_, text) = files.iter_mut().find(|(path, _)| path == "mandates.yaml").unwrap();
    mandates.clone_into(text);
    files
}

/// A start with these mandates among the files.
pub async fn starts_with(app: &App, mandates: &str) {
    let published = app.publish(&files(mandates), "system:shipped").await.unwrap();
    assert!(matches!(published, Publication::Live(_)), "{published:?}");
}

async fn says(by: &Official, town: &Town, (no, role, answer): (i64, &str, Answer)) -> Result<String, Refusal> {
    let reason = if answer == Answer::Decline { "与现行文件不一致。" } else { "" };
    let statement = Statement { no, role: role.to_owned(), answer, reason: reason.to_owned() };
    match town.app.speak_on_mandates(&by.viewer().await, statement).await {
        Ok(state) => Ok(state),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(failure) => panic!("{failure:?}"),
    }
}

pub async fn consents(town: &Arc<Town>, login: &str, no: i64) -> Result<String, Refusal> {
    let role = if login == AUDIT_ADMIN { "audit-admin" } else { "finance-leader" };
    says(&town.official(login), town, (no, role, Answer::Consent)).await
}

/// The number and the text of what is in force.
async fn in_force(town: &Town) -> (i64, String) {
    let set = mandates::in_force(town.app.store().read()).await.unwrap().unwrap();
    (set.no, set.source)
}

async fn open_incidents(town: &Town) -> usize {
    incidents::open_of_kind(town.app.store().read(), "mandates-proposed").await.unwrap().len()
}

/// Every live version is certified by these mandates.
pub async fn is_proven_by(town: &Town, source: &str) -> bool {
    let live = definitions::all_current(town.app.store().read()).await.unwrap();
    live.iter().all(|row| {
        let certificate: Certificate = serde_json::from_str(row.certificate.as_deref().unwrap()).unwrap();
        certificate.definition == row.hash && certificate.mandates == check::hash(source)
    })
}

/// The journal is whole, and every rule about what is stored holds.
pub async fn in_order(town: &Town) {
    let report = town.app.verify_ledger(|_| {}).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    for check in oracle::checks() {
        let found = oracle::ask(town.app.store().read(), *check).await.unwrap();
        assert!(found.is_none(), "{found:?}");
    }
}

async fn an_empty_database_is_founded_with_its_files(kind: Kind) {
    let town = Town::founded(kind).await;
    let set = mandates::in_force(town.app.store().read()).await.unwrap().unwrap();
    assert!(set.founding && set.no == 1 && set.source == shipped() && set.proposed_by == "yumen");
    assert!(is_proven_by(&town, &shipped()).await);
    starts_with(&town.app, &shipped()).await;
    assert_eq!(town.count("SELECT count(*) FROM mandate_sets").await, 1);
    assert_eq!(town.count("SELECT count(*) FROM mandate_journal").await, 1, "the founding alone");
    in_order(&town).await;
}

async fn a_changed_file_is_proposed_once_and_changes_nothing(kind: Kind) {
    let town = Town::founded(kind).await;
    for _ in 0..3 {
        starts_with(&town.app, &stricter_mandates()).await;
    }
    assert_eq!(in_force(&town).await, (1, shipped()));
    assert_eq!(town.count("SELECT count(*) FROM mandate_sets WHERE state = 'proposed'").await, 1);
    assert_eq!(open_incidents(&town).await, 1);
    assert!(is_proven_by(&town, &shipped()).await);
    // Whoever starts with its own files and whoever asks in the place's name go by what is in force.
    let policy = Policy::read(&files(&stricter_mandates())).unwrap();
    let place =
        App::of_place(town.app.store().clone(), town.app.sources().clone(), policy, files(&stricter_mandates()));
    assert_eq!(place.mandates(place.store().read()).await.unwrap().1, shipped());
    let page = place.mandates_page(&town.official(AUDITOR).viewer().await).await.unwrap();
    let open = page.open.unwrap();
    assert!(open.can_take_effect && open.speaks_as.is_empty());
    let added: Vec<_> = open.changes.iter().filter(|change| change.kind != "same").collect();
    assert!(
        matches!(added[..], [added] if added.kind == "added" && added.name == "no-budget-request-without-approval")
    );
    assert!(open.effect.len() >= 4 && open.effect.iter().all(|version| version.problems.is_empty()));
    let stranger = place.mandates_page(&town.official(STRANGER).viewer().await).await;
    assert!(matches!(stranger, Err(Failure::Refused(Refusal::NotFound))), "{stranger:?}");
    in_order(&town).await;
}

async fn two_people_put_a_proposal_into_force(kind: Kind) {
    let town = Town::founded(kind).await;
    starts_with(&town.app, &stricter_mandates()).await;
    let (finance, audit) = (town.official(FINANCE_LEADER), town.official(AUDIT_ADMIN));
    assert!(town.app.mandates_wait_for(&finance.viewer().await).await.unwrap());
    assert_eq!(consents(&town, FINANCE_LEADER, 2).await.as_deref(), Ok(mandates::PROPOSED));
    assert_eq!(in_force(&town).await.0, 1, "one consent is not enough");
    assert_eq!(consents(&town, FINANCE_LEADER, 2).await.as_deref(), Ok(mandates::PROPOSED), "said again");
    assert!(!town.app.mandates_wait_for(&finance.viewer().await).await.unwrap());
    assert!(town.app.mandates_wait_for(&audit.viewer().await).await.unwrap());
    assert_eq!(consents(&town, AUDIT_ADMIN, 2).await.as_deref(), Ok(mandates::ACCEPTED));
    assert_eq!(in_force(&town).await, (2, stricter_mandates()));
    assert_eq!(consents(&town, AUDIT_ADMIN, 2).await.as_deref(), Ok(mandates::ACCEPTED), "said again");
    assert!(is_proven_by(&town, &stricter_mandates()).await);
    assert_eq!(open_incidents(&town).await, 0);
    let page = town.app.mandates_page(&audit.viewer().await).await.unwrap();
    let said = &page.in_force.unwrap().said;
    assert!(said.len() == 2 && said.iter().all(|said| said.consents), "{said:?}");
    assert_eq!(page.history.iter().map(|set| set.state.as_str()).collect::<Vec<_>>(), ["accepted", "replaced"]);
    starts_with(&town.app, &stricter_mandates()).await;
    assert_eq!(town.count("SELECT count(*) FROM mandate_sets").await, 2, "a restart proposes nothing");
    // Going back is a change like any other.
    starts_with(&town.app, &shipped()).await;
    assert_eq!(in_force(&town).await.0, 2);
    assert_eq!(town.count("SELECT count(*) FROM mandate_sets WHERE no = 3 AND state = 'proposed'").await, 1);
    in_order(&town).await;
}

async fn nobody_consents_twice_or_for_another_role(kind: Kind) {
    let town = Town::founded(kind).await;
    starts_with(&town.app, &stricter_mandates()).await;
    for (login, role) in [
        (ADMINISTRATOR, "finance-leader"),
        (AUDITOR, "audit-admin"),
        (FINANCE_LEADER, "audit-admin"),
        (ADMINISTRATOR, "workflow-admin"),
    ] {
        let refused = says(&town.official(login), &town, (2, role, Answer::Consent)).await;
        assert_eq!(refused, Err(Refusal::NotFound), "{login} as {role}");
    }
    assert_eq!(consents(&town, FINANCE_LEADER, 99).await, Err(Refusal::NotFound));
    // Somebody who holds both posts is one person all the same.
    let both = town.official(FINANCE_LEADER);
    let (person, id, day) = (both.person, town.app.sources().nonce(), "2026-11-01".parse().unwrap());
    let appointed = town.app.store().write(move |tx| async move {
        let row = yumen::store::directory::AppointmentRow {
            id,
            person_id: person,
            role: "audit-admin".into(),
            org: "audit".into(),
            from_day: day,
            until_day: None,
        };
        yumen::store::directory::appoint(&tx, vec![row]).await
    });
    appointed.await.unwrap();
    assert_eq!(says(&both, &town, (2, "audit-admin", Answer::Consent)).await.as_deref(), Ok(mandates::PROPOSED));
    let twice = says(&both, &town, (2, "finance-leader", Answer::Consent)).await;
    assert_eq!(twice, Err(MandateRefusal::SamePersonTwice.into()));
    assert_eq!(consents(&town, AUDIT_ADMIN, 2).await, Err(MandateRefusal::RoleHasSpoken.into()));
    assert_eq!(in_force(&town).await.0, 1);
    // The other finance leader is another person.
    assert_eq!(consents(&town, "zheng-xiaolan", 2).await.as_deref(), Ok(mandates::ACCEPTED));
    assert_eq!(consents(&town, FINANCE_LEADER, 2).await, Err(MandateRefusal::ProposalClosed.into()));
    in_order(&town).await;
}

async fn what_was_declined_stays_declined_until_the_file_changes(kind: Kind) {
    let town = Town::founded(kind).await;
    starts_with(&town.app, &stricter_mandates()).await;
    consents(&town, FINANCE_LEADER, 2).await.unwrap();
    let audit = town.official(AUDIT_ADMIN);
    let (role, reason) = ("audit-admin".to_owned(), "  ".to_owned());
    let silent = Statement { no: 2, role, answer: Answer::Decline, reason };
    let refused = town.app.speak_on_mandates(&audit.viewer().await, silent).await;
    assert!(matches!(refused, Err(Failure::Refused(Refusal::ReasonNeeded))), "{refused:?}");
    let declined = says(&audit, &town, (2, "audit-admin", Answer::Decline)).await;
    assert_eq!(declined.as_deref(), Ok(mandates::DECLINED));
    assert_eq!((in_force(&town).await.0, open_incidents(&town).await), (1, 0));
    starts_with(&town.app, &stricter_mandates()).await;
    assert_eq!(town.count("SELECT count(*) FROM mandate_sets WHERE state = 'proposed'").await, 0);
    starts_with(&town.app, &format!("# 已按审计意见说明依据\n{}", stricter_mandates())).await;
    assert_eq!(town.count("SELECT count(*) FROM mandate_sets WHERE state = 'proposed'").await, 1);
    assert_eq!(consents(&town, AUDIT_ADMIN, 2).await, Err(MandateRefusal::ProposalClosed.into()));
    in_order(&town).await;
}

async fn what_a_live_workflow_goes_around_is_not_consented_to(kind: Kind) {
    let town = Town::founded(kind).await;
    starts_with(&town.app, &too_strict()).await;
    let page = town.app.mandates_page(&town.official(AUDIT_ADMIN).viewer().await).await.unwrap();
    let open = page.open.unwrap();
    assert!(!open.can_take_effect);
    let failing = &open.effect[0];
    assert_eq!((failing.workflow.as_str(), failing.live), ("budget-request", true));
    assert!(failing.problems[0].way.is_some(), "the way around is told: {failing:?}");
    let refused = consents(&town, FINANCE_LEADER, 2).await.unwrap_err();
    assert_eq!(refused.code(), "live-workflow-fails");
    assert_eq!(town.count("SELECT count(*) FROM mandate_consents").await, 0);
    // It can still be declined.
    let finance = town.official(FINANCE_LEADER);
    assert_eq!(says(&finance, &town, (2, "finance-leader", Answer::Decline)).await.as_deref(), Ok(mandates::DECLINED));
    in_order(&town).await;
}

async fn a_workflow_that_goes_live_in_between_stops_the_second_consent(kind: Kind) {
    const SIMPLE: &str = r#"workflow: short-request
title: { zh-CN: 简易申请, en: Short request }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [submitted]
start:
  by: { role: project-officer, of: project.unit }
  number: "简〔{year}〕{seq:4}"
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 金额, en: Amount } }
steps:
  - fill: draft
    title: { zh-CN: 填报, en: Write }
    by: initiator
    edit: [amount]
  - gate: assessed
    needs: { fact: assessment, is: [supported, adjusted, exempt] }
    covers: amount
    else: refuse
  - gate: targeted
    needs: { fact: targets, is: accepted }
    covers: amount
    else: refuse
  - do: submit-budget-request
  - end: submitted
"#;
    let town = Town::founded(kind).await;
    starts_with(&town.app, &stricter_mandates()).await;
    consents(&town, FINANCE_LEADER, 2).await.unwrap();
    let simple = [("short-request.yaml".to_owned(), SIMPLE.to_owned())];
    let published = town.app.publish(&simple, "test").await.unwrap();
    assert!(
        matches!(&published, Publication::Live(live) if live.len() == 1),
        "kept by what is in force: {published:?}"
    );
    let refused = consents(&town, AUDIT_ADMIN, 2).await.unwrap_err();
    assert_eq!(refused.code(), "live-workflow-fails");
    assert!(refused.sentence(yumen::language::Lang::Zh).contains("简易申请"), "{refused:?}");
    assert_eq!(in_force(&town).await.0, 1);
    let administrator = town.official(ADMINISTRATOR).viewer().await;
    town.app.retire(&administrator, "short-request", "不再使用。").await.unwrap();
    assert_eq!(consents(&town, AUDIT_ADMIN, 2).await.as_deref(), Ok(mandates::ACCEPTED));
    in_order(&town).await;
}

async fn two_consents_at_once_put_it_into_force_once(kind: Kind) {
    let town = Town::founded(kind).await;
    starts_with(&town.app, &stricter_mandates()).await;
    let (one, two, three) = tokio::join!(
        consents(&town, FINANCE_LEADER, 2),
        consents(&town, AUDIT_ADMIN, 2),
        consents(&town, "zheng-xiaolan", 2)
    );
    let said = [one, two, three];
    let accepted = said.iter().filter(|said| said.as_deref() == Ok(mandates::ACCEPTED)).count();
    assert_eq!(accepted, 1, "{said:?}");
    assert_eq!(said.iter().filter(|said| said.is_err()).count(), 1, "one finance leader came second: {said:?}");
    assert_eq!(in_force(&town).await.0, 2);
    assert_eq!(town.count("SELECT count(*) FROM mandate_journal").await, 5);
    in_order(&town).await;
}

async fn another_file_takes_the_place_of_an_open_proposal(kind: Kind) {
    let town = Town::founded(kind).await;
    starts_with(&town.app, &too_strict()).await;
    starts_with(&town.app, &stricter_mandates()).await;
    let state = async |no| mandates::by_no(town.app.store().read(), no).await.unwrap().unwrap().state;
    assert_eq!((state(2).await.as_str(), state(3).await.as_str()), (mandates::SUPERSEDED, mandates::PROPOSED));
    assert_eq!(consents(&town, FINANCE_LEADER, 2).await, Err(MandateRefusal::ProposalClosed.into()));
    consents(&town, FINANCE_LEADER, 3).await.unwrap();
    // The file as it is in force takes the proposal back, consents and all.
    starts_with(&town.app, &shipped()).await;
    assert_eq!(state(3).await, mandates::SUPERSEDED);
    assert_eq!((town.count("SELECT count(*) FROM mandate_sets").await, open_incidents(&town).await), (3, 0));
    in_order(&town).await;
}
