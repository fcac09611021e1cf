//! The form: its fields and their types.

use super::{
    clocks,
    reader::{Map, Reader, Unique},
};
use crate::{
    definition::{
        clocks::{Carried, Computed},
        condition::TermType,
        model::{Field, FieldKind},
        problem::{Spot, names::Thing, types},
        registry,
        tree::Node,
    },
    language::Text,
};

/// The form with the place of each field.
pub(super) struct Fields {
    pub(super) fields: Vec<Field>,
    pub(super) spots: Vec<Spot>,
}

impl Fields {
    pub(super) fn names(&self) -> Vec<&str> {
        self.fields.iter().map(|field| field.name.as_str()).collect()
    }

    pub(super) fn kind(&self, name: &str) -> Option<&FieldKind> {
        self.fields.iter().find(|field| field.name.as_str() == name).map(|field| &field.kind)
    }
}

/// The types of fields.
pub(in crate::definition) const TYPES: &[&str] = &[
    "text",
    "number",
    "money",
    "date",
    "flag",
    "choice",
    "indicator-table",
    "progress-table",
    "score-sheet",
    "attachment",
];

pub(in crate::definition) const TEXT_MAX: usize = 20_000;
const TEXT_DEFAULT: usize = 200;
const FILES_MAX: usize = 50;
const FILES_DEFAULT: usize = 10;

const KEYS: &[&str] =
    &["name", "type", "title", "hint", "required", "max", "options", "sheet", "zero", "from", "computed"];
const EXAMPLE: &str = "{ name: amount, type: money, required: true }";

pub(super) fn read(reader: &mut Reader<'_>, map: &Map<'_>) -> Fields {
    let mut form = Fields { fields: Vec::new(), spots: Vec::new() };
    let Some(node) = reader.required(map, "form", "form: [{ name: amount, type: money, required: true }]") else {
        return form;
    };
    let mut unique = Unique::new();
    for item in reader.list(node, EXAMPLE).unwrap_or_default() {
        if let Some((field, spot)) = field(reader, item, &mut unique) {
            form.fields.push(field);
            form.spots.push(spot);
        }
    }
    form
}

fn field(reader: &mut Reader<'_>, node: &Node, unique: &mut Unique) -> Option<(Field, Spot)> {
    let map = reader.map(node, KEYS, EXAMPLE)?;
    let name_node = reader.required(&map, "name", "name: amount");
    let name = name_node.and_then(|node| reader.name(node, '_', "annual_goal"));
    let spot = name_node.map_or(map.spot, |node| node.spot);
    if let Some(name) = name {
        unique.claim(reader, spot, name);
    }
    let computed = clocks::computed(reader, &map);
    let kind = kind(reader, &map, computed);
    let from = carried(reader, &map);
    let title = reader.both(&map, "title");
    let hint = reader.both(&map, "hint");
    let required = reader.flag(&map, "required");
    let name = name?;
    let title = title.unwrap_or_else(|| Text::new(name, name));
    let may_be_zero = map.get("zero").and_then(|node| reader.word(node, &["allowed"])).is_some();
    let name = name.into();
    Some((Field { name, title, hint, kind: kind?, required, may_be_zero, from, computed }, spot))
}

