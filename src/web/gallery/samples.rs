//! Samples of the pages officials use.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::Gallery;
use crate::{
    app::{
        case_page::{Entry, FactView, OpenTask},
        hands::HandsView,
        notices::Counts,
        shown::{CaseHead, Chip, Due, DueState, Tone},
        task_page::{GradeChoice, Offers, ReturnNote, StepChoice, TaskHead},
    },
    clock::Instant,
    definition::{Field, FieldKind, FileRef, Form, Indicator, Sign, Value},
    engine::refusal::FieldProblem,
    ids::Id,
    language::{Lang, Text},
    money::Money,
    web::{
        ahead::NextView,
        case::CaseView,
        flow::{BlockView, BranchView, State, StepView},
        flow_way::OnWay,
        form::{SheetItem, Sheets},
        form_view::{FieldView, Source, draw},
        frame::{Frame, Me, Notice, Part},
        task::TaskView,
    },
};

pub(super) fn id<K>(number: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(number))
}

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn frame(part: Part, path: &str) -> Frame {
    Frame {
        lang: Lang::Zh,
        part,
        path: path.into(),
        me: Some(Me {
            name: "陈静".into(),
            initial: "陈".into(),
            post: Text::new("区教育局 · 部门主要负责人", "Education bureau · Department head"),
            manages_people: true,
            may_import: true,
            sees_incidents: true,
            writes_templates: true,
        }),
        demo: true,
        csrf: "csrf-sample".into(),
        waiting: 7,
        counts: Counts::of(7, 120),
        notice: None,
    }
}

pub(super) fn money(yuan: i64) -> Money {
    Money::from_fen(yuan * 100).unwrap()
}

pub(super) fn chip(tone: Tone, zh: &str, en: &str) -> Chip {
    Chip::new(tone, Text::new(zh, en))
}

pub(super) fn head() -> CaseHead {
    CaseHead {
        case: id(1),
        number: "绩目〔2027〕0012".into(),
        title: Text::new("办公宿舍楼、食堂及餐厅暖通改造经费", "办公宿舍楼、食堂及餐厅暖通改造经费"),
        workflow: Text::new("绩效目标申报与审核", "Performance targets"),
        project: Some(id(2)),
        href: "/projects/project_2?year=2027".into(),
        project_name: "办公宿舍楼、食堂及餐厅暖通改造经费".into(),
        unit: Text::new("区职业技术学校", "Vocational school"),
        year: 2027,
        initiator: "李伟".into(),
        started_at: at("2026-11-02T01:15:00Z"),
        status: chip(Tone::Active, "办理中", "In progress"),
        statutory: vec![crate::app::deadlines::Statutory {
            due: Due { at: at("2027-01-29T15:59:59Z"), state: DueState::Later, calendar: Some(4), provisional: true },
            time: Text::new("60个工作日", "60 working days"),
            article: "《实施意见》（举例） 二(二)2".into(),
        }],
    }
}

fn deadline() -> crate::app::deadlines::Deadline {
    use crate::app::deadlines::{Deadline, EscalatesTo, ToldOf};
    Deadline {
        counted: Some(Text::new("自2026年11月10日起10个工作日", "10 working days from 10 November 2026")),
        calendar: Some(4),
        reminds_at: Some(at("2026-11-24T00:30:00Z")),
        reminds: Text::new("李伟", "李伟"),
        escalates: Some(EscalatesTo {
            at: at("2026-11-27T00:30:00Z"),
            to: Text::new("上级", "the next head up the line"),
        }),
        reminded: vec![ToldOf { at: at("2026-11-19T00:30:00Z"), to: Text::new("李伟", "李伟") }],
        escalated: vec![ToldOf { at: at("2026-11-20T00:30:00Z"), to: Text::new("赵敏", "赵敏") }],
        exhausted: false,
        late: Some(Text::new(
            "逾期未作决定的，系统将暂停拨款",
            "If nobody decides in time, the system acts: suspend funding",
        )),
    }
}

pub(super) const PROJECTS: [(&str, &str, &str); 6] = [
    ("办公宿舍楼、食堂及餐厅暖通改造经费", "区职业技术学校", "主管部门审核"),
    ("水旱灾害防御经费", "区水务事务中心", "财政评级"),
    ("农业水价综合改革精准补贴和节水奖励项目小型水库水标尺制作安装", "区农田水利站", "部门审核"),
    ("学生事务补助", "区实验中学", "主管部门审核"),
    ("自然资源卫片执法补助经费", "区自然资源执法支队", "结论审定"),
    ("渔业成品油价格改革补贴", "区水产技术推广站", "主管部门审核"),
];

