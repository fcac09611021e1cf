//! A sheet of organisations becomes the tree, or a part of it: all of its rows, or none and a report that names every
//! bad cell. A parent is there already or stands higher up in the sheet, so there can be no circle.

use std::collections::BTreeMap;

use super::{
    import_report::ImportReport,
    sheet::{Heading, Row, Sheet},
};
use crate::{
    definition::OrgCode,
    engine::{Organisation, people::OrgKind},
    language::{Lang, Text},
};

/// Characters of a code at most.
const CODE_CHARS_MAX: usize = 40;

/// A column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrgColumn {
    /// 机构编码
    Code,
    /// 上级编码
    Parent,
    /// 机构类型
    Kind,
    /// 机构名称
    Name,
    /// 英文名称
    NameEn,
}

impl Heading for OrgColumn {
    const ALL: &'static [Self] = &[Self::Code, Self::Parent, Self::Kind, Self::Name, Self::NameEn];

    fn heading(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Code => ("机构编码", "Code"),
            Self::Parent => ("上级编码", "Parent code"),
            Self::Kind => ("机构类型", "Kind"),
            Self::Name => ("机构名称", "Name"),
            Self::NameEn => ("英文名称", "English name"),
        };
        lang.pick(zh, en)
    }

    /// The district has no parent; without an English name the Chinese one stands for it.
    fn is_optional(self) -> bool {
        matches!(self, Self::Parent | Self::NameEn)
    }
}

/// What an import of a sheet gives.
#[derive(Debug, Clone)]
pub struct OrganisationImport {
    /// The organisations, the upper ones first; empty when any row was refused, so that nothing is half imported.
    pub rows: Vec<Organisation>,
    /// Every row of the sheet.
    pub report: ImportReport,
}

/// What the place has already, and what the sheet has brought so far.
struct Tree<'a> {
    known: &'a BTreeMap<OrgCode, Organisation>,
    brought: BTreeMap<OrgCode, (u32, Organisation)>,
    /// Codes of rows that were refused: their children need no complaint of their own about the parent.
    refused: BTreeMap<OrgCode, u32>,
}

impl Tree<'_> {
    fn find(&self, code: &OrgCode) -> Option<&Organisation> {
        self.known.get(code).or_else(|| self.brought.get(code).map(|(_, organisation)| organisation))
    }

    fn district(&self) -> Option<&Organisation> {
        let brought = self.brought.values().map(|(_, organisation)| organisation);
        self.known.values().chain(brought).find(|organisation| organisation.kind == OrgKind::District)
    }
}

/// Reads the first sheet of an XLSX file, beside the organisations that are `known` already.
///
/// # Errors
/// A sentence when the file as a whole cannot be read: too large, no sheet, a heading missing or unknown.
pub fn import_organisation(xlsx: &[u8], known: &BTreeMap<OrgCode, Organisation>) -> Result<OrganisationImport, Text> {
    let sheet = Sheet::read(xlsx)?;
    if sheet.is_empty() {
        return Err(Text::new("表头以下没有机构", "there is no organisation below the headings"));
    }
    let mut import = OrganisationImport { rows: Vec::new(), report: ImportReport::default() };
    let mut tree = Tree { known, brought: BTreeMap::new(), refused: BTreeMap::new() };
    for mut row in sheet.rows() {
        match organisation(&mut row, &tree) {
            Some(organisation) => {
                tree.brought.insert(organisation.code.clone(), (row.number(), organisation.clone()));
                import.rows.push(organisation);
            }
            None => {
                if let Some(code) = row.text(OrgColumn::Code) {
                    tree.refused.entry(code.into()).or_insert(row.number());
                }
            }
        }
        import.report.lines.push(row.line(OrgColumn::Name));
    }
    if import.report.refused() > 0 {
        import.rows.clear();
    }
    Ok(import)
}

/// Every field is read before the first missing one decides, so that all problems are reported.
fn organisation(row: &mut Row<'_, OrgColumn>, tree: &Tree<'_>) -> Option<Organisation> {
    let code = code(row, tree);
    let kinds = ("区、部门、科室或单位", "district, department, section and unit");
    let kind = row.choice(OrgColumn::Kind, kind_of, kinds);
    let name = row.name(OrgColumn::Name);
    let english = row.text(OrgColumn::NameEn).is_some().then(|| row.name(OrgColumn::NameEn)).flatten();
    let above = kind.and_then(|kind| above(row, kind, tree));
    if row.is_refused() {
        return None;
    }
    let (code, name, parent) = (code?, name?, above?);
    let path = format!("{}{code}/", parent.map_or("/", |parent| parent.path.as_str()));
    let name = Text::new(name.clone(), english.unwrap_or(name));
    Some(Organisation { code, parent: parent.map(|parent| parent.code.clone()), kind: kind?, name, path })
}

