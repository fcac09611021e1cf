//! Whether there are people enough: for every unit, somebody who starts and, for every step, people who may act on it,
//! so that nobody decides on a case they started and `not by` is kept.
//!
//! Who is meant by a step is what the engine says. The people are chosen for all steps together, those of branches that
//! exclude each other aside; the search is exact, and says so where it was stopped. What is found is named by posts and
//! organisations and never by people's names.

mod assignment;
mod posts;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    clock::Instant,
    definition::{
        Definition, OrgCode, Place, StepIndex, WorkflowName,
        problem::{Problem, Spot, people as problems},
    },
    engine::{Directory, people::OrgKind},
    language::Text,
};
use assignment::{Staff, Stuck, Unable};
use posts::{Post, Posts};

/// Something about the people that keeps cases of some units from going on, or could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its own name, the same every day: what is the matter, at which step, and with which post.
    pub key: String,
    /// What is the matter.
    pub kind: Kind,
    /// The workflows it is about.
    pub workflows: BTreeSet<WorkflowName>,
    /// The organisation that it is up to; `None` where it is up to the whole district.
    pub org: Option<OrgCode>,
    /// The units whose cases are concerned.
    pub units: BTreeSet<OrgCode>,
    /// The same in words.
    pub problem: Problem,
}

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nobody may start the workflow.
    NobodyStarts,
    /// Nobody holds a post that a step needs.
    NobodyActs,
    /// There are people for each step, and not enough different ones for all of them.
    TooFew,
    /// One person's absence is enough to stop cases.
    OnePerson,
    /// Not decided within bounds.
    NotDecided,
}

impl Kind {
    /// Whether cases are stopped today.
    #[must_use]
    pub const fn stops_cases(self) -> bool {
        match self {
            Self::NobodyStarts | Self::NobodyActs | Self::TooFew => true,
            Self::OnePerson | Self::NotDecided => false,
        }
    }

    /// The kind as incidents call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NobodyStarts => "nobody-can-start",
            Self::NobodyActs => "nobody-can-act",
            Self::TooFew => "too-few-people",
            Self::OnePerson => "one-person-post",
            Self::NotDecided => "people-not-decided",
        }
    }
}

/// What there is to say about the people of `directory` at `now`, for the units of the district and each definition.
#[must_use]
pub fn check(definitions: &[&Definition], directory: &Directory, now: Instant) -> Vec<Finding> {
    let posts = Posts::of(directory, now);
    let units = directory.organisations.values().filter(|org| org.kind == OrgKind::Unit);
    let units: Vec<&OrgCode> = units.map(|unit| &unit.code).collect();
    let mut gathered = Gathered::default();
    for &definition in definitions {
        for &unit in &units {
            let staff = Staff { definition, unit, posts: &posts };
            gathered.examine(&staff);
        }
    }
    gathered.findings(definitions, directory)
}

/// A workflow, what is the matter, the step, and whose it is.
type Stop = (WorkflowName, Kind, Option<StepIndex>, Vec<Post>);
/// Workflows with their steps.
type Places = BTreeSet<(WorkflowName, Option<StepIndex>)>;

/// What is the same for several units, together.
#[derive(Default)]
struct Gathered {
    /// The units, by what stops there.
    stopped: BTreeMap<Stop, BTreeSet<OrgCode>>,
    /// By post: where it matters, and the units.
    alone: BTreeMap<Vec<Post>, (Places, BTreeSet<OrgCode>)>,
}

impl Gathered {
    fn examine(&mut self, staff: &Staff<'_>) {
        let workflow = &staff.definition.name;
        match staff.assign(None) {
            Ok(used) => {
                for person in used {
                    if let Err(unable) = staff.assign(Some(person)) {
                        for Stuck { kind, step, posts } in unable.stuck {
                            if kind != Kind::NotDecided {
                                let (places, units) = self.alone.entry(posts).or_default();
                                places.insert((workflow.clone(), step));
                                units.insert(staff.unit.clone());
                            }
                        }
                    }
                }
            }
            Err(Unable { stuck }) => {
                for Stuck { kind, step, posts } in stuck {
                    let key = (workflow.clone(), kind, step, posts);
                    self.stopped.entry(key).or_default().insert(staff.unit.clone());
                }
            }
        }
    }

