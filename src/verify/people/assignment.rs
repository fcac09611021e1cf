//! People for every step of one definition, for one unit.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Kind,
    posts::{Post, Posts, posts},
};
use crate::{
    definition::{
        BlockIndex, Definition, EmptyList, FieldKind, ItemList, Mode, OrgCode, OrgRef, Passes, Step, StepIndex,
        StepKind, StepName, Value, Vote, Who, condition::Names,
    },
    engine::{
        Case, Matter, Principal, Project, Subject, Surroundings, case::Status, heads, sight::Involved,
        surroundings::FormRules, who,
    },
    ids::{Id, PersonId},
    language::Text,
    policy::calendar::Calendar,
};

/// Choices looked at for one unit and initiator, at most.
const CHOICES_MAX: u32 = 20_000;

/// The people of one unit's cases of one definition.
pub struct Staff<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// The unit that runs the project.
    pub unit: &'a OrgCode,
    /// Who holds which post.
    pub posts: &'a Posts<'a>,
}

/// Where it does not go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stuck {
    /// Why.
    pub kind: Kind,
    /// At which step; `None` at the start.
    pub step: Option<StepIndex>,
    /// The posts that would have to be held by somebody, or by somebody else.
    pub posts: Vec<Post>,
}

/// No assignment exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unable {
    /// Where it does not go on, in order, without duplicates.
    pub stuck: BTreeSet<Stuck>,
}

/// One step that needs people.
struct Asked {
    index: StepIndex,
    principals: Vec<Principal>,
    people: BTreeSet<PersonId>,
    /// Without those who are kept out whatever anybody else does.
    allowed: BTreeSet<PersonId>,
    /// Who is asked where nobody may act, likewise.
    instead: BTreeSet<PersonId>,
    posts: Vec<Post>,
    /// The earlier ones whose people may not act here.
    apart_from: Vec<usize>,
    needs: Needs,
    /// Whether a later step keeps out whoever acts here.
    matters_later: bool,
}

/// How many people act on a step.
enum Needs {
    /// One of them.
    One,
    /// All of them, and there must be so many.
    Everybody {
        /// At least one.
        at_least: usize,
    },
}

