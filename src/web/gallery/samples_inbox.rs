//! Samples of the inbox and of the notices.

use super::{
    Gallery,
    samples::{PROJECTS, at, chip, frame, id},
};
use crate::{
    app::{
        inbox::{Inbox, InboxRow, Tab, TabView},
        notices::{NoticeView, Notices},
        shown::{Choice, Due, DueState, Paging, Tone},
    },
    language::Text,
    web::frame::{Frame, Part},
};

fn inbox(tab: Tab) -> Inbox {
    let due = [
        ("2026-11-19T10:00:00Z", DueState::Overdue),
        ("2026-11-20T10:00:00Z", DueState::Overdue),
        ("2026-11-24T10:00:00Z", DueState::Soon),
        ("2026-11-27T10:00:00Z", DueState::Later),
        ("2026-12-01T10:00:00Z", DueState::Later),
        ("2026-12-02T10:00:00Z", DueState::Later),
    ];
    let rows = PROJECTS.iter().zip(due).enumerate().map(|(index, ((project, unit, step), (day, state)))| InboxRow {
        href: format!("/cases/{}/tasks/3", id::<crate::ids::CaseKind>(index as u128)),
        number: format!("绩目〔2027〕00{}", 12 + index),
        project_name: (*project).into(),
        title: Text::new(*project, *project),
        unit: Text::new(*unit, "Vocational school"),
        workflow: Text::new("绩效目标申报与审核", "Performance targets"),
        year: 2027,
        step: Some(Text::new(*step, "Department review")),
        initiator: "李伟".into(),
        at: at("2026-11-16T01:15:00Z"),
        due: (tab == Tab::ToDecide).then(|| Due { at: at(day), state, calendar: Some(4), provisional: false }),
        status: (tab != Tab::ToDecide).then(|| chip(Tone::Good, "已同意", "Approved")),
        instead_of: (index == 1).then(|| "吴思远".to_owned()),
        read: (tab == Tab::Copied).then_some(index == 0),
        case: id(index as u128),
    });
    Inbox {
        tab,
        tabs: [(Tab::ToDecide, 27), (Tab::Mine, 3), (Tab::Decided, 41), (Tab::Copied, 0), (Tab::Late, 2)]
            .map(|(tab, count)| TabView { tab, count: Some(count) })
            .into(),
        workflows: vec![Choice::new("performance-targets", Text::new("绩效目标申报与审核", "Performance targets"), "")],
        text: String::new(),
        overdue: false,
        overdue_count: 2,
        filtered: false,
        may_start: true,
        mandates_wait: tab == Tab::ToDecide,
        rows: rows.collect(),
        paging: Paging::new(1, 27, 20, "/inbox?"),
    }
}

fn empty_inbox(tab: Tab, filtered: bool) -> Inbox {
    Inbox { rows: Vec::new(), filtered, paging: Paging::new(1, 0, 20, "/inbox?"), ..inbox(tab) }
}

fn notices(unread: u64) -> Notices {
    let notice = |(n, project): (usize, &(&str, &str, &str))| NoticeView {
        id: id(n as u128),
        title: Text::new(
            format!("请审批：{}（绩效目标申报与审核，绩目〔2027〕00{}）", project.0, 12 + n),
            format!("To decide: {} (Performance targets, 绩目〔2027〕00{})", project.0, 12 + n),
        ),
        at: at("2026-11-23T01:15:00Z"),
        unread: (n as u64) < unread,
        settled: n == 4,
    };
    Notices {
        unread_only: false,
        unread,
        rows: PROJECTS.iter().enumerate().map(notice).collect(),
        until: Some(at("2026-11-23T01:15:00Z")),
        paging: Paging::new(1, 64, 30, "/notices?"),
    }
}

fn no_notices() -> Notices {
    Notices { rows: Vec::new(), until: None, paging: Paging::new(1, 0, 30, "/notices?"), ..notices(0) }
}

pub(super) fn show(gallery: &mut Gallery) {
    let in_inbox = frame(Part::Inbox, "/inbox");
    gallery.show("inbox", &in_inbox, &inbox(Tab::ToDecide));
    gallery.show("inbox-decided", &in_inbox, &inbox(Tab::Decided));
    gallery.show("inbox-copied", &in_inbox, &inbox(Tab::Copied));
    gallery.show("inbox-late", &in_inbox, &inbox(Tab::Late));
    for (name, tab, filtered) in [
        ("empty", Tab::ToDecide, false),
        ("empty-mine", Tab::Mine, false),
        ("empty-copied", Tab::Copied, false),
        ("empty-decided", Tab::Decided, false),
        ("none-found", Tab::ToDecide, true),
    ] {
        gallery.show(&format!("inbox-{name}"), &Frame { waiting: 0, ..in_inbox.clone() }, &empty_inbox(tab, filtered));
    }
    gallery.show("notices", &frame(Part::Notices, "/notices"), &notices(3));
    gallery.show("notices-none", &frame(Part::Notices, "/notices"), &no_notices());
}
