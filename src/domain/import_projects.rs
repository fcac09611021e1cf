//! A sheet of projects becomes rows: all of them, or none and a report that names every bad cell.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _},
};

use calamine::{DataRef, Reader as _, Xlsx};
use rust_decimal::{Decimal, prelude::FromPrimitive as _};

use super::{
    import_report::{ImportReport, Reason, ReportLine},
    import_template::Column,
    project::{BudgetCategory, Instrument, Nature, ProjectRow},
};
use crate::{
    language::{Lang, Text},
    money::{Money, MoneyUnit, NotMoney},
};

/// Bytes of a sheet at most.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Projects of a sheet at most.
pub const ROWS_MAX: usize = 50_000;
/// Bytes of a sheet at most, unpacked.
const UNPACKED_BYTES_MAX: u64 = 300 * 1024 * 1024;
/// Characters of a name at most.
const NAME_CHARS_MAX: usize = 200;
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

/// The cells of one row by column number.
type Cells = BTreeMap<u32, Cell>;

enum Cell {
    Text(String),
    Fault,
}

/// Reads the first sheet of an XLSX file.
///
/// # Errors
/// A sentence when the file as a whole cannot be read: too large, no sheet, a heading missing or unknown.
pub fn import_projects(xlsx: &[u8], known: &Known) -> Result<ProjectImport, Text> {
    let (sheet, mut rows) = read_sheet(xlsx)?;
    let Some((_, heading)) = rows.pop_first() else {
        return Err(Text::new("工作表为空", "the sheet is empty"));
    };
    let columns = columns_of(&heading)?;
    if rows.is_empty() {
        return Err(Text::new("表头以下没有项目", "there is no project below the headings"));
    }
    let mut import = ProjectImport { rows: Vec::new(), report: ImportReport::default() };
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (number, cells) in &rows {
        let mut row = Row { number: *number, cells, columns: &columns, refusals: Vec::new() };
        let project = row.project(known);
        if let Some(first) = project.as_ref().and_then(|project| seen.get(&project.code)) {
            row.refuse(
                Column::Code,
                format!("与第{first}行的项目编码重复"),
                format!("is also the code of row {first}"),
            );
        }
        let label = row.text(Column::Name).unwrap_or_default().to_owned();
        let place = format!("{sheet}!{number}");
        import.report.lines.push(ReportLine { place, label, refusals: row.refusals, notes: Vec::new() });
        if let Some(project) = project {
            seen.entry(project.code.clone()).or_insert(*number);
            import.rows.push(project);
        }
    }
    if import.report.refused() > 0 {
        import.rows.clear();
    }
    Ok(import)
}

/// The name of the first sheet and its rows that are not blank, by their number in the sheet.
fn read_sheet(xlsx: &[u8]) -> Result<(String, BTreeMap<u32, Cells>), Text> {
    if xlsx.len() > FILE_BYTES_MAX {
        return Err(Text::new("文件超过20MB上限", "the file is larger than 20 MB"));
    }
    let unreadable = || Text::new("文件不是有效的XLSX工作簿", "the file is no XLSX workbook");
    check_unpacked(xlsx).ok_or_else(unreadable)??;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(xlsx)).map_err(|_| unreadable())?;
    let name = workbook.sheet_names().first().cloned().ok_or_else(unreadable)?;
    let mut reader = workbook.worksheet_cells_reader(&name).map_err(|_| unreadable())?;
    let mut rows: BTreeMap<u32, Cells> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(|_| unreadable())? {
        let (row, column) = cell.get_position();
        let Some(value) = value_of(cell.get_value()) else { continue };
        rows.entry(row + 1).or_default().insert(column, value);
        if rows.len() > ROWS_MAX + 1 {
            return Err(Text::new(
                "工作表超过50,000行上限，请分批导入",
                "the sheet has more than 50,000 rows; split it",
            ));
        }
    }
    Ok((name, rows))
}

