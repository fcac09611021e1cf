//! A sample of the operator's desk.

use super::{
    Gallery,
    samples::{at, chip, frame, id},
};
use crate::{
    app::{
        desk::{ActLine, Desk, LateTask, MailCount, MailLine, NodeLine, QueueLine},
        shown::Tone,
        standstill::{Standstill, WaitLine, Waits},
    },
    language::Text,
    store::figures::Standing,
    web::{desk::DeskView, frame::Part},
};

fn desk() -> DeskView {
    let moment = at("2026-11-23T00:00:00Z");
    let desk = Desk {
        standing: Standing { running: 214, open_tasks: 251, late_tasks: 3, armed_clocks: 251, ..Standing::default() },
        queue: vec![QueueLine {
            kind: "send-mail".into(),
            title: Text::new("发送邮件", "Sends a mail"),
            due: 12,
            later: 2,
            claimed: 8,
            seconds: Some(4),
        }],
        mail_counts: vec![MailCount { state: "sent".into(), fate: chip(Tone::Good, "已发出", "Sent"), count: 96 }],
        mails: vec![MailLine {
            name: "陈晓".into(),
            kind: "task-assigned".into(),
            case: Some(id(3)),
            fate: chip(Tone::Bad, "未送达", "Not delivered"),
            at: moment,
            why: Some("smtp 550".into()),
            template_version: Some(3),
        }],
        mail_state: "failed".into(),
        nodes: vec![NodeLine {
            id: "worker-1".into(),
            host: "yumen-1".into(),
            version: "0.1.0".into(),
            started_at: moment,
            seen_at: moment,
            state: chip(Tone::Good, "运行中", "Alive"),
        }],
        late: vec![LateTask {
            case: id(3),
            number: "绩目〔2027〕0012".into(),
            step: Text::new("部门绩效岗审核", "Department reviews"),
            due_at: Some(moment),
            waits_for: vec![Text::new("区教育局部门绩效审核岗：陈晓", "Education bureau, Department reviewer: 陈晓")],
        }],
        stuck: vec![Standstill {
            case: id(4),
            number: "预申〔2027〕0007".into(),
            since: moment,
            why: vec![Text::new(
                "等待的条件已经具备，但没有被唤醒。请点“再看一次”。",
                "What it waited for is there, but nobody woke it. Have it looked at again.",
            )],
        }],
        number: "绩目〔2027〕0012".into(),
        waits: Some(Waits {
            case: id(3),
            number: "绩目〔2027〕0012".into(),
            lines: vec![WaitLine {
                step: Text::new("部门绩效岗审核", "Department reviews"),
                since: moment,
                until: Some(moment),
                why: vec![Text::new("区教育局部门绩效审核岗：陈晓", "Education bureau, Department reviewer: 陈晓")],
            }],
        }),
        acts: vec![ActLine { at: moment, by: "韩志坚".into(), subject: "given-up/case_1/mail".into() }],
    };
    DeskView { desk }
}

pub(super) fn show(gallery: &mut Gallery) {
    gallery.show("desk", &frame(Part::Incidents, "/desk"), &desk());
}
