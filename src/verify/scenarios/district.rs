//! The small organisation of the scenarios: `scenarios/district.yaml` beside the definitions.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    definition::{
        check::{Vocabulary, reader::Map, reader::Reader, reader::Unique},
        condition::{Names, Term},
        problem::{Problem, Spot, names::Thing, scenarios as say, types},
        registry,
        tree::{self, Node},
    },
    engine::{Appointment, Directory, Draft, Matter, Organisation, Person, Project, people::OrgKind},
    ids::Id,
    language::Text,
    money::{Money, MoneyUnit},
};

/// Where it stands, relative to the folder of definitions.
pub const PATH: &str = "scenarios/district.yaml";

/// The days from which appointments hold: before anything that a scenario tells.
const LONG_AGO: Option<NaiveDate> = NaiveDate::from_ymd_opt(2000, 1, 1);

/// Everything that scenarios can name besides workflows.
#[derive(Debug, Clone)]
pub(super) struct District {
    pub directory: Directory,
    pub projects: BTreeMap<String, ScenarioMatter>,
    /// The day on which scenarios begin unless they say another.
    pub today: NaiveDate,
}

/// What scenarios can be about: a project, or a draft of a definition.
#[derive(Debug, Clone)]
pub(super) struct ScenarioMatter {
    /// It, as the engine is told.
    pub matter: Matter,
    /// Its name in Chinese, by which a scenario may call it as well.
    pub name: String,
    /// The first and the last year in which a project asks for money; every year for a draft.
    pub years: (i32, i32),
    /// `project.*` as conditions read them; none for a draft.
    pub names: Names,
}

impl ScenarioMatter {
    /// A draft of the definition of `workflow`, which may be a new one.
    pub fn draft(workflow: &str) -> Self {
        let text = "0".repeat(64);
        let draft = Draft { id: Id::from_uuid(Uuid::from_u128(0x4000)), workflow: workflow.into(), text };
        let (matter, names) = (Matter::Draft(draft), Names::new());
        Self { matter, name: workflow.to_owned(), years: (i32::MIN, i32::MAX), names }
    }

    /// The project, where it is one.
    pub const fn project(&self) -> Option<&Project> {
        match &self.matter {
            Matter::Project(project) => Some(project),
            Matter::Draft(_) => None,
        }
    }
}

/// Reads the file.
///
/// # Errors
/// Every problem in it.
pub(super) fn read(source: &str, vocabulary: &Vocabulary) -> Result<District, Vec<Problem>> {
    let (root, duplicates) = tree::read(source).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(vocabulary, duplicates);
    let district = district(&mut reader, &root);
    let problems = reader.finish();
    match district {
        Some(district) if problems.is_empty() => Ok(district),
        Some(_) | None => Err(problems),
    }
}

const KEYS: &[&str] = &["today", "organisations", "people", "projects"];

fn district(reader: &mut Reader<'_>, root: &Node) -> Option<District> {
    let map = reader.map(root, KEYS, "today: 2026-11-23")?;
    let today = reader.required(&map, "today", "2026-11-23").and_then(|node| date(reader, node));
    let mut directory = Directory::default();
    if let Some(node) = reader.required(&map, "organisations", "[{ code: fin, kind: department, … }]") {
        organisations(reader, node, &mut directory);
    }
    if let Some(node) = reader.required(&map, "people", "[{ login: li-wei, name: 李伟, posts: […] }]") {
        people(reader, node, &mut directory);
    }
    let projects = reader.required(&map, "projects", "[{ code: road-repair, … }]");
    let projects = projects.map(|node| projects_of(reader, node, &directory)).unwrap_or_default();
    Some(District { directory, projects, today: today? })
}

/// A calendar date.
pub(super) fn date(reader: &mut Reader<'_>, node: &Node) -> Option<NaiveDate> {
    let text = reader.text(node, "2026-11-23")?;
    let date = text.parse().ok();
    if date.is_none() {
        reader.report(say::not_a_value(node.spot, text, "2026-11-23"));
    }
    date
}

