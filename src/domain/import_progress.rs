//! A sheet of progress values: one row for each indicator of a progress table, all of its rows, or none and a report that
//! names every bad cell. Indicators that the sheet leaves out, or leaves blank, stay as they are.

use std::collections::BTreeMap;

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{DataValidation, Format, Workbook, Worksheet, XlsxError};

use super::{
    import_report::ImportReport,
    sheet::{Heading, Row, Sheet},
};
use crate::{
    definition::{
        Cause, Likelihood, Progress, Sign,
        registry::{self, Entry},
    },
    language::{Lang, Text},
    policy::indicators::measured,
};

/// A column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProgressColumn {
    /// 二级指标
    Level2,
    /// 三级指标
    Level3,
    /// 年度指标值
    Annual,
    /// 截至期末完成
    SoFar,
    /// 全年预计完成
    Forecast,
    /// 完成可能性
    Likelihood,
    /// 偏差原因
    Cause,
}

/// What people fill in; the rest is there to be read.
const FILLED_IN: [ProgressColumn; 4] =
    [ProgressColumn::SoFar, ProgressColumn::Forecast, ProgressColumn::Likelihood, ProgressColumn::Cause];

impl Heading for ProgressColumn {
    const ALL: &'static [Self] =
        &[Self::Level2, Self::Level3, Self::Annual, Self::SoFar, Self::Forecast, Self::Likelihood, Self::Cause];

    fn heading(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Level2 => ("二级指标", "Level 2"),
            Self::Level3 => ("三级指标", "Indicator"),
            Self::Annual => ("年度指标值", "Annual value"),
            Self::SoFar => ("截至期末完成", "So far"),
            Self::Forecast => ("全年预计完成", "Forecast"),
            Self::Likelihood => ("完成可能性", "Likelihood"),
            Self::Cause => ("偏差原因", "Cause of deviation"),
        };
        lang.pick(zh, en)
    }

    /// The annual value is that of the targets whatever the sheet says.
    fn is_optional(self) -> bool {
        matches!(self, Self::Level2 | Self::Annual | Self::Cause)
    }
}

/// What an import of a sheet gives.
#[derive(Debug, Clone)]
pub struct ProgressImport {
    /// The whole table; as it was when any row was refused.
    pub rows: Vec<Progress>,
    /// Every row of the sheet.
    pub report: ImportReport,
}

/// Reads the first sheet of an XLSX file into the rows that are `held`.
///
/// # Errors
/// A sentence when the file as a whole cannot be read: too large, no sheet, a heading missing or unknown.
pub fn import_progress(xlsx: &[u8], held: &[Progress]) -> Result<ProgressImport, Text> {
    let sheet: Sheet<ProgressColumn> = Sheet::read(xlsx)?;
    if sheet.is_empty() {
        return Err(Text::new("表头以下没有指标", "there is no indicator below the headings"));
    }
    let mut import = ProgressImport { rows: held.to_vec(), report: ImportReport::default() };
    let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
    for mut row in sheet.rows() {
        if let Some(place) = place_of(&mut row, held) {
            if let Some(first) = seen.get(&place) {
                let (zh, en) = (format!("与第{first}行是同一项指标"), format!("is the indicator of row {first} again"));
                row.refuse(ProgressColumn::Level3, zh, en);
            } else {
                seen.insert(place, row.number());
                import.rows[place] = said(&mut row, &held[place]).unwrap_or_else(|| held[place].clone());
            }
        }
        import.report.lines.push(row.line(ProgressColumn::Level3));
    }
    if import.report.refused() > 0 {
        import.rows = held.to_vec();
    }
    Ok(import)
}

/// Which row of the table it is about.
fn place_of(row: &mut Row<'_, ProgressColumn>, held: &[Progress]) -> Option<usize> {
    let level3 = row.filled(ProgressColumn::Level3)?;
    let level2 = row.text(ProgressColumn::Level2).map(str::to_owned);
    let is = |known: &Progress| {
        let indicator = &known.indicator;
        indicator.level3.trim() == level3 && level2.as_ref().is_none_or(|level2| indicator.level2.trim() == level2)
    };
    let mut found = held.iter().enumerate().filter(|(_, known)| is(known)).map(|(place, _)| place);
    match (found.next(), found.next()) {
        (Some(place), None) => Some(place),
        (None, _) => {
            let zh = format!("“{level3}”不是审核通过的绩效目标中的指标，请与填报页上的名称一致");
            row.refuse(ProgressColumn::Level3, zh, format!("“{level3}” is no indicator of the accepted targets"));
            None
        }
        (Some(_), Some(_)) => {
            let (zh, en) = ("有几项同名，请填写二级指标加以区分", "is the name of several; say the second level too");
            row.refuse(ProgressColumn::Level3, zh, en);
            None
        }
    }
}

