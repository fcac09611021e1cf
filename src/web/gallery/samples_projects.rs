//! Samples of the pages about projects.

use super::{
    Gallery,
    samples::{PROJECTS, chip, fact, frame, head, id, money},
};
use crate::{
    app::{
        monitoring_page::{
            ClocksView, LampCount, MonitoredRow, MonitoringPage, ProjectMonitoring, QuadrantCount, RectificationView,
            SuspensionView,
        },
        project_list::{ProjectList, ProjectRow},
        project_page::{CaseRow, Link, ProjectPage, Stage},
        shown::{Choice, Paging, Tone},
        start_page::{ChosenProject, StartPage, WorkflowChoice},
        words,
    },
    definition::{Lamp, Quadrant, registry},
    language::Text,
    web::{frame::Part, projects::ProjectsView, start::StartView},
};

fn project_list() -> ProjectList {
    let states = [
        chip(Tone::Good, "已提交预算申请", "Budget requested"),
        chip(Tone::Active, "目标审核中", "Targets in review"),
        chip(Tone::Plain, "尚未评估", "Not assessed"),
        chip(Tone::Warn, "已退回修改", "Returned"),
        chip(Tone::Bad, "不予支持", "Not supported"),
        chip(Tone::Active, "评估中", "In assessment"),
    ];
    let rows = PROJECTS.iter().zip(states).enumerate().map(|(index, ((project, unit, _), state))| ProjectRow {
        id: id(index as u128),
        code: format!("WQ-EDU-2027-00{index}"),
        name: (*project).into(),
        unit: Text::new(*unit, "Vocational school"),
        department: Text::new("区教育局", "Education bureau"),
        category: Text::new("一般公共预算", "General public budget"),
        instrument: Text::new("直接安排", "Direct"),
        total: money(432_000 + 18_250_000 * index as i64),
        state,
    });
    ProjectList {
        text: String::new(),
        departments: vec![Choice::new("edu", Text::new("区教育局", "Education bureau"), "")],
        categories: vec![Choice::new("general", Text::new("一般公共预算", "General public budget"), "")],
        instruments: vec![Choice::new("ppp", Text::new("政府和社会资本合作", "PPP"), "")],
        states: vec![Choice::new("none", Text::new("尚未评估", "Not assessed"), "")],
        year: 2027,
        filtered: false,
        rows: rows.collect(),
        paging: Paging::new(2, 64, 20, "/projects?"),
    }
}

fn stages() -> Vec<Stage> {
    let stage = |no, title: (&str, &str), tone, state| Stage {
        no,
        title: Text::new(title.0, title.1),
        tone,
        state,
        note: None,
        amount: None,
        closed_because: None,
        case: None,
        start: None,
        opened_by: None,
    };
    vec![
        Stage {
            amount: Some(money(43_200_000)),
            note: Some(Text::new(
                "结论：调整后支持，支持金额即为预算申请上限。",
                "Supported after adjustment; the amount caps the request.",
            )),
            case: Some(id(1)),
            ..stage(1, ("事前绩效评估", "Ex-ante assessment"), Tone::Good, chip(Tone::Good, "调整后支持", "Adjusted"))
        },
        Stage {
            note: Some(Text::new("正在主管部门审核，由陈静等办理。", "In department review.")),
            case: Some(id(1)),
            ..stage(2, ("绩效目标", "Targets"), Tone::Active, chip(Tone::Active, "审核中", "In review"))
        },
        Stage {
            closed_because: Some(Text::new(
                "尚不能提交预算申请：本项目2027年度还没有“绩效目标”。请先办理“绩效目标”，通过后再提交。",
                "Not yet: this project has no targets for 2027.",
            )),
            opened_by: Some(Link {
                href: "#stage-2".into(), title: Text::new("去办理绩效目标", "To the targets")
            }),
            ..stage(3, ("预算申请", "Budget request"), Tone::Plain, chip(Tone::Plain, "未开放", "Closed"))
        },
    ]
}

fn clocks(lamp: Lamp, achievement: &str, rate: &str, quadrant: Quadrant) -> ClocksView {
    ClocksView {
        round: Text::new("年中（1—7月）", "Mid-year (January to July)"),
        achievement: achievement.into(),
        rate: rate.into(),
        lamp: words::lamp(lamp),
        quadrant: words::quadrant(quadrant),
        warned: lamp < Lamp::Green,
        case: id(1),
        at: head().started_at,
    }
}

fn project_monitoring() -> ProjectMonitoring {
    ProjectMonitoring {
        reports: vec![clocks(Lamp::Yellow, "41.3%", "55%", Quadrant::MoneyAhead)],
        suspensions: vec![SuspensionView {
            case: id(1),
            by: Text::new("系统按规定（逾期未作决定）", "The system, by rule"),
            since: head().started_at,
            until: None,
            state: chip(Tone::Bad, "暂停拨款", "Suspended"),
        }],
        rectifications: vec![RectificationView {
            case: id(1),
            since: head().started_at,
            state: chip(Tone::Active, "整改中", "Under way"),
        }],
        may_start: true,
    }
}

