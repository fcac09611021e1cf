//! Projects made from published tables: `projects.yaml` says which unit, budget and figure; the tables say the rest.

use serde::Deserialize;

use super::{DemoFault, PUBLISHED, district};
use crate::{
    domain::{
        import_published::read_file,
        project::{BudgetCategory, Instrument, Nature, ProjectRow},
        published::{PublishedCase, PublishedIndicator},
    },
    language::Text,
};

const FILE: &str = "projects.yaml";

/// Amounts of published tables, as a description names them.
const FIGURES: [(&str, &str, &str); 13] = [
    ("total", "项目总额", "project total"),
    ("year_requested", "年度申请额", "amount requested for the year"),
    ("full_year_budget", "全年预算数", "full-year budget"),
    ("initial_budget", "年初预算数", "initial budget"),
    ("executed", "预算执行数", "amount executed"),
    ("approved_total", "批复概算总额", "approved total"),
    ("construction", "建筑安装工程费", "construction cost"),
    ("other_engineering", "工程建设其他费用", "other engineering cost"),
    ("contingency", "预备费", "contingency"),
    ("year_2025", "2025年安排额", "amount of 2025"),
    ("amount", "部门公开的项目金额合计", "sum that the department disclosed"),
    ("adjusted_budget", "调整后预算数", "adjusted budget"),
    ("funds_received_for_added", "追加项目到位资金", "funds received for added projects"),
];

/// A project of the demonstration.
#[derive(Debug, Clone)]
pub struct DemoProject {
    /// The project; its source names the publication.
    pub project: ProjectRow,
    /// The budget year it asks for.
    pub year: i32,
    /// The published case it is made from.
    pub case: String,
    /// The login of the unit's project officer, who leads it.
    pub leader: String,
    /// Which figure of the table the total is, and whether the table has a total of its own.
    pub figure: Text,
    /// The published goal.
    pub goal: Option<String>,
    /// The published indicators; `PublishedIndicator::indicator` gives those a form can take.
    pub indicators: Vec<PublishedIndicator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    year: i32,
    projects: Vec<RawProject>,
    running: RawYear,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYear {
    year: i32,
    projects: Vec<RawProject>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProject {
    code: String,
    case: String,
    figure: String,
    name: String,
    unit: String,
    category: String,
    instrument: String,
    nature: String,
    is_new_major: bool,
    start_year: i32,
    end_year: i32,
}

/// The projects as shipped, in the order of their codes in the file.
///
/// # Errors
/// [`DemoFault`] when the shipped files are broken.
pub fn projects() -> Result<Vec<DemoProject>, DemoFault> {
    let raw = read_raw()?;
    made(RawYear { year: raw.year, projects: raw.projects })
}

/// The projects that run already, in the order of the file: their targets were accepted the year before.
///
/// # Errors
/// [`DemoFault`] when the shipped files are broken.
pub fn running_projects() -> Result<Vec<DemoProject>, DemoFault> {
    made(read_raw()?.running)
}

fn fault(problem: String) -> DemoFault {
    DemoFault { file: FILE, problem }
}

fn read_raw() -> Result<RawFile, DemoFault> {
    serde_saphyr::from_str(include_str!("projects.yaml")).map_err(|error| fault(error.to_string()))
}

fn made(raw: RawYear) -> Result<Vec<DemoProject>, DemoFault> {
    let published = read_file(PUBLISHED.as_bytes()).map_err(|text| fault(text.en))?;
    let people = district()?.people;
    raw.projects
        .into_iter()
        .map(|project| {
            let code = project.code.clone();
            let case = published.cases.iter().find(|case| case.id == project.case);
            let case = case.ok_or_else(|| fault(format!("{code}: there is no case {}", project.case)))?;
            let officer = people.iter().find(|person| {
                person.appointments.iter().any(|held| held.role == "project-officer" && held.org == project.unit)
            });
            let leader = officer.ok_or_else(|| fault(format!("{code}: {} has no project officer", project.unit)))?;
            make(project, raw.year, case, &leader.login).map_err(|problem| fault(format!("{code}: {problem}")))
        })
        .collect()
}

fn make(raw: RawProject, year: i32, case: &PublishedCase, leader: &str) -> Result<DemoProject, String> {
    let total = case.figure(&raw.figure).map_err(|why| format!("the figure {}: {why:?}", raw.figure))?;
    let (_, zh, en) =
        FIGURES.iter().find(|(name, ..)| *name == raw.figure).ok_or_else(|| format!("no title for {}", raw.figure))?;
    let mut figure = Text::new(format!("金额取自公开表“{zh}”"), format!("the amount is the table's {en}"));
    if case.figure("total").is_err() {
        figure.zh.push_str("，公开表未列项目总额");
        figure.en.push_str("; the table has no project total");
    }
    let goal = case.goal().map(ToOwned::to_owned);
    let description = match &goal {
        Some(goal) => format!("{goal}\n{}。", figure.zh),
        None => format!("{}。", figure.zh),
    };
    let known = |what: &str, text: &str| format!("no {what} is called {text}");
    Ok(DemoProject {
        year,
        case: case.id.clone(),
        leader: leader.to_owned(),
        figure,
        goal,
        indicators: case.indicators.clone(),
        project: ProjectRow {
            category: BudgetCategory::from_text(&raw.category).ok_or_else(|| known("budget", &raw.category))?,
            instrument: Instrument::from_text(&raw.instrument).ok_or_else(|| known("instrument", &raw.instrument))?,
            nature: Nature::from_text(&raw.nature).ok_or_else(|| known("nature", &raw.nature))?,
            code: raw.code,
            name: raw.name,
            unit: raw.unit,
            is_new_major: raw.is_new_major,
            total,
            start_year: raw.start_year,
            end_year: raw.end_year,
            description,
            source: Some(case.source()),
        },
    })
}
