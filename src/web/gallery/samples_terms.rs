//! Samples of a task that passes through several hands.

use super::{
    Gallery,
    samples::{decide_task, frame, id},
};
use crate::{
    app::{
        hands::{Added, Colleague, HandsView, OpinionView},
        shown::Choice,
        task_page::{Offers, PeopleChoice, TaskHead},
    },
    language::Text,
    web::{frame::Part, task::TaskView},
};

/// Everything is offered, and something has been said and done already.
fn offered() -> HandsView {
    let added = |name: &str, removable| Added { task: 3, person: id(61), name: name.into(), removable };
    HandsView {
        for_opinion: false,
        asked: Some(Text::new("林静已将该任务转办给您。", "Lin Jing has transferred this task to you.")),
        waits_for: Vec::new(),
        followers: vec![added("王芳", true)],
        opinions: vec![OpinionView {
            by: "周明远".into(),
            advice: Text::new("意见：建议不同意", "Opinion: do not approve"),
            text: "测算标准偏高，请核对单价。".into(),
        }],
        claim: true,
        release: true,
        transfer: true,
        delegate: true,
        call_back: false,
        add_before: true,
        add_signer: true,
        colleagues: vec![Colleague {
            id: id(62),
            name: "郑立群".into(),
            post: Text::new("区财政局 · 业务科审核", "Finance bureau · Section review"),
        }],
    }
}

/// The task waits: nothing is decided until the others are done.
fn parked() -> TaskView {
    let waits_for = vec![Added { task: 4, person: id(61), name: "王芳".into(), removable: true }];
    let hands = HandsView { waits_for, call_back: true, colleagues: Vec::new(), ..offered() };
    let hands = HandsView { transfer: false, delegate: false, add_before: false, claim: false, ..hands };
    still(HandsView { release: false, ..hands })
}

fn for_opinion() -> TaskView {
    still(HandsView { for_opinion: true, ..HandsView::default() })
}

/// Whoever decides chooses who acts next.
fn choosing() -> TaskView {
    let person = |code: &str, title: &str, chosen| {
        let title = Text::new(title, title);
        Choice { chosen, ..Choice::new(code, title, "") }
    };
    let people = |chosen| vec![person("p1", "王芳（财政业务科）", chosen), person("p2", "郑立群（财政业务科）", false)];
    let choice = |step: &str, zh: &str, en: &str, at_most: usize| PeopleChoice {
        step: step.into(),
        title: Text::new(zh, en),
        at_most,
        one: at_most == 1,
        people: people(at_most == 1),
    };
    let choices =
        vec![choice("section-review", "业务科审核", "Section review", 1), choice("experts", "专家评审", "Experts", 3)];
    TaskView { choices, ..decide_task(false) }
}

/// A task in which nothing can be decided now.
fn still(hands: HandsView) -> TaskView {
    let task = decide_task(false);
    let head = TaskHead { decides: false, ..task.head.clone() };
    TaskView { head, hands, offers: Offers::default(), refusal: None, reason_problem: None, ..task }
}

pub(super) fn show(gallery: &mut Gallery) {
    let in_inbox = frame(Part::Inbox, "/inbox");
    gallery.show("task-terms", &in_inbox, &TaskView { hands: offered(), ..decide_task(false) });
    gallery.show("task-choosing", &in_inbox, &choosing());
    gallery.show("task-parked", &in_inbox, &parked());
    gallery.show("task-opinion", &in_inbox, &for_opinion());
}