fn fields() -> Vec<Field> {
    let field = |name: &str, zh: &str, en: &str, kind: FieldKind, hint: Option<Text>| Field {
        hint,
        required: !matches!(kind_of(name), "optional"),
        ..Field::new(name, Text::new(zh, en), kind)
    };
    fn kind_of(name: &str) -> &'static str {
        if name == "note" { "optional" } else { "required" }
    }
    let scope = vec![
        ("new".to_owned(), Text::new("新增项目", "New")),
        ("continued".to_owned(), Text::new("延续项目", "Continued")),
        ("changed".to_owned(), Text::new("重大调整", "Changed")),
    ];
    let hint = Text::new(
        "写明要达到的总体效果，指向明确、细化量化、合理可行。",
        "Say what is to be reached: clear, measurable, feasible.",
    );
    vec![
        field("annual_goal", "年度总体目标", "Annual goal", FieldKind::Text { max: 2000 }, Some(hint)),
        field("indicators", "绩效指标", "Indicators", FieldKind::IndicatorTable, None),
        field("amount", "申请金额", "Amount", FieldKind::Money, None),
        field("finish_day", "计划完成日期", "To be finished", FieldKind::Date, None),
        field("scope", "项目属性", "Kind", FieldKind::Choice(scope), None),
        field("procured", "是否涉及政府采购", "Government procurement", FieldKind::Flag, None),
        field("scores", "评估评分", "Scores", FieldKind::ScoreSheet("ex-ante".into()), None),
        field("note", "备注", "Note", FieldKind::Text { max: 80 }, None),
        field("plan", "实施方案", "Plan", FieldKind::Attachment { max: 3 }, None),
    ]
}

fn indicator(levels: [&str; 3], sign: Sign, target: [&str; 2], weight: i64) -> Indicator {
    let [level1, level2, level3] = levels.map(str::to_owned);
    let [target, unit] = target.map(str::to_owned);
    Indicator { level1, level2, level3, sign, target, unit, weight: weight.into() }
}

fn form() -> Form {
    let goal = "完成办公宿舍楼、食堂及餐厅暖通系统改造，冬季室内温度不低于20℃，改善1,260名师生的学习与生活条件。\n改造工程于供暖季前完成并通过验收。";
    let indicators = vec![
        indicator(["产出指标", "数量指标", "暖通改造面积"], Sign::AtLeast, ["6800", "平方米"], 20),
        indicator(["产出指标", "质量指标", "工程验收合格率"], Sign::Exactly, ["100", "%"], 20),
        indicator(["产出指标", "时效指标", "完工日期不晚于供暖季"], Sign::Qualitative, ["10月31日前", ""], 20),
        indicator(["效益指标", "社会效益指标", "受益师生人数"], Sign::AtLeast, ["1260", "人"], 30),
        indicator(["满意度指标", "服务对象满意度指标", "师生满意度"], Sign::AtLeast, ["95", "%"], 10),
    ];
    let file =
        FileRef { id: id(9), name: "暖通改造实施方案.pdf".into(), size: 1_843_200, hash: "66c7f0f4".repeat(8) };
    Form::from([
        ("annual_goal".into(), Value::Text(goal.into())),
        ("indicators".into(), Value::Indicators(indicators)),
        ("amount".into(), Value::Money(money(432_000))),
        ("finish_day".into(), Value::Date("2027-10-31".parse().unwrap())),
        ("scope".into(), Value::Choice("new".into())),
        ("procured".into(), Value::Flag(true)),
        ("scores".into(), Value::Scores([("basis".into(), Decimal::from(9)), ("input".into(), 8.into())].into())),
        ("plan".into(), Value::Files(vec![file])),
    ])
}

fn sheets() -> Sheets {
    let item = |code: &str, group: (&str, &str), zh: &str, en: &str| SheetItem {
        code: code.into(),
        group: Text::new(group.0, group.1),
        title: Text::new(zh, en),
        points_max: 10.into(),
    };
    let (need, economy) = (("立项必要性", "Need"), ("投入经济性", "Economy"));
    let items = vec![
        item("basis", need, "政策依据充分", "Basis in policy"),
        item("urgent", need, "现实需求迫切", "Actual need"),
        item("input", economy, "投入产出合理", "Input against output"),
        item("cost", economy, "成本控制措施有效", "Cost control"),
    ];
    Sheets::from([("ex-ante".to_owned(), items)])
}

