//! Samples of the pages about definitions, their drafts and their versions.

use super::{
    Gallery,
    samples::{at, flow, frame, id},
};
use crate::{
    app::{
        compare::compare,
        shown::{Chip, Tone},
    },
    definition::problem::Way,
    language::Text,
    web::{
        definitions::{
            DefinedSchedule, DefinitionRow, DefinitionView, DefinitionsView, DraftRow, ProofView, ProvenView,
            VersionRow,
        },
        drafts::{CaseLink, DraftView, EditorView, NumberView, ProblemView},
        flow_way::{WayView, along},
        frame::{Frame, Part},
        moving::{MovingPage, MovingView, OpenCaseView},
    },
};

const OLD: &str =
    "workflow: budget-request\ntitle: { zh-CN: 预算申请, en: Budget request }\nsteps:\n  - gate: assessment\n";
const NEW: &str = "workflow: budget-request\ntitle: { zh-CN: 预算申请, en: Budget request }\nsteps:\n  - gate: assessment\n  - approve: <b>粗体</b>\n";

const SCENARIOS: &str = "- scenario: <b>有评估才能申请</b>\n  given: { project: road-repair, year: 2027 }\n";

fn title() -> Text {
    Text::new("预算申请", "Budget request")
}

fn live() -> Chip {
    Chip::new(Tone::Good, Text::new("现行", "Live"))
}

fn moving() -> MovingView {
    let case = |number: &str, verdict: Chip, because: Vec<Text>| OpenCaseView {
        href: "/cases/case_1".into(),
        number: number.into(),
        about: "学生事务补助".into(),
        initiator: "何静姝".into(),
        version: 2,
        stands: vec![Text::new("财政业务科审核", "Section reviews")],
        verdict,
        because,
    };
    let closed = Text::new(
        "新版本要求先通过“绩效目标”，现在不满足条件。",
        "The new version demands that “Targets” was passed, and it is closed now.",
    );
    MovingView {
        stays: 0,
        can: 1,
        cannot: 1,
        cases: vec![
            case("预申〔2027〕0001", Chip::new(Tone::Good, Text::new("可以迁移", "Can move")), Vec::new()),
            case("预申〔2027〕0002", Chip::new(Tone::Warn, Text::new("不能迁移", "Cannot move")), vec![closed]),
        ],
    }
}

fn version(no: i32, shown: bool) -> VersionRow {
    let is_live = no == 3;
    VersionRow {
        version: no,
        state: if is_live { live() } else { Chip::new(Tone::Plain, Text::new("停用", "Retired")) },
        published_at: at("2026-09-01T00:00:00Z"),
        author: (no > 1).then(|| "韩志坚".into()),
        approved_by: Text::new("杨春和", "Yang Chunhe"),
        decided_in: (no > 1).then(|| CaseLink {
            href: "/cases/case_2".into(),
            number: "流变〔2026〕0001".into(),
            status: live(),
        }),
        open: 12,
        ended: 40,
        retired_at: (!is_live).then(|| at("2026-10-01T00:00:00Z")),
        retired_by: (!is_live).then(|| Text::new("杨春和", "Yang Chunhe")),
        retired_why: (no == 1).then(|| "条款有误".into()),
        shown,
    }
}

fn proof() -> ProofView {
    ProofView {
        mandates: Some(2),
        sees_mandates: true,
        proven: vec![ProvenView {
            mandate: "no-budget-request-without-assessment".into(),
            before: vec![Text::new("报送预算申请", "Submits the request")],
            by: vec![Text::new("事前绩效评估", "Assessment")],
        }],
    }
}

fn remark(in_scenarios: bool, code: &str) -> ProblemView {
    ProblemView {
        editor: if in_scenarios { "scenarios" } else { "source" },
        other_file: in_scenarios.then(|| "performance-targets.scenarios.yaml".into()),
        line: 4,
        column: 5,
        code: code.into(),
        sentence: Text::new("“<b>粗体</b>”与此前不同。", "“<b>粗体</b>” goes otherwise than before."),
        hint: Text::new("请核对。", "Look whether it is meant so."),
    }
}

fn editor(name: &'static str, title: &'static str, text: &str) -> EditorView {
    let numbers = (1..=9).map(|no| NumberView { no, bad: no == 5 });
    EditorView { name, title, text: text.into(), rows: 9, numbers: numbers.collect() }
}

/// A way around a mandate.
fn bypass() -> WayView {
    let steps = ["Gate: assessment", "Fill in", "Department review", "Fill in", "Department review", "Submit"];
    let words = "关口：须有事前绩效评估：通过 → 填报预算申请：办结 → 主管部门审核：退回 → 填报预算申请：办结 → 主管部门审核：同意 → 提交预算申请";
    let words = Text::new(words, "Gate: passed → Fill in: completed → Department review: returned → …");
    let way = Way { steps: steps.map(Into::into).into(), words: words.clone() };
    WayView {
        code: "E604".into(),
        sentence: Text::new("规定“<b>1</b>”可以绕过。", "“<b>1</b>” can be gone around."),
        words,
        flow: along(flow(), &way),
    }
}

