//! Everything that can be around a case: each value of the fact, each answer of the conditions.

use std::sync::OnceLock;

use crate::{
    clock::Instant,
    definition::condition::{Condition, Names, Term, TermType, Types},
    definition::{FieldKind, Form, Place, Value},
    engine::{
        Action, Actor, Appointment, Case, Command, Directory, Fact, Matter, Organisation, Person, Plan, Project,
        Refusal, Start, Surroundings, Waiting, deputy::Substitution, people::OrgKind, surroundings::FormRules,
    },
    ids::{Id, PersonId},
    language::Text,
    policy::calendar::Calendar,
};

/// The values that facts have in generated definitions; the last means that there is none.
pub const VALUES: [Option<&str>; 4] = [Some("supported"), Some("adjusted"), Some("not-supported"), None];
/// Conditions that a world answers one way or the other, at most.
pub const FLAGS: usize = 8;
/// Everybody who can act: the initiator, three people who hold every role that approves, and others. Whether there are
/// enough people is another question than the one asked here.
pub const PEOPLE: [u128; 8] = [100, 200, 300, 301, 302, 400, 500, 900];
/// Who holds which role where.
const APPOINTMENTS: [(u128, &str, &str); 15] = [
    (100, "project-officer", "school"),
    (300, "department-head", "edu"),
    (301, "department-head", "edu"),
    (302, "department-head", "edu"),
    (300, "finance-performance", "finance"),
    (301, "finance-performance", "finance"),
    (302, "finance-performance", "finance"),
    (400, "department-reviewer", "edu"),
    (500, "finance-section", "finance"),
    (300, "finance-leader", "finance"),
    (301, "finance-leader", "finance"),
    (300, "auditor", "finance"),
    (301, "auditor", "finance"),
    (302, "auditor", "finance"),
    (900, "workflow-admin", "wq"),
];
/// The organisations that a list may find or not.
pub const LISTED: [&str; 2] = ["u1", "u2"];

/// What does not change.
pub struct Office {
    /// With so many organisations for lists, with somebody or nobody in the role that is vacant at times, with each
    /// staff, without and with substitutes.
    directories: Vec<Directory>,
    matter: Matter,
    calendar: Calendar,
}

/// One way things can be.
#[derive(Clone)]
pub struct World {
    facts: Vec<Fact>,
    names: Names,
    listed: usize,
    vacant: bool,
    staff: Staff,
    substitutes: bool,
}

/// A command in a state of a case.
pub struct Given {
    /// By whom; nobody means the system.
    pub by: Option<PersonId>,
    /// What.
    pub action: Action,
    /// The latest day of the year that has come.
    pub today: Option<Instant>,
}

/// Who holds the roles that approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Staff {
    /// Three people.
    All,
    /// The first of them alone.
    One,
    /// The first of them, and somebody who stands before them.
    Elder,
}

/// Every way in which they may be held.
const STAFF: [Staff; 3] = [Staff::All, Staff::One, Staff::Elder];

/// What may differ from one world to another.
#[derive(Debug, Clone, Default)]
pub struct Open<'a> {
    /// Facts that have any value, or none.
    pub facts: Vec<&'a str>,
    /// Whether the assessment may be exempt as well.
    pub exempt: bool,
    /// Conditions that hold or not.
    pub flags: Vec<usize>,
    /// Whether lists find different things.
    pub lists: bool,
    /// Whether a role is vacant at times.
    pub vacancy: bool,
    /// Whether roles are held by others at times.
    pub staffing: bool,
    /// Whether people have substitutes, all the time.
    pub substitutes: bool,
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

/// Every combination of what is open.
#[must_use]
pub fn worlds(open: &Open<'_>) -> Vec<World> {
    let first = World {
        facts: Vec::new(),
        names: Names::new(),
        listed: LISTED.len(),
        vacant: false,
        staff: Staff::All,
        substitutes: open.substitutes,
    };
    let mut all = vec![first];
    let mut vary = |ways: &dyn Fn(&World) -> Vec<World>| all = all.iter().flat_map(ways).collect();
    for (number, kind) in open.facts.iter().enumerate() {
        let mut values = match *kind {
            "targets" => vec![Some("accepted"), None],
            "monitoring" => vec![Some("red"), Some("green"), None],
            _ => VALUES.to_vec(),
        };
        values.extend((open.exempt && *kind == "assessment").then_some(Some("exempt")));
        vary(&|world| {
            let with = |value: &Option<&str>| {
                let mut facts = world.facts.clone();
                facts.extend(value.map(|value| fact((*kind, number), value)));
                World { facts, ..world.clone() }
            };
            values.iter().map(with).collect()
        });
    }
    for number in &open.flags {
        vary(&|world| {
            let with = |yes| {
                let mut names = world.names.clone();
                names.insert(format!("policy.flag{number}"), Term::Flag(yes));
                World { names, ..world.clone() }
            };
            vec![with(true), with(false)]
        });
    }
    if open.lists {
        vary(&|world| (0..=LISTED.len()).map(|listed| World { listed, ..world.clone() }).collect());
    }
    if open.vacancy {
        vary(&|world| [false, true].into_iter().map(|vacant| World { vacant, ..world.clone() }).collect());
    }
    if open.staffing {
        vary(&|world| STAFF.into_iter().map(|staff| World { staff, ..world.clone() }).collect());
    }
    all
}

