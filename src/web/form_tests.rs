use super::*;

fn field(name: &str, kind: FieldKind) -> Field {
    Field { required: true, ..Field::new(name, Text::new(format!("栏目{name}"), name), kind) }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read_one(kind: FieldKind, posted: &[(&str, &str)]) -> Reading {
    let sheet = vec![SheetItem {
        code: "need".into(),
        group: Text::new("立项必要性", "Need"),
        title: Text::new("政策依据", "Basis"),
        points_max: Decimal::from(10),
    }];
    read(&[&field("x", kind)], &Sheets::from([("ex-ante".to_owned(), sheet)]), &pairs(posted))
}

fn problem(kind: FieldKind, posted: &[(&str, &str)]) -> Text {
    let reading = read_one(kind, posted);
    assert_eq!(reading.problems.len(), 1, "{reading:?}");
    assert!(reading.form.is_empty(), "{reading:?}");
    reading.problems[0].problem.clone()
}

fn held(kind: FieldKind, posted: &[(&str, &str)]) -> Value {
    let reading = read_one(kind, posted);
    assert_eq!(reading.problems, Vec::new());
    reading.form[&"x".into()].clone()
}

#[test]
fn an_amount_is_read_in_the_unit_beside_it() {
    let yuan = held(FieldKind::Money, &[("f.x", "1,234.5"), ("f.x.unit", "元")]);
    assert_eq!(yuan, Value::Money(Money::from_fen(123_450).unwrap()));
    let wan = held(FieldKind::Money, &[("f.x", " 43.2 "), ("f.x.unit", "万元")]);
    assert_eq!(wan, Value::Money(Money::from_fen(43_200_000).unwrap()));
}

#[test]
fn an_amount_without_unit_or_in_a_wrong_unit_is_refused_with_a_sentence() {
    assert!(problem(FieldKind::Money, &[("f.x", "43")]).zh.contains("单位"));
    assert!(problem(FieldKind::Money, &[("f.x", "43"), ("f.x.unit", "亿")]).zh.contains("单位"));
    assert!(problem(FieldKind::Money, &[("f.x", "43万元"), ("f.x.unit", "元")]).zh.contains("不是金额"));
    assert!(problem(FieldKind::Money, &[("f.x", "1.234"), ("f.x.unit", "元")]).en.contains("decimals"));
    assert!(problem(FieldKind::Money, &[("f.x", "12000000000"), ("f.x.unit", "万元")]).zh.contains("误选"));
}

#[test]
fn a_field_that_the_step_does_not_have_is_refused() {
    let reading = read_one(FieldKind::Flag, &[("f.x", "yes"), ("f.amount", "1"), ("f.x.unit", "元"), ("csrf", "t")]);
    let fields: Vec<_> = reading.problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(fields, ["amount", "x.unit"]);
}

#[test]
fn text_is_bounded_in_characters_and_line_breaks_are_one_kind() {
    assert_eq!(held(FieldKind::Text { max: 4 }, &[("f.x", "一\r\n二三")]), Value::Text("一\n二三".into()));
    assert!(problem(FieldKind::Text { max: 3 }, &[("f.x", "一二三四五")]).zh.contains("删减2个字"));
    assert!(problem(FieldKind::Text { max: 9 }, &[("f.x", "a\u{8}b")]).zh.contains("控制字符"));
}

#[test]
fn nothing_typed_is_an_empty_field_and_no_problem() {
    let reading = read_one(FieldKind::Date, &[("f.x", "  ")]);
    assert_eq!(reading.cleared, vec!["x".into()]);
    assert!(reading.form.is_empty() && reading.problems.is_empty());
}

#[test]
fn dates_numbers_flags_and_choices_say_how_to_write_them() {
    assert!(problem(FieldKind::Date, &[("f.x", "2027-02-30")]).zh.contains("不是有效日期"));
    assert!(problem(FieldKind::Number, &[("f.x", "十二")]).en.contains("not a number"));
    assert!(problem(FieldKind::Flag, &[("f.x", "maybe")]).zh.contains("是"));
    let options = vec![("a".to_owned(), Text::new("甲", "A"))];
    assert!(problem(FieldKind::Choice(options.clone()), &[("f.x", "b")]).zh.contains("选项"));
    assert_eq!(held(FieldKind::Choice(options), &[("f.x", "a")]), Value::Choice("a".into()));
    assert_eq!(held(FieldKind::Number, &[("f.x", "1,200.5")]), Value::Number(Decimal::new(12005, 1)));
}

fn row(number: usize, cells: [&str; 7]) -> Vec<(String, String)> {
    COLUMNS.iter().zip(cells).map(|(column, cell)| (format!("f.x.{number}.{column}"), cell.to_owned())).collect()
}

#[test]
fn indicator_rows_keep_their_order_and_empty_ones_are_skipped() {
    let mut posted = row(10, ["效益指标", "社会效益", "受益人数", ">=", "300", "人", "30"]);
    posted.extend(row(2, ["产出指标", "数量指标", "改造面积", "≥", "1200", "平方米", "50.5"]));
    posted.extend(row(3, ["产出指标", "", "", "≥", "", "", ""]));
    let reading = read(&[&field("x", FieldKind::IndicatorTable)], &Sheets::new(), &posted);
    assert_eq!(reading.problems, Vec::new());
    let Value::Indicators(rows) = &reading.form[&"x".into()] else { panic!("no indicators") };
    assert_eq!(rows.iter().map(|row| row.level3.as_str()).collect::<Vec<_>>(), ["改造面积", "受益人数"]);
    assert_eq!((rows[0].weight, rows[1].sign), (Decimal::new(505, 1), Sign::AtLeast));
}

#[test]
fn an_indicator_problem_names_its_row() {
    let mut posted = row(0, ["产出指标", "数量指标", "改造面积", "≥", "1200", "平方米", "50"]);
    posted.extend(row(1, ["产出指标", "数量指标", "受益人数", "≥", "许多", "人", "50"]));
    let reading = read(&[&field("x", FieldKind::IndicatorTable)], &Sheets::new(), &posted);
    assert!(reading.problems[0].problem.zh.starts_with("第2行：指标值“许多”不是数字"), "{reading:?}");
}

#[test]
fn a_row_beyond_the_bound_is_a_stranger() {
    let posted = row(INDICATOR_ROWS_MAX, ["产出指标", "数量指标", "面积", "≥", "1", "", "1"]);
    let reading = read(&[&field("x", FieldKind::IndicatorTable)], &Sheets::new(), &posted);
    assert_eq!(reading.problems.len(), COLUMNS.len());
}

#[test]
fn points_stay_within_their_item() {
    let sheet = || FieldKind::ScoreSheet("ex-ante".into());
    assert_eq!(held(sheet(), &[("f.x.need", "8.5")]), Value::Scores([("need".into(), Decimal::new(85, 1))].into()));
    assert!(problem(sheet(), &[("f.x.need", "11")]).zh.contains("0到10"));
    assert_eq!(read_one(sheet(), &[("f.x.other", "1")]).problems[0].field, "x.other");
}

#[test]
fn every_problem_is_reported_at_once_in_the_order_of_the_form() {
    let fields = [field("day", FieldKind::Date), field("sum", FieldKind::Money), field("ok", FieldKind::Flag)];
    let posted = pairs(&[("f.sum", "1"), ("f.day", "x"), ("f.ok", "yes")]);
    let reading = read(&fields.iter().collect::<Vec<_>>(), &Sheets::new(), &posted);
    assert_eq!(reading.problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), ["day", "sum"]);
    assert_eq!(reading.form.len(), 1);
}