/// What a row says of its indicator; `None` when it is refused, or says nothing. Every cell is read before the first bad
/// one decides, so that all problems are reported.
fn said(row: &mut Row<'_, ProgressColumn>, held: &Progress) -> Option<Progress> {
    if FILLED_IN.iter().all(|column| row.is_blank(*column)) {
        return None;
    }
    let so_far = figure(row, ProgressColumn::SoFar, held);
    let forecast = figure(row, ProgressColumn::Forecast, held);
    let likelihoods = (listed(registry::LIKELIHOODS, Lang::Zh), listed(registry::LIKELIHOODS, Lang::En));
    let likelihood = |text: &str| Likelihood::from_word(named(registry::LIKELIHOODS, text)?);
    let likelihood = row.choice(ProgressColumn::Likelihood, likelihood, (&likelihoods.0, &likelihoods.1));
    let causes = (listed(registry::CAUSES, Lang::Zh), listed(registry::CAUSES, Lang::En));
    let is_certain = likelihood.is_none_or(|likelihood| likelihood == Likelihood::Certain);
    let cause = if is_certain && row.is_blank(ProgressColumn::Cause) {
        None
    } else {
        let cause = |text: &str| Cause::from_word(named(registry::CAUSES, text)?);
        row.choice(ProgressColumn::Cause, cause, (&causes.0, &causes.1))
    };
    if row.is_refused() {
        return None;
    }
    Some(Progress {
        indicator: held.indicator.clone(),
        so_far: so_far?,
        forecast: forecast?,
        cause,
        likelihood: Some(likelihood?),
    })
}

/// A value in figures, or in words where the indicator is in words.
fn figure(row: &mut Row<'_, ProgressColumn>, column: ProgressColumn, held: &Progress) -> Option<String> {
    let text = row.name(column)?;
    let is_figure = held.indicator.sign != Sign::Qualitative && measured(&held.indicator.target).is_some();
    if is_figure && measured(&text).is_none() {
        row.refuse(
            column,
            format!("“{text}”不是数字，不带单位填写"),
            format!("“{text}” is no number; leave out the unit"),
        );
        return None;
    }
    Some(text)
}

