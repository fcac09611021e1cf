//! Where the fixtures are played: one database for all of them, with a workflow and a project for each.

use std::{collections::BTreeMap, path::Path, sync::Mutex};

use chrono::{Days, NaiveDate, TimeZone as _, Utc};
use serde::Deserialize;
use uuid::Uuid;
use yumen::{
    app::{App, library},
    clock::{Chance, Clock, Sources},
    definition::check,
    ids::{PersonId, ProjectId},
    policy::Policy,
    store::{self, Store, definitions, directory, people, projects},
};

use super::fixture::Fixture;
use crate::harness::databases::{Database, Kind, fresh};

/// The budget year of every fixture.
pub const YEAR: i32 = 2027;
/// The first day of every post.
const POSTS_FROM: Option<NaiveDate> = NaiveDate::from_ymd_opt(2020, 1, 1);

/// The prepared database.
pub struct Ground {
    store: Store,
    policy: Policy,
    /// People by login.
    pub people: BTreeMap<String, PersonId>,
    /// The post of each: role and organisation.
    pub posts: BTreeMap<String, (String, String)>,
    /// How often each person came back to their post.
    pub returns: Mutex<BTreeMap<String, u64>>,
    places: BTreeMap<String, usize>,
    _database: Database,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organisation {
    organisations: Vec<Unit>,
    people: Vec<Official>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    code: String,
    parent: Option<String>,
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Official {
    login: String,
    role: String,
    of: String,
}

impl Ground {
    /// A fresh database with everything that the fixtures need.
    pub async fn prepared(kind: Kind, fixtures: &[Fixture]) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/conformance/organisation.yaml");
        let organisation: Organisation = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let policy = Policy::read(&library::embedded()).expect("the shipped policy reads");
        let database = fresh(kind).await;
        let id = |index: usize| PersonId::from_uuid(Uuid::from_u128(0x1000 + index as u128));
        let people = organisation.people.iter().enumerate();
        let ground = Self {
            store: database.store.clone(),
            policy,
            people: people.map(|(index, official)| (official.login.clone(), id(index))).collect(),
            posts: organisation.people.iter().map(|o| (o.login.clone(), (o.role.clone(), o.of.clone()))).collect(),
            returns: Mutex::default(),
            places: fixtures.iter().enumerate().map(|(index, fixture)| (fixture.name.clone(), index)).collect(),
            _database: database,
        };
        ground.settle(&organisation, fixtures).await;
        ground
    }

    /// Yumen as one fixture sees it: with a clock of its own, which stands at ten on Monday 23 November 2026.
    pub fn app(&self, fixture: &Fixture) -> (App, Clock) {
        let clock = Clock::manual(Utc.with_ymd_and_hms(2026, 11, 23, 2, 0, 0).unwrap());
        let chance = Chance::seeded(self.places[&fixture.name] as u64);
        (App::new(self.store.clone(), Sources { clock: clock.clone(), chance }, self.policy.clone()), clock)
    }

    /// The project of a fixture.
    pub fn project(&self, fixture: &Fixture) -> ProjectId {
        project_id(self.places[&fixture.name])
    }

    async fn settle(&self, organisation: &Organisation, fixtures: &[Fixture]) {
        let now = Utc.with_ymd_and_hms(2026, 11, 20, 2, 0, 0).unwrap();
        let mut units: Vec<directory::OrganisationRow> = Vec::new();
        for unit in &organisation.organisations {
            let above = units.iter().find(|row| Some(&row.code) == unit.parent.as_ref());
            units.push(directory::OrganisationRow {
                code: unit.code.clone(),
                parent: unit.parent.clone(),
                kind: unit.kind.clone(),
                name_zh: unit.code.clone(),
                name_en: unit.code.clone(),
                path: format!("{}{}/", above.map_or("/", |row| &row.path), unit.code),
            });
        }
        let people = self.people.iter().map(|(login, id)| people::PersonRow {
            id: *id,
            login: login.clone(),
            name: login.clone(),
            email: None,
            password_hash: None,
            lang: "zh-CN".to_owned(),
            active: true,
            created_at: now,
        });
        let posts: Vec<_> = self.people.keys().map(|login| self.post(login)).collect();
        let projects: Vec<_> = (0..fixtures.len()).map(|index| project(index, &units, now)).collect();
        let definitions: Vec<_> = fixtures.iter().flat_map(|fixture| self.definitions(fixture, now)).collect();
        let people: Vec<_> = people.collect();
        self.store
            .write(|tx| async move {
                directory::add_organisations(&tx, units).await?;
                people::add(&tx, people).await?;
                directory::appoint(&tx, posts).await?;
                projects::insert(&tx, projects).await?;
                for new in definitions {
                    definitions::publish(&tx, new).await?;
                }
                Ok::<_, store::Error>(())
            })
            .await
            .unwrap();
    }

    /// The post of a person, as they hold it now.
    pub fn post(&self, login: &str) -> directory::AppointmentRow {
        let (role, org) = self.posts[login].clone();
        let person_id = self.people[login];
        let times = self.returns.lock().unwrap().get(login).copied().unwrap_or_default();
        let id = Uuid::from_u128(person_id.uuid().as_u128() * 1000 + u128::from(times));
        let from_day = POSTS_FROM.unwrap() + Days::new(times);
        directory::AppointmentRow { id, person_id, role, org, from_day, until_day: None }
    }

    /// Gives a post back, a day later each time: appointments are never overwritten.
    pub async fn reappoint(&self, login: &str) {
        *self.returns.lock().unwrap().entry(login.to_owned()).or_default() += 1;
        let post = self.post(login);
        let back = self.store.write(move |tx| async move { directory::appoint(&tx, vec![post]).await }).await;
        back.unwrap();
    }

    fn definitions(&self, fixture: &Fixture, at: yumen::clock::Instant) -> Vec<definitions::NewDefinition> {
        fixture.sources().into_iter().map(|source| self.definition(fixture, source, at)).collect()
    }

    /// A definition of a fixture, which must have no problem.
    pub fn definition(
        &self,
        fixture: &Fixture,
        source: String,
        at: yumen::clock::Instant,
    ) -> definitions::NewDefinition {
        let definition = check::read(&source, &self.policy.vocabulary()).unwrap_or_else(|problems| {
            let lines: Vec<_> = problems.iter().map(|p| p.line(yumen::language::Lang::En)).collect();
            panic!("{}: {}\n{source}", fixture.name, lines.join("\n"))
        });
        definitions::NewDefinition {
            draft: None,
            certificate: None,
            scenarios: None,
            hash: definition.hash,
            workflow: definition.name.to_string(),
            source,
            published_at: at,
            published_by: "conformance".to_owned(),
        }
    }
}

fn project_id(index: usize) -> ProjectId {
    ProjectId::from_uuid(Uuid::from_u128(0x2000 + index as u128))
}

fn project(index: usize, units: &[directory::OrganisationRow], at: yumen::clock::Instant) -> projects::ProjectRow {
    let unit = units.iter().find(|row| row.code == "road").expect("the unit of the projects");
    projects::ProjectRow {
        id: project_id(index),
        code: format!("P{index}"),
        name: format!("P{index}"),
        org_path: unit.path.clone(),
        unit: unit.code.clone(),
        nature: "一次性".to_owned(),
        category: "general".to_owned(),
        instrument: "direct".to_owned(),
        is_new_major: false,
        total_fen: 100_000_000,
        start_year: YEAR,
        end_year: YEAR,
        description: String::new(),
        leader: None,
        source: None,
        created_at: at,
    }
}
