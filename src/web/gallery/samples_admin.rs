//! Samples of the entrance, the account and the administrators' pages.

use super::{
    Gallery,
    samples::{at, frame, id},
};
use crate::{
    app::{
        Problem,
        handing_over::{HandoverView, ItemView, PostView, Verdict},
        library,
        mail_timing::MailChoice,
        mailboxes::{FailedView, MailboxView},
        recounting::Moved,
        shown::Choice,
    },
    language::Text,
    policy::{Policy, mail::MailMode},
    web::{
        account::{AccountView, AppointmentView, SessionView, TokenView},
        calendar::{CalendarView, FormView, VersionView, drawn},
        enter::{EnterView, RoleGroup, SamplePerson},
        frame::{Frame, Part},
        handing_over::HandingOverPage,
        import::{ImportView, RefusedRow},
        incidents::{IncidentRow, IncidentsView},
        people::{HeldView, NewPerson, PeopleView, PersonRow},
        problem_page::ProblemView,
        setup::SetupView,
        sign_in::SignInView,
    },
};

fn appointment() -> AppointmentView {
    AppointmentView {
        role: Text::new("部门主要负责人", "Department head"),
        org: Text::new("区教育局", "Education bureau"),
    }
}

fn calendar() -> CalendarView {
    let policy = Policy::read(&library::embedded()).unwrap();
    let day = "2026-11-23".parse().unwrap();
    let version = VersionView {
        version: 4,
        at: at("2025-11-06T02:00:00Z"),
        by: "韩志坚".into(),
        why: "通知已印发".into(),
        moved: 1,
    };
    let moved = Moved {
        case: id(1),
        number: "绩目〔2027〕0001".into(),
        step: Text::new("部门审核", "Department review"),
        before: at("2026-12-31T15:59:59Z"),
        after: at("2027-01-04T15:59:59Z"),
    };
    CalendarView {
        versions: vec![version],
        moved: vec![moved],
        moved_by: 4,
        hours_by: Some(Text::new(
            "武清区部门预算绩效管理办法（2024年1月1日起）",
            "Measures of the district (from 2024-01-01)",
        )),
        form: Some(FormView::of(2026, policy.calendar.year(2026), 4)),
        ..drawn(&policy.calendar, 2026, day)
    }
}

fn entrance(gallery: &mut Gallery) {
    let outside = Frame { me: None, ..frame(Part::Outside, "/sign-in") };
    gallery.show("sign-in", &Frame { demo: false, ..outside.clone() }, &SignInView::default());
    let wrong = SignInView {
        login: "chen-jing".into(),
        next: "/inbox".into(),
        kept: String::new(),
        expired: true,
        problem: Some(Text::new("登录名或密码不正确。", "The login or the password is wrong.")),
    };
    gallery.show("sign-in-wrong", &outside, &wrong);
    gallery.show("setup", &Frame { demo: false, ..outside.clone() }, &SetupView::default());
    let person = |name: &str, org: &str| SamplePerson {
        login: name.into(),
        name: name.into(),
        initial: name.chars().take(1).collect(),
        org: Text::new(org, "Education bureau"),
    };
    let group = |zh: &str, en: &str, people: &[&str]| RoleGroup {
        title: Text::new(zh, en),
        people: people.iter().map(|name| person(name, "区教育局")).collect(),
    };
    let groups = vec![
        group("项目责任人", "Project officers", &["李伟", "孙晓梅", "赵国强", "周敏", "何建华"]),
        group("部门主要负责人", "Department heads", &["陈静", "王立新", "刘志远"]),
        group("财政绩效科", "Finance performance section", &["韩雪", "郭明"]),
    ];
    gallery.show("enter", &outside, &EnterView { groups, kept: String::new() });
    for problem in [Problem::not_found(), Problem::failure("7f3a91c2"), Problem::forged(), Problem::too_large(20)] {
        gallery.show(&format!("problem-{}", problem.status), &outside, &ProblemView::from(&problem));
    }
}

fn account() -> AccountView {
    AccountView {
        name: "陈静".into(),
        login: "chen-jing".into(),
        substitutes: super::samples_cases::substitutes(),
        appointments: vec![appointment()],
        tokens: vec![TokenView {
            id: id(4),
            name: "月报脚本".into(),
            created_at: at("2026-10-01T00:00:00Z"),
            expires_at: at("2027-01-01T00:00:00Z"),
            last_used_at: None,
        }],
        sessions: vec![
            SessionView { created_at: at("2026-11-23T00:40:00Z"), last_seen: at("2026-11-23T04:00:00Z") },
            SessionView { created_at: at("2026-11-20T00:40:00Z"), last_seen: at("2026-11-20T09:12:00Z") },
        ],
        undelivered: 2,
        mailbox: MailboxView { address: Some("chen-jing@edu.example".into()), failed: Some(failed()) },
        mail: Some(mail_choice()),
        new_token: Some("yumen_2b7c0e9f4d1a8c35e6f7".into()),
        problem: None,
    }
}

fn mail_choice() -> MailChoice {
    MailChoice {
        mode: MailMode::OutsideQuietHours,
        chosen: false,
        quiet_from: "20:00".into(),
        quiet_until: "07:30".into(),
        digest_at: "08:30".into(),
    }
}

fn failed() -> FailedView {
    FailedView { at: at("2026-11-20T01:00:00Z"), why: "smtp 550 5.1.1".into() }
}

