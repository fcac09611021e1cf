//! Everything that can be around a case: each value of the fact, each answer of the conditions.

use std::sync::OnceLock;

use crate::{
    definition::condition::{Condition, Names, Term, TermType, Types},
    definition::{FieldKind, Place, Value},
    engine::{
        Action, Actor, Appointment, Case, Command, Directory, Fact, Matter, Organisation, Person, Plan, Project,
        Refusal, Start, Surroundings, people::OrgKind, surroundings::FormRules,
    },
    ids::{Id, PersonId},
    language::Text,
    policy::calendar::Calendar,
};

/// The values that facts have in generated definitions; the last means that there is none.
pub const VALUES: [Option<&str>; 4] = [Some("supported"), Some("adjusted"), Some("not-supported"), None];
/// Conditions that a world answers one way or the other.
pub const FLAGS: usize = 6;
/// Everybody who can act: the initiator, three people who hold two roles each, and one of each other role. Whether there
/// are enough people is another question than the one asked here.
pub const PEOPLE: [u128; 8] = [100, 300, 301, 302, 400, 500, 600, 700];

/// What does not change.
pub struct Office {
    directory: Directory,
    matter: Matter,
    calendar: Calendar,
}

/// One way things can be.
pub struct World {
    facts: Vec<Fact>,
    names: Names,
}

struct NoRules;

impl FormRules for NoRules {
    fn complaints(&self, _: &FieldKind, _: &Value) -> Vec<Text> {
        Vec::new()
    }
}

/// An id with that number.
#[must_use]
pub fn id<K>(number: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(number))
}

/// `policy.flag<n>`, which holds in every other world.
#[must_use]
pub fn flag(number: usize) -> Condition {
    static FLAGS_COMPILED: OnceLock<Vec<Condition>> = OnceLock::new();
    let all = FLAGS_COMPILED.get_or_init(|| {
        let types: Types = (0..FLAGS).map(|n| (format!("policy.flag{n}"), TermType::Flag)).collect();
        let compile = |n| Condition::compile(&format!("policy.flag{n}"), Place::default(), &types);
        (0..FLAGS).map(|n| compile(n).expect("it is a condition")).collect()
    });
    all[number].clone()
}

/// Every combination of a value for each of these facts and an answer for each of these flags.
#[must_use]
pub fn worlds(facts: &[&str], flags: &[usize]) -> Vec<World> {
    let mut all = vec![World { facts: Vec::new(), names: Names::new() }];
    for (number, kind) in facts.iter().enumerate() {
        let values = if *kind == "targets" { vec![Some("accepted"), None] } else { VALUES.to_vec() };
        let with = |world: &World, value: Option<&str>| {
            let mut facts = world.facts.clone();
            facts.extend(value.map(|value| Fact {
                id: id(900 + number as u128),
                kind: (*kind).into(),
                project: id(1),
                year: 2027,
                value: value.into(),
                cap: None,
            }));
            World { facts, names: world.names.clone() }
        };
        all = all.iter().flat_map(|world| values.iter().map(|value| with(world, *value)).collect::<Vec<_>>()).collect();
    }
    for number in flags {
        let with = |world: &World, yes| {
            let mut names = world.names.clone();
            names.insert(format!("policy.flag{number}"), Term::Flag(yes));
            World { facts: world.facts.clone(), names }
        };
        all = all.iter().flat_map(|world| [with(world, true), with(world, false)]).collect();
    }
    all
}

impl World {
    /// The value of a fact, if it stands.
    #[must_use]
    pub fn value(&self, kind: &str) -> Option<&str> {
        self.facts.iter().find(|fact| fact.kind.as_str() == kind).map(|fact| fact.value.as_str())
    }
}

impl Office {
    /// One project, its people.
    #[must_use]
    pub fn new() -> Self {
        let mut place = Self {
            directory: Directory::default(),
            matter: Matter::Project(Project { id: id(1), unit: "school".into() }),
            calendar: Calendar::default(),
        };
        place.organisation("wq", None, OrgKind::District);
        place.organisation("edu", Some("wq"), OrgKind::Department);
        place.organisation("school", Some("edu"), OrgKind::Unit);
        place.organisation("finance", Some("wq"), OrgKind::Department);
        for (person, role, org) in [
            (100, "project-officer", "school"),
            (300, "department-head", "edu"),
            (301, "department-head", "edu"),
            (302, "department-head", "edu"),
            (300, "finance-performance", "finance"),
            (301, "finance-performance", "finance"),
            (302, "finance-performance", "finance"),
            (400, "department-reviewer", "edu"),
            (500, "finance-section", "finance"),
            (600, "finance-leader", "finance"),
            (700, "auditor", "finance"),
        ] {
            place.appoint(person, role, org);
        }
        place
    }

    fn appoint(&mut self, number: u128, role: &str, org: &str) {
        let person: PersonId = id(number);
        let login = format!("p{number}");
        self.directory.people.insert(person, Person { id: person, name: login.clone(), login, active: true });
        self.directory.appointments.push(Appointment {
            person,
            role: role.into(),
            org: org.into(),
            from: chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
            until: None,
        });
    }

    fn organisation(&mut self, code: &str, parent: Option<&str>, kind: OrgKind) {
        let name = Text::new(code, code);
        let path = format!("/{code}/");
        let organisation = Organisation { code: code.into(), parent: parent.map(Into::into), kind, name, path };
        self.directory.organisations.insert(code.into(), organisation);
    }

    /// What the engine may look at.
    #[must_use]
    pub fn surroundings<'a>(&'a self, world: &'a World) -> Surroundings<'a> {
        Surroundings {
            now: chrono::DateTime::from_timestamp(1_795_399_200, 0).unwrap(),
            people: &self.directory,
            matter: &self.matter,
            facts: &world.facts,
            names: &world.names,
            calendar: &self.calendar,
            policy: &NoRules,
        }
    }

    /// Starts a case.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn start(&self, definition: &crate::definition::Definition, world: &World) -> Result<Plan, Refusal> {
        let start = Start { case: id(7), number: "1".into(), year: 2027, initiator: id(100), by: None };
        crate::engine::start(definition, start, &self.surroundings(world))
    }

    /// Gives a command; without a person it is the system's.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn decide(
        &self,
        definition: &crate::definition::Definition,
        case: &Case,
        world: &World,
        (by, action): (Option<PersonId>, Action),
    ) -> Result<Plan, Refusal> {
        let actor = by.map_or_else(|| Actor::System("explored".into()), Actor::Person);
        crate::engine::decide(definition, case, &Command { actor, action }, &self.surroundings(world))
    }
}

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}
