//! From the tree of a file to a checked [`Definition`], or to every problem in it.

mod about;
mod amounts;
mod approve;
mod clocks;
mod conditions;
mod cycles;
mod deciders;
mod each;
mod effects;
mod facts;
mod filled;
mod flow;
mod folder;
mod form;
mod handoff;
mod header;
mod limits;
mod mandates;
mod parallel;
pub(crate) mod reader;
mod reading;
mod reminders;
mod returns;
mod schedules;
mod start;
mod steps;
mod vote;
mod wait;
mod ways_back;
mod who;
mod within;

use std::collections::{BTreeMap, BTreeSet};

use sm3::{Digest as _, Sm3};

use super::{
    condition::TermType,
    model::Definition,
    problem::{Code, Problem},
    tree::{self, Node},
};
use reader::Reader;

pub use folder::{read_folder, read_together};
pub(super) use form::{TEXT_MAX, TYPES as FIELD_TYPES};
pub use mandates::read_mandates;
pub(super) use schedules::NEXT_WORKING_DAY;
pub use steps::ITEM;
pub(super) use steps::KINDS;

/// What definitions may name besides the register: policy data that the caller has loaded.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// The names `policy.…` that conditions may read.
    pub policy: BTreeMap<String, TermType>,
    /// The score sheets of `scoring.yaml`.
    pub score_sheets: BTreeSet<String>,
    /// The codes of `rules.yaml`.
    pub rules: BTreeSet<String>,
}

/// Reads one definition.
///
/// # Errors
/// Every problem in it, in the order of the file.
pub fn read(source: &str, vocabulary: &Vocabulary) -> Result<Definition, Vec<Problem>> {
    read_but(source, vocabulary, &[])
}

/// What may be wrong with a version that went live before anybody looked for it. Its cases are refused, with a sentence,
/// where it matters; without the version none of them could be opened.
const FOUND_LATER: &[Code] =
    &[Code::ReadBeforeFilled, Code::EffectAmount, Code::EffectTwice, Code::OwnDecision, Code::PublishedUnapproved];

/// Reads a version that went live.
///
/// # Errors
/// As [`read`], but rules that have become stricter since do not count.
pub fn read_published(source: &str, vocabulary: &Vocabulary) -> Result<Definition, Vec<Problem>> {
    read_but(source, vocabulary, FOUND_LATER)
}

fn read_but(source: &str, vocabulary: &Vocabulary, pardoned: &[Code]) -> Result<Definition, Vec<Problem>> {
    let (root, duplicates) = tree::read(source).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(vocabulary, duplicates);
    let definition = definition(&mut reader, &root, source);
    let mut problems = reader.finish();
    match definition {
        Some(definition) if problems.iter().all(|problem| pardoned.contains(&problem.code)) => Ok(definition),
        Some(_) | None => {
            problems.sort_by_key(|problem| (problem.spot, problem.code));
            problems.dedup();
            Err(problems)
        }
    }
}

/// The SM3 of a definition's source, in hexadecimal.
#[must_use]
pub fn hash(source: &str) -> String {
    hex::encode(Sm3::digest(source.as_bytes()))
}

const KEYS: &[&str] = &[
    "workflow",
    "title",
    "about",
    "basis",
    "within",
    "outcomes",
    "start",
    "schedules",
    "form",
    "sums",
    "at most",
    "clocks",
    "steps",
];

fn definition(reader: &mut Reader<'_>, root: &Node, source: &str) -> Option<Definition> {
    let map = reader.map(root, KEYS, "workflow: performance-targets")?;
    let header = header::read(reader, &map);
    let within = within::read(reader, &map);
    let schedules = schedules::read(reader, &map, header.about);
    let form = form::read(reader, &map);
    let amounts = amounts::read(reader, &map, &form);
    let clocks = clocks::read(reader, &map, &form);
    let steps = steps::read(reader, &map, &header, &form);
    let definition = Definition {
        name: header.name,
        title: header.title,
        about: header.about,
        basis: header.basis,
        within,
        outcomes: header.outcomes.iter().map(|(outcome, _)| outcome.clone()).collect(),
        starters: header.starters,
        number: header.number,
        case_title: header.case_title,
        schedules,
        form: form.fields,
        amounts,
        clocks: clocks.as_ref().map(|(clocks, _)| clocks.clone()),
        steps: steps.steps,
        blocks: steps.blocks,
        hash: hash(source),
    };
    if !definition.blocks[0].steps.is_empty() {
        flow::check(reader, &definition, &header.outcomes, &steps.spots);
        returns::check(reader, &definition, &steps.returns);
        limits::check(reader, &definition, &steps.named);
        amounts::check(reader, &definition, &steps.spots);
        clocks::check(reader, &definition, clocks.map(|(_, spot)| spot), &steps.spots);
        reading::check(reader, &definition, &steps.spots);
        about::check(reader, &definition, &steps.spots, &steps.returns);
        filled::check(reader, &definition, &form.spots, &steps.spots);
        effects::check(reader, &definition, &steps.spots);
        deciders::check(reader, &definition, &steps.spots);
    }
    Some(definition)
}