fn monitoring() -> MonitoringPage {
    let figures = [
        (Lamp::Red, "12.5%", "61%", Quadrant::MoneyAhead),
        (Lamp::Green, "58%", "37.5%", Quadrant::ResultsAhead),
        (Lamp::Blue, "", "66.67%", Quadrant::OnTrack),
    ];
    let rows = PROJECTS.iter().zip(figures).enumerate().map(|(index, ((project, unit, _), clock))| MonitoredRow {
        id: id(index as u128),
        code: format!("WQ-EDU-2026-00{index}"),
        name: (*project).into(),
        unit: Text::new(*unit, "Vocational school"),
        department: Text::new("区教育局", "Education bureau"),
        clocks: clocks(clock.0, clock.1, clock.2, clock.3),
        states: vec![chip(Tone::Warn, "待作决定", "To be decided")],
    });
    let choices = |entries: &'static [registry::Entry]| {
        entries.iter().map(|it| Choice::new(it.name, Text::new(it.zh, it.en), "")).collect::<Vec<_>>()
    };
    let counts = registry::QUADRANTS.iter().map(|quadrant| QuadrantCount {
        title: Text::new(quadrant.zh, quadrant.en),
        href: format!("/monitoring?quadrant={}", quadrant.name),
        total: 3,
        lamps: vec![LampCount { lamp: words::lamp(Lamp::Green), count: 3 }],
    });
    MonitoringPage {
        year: 2026,
        years: vec![2025, 2026, 2027],
        departments: vec![Choice::new("edu", Text::new("区教育局", "Education bureau"), "")],
        lamps: choices(registry::LAMPS),
        quadrants: choices(registry::QUADRANTS),
        states: Vec::new(),
        counts: counts.collect(),
        filtered: false,
        rows: rows.collect(),
        paging: Paging::new(1, 3, 20, "/monitoring?"),
    }
}

fn project() -> ProjectPage {
    ProjectPage {
        id: id(2),
        code: "WQ-EDU-2027-001".into(),
        name: PROJECTS[0].0.into(),
        description: "改造办公宿舍楼、食堂及餐厅暖通系统，含管网更换、末端设备更新与温控计量。".into(),
        unit: head().unit,
        department: Text::new("区教育局", "Education bureau"),
        nature: Text::new("一次性", "One-off"),
        category: Text::new("一般公共预算", "General public budget"),
        instrument: Text::new("直接安排", "Direct"),
        total: money(43_200_000),
        start_year: 2027,
        end_year: 2028,
        leader: Some("李伟".into()),
        is_new_major: true,
        source: Some("廊坊市食品工程学校项目支出绩效自评表（2019年度）".into()),
        year: 2027,
        years: vec![2026, 2027, 2028],
        stages: stages(),
        monitoring: project_monitoring(),
        facts: vec![fact(31, false)],
        cases: vec![CaseRow {
            case: id(1),
            number: head().number,
            workflow: head().workflow,
            title: None,
            year: 2027,
            initiator: "李伟".into(),
            started_at: head().started_at,
            status: head().status,
        }],
    }
}

fn start() -> StartView {
    let workflow = |name: &str, zh: &str, en: &str, closed: Option<(&str, &str)>, chosen| WorkflowChoice {
        name: name.into(),
        title: Text::new(zh, en),
        purpose: Text::new(
            "审核通过后登记结论，作为预算申请的前提。",
            "Its conclusion is needed before a budget request.",
        ),
        closed_because: closed.map(|(zh, en)| Text::new(zh, en)),
        running: None,
        chosen,
    };
    let name = PROJECTS[0].0;
    StartView {
        form: StartPage {
            projects: vec![Choice::new("p", Text::new(name, name), "p")],
            project: Some(ChosenProject { id: id(2), name: name.into(), unit: head().unit, year: 2027 }),
            years: vec![Choice::new("2027", Text::new("2027", "2027"), "2027")],
            workflows: vec![
                workflow(
                    "ex-ante-assessment",
                    "事前绩效评估",
                    "Ex-ante assessment",
                    Some((
                        "本项目2027年度已有“事前绩效评估”结论：调整后支持。",
                        "There is a conclusion for 2027 already.",
                    )),
                    false,
                ),
                workflow("performance-targets", "绩效目标申报与审核", "Performance targets", None, true),
                workflow(
                    "budget-request",
                    "预算申请",
                    "Budget request",
                    Some(("本项目2027年度还没有“绩效目标”，请先办理。", "There are no targets for 2027 yet.")),
                    false,
                ),
            ],
        },
        refusal: None,
    }
}

pub(super) fn show(gallery: &mut Gallery) {
    let in_projects = frame(Part::Projects, "/projects");
    gallery.show("projects", &in_projects, &ProjectsView { list: project_list() });
    let none = ProjectList { rows: Vec::new(), filtered: true, ..project_list() };
    gallery.show("projects-none", &in_projects, &ProjectsView { list: none });
    gallery.show("project", &in_projects, &project());
    let bare = ProjectPage {
        monitoring: ProjectMonitoring::default(),
        facts: Vec::new(),
        cases: Vec::new(),
        leader: None,
        source: None,
        ..project()
    };
    gallery.show("project-bare", &in_projects, &bare);
    let in_monitoring = frame(Part::Monitoring, "/monitoring");
    gallery.show("monitoring", &in_monitoring, &monitoring());
    let none = MonitoringPage { rows: Vec::new(), ..monitoring() };
    gallery.show("monitoring-none", &in_monitoring, &none);
    gallery.show("start", &frame(Part::Start, "/start"), &start());
    let nothing = StartView { form: StartPage { projects: Vec::new(), ..start().form }, refusal: None };
    gallery.show("start-none", &frame(Part::Start, "/start"), &nothing);
}
