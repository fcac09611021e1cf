//! A sheet of projects becomes rows: all of them, or none and a report that names every bad cell.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    import_report::ImportReport,
    import_template::Column,
    project::{BudgetCategory, Instrument, Nature, ProjectRow},
    sheet::{Row, Sheet},
};
use crate::{
    language::Text,
    money::{Money, MoneyUnit, NotMoney},
};

/// Characters of a description at most.
const DESCRIPTION_CHARS_MAX: usize = 2_000;

/// What the place already has.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Codes of units and departments that may run a project.
    pub units: BTreeSet<String>,
    /// Codes of projects.
    pub projects: BTreeSet<String>,
}

/// What an import of a sheet gives.
#[derive(Debug, Clone)]
pub struct ProjectImport {
    /// The projects; empty when any row was refused, so that nothing is half imported.
    pub rows: Vec<ProjectRow>,
    /// Every row of the sheet.
    pub report: ImportReport,
}

/// Reads the first sheet of an XLSX file.
///
/// # Errors
/// A sentence when the file as a whole cannot be read: too large, no sheet, a heading missing or unknown.
pub fn import_projects(xlsx: &[u8], known: &Known) -> Result<ProjectImport, Text> {
    let sheet = Sheet::read(xlsx)?;
    if sheet.is_empty() {
        return Err(Text::new("表头以下没有项目", "there is no project below the headings"));
    }
    let mut import = ProjectImport { rows: Vec::new(), report: ImportReport::default() };
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for mut row in sheet.rows() {
        let project = project(&mut row, known);
        if let Some(first) = project.as_ref().and_then(|project| seen.get(&project.code)) {
            let zh = format!("与第{first}行的项目编码重复");
            row.refuse(Column::Code, zh, format!("is also the code of row {first}"));
        }
        if let Some(project) = project {
            seen.entry(project.code.clone()).or_insert(row.number());
            import.rows.push(project);
        }
        import.report.lines.push(row.line(Column::Name));
    }
    if import.report.refused() > 0 {
        import.rows.clear();
    }
    Ok(import)
}

fn code(row: &mut Row<'_, Column>, known: &Known) -> Option<String> {
    let code = row.filled(Column::Code)?;
    let plain = code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !plain || code.len() > 40 {
        let zh = format!("“{code}”只能用字母、数字、短横线和下划线，最长40个字符");
        row.refuse(Column::Code, zh, format!("“{code}” may have letters, digits, - and _, 40 at most"));
        return None;
    }
    if known.projects.contains(&code) {
        row.refuse(Column::Code, format!("“{code}”已存在"), format!("“{code}” is already there"));
        return None;
    }
    Some(code)
}

fn unit(row: &mut Row<'_, Column>, known: &Known) -> Option<String> {
    let unit = row.filled(Column::Unit)?;
    if known.units.contains(&unit) {
        return Some(unit);
    }
    row.refuse(Column::Unit, format!("“{unit}”不在机构树中"), format!("“{unit}” is no unit of this place"));
    None
}

fn total(row: &mut Row<'_, Column>) -> Option<Money> {
    let unit = row.choice(Column::MoneyUnit, MoneyUnit::from_sign, ("“元”或“万元”", "元 and 万元"));
    let text = row.filled(Column::Total)?;
    let (zh, en) = match Money::parse(&text, unit?) {
        Ok(money) if money > Money::ZERO => return Some(money),
        Ok(_) => ("应大于0", "must be above 0"),
        Err(NotMoney::NotANumber) => ("不是数字", "is no number"),
        Err(NotMoney::Negative) => ("不能为负数", "is negative"),
        Err(NotMoney::TooFine) => ("精度超过分", "is finer than one 分"),
        Err(NotMoney::TooLarge) => ("过大，请检查金额单位", "is too large; check its unit"),
    };
    row.refuse(Column::Total, format!("“{text}”{zh}"), format!("“{text}” {en}"));
    None
}

fn year(row: &mut Row<'_, Column>, column: Column) -> Option<i32> {
    let read = |text: &str| text.parse::<i32>().ok().filter(|year| (2000..=2100).contains(year));
    row.choice(column, read, ("2000至2100之间的年份", "the years 2000 to 2100"))
}

fn years(row: &mut Row<'_, Column>) -> Option<(i32, i32)> {
    let (start, end) = (year(row, Column::StartYear), year(row, Column::EndYear));
    let (start, end) = (start?, end?);
    if end < start {
        row.refuse(Column::EndYear, format!("{end}早于开始年度{start}"), format!("{end} is before {start}"));
        return None;
    }
    Some((start, end))
}

fn description(row: &mut Row<'_, Column>) -> String {
    let text = row.text(Column::Description).unwrap_or_default().to_owned();
    if text.chars().count() > DESCRIPTION_CHARS_MAX {
        row.refuse(Column::Description, "超过2000个字", "is longer than 2,000 characters");
    }
    text
}

/// Every field is read before the first missing one decides, so that all problems are reported.
fn project(row: &mut Row<'_, Column>, known: &Known) -> Option<ProjectRow> {
    let (code, name, unit) = (code(row, known), row.name(Column::Name), unit(row, known));
    let category = row.choice(Column::Category, BudgetCategory::from_text, ("四本预算之一", "the four budgets"));
    let instruments = ("模板所列资金工具之一", "the template's instruments");
    let instrument = row.choice(Column::Instrument, Instrument::from_text, instruments);
    let natures = ("一次性、经常性或阶段性", "one-off, recurring and phased");
    let nature = row.choice(Column::Nature, Nature::from_text, natures);
    let is_new_major = row.choice(Column::IsNewMajor, flag, ("“是”或“否”", "yes and no"));
    let (total, years, description) = (total(row), years(row), description(row));
    if row.is_refused() {
        return None;
    }
    let (start_year, end_year) = years?;
    Some(ProjectRow {
        code: code?,
        name: name?,
        unit: unit?,
        category: category?,
        instrument: instrument?,
        nature: nature?,
        is_new_major: is_new_major?,
        total: total?,
        start_year,
        end_year,
        description,
        source: None,
    })
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "是" | "yes" | "true" => Some(true),
        "否" | "no" | "false" => Some(false),
        _ => None,
    }
}