impl Staff<'_> {
    /// Somebody who starts and people for every step, without the one who is `absent`: everybody who is used.
    ///
    /// # Errors
    /// [`Unable`] says where it does not go on, for whoever of the unit starts.
    pub fn assign(&self, absent: Option<PersonId>) -> Result<BTreeSet<PersonId>, Unable> {
        let (starters, posts) = self.starters();
        let starters: Vec<_> = starters.into_iter().filter(|(person, _)| Some(*person) != absent).collect();
        if starters.is_empty() {
            return Err(Unable { stuck: BTreeSet::from([Stuck { kind: Kind::NobodyStarts, step: None, posts }]) });
        }
        let mut stuck: Option<BTreeSet<Stuck>> = None;
        for (initiator, unit) in starters {
            match self.assign_for(initiator, &unit, absent) {
                Ok(mut used) => {
                    used.insert(initiator);
                    return Ok(used);
                }
                // One of them is told, and the same one every day.
                Err(found) => {
                    if stuck.as_ref().is_none_or(|known| found < *known) {
                        stuck = Some(found);
                    }
                }
            }
        }
        Err(Unable { stuck: stuck.unwrap_or_default() })
    }

    fn assign_for(
        &self,
        initiator: PersonId,
        unit: &OrgCode,
        absent: Option<PersonId>,
    ) -> Result<BTreeSet<PersonId>, BTreeSet<Stuck>> {
        let asked = self.asked(initiator, unit, absent);
        let stuck = |asked: &Asked, kind| Stuck { kind, step: Some(asked.index), posts: asked.posts.clone() };
        let empty: BTreeSet<_> = asked
            .iter()
            .filter(|asked| asked.allowed.is_empty() && asked.instead.is_empty())
            .map(|asked| stuck(asked, if asked.people.is_empty() { Kind::NobodyActs } else { Kind::TooFew }))
            .collect();
        if !empty.is_empty() {
            return Err(empty);
        }
        let mut search = Search { asked: &asked, chosen: Vec::new(), deepest: 0, choices_left: CHOICES_MAX };
        match search.run() {
            Some(true) => Ok(search.chosen.into_iter().flatten().collect()),
            Some(false) => Err(BTreeSet::from([stuck(&asked[search.deepest], Kind::TooFew)])),
            None => Err(BTreeSet::from([stuck(&asked[search.deepest], Kind::NotDecided)])),
        }
    }

    /// Who may start, with the organisation for which they do, and the posts that may.
    fn starters(&self) -> (Vec<(PersonId, OrgCode)>, Vec<Post>) {
        let nobody = self.posts.directory.people.keys().next().copied();
        let nobody = nobody.unwrap_or_else(|| Id::from_uuid(uuid::Uuid::nil()));
        self.seen_by(nobody, self.unit, |case, s| {
            let principals = who::principals(&self.definition.starters, case, s);
            let people = self.posts.people(&principals);
            let start = |person| Some((person, who::starting_unit(&self.definition.starters, person, s)?));
            (people.into_iter().filter_map(start).collect(), posts(&principals))
        })
    }

    fn asked(&self, initiator: PersonId, unit: &OrgCode, absent: Option<PersonId>) -> Vec<Asked> {
        let definition = self.definition;
        let mut asked: Vec<Asked> = Vec::new();
        let mut by_name: BTreeMap<&StepName, usize> = BTreeMap::new();
        for (index, step) in definition.steps.iter().enumerate() {
            let Some((by, needs)) = needing(step).filter(|(by, _)| !names_the_item(by)) else { continue };
            let limits = step.limits();
            let known: BTreeMap<_, _> = by_name.iter().map(|(name, at)| (*name, &asked[*at])).collect();
            let meant = |by: &Who| {
                let meant = self.seen_by(initiator, unit, |case, s| principals(by, &known, case, s));
                let mut people = self.posts.people(&meant);
                people.retain(|person| Some(*person) != absent);
                (meant, people)
            };
            let barred = self.seen_by(initiator, unit, |case, _| who::barred(step, case));
            let (mut principals, people) = meant(by);
            let allowed = people.difference(&barred).copied().collect();
            let (others, instead) = limits.and_then(|limits| limits.nobody.as_ref()).map(meant).unwrap_or_default();
            principals.extend(others);
            let instead = instead.difference(&barred).copied().collect();
            let not_by = limits.into_iter().flat_map(|limits| &limits.not_by);
            let named = not_by.filter_map(|name| by_name.get(name)).copied();
            let apart_from: Vec<_> =
                named.filter(|&other| !exclude_each_other(definition, asked[other].index, index)).collect();
            apart_from.iter().for_each(|&other| asked[other].matters_later = true);
            by_name.insert(&step.name, asked.len());
            let posts = posts(&principals);
            asked.push(Asked {
                index,
                principals,
                people,
                allowed,
                instead,
                posts,
                apart_from,
                needs,
                matters_later: false,
            });
        }
        asked
    }

    /// What the engine sees of a case that `initiator` has just started for this unit.
    fn seen_by<T>(
        &self,
        initiator: PersonId,
        initiator_unit: &OrgCode,
        look: impl FnOnce(&Case, &Surroundings<'_>) -> T,
    ) -> T {
        let (nil, now) = (uuid::Uuid::nil(), self.posts.now);
        let case = Case {
            id: Id::from_uuid(nil),
            workflow: self.definition.name.clone(),
            definition: self.definition.hash.clone(),
            number: String::new(),
            subject: Subject::Project(Id::from_uuid(nil)),
            year: 0,
            initiator,
            successors: Vec::new(),
            initiator_unit: initiator_unit.clone(),
            started_at: now,
            status: Status::Running,
            form: BTreeMap::new(),
            activations: BTreeMap::new(),
            tasks: BTreeMap::new(),
            results: BTreeMap::new(),
            passed: BTreeSet::new(),
            acted: BTreeMap::new(),
            settled: BTreeMap::new(),
            givers: BTreeMap::new(),
            chosen: BTreeMap::new(),
            items: BTreeMap::new(),
            facts: Vec::new(),
            last_activation: 0,
            last_task: 0,
            undo: None,
            tallies: BTreeMap::new(),
            children: Vec::new(),
            started_by: None,
            copied: BTreeMap::new(),
            involved: Involved::default(),
            late: BTreeMap::new(),
            last_remark: 0,
            suspended: None,
            pauses: Vec::new(),
        };
        let surroundings = Surroundings {
            now,
            people: self.posts.directory,
            matter: &Matter::Project(Project { id: Id::from_uuid(nil), unit: self.unit.clone() }),
            facts: &[],
            names: &Names::new(),
            calendar: &Calendar::default(),
            policy: &NoRules,
        };
        look(&case, &surroundings)
    }
}

/// Who acts does not depend on what is filled in.
struct NoRules;

impl FormRules for NoRules {
    fn complaints(&self, _: &FieldKind, _: &Value) -> Vec<Text> {
        Vec::new()
    }
}

/// How many people a vote needs at least: as few as there could be if each had the greatest weight.
fn voters_at_least(vote: &Vote) -> usize {
    let heaviest = vote.weights.iter().map(|weight| weight.votes).max().unwrap_or(1).max(1);
    match vote.passes {
        Passes::Votes(votes) => usize::try_from(votes.div_ceil(heaviest)).unwrap_or(usize::MAX),
        Passes::Any | Passes::All | Passes::Share { .. } => 1,
    }
}