fn draft() -> DraftView {
    DraftView {
        id: id(9),
        workflow: "budget-request".into(),
        title: title(),
        author: "韩志坚".into(),
        successor: None,
        changed_at: at("2026-11-20T08:00:00Z"),
        state: Chip::new(Tone::Warn, Text::new("草稿", "Draft")),
        revision: 3,
        editors: vec![editor("source", "source-text", NEW), editor("scenarios", "scenarios", SCENARIOS)],
        problems: vec![ProblemView {
            editor: "source",
            other_file: None,
            line: 5,
            column: 14,
            code: "E103".into(),
            sentence: Text::new("“<b>粗体</b>”不是合格的名称。", "“<b>粗体</b>” is no name."),
            hint: Text::new("例如：department-review。", "For example: department-review."),
        }],
        problem_count: 1,
        remarks: Vec::new(),
        flow: None,
        ways: Vec::new(),
        compare: compare(OLD, NEW),
        compare_scenarios: compare("", SCENARIOS),
        live: Some(3),
        outdated: true,
        may_write: true,
        may_propose: false,
        cases: Vec::new(),
        is_decided_on: false,
        moving: None,
        refusal: Some("草稿在别处已经保存过。".into()),
    }
}

pub(super) fn show(gallery: &mut Gallery) {
    let frame = frame(Part::Definitions, "/definitions");
    let row = DefinitionRow {
        name: "budget-request".into(),
        title: title(),
        version: 3,
        state: live(),
        basis: vec!["武清区全面推进预算绩效管理工作落实方案 二(二)1".into()],
        published_at: at("2026-09-01T00:00:00Z"),
    };
    let whole = DefinitionView {
        name: row.name.clone(),
        title: row.title.clone(),
        version: row.version,
        state: live(),
        published_at: row.published_at,
        basis: row.basis.clone(),
        flow: flow(),
        deadlines: vec![crate::app::deadlines::StepDeadline {
            step: "draft".into(),
            title: Text::new("填报实施期限和资金", "File the period and the funds"),
            due: Text::new("10个工作日", "10 working days"),
            remind: vec![Text::new("到期前3个工作日", "3 working days before"), Text::new("到期时", "when due")],
            escalate: vec![Text::new("逾期3个工作日告知上级", "3 working days late: the next head up the line")],
        }],
        within: vec![crate::app::deadlines::Within {
            time: Text::new("60个工作日", "60 working days"),
            article: "《实施意见》（举例） 二(二)2".into(),
        }],
        schedules: vec![DefinedSchedule {
            title: Text::new("半年监控", "Half-year round"),
            times: Text::new("每年8月1日 09:00", "Every year on 1 August at 09:00"),
        }],
        source: OLD.into(),
        scenarios: Some(SCENARIOS.into()),
        proof: Some(proof()),
        hash: "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0".into(),
        versions: vec![version(3, true), version(2, false), version(1, false)],
        compare: Some(compare(OLD, NEW)),
        before: Some(2),
        may_write: true,
        may_retire: true,
        behind: 12,
        refusal: None,
    };
    let drafts = vec![DraftRow {
        href: "/drafts/draft_9".into(),
        workflow: "budget-request".into(),
        author: "韩志坚".into(),
        changed_at: at("2026-11-20T08:00:00Z"),
    }];
    gallery.show(
        "definitions",
        &frame,
        &DefinitionsView { rows: vec![row], drafts, may_write: true, sees_mandates: true },
    );
    gallery.show("definitions-none", &frame, &DefinitionsView::default());
    gallery.show("definition", &frame, &whole);
    show_drafts(gallery, &frame);
}

fn show_drafts(gallery: &mut Gallery, frame: &Frame) {
    gallery.show("draft", frame, &draft());
    let sound = DraftView {
        problems: Vec::new(),
        problem_count: 0,
        remarks: vec![remark(false, "E702"), remark(true, "E803")],
        flow: Some(flow()),
        moving: Some(moving()),
        outdated: false,
        may_propose: true,
        refusal: None,
        ..draft()
    };
    gallery.show("draft-sound", frame, &sound);
    let bypassed = DraftView { ways: vec![bypass()], outdated: false, refusal: None, ..draft() };
    gallery.show("draft-bypassed", frame, &bypassed);
    let locked = DraftView {
        may_write: false,
        may_propose: false,
        is_decided_on: true,
        cases: vec![CaseLink { href: "/cases/case_2".into(), number: "流变〔2026〕0001".into(), status: live() }],
        ..sound
    };
    gallery.show("draft-locked", frame, &locked);
    let page = MovingPage {
        workflow: "budget-request".into(),
        title: title(),
        version: 3,
        moving: moving(),
        reason: String::new(),
        refusal: None,
    };
    gallery.show("moving", frame, &page);
}