fn organisations(reader: &mut Reader<'_>, node: &Node, directory: &mut Directory) {
    let mut taken = Unique::new();
    for node in reader.one_or_many(node) {
        let keys = &["code", "parent", "kind", "name"];
        let Some(map) = reader.map(node, keys, "{ code: fin, parent: wuqing, kind: department, name: … }") else {
            continue;
        };
        let code =
            reader.required(&map, "code", "fin").and_then(|node| Some((node.spot, reader.name(node, '-', "fin")?)));
        let kind = reader.required(&map, "kind", "department");
        let kind = kind.and_then(|node| reader.word(node, &["district", "department", "section", "unit"]));
        let name = reader.both(&map, "name");
        let Some((spot, code)) = code else { continue };
        taken.claim(reader, spot, code);
        let parent = map.get("parent").and_then(|node| organisation(reader, node, directory));
        let above = parent.as_deref().and_then(|code| directory.organisations.get(&code.into()));
        let path = format!("{}{code}/", above.map_or("/", |above| &above.path));
        let organisation = Organisation {
            code: code.into(),
            parent: parent.as_deref().map(Into::into),
            kind: match kind {
                Some("district") => OrgKind::District,
                Some("department") => OrgKind::Department,
                Some("section") => OrgKind::Section,
                Some(_) | None => OrgKind::Unit,
            },
            name: name.unwrap_or_else(|| Text::new(code, code)),
            path,
        };
        directory.organisations.insert(code.into(), organisation);
    }
}

/// A known organisation, which stands above in the file.
fn organisation(reader: &mut Reader<'_>, node: &Node, directory: &Directory) -> Option<String> {
    let text = reader.text(node, "fin")?;
    let known: Vec<_> = directory.organisations.keys().map(|code| code.as_str()).collect();
    if known.contains(&text) {
        return Some(text.to_owned());
    }
    reader.report(say::unknown(node.spot, Text::new("机构", "organisation"), text, &known));
    None
}

fn people(reader: &mut Reader<'_>, node: &Node, directory: &mut Directory) {
    let mut taken = Unique::new();
    for (index, node) in reader.one_or_many(node).iter().enumerate() {
        let Some(map) = reader.map(node, &["login", "name", "posts"], "{ login: li-wei, name: 李伟, posts: […] }")
        else {
            continue;
        };
        let login = reader.required(&map, "login", "li-wei");
        let login = login.and_then(|node| Some((node.spot, reader.name(node, '-', "li-wei")?)));
        let name = reader.required(&map, "name", "李伟");
        let name = name.and_then(|node| Some((node.spot, reader.text(node, "李伟")?)));
        let (Some((spot, login)), Some((name_spot, name))) = (login, name) else { continue };
        taken.claim(reader, spot, login);
        taken.claim(reader, name_spot, name);
        let id = Id::from_uuid(Uuid::from_u128(0x1000 + index as u128));
        let person = Person { id, login: login.to_owned(), name: name.to_owned(), active: true };
        directory.people.insert(id, person);
        for post in map.get("posts").map_or(&[][..], |node| reader.one_or_many(node)) {
            let Some(map) = reader.map(post, &["role", "of"], "{ role: project-officer, of: road-works }") else {
                continue;
            };
            let known = registry::ROLES.iter().map(|entry| entry.name).collect::<Vec<_>>();
            let role = reader.required(&map, "role", "project-officer");
            let role = role.and_then(|node| reader.known(node, Thing::Role, &known));
            let of = reader.required(&map, "of", "road-works").and_then(|node| organisation(reader, node, directory));
            if let (Some(role), Some(of), Some(from)) = (role, of, LONG_AGO) {
                let (role, org) = (role.into(), of.as_str().into());
                directory.appointments.push(Appointment { person: id, role, org, from, until: None });
            }
        }
    }
}

const PROJECT_KEYS: &[&str] =
    &["code", "name", "unit", "total", "years", "nature", "category", "instrument", "is_new_major"];

