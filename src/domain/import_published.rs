//! Published tables become projects with their indicator tables; what cannot is named with its reason.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    import_report::{ImportReport, Reason, ReportLine},
    project::{BudgetCategory, Instrument, Nature, ProjectRow},
    published::{NoFigure, PublishedCase, PublishedFile, PublishedIndicator},
};
use crate::{language::Text, money::Money};

/// No file of published tables comes near this.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// What a published table does not say, said by the person who imports it.
#[derive(Debug, Clone)]
pub struct Placement {
    /// Codes of our units by their own code and by their name.
    pub units: BTreeMap<String, String>,
    /// The unit for tables whose unit is not ours.
    pub default_unit: Option<String>,
    /// The budget.
    pub category: BudgetCategory,
    /// The instrument.
    pub instrument: Instrument,
    /// The nature, where the table names none.
    pub nature: Nature,
    /// Whether they are new and major.
    pub is_new_major: bool,
    /// Codes of projects that are already there.
    pub taken: BTreeSet<String>,
}

/// A project with what was published about it.
#[derive(Debug, Clone)]
pub struct PublishedProject {
    /// The case it came from.
    pub case: String,
    /// The project.
    pub project: ProjectRow,
    /// The budget year of the table.
    pub year: i32,
    /// The annual goal, or the overall one.
    pub goal: Option<String>,
    /// The indicators as published.
    pub indicators: Vec<PublishedIndicator>,
}

/// What an import of published tables gives.
#[derive(Debug, Clone)]
pub struct PublishedImport {
    /// The projects that were accepted, each whole; whether they are written without the refused ones is not said here.
    pub projects: Vec<PublishedProject>,
    /// Every case of the file.
    pub report: ImportReport,
}

/// Amounts that say what a project costs, the best first, with their titles.
const TOTALS: [(&str, &str, &str); 4] = [
    ("total", "项目总额", "project total"),
    ("approved_total", "批复概算总额", "approved total"),
    ("full_year_budget", "全年预算数", "full-year budget"),
    ("initial_budget", "年初预算数", "initial budget"),
];

/// Reads the file's text.
///
/// # Errors
/// A sentence when the file as a whole cannot be read.
pub fn read_file(json: &[u8]) -> Result<PublishedFile, Text> {
    if json.len() > FILE_BYTES_MAX {
        return Err(Text::new("文件超过20MB上限", "the file is larger than 20 MB"));
    }
    serde_json::from_slice(json).map_err(|error| {
        Text::new(format!("文件不是有效的公开案例数据：{error}"), format!("the file holds no published cases: {error}"))
    })
}

/// Turns published tables into projects.
///
/// # Errors
/// A sentence when the file as a whole cannot be read; single cases are refused in the report.
pub fn import_published(json: &[u8], placement: &Placement) -> Result<PublishedImport, Text> {
    let file = read_file(json)?;
    let mut taken = placement.taken.clone();
    let mut import = PublishedImport { projects: Vec::new(), report: ImportReport::default() };
    for case in &file.cases {
        let mut line = ReportLine {
            place: case.id.clone(),
            label: case.project.clone().unwrap_or_else(|| case.source_title.clone()),
            refusals: Vec::new(),
            notes: Vec::new(),
        };
        if let Some(project) = project_of(case, placement, &taken, &mut line) {
            taken.insert(project.project.code.clone());
            import.projects.push(project);
        }
        import.report.lines.push(line);
    }
    Ok(import)
}

