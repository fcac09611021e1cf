//! A file of scenarios: what is given, what happens, how it must be then.

use chrono::{Datelike as _, NaiveDate};

use super::{
    district::{self, District},
    forms, grammar,
    sentence::Sentence,
    words::{Word, words},
};
use crate::{
    definition::{
        FactName, FactValue,
        check::{Vocabulary, reader::Map, reader::Reader, reader::Unique},
        problem::{
            Problem, Spot,
            names::{self, Thing},
            scenarios as say, types,
        },
        registry,
        tree::{self, Node, NodeKind},
    },
    language::Text,
    money::Money,
};

/// A scenario, with every line understood.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    pub about: Given,
    pub year: i32,
    pub date: NaiveDate,
    /// Facts that stand already.
    pub facts: Vec<GivenFact>,
    pub lines: Vec<Line>,
}

/// What a scenario is about.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// The project with that code.
    Project(String),
    /// A draft of the definition of that workflow.
    Definition(String),
}

/// A fact that stands before the scenario begins.
#[derive(Debug, Clone)]
pub(super) struct GivenFact {
    pub kind: FactName,
    pub value: FactValue,
    pub cap: Option<Money>,
}

/// A line with its place.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub spot: Spot,
    pub says: Sentence,
}

/// The keys in both languages; the first is how they are asked for.
const SCENARIO: [&str; 2] = ["scenario", "情景"];
const GIVEN: [&str; 2] = ["given", "给定"];
const WHEN: [&str; 2] = ["when", "当"];
const THEN: [&str; 2] = ["then", "那么"];
const PROJECT: [&str; 2] = ["project", "项目"];
const DEFINITION: [&str; 2] = ["definition", "流程定义"];
const YEAR: [&str; 2] = ["year", "年度"];
const DATE: [&str; 2] = ["date", "日期"];
const FACTS: [&str; 2] = ["facts", "结论"];

/// Reads a file: the scenarios that can be played, and every problem.
pub(super) fn read(source: &str, district: &District, vocabulary: &Vocabulary) -> (Vec<Scenario>, Vec<Problem>) {
    let (root, duplicates) = match tree::read(source) {
        Ok(read) => read,
        Err(problem) => return (Vec::new(), vec![*problem]),
    };
    let mut reader = Reader::new(vocabulary, duplicates);
    let Some(nodes) = reader.list(&root, "- scenario: …") else { return (Vec::new(), reader.finish()) };
    let mut titles = Unique::new();
    let read = nodes.iter().filter_map(|node| scenario(&mut reader, node, district, &mut titles)).collect();
    (read, reader.finish())
}

fn either<'n>(map: &Map<'n>, keys: [&str; 2]) -> Option<&'n Node> {
    map.get(keys[0]).or_else(|| map.get(keys[1]))
}

fn needed<'n>(reader: &mut Reader<'_>, map: &Map<'n>, keys: [&str; 2], example: &str) -> Option<&'n Node> {
    either(map, keys).or_else(|| reader.required(map, keys[0], example))
}

fn scenario(reader: &mut Reader<'_>, node: &Node, district: &District, titles: &mut Unique) -> Option<Scenario> {
    let keys = [SCENARIO, GIVEN, WHEN, THEN].concat();
    let map = reader.map(node, &keys, "- scenario: poor targets never reach the budget")?;
    if let Some(title) = needed(reader, &map, SCENARIO, "poor targets never reach the budget")
        && let Some(text) = reader.text(title, "poor targets never reach the budget")
    {
        titles.claim(reader, title.spot, text);
    }
    let given = needed(reader, &map, GIVEN, "{ project: road-repair, year: 2027 }");
    let given = given.and_then(|node| given_of(reader, node, district));
    let when = needed(reader, &map, WHEN, "[li-wei starts performance-targets]");
    let when = when.and_then(|node| lines(reader, node));
    let then = needed(reader, &map, THEN, "[the case ends accepted]").and_then(|node| lines(reader, node));
    let (mut scenario, when, then) = (given?, when?, then?);
    for line in &then {
        if !matches!(line.says, Sentence::Holds(_) | Sentence::Cannot(..)) {
            reader.report(say::deed_in_then(line.spot));
            return None;
        }
    }
    scenario.lines.extend(when);
    scenario.lines.extend(then);
    Some(scenario)
}