fn people() -> PeopleView {
    let row = |name: &str, active: bool| PersonRow {
        name: name.into(),
        login: "chen-jing".into(),
        appointments: vec![HeldView {
            role: appointment().role,
            org: appointment().org,
            login: "chen-jing".into(),
            role_code: "department-head".into(),
            org_code: "edu".into(),
            from: "2024-01-01".into(),
            until: (!active).then(|| "2026-12-31".into()),
        }],
        active,
        email: "chen-jing@edu.example".into(),
        mailbox_failed: (name == "李伟").then(failed),
    };
    PeopleView {
        total: 62,
        text: String::new(),
        rows: vec![row("陈静", true), row("李伟", true), row("孙晓梅", false)],
        substitutes: super::samples_cases::substitutes(),
        new: NewPerson::default(),
        roles: vec![Choice::new("department-head", Text::new("部门主要负责人", "Department head"), "")],
        organisations: vec![Choice::new("edu", Text::new("区教育局", "Education bureau"), "")],
        today: "2026-11-23".into(),
        problem: None,
        refused_count: 1,
        refused: vec![RefusedRow {
            row: "机构!4".into(),
            why: Text::new(
                "机构!4 第一小学：拒绝，B4 上级编码“jy”不存在",
                "机构!4 第一小学：refused, B4 Parent code “jy” is not there",
            ),
        }],
    }
}

fn handing_over(done: bool) -> HandingOverPage {
    let item = |step: Option<Text>, verdict, why| ItemView {
        case: id(3),
        opens: step.is_some(),
        number: "绩目〔2027〕0003".into(),
        workflow: Text::new("绩效目标申报与审核", "Performance targets"),
        step,
        what: Text::new("审批", "To decide"),
        to: Some("陈静".into()),
        verdict,
        why,
    };
    let why =
        Text::new("陈静是发起人，不能审批自己的办件。请另选人员。", "陈静 started the case. Choose somebody else.");
    let review = || Some(Text::new("部门主要负责人审批", "Department head approves"));
    let can = if done { Verdict::Passed } else { Verdict::Can };
    let view = HandoverView {
        login: "li-wei".into(),
        name: "李伟".into(),
        to: "chen-jing".into(),
        posts: vec![PostView {
            key: "project-officer@edu".into(),
            title: Text::new("区教育局 · 项目责任人", "Education bureau · Project officer"),
            to: String::new(),
        }],
        items: vec![item(review(), can, None), item(None, can, None), item(review(), Verdict::Stays, Some(why))],
        can: 2,
        passed: 2,
        stays: 1,
        substitutes: vec!["孙晓梅".into()],
        reason: String::new(),
    };
    HandingOverPage::of(view, done)
}

fn incidents() -> IncidentsView {
    let row = |zh: &str, en: &str| IncidentRow {
        id: id(9),
        detail: String::new(),
        can_retry: false,
        summary: Text::new(zh, en),
        case: None,
        opened_at: at("2026-11-23T00:00:00Z"),
    };
    IncidentsView {
        hands_over: true,
        rows: vec![IncidentRow {
            case: Some(id(3)),
            can_retry: true,
            ..row(
                "“预算申请”的“部门主要负责人审批”无人可办：区水务局的部门主要负责人目前无人任职（涉及水务一所）。",
                "Nobody can act on “Department head approves”.",
            )
        }],
        risks: vec![row(
            "区教育局的部门主要负责人只有一人可用，此人缺席时“预算申请”将停办。",
            "Only one person can act as Department head.",
        )],
    }
}

pub(super) fn show(gallery: &mut Gallery) {
    entrance(gallery);
    gallery.show("account", &frame(Part::Account, "/account"), &account());
    gallery.show("people", &frame(Part::People, "/people"), &people());
    gallery.show("handing-over", &frame(Part::People, "/people"), &handing_over(false));
    gallery.show("handing-over-whom", &frame(Part::People, "/people"), &HandingOverPage::default());
    gallery.show("handing-over-done", &frame(Part::People, "/people"), &handing_over(true));
    gallery.show("incidents", &frame(Part::Incidents, "/incidents"), &incidents());
    let calendar = calendar();
    gallery.show("calendar", &frame(Part::Calendar, "/calendar"), &calendar);
    let typed = calendar.form.clone().unwrap_or_default();
    let wrong = Problem::field("days_off", Text::new("“春节<b>”：应为日期", "“春节<b>”: write days"));
    let wrong = CalendarView { form: Some(typed.told(&[wrong])), ..calendar };
    gallery.show("calendar-wrong", &frame(Part::Calendar, "/calendar"), &wrong);
    gallery.show("incidents-none", &frame(Part::Incidents, "/incidents"), &IncidentsView::default());
    let refused =
        |row: u32, zh: &str| RefusedRow { row: format!("项目!{row}"), why: Text::new(zh, "The amount has no unit.") };
    let import = ImportView {
        done: false,
        imported: 0,
        refused_count: 2,
        refused: vec![
            refused(4, "“项目总额”没有注明单位，请写成“43.2万元”。"),
            refused(9, "项目单位“区实验小学”不在组织机构中。"),
        ],
        problem: None,
    };
    gallery.show("import", &frame(Part::Import, "/import"), &import);
    let done = ImportView { done: true, imported: 28, ..ImportView::default() };
    gallery.show("import-done", &frame(Part::Import, "/import"), &done);
}
