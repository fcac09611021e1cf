//! A form as a template shows it: what is stored, or what was just typed, with the problems beside their fields.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    form::{Posted, SheetItem, Sheets},
    progress_view,
};
use crate::{
    app::shown::{Chip, Choice},
    definition::{Field, FieldKind, Form, Indicator, Lamp, Sign, Value},
    engine::refusal::FieldProblem,
    language::Text,
    money::{MoneyUnit, grouped},
};

/// Empty rows that an indicator table offers beyond the filled ones, so that it works without scripts.
const EMPTY_ROWS: usize = 3;
/// From this many characters on, a text gets a large box.
const LONG_TEXT_FROM: usize = 201;
/// The first level of an indicator, as the national frame names it.
pub const LEVELS: [&str; 4] = ["产出指标", "效益指标", "满意度指标", "成本指标"];

/// One field.
#[derive(Debug, Clone, Serialize)]
pub struct FieldView {
    /// Its name.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// A sentence that helps.
    pub hint: Option<Text>,
    /// `text`, `long-text`, `number`, `money`, `date`, `flag`, `choice`, `indicators`, `progress`, `scores`,
    /// `files`.
    pub kind: &'static str,
    /// Whether the step must leave it filled.
    pub required: bool,
    /// Whether this step may write it.
    pub editable: bool,
    /// Whether there is anything to show.
    pub filled: bool,
    /// What is wrong with it.
    pub problem: Option<Text>,
    /// Characters at most, for texts.
    pub max: usize,
    /// What stands in the box.
    pub typed: String,
    /// What people read when they cannot write it: an amount, a day, the title of an option.
    pub shown: Text,
    /// 元 or 万元, or empty while none is chosen.
    pub unit: String,
    /// The options of a choice, or yes and no.
    pub options: Vec<Choice>,
    /// The rows of an indicator table.
    pub rows: Vec<RowView>,
    /// The dimensions of a score sheet.
    pub groups: Vec<GroupView>,
    /// The sum of weights or points so far.
    pub total: String,
    /// The points a score sheet can give, or what weights must sum to.
    pub full: String,
    /// Stored files.
    pub files: Vec<FileView>,
}

/// A row of an indicator table, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RowView {
    /// Its number, as it is posted.
    pub no: usize,
    /// Its number, as people count.
    pub line: usize,
    /// The first levels to choose from.
    pub levels: Vec<Picked>,
    /// The first level.
    pub level1: String,
    /// The second level.
    pub level2: String,
    /// The indicator.
    pub level3: String,
    /// The signs to choose from.
    pub signs: Vec<Picked>,
    /// The sign.
    pub sign: String,
    /// The target.
    pub target: String,
    /// Its unit.
    pub unit: String,
    /// Its weight.
    pub weight: String,
    /// What was reached so far.
    pub so_far: String,
    /// What will be reached by the end of the year.
    pub forecast: String,
    /// The causes to choose from.
    pub causes: Vec<Choice>,
    /// The likelihoods to choose from.
    pub likelihoods: Vec<Choice>,
    /// Its lamp, once there is one.
    pub lamp: Option<Chip>,
}

/// An option that reads the same in both languages.
#[derive(Debug, Clone, Serialize)]
pub struct Picked {
    /// What is posted and read.
    pub name: String,
    /// Whether it is the present one.
    pub chosen: bool,
}

/// A dimension of a score sheet.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    /// What people read.
    pub title: Text,
    /// Its items.
    pub items: Vec<ItemView>,
}

/// An item of a score sheet.
#[derive(Debug, Clone, Serialize)]
pub struct ItemView {
    /// As it is posted.
    pub code: String,
    /// What people read.
    pub title: Text,
    /// The points it can get.
    pub max: String,
    /// The points it got, as typed.
    pub points: String,
}

/// A stored file.
#[derive(Debug, Clone, Serialize)]
pub struct FileView {
    /// Where it is.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The beginning of its hash, to compare by eye.
    pub mark: String,
}

/// What a form is drawn from.
pub struct Source<'a> {
    /// What is stored.
    pub form: &'a Form,
    /// The score sheets of policy.
    pub sheets: &'a Sheets,
    /// The address below which the files of the case are.
    pub files_at: &'a str,
    /// What the weights of an indicator table sum to, where policy knows one sum.
    pub weights: Option<Decimal>,
    /// The lamps of the rows of a progress table.
    pub lamps: &'a [Option<Lamp>],
    /// What was just typed; empty when the page is opened.
    pub typed: &'a [(String, String)],
    /// What is wrong with it.
    pub problems: &'a [FieldProblem],
}

