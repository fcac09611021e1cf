use super::*;

fn drawn(kind: FieldKind, form: &Form, typed: &[(&str, &str)]) -> FieldView {
    let field = Field::new("x", Text::new("甲", "A"), kind);
    let typed: Vec<_> = typed.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let source =
        Source { form, sheets: &Sheets::new(), weights: None, files_at: "", lamps: &[], typed: &typed, problems: &[] };
    draw(&[field], &source, |_| true).remove(0)
}

#[test]
fn what_was_typed_is_kept_even_when_it_is_wrong() {
    let form = Form::from([("x".into(), Value::Money(crate::money::Money::from_fen(100).unwrap()))]);
    let view = drawn(FieldKind::Money, &form, &[("f.x", "十万"), ("f.x.unit", "万元")]);
    assert_eq!((view.typed.as_str(), view.unit.as_str()), ("十万", "万元"));
}

#[test]
fn an_empty_table_offers_rows_to_write_in() {
    let view = drawn(FieldKind::IndicatorTable, &Form::new(), &[]);
    assert_eq!(view.rows.iter().map(|row| (row.no, row.line)).collect::<Vec<_>>(), [(0, 1), (1, 2), (2, 3)]);
    assert_eq!(view.total, "0");
}

#[test]
fn typed_rows_come_back_with_their_sum() {
    let typed = [("f.x.4.level3", "面积"), ("f.x.4.weight", "40"), ("f.x.7.weight", "2.50"), ("f.x.7.level3", "")];
    let view = drawn(FieldKind::IndicatorTable, &Form::new(), &typed);
    assert_eq!(view.rows.len(), 2 + EMPTY_ROWS);
    assert_eq!((view.rows[0].level3.as_str(), view.total.as_str()), ("面积", "42.5"));
}