fn given_of(reader: &mut Reader<'_>, node: &Node, district: &District) -> Option<Scenario> {
    let keys = [PROJECT, DEFINITION, YEAR, DATE, FACTS].concat();
    let map = reader.map(node, &keys, "{ project: road-repair, year: 2027 }")?;
    if let Some(workflow) = either(&map, DEFINITION) {
        return given_definition(reader, &map, workflow, district);
    }
    let project = needed(reader, &map, PROJECT, "road-repair").and_then(|node| project(reader, node, district));
    let year = needed(reader, &map, YEAR, "2027").and_then(|node| year(reader, node));
    let date = match either(&map, DATE) {
        Some(node) => district::date(reader, node),
        None => Some(district.today),
    };
    let facts = match either(&map, FACTS) {
        Some(node) => facts(reader, node),
        None => Some(Vec::new()),
    };
    let about = Given::Project(project?);
    Some(Scenario { about, year: year?, date: date?, facts: facts?, lines: Vec::new() })
}

/// A draft of a definition: no facts are about it, and its cases are numbered by the year in which they start.
fn given_definition(reader: &mut Reader<'_>, map: &Map<'_>, workflow: &Node, district: &District) -> Option<Scenario> {
    for key in [PROJECT, YEAR, FACTS].concat() {
        map.entry(key).into_iter().for_each(|entry| {
            reader.report(names::unknown_key(entry.spot, key, &["definition", "date"]));
        });
    }
    let date = match either(map, DATE) {
        Some(node) => district::date(reader, node),
        None => Some(district.today),
    };
    let about = Given::Definition(reader.name(workflow, '-', "performance-targets")?.to_owned());
    let date = date?;
    Some(Scenario { about, year: date.year(), date, facts: Vec::new(), lines: Vec::new() })
}

fn project(reader: &mut Reader<'_>, node: &Node, district: &District) -> Option<String> {
    let text = reader.text(node, "road-repair")?;
    let found = district.projects.iter().find(|(code, project)| *code == text || project.name == text);
    if found.is_none() {
        let known: Vec<_> = district.projects.keys().map(String::as_str).collect();
        reader.report(say::unknown(node.spot, Text::new("项目", "project"), text, &known));
    }
    found.map(|(code, _)| code.clone())
}

fn year(reader: &mut Reader<'_>, node: &Node) -> Option<i32> {
    let text = reader.text(node, "2027")?;
    let year = text.parse().ok().filter(|year| (2000..=2100).contains(year));
    if year.is_none() {
        reader.report(types::not_a_count(node.spot, text, 2000, 2100));
    }
    year
}

/// `assessment: supported up to 120万元`, `事前绩效评估: 予以支持 上限 120万元`.
fn facts(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<GivenFact>> {
    let NodeKind::Map(entries) = &node.kind else {
        reader.wrong_shape(node, types::Shape::Map, "{ assessment: supported up to 120万元 }");
        return None;
    };
    let mut given = Vec::new();
    for entry in entries {
        let known = registry::FACTS.iter().map(|fact| fact.entry.name).collect::<Vec<_>>();
        let called = |fact: &&registry::FactEntry| fact.entry.name == entry.key || fact.entry.zh == entry.key;
        let Some(fact) = registry::FACTS.iter().find(called) else {
            reader.report(say::unknown(entry.spot, Text::new("结论", "fact"), &entry.key, &known));
            return None;
        };
        let said = words(&entry.value);
        let (value, cap) = grammar::fact_value(&said).or_else(|| {
            let known: Vec<_> = fact.values.iter().map(|value| value.name).collect();
            reader.known(&entry.value, Thing::FactValue, &known);
            None
        })?;
        let value = value_of(reader, fact, &value)?;
        given.push(GivenFact { kind: fact.entry.name.into(), value, cap });
    }
    Some(given)
}

fn value_of(reader: &mut Reader<'_>, fact: &registry::FactEntry, word: &Word) -> Option<FactValue> {
    let found = fact.values.iter().find(|value| value.name == word.text || value.zh == word.text);
    if found.is_none() {
        let known: Vec<_> = fact.values.iter().map(|value| value.name).collect();
        reader.report(say::unknown(word.spot, Text::new("取值", "value"), &word.text, &known));
    }
    found.map(|value| value.name.into())
}

/// Every line that can be understood; `None` when one cannot, since the rest would go otherwise without it.
fn lines(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Line>> {
    let mut understood = Some(Vec::new());
    for node in reader.one_or_many(node) {
        let Some(text) = reader.text(node, "li-wei starts performance-targets") else {
            understood = None;
            continue;
        };
        match grammar::parse(&words(node)) {
            Some(says) => {
                if let Some(lines) = &mut understood {
                    lines.push(Line { spot: node.spot, says });
                }
            }
            None => {
                reader.report(say::not_understood(node.spot, text, forms::forms_for(&words(node))));
                understood = None;
            }
        }
    }
    understood
}