    fn findings(self, definitions: &[&Definition], directory: &Directory) -> Vec<Finding> {
        let definition = |name: &WorkflowName| definitions.iter().find(|definition| definition.name == *name);
        let mut found = Vec::new();
        for ((workflow, kind, step, posts), units) in self.stopped {
            let Some(definition) = definition(&workflow) else { continue };
            let step = step.map(|step| &definition.steps[step]);
            let spot = Spot { at: step.map(|step| step.at).unwrap_or_default().max(FIRST), len: 1 };
            let words = problems::Shortage {
                workflow: &definition.title,
                step: step.map_or(&definition.title, |step| &step.title),
                post: &posts::words(&posts, directory),
                units: &names(&units, directory),
            };
            let problem = match kind {
                Kind::NobodyStarts => problems::nobody_starts(spot, &words),
                Kind::NobodyActs => problems::nobody_acts(spot, &words),
                Kind::TooFew | Kind::OnePerson => problems::too_few(spot, &words),
                Kind::NotDecided => problems::not_decided(spot, &words),
            };
            let problem = Problem { file: Some(format!("{workflow}.yaml")), ..problem };
            let at = step.map_or("start", |step| step.name.as_str());
            let key = format!("{}/{workflow}/{at}/{}", kind.name(), posts::codes(&posts));
            let org = posts::organisation(&posts);
            found.push(Finding { key, kind, workflows: BTreeSet::from([workflow]), org, units, problem });
        }
        for (posts, (places, units)) in self.alone {
            let titles = places.iter().filter_map(|(workflow, _)| definition(workflow)).map(|d| &d.title);
            let titles: BTreeSet<_> = titles.map(|title| (title.zh.clone(), title.en.clone())).collect();
            let first = places.iter().next();
            let at = first.and_then(|(workflow, step)| Some(definition(workflow)?.steps[(*step)?].at));
            let spot = Spot { at: at.unwrap_or_default().max(FIRST), len: 1 };
            let problem = problems::one_person(
                spot,
                &posts::words(&posts, directory),
                &listed(titles.into_iter()),
                &names(&units, directory),
            );
            let file = first.map(|(workflow, _)| format!("{workflow}.yaml"));
            let workflows = places.into_iter().map(|(workflow, _)| workflow).collect();
            let org = posts::organisation(&posts);
            let (kind, problem) = (Kind::OnePerson, Problem { file, ..problem });
            let key = format!("{}/{}", kind.name(), posts::codes(&posts));
            found.push(Finding { key, kind, workflows, org, units, problem });
        }
        found
    }
}

/// Where a workflow begins in its file.
const FIRST: Place = Place { line: 1, column: 1 };
/// Organisations named in one sentence, at most.
const NAMES_MAX: usize = 5;

fn names(units: &BTreeSet<OrgCode>, directory: &Directory) -> Text {
    listed(units.iter().map(|unit| {
        let org = directory.organisations.get(unit);
        org.map_or_else(|| (unit.to_string(), unit.to_string()), |org| (org.name.zh.clone(), org.name.en.clone()))
    }))
}

fn listed(names: impl ExactSizeIterator<Item = (String, String)>) -> Text {
    let count = names.len();
    let (zh, en): (Vec<_>, Vec<_>) = names.take(NAMES_MAX).unzip();
    let (zh, en) = (zh.join("、"), en.join(", "));
    if count > NAMES_MAX {
        return Text::new(format!("{zh}等{count}个"), format!("{en} and others, {count} in all"));
    }
    Text::new(zh, en)
}
