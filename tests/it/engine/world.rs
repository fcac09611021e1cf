//! A small organisation for engine tests: one project, officers, reviewers, a clock that stands still.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone as _, Utc};
use uuid::Uuid;
use yumen::{
    clock::Instant,
    definition::{FieldKind, Value, condition::Names},
    engine::{
        Action, Actor, Appointment, Case, Command, Directory, Fact, Matter, Organisation, Person, Plan, Project,
        Refusal, Surroundings, people::OrgKind, surroundings::FormRules,
    },
    ids::{CaseId, Id, PersonId},
    language::Text,
    policy::calendar::Calendar,
};

/// The workflow administrator.
pub const ADMINISTRATOR: u128 = 500;

/// Everything [`Surroundings`] borrows from.
pub struct World {
    pub directory: Directory,
    pub matter: Matter,
    pub facts: Vec<Fact>,
    pub names: Names,
    pub calendar: Calendar,
    /// The time, which stands still until a story moves it.
    pub now: Instant,
}

struct NoRules;

impl FormRules for NoRules {
    fn complaints(&self, _: &FieldKind, _: &Value) -> Vec<Text> {
        Vec::new()
    }
}

pub fn id<K>(number: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(number))
}

pub fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 23, 2, 0, 0).unwrap()
}

impl World {
    /// `officers` project officers of the unit, `heads` heads of the department, three people of the performance section.
    pub fn new(officers: u128, heads: u128) -> Self {
        let mut world = Self {
            directory: Directory::default(),
            matter: Matter::Project(Project { id: id(1), unit: "school".into() }),
            facts: Vec::new(),
            names: BTreeMap::new(),
            calendar: Calendar::default(),
            now: now(),
        };
        world.organisation("wq", None, OrgKind::District);
        world.organisation("edu", Some("wq"), OrgKind::Department);
        world.organisation("school", Some("edu"), OrgKind::Unit);
        world.organisation("finance", Some("wq"), OrgKind::Department);
        for n in 0..officers {
            world.appoint(100 + n, "project-officer", "school");
        }
        for n in 0..heads {
            world.appoint(200 + n, "department-head", "edu");
        }
        for n in 0..3 {
            world.appoint(300 + n, "finance-performance", "finance");
        }
        world.appoint(ADMINISTRATOR, "workflow-admin", "wq");
        world
    }

    pub fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            now: self.now,
            people: &self.directory,
            matter: &self.matter,
            facts: &self.facts,
            names: &self.names,
            calendar: &self.calendar,
            policy: &NoRules,
        }
    }

    pub fn appoint(&mut self, person: u128, role: &str, org: &str) {
        let person: PersonId = id(person);
        let login = format!("p{}", person.uuid().as_u128());
        self.directory.people.insert(person, Person { id: person, name: login.clone(), login, active: true });
        self.directory.appointments.push(Appointment {
            person,
            role: role.into(),
            org: org.into(),
            from: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
            until: None,
        });
    }

    pub fn fact(&mut self, kind: &str, value: &str, project: u128, year: i32) {
        let number = 900 + self.facts.len() as u128;
        self.facts.push(Fact {
            id: id(number),
            kind: kind.into(),
            project: id(project),
            year,
            value: value.into(),
            cap: None,
        });
    }

    pub fn start(&self, definition: &yumen::definition::Definition, by: u128) -> Result<Plan, Refusal> {
        let start = yumen::engine::Start {
            case: id::<yumen::ids::CaseKind>(7) as CaseId,
            number: "1".into(),
            year: 2027,
            initiator: id(by),
            by: None,
            schedule: None,
            carried: yumen::definition::Form::new(),
        };
        yumen::engine::start(definition, start, &self.surroundings())
    }

    pub fn act(
        &self,
        definition: &yumen::definition::Definition,
        case: &Case,
        by: u128,
        action: Action,
    ) -> Result<Plan, Refusal> {
        let command = Command { actor: Actor::Person(id(by)), action };
        yumen::engine::decide(definition, case, &command, &self.surroundings())
    }

    pub fn wake(&self, definition: &yumen::definition::Definition, case: &Case) -> Result<Plan, Refusal> {
        let command = Command { actor: Actor::System("fact-arrived".into()), action: Action::Wake };
        yumen::engine::decide(definition, case, &command, &self.surroundings())
    }

    pub fn recount(&self, definition: &yumen::definition::Definition, case: &Case) -> Result<Plan, Refusal> {
        let command = Command { actor: Actor::System("calendar-changed".into()), action: Action::Recount };
        yumen::engine::decide(definition, case, &command, &self.surroundings())
    }

    pub fn ring(
        &self,
        definition: &yumen::definition::Definition,
        case: &Case,
        activation: u32,
    ) -> Result<Plan, Refusal> {
        let command = Command { actor: Actor::System("time-came".into()), action: Action::Ring { activation } };
        yumen::engine::decide(definition, case, &command, &self.surroundings())
    }

    /// The clock of a task rings.
    pub fn remind(&self, definition: &yumen::definition::Definition, case: &Case, task: u32) -> Result<Plan, Refusal> {
        let command = Command { actor: Actor::System("time-came".into()), action: Action::Remind { task } };
        yumen::engine::decide(definition, case, &command, &self.surroundings())
    }

    pub fn child_ended(
        &self,
        definition: &yumen::definition::Definition,
        case: &Case,
        action: Action,
    ) -> Result<Plan, Refusal> {
        let command = Command { actor: Actor::System("time-came".into()), action };
        yumen::engine::decide(definition, case, &command, &self.surroundings())
    }

    pub fn organisation(&mut self, code: &str, parent: Option<&str>, kind: OrgKind) {
        let organisation = Organisation {
            code: code.into(),
            parent: parent.map(Into::into),
            kind,
            name: Text::new(code, code),
            path: format!("/{code}/"),
        };
        self.directory.organisations.insert(code.into(), organisation);
    }
}

/// A definition whose head is the usual one, without a form: `steps` is all that is written.
pub fn definition_of(steps: &str) -> yumen::definition::Definition {
    let mut written = String::new();
    for line in steps.lines() {
        written.push_str(line);
        written.push('\n');
        if let Some(indent) = line.strip_suffix("by: initiator") {
            written.push_str(&format!("{indent}edit: [note]\n"));
        }
    }
    definition_with(&["note"], &written)
}

/// A definition whose head is the usual one, with these text fields.
pub fn definition_with(fields: &[&str], steps: &str) -> yumen::definition::Definition {
    const HEAD: &str = r#"workflow: story
title: { zh-CN: 故事, en: Story }
about: project
outcomes: [accepted, withdrawn]
start:
  by: { role: project-officer, of: project.unit }
  number: "故〔{year}〕{seq:4}"
form:
"#;
    let policy = yumen::policy::Policy::read(&yumen::app::library::embedded()).unwrap();
    let mut source = HEAD.to_owned();
    for name in fields {
        source.push_str(&format!("  - {{ name: {name}, type: text, title: {{ zh-CN: {name}, en: {name} }} }}\n"));
    }
    source.push_str(steps);
    yumen::definition::check::read(&source, &policy.vocabulary())
        .unwrap_or_else(|problems| panic!("{problems:#?}\n{source}"))
}
