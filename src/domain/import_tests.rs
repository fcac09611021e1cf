//! Good and bad sheets, and every published case accounted for.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::Workbook;

use super::{
    import_projects::{Known, ProjectImport, import_projects},
    import_published::{Placement, PublishedImport, import_published, read_file},
    import_template::{Column, template},
    project::{BudgetCategory, Instrument, Nature},
    sheet::Heading as _,
};
use crate::{
    definition::Sign,
    language::{Lang, Text},
    money::Money,
};

const PUBLISHED: &[u8] = include_bytes!("../demo/published-cases.json");

const GOOD: [&str; 12] = [
    "P-1",
    "泵站改造",
    "wq-water-1",
    "一般公共预算",
    "政府采购",
    "一次性",
    "是",
    "43.2",
    "万元",
    "2027",
    "2028",
    "改造泵站",
];

fn known() -> Known {
    Known {
        units: BTreeSet::from(["wq-water-1".to_owned(), "0755".to_owned()]),
        projects: BTreeSet::from(["OLD-1".to_owned()]),
    }
}

fn sheet(headings: &[&str], rows: &[Vec<&str>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("项目").unwrap();
    for (row, cells) in (0_u32..).zip(std::iter::once(&headings.to_vec()).chain(rows)) {
        for (column, text) in (0_u16..).zip(cells) {
            match text.strip_prefix('#').and_then(|number| number.parse::<f64>().ok()) {
                Some(number) => sheet.write_number(row, column, number).unwrap(),
                None if text.is_empty() => sheet,
                None => sheet.write_string(row, column, *text).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn headings(lang: Lang) -> Vec<&'static str> {
    Column::ALL.iter().map(|column| column.heading(lang)).collect()
}

fn import(rows: &[Vec<&str>]) -> ProjectImport {
    import_projects(&sheet(&headings(Lang::Zh), rows), &known()).unwrap()
}

fn refused(xlsx: &[u8]) -> String {
    import_projects(xlsx, &known()).unwrap_err().zh
}

/// The good row with one column changed.
fn but(column: Column, text: &'static str) -> Vec<&'static str> {
    let mut row = GOOD.to_vec();
    row[Column::ALL.iter().position(|one| *one == column).unwrap()] = text;
    row
}

#[test]
fn a_good_sheet_becomes_projects_in_either_language() {
    let mut english = GOOD.to_vec();
    english[3..7].copy_from_slice(&["General public budget", "procurement", "one-off", "Yes"]);
    let sheet = sheet(&headings(Lang::En), &[english, vec![], but(Column::Code, "P-2")]);
    let import = import_projects(&sheet, &known()).unwrap();
    assert_eq!((import.report.accepted(), import.report.refused()), (2, 0), "{:?}", import.report);
    let project = &import.rows[0];
    assert_eq!((project.category, project.instrument), (BudgetCategory::General, Instrument::Procurement));
    assert_eq!((project.nature, project.is_new_major), (Nature::Once, true));
    assert_eq!(project.total, Money::from_fen(43_200_000).unwrap());
    assert_eq!((project.start_year, project.end_year), (2027, 2028));
    assert_eq!(import.report.lines[1].place, "项目!4", "the blank row keeps its number");
}

#[test]
fn numbers_of_the_spreadsheet_are_read_as_people_see_them() {
    let mut row = but(Column::Total, "#0.30000000000000004");
    row[9] = "#2027";
    row[10] = "#2027";
    let import = import(&[row]);
    assert_eq!(import.rows.first().map(|row| row.total.fen()), Some(300_000), "{:?}", import.report);
}

#[test]
fn every_bad_cell_is_named_and_nothing_is_half_imported() {
    let mut several = but(Column::Unit, "wq-nowhere");
    several[7] = "-5";
    several[10] = "2026";
    let import = import(&[
        GOOD.to_vec(),
        several,
        but(Column::Name, "泵站\n改造"),
        but(Column::MoneyUnit, ""),
        but(Column::MoneyUnit, "亿元"),
        but(Column::Code, "OLD-1"),
        GOOD.to_vec(),
        but(Column::Category, "小金库"),
        but(Column::Total, "12.3456789"),
    ]);
    assert!(import.rows.is_empty(), "one bad row refuses the sheet");
    assert_eq!((import.report.accepted(), import.report.refused()), (1, 8));
    let said: Vec<String> = import.report.lines.iter().map(|line| line.sentence(Lang::Zh)).collect();
    for (line, parts) in [
        (1, vec!["C3 单位编码“wq-nowhere”不在机构树中", "H3 总金额“-5”不能为负数", "K3 结束年度2026早于开始年度2027"]),
        (2, vec!["B4 项目名称含有换行"]),
        (3, vec!["I5 金额单位未填写"]),
        (4, vec!["I6 金额单位“亿元”有误，应为“元”或“万元”"]),
        (5, vec!["A7 项目编码“OLD-1”已存在"]),
        (6, vec!["A8 项目编码与第2行的项目编码重复"]),
        (7, vec!["D9 预算类别“小金库”有误"]),
        (8, vec!["H10 总金额“12.3456789”精度超过分"]),
    ] {
        for part in parts {
            assert!(said[line].contains(part), "{part} is not in {}", said[line]);
        }
    }
}

#[test]
fn a_file_that_is_no_project_sheet_is_refused_as_a_whole() {
    assert!(refused(b"not a workbook").contains("XLSX"));
    assert!(refused(&vec![0; 21 * 1024 * 1024]).contains("20MB"));
    assert!(refused(&sheet(&[], &[])).contains("为空"));
    assert!(refused(&sheet(&headings(Lang::Zh), &[])).contains("没有项目"));
    let mut unknown = headings(Lang::Zh);
    unknown[7] = "金额";
    assert!(refused(&sheet(&unknown, &[GOOD.to_vec()])).contains("H列的表头“金额”不认识"));
    let short: Vec<&str> = headings(Lang::Zh).into_iter().filter(|heading| *heading != "金额单位").collect();
    assert!(refused(&sheet(&short, &[GOOD.to_vec()])).contains("缺少表头：金额单位"));
}

#[test]
fn a_sheet_beyond_its_rows_is_refused() {
    let rows: Vec<Vec<&str>> = (0..50_001).map(|_| vec!["P"]).collect();
    assert!(refused(&sheet(&headings(Lang::Zh), &rows)).contains("50,000"));
}

#[test]
fn the_template_is_a_sheet_that_only_lacks_projects() {
    for lang in [Lang::Zh, Lang::En] {
        assert!(refused(&template(lang).unwrap()).contains("没有项目"), "{lang:?}");
    }
}

fn placement() -> Placement {
    Placement {
        units: BTreeMap::from([("天长市水利局".to_owned(), "wq-water-1".to_owned())]),
        default_unit: Some("wq-misc".to_owned()),
        category: BudgetCategory::General,
        instrument: Instrument::Direct,
        nature: Nature::Once,
        is_new_major: false,
        taken: BTreeSet::new(),
    }
}

fn published(change: impl Fn(&mut serde_json::Value)) -> PublishedImport {
    let mut json: serde_json::Value = serde_json::from_slice(PUBLISHED).unwrap();
    change(&mut json);
    import_published(json.to_string().as_bytes(), &placement()).unwrap()
}

#[test]
fn every_published_case_is_accounted_for() {
    let import = published(|_| {});
    let file = read_file(PUBLISHED).unwrap();
    let places: Vec<&str> = import.report.lines.iter().map(|line| line.place.as_str()).collect();
    assert_eq!(places, file.cases.iter().map(|case| case.id.as_str()).collect::<Vec<_>>());
    assert_eq!((import.report.accepted(), import.report.refused()), (14, 4));
    for line in import.report.lines.iter().filter(|line| !line.is_accepted()) {
        assert!(line.sentence(Lang::Zh).contains("不是单个项目"), "{}", line.sentence(Lang::Zh));
    }
    let of = |case: &str| import.projects.iter().find(|project| project.case == case).unwrap();
    assert_eq!(of("C05").project.total, Money::from_fen(43_200_000).unwrap(), "43.2 万元");
    assert_eq!(of("C01").project.total, Money::from_fen(12_000_000).unwrap(), "120,000 元");
    assert_eq!(of("C18").project.total, Money::from_fen(77_132_580_000).unwrap());
    assert_eq!(of("C20").project.total, Money::from_fen(13_526_060_000).unwrap());
    assert_eq!(of("C01").project.code, "46000021T000000002749");
    assert_eq!(of("C01").project.name, "学生事务补助");
    assert_eq!(of("C06").project.unit, "wq-water-1");
    assert_eq!(of("C19").goal, of("C19").project.description.clone().into(), "the note is no goal");
    assert_eq!((of("C18").project.nature, of("C18").project.end_year), (Nature::Phased, 2027));
}

#[test]
fn a_case_without_a_unit_of_money_is_refused_not_guessed() {
    let import = published(|json| {
        json["cases"][0]["budget"].as_object_mut().unwrap().remove("unit");
        json["cases"][2]["budget"]["unit"] = "千元".into();
    });
    for line in [&import.report.lines[0], &import.report.lines[2]] {
        assert!(line.sentence(Lang::Zh).contains("没有注明“元”或“万元”"), "{}", line.sentence(Lang::Zh));
        assert!(line.sentence(Lang::En).contains("does not guess"), "{}", line.sentence(Lang::En));
    }
    assert_eq!(import.projects.len(), 12);
}

#[test]
fn an_unknown_unit_and_a_taken_code_are_refused() {
    let place = Placement { default_unit: None, taken: BTreeSet::from(["PUB-C06".to_owned()]), ..placement() };
    let import = import_published(PUBLISHED, &place).unwrap();
    assert!(import.projects.is_empty());
    let line = import.report.lines.iter().find(|line| line.place == "C06").unwrap();
    assert_eq!(
        line.refusals[0].text,
        Text::new("项目编码“PUB-C06”已存在", "there is already a project with the code “PUB-C06”")
    );
    assert!(import_published(b"{", &placement()).is_err());
}

#[test]
fn published_targets_are_read_as_written() {
    let file = read_file(PUBLISHED).unwrap();
    let rows = &file.cases.iter().find(|case| case.id == "C07").unwrap().indicators;
    let ruler = rows[0].indicator().unwrap();
    assert_eq!((ruler.sign, ruler.target.as_str(), ruler.unit.as_str()), (Sign::AtLeast, "266", "米"));
    let life = rows[7].indicator().unwrap();
    assert_eq!((life.sign, life.target.as_str()), (Sign::Qualitative, "显著提升"));
    let without = &file.cases.iter().find(|case| case.id == "C06").unwrap().indicators[2];
    assert_eq!(without.indicator(), None, "no target was published, none is made up");
}
