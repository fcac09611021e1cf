//! What ships is read, what is wrong is named, and the days agree with the State Council's notices.

use std::{collections::BTreeMap, fs, path::Path};

use chrono::{NaiveDate, TimeZone as _};
use rust_decimal::Decimal;

use super::{Policy, calendar::Calendar, indicators::TableRule};
use crate::{
    clock::{Instant, ZONE},
    definition::{Citation, Indicator, Sign, condition::Term, span::Span},
    language::Lang,
};

fn shipped() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/policy");
    let mut files = Vec::new();
    for (folder, prefix) in [(folder.clone(), "policy/"), (folder.join("calendar"), "policy/calendar/")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                files.push((format!("{prefix}{name}"), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

fn policy() -> Policy {
    Policy::read(&shipped()).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(day: &str, hour: u32, minute: u32) -> Instant {
    let naive = day.parse::<NaiveDate>().unwrap().and_hms_opt(hour, minute, 0).unwrap();
    ZONE.from_local_datetime(&naive).unwrap().to_utc()
}

fn end_of(day: &str) -> Instant {
    let naive = day.parse::<NaiveDate>().unwrap().and_hms_opt(23, 59, 59).unwrap();
    ZONE.from_local_datetime(&naive).unwrap().to_utc()
}

/// The shipped files with one of them replaced.
fn with(path: &str, change: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let files = shipped();
    assert!(files.iter().any(|(found, _)| found == path), "{path} is not shipped");
    files
        .into_iter()
        .map(|(found, source)| if found == path { (found, change(&source)) } else { (found, source) })
        .collect()
}

fn sentences(files: &[(String, String)]) -> String {
    Policy::read(files).err().unwrap_or_default().iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn the_calendar_agrees_with_the_notices_day_by_day() {
    let json = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calendar-cn.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut expected = Calendar::default();
    for (year, days) in json["years"].as_object().unwrap() {
        expected.years.insert(year.parse().unwrap());
        let dates = |key: &str| -> Vec<NaiveDate> {
            days[key].as_array().unwrap().iter().map(|entry| day(entry["date"].as_str().unwrap())).collect()
        };
        expected.days_off.extend(dates("days_off"));
        expected.makeup_workdays.extend(dates("makeup_workdays"));
    }
    let calendar = policy().calendar;
    assert_eq!(calendar.years, expected.years);
    assert_eq!(calendar.days_off, expected.days_off);
    assert_eq!(calendar.makeup_workdays, expected.makeup_workdays);
}

#[test]
fn working_days_follow_the_make_up_days() {
    let calendar = policy().calendar;
    for worked in ["2025-01-26", "2025-10-11", "2024-02-04", "2026-02-14", "2026-11-23"] {
        assert!(calendar.is_working_day(day(worked)), "{worked}");
    }
    for off in ["2025-01-28", "2025-10-08", "2024-02-12", "2026-10-01", "2026-11-22"] {
        assert!(!calendar.is_working_day(day(off)), "{off}");
    }
    assert!(!calendar.is_provisional(day("2026-12-31")));
    assert!(calendar.is_provisional(day("2027-01-04")));
}

#[test]
fn what_the_place_decides_for_itself_goes_before_the_notice() {
    let local = |additions: &str| {
        let add = |source: &str| format!("{source}additions:\n{additions}");
        Policy::read(&with("policy/calendar/2026.yaml", add))
    };
    let calendar = local(
        "  - { day: 2026-07-01, is: off, document: 津武政办〔2026〕3号 }
  - { day: 2026-10-08, is: off, document: 津武政办〔2026〕9号 }
  - { day: 2026-10-07, is: worked, document: 津武政办〔2026〕9号 }
  - { day: 2026-10-10, is: off, document: 津武政办〔2026〕9号 }
",
    )
    .unwrap()
    .calendar;
    for off in ["2026-07-01", "2026-10-08", "2026-10-10"] {
        assert!(!calendar.is_working_day(day(off)), "{off}");
    }
    assert!(calendar.is_working_day(day("2026-10-07")));
    let wrong = "  - { day: 2026-07-02, is: worked, document: 无 }
  - { day: 2025-07-01, is: off, document: 无 }
  - { day: 2026-07-03, is: off, document: ' ' }
";
    assert_eq!(local(wrong).unwrap_err().len(), 3, "worked anyway, another year, no document");
}

#[test]
fn deadlines_step_over_the_national_holiday() {
    let calendar = policy().calendar;
    let from = at("2025-09-26", 10, 0); // Friday; Sunday 28 September is worked, 1 to 8 October are not
    assert_eq!(calendar.deadline(from, Span::WorkingDays(1)), end_of("2025-09-28"));
    assert_eq!(calendar.deadline(from, Span::WorkingDays(4)), end_of("2025-10-09"));
    assert_eq!(calendar.deadline(from, Span::WorkingDays(6)), end_of("2025-10-11"));
    assert_eq!(calendar.deadline(from, Span::Days(20)), end_of("2025-10-16"));
    assert_eq!(calendar.deadline(from, Span::Hours(2)), at("2025-09-26", 12, 0));
}

#[test]
fn a_working_day_has_eight_office_hours() {
    let calendar = policy().calendar;
    let open = at("2026-11-23", 8, 30);
    assert_eq!(calendar.deadline(open, Span::WorkingHours(8)), at("2026-11-23", 18, 0));
    assert_eq!(calendar.deadline(open, Span::WorkingHours(9)), at("2026-11-24", 9, 30));
    assert_eq!(calendar.deadline(at("2026-11-23", 11, 30), Span::WorkingHours(1)), at("2026-11-23", 14, 0));
    assert_eq!(calendar.deadline(at("2026-11-23", 12, 45), Span::WorkingHours(1)), at("2026-11-23", 14, 30));
    assert_eq!(calendar.deadline(at("2026-11-21", 9, 0), Span::WorkingHours(2)), at("2026-11-23", 10, 30));
    let later = at("2026-11-23", 9, 0) + chrono::TimeDelta::seconds(20);
    assert_eq!(calendar.deadline(later, Span::WorkingHours(1)), at("2026-11-23", 10, 1), "never early");
}

#[test]
fn thresholds_hold_from_their_day_on_and_keep_their_type() {
    let thresholds = policy().thresholds;
    assert!(thresholds.get("finance_leader_threshold", day("2023-12-31")).is_none());
    let names = thresholds.names(day("2026-11-23"));
    assert_eq!(names.get("policy.finance_leader_threshold"), Some(&Term::Money(500_000_000)));
    assert_eq!(names.get("policy.assessment_department_threshold"), Some(&Term::Money(100_000_000)));
    assert_eq!(names.get("policy.assessment_finance_threshold"), Some(&Term::Money(500_000_000)));
    assert_eq!(names.get("policy.budget_disclosure_days"), Some(&Term::Int(20)));
    assert_eq!(thresholds.types().len(), names.len());
}

#[test]
fn every_cited_article_is_registered() {
    let rules = policy().rules;
    for (rule, clause) in [
        ("wuqing-plan", "二(二)1"),
        ("wuqing-plan", "二(二)2"),
        ("mof-2015-88", "25"),
        ("mof-2015-88", "27"),
        ("supervision-law", "37"),
        ("tianjin-2020-19", "3"),
    ] {
        let citation = Citation { rule: rule.into(), clause: clause.into() };
        let article = rules.article(&citation).unwrap_or_else(|| panic!("{rule} {clause}"));
        assert!(!article.summary.get(Lang::Zh).is_empty() && !article.summary.get(Lang::En).is_empty());
    }
    assert!(rules.article(&Citation { rule: "wuqing-plan".into(), clause: "九".into() }).is_none());
}

#[test]
fn the_shipped_sheets_have_a_hundred_points_and_grade_them() {
    let scoring = policy().scoring;
    let sheet = &scoring.sheets["assessment-project"];
    assert_eq!(sheet.dimensions.len(), 5);
    for dimension in &sheet.dimensions {
        assert_eq!((dimension.items.len(), dimension.points()), (2, Decimal::from(20)), "{}", dimension.name);
    }
    let points: Vec<Decimal> = scoring.sheets["target-review"].items().map(|item| item.points).collect();
    assert_eq!(points, [20, 30, 30, 20].map(Decimal::from));
    for (total, grade) in [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.99", "good"),
        ("80", "good"),
        ("79", "fair"),
        ("59.99", "poor"),
        ("0", "poor"),
    ] {
        assert_eq!(sheet.grade(total.parse().unwrap()).unwrap().name, grade, "{total}");
    }
}

#[test]
fn scores_outside_the_sheet_are_named() {
    let scoring = policy().scoring;
    let sheet = &scoring.sheets["target-review"];
    let full: BTreeMap<String, Decimal> = sheet.items().map(|item| (item.name.clone(), item.points)).collect();
    assert_eq!(sheet.problems(&full), []);
    assert_eq!(sheet.total(&full), Decimal::ONE_HUNDRED);
    let mut wrong = full;
    wrong.insert("completeness".into(), "20.5".parse().unwrap());
    wrong.insert("relevance".into(), "1.234".parse().unwrap());
    wrong.remove("adequacy");
    wrong.insert("beauty".into(), Decimal::ONE);
    let said: Vec<String> = sheet.problems(&wrong).into_iter().map(|text| text.zh).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said.iter().any(|text| text.contains("应在0至20分之间")), "{said:?}");
}

fn row(level3: &str, sign: Sign, target: &str, weight: i64) -> Indicator {
    Indicator {
        level1: "产出指标".into(),
        level2: "数量指标".into(),
        level3: level3.into(),
        sign,
        target: target.into(),
        unit: "个".into(),
        weight: weight.into(),
    }
}

fn said(rule: &TableRule, rows: &[Indicator]) -> Vec<String> {
    rule.problems(rows, &policy().scoring.template_prompts).into_iter().map(|problem| problem.text.zh).collect()
}

#[test]
fn a_sound_indicator_table_passes() {
    let scoring = policy().scoring;
    let rule = &scoring.indicator_tables["with-execution"];
    let rows = [
        row("改造泵站数量", Sign::AtLeast, "12", 50),
        row("设备完好率", Sign::AtLeast, "95%", 30),
        row("环境改善", Sign::Qualitative, "显著改善", 10),
    ];
    assert_eq!(said(rule, &rows), Vec::<String>::new());
}

#[test]
fn what_published_tables_get_wrong_is_found_by_row() {
    let scoring = policy().scoring;
    let rule = &scoring.indicator_tables["with-execution"];
    let mut foreign = row("满意度", Sign::AtLeast, "90", 10);
    foreign.level1 = "其他".into();
    let rows = [
        row("改造泵站数量", Sign::AtLeast, "若干", 50),
        row("改造泵站数量", Sign::AtLeast, "", 10),
        row("填写三级指标", Sign::Exactly, "XX", 10),
        row("资金到位率", Sign::Exactly, "100", 0),
        foreign,
    ];
    let said = said(rule, &rows);
    for expected in [
        "第1行：符号为“≥”，指标值“若干”却不是数字；定性指标请选“定性”",
        "第2行：指标值未填写",
        "第2行：与第1行同名：“改造泵站数量”",
        "第3行：保留了模板提示语“XX”，请填写实际内容",
        "第4行：权重应大于0",
        "第5行：一级指标“其他”应为成本指标、产出指标、效益指标、满意度指标之一",
        "指标权重合计为80分，应为90分（预算执行率另计10分，共100分）",
    ] {
        assert!(said.iter().any(|text| text == expected), "{expected} is not in {said:#?}");
    }
    assert_eq!(said.len(), 7, "{said:#?}");
}

#[test]
fn every_problem_of_every_file_comes_at_once() {
    let files: Vec<_> = shipped()
        .into_iter()
        .map(|(path, source)| match path.as_str() {
            "policy/thresholds.yaml" => {
                (path, source.replacen("value: \"100\"", "value: hundred", 1).replacen("unit: \"%\"", "unit: 里", 1))
            }
            "policy/scoring.yaml" => (path, source.replacen("points: \"10\"", "points: \"11\"", 1)),
            "policy/calendar/2025.yaml" => (path, source.replacen("2025-01-26", "2025-01-27", 1)),
            _ => (path, source),
        })
        .collect();
    let said = sentences(&files);
    for expected in
        ["assessment_department_threshold", "execution_reason_floor", "sum to 101", "2025-01-27 is no weekend day"]
    {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
}

#[test]
fn an_unknown_field_a_missing_file_and_an_unregistered_document_are_refused() {
    let typo = with("policy/thresholds.yaml", |source| source.replacen("    standing:", "    standings:", 1));
    let refused = sentences(&typo);
    assert!(refused.contains("policy/thresholds.yaml:12:") && refused.contains("standings"), "{refused}");
    let cut = with("policy/rules.yaml", |source| source.replacen("en: Tianjin's", "en: Tianjin's, cut by a comma", 1));
    assert!(sentences(&cut).contains("cut by a comma"), "{}", sentences(&cut));
    let without: Vec<_> = shipped().into_iter().filter(|(path, _)| path != "policy/rules.yaml").collect();
    assert!(sentences(&without).contains("policy/rules.yaml: the file is missing"));
    let foreign =
        with("policy/scoring.yaml", |source| source.replacen("document: mof-2015-88", "document: hearsay", 1));
    assert!(sentences(&foreign).contains("hearsay"));
    let clause = with("policy/thresholds.yaml", |source| source.replacen(r#"["52", "80"]"#, r#"["52", "81"]"#, 1));
    assert!(sentences(&clause).contains("clause “81” of “budget-law”"), "{}", sentences(&clause));
    let twice = with("policy/thresholds.yaml", |source| {
        source.replacen("name: assessment_finance_threshold", "name: assessment_department_threshold", 1)
    });
    assert!(sentences(&twice).contains("two values for the same day"));
}

#[test]
fn aliases_and_depth_stop_at_the_door() {
    let bomb = with("policy/rules.yaml", |_| "rules: [&a [x], *a, *a]".to_owned());
    assert!(sentences(&bomb).contains("policy/rules.yaml"));
    let deep = with("policy/rules.yaml", |_| format!("rules: {}{}", "[".repeat(200), "]".repeat(200)));
    assert!(sentences(&deep).contains("policy/rules.yaml"));
    let large = with("policy/rules.yaml", |source| format!("{source}#{}", "x".repeat(300 * 1024)));
    assert!(sentences(&large).contains("larger than 256 KB"));
}

#[test]
fn every_article_that_a_shipped_definition_cites_is_registered() {
    let rules = policy().rules;
    let citation = regex::Regex::new(r#"rule: ([a-z0-9-]+), clause: "?([^",}]+?)"? *}"#).unwrap();
    let mut cited = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows")).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        for found in citation.captures_iter(&fs::read_to_string(&path).unwrap()) {
            let citation = Citation { rule: found[1].to_owned(), clause: found[2].to_owned() };
            assert!(rules.article(&citation).is_some(), "{}: {citation:?}", path.display());
            cited += 1;
        }
    }
    assert!(cited >= 10, "the definitions cite {cited} articles");
}