/// Unpacks every part once and counts, so that a small file cannot fill the memory. `None`: no archive at all.
fn check_unpacked(xlsx: &[u8]) -> Option<Result<(), Text>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(xlsx)).ok()?;
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).ok()?;
        left -= std::io::copy(&mut part.take(left), &mut std::io::sink()).ok()?;
        if left == 0 {
            return Some(Err(Text::new("文件解压后过大", "the file is too large once unpacked")));
        }
    }
    Some(Ok(()))
}

fn value_of(value: &DataRef<'_>) -> Option<Cell> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => Decimal::from_f64(*number)?.normalize().to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(flag) => if *flag { "true" } else { "false" }.to_owned(),
        DataRef::DateTime(_) | DataRef::Error(_) => return Some(Cell::Fault),
        DataRef::Empty => return None,
    };
    (!text.is_empty()).then_some(Cell::Text(text))
}

/// Which column stands where; every heading must be known and every column there once.
fn columns_of(heading: &Cells) -> Result<BTreeMap<Column, u32>, Text> {
    let mut columns = BTreeMap::new();
    for (index, cell) in heading {
        let text = match cell {
            Cell::Text(text) => text.as_str(),
            Cell::Fault => "",
        };
        let address = letters(*index);
        let Some(column) = Column::from_heading(text) else {
            return Err(Text::new(
                format!("{address}列的表头“{text}”不认识；请使用导入模板的表头"),
                format!("column {address} has the heading “{text}”, which is not one of the template's"),
            ));
        };
        if columns.insert(column, *index).is_some() {
            return Err(Text::new(format!("表头“{text}”出现两次"), format!("the heading “{text}” is there twice")));
        }
    }
    let missing: Vec<Column> =
        Column::ALL.into_iter().filter(|column| !column.is_optional() && !columns.contains_key(column)).collect();
    if missing.is_empty() {
        return Ok(columns);
    }
    let names = |lang: Lang| missing.iter().map(|column| column.heading(lang)).collect::<Vec<_>>();
    Err(Text::new(
        format!("缺少表头：{}", names(Lang::Zh).join("、")),
        format!("missing headings: {}", names(Lang::En).join(", ")),
    ))
}

/// One row on its way to a project.
struct Row<'a> {
    number: u32,
    cells: &'a Cells,
    columns: &'a BTreeMap<Column, u32>,
    refusals: Vec<Reason>,
}