fn code(row: &mut Row<'_, OrgColumn>, tree: &Tree<'_>) -> Option<OrgCode> {
    let text = row.filled(OrgColumn::Code)?;
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain || text.len() > CODE_CHARS_MAX {
        let zh = format!("“{text}”只能用小写字母、数字和短横线，最长{CODE_CHARS_MAX}个字符");
        let en = format!("“{text}” may have small letters, digits and hyphens, {CODE_CHARS_MAX} at most");
        row.refuse(OrgColumn::Code, zh, en);
        return None;
    }
    let code = OrgCode::from(text.as_str());
    if tree.known.contains_key(&code) {
        row.refuse(OrgColumn::Code, format!("“{code}”已存在"), format!("“{code}” is already there"));
        return None;
    }
    let earlier = tree.brought.get(&code).map(|(number, _)| number).or_else(|| tree.refused.get(&code));
    if let Some(first) = earlier {
        let zh = format!("与第{first}行的机构编码重复");
        row.refuse(OrgColumn::Code, zh, format!("is also the code of row {first}"));
        return None;
    }
    Some(code)
}

/// What stands above an organisation of that kind: `Some(None)` above the district, `None` when it is refused.
fn above<'a>(row: &mut Row<'_, OrgColumn>, kind: OrgKind, tree: &'a Tree<'_>) -> Option<Option<&'a Organisation>> {
    if kind == OrgKind::District {
        return at_the_top(row, tree).then_some(None);
    }
    let text = row.filled(OrgColumn::Parent)?;
    let Some(parent) = tree.find(&text.as_str().into()) else {
        let (zh, en) = match tree.refused.get(&OrgCode::from(text.as_str())) {
            Some(refused) => {
                (format!("“{text}”所在的第{refused}行有误"), format!("“{text}”: row {refused} is refused"))
            }
            None => (
                format!("“{text}”不存在；上级机构须已存在，或者排在本行之前"),
                format!("“{text}” is not there; a parent exists already or stands above this row"),
            ),
        };
        row.refuse(OrgColumn::Parent, zh, en);
        return None;
    };
    let (may, zh, en) = match kind {
        OrgKind::District => (false, "", ""),
        OrgKind::Department => {
            (parent.kind == OrgKind::District, "部门的上级应为区", "a department is below a district")
        }
        OrgKind::Section => {
            (parent.kind == OrgKind::Department, "科室的上级应为部门", "a section is below a department")
        }
        OrgKind::Unit => (
            matches!(parent.kind, OrgKind::Department | OrgKind::Unit),
            "单位的上级应为部门或单位",
            "a unit is below a department or a unit",
        ),
    };
    if !may {
        row.refuse(OrgColumn::Parent, format!("“{text}”有误，{zh}"), format!("“{text}”: {en}"));
        return None;
    }
    Some(Some(parent))
}

/// There is one district, and nothing is above it.
fn at_the_top(row: &mut Row<'_, OrgColumn>, tree: &Tree<'_>) -> bool {
    if row.text(OrgColumn::Parent).is_some() {
        row.refuse(OrgColumn::Parent, "应留空：区没有上级", "must be empty: nothing is above the district");
        return false;
    }
    if let Some(district) = tree.district() {
        let zh = format!("有误：区已经存在，编码为“{}”，只能有一个", district.code);
        row.refuse(OrgColumn::Kind, zh, format!("is wrong: there is one district, “{}”, and no other", district.code));
        return false;
    }
    true
}

