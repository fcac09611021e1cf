//! Samples of the pages about schedules.

use super::{
    Gallery,
    samples::{at, frame},
};
use crate::{
    app::shown::{Chip, Tone},
    ids::ProjectId,
    language::Text,
    web::{
        frame::Part,
        schedule_rows::{DeedView, FiredView, HeldView},
        schedules::{CoversView, DoingView, NextView, PausedView, Row, ScheduleView, SchedulesView},
    },
};

fn next(time: &str, skipped: bool) -> NextView {
    NextView {
        at: at(time),
        weekday: Text::new("周一", "Monday"),
        day: Chip::new(Tone::Plain, Text::new("工作日", "Working day")),
        moved_from: skipped.then(|| at("2027-08-01T01:00:00Z")),
        provisional: true,
        skipped: skipped.then(|| "改由年度评价代替<b>。</b>".to_owned()),
    }
}

fn fired(held: i64, by_hand: bool) -> FiredView {
    let state = match held {
        0 => Chip::new(Tone::Good, Text::new("已完成", "Done")),
        _ => Chip::new(Tone::Bad, Text::new("部分未能发起", "Some could not start")),
    };
    FiredView {
        planned: at("2026-08-03T01:00:00Z"),
        period: Text::new("2026年下半年", "Second half of 2026"),
        year: 2026,
        state,
        by: by_hand.then(|| "韩志坚".to_owned()),
        why: if by_hand { "补发本期新增项目。" } else { "" }.to_owned(),
        started: 4873,
        present: 112,
        held,
    }
}

fn row(title: &str, workflow: Option<Text>) -> Row {
    Row {
        href: "/schedules/monitoring/half-year-round".into(),
        title: Text::new(title, title),
        times: Text::new("每年8月1日 09:00，遇休息日顺延至下一个工作日", "Every year on 1 August at 09:00"),
        state: Chip::new(Tone::Good, Text::new("运行中", "Active")),
        next: workflow.is_some().then(|| next("2027-08-02T01:00:00Z", false)),
        last: workflow.is_some().then(|| fired(15, false)),
        workflow,
    }
}

fn held() -> HeldView {
    HeldView {
        id: ProjectId::from_uuid(uuid::Uuid::from_u128(7)),
        name: "京津公路铁路下立交工程（WQ2027-JT-003）".into(),
        period: Text::new("2027年下半年", "second half of 2027"),
        year: 2027,
        why: Text::new(
            "以前发起的办件绩监〔2027〕0003还没有办结。请督促办结，办结后本期自动发起。",
            "Case 绩监〔2027〕0003, started before, is still running. Have it finished; this one starts by itself then.",
        ),
        since: at("2027-08-02T01:00:00Z"),
    }
}

pub fn show(gallery: &mut Gallery) {
    let frame = frame(Part::Schedules, "/schedules");
    let monitoring = Text::new("绩效运行监控", "Performance monitoring");
    let list = SchedulesView {
        starts: vec![row("半年监控", Some(monitoring.clone()))],
        own: vec![row("检查各环节是否有人可办", None)],
    };
    gallery.show("schedules", &frame, &list);
    gallery.show("schedules-none", &frame, &SchedulesView { starts: Vec::new(), ..list });
    let doing = DoingView {
        code: "resume",
        title: Text::new("恢复", "Resume"),
        hint: Text::new("暂停期间错过的，按上面的规定处理。", "What it has missed goes by its policy."),
    };
    let one = ScheduleView {
        href: "/schedules/monitoring/half-year-round".into(),
        title: Text::new("半年监控", "Half-year round"),
        workflow: Some((monitoring, "/definitions/monitoring".into())),
        times: Text::new("每年8月1日 09:00", "Every year on 1 August at 09:00"),
        cron: "0 9 1 8 *".into(),
        missed: Text::new("错过的补最近一次", "What is missed is made up for once"),
        covers: Some(CoversView {
            condition: Some("project.stage == \"running\" && project.targets == \"accepted\"".into()),
            year: Text::new("当年预算年度", "The budget year of that day"),
            period: Text::new("每半年一件", "One a half-year"),
        }),
        state: Chip::new(Tone::Warn, Text::new("已暂停", "Paused")),
        paused: Some(PausedView {
            at: at("2026-11-20T08:00:00Z"),
            by: "韩志坚".into(),
            why: "机构改革期间，待项目划转完成后恢复。".into(),
        }),
        next: vec![next("2027-08-02T01:00:00Z", true), next("2028-08-01T01:00:00Z", false)],
        firings: vec![fired(15, false), fired(0, true)],
        deeds: vec![DeedView {
            at: at("2026-11-20T08:00:00Z"),
            by: "韩志坚".into(),
            what: Text::new("暂停", "Pause"),
            project: None,
            why: "机构改革期间，待项目划转完成后恢复。".into(),
        }],
        doings: vec![doing],
        held: vec![held()],
        leave_out: Some(DoingView {
            code: "leave-out",
            title: Text::new("跳过该项目", "Leave this project out"),
            hint: Text::new("本期不再为该项目发起办件。", "The project gets no case of this period."),
        }),
        refusal: Some("请写明理由。".into()),
    };
    gallery.show("schedule", &frame, &one);
    let new = ScheduleView {
        paused: None,
        covers: None,
        workflow: None,
        next: Vec::new(),
        firings: Vec::new(),
        deeds: Vec::new(),
        held: Vec::new(),
        leave_out: None,
        doings: Vec::new(),
        refusal: None,
        ..one
    };
    gallery.show("schedule-new", &frame, &new);
}
