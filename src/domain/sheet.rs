//! The first sheet of an XLSX file as rows of known columns. Faults of the file refuse it whole; faults of a cell are
//! reasons against its row, so that all of them are reported.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use calamine::{DataRef, Reader as _, Xlsx};
use rust_decimal::{Decimal, prelude::FromPrimitive as _};

use super::import_report::{Reason, ReportLine};
use crate::language::{Lang, Text};

/// Bytes of a sheet at most.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Rows of a sheet at most.
pub const ROWS_MAX: usize = 50_000;
/// Bytes of a sheet at most, unpacked.
const UNPACKED_BYTES_MAX: u64 = 300 * 1024 * 1024;
/// Characters of a name at most.
const NAME_CHARS_MAX: usize = 200;

/// The columns that a kind of sheet has.
pub trait Heading: Copy + Ord + 'static {
    /// Every column, in the order of the template.
    const ALL: &'static [Self];

    /// Its heading.
    fn heading(self, lang: Lang) -> &'static str;

    /// Whether a row may leave it empty.
    fn is_optional(self) -> bool;

    /// The column with that heading, in either language.
    fn from_heading(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(['*', '＊']).trim_end();
        let is =
            |column: &Self| text == column.heading(Lang::Zh) || text.eq_ignore_ascii_case(column.heading(Lang::En));
        Self::ALL.iter().copied().find(is)
    }
}

/// The cells of one row by column number.
type Cells = BTreeMap<u32, Cell>;

enum Cell {
    Text(String),
    Fault,
}

/// A sheet whose headings are in order.
pub struct Sheet<C> {
    name: String,
    columns: BTreeMap<C, u32>,
    rows: BTreeMap<u32, Cells>,
}

impl<C: Heading> Sheet<C> {
    /// Reads the first sheet of an XLSX file.
    ///
    /// # Errors
    /// A sentence when the file as a whole cannot be read: too large, no sheet, a heading missing or unknown.
    pub fn read(xlsx: &[u8]) -> Result<Self, Text> {
        let (name, mut rows) = read_cells(xlsx)?;
        let Some((_, heading)) = rows.pop_first() else {
            return Err(Text::new("工作表为空", "the sheet is empty"));
        };
        Ok(Self { name, columns: columns_of(&heading)?, rows })
    }

    /// Whether there is nothing below the headings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows that are not blank, in their order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_, C>> {
        self.rows.iter().map(|(number, cells)| Row { number: *number, cells, sheet: self, refusals: Vec::new() })
    }
}

/// The name of the first sheet and its rows that are not blank, by their number in the sheet.
fn read_cells(xlsx: &[u8]) -> Result<(String, BTreeMap<u32, Cells>), Text> {
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
fn columns_of<C: Heading>(heading: &Cells) -> Result<BTreeMap<C, u32>, Text> {
    let mut columns = BTreeMap::new();
    for (index, cell) in heading {
        let text = match cell {
            Cell::Text(text) => text.as_str(),
            Cell::Fault => "",
        };
        let address = letters(*index);
        let Some(column) = C::from_heading(text) else {
            return Err(Text::new(
                format!("{address}列的表头“{text}”不认识；请使用导入模板的表头"),
                format!("column {address} has the heading “{text}”, which is not one of the template's"),
            ));
        };
        if columns.insert(column, *index).is_some() {
            return Err(Text::new(format!("表头“{text}”出现两次"), format!("the heading “{text}” is there twice")));
        }
    }
    let missing: Vec<C> =
        C::ALL.iter().copied().filter(|column| !column.is_optional() && !columns.contains_key(column)).collect();
    if missing.is_empty() {
        return Ok(columns);
    }
    let names = |lang: Lang| missing.iter().map(|column| column.heading(lang)).collect::<Vec<_>>();
    Err(Text::new(
        format!("缺少表头：{}", names(Lang::Zh).join("、")),
        format!("missing headings: {}", names(Lang::En).join(", ")),
    ))
}

/// One row, and what there is against it.
pub struct Row<'a, C> {
    number: u32,
    cells: &'a Cells,
    sheet: &'a Sheet<C>,
    refusals: Vec<Reason>,
}

impl<C: Heading> Row<'_, C> {
    /// Its number in the sheet.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Whether there is something against it.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        !self.refusals.is_empty()
    }

    /// What the report says of it, under the text of the column `label`.
    #[must_use]
    pub fn line(self, label: C) -> ReportLine {
        let place = format!("{}!{}", self.sheet.name, self.number);
        let label = self.text(label).unwrap_or_default().to_owned();
        ReportLine { place, label, refusals: self.refusals, notes: Vec::new() }
    }

    /// Something is wrong with its cell of a column; the sentence goes on after the heading.
    pub fn refuse(&mut self, column: C, zh: impl Into<String>, en: impl Into<String>) {
        let cell = self.sheet.columns.get(&column).map(|index| format!("{}{}", letters(*index), self.number));
        let zh = format!("{}{}", column.heading(Lang::Zh), zh.into());
        let en = format!("{} {}", column.heading(Lang::En), en.into());
        self.refusals.push(Reason { cell, text: Text::new(zh, en) });
    }

    /// Whether nothing stands in a column.
    #[must_use]
    pub fn is_blank(&self, column: C) -> bool {
        self.sheet.columns.get(&column).is_none_or(|index| !self.cells.contains_key(index))
    }

    /// The text of a column, if there is any.
    #[must_use]
    pub fn text(&self, column: C) -> Option<&str> {
        match self.cells.get(self.sheet.columns.get(&column)?)? {
            Cell::Text(text) => Some(text),
            Cell::Fault => None,
        }
    }

    /// The text of a column that must be filled.
    pub fn filled(&mut self, column: C) -> Option<String> {
        let found = self.sheet.columns.get(&column).and_then(|index| self.cells.get(index));
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
    pub fn choice<T>(&mut self, column: C, read: impl Fn(&str) -> Option<T>, can: (&str, &str)) -> Option<T> {
        let text = self.filled(column)?;
        let value = read(&text);
        if value.is_none() {
            self.refuse(column, format!("“{text}”有误，应为{}", can.0), format!("“{text}” is none of {}", can.1));
        }
        value
    }

    /// A filled column that holds a name on one line.
    pub fn name(&mut self, column: C) -> Option<String> {
        let name = self.filled(column)?;
        if name.chars().any(char::is_control) {
            self.refuse(column, "含有换行或控制字符，应为一行文字", "has line breaks; write it on one line");
            return None;
        }
        if name.chars().count() > NAME_CHARS_MAX {
            self.refuse(column, "超过200个字", "is longer than 200 characters");
            return None;
        }
        Some(name)
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