/// Draws `fields`; `may_write` says which of them this step writes.
#[must_use]
pub fn draw(fields: &[Field], source: &Source<'_>, may_write: impl Fn(&Field) -> bool) -> Vec<FieldView> {
    let typed = Posted::new(source.typed);
    fields.iter().map(|field| draw_one(field, source, &typed, may_write(field))).collect()
}

fn draw_one(field: &Field, source: &Source<'_>, typed: &Posted<'_>, editable: bool) -> FieldView {
    let name = field.name.as_str();
    let value = source.form.get(&field.name);
    let mut view = FieldView {
        name: name.to_owned(),
        title: field.title.clone(),
        hint: field.hint.clone(),
        kind: kind(&field.kind),
        required: field.required,
        editable,
        filled: value.is_some(),
        problem: source.problems.iter().find(|p| p.field == name).map(|p| p.problem.clone()),
        max: if let FieldKind::Text { max } = field.kind { max } else { 0 },
        typed: String::new(),
        shown: Text::default(),
        unit: String::new(),
        options: Vec::new(),
        rows: Vec::new(),
        groups: Vec::new(),
        total: String::new(),
        full: String::new(),
        files: Vec::new(),
    };
    stored(&mut view, field, value, source.files_at);
    if editable && let Some(text) = typed.raw(name) {
        text.clone_into(&mut view.typed);
    }
    if editable && let Some(unit) = typed.raw(&format!("{name}.unit")) {
        unit.clone_into(&mut view.unit);
    }
    view.options = options(&field.kind, &view.typed);
    if field.kind == FieldKind::IndicatorTable {
        rows(&mut view, value, typed);
        view.full = source.weights.map(|sum| sum.normalize().to_string()).unwrap_or_default();
    }
    if field.kind == FieldKind::ProgressTable {
        progress_view::rows(&mut view, value, typed, source.lamps);
    }
    if let FieldKind::ScoreSheet(sheet) = &field.kind {
        let items = source.sheets.get(sheet).map_or(&[][..], Vec::as_slice);
        scores(&mut view, items, value, typed);
    }
    view
}

const fn kind(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { max } if *max >= LONG_TEXT_FROM => "long-text",
        FieldKind::Text { .. } => "text",
        FieldKind::Number => "number",
        FieldKind::Money => "money",
        FieldKind::Date => "date",
        FieldKind::Flag => "flag",
        FieldKind::Choice(_) => "choice",
        FieldKind::IndicatorTable => "indicators",
        FieldKind::ProgressTable => "progress",
        FieldKind::ScoreSheet(_) => "scores",
        FieldKind::Attachment { .. } => "files",
    }
}

/// Puts a stored value into the box and beside it.
fn stored(view: &mut FieldView, field: &Field, value: Option<&Value>, files_at: &str) {
    let Some(value) = value else { return };
    let same = |text: String| Text::new(text.clone(), text);
    match value {
        Value::Text(text) => {
            text.clone_into(&mut view.typed);
            view.shown = same(text.clone());
        }
        Value::Number(number) => {
            view.typed = number.normalize().to_string();
            view.shown = same(grouped(number.normalize()));
        }
        Value::Money(money) => {
            let unit = if money.fen() < MoneyUnit::Wan.fen() { MoneyUnit::Yuan } else { MoneyUnit::Wan };
            view.typed = money.in_unit(unit).to_string();
            unit.sign().clone_into(&mut view.unit);
            view.shown = same(money.to_string());
        }
        Value::Date(day) => {
            view.typed = day.to_string();
            view.shown = same(day.to_string());
        }
        Value::Flag(flag) => {
            view.typed = if *flag { "yes" } else { "no" }.to_owned();
            view.shown = if *flag { Text::new("是", "Yes") } else { Text::new("否", "No") };
        }
        Value::Choice(code) => {
            code.clone_into(&mut view.typed);
            view.shown = match &field.kind {
                FieldKind::Choice(options) => options.iter().find(|(c, _)| c == code).map(|(_, title)| title.clone()),
                FieldKind::Text { .. }
                | FieldKind::Number
                | FieldKind::Money
                | FieldKind::Date
                | FieldKind::Flag
                | FieldKind::IndicatorTable
                | FieldKind::ProgressTable
                | FieldKind::ScoreSheet(_)
                | FieldKind::Attachment { .. } => None,
            }
            .unwrap_or_else(|| same(code.clone()));
        }
        Value::Files(files) => {
            let file = |file: &crate::definition::FileRef| FileView {
                href: format!("{files_at}/{}", file.id),
                name: file.name.clone(),
                size: file.size,
                mark: file.hash.chars().take(8).collect(),
            };
            view.files = files.iter().map(file).collect();
        }
        Value::Indicators(_) | Value::Progress(_) | Value::Scores(_) => {}
    }
}

