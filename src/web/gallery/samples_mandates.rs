//! Samples of the page about mandates.

use super::{
    Gallery,
    samples::{at, frame},
};
use crate::{
    app::{
        compare::compare,
        mandate_page::{EffectProblem, EffectView, MandatesPage, ProposalView, SaidView, SetView, SpeakerView},
        mandate_words::{ChangeView, MandateView},
    },
    language::Text,
    web::{frame::Part, mandates::MandatesView},
};

const OLD: &str = "mandates:\n  - mandate: no-targets-without-finance\n    needs: { approvals: 1 }\n";
const NEW: &str = "mandates:\n  - mandate: no-targets-without-finance\n    needs: { approvals: 2 } # <b>粗体</b>\n";

fn mandate(name: &str, times: u32) -> MandateView {
    MandateView {
        name: name.into(),
        basis: "《<b>中央部门预算绩效目标管理办法</b>》 25".into(),
        before: Text::new("记录“绩效目标”为“审核通过”之前", "Before “Performance targets” is recorded as “Accepted”"),
        needs: Text::new(
            format!("须有财政绩效科的至少{times}次审批，并且当时有效"),
            format!("At least {times} approval(s) by: Finance performance section, still standing at that moment"),
        ),
    }
}

fn said(consents: bool) -> SaidView {
    let role = if consents { ("finance-leader", "财政局分管领导") } else { ("audit-admin", "审计管理员") };
    SaidView {
        role: role.0.into(),
        post: Text::new(role.1, "Finance leader"),
        person: if consents { "吴思源" } else { "朱可欣" }.into(),
        consents,
        reason: if consents { "" } else { "依据条款<b>有误</b>。" }.into(),
        at: at("2026-11-23T03:00:00Z"),
    }
}

fn set(no: i64, state: &str, said: Vec<SaidView>) -> SetView {
    let decided_at = (state != "proposed").then(|| at("2026-11-20T02:00:00Z"));
    SetView {
        no,
        hash: "0c3a".repeat(16),
        source: if no == 3 { NEW } else { OLD }.into(),
        founding: no == 1,
        state: state.into(),
        proposed_at: at("2026-11-19T01:00:00Z"),
        decided_at,
        said,
    }
}

fn effect(live: bool, fails: bool) -> EffectView {
    let problem = EffectProblem {
        code: "E605".into(),
        sentence: Text::new("规定“<b>粗体</b>”可以绕过。", "“<b>粗体</b>” can be gone around."),
        hint: Text::new("请补上审批步骤。", "Add an approval."),
        way: Some(Text::new("发起 → 填报 → 审核", "Start → fill in → review")),
    };
    EffectView {
        workflow: "performance-targets".into(),
        title: Text::new("绩效目标申报与审核", "Performance targets"),
        version: if live { 2 } else { 1 },
        live,
        open: 12,
        problems: if fails { vec![problem] } else { Vec::new() },
    }
}

fn proposal(fails: bool) -> ProposalView {
    let change = |kind, old: Option<u32>, new: Option<u32>| {
        let name = format!("{kind}-no-targets-without-finance");
        ChangeView {
            kind,
            old: old.map(|times| mandate(&name, times)),
            new: new.map(|times| mandate(&name, times)),
            name,
        }
    };
    let speaker = |role, post| SpeakerView { role, post: Text::new(post, "Audit administrator") };
    ProposalView {
        set: set(3, "proposed", vec![said(true)]),
        changes: vec![
            change("same", Some(1), Some(1)),
            change("added", None, Some(1)),
            change("changed", Some(1), Some(2)),
            change("removed", Some(1), None),
        ],
        compare: compare(OLD, NEW),
        effect: vec![effect(true, fails), effect(false, true)],
        can_take_effect: !fails,
        speaks_as: vec![speaker("audit-admin", "审计管理员")],
    }
}

pub(super) fn show(gallery: &mut Gallery) {
    let frame = frame(Part::Definitions, "/mandates");
    let history = vec![
        set(3, "proposed", vec![said(true)]),
        set(2, "declined", vec![said(false)]),
        set(1, "accepted", Vec::new()),
    ];
    let page = |open| MandatesPage {
        in_force: Some(set(1, "accepted", Vec::new())),
        mandates: vec![mandate("no-targets-without-finance", 1)],
        open,
        history: history.clone(),
    };
    gallery.show("mandates", &frame, &MandatesView::of(page(None)));
    gallery.show("mandates-proposed", &frame, &MandatesView::of(page(Some(proposal(false)))));
    let refusal = Some("现行流程“绩效目标申报与审核”不符合修改后的规定，不能同意。".to_owned());
    let failing = MandatesView { refusal, ..MandatesView::of(page(Some(proposal(true)))) };
    gallery.show("mandates-failing", &frame, &failing);
    let none = MandatesPage { in_force: None, mandates: Vec::new(), open: None, history: Vec::new() };
    gallery.show("mandates-none", &frame, &MandatesView::of(none));
}