fn project_of(
    case: &PublishedCase,
    placement: &Placement,
    taken: &BTreeSet<String>,
    line: &mut ReportLine,
) -> Option<PublishedProject> {
    let (code, name) = case.code_and_name();
    let Some(name) = name else {
        line.refusals.push(Reason::of_row(
            "这是部门层面的公开数据，不是单个项目",
            "these are figures of a department, not of one project",
        ));
        return None;
    };
    let code = code.map_or_else(|| format!("PUB-{}", case.id), ToOwned::to_owned);
    if taken.contains(&code) {
        line.refusals.push(Reason::of_row(
            format!("项目编码“{code}”已存在"),
            format!("there is already a project with the code “{code}”"),
        ));
    }
    if name.chars().any(char::is_control) {
        line.refusals.push(Reason::of_row("项目名称含有换行或控制字符", "the name has line breaks in it"));
    }
    let unit = unit_of(case, placement, line);
    let total = total_of(case, line);
    let (start_year, end_year) = years_of(case, line);
    let nature = match case.project_nature.as_deref().map(|nature| nature.trim_end_matches("项目")) {
        None => Some(placement.nature),
        Some(text) => Nature::from_text(text),
    };
    if nature.is_none() {
        line.refusals.push(Reason::of_row("项目性质不是一次性、经常性或阶段性", "the nature is none of the three"));
    }
    if !line.is_accepted() {
        return None;
    }
    note_gaps(case, line);
    let project = ProjectRow {
        code,
        name: name.to_owned(),
        unit: unit?,
        category: placement.category,
        instrument: placement.instrument,
        nature: nature?,
        is_new_major: placement.is_new_major,
        total: total?,
        start_year,
        end_year,
        description: case.overall_goal.as_deref().or(case.goal()).unwrap_or_default().to_owned(),
        source: Some(case.source()),
    };
    Some(PublishedProject {
        case: case.id.clone(),
        project,
        year: case.year,
        goal: case.goal().map(ToOwned::to_owned),
        indicators: case.indicators.clone(),
    })
}

fn unit_of(case: &PublishedCase, placement: &Placement, line: &mut ReportLine) -> Option<String> {
    let published = case.unit.as_deref().map(str::trim).unwrap_or_default();
    if let Some(unit) = placement.units.get(published) {
        return Some(unit.clone());
    }
    if let Some(unit) = &placement.default_unit {
        line.notes.push(Text::new(
            format!("公开单位“{published}”不在本地机构中，归入“{unit}”"),
            format!("the published unit “{published}” is not ours; placed with “{unit}”"),
        ));
        return Some(unit.clone());
    }
    line.refusals.push(Reason::of_row(
        format!("单位“{published}”不在本地机构中，也没有指定归入单位"),
        format!("the unit “{published}” is not ours, and no other was named for it"),
    ));
    None
}

fn total_of(case: &PublishedCase, line: &mut ReportLine) -> Option<Money> {
    for (name, zh, en) in TOTALS {
        match case.figure(name) {
            Ok(money) if money > Money::ZERO => {
                if name != "total" {
                    line.notes.push(Text::new(
                        format!("公开表未列项目总额，以{zh}登记"),
                        format!("the table has no total; taken from the {en}"),
                    ));
                }
                return Some(money);
            }
            Ok(_) | Err(NoFigure::Absent) => {}
            Err(NoFigure::NoUnit) => {
                line.refusals.push(Reason::of_row(
                    format!("{zh}没有注明“元”或“万元”，不作猜测"),
                    format!("the {en} does not say 元 or 万元, and Yumen does not guess"),
                ));
                return None;
            }
            Err(NoFigure::NotMoney) => {
                line.refusals.push(Reason::of_row(format!("{zh}不是有效金额"), format!("the {en} is no amount")));
                return None;
            }
        }
    }
    line.refusals.push(Reason::of_row("公开表没有项目金额", "the table names no amount for the project"));
    None
}

fn years_of(case: &PublishedCase, line: &mut ReportLine) -> (i32, i32) {
    use chrono::Datelike as _;
    let (start, end) = case.period.map_or((case.year, case.year), |(from, to)| (from.year(), to.year()));
    if end < start {
        line.refusals.push(Reason::of_row("结束年度早于开始年度", "the project ends before it begins"));
    }
    (start, end)
}

/// Says what the indicator table lacks; the project is taken all the same.
fn note_gaps(case: &PublishedCase, line: &mut ReportLine) {
    let total = case.indicators.len();
    if total == 0 {
        line.notes.push(Text::new("公开表没有绩效指标", "the table has no indicators"));
        return;
    }
    let lacking = case.indicators.iter().filter(|row| row.indicator().is_none()).count();
    if lacking > 0 {
        line.notes.push(Text::new(
            format!("{total}项指标中有{lacking}项未公开指标值或权重"),
            format!("{lacking} of {total} indicators were published without target or weight"),
        ));
    }
}
