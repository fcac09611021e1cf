//! What stands above the form: the workflow's name, its articles, its outcomes, who may start it.

use super::{
    reader::{Map, Reader, Unique},
    who,
};
use crate::{
    definition::{
        model::{About, Citation, Outcome, Who, WorkflowName},
        number::{NumberPart, NumberPattern},
        problem::{Spot, names::Thing, types},
        registry,
        title::{self, TitlePattern},
        tree::Node,
    },
    language::Text,
};

pub(super) struct Header {
    pub(super) name: WorkflowName,
    pub(super) title: Text,
    pub(super) about: About,
    pub(super) basis: Vec<Citation>,
    pub(super) outcomes: Vec<(Outcome, Spot)>,
    pub(super) starters: Who,
    pub(super) number: NumberPattern,
    pub(super) case_title: Option<TitlePattern>,
}

impl Header {
    pub(super) fn outcome_names(&self) -> Vec<&str> {
        self.outcomes.iter().map(|(outcome, _)| outcome.as_str()).collect()
    }
}

pub(super) fn read(reader: &mut Reader<'_>, map: &Map<'_>) -> Header {
    let name = reader
        .required(map, "workflow", "workflow: performance-targets")
        .and_then(|node| reader.name(node, '-', "performance-targets"))
        .unwrap_or_default();
    reader.required(map, "title", "title: { zh-CN: 绩效目标申报, en: Performance targets }");
    let about = reader.required(map, "about", "about: project");
    let about = match about.and_then(|node| reader.word(node, &["project", "definition"])) {
        Some("definition") => About::Definition,
        Some(_) | None => About::Project,
    };
    let (starters, number, case_title) = start(reader, map);
    Header {
        name: name.into(),
        title: reader.both(map, "title").unwrap_or_default(),
        about,
        basis: basis(reader, map),
        outcomes: outcomes(reader, map),
        starters,
        number,
        case_title,
    }
}

/// `basis` of the workflow or of a step.
pub(super) fn basis(reader: &mut Reader<'_>, map: &Map<'_>) -> Vec<Citation> {
    const EXAMPLE: &str = "basis: [{ rule: mof-2015-88, clause: \"25\" }]";
    let Some(node) = map.get("basis") else { return Vec::new() };
    let items = reader.list(node, EXAMPLE).unwrap_or_default();
    items.iter().filter_map(|item| citation(reader, item, EXAMPLE)).collect()
}

pub(super) fn citation(reader: &mut Reader<'_>, node: &Node, example: &str) -> Option<Citation> {
    let map = reader.map(node, &["rule", "clause"], example)?;
    let rules = reader.vocabulary.rules.iter().map(String::as_str).collect::<Vec<_>>();
    let rule = reader.required(&map, "rule", "rule: mof-2015-88").and_then(|n| reader.known(n, Thing::Rule, &rules));
    let clause = reader.required(&map, "clause", "clause: \"25\"").and_then(|n| reader.text(n, "\"25\""));
    Some(Citation { rule: rule?.to_owned(), clause: clause?.to_owned() })
}

fn outcomes(reader: &mut Reader<'_>, map: &Map<'_>) -> Vec<(Outcome, Spot)> {
    const EXAMPLE: &str = "outcomes: [accepted, withdrawn]";
    let Some(node) = reader.required(map, "outcomes", EXAMPLE) else { return Vec::new() };
    let items = reader.list(node, EXAMPLE).unwrap_or_default();
    let known: Vec<_> = registry::OUTCOMES.iter().map(|entry| entry.name).collect();
    let mut unique = Unique::new();
    let mut outcomes = Vec::new();
    for item in items {
        if let Some(outcome) = reader.known(item, Thing::Outcome, &known) {
            unique.claim(reader, item.spot, outcome);
            outcomes.push((outcome.into(), item.spot));
        }
    }
    if items.is_empty() && matches!(node.kind, crate::definition::tree::NodeKind::List(_)) {
        reader.report(types::empty(node.spot, EXAMPLE));
    }
    outcomes
}

fn start(reader: &mut Reader<'_>, map: &Map<'_>) -> (Who, NumberPattern, Option<TitlePattern>) {
    const EXAMPLE: &str =
        "start: { by: { role: project-officer, of: project.unit }, number: \"绩目〔{year}〕{seq:4}\" }";
    let start = reader.required(map, "start", EXAMPLE).and_then(|n| reader.map(n, &["by", "number", "title"], EXAMPLE));
    let Some(start) = start else { return (Who::Initiator, NumberPattern(Vec::new()), None) };
    let by = reader.required(&start, "by", "by: { role: project-officer, of: project.unit }");
    let starters = by.and_then(|node| who::starters(reader, node)).unwrap_or(Who::Initiator);
    let number = reader.required(&start, "number", "number: \"绩目〔{year}〕{seq:4}\"");
    let title = case_title(reader, &start);
    (starters, NumberPattern(number.map(|node| pattern(reader, node)).unwrap_or_default()), title)
}

/// What a case is called.
fn case_title(reader: &mut Reader<'_>, start: &Map<'_>) -> Option<TitlePattern> {
    let text = reader.both(start, "title")?;
    let spot = start.get("title")?.spot;
    let mut read = |text: &str| match title::parts(text) {
        Ok(parts) => Some(parts),
        Err(wrong) => {
            reader.report(types::bad_title_pattern(spot, &wrong));
            None
        }
    };
    let (zh, en) = (read(&text.zh), read(&text.en));
    Some(TitlePattern { zh: zh?, en: en? })
}

const SEQ_DIGITS_MAX: usize = 8;
const PATTERN_MAX: usize = 60;

fn pattern(reader: &mut Reader<'_>, node: &Node) -> Vec<NumberPart> {
    let Some(text) = reader.text(node, "\"绩目〔{year}〕{seq:4}\"") else { return Vec::new() };
    let parts = parts(text);
    let why = match &parts {
        None => {
            Some(("花括号里只能是 year、seq 或 seq:位数", "only {year}, {seq} and {seq:digits} may stand in braces"))
        }
        Some(_) if text.chars().count() > PATTERN_MAX || text.contains(['\n', '\r']) => {
            Some(("超过60个字，请写短些", "it is longer than 60 characters, write a shorter one"))
        }
        Some(parts) if !parts.iter().any(|part| matches!(part, NumberPart::Seq(_))) => {
            Some(("缺少流水号 {seq}", "there is no running number {seq}"))
        }
        Some(parts) if !parts.contains(&NumberPart::Year) => {
            Some(("缺少年度 {year}，各年的编号会重复", "there is no {year}, so numbers would repeat each year"))
        }
        Some(_) => None,
    };
    if let Some(why) = why {
        reader.report(types::bad_number_pattern(node.spot, why));
    }
    parts.unwrap_or_default()
}

fn parts(text: &str) -> Option<Vec<NumberPart>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, tail)) = rest.split_once('{') {
        let (slot, after) = tail.split_once('}')?;
        if !literal.is_empty() {
            parts.push(NumberPart::Literal(literal.to_owned()));
        }
        parts.push(match slot.split_once(':') {
            None if slot == "year" => NumberPart::Year,
            None if slot == "seq" => NumberPart::Seq(1),
            Some(("seq", digits)) => {
                NumberPart::Seq(digits.parse().ok().filter(|count| (1..=SEQ_DIGITS_MAX).contains(count))?)
            }
            None | Some(_) => return None,
        });
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    if !rest.is_empty() {
        parts.push(NumberPart::Literal(rest.to_owned()));
    }
    Some(parts)
}