fn options(kind: &FieldKind, present: &str) -> Vec<Choice> {
    match kind {
        FieldKind::Choice(options) => {
            options.iter().map(|(code, title)| Choice::new(code, title.clone(), present)).collect()
        }
        FieldKind::Flag => {
            vec![Choice::new("yes", Text::new("是", "Yes"), present), Choice::new("no", Text::new("否", "No"), present)]
        }
        FieldKind::Text { .. }
        | FieldKind::Number
        | FieldKind::Money
        | FieldKind::Date
        | FieldKind::IndicatorTable
        | FieldKind::ProgressTable
        | FieldKind::ScoreSheet(_)
        | FieldKind::Attachment { .. } => Vec::new(),
    }
}

/// The rows as typed when the page was just posted, else as stored; a table to write in offers empty ones as well.
fn rows(view: &mut FieldView, value: Option<&Value>, typed: &Posted<'_>) {
    let numbers = typed.rows(&view.name);
    if view.editable && !numbers.is_empty() {
        let cell = |no: usize, column: &str| typed.raw(&format!("{}.{no}.{column}", view.name)).unwrap_or_default();
        view.rows = numbers
            .into_iter()
            .map(|no| RowView {
                no,
                level1: cell(no, "level1").to_owned(),
                level2: cell(no, "level2").to_owned(),
                level3: cell(no, "level3").to_owned(),
                sign: cell(no, "sign").to_owned(),
                target: cell(no, "target").to_owned(),
                unit: cell(no, "unit").to_owned(),
                weight: cell(no, "weight").to_owned(),
                ..RowView::default()
            })
            .collect();
    } else if let Some(Value::Indicators(indicators)) = value {
        view.rows = indicators.iter().enumerate().map(|(no, indicator)| row(no, indicator)).collect();
    }
    let total: Decimal = view.rows.iter().filter_map(|row| row.weight.trim().parse::<Decimal>().ok()).sum();
    view.total = total.normalize().to_string();
    if view.editable {
        let next = view.rows.iter().map(|row| row.no + 1).max().unwrap_or_default();
        let empty = |no| RowView { no, ..RowView::default() };
        view.rows.extend((next..next + EMPTY_ROWS).map(empty));
    }
    for (index, row) in view.rows.iter_mut().enumerate() {
        row.line = index + 1;
        row.levels = picked(&LEVELS, &row.level1);
        let signs = [Sign::AtLeast, Sign::AtMost, Sign::Exactly, Sign::Qualitative].map(Sign::text);
        row.signs = picked(&signs, &row.sign);
    }
}

fn picked(names: &[&str], present: &str) -> Vec<Picked> {
    let mut options: Vec<Picked> =
        names.iter().map(|name| Picked { name: (*name).to_owned(), chosen: *name == present }).collect();
    // A level from an older frame stays what it was.
    if !present.is_empty() && !names.contains(&present) {
        options.push(Picked { name: present.to_owned(), chosen: true });
    }
    options
}

pub(super) fn row(no: usize, indicator: &Indicator) -> RowView {
    RowView {
        no,
        level1: indicator.level1.clone(),
        level2: indicator.level2.clone(),
        level3: indicator.level3.clone(),
        sign: indicator.sign.text().to_owned(),
        target: indicator.target.clone(),
        unit: indicator.unit.clone(),
        weight: indicator.weight.normalize().to_string(),
        ..RowView::default()
    }
}

fn scores(view: &mut FieldView, items: &[SheetItem], value: Option<&Value>, typed: &Posted<'_>) {
    let held = if let Some(Value::Scores(scores)) = value { Some(scores) } else { None };
    let mut total = Decimal::ZERO;
    for item in items {
        let stored = held.and_then(|scores| scores.get(&item.code)).map(|points| points.normalize().to_string());
        let just_typed = typed.raw(&format!("{}.{}", view.name, item.code)).filter(|_| view.editable);
        let points = just_typed.map(str::to_owned).or(stored).unwrap_or_default();
        total += points.trim().parse::<Decimal>().unwrap_or_default();
        let drawn = ItemView {
            code: item.code.clone(),
            title: item.title.clone(),
            max: item.points_max.normalize().to_string(),
            points,
        };
        match view.groups.last_mut() {
            Some(group) if group.title == item.group => group.items.push(drawn),
            Some(_) | None => view.groups.push(GroupView { title: item.group.clone(), items: vec![drawn] }),
        }
    }
    view.total = total.normalize().to_string();
    view.full = items.iter().map(|item| item.points_max).sum::<Decimal>().normalize().to_string();
}

#[cfg(test)]
#[path = "form_view_tests.rs"]
mod tests;