/// The stored name of what is written in either language.
fn named(entries: &'static [Entry], text: &str) -> Option<&'static str> {
    let is = |entry: &&Entry| entry.name == text || entry.zh == text || entry.en.eq_ignore_ascii_case(text);
    entries.iter().find(is).map(|entry| entry.name)
}

fn listed(entries: &[Entry], lang: Lang) -> String {
    let words: Vec<_> = entries.iter().map(|entry| lang.pick(entry.zh, entry.en)).collect();
    words.join(lang.pick("、", ", "))
}

/// A sheet with the indicators of a table and what was reported so far, for people to fill in and import.
///
/// # Errors
/// Only if the spreadsheet library refuses its own input.
pub fn progress_sheet(rows: &[Progress], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let heading = Format::new().set_bold().set_background_color("#DCE6F1");
    let sheet = workbook.add_worksheet().set_name(lang.pick("指标完成情况", "Progress"))?;
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    for (index, column) in (0_u16..).zip(ProgressColumn::ALL.iter().copied()) {
        sheet.set_column_width(index, if column == ProgressColumn::Level3 { 36 } else { 18 })?;
        let mark = if column.is_optional() { "" } else { "*" };
        sheet.write_with_format(0, index, format!("{}{mark}", column.heading(lang)), &heading)?;
        let choices = match column {
            ProgressColumn::Likelihood => registry::LIKELIHOODS,
            ProgressColumn::Cause => registry::CAUSES,
            ProgressColumn::Level2
            | ProgressColumn::Level3
            | ProgressColumn::Annual
            | ProgressColumn::SoFar
            | ProgressColumn::Forecast => &[],
        };
        if !choices.is_empty() && last > 0 {
            let words: Vec<_> = choices.iter().map(|entry| lang.pick(entry.zh, entry.en)).collect();
            let validation = DataValidation::new().allow_list_strings(&words)?;
            sheet.add_data_validation(1, index, last, index, &validation)?;
        }
        for (number, row) in (1_u32..).zip(rows) {
            write_cell(sheet, (number, index), &cell(row, column, lang))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

fn cell(row: &Progress, column: ProgressColumn, lang: Lang) -> String {
    let indicator = &row.indicator;
    let word = |entries: &'static [Entry], name: &str| {
        registry::find(entries, name).map_or("", |entry| lang.pick(entry.zh, entry.en)).to_owned()
    };
    match column {
        ProgressColumn::Level2 => indicator.level2.clone(),
        ProgressColumn::Level3 => indicator.level3.clone(),
        ProgressColumn::Annual => {
            format!("{} {} {}", indicator.sign.text(), indicator.target, indicator.unit).trim_end().to_owned()
        }
        ProgressColumn::SoFar => row.so_far.clone(),
        ProgressColumn::Forecast => row.forecast.clone(),
        ProgressColumn::Likelihood => {
            row.likelihood.map(|it| word(registry::LIKELIHOODS, it.word())).unwrap_or_default()
        }
        ProgressColumn::Cause => row.cause.map(|it| word(registry::CAUSES, it.word())).unwrap_or_default(),
    }
}

/// Numbers as numbers, so that a sheet can count with them.
fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str) -> Result<(), XlsxError> {
    let number = measured(text).filter(|_| !text.ends_with(['%', '％'])).and_then(|number| number.to_f64());
    match number {
        _ if text.is_empty() => Ok(()),
        Some(number) => sheet.write_number(row, column, number).map(drop),
        None => sheet.write_string(row, column, text).map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Indicator;

    fn row(level2: &str, level3: &str, sign: Sign, target: &str) -> Progress {
        Progress::of(Indicator {
            level1: "产出指标".into(),
            level2: level2.into(),
            level3: level3.into(),
            sign,
            target: target.into(),
            unit: String::new(),
            weight: 30.into(),
        })
    }

    fn held() -> Vec<Progress> {
        vec![
            row("数量指标", "道路长度", Sign::Exactly, "985"),
            row("质量指标", "合格率", Sign::AtLeast, "95"),
            row("时效指标", "合格率", Sign::Qualitative, "及时"),
        ]
    }

    fn sheet(headings: &[&str], rows: &[&[&str]]) -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("进度").unwrap();
        for (number, cells) in (0_u32..).zip(std::iter::once(&headings).chain(rows)) {
            for (column, text) in (0_u16..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(number, column, *text).unwrap();
            }
        }
        workbook.save_to_buffer().unwrap()
    }

    const ZH: [&str; 6] = ["二级指标", "三级指标", "截至期末完成", "全年预计完成", "完成可能性", "偏差原因"];

    #[test]
    fn a_sheet_of_ones_own_fills_what_it_names_in_either_language() {
        let rows: [&[&str]; 2] = [
            &["", "道路长度", "500", "900", "有可能", "经费"],
            &["时效指标", "合格率", "基本及时", "及时", "确定能", ""],
        ];
        let import = import_progress(&sheet(&ZH, &rows), &held()).unwrap();
        assert_eq!((import.report.accepted(), import.report.refused()), (2, 0), "{:?}", import.report);
        let told: Vec<_> = import.rows.iter().map(|row| (row.so_far.as_str(), row.likelihood, row.cause)).collect();
        assert_eq!(
            told,
            [
                ("500", Some(Likelihood::Possible), Some(Cause::Funds)),
                ("", None, None),
                ("基本及时", Some(Likelihood::Certain), None)
            ]
        );
        let english = ["Indicator", "So far", "Forecast", "Likelihood"];
        let import =
            import_progress(&sheet(&english, &[&["道路长度", "600", "985", "CERTAIN"]]), &import.rows).unwrap();
        assert_eq!((import.rows[0].so_far.as_str(), import.rows[0].cause), ("600", None));
        assert_eq!(import.rows[2].so_far, "基本及时", "what a sheet leaves out stays");
    }

    #[test]
    fn the_sheet_that_is_given_out_comes_back_as_it_was() {
        let mut rows = held();
        rows[0] = Progress {
            so_far: "500.5".into(),
            forecast: "985".into(),
            cause: Some(Cause::Other),
            likelihood: Some(Likelihood::Impossible),
            ..rows[0].clone()
        };
        for lang in [Lang::Zh, Lang::En] {
            let import = import_progress(&progress_sheet(&rows, lang).unwrap(), &rows).unwrap();
            assert_eq!((&import.rows, import.report.refused()), (&rows, 0), "{:?}", import.report);
        }
    }

    #[test]
    fn every_bad_cell_is_named_and_nothing_is_half_imported() {
        let rows: [&[&str]; 5] = [
            &["", "道路长度", "500米", "", "也许", ""],
            &["", "道路长度", "500", "900", "确定能", ""],
            &["", "合格率", "90", "95", "确定能", ""],
            &["", "绿化面积", "1", "1", "确定能", ""],
            &["质量指标", "合格率", "90", "95", "有可能", ""],
        ];
        let import = import_progress(&sheet(&ZH, &rows), &held()).unwrap();
        assert_eq!(import.rows, held());
        let said: Vec<_> = import.report.lines.iter().map(|line| line.sentence(Lang::Zh)).collect();
        for (line, cells) in said.iter().zip([&["C2", "D2", "E2"][..], &["B3"], &["B4"], &["B5"], &["F6"]]) {
            assert!(cells.iter().all(|cell| line.contains(cell)), "{cells:?}: {line}");
        }
        let english = import.report.lines[0].sentence(Lang::En);
        assert!(
            english.contains("C2 So far “500米” is no number") && english.contains("D2 Forecast is missing"),
            "{english}"
        );
        assert!(english.contains("E2 Likelihood “也许” is none of Certain, Possible, Impossible"), "{english}");
    }

    #[test]
    fn a_file_that_is_no_such_sheet_is_refused_whole() {
        let why = |file: &[u8]| import_progress(file, &held()).unwrap_err().zh;
        assert_eq!(why(b"no workbook"), "文件不是有效的XLSX工作簿");
        assert!(why(&sheet(&["三级指标", "截至期末完成"], &[])).contains("缺少表头"));
        assert_eq!(why(&sheet(&ZH, &[])), "表头以下没有指标");
    }
}
