//! The columns of a project sheet, and an empty one for people to fill in.

use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

use super::{
    project::{BudgetCategory, Instrument, Nature},
    sheet::Heading,
};
use crate::language::Lang;

/// A column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// 项目编码
    Code,
    /// 项目名称
    Name,
    /// 单位编码
    Unit,
    /// 预算类别
    Category,
    /// 资金工具
    Instrument,
    /// 项目性质
    Nature,
    /// 是否新增重大
    IsNewMajor,
    /// 总金额
    Total,
    /// 金额单位
    MoneyUnit,
    /// 开始年度
    StartYear,
    /// 结束年度
    EndYear,
    /// 项目说明
    Description,
}

impl Heading for Column {
    const ALL: &'static [Self] = &[
        Self::Code,
        Self::Name,
        Self::Unit,
        Self::Category,
        Self::Instrument,
        Self::Nature,
        Self::IsNewMajor,
        Self::Total,
        Self::MoneyUnit,
        Self::StartYear,
        Self::EndYear,
        Self::Description,
    ];

    fn heading(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Code => ("项目编码", "Project code"),
            Self::Name => ("项目名称", "Project name"),
            Self::Unit => ("单位编码", "Unit code"),
            Self::Category => ("预算类别", "Budget"),
            Self::Instrument => ("资金工具", "Instrument"),
            Self::Nature => ("项目性质", "Nature"),
            Self::IsNewMajor => ("是否新增重大", "New and major"),
            Self::Total => ("总金额", "Total amount"),
            Self::MoneyUnit => ("金额单位", "Money unit"),
            Self::StartYear => ("开始年度", "Start year"),
            Self::EndYear => ("结束年度", "End year"),
            Self::Description => ("项目说明", "Description"),
        };
        lang.pick(zh, en)
    }

    fn is_optional(self) -> bool {
        matches!(self, Self::Description)
    }
}

impl Column {
    /// What can be chosen; empty when it is typed.
    fn choices(self, lang: Lang) -> Vec<String> {
        let titles =
            |titles: Vec<crate::language::Text>| titles.iter().map(|title| title.get(lang).to_owned()).collect();
        match self {
            Self::Category => titles(BudgetCategory::ALL.iter().map(|one| one.title()).collect()),
            Self::Instrument => titles(Instrument::ALL.iter().map(|one| one.title()).collect()),
            Self::Nature => titles(Nature::ALL.iter().map(|one| one.title()).collect()),
            Self::IsNewMajor => vec![lang.pick("是", "yes").to_owned(), lang.pick("否", "no").to_owned()],
            Self::MoneyUnit => vec!["元".to_owned(), "万元".to_owned()],
            Self::Code
            | Self::Name
            | Self::Unit
            | Self::Total
            | Self::StartYear
            | Self::EndYear
            | Self::Description => Vec::new(),
        }
    }
}

/// Rows for which the template offers choices.
const ROWS_WITH_CHOICES: u32 = 5_000;

/// An empty sheet with headings, choices, and a column that cannot be misread: money always beside its unit.
///
/// # Errors
/// Only if the spreadsheet library refuses its own input.
pub fn template(lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let heading = Format::new().set_bold().set_background_color("#DCE6F1");
    let typed_as_text = Format::new().set_num_format("@");
    let sheet = workbook.add_worksheet().set_name(lang.pick("项目", "Projects"))?;
    for (index, column) in (0_u16..).zip(Column::ALL.iter().copied()) {
        let width = if column == Column::Name || column == Column::Description { 40 } else { 18 };
        sheet.set_column_width(index, width)?;
        if matches!(column, Column::Code | Column::Unit) {
            sheet.set_column_format(index, &typed_as_text)?;
        }
        let mark = if column.is_optional() { "" } else { "*" };
        sheet.write_with_format(0, index, format!("{}{mark}", column.heading(lang)), &heading)?;
        let choices = column.choices(lang);
        if !choices.is_empty() {
            let validation = DataValidation::new().allow_list_strings(&choices)?;
            sheet.add_data_validation(1, index, ROWS_WITH_CHOICES, index, &validation)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}