fn fact((kind, number): (&str, usize), value: &str) -> Fact {
    Fact { id: id(900 + number as u128), kind: kind.into(), project: id(1), year: 2027, value: value.into(), cap: None }
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
        let mut directories = Vec::new();
        for listed in 0..=LISTED.len() {
            for vacant in [false, true] {
                for staff in STAFF {
                    directories.extend([false, true].map(|substitutes| directory(listed, vacant, staff, substitutes)));
                }
            }
        }
        Self {
            directories,
            matter: Matter::Project(Project { id: id(1), unit: "school".into() }),
            calendar: Calendar::default(),
        }
    }

    fn directory(&self, world: &World) -> &Directory {
        let vacant = world.listed * 2 + usize::from(world.vacant);
        &self.directories[(vacant * STAFF.len() + world.staff as usize) * 2 + usize::from(world.substitutes)]
    }

    /// What the engine may look at.
    #[must_use]
    pub fn surroundings<'a>(&'a self, world: &'a World) -> Surroundings<'a> {
        Surroundings {
            now: chrono::DateTime::from_timestamp(1_795_399_200, 0).unwrap(),
            people: self.directory(world),
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
        let carried = Form::new();
        let start = Start {
            case: id(7),
            number: "1".into(),
            year: 2027,
            initiator: id(100),
            by: None,
            schedule: None,
            carried,
        };
        crate::engine::start(definition, start, &self.surroundings(world))
    }

    /// Gives a command.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn decide(
        &self,
        definition: &crate::definition::Definition,
        case: &Case,
        world: &World,
        Given { by, action, today }: Given,
    ) -> Result<Plan, Refusal> {
        let actor = by.map_or_else(|| Actor::System("explored".into()), Actor::Person);
        let mut surroundings = self.surroundings(world);
        surroundings.now = today.map_or(surroundings.now, |today| today.max(surroundings.now));
        if let Action::Ring { activation } = &action {
            let of_activation = case.tasks.values().filter(|task| task.activation == *activation);
            let due = of_activation.filter_map(|task| task.due_at).max();
            match case.activations.get(activation).map(|waiting| &waiting.waiting) {
                Some(Waiting::Until { at }) => surroundings.now = surroundings.now.max(*at),
                _ => surroundings.now = surroundings.now.max(due.unwrap_or(surroundings.now)),
            }
        }
        crate::engine::decide(definition, case, &Command { actor, action }, &surroundings)
    }
}

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}

fn directory(listed: usize, vacant: bool, staff: Staff, substitutes: bool) -> Directory {
    let mut directory = Directory::default();
    // Whoever holds no role in one world may be asked in another.
    for number in PEOPLE {
        let (person, login): (PersonId, _) = (id(number), format!("p{number}"));
        directory.people.insert(person, Person { id: person, name: login.clone(), login, active: true });
    }
    organisation(&mut directory, "wq", None, OrgKind::District);
    organisation(&mut directory, "edu", Some("wq"), OrgKind::Department);
    organisation(&mut directory, "school", Some("edu"), OrgKind::Unit);
    organisation(&mut directory, "finance", Some("wq"), OrgKind::Department);
    for code in &LISTED[..listed] {
        organisation(&mut directory, code, Some("finance"), OrgKind::Unit);
    }
    for (person, role, org) in APPOINTMENTS.into_iter().filter(|(_, role, _)| !vacant || *role != "auditor") {
        let holder = match staff {
            Staff::All => Some(person),
            Staff::One => Some(person).filter(|person| ![301, 302].contains(person)),
            Staff::Elder => Some(if person == 301 { 200 } else { person }).filter(|person| *person != 302),
        };
        if let Some(holder) = holder {
            appoint(&mut directory, holder, role, org);
        }
    }
    if substitutes {
        directory.substitutions = [(300, 400), (301, 302)].map(|(person, deputy)| stands_for(person, deputy)).into();
    }
    directory
}

/// Whether somebody holds the role, in the worlds where it is not vacant.
#[must_use]
pub fn has_role(person: PersonId, role: &str) -> bool {
    let holds = |number: u128| APPOINTMENTS.iter().any(|(own, held, _)| *own == number && *held == role);
    // Whoever stands before the first holds what the second holds at other times.
    PEOPLE.into_iter().any(|number| id(number) == person && holds(if number == 200 { 301 } else { number }))
}

fn appoint(directory: &mut Directory, number: u128, role: &str, org: &str) {
    directory.appointments.push(Appointment {
        person: id(number),
        role: role.into(),
        org: org.into(),
        from: chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
        until: None,
    });
}

fn stands_for(person: u128, deputy: u128) -> Substitution {
    Substitution {
        person: id(person),
        deputy: id(deputy),
        workflows: std::collections::BTreeSet::new(),
        from: chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
        until: chrono::NaiveDate::from_ymd_opt(2050, 1, 1).unwrap(),
    }
}

fn organisation(directory: &mut Directory, code: &str, parent: Option<&str>, kind: OrgKind) {
    let name = Text::new(code, code);
    let path = format!("/{code}/");
    let organisation = Organisation { code: code.into(), parent: parent.map(Into::into), kind, name, path };
    directory.organisations.insert(code.into(), organisation);
}
