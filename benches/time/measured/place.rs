//! A database with a department, its officers, and workflows whose only purpose is to take time.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use chrono::{NaiveDate, TimeZone as _, Utc};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use yumen::{
    app::{App, Viewer, library, publishing::Publication},
    clock::{Chance, Clock, Sources},
    engine::who::day_of,
    ids::{PersonId, ProjectId},
    language::Lang,
    policy::Policy,
    store::{Error, Store, directory, people, projects},
};

use super::Database;

/// The budget year.
pub const YEAR: i32 = 2026;
/// More mails than any measurement sends.
const MAILS_MAX: u64 = 1_000_000;
/// How often a place is asked whether it is done.
const LOOKS_EVERY: Duration = Duration::from_millis(20);
/// What a schedule starts, on 1 December: with a deadline for a new major project, without one for any other.
pub const ROUND: &str = r#"workflow: round
title: { zh-CN: 一轮, en: Round }
about: project
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: "轮〔{year}〕{seq:6}" }
schedules:
  - schedule: yearly
    title: { zh-CN: 每年一轮, en: Yearly round }
    for each: project
    cron: "0 9 1 12 *"
    period: year
    missed: once
form:
  - { name: note, type: text, title: { zh-CN: 说明, en: Note } }
steps:
  - choose: dated
    title: { zh-CN: 有无时限, en: Is there a deadline? }
    branches:
      - when: project.is_new_major
        steps:
          - fill: in-time
            title: { zh-CN: 限时填报, en: File in time }
            by: initiator
            edit: [note]
            due: 5 working days
            remind: [when due]
          - end: accepted
    otherwise: next
  - fill: at-leisure
    title: { zh-CN: 填报, en: File }
    by: initiator
    edit: [note]
  - end: accepted
"#;
/// What asks one person.
pub const QUESTION: &str = r#"workflow: question
title: { zh-CN: 审批, en: Question }
about: project
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: "审〔{year}〕{seq:6}" }
form: []
steps:
  - approve: only
    title: { zh-CN: 审批, en: Approve }
    by: { role: unit-head, of: project.unit }
  - end: accepted
"#;