fn drawn(editable: &[&str], typed: &[(&str, &str)], problems: &[FieldProblem]) -> Vec<FieldView> {
    let typed: Vec<_> = typed.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let (form, sheets) = (form(), sheets());
    let source = Source {
        form: &form,
        sheets: &sheets,
        weights: Some(100.into()),
        files_at: "/cases/c/files",
        lamps: &[],
        typed: &typed,
        problems,
    };
    draw(&fields(), &source, |field| editable.contains(&field.name.as_str()))
}

fn next() -> Vec<NextView> {
    let step = |zh: &str, en: &str, details: &[(&str, &str)], now| NextView {
        title: Text::new(zh, en),
        details: details.iter().map(|(zh, en)| Text::new(*zh, *en)).collect(),
        now,
    };
    vec![
        step("主管部门审核", "Department review", &[], true),
        step(
            "财政评级",
            "Finance grading",
            &[("财政绩效科", "Finance performance section"), ("5个工作日内办理", "within 5 working days")],
            false,
        ),
        step("登记结论：绩效目标", "Record: targets", &[("审核通过", "Accepted")], false),
        step("办结：审核通过", "End: accepted", &[], false),
    ]
}

fn fill_task(refused: bool) -> TaskView {
    let editable = ["annual_goal", "indicators", "amount", "finish_day", "scope", "procured", "scores", "note", "plan"];
    let problem = |field: &str, title: (&str, &str), zh: &str, en: &str| FieldProblem {
        field: field.into(),
        title: Text::new(title.0, title.1),
        problem: Text::new(zh, en),
    };
    let problems = vec![
        problem(
            "indicators",
            ("绩效指标", "Indicators"),
            "权重合计为95，应为100。请调整后再提交。",
            "The weights sum to 95 and must sum to 100.",
        ),
        problem(
            "amount",
            ("申请金额", "Amount"),
            "请选择金额单位（元或万元）。没有单位的金额不予受理。",
            "Choose the unit of the amount (元 or 万元).",
        ),
    ];
    let problems = if refused { problems } else { Vec::new() };
    let typed: &[(&str, &str)] =
        if refused { &[("f.amount", "43.2"), ("f.amount.unit", ""), ("f.note", "<b>粗体</b>")] } else { &[] };
    let fields = drawn(&editable, typed, &problems);
    let (uploads, fields) = fields.into_iter().partition(|field| field.editable && field.kind == "files");
    TaskView {
        head: TaskHead {
            case: head(),
            no: 1,
            step: Text::new("填报绩效目标", "Fill in the targets"),
            decides: false,
            completes: true,
            due: Some(Due {
                at: at("2026-11-24T10:00:00Z"),
                state: DueState::Soon,
                calendar: Some(4),
                provisional: false,
            }),
            deadline: Some(deadline()),
            instead_of: Some("吴思远".to_owned()),
            returned: Some(ReturnNote {
                by: "陈静".into(),
                reason: "数量指标与实施方案不一致，请核对改造面积后重新填报。".into(),
            }),
        },
        uploads,
        fields,
        edits: true,
        reads: false,
        offers: Offers::default(),
        decision: String::new(),
        reason: String::new(),
        reason_problem: None,
        answered: refused,
        imported: None,
        refusal: refused.then(|| "表单有2处需要修改。".to_owned()),
        problems,
        next: next(),
        hands: HandsView::default(),
        choices: Vec::new(),
    }
}