fn kind_of(text: &str) -> Option<OrgKind> {
    match text.to_ascii_lowercase().as_str() {
        "区" | "district" => Some(OrgKind::District),
        "部门" | "department" => Some(OrgKind::Department),
        "科室" | "section" => Some(OrgKind::Section),
        "单位" | "unit" => Some(OrgKind::Unit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    const ZH: [&str; 5] = ["机构编码", "上级编码", "机构类型", "机构名称", "英文名称"];

    fn sheet(headings: &[&str], rows: &[[&str; 5]]) -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("机构").unwrap();
        for (column, text) in (0_u16..).zip(headings) {
            sheet.write_string(0, column, *text).unwrap();
        }
        for (number, cells) in (1_u32..).zip(rows) {
            for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(number, column, *text).unwrap();
            }
        }
        workbook.save_to_buffer().unwrap()
    }

    fn import(rows: &[[&str; 5]]) -> OrganisationImport {
        import_organisation(&sheet(&ZH, rows), &BTreeMap::new()).unwrap()
    }

    const GOOD: [[&str; 5]; 4] = [
        ["wq", "", "区", "武清区", "Wuqing"],
        ["edu", "wq", "部门", "区教育局", ""],
        ["edu-plan", "edu", "科室", "计财科", "Planning"],
        ["school-1", "edu", "单位", "第一小学", "First School"],
    ];

    #[test]
    fn a_good_sheet_becomes_a_tree_in_either_language() {
        let found = import(&GOOD);
        assert_eq!((found.report.accepted(), found.report.refused()), (4, 0), "{:?}", found.report);
        let paths: Vec<&str> = found.rows.iter().map(|org| org.path.as_str()).collect();
        assert_eq!(paths, ["/wq/", "/wq/edu/", "/wq/edu/edu-plan/", "/wq/edu/school-1/"]);
        assert_eq!(found.rows[1].name, Text::new("区教育局", "区教育局"), "no English name: the Chinese one");
        assert_eq!((found.rows[3].kind, found.rows[3].parent.clone()), (OrgKind::Unit, Some("edu".into())));

        let known = found.rows.into_iter().map(|org| (org.code.clone(), org)).collect();
        let english = ["Code", "parent code", "Kind", "Name*", "English name"];
        let below = [["class-1", "school-1", "UNIT", "一年级", "First Class"]];
        let more = import_organisation(&sheet(&english, &below), &known).unwrap();
        assert_eq!(more.rows[0].path, "/wq/edu/school-1/class-1/");
    }

    #[test]
    fn every_bad_cell_is_named_and_nothing_is_half_imported() {
        let long = "a".repeat(41);
        let bad = [
            ["xq", "", "区", "邻区", ""],
            ["fin", "edu", "部门", "财政局", ""],
            ["Fin", "wq", "部门", "财政局", ""],
            [long.as_str(), "wq", "部门", "财政局", ""],
            ["self", "self", "单位", "自己", ""],
            ["b", "a", "单位", "乙", ""],
            ["a", "b", "单位", "甲", ""],
            ["edu", "wq", "部门", "又一个教育局", ""],
            ["law", "wq", "科室", "法规科", ""],
            ["none", "", "单位", "", ""],
            ["odd", "wq", "委员会", "某委员会\n第二行", ""],
            ["wq2", "wq", "区", "又一个区", ""],
        ];
        let rows: Vec<[&str; 5]> = GOOD.into_iter().chain(bad).collect();
        let found = import(&rows);
        assert!(found.rows.is_empty(), "one bad row refuses the sheet");
        assert_eq!((found.report.accepted(), found.report.refused()), (4, 12), "{:?}", found.report);
        let said: Vec<String> = found.report.lines.iter().skip(4).map(|line| line.sentence(Lang::Zh)).collect();
        for (line, parts) in [
            (0, vec!["C6 机构类型有误：区已经存在，编码为“wq”"]),
            (1, vec!["B7 上级编码“edu”有误，部门的上级应为区"]),
            (2, vec!["A8 机构编码“Fin”只能用小写字母"]),
            (3, vec!["最长40个字符"]),
            (4, vec!["B10 上级编码“self”不存在"]),
            (5, vec!["B11 上级编码“a”不存在；上级机构须已存在，或者排在本行之前"]),
            (6, vec!["B12 上级编码“b”所在的第11行有误"]),
            (7, vec!["A13 机构编码与第3行的机构编码重复"]),
            (8, vec!["B14 上级编码“wq”有误，科室的上级应为部门"]),
            (9, vec!["D15 机构名称未填写", "上级编码未填写"]),
            (10, vec!["C16 机构类型“委员会”有误，应为区、部门、科室或单位", "D16 机构名称含有换行"]),
            (11, vec!["B17 上级编码应留空"]),
        ] {
            for part in parts {
                assert!(said[line].contains(part), "{part} is not in {}", said[line]);
            }
        }
        for line in &found.report.lines {
            assert!(line.refusals.iter().all(|reason| !reason.text.en.is_empty()), "{line:?}");
        }
    }

    #[test]
    fn what_is_there_already_is_refused_and_so_is_no_sheet() {
        let known: BTreeMap<_, _> = import(&GOOD).rows.into_iter().map(|org| (org.code.clone(), org)).collect();
        let again = import_organisation(&sheet(&ZH, &GOOD[1..2]), &known).unwrap();
        assert!(again.report.lines[0].sentence(Lang::Zh).contains("“edu”已存在"));
        let none = import_organisation(&sheet(&ZH, &[]), &known).unwrap_err();
        assert!(none.zh.contains("没有机构"));
        let short = import_organisation(&sheet(&ZH[..3], &GOOD), &known).unwrap_err();
        assert!(short.zh.contains("机构名称") || short.zh.contains("不认识"), "{}", short.zh);
    }
}