fn kind(reader: &mut Reader<'_>, map: &Map<'_>, computed: Option<Computed>) -> Option<FieldKind> {
    let node = reader.required(map, "type", "type: text")?;
    let kind = reader.known(node, Thing::FieldType, TYPES)?;
    let owned: [(&str, &[&str]); 4] =
        [("max", &["text", "attachment"]), ("options", &["choice"]), ("sheet", &["score-sheet"]), ("zero", &["money"])];
    for (key, owners) in owned {
        if let (Some(entry), false) = (map.entry(key), owners.contains(&kind)) {
            reader.report(types::key_of_another_type(entry.spot, key, kind));
        }
    }
    if let Some(computed) = computed {
        return clocks::computed_kind(reader, map, (computed, kind, node.spot));
    }
    match kind {
        "text" => Some(FieldKind::Text { max: reader.count(map, "max", TEXT_DEFAULT, TEXT_MAX) }),
        "number" => Some(FieldKind::Number),
        "money" => Some(FieldKind::Money),
        "date" => Some(FieldKind::Date),
        "flag" => Some(FieldKind::Flag),
        "choice" => Some(FieldKind::Choice(options(reader, map))),
        "indicator-table" => Some(FieldKind::IndicatorTable),
        "progress-table" => {
            reader.required(map, "from", "from: { fact: targets, field: indicators }");
            Some(FieldKind::ProgressTable)
        }
        "score-sheet" => sheet(reader, map),
        _ => Some(FieldKind::Attachment { max: reader.count(map, "max", FILES_DEFAULT, FILES_MAX) }),
    }
}

/// Where a value comes from when a case starts.
fn carried(reader: &mut Reader<'_>, map: &Map<'_>) -> Option<Carried> {
    const EXAMPLE: &str = "from: { fact: targets, field: indicators }";
    let own = reader.map(map.get("from")?, &["fact", "field"], EXAMPLE)?;
    let known: Vec<_> = registry::FACTS.iter().map(|fact| fact.entry.name).collect();
    let fact = reader.required(&own, "fact", "fact: targets").and_then(|n| reader.known(n, Thing::Fact, &known));
    let field = reader.required(&own, "field", "field: indicators").and_then(|n| reader.name(n, '_', "indicators"));
    Some(Carried { fact: fact?.into(), field: field?.into() })
}

fn sheet(reader: &mut Reader<'_>, map: &Map<'_>) -> Option<FieldKind> {
    let node = reader.required(map, "sheet", "sheet: assessment-project")?;
    let known: Vec<_> = reader.vocabulary.score_sheets.iter().map(String::as_str).collect();
    reader.known(node, Thing::ScoreSheet, &known).map(|sheet| FieldKind::ScoreSheet(sheet.to_owned()))
}

fn options(reader: &mut Reader<'_>, map: &Map<'_>) -> Vec<(String, Text)> {
    const EXAMPLE: &str = "options: [{ value: renewal, title: { zh-CN: 到期续设, en: Renewal } }]";
    let Some(node) = reader.required(map, "options", EXAMPLE) else { return Vec::new() };
    let items = reader.list(node, EXAMPLE).unwrap_or_default();
    let mut unique = Unique::new();
    let mut options = Vec::new();
    for item in items {
        let Some(option) = reader.map(item, &["value", "title"], EXAMPLE) else { continue };
        let value_node = reader.required(&option, "value", "value: renewal");
        let value = value_node.and_then(|node| reader.name(node, '-', "renewal"));
        reader.required(&option, "title", "title: { zh-CN: 到期续设, en: Renewal }");
        let title = reader.both(&option, "title");
        if let (Some(node), Some(value)) = (value_node, value) {
            unique.claim(reader, node.spot, value);
            options.push((value.to_owned(), title.unwrap_or_default()));
        }
    }
    if items.is_empty() {
        reader.report(types::empty(node.spot, EXAMPLE));
    }
    options
}

/// What conditions see of a field.
pub(super) fn term_type(kind: &FieldKind) -> TermType {
    match kind {
        FieldKind::Text { .. } => TermType::Text,
        FieldKind::Money => TermType::Money,
        FieldKind::Date => TermType::Date,
        FieldKind::Flag => TermType::Flag,
        FieldKind::Choice(options) => TermType::OneOf(options.iter().map(|(value, _)| value.clone()).collect()),
        FieldKind::Number
        | FieldKind::IndicatorTable
        | FieldKind::ProgressTable
        | FieldKind::ScoreSheet(_)
        | FieldKind::Attachment { .. } => TermType::Unreadable,
    }
}