pub(super) fn decide_task(graded: bool) -> TaskView {
    let fields = drawn(&[], &[], &[]);
    let grade = |name: &str, title: (&str, &str), leads: (&str, &str), amounts_to| GradeChoice {
        name: name.into(),
        title: Text::new(title.0, title.1),
        leads_to: Text::new(leads.0, leads.1),
        amounts_to,
        chosen: false,
    };
    let grades = vec![
        grade("excellent", ("优", "Excellent"), ("进入下一环节", "goes on"), "approve"),
        grade("good", ("良", "Good"), ("进入下一环节", "goes on"), "approve"),
        grade("fair", ("中", "Fair"), ("退回修改", "goes back"), "return"),
        grade("poor", ("差", "Poor"), ("不得进入下一步", "blocked"), "reject"),
    ];
    let back = StepChoice {
        name: "draft".into(),
        title: Text::new("填报绩效目标", "Fill in"),
        then: Text::new("修改后重新逐级审核", "all steps again"),
        chosen: false,
    };
    TaskView {
        head: TaskHead {
            no: 2,
            step: Text::new("主管部门审核", "Department review"),
            decides: true,
            completes: false,
            instead_of: None,
            returned: None,
            ..fill_task(false).head
        },
        fields,
        edits: false,
        reads: true,
        uploads: Vec::new(),
        offers: Offers {
            receives: false,
            approve: !graded,
            return_to: if graded { Vec::new() } else { vec![back] },
            reject: (!graded).then(|| Text::new("不同意", "Rejected")),
            vote: false,
            grades: if graded { grades } else { Vec::new() },
        },
        decision: if graded { String::new() } else { "return".into() },
        reason_problem: (!graded).then(|| "退回或不同意时必须填写理由，请说明原因后再提交。".to_owned()),
        answered: !graded,
        imported: None,
        refusal: (!graded).then(|| "退回或不同意时必须填写理由，请说明原因后再提交。".to_owned()),
        ..fill_task(false)
    }
}

fn step(title: (&str, &str), icon: &'static str, state: State, details: &[&str]) -> StepView {
    StepView {
        name: title.1.into(),
        on_way: OnWay::default(),
        title: Text::new(title.0, title.1),
        icon,
        state,
        slim: !matches!(icon, "pencil-line" | "stamp" | "lock"),
        details: details.iter().map(|detail| Text::new(*detail, "within 5 working days")).collect(),
        branches: Vec::new(),
    }
}

pub(super) fn flow() -> BlockView {
    let leader =
        step(("财政局分管领导审批", "Finance leader"), "stamp", State::Later, &["财政局分管领导", "3个工作日内办理"]);
    let branch = |zh: &str, en: &str, taken, steps| BranchView { when: Text::new(zh, en), taken, ends: false, steps };
    let mut parallel = step(("会同审核", "Joint review"), "git-fork", State::Current, &[]);
    parallel.branches = vec![
        branch(
            "绩效审核",
            "Performance",
            true,
            vec![step(
                ("财政绩效科审核", "Performance section"),
                "stamp",
                State::Done,
                &["财政绩效科", "5个工作日内办理"],
            )],
        ),
        branch(
            "预算审核",
            "Budget",
            true,
            vec![step(
                ("财政业务科审核", "Business section"),
                "stamp",
                State::Current,
                &["财政业务科", "5个工作日内办理"],
            )],
        ),
    ];
    let mut choose = step(("按条件选择", "By condition"), "split", State::Later, &[]);
    choose.branches = vec![
        branch("申请金额 ≥ 500 万元", "Amount ≥ 5 million", false, vec![leader]),
        branch("其他情况", "Otherwise", false, Vec::new()),
    ];
    BlockView {
        steps: vec![
            step(("关口：须有事前绩效评估", "Gate: assessment"), "lock", State::Done, &["不具备时不予受理"]),
            step(("关口：须有绩效目标", "Gate: targets"), "lock", State::Done, &["不具备时不予受理"]),
            step(("填报预算申请", "Fill in"), "pencil-line", State::Done, &["发起人", "10个工作日内办理"]),
            step(
                ("主管部门审核", "Department review"),
                "stamp",
                State::Done,
                &["主管部门部门主要负责人", "5个工作日内办理"],
            ),
            parallel,
            choose,
            step(("提交预算申请", "Submit"), "send", State::Later, &[]),
            step(("办结：已提交", "End: submitted"), "flag", State::Later, &[]),
        ],
    }
}

pub(super) fn fact(number: u128, revoked: bool) -> FactView {
    FactView {
        id: id(number),
        kind: Text::new("事前绩效评估", "Ex-ante assessment"),
        value: chip(Tone::Good, "调整后支持", "Supported after adjustment"),
        year: 2027,
        cap: Some(money(43_200_000)),
        at: at("2026-10-15T08:40:00Z"),
        revoked,
        replaced: false,
        may_revoke: !revoked,
        case: id(1),
        case_number: "事评〔2027〕0007".into(),
    }
}