/// Whom a step needs, and how many of them: who acts on it, on whose behalf it starts a case, whom its list is about where
/// an empty one holds the case.
fn needing(step: &Step) -> Option<(&Who, Needs)> {
    match &step.kind {
        StepKind::Fill(fill) => Some((&fill.by, Needs::One)),
        StepKind::Approve(approve) => {
            let needs = match &approve.mode {
                Mode::Any => Needs::One,
                Mode::All | Mode::Sequence => Needs::Everybody { at_least: 1 },
                Mode::Vote(vote) => Needs::Everybody { at_least: voters_at_least(vote) },
            };
            Some((&approve.by, needs))
        }
        StepKind::Start(start) => Some((&start.by, Needs::One)),
        StepKind::Each(each) => match (&each.list, each.empty) {
            (ItemList::People(who), EmptyList::Hold) => Some((who, Needs::One)),
            (ItemList::People(_) | ItemList::Units(_) | ItemList::Organisations(_) | ItemList::Rows(_), _) => None,
        },
        StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Wait(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => None,
    }
}

/// Whether the step is asked of the item at hand: who that is differs from case to case, and nothing is claimed of it.
fn names_the_item(who: &Who) -> bool {
    match who {
        Who::Item | Who::Role { of: Some(OrgRef::Item), .. } => true,
        Who::Chosen(choosing) => names_the_item(&choosing.from),
        Who::Initiator | Who::Role { .. } | Who::People(_) | Who::Manager { .. } => false,
        Who::Union(all) => all.iter().any(names_the_item),
    }
}

/// The principals that `by` can come to mean: whoever could be chosen, and whoever stands above one who could act before.
fn principals(by: &Who, before: &BTreeMap<&StepName, &Asked>, case: &Case, s: &Surroundings<'_>) -> Vec<Principal> {
    match by {
        Who::Chosen(choosing) => principals(&choosing.from, before, case, s),
        Who::Manager { of, levels } => {
            let Some(earlier) = before.get(of) else { return Vec::new() };
            let today = who::day_of(s.now);
            let asked: Vec<_> = earlier.principals.iter().map(|principal| (principal.clone(), today)).collect();
            let above = earlier.allowed.iter().filter_map(|person| {
                let initiator = (case.initiator, &case.initiator_unit);
                let org = heads::organisation_of(*person, &asked, initiator, s)?;
                Some(heads::above((&[*person], &org), *levels, s))
            });
            above.flatten().collect::<BTreeSet<_>>().into_iter().collect()
        }
        Who::Union(all) => all.iter().flat_map(|one| principals(one, before, case, s)).collect(),
        Who::Initiator | Who::Role { .. } | Who::People(_) | Who::Item => who::principals(by, case, s),
    }
}

/// Whether two steps stand in different branches of one choice, so that no way leads through both.
fn exclude_each_other(definition: &Definition, a: StepIndex, b: StepIndex) -> bool {
    let branches = |step: StepIndex| {
        let mut around = BTreeMap::new();
        let mut block: BlockIndex = definition.steps[step].block;
        while let Some((owner, branch)) = definition.blocks[block].owner {
            if matches!(definition.steps[owner].kind, StepKind::Choose(_)) {
                around.insert(owner, branch);
            }
            block = definition.steps[owner].block;
        }
        around
    };
    let (a, b) = (branches(a), branches(b));
    a.iter().any(|(owner, branch)| b.get(owner).is_some_and(|other| other != branch))
}

/// Chooses people step by step, in the order of the definition.
struct Search<'a> {
    asked: &'a [Asked],
    chosen: Vec<BTreeSet<PersonId>>,
    deepest: usize,
    choices_left: u32,
}

impl Search<'_> {
    fn run(&mut self) -> Option<bool> {
        let at = self.chosen.len();
        let Some(asked) = self.asked.get(at) else { return Some(true) };
        self.deepest = self.deepest.max(at);
        let kept_out = |person: &PersonId| asked.apart_from.iter().any(|&other| self.chosen[other].contains(person));
        let free_of = |people: &BTreeSet<PersonId>| -> BTreeSet<PersonId> {
            people.iter().filter(|person| !kept_out(person)).copied().collect()
        };
        let mut free = free_of(&asked.allowed);
        if free.is_empty() {
            free = free_of(&asked.instead);
        }
        if free.is_empty() {
            return Some(false);
        }
        let choices: Vec<BTreeSet<PersonId>> = match asked.needs {
            Needs::Everybody { at_least } if free.len() < at_least => Vec::new(),
            Needs::Everybody { .. } => vec![free],
            // Who it is makes no difference to any later step.
            Needs::One if !asked.matters_later => free.into_iter().take(1).map(|one| BTreeSet::from([one])).collect(),
            Needs::One => free.into_iter().map(|one| BTreeSet::from([one])).collect(),
        };
        for choice in choices {
            self.choices_left = self.choices_left.checked_sub(1)?;
            self.chosen.push(choice);
            if self.run()? {
                return Some(true);
            }
            self.chosen.pop();
        }
        Some(false)
    }
}