impl Row<'_> {
    fn refuse(&mut self, column: Column, zh: impl Into<String>, en: impl Into<String>) {
        let cell = self.columns.get(&column).map(|index| format!("{}{}", letters(*index), self.number));
        let zh = format!("{}{}", column.heading(Lang::Zh), zh.into());
        let en = format!("{} {}", column.heading(Lang::En), en.into());
        self.refusals.push(Reason { cell, text: Text::new(zh, en) });
    }

    fn text(&self, column: Column) -> Option<&str> {
        match self.cells.get(self.columns.get(&column)?)? {
            Cell::Text(text) => Some(text),
            Cell::Fault => None,
        }
    }

    /// The text of a column that must be filled.
    fn filled(&mut self, column: Column) -> Option<String> {
        let found = self.columns.get(&column).and_then(|index| self.cells.get(index));
        match found {
            Some(Cell::Text(text)) => return Some(text.clone()),
            Some(Cell::Fault) => {
                self.refuse(column, "是日期或者公式错误，请填写文字或数字", "is a date or a formula error")
            }
            None => self.refuse(column, "未填写", "is missing"),
        }
        None
    }

    /// A filled column read by `read`; `zh` and `en` say what it can be.
    fn choice<T>(&mut self, column: Column, read: impl Fn(&str) -> Option<T>, can: (&str, &str)) -> Option<T> {
        let text = self.filled(column)?;
        let value = read(&text);
        if value.is_none() {
            self.refuse(column, format!("“{text}”有误，应为{}", can.0), format!("“{text}” is none of {}", can.1));
        }
        value
    }

    fn code(&mut self, known: &Known) -> Option<String> {
        let code = self.filled(Column::Code)?;
        let plain = code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !plain || code.len() > 40 {
            let zh = format!("“{code}”只能用字母、数字、短横线和下划线，最长40个字符");
            self.refuse(Column::Code, zh, format!("“{code}” may have letters, digits, - and _, 40 at most"));
            return None;
        }
        if known.projects.contains(&code) {
            self.refuse(Column::Code, format!("“{code}”已存在"), format!("“{code}” is already there"));
            return None;
        }
        Some(code)
    }

    fn name(&mut self) -> Option<String> {
        let name = self.filled(Column::Name)?;
        if name.chars().any(char::is_control) {
            self.refuse(Column::Name, "含有换行或控制字符，应为一行文字", "has line breaks; write it on one line");
            return None;
        }
        if name.chars().count() > NAME_CHARS_MAX {
            self.refuse(Column::Name, "超过200个字", "is longer than 200 characters");
            return None;
        }
        Some(name)
    }

    fn unit(&mut self, known: &Known) -> Option<String> {
        let unit = self.filled(Column::Unit)?;
        if known.units.contains(&unit) {
            return Some(unit);
        }
        self.refuse(Column::Unit, format!("“{unit}”不在机构树中"), format!("“{unit}” is no unit of this place"));
        None
    }

    fn total(&mut self) -> Option<Money> {
        let unit = self.choice(Column::MoneyUnit, MoneyUnit::from_sign, ("“元”或“万元”", "元 and 万元"));
        let text = self.filled(Column::Total)?;
        let (zh, en) = match Money::parse(&text, unit?) {
            Ok(money) if money > Money::ZERO => return Some(money),
            Ok(_) => ("应大于0", "must be above 0"),
            Err(NotMoney::NotANumber) => ("不是数字", "is no number"),
            Err(NotMoney::Negative) => ("不能为负数", "is negative"),
            Err(NotMoney::TooFine) => ("精度超过分", "is finer than one 分"),
            Err(NotMoney::TooLarge) => ("过大，请检查金额单位", "is too large; check its unit"),
        };
        self.refuse(Column::Total, format!("“{text}”{zh}"), format!("“{text}” {en}"));
        None
    }

    fn year(&mut self, column: Column) -> Option<i32> {
        let read = |text: &str| text.parse::<i32>().ok().filter(|year| (2000..=2100).contains(year));
        self.choice(column, read, ("2000至2100之间的年份", "the years 2000 to 2100"))
    }

    fn years(&mut self) -> Option<(i32, i32)> {
        let (start, end) = (self.year(Column::StartYear), self.year(Column::EndYear));
        let (start, end) = (start?, end?);
        if end < start {
            self.refuse(Column::EndYear, format!("{end}早于开始年度{start}"), format!("{end} is before {start}"));
            return None;
        }
        Some((start, end))
    }

    fn description(&mut self) -> String {
        let text = self.text(Column::Description).unwrap_or_default().to_owned();
        if text.chars().count() > DESCRIPTION_CHARS_MAX {
            self.refuse(Column::Description, "超过2000个字", "is longer than 2,000 characters");
        }
        text
    }

    /// Every field is read before the first missing one decides, so that all problems are reported.
    fn project(&mut self, known: &Known) -> Option<ProjectRow> {
        let (code, name, unit) = (self.code(known), self.name(), self.unit(known));
        let category = self.choice(Column::Category, BudgetCategory::from_text, ("四本预算之一", "the four budgets"));
        let instruments = ("模板所列资金工具之一", "the template's instruments");
        let instrument = self.choice(Column::Instrument, Instrument::from_text, instruments);
        let natures = ("一次性、经常性或阶段性", "one-off, recurring and phased");
        let nature = self.choice(Column::Nature, Nature::from_text, natures);
        let is_new_major = self.choice(Column::IsNewMajor, flag, ("“是”或“否”", "yes and no"));
        let (total, years, description) = (self.total(), self.years(), self.description());
        if !self.refusals.is_empty() {
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
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "是" | "yes" | "true" => Some(true),
        "否" | "no" | "false" => Some(false),
        _ => None,
    }
}

/// 0 is `A`, 26 is `AA`.
fn letters(index: u32) -> String {
    let mut letters = Vec::new();
    let mut left = index + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from_u32('A' as u32 + left % 26).unwrap_or('?'));
        left /= 26;
    }
    letters.iter().rev().collect()
}