fn timeline() -> Vec<Entry> {
    let entry = |day: &str, who: (&str, &str), did: Chip, reason: &str, icon, tone| Entry {
        at: at(day),
        who: Text::new(who.0, who.1),
        did,
        step: Some(Text::new("主管部门审核", "Department review")),
        reason: reason.into(),
        effects: Vec::new(),
        icon,
        tone,
    };
    vec![
        Entry {
            effects: vec![Text::new("财政业务科审核 · 等待办理", "Business section is asked")],
            ..entry(
                "2026-11-18T02:20:00Z",
                ("周敏", "周敏"),
                chip(Tone::Good, "同意", "Approved"),
                "目标与资金规模匹配，同意。",
                "check",
                Tone::Good,
            )
        },
        entry(
            "2026-11-12T06:05:00Z",
            ("李伟", "李伟"),
            chip(Tone::Plain, "重新填报", "Filled in"),
            "",
            "pencil-line",
            Tone::Plain,
        ),
        entry(
            "2026-11-10T03:31:00Z",
            ("陈静", "陈静"),
            chip(Tone::Warn, "退回", "Returned"),
            "数量指标与实施方案不一致，请核对改造面积后重新填报。",
            "undo-2",
            Tone::Warn,
        ),
        entry(
            "2026-11-02T01:15:00Z",
            ("系统（关口）", "System (gate)"),
            chip(Tone::Good, "关口通过", "Gate passed"),
            "",
            "lock-open",
            Tone::Active,
        ),
        entry(
            "2026-11-02T01:15:00Z",
            ("李伟", "李伟"),
            chip(Tone::Plain, "发起", "Started"),
            "",
            "circle-plus",
            Tone::Plain,
        ),
    ]
}

fn case() -> CaseView {
    let due = Due { at: at("2026-11-24T10:00:00Z"), state: DueState::Soon, calendar: Some(4), provisional: false };
    CaseView {
        head: head(),
        related: vec![crate::app::case_page::RelatedCase {
            case: id(8),
            is_parent: false,
            number: "论〔2027〕0003".into(),
            workflow: Text::new("专题论证", "Side study"),
            status: crate::app::shown::status_of(None),
        }],
        handoffs: vec![crate::app::handoffs::HandoffView {
            title: Text::new("移送审计局", "To the audit bureau"),
            status: chip(Tone::Active, "已签收，待答复", "Received, to be answered"),
            sent_at: at("2026-11-20T02:00:00Z"),
            receive_due: None,
            received: Some(crate::app::handoffs::Settled { at: at("2026-11-21T02:00:00Z"), by: "周芸".into() }),
            answer_due: Some(due),
            answered: None,
        }],
        waits: vec![Text::new("公示期：至2026-11-30 00:00", "Public notice: until 2026-11-30 00:00")],
        tasks: vec![OpenTask {
            no: 5,
            step: Text::new("财政业务科审核", "Business section review"),
            waits_for: vec![Text::new("财政业务科", "Finance business section")],
            due: Some(due),
            deadline: Some(deadline()),
            mine: true,
            hands: Some(chip(Tone::Active, "王芳已认领", "Claimed by Wang Fang")),
            may_urge: true,
            removable: Some(id(61)),
        }],
        flow: flow(),
        fields: drawn(&[], &[], &[]),
        timeline: timeline(),
        entries: 9,
        facts: vec![fact(31, false), fact(32, true)],
        files: drawn(&[], &[], &[]).into_iter().flat_map(|field| field.files).collect(),
        may_withdraw: true,
        may_take_back: true,
        beside: super::samples_cases::beside(),
        refusal: None,
    }
}

pub(super) fn show(gallery: &mut Gallery) {
    let in_inbox = frame(Part::Inbox, "/inbox");
    super::samples_inbox::show(gallery);
    gallery.show("task-fill", &in_inbox, &fill_task(false));
    gallery.show("task-refused", &in_inbox, &fill_task(true));
    gallery.show("task-decide", &in_inbox, &decide_task(false));
    gallery.show("task-grade", &in_inbox, &decide_task(true));
    let done = Notice { tone: Tone::Good, text: "已提交，办件进入“财政业务科审核”。".into() };
    gallery.show("case", &Frame { notice: Some(done), ..in_inbox }, &case());
}