/// Where it is measured.
pub struct Place {
    /// The use cases.
    pub app: App,
    /// The same database for bare SQL.
    pub sql: DatabaseConnection,
    /// Its URL.
    pub url: String,
    /// Time, if it stands still.
    pub clock: Clock,
    /// Who heads the unit.
    pub head: PersonId,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    /// A new database; `still` where time is to stand still, on Monday 23 November 2026, ten o'clock.
    pub async fn new(database: &Database, still: bool) -> anyhow::Result<Self> {
        let (url, folder) = new_database(database).await?;
        let store = Store::open(&url).await?;
        store.migrate().await?;
        let mut policy = Policy::read(&library::embedded()).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        if !still {
            // Mails are measured that go to one person, each by itself.
            policy.mail.at_once_max = MAILS_MAX;
        }
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 2, 0, 0).single().unwrap_or_default();
        let clock = if still { Clock::manual(start) } else { Clock::System };
        let app = App::new(store, Sources { clock: clock.clone(), chance: Chance::System }, policy);
        app.take_calendar().await?;
        add_organisations(&app).await?;
        let head = add_person(&app, "head".to_owned(), "unit-head").await?;
        let sql = sea_orm::Database::connect(sea_orm::ConnectOptions::new(&url).sqlx_logging(false).to_owned()).await?;
        Ok(Self { app, sql, url, clock, head, _folder: folder })
    }

    /// Puts a workflow into force.
    pub async fn publish(&self, name: &str, source: &str) -> anyhow::Result<()> {
        let published = self.app.publish(&[(format!("{name}.yaml"), source.to_owned())], "bench").await?;
        anyhow::ensure!(matches!(published, Publication::Live(_)), "{published:?}");
        Ok(())
    }

    /// So many officers of the unit.
    pub async fn officers(&self, count: usize) -> anyhow::Result<Vec<PersonId>> {
        let mut officers = Vec::with_capacity(count);
        for n in 0..count {
            officers.push(add_person(&self.app, format!("officer-{n}"), "project-officer").await?);
        }
        Ok(officers)
    }

    /// So many projects, shared among `officers`; the first `major` of them are new major ones.
    pub async fn projects(&self, count: usize, major: usize, officers: &[PersonId]) -> anyhow::Result<Vec<ProjectId>> {
        let app = &self.app;
        let rows: Vec<_> = (0..count)
            .map(|n| projects::ProjectRow {
                id: app.sources().new_id(),
                code: format!("T{n:06}"),
                name: format!("测量项目{n}"),
                unit: "school".to_owned(),
                org_path: "/wq/edu/school/".to_owned(),
                nature: "一次性".to_owned(),
                category: "general".to_owned(),
                instrument: "direct".to_owned(),
                is_new_major: n < major,
                total_fen: 100_000_000,
                start_year: YEAR,
                end_year: YEAR,
                description: "为测量而设。".to_owned(),
                leader: officers.get(n % officers.len().max(1)).copied(),
                source: None,
                created_at: app.now(),
            })
            .collect();
        for some in rows.chunks(500) {
            let some = some.to_vec();
            app.store().write(|tx| async move { projects::insert(&tx, some).await }).await.map_err(own)?;
        }
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Who somebody is to the use cases.
    pub async fn viewer(&self, person: PersonId) -> anyhow::Result<Viewer> {
        let directory = self.app.directory(self.app.store().read()).await?;
        let viewer = Viewer::of(&directory, person, day_of(self.app.now()), Lang::Zh);
        viewer.ok_or_else(|| anyhow::anyhow!("{person} is nobody"))
    }

    /// What the database answers to a question that counts.
    pub async fn count(&self, question: &str) -> anyhow::Result<i64> {
        self.answer(Statement::from_string(self.sql.get_database_backend(), question)).await
    }

    /// Waits until a question that counts has none as its answer.
    pub async fn until_none(&self, question: &str) -> anyhow::Result<()> {
        while self.count(question).await? > 0 {
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        Ok(())
    }

    /// The same, with the time in the question.
    pub async fn until_none_at_its_time(&self, question: &str) -> anyhow::Result<()> {
        let backend = self.sql.get_database_backend();
        let now = self.app.now();
        while self.answer(Statement::from_sql_and_values(backend, question, [now.into()])).await? > 0 {
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        Ok(())
    }

    async fn answer(&self, statement: Statement) -> anyhow::Result<i64> {
        let row = self.sql.query_one_raw(statement).await?;
        Ok(row.ok_or_else(|| anyhow::anyhow!("nothing was counted"))?.try_get_by_index(0)?)
    }
}

/// An error of the store, for whoever writes nothing else.
pub fn own(error: Error) -> Error {
    error
}

async fn new_database(database: &Database) -> anyhow::Result<(String, Option<tempfile::TempDir>)> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let server = match database {
        Database::Sqlite => {
            let folder = tempfile::tempdir()?;
            return Ok((format!("sqlite://{}", folder.path().join("yumen.db").display()), Some(folder)));
        }
        Database::Postgres(server) => server,
    };
    let name = format!("yumen_time_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    sea_orm::Database::connect(server).await?.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    let (base, _) = server.rsplit_once('/').ok_or_else(|| anyhow::anyhow!("{server} names no database"))?;
    Ok((format!("{base}/{name}"), None))
}

async fn add_organisations(app: &App) -> anyhow::Result<()> {
    let tree = [("wq", None, "district"), ("edu", Some("wq"), "department"), ("school", Some("edu"), "unit")];
    let organisations = tree.map(|(code, parent, kind)| directory::OrganisationRow {
        code: code.to_owned(),
        parent: parent.map(str::to_owned),
        kind: kind.to_owned(),
        name_zh: code.to_owned(),
        name_en: code.to_owned(),
        path: match code {
            "wq" => "/wq/".to_owned(),
            "edu" => "/wq/edu/".to_owned(),
            _ => "/wq/edu/school/".to_owned(),
        },
    });
    let add = |tx| async move { directory::add_organisations(&tx, organisations.into()).await };
    Ok(app.store().write(add).await.map_err(own)?)
}

async fn add_person(app: &App, login: String, role: &str) -> anyhow::Result<PersonId> {
    let id = app.sources().new_id();
    let person = people::PersonRow {
        id,
        name: login.clone(),
        email: Some(format!("{login}@example.invalid")),
        login,
        password_hash: None,
        lang: "zh-CN".to_owned(),
        active: true,
        created_at: app.now(),
    };
    let appointment = directory::AppointmentRow {
        id: app.sources().nonce(),
        person_id: id,
        role: role.to_owned(),
        org: "school".to_owned(),
        from_day: NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default(),
        until_day: None,
    };
    let add = |tx| async move {
        people::add(&tx, vec![person]).await?;
        directory::appoint(&tx, vec![appointment]).await
    };
    app.store().write(add).await.map_err(own)?;
    Ok(id)
}