fn projects_of(reader: &mut Reader<'_>, node: &Node, directory: &Directory) -> BTreeMap<String, ScenarioMatter> {
    let mut taken = Unique::new();
    let mut projects = BTreeMap::new();
    for (index, node) in reader.one_or_many(node).iter().enumerate() {
        let example = "{ code: road-repair, name: 农村公路修缮, unit: road-works, total: 1200万元, years: 2027-2028 }";
        let Some(map) = reader.map(node, PROJECT_KEYS, example) else { continue };
        let code = reader.required(&map, "code", "road-repair");
        let code = code.and_then(|node| Some((node.spot, reader.name(node, '-', "road-repair")?)));
        let name = reader.required(&map, "name", "农村公路修缮").and_then(|node| reader.text(node, "农村公路修缮"));
        let unit = reader.required(&map, "unit", "road-works").and_then(|node| organisation(reader, node, directory));
        let total = reader.required(&map, "total", "1200万元").and_then(|node| amount_of(reader, node));
        let years = reader.required(&map, "years", "2027-2028").and_then(|node| years(reader, node));
        let mut names = described(reader, &map);
        let (Some((spot, code)), Some(name), Some(unit), Some(total), Some(years)) = (code, name, unit, total, years)
        else {
            continue;
        };
        taken.claim(reader, spot, code);
        let department = directory.department_of(&unit.as_str().into()).map(|found| found.code.to_string());
        names.insert("project.total".into(), Term::Money(total.fen()));
        names.insert("project.unit".into(), Term::Text(unit.clone()));
        names.insert("project.department".into(), Term::Text(department.unwrap_or_default()));
        let id = Id::from_uuid(Uuid::from_u128(0x2000 + index as u128));
        let matter = Matter::Project(Project { id, unit: unit.as_str().into() });
        projects.insert(code.to_owned(), ScenarioMatter { matter, name: name.to_owned(), years, names });
    }
    projects
}

/// What conditions may ask of a project; the first of each list unless the file says otherwise.
fn described(reader: &mut Reader<'_>, map: &Map<'_>) -> Names {
    let mut names = Names::new();
    for (key, values) in [
        ("nature", &["一次性", "经常性", "阶段性"][..]),
        ("category", &["general", "government-fund", "state-capital", "social-insurance"]),
        ("instrument", &["direct", "ppp", "investment-fund", "procurement", "purchased-service", "government-debt"]),
    ] {
        let said = map.get(key).and_then(|node| reader.word(node, values));
        names.insert(format!("project.{key}"), Term::Text(said.unwrap_or(values[0]).to_owned()));
    }
    names.insert("project.is_new_major".into(), Term::Flag(reader.flag(map, "is_new_major")));
    names
}

fn years(reader: &mut Reader<'_>, node: &Node) -> Option<(i32, i32)> {
    let text = reader.text(node, "2027-2028")?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let years = first.trim().parse().ok().zip(last.trim().parse().ok()).filter(|(first, last)| first <= last);
    if years.is_none() {
        reader.report(types::not_a_count(node.spot, text, 2000, 2100));
    }
    years
}

fn amount_of(reader: &mut Reader<'_>, node: &Node) -> Option<Money> {
    let text = reader.text(node, "1200万元")?;
    let amount = amount(text);
    if amount.is_none() {
        reader.report(say::not_a_value(node.spot, text, "1200万元"));
    }
    amount
}

/// An amount with its unit; without one it is none.
pub(super) fn amount(text: &str) -> Option<Money> {
    let text = text.trim();
    ["万元", "元", "wan", "yuan"].into_iter().find_map(|sign| {
        let digits = text.strip_suffix(sign)?;
        Money::parse(digits, MoneyUnit::from_sign(sign)?).ok()
    })
}

/// The top of a file.
pub(super) const fn top() -> Spot {
    Spot { at: crate::definition::Place { line: 1, column: 1 }, len: 1 }
}
