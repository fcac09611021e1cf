//! Commands per second in the engine alone.

use std::time::Instant;

use chrono::{NaiveDate, TimeZone as _, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use yumen::{
    definition::{
        Definition, FieldKind, Form,
        check::{self, Vocabulary},
        condition::Names,
    },
    engine::{
        Action, Actor, Appointment, Case, Command, Decision, Directory, Matter, Organisation, Person, Plan, Project,
        Start, Status, Surroundings, people::OrgKind, surroundings::FormRules,
    },
    ids::{CaseId, PersonId, ProjectId},
    language::Text,
    policy::calendar::Calendar,
};

use crate::rounded;

/// Lifecycles before the measured ones, and measured ones.
const WARM_UP: usize = 200;
const MEASURED: usize = 4000;

const SOURCE: &str = r#"workflow: lifecycle
title: { zh-CN: 测量, en: Measured }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [accepted]
start:
  by: { role: project-officer, of: project.unit }
  number: "测〔{year}〕{seq:6}"
form:
  - { name: amount, type: money, title: { zh-CN: 金额, en: Amount } }
steps:
  - approve: first
    by: { role: department-reviewer, of: project.department }
    due: 5 working days
  - parallel: together
    branches:
      - title: { zh-CN: 业务, en: Section }
        steps:
          - approve: section
            by: { role: finance-section }
            due: 5 working days
      - title: { zh-CN: 绩效, en: Performance }
        steps:
          - approve: performance
            by: { role: finance-performance }
            due: 5 working days
  - approve: last
    by: { role: finance-leader }
    edit: [amount]
    due: 5 working days
  - end: accepted
"#;

/// Who starts, and who decides, in the order of their steps.
const PEOPLE: [(&str, &str); 5] = [
    ("project-officer", "school"),
    ("department-reviewer", "edu"),
    ("finance-section", "fin"),
    ("finance-performance", "fin"),
    ("finance-leader", "fin"),
];

/// Commands per second, and the same number of cases written and read back as JSON.
pub fn measure(vocabulary: &Vocabulary) -> anyhow::Result<Value> {
    let definition = check::read(SOURCE, vocabulary).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let place = Place::new();
    for _ in 0..WARM_UP {
        lifecycle(&definition, &place)?;
    }
    let asked = Instant::now();
    let mut commands = 0_u32;
    for _ in 0..MEASURED {
        commands += lifecycle(&definition, &place)?;
    }
    let deciding = f64::from(commands) / asked.elapsed().as_secs_f64();
    let case = begun(&definition, &place)?.case;
    let asked = Instant::now();
    for _ in 0..commands {
        let stored = serde_json::to_string(&case)?;
        let read: Case = serde_json::from_str(&stored)?;
        anyhow::ensure!(read.id == case.id, "a case does not come back as it was");
    }
    let storing = f64::from(commands) / asked.elapsed().as_secs_f64();
    Ok(json!({
        "commands": commands,
        "commands_per_second": deciding.round(),
        "cases_as_json_per_second": storing.round(),
        "of_json_percent": rounded(100.0 * deciding / storing),
    }))
}

/// One case from start to end; says how many commands that took.
fn lifecycle(definition: &Definition, place: &Place) -> anyhow::Result<u32> {
    let mut case = begun(definition, place)?.case;
    let mut commands = 1;
    while case.status == Status::Running {
        let task = case.tasks.values().next().ok_or_else(|| anyhow::anyhow!("nobody is asked"))?;
        let role = match task.step.as_str() {
            "first" => 1,
            "section" => 2,
            "performance" => 3,
            _ => 4,
        };
        let decision = Decision::Approve;
        let action = Action::Decide {
            task: task.no,
            decision,
            reason: String::new(),
            fields: Form::new(),
            besides: Default::default(),
        };
        let command = Command { actor: Actor::Person(person(role)), action };
        let plan = yumen::engine::decide(definition, &case, &command, &place.surroundings());
        case = plan.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?.case;
        commands += 1;
    }
    Ok(commands)
}

fn begun(definition: &Definition, place: &Place) -> anyhow::Result<Plan> {
    let case = CaseId::from_uuid(Uuid::from_u128(1));
    let start = Start {
        case,
        number: "1".to_owned(),
        year: 2027,
        initiator: person(0),
        by: None,
        schedule: None,
        carried: Form::new(),
    };
    yumen::engine::start(definition, start, &place.surroundings()).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

struct Place {
    directory: Directory,
    matter: Matter,
    names: Names,
    calendar: Calendar,
}

struct NoRules;

impl FormRules for NoRules {
    fn complaints(&self, _: &FieldKind, _: &yumen::definition::Value) -> Vec<Text> {
        Vec::new()
    }
}

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(100 + n))
}

impl Place {
    fn new() -> Self {
        let mut directory = Directory::default();
        for (code, parent, kind) in [
            ("wq", None, OrgKind::District),
            ("edu", Some("wq"), OrgKind::Department),
            ("school", Some("edu"), OrgKind::Unit),
            ("fin", Some("wq"), OrgKind::Department),
        ] {
            let organisation = Organisation {
                code: code.into(),
                parent: parent.map(Into::into),
                kind,
                name: Text::new(code, code),
                path: format!("/{code}/"),
            };
            directory.organisations.insert(code.into(), organisation);
        }
        for (n, (role, org)) in (0..).zip(PEOPLE) {
            let login = format!("p{n}");
            let id = person(n);
            directory.people.insert(id, Person { id, name: login.clone(), login, active: true });
            directory.appointments.push(Appointment {
                person: id,
                role: role.into(),
                org: org.into(),
                from: NaiveDate::MIN,
                until: None,
            });
        }
        let project = Project { id: ProjectId::from_uuid(Uuid::from_u128(2)), unit: "school".into() };
        let matter = Matter::Project(project);
        Self { directory, matter, names: Names::new(), calendar: Calendar::default() }
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            now: Utc.timestamp_opt(1_800_000_000, 0).earliest().unwrap_or_default(),
            people: &self.directory,
            matter: &self.matter,
            facts: &[],
            names: &self.names,
            calendar: &self.calendar,
            policy: &NoRules,
        }
    }
}
