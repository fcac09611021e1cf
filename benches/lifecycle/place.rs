//! A database with one department, five people, and a project for each lane.

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use yumen::{
    app::{App, library, publishing::Publication},
    clock::Sources,
    ids::{PersonId, ProjectId},
    policy::Policy,
    store::{Error, Store, directory, people, projects},
};

use crate::LANES;

/// Who decides, in the order of their steps; the officer who starts comes first.
pub const ROLES: [(&str, &str); 5] = [
    ("project-officer", "school"),
    ("department-reviewer", "edu"),
    ("finance-section", "fin"),
    ("finance-performance", "fin"),
    ("finance-leader", "fin"),
];

/// The workflow that is measured.
pub const WORKFLOW: &str = "lifecycle";
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
    title: { zh-CN: 初审, en: First }
    by: { role: department-reviewer, of: project.department }
    due: 5 working days
  - parallel: together
    title: { zh-CN: 会签, en: Together }
    branches:
      - title: { zh-CN: 业务, en: Section }
        steps:
          - approve: section
            title: { zh-CN: 业务审核, en: Section }
            by: { role: finance-section }
            due: 5 working days
      - title: { zh-CN: 绩效, en: Performance }
        steps:
          - approve: performance
            title: { zh-CN: 绩效审核, en: Performance }
            by: { role: finance-performance }
            due: 5 working days
  - approve: last
    title: { zh-CN: 审批, en: Last }
    by: { role: finance-leader }
    edit: [amount]
    due: 5 working days
  - end: accepted
"#;

/// Where it is measured.
pub struct Place {
    /// The use cases.
    pub app: App,
    /// The same database for bare SQL.
    pub sql: DatabaseConnection,
    /// The people, in the order of [`ROLES`].
    pub people: Vec<PersonId>,
    /// A project for each lane.
    pub projects: Vec<ProjectId>,
}

impl Place {
    /// Makes the database at `url`.
    pub async fn new(url: &str) -> anyhow::Result<Self> {
        let store = Store::open(url).await?;
        store.migrate().await?;
        let policy = Policy::read(&library::embedded()).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        let app = App::new(store, Sources::system(), policy);
        let published = app.publish(&[(format!("{WORKFLOW}.yaml"), SOURCE.to_owned())], "bench").await?;
        anyhow::ensure!(matches!(published, Publication::Live(_)), "{published:?}");
        let people = add_people(&app).await?;
        let projects = add_projects(&app).await?;
        let mut options = sea_orm::ConnectOptions::new(url);
        // One writer is what SQLite has; every lane of PostgreSQL gets a connection.
        let is_sqlite = url.starts_with("sqlite");
        options.max_connections(if is_sqlite { 1 } else { u32::try_from(LANES)? }).sqlx_logging(false);
        let sql = Database::connect(options).await?;
        if is_sqlite {
            sql.execute_unprepared("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
                .await?;
        }
        Ok(Self { app, sql, people, projects })
    }
}

/// A database of its own on the server.
pub async fn new_postgres(server: &str) -> anyhow::Result<String> {
    let name = format!("yumen_bench_{}", std::process::id());
    Database::connect(server).await?.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    let (base, _) = server.rsplit_once('/').ok_or_else(|| anyhow::anyhow!("{server} names no database"))?;
    Ok(format!("{base}/{name}"))
}

async fn add_people(app: &App) -> anyhow::Result<Vec<PersonId>> {
    let tree = [("wq", None, "district"), ("edu", Some("wq"), "department"), ("school", Some("edu"), "unit")];
    let tree = tree.into_iter().chain([("fin", Some("wq"), "department")]);
    let organisations = tree.map(|(code, parent, kind)| directory::OrganisationRow {
        code: code.to_owned(),
        parent: parent.map(str::to_owned),
        kind: kind.to_owned(),
        name_zh: code.to_owned(),
        name_en: code.to_owned(),
        path: match parent {
            None => format!("/{code}/"),
            Some("wq") => format!("/wq/{code}/"),
            Some(parent) => format!("/wq/{parent}/{code}/"),
        },
    });
    let organisations = organisations.collect();
    let rows: Vec<_> = ROLES
        .iter()
        .map(|(role, _)| people::PersonRow {
            id: app.sources().new_id(),
            login: (*role).to_owned(),
            name: (*role).to_owned(),
            email: Some(format!("{role}@example.invalid")),
            password_hash: None,
            lang: "zh-CN".to_owned(),
            active: true,
            created_at: app.now(),
        })
        .collect();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let appointments = ROLES
        .iter()
        .zip(&ids)
        .map(|((role, org), person)| directory::AppointmentRow {
            id: app.sources().nonce(),
            person_id: *person,
            role: (*role).to_owned(),
            org: (*org).to_owned(),
            from_day: app.now().date_naive() - chrono::Days::new(30),
            until_day: None,
        })
        .collect();
    app.store()
        .write(|tx| async move {
            directory::add_organisations(&tx, organisations).await?;
            people::add(&tx, rows).await?;
            directory::appoint(&tx, appointments).await
        })
        .await
        .map_err(|error: Error| error)?;
    Ok(ids)
}

async fn add_projects(app: &App) -> anyhow::Result<Vec<ProjectId>> {
    let rows: Vec<_> = (0..LANES)
        .map(|lane| projects::ProjectRow {
            id: app.sources().new_id(),
            code: format!("B-{lane:03}"),
            name: format!("测量项目{lane}"),
            unit: "school".to_owned(),
            org_path: "/wq/edu/school/".to_owned(),
            nature: "一次性".to_owned(),
            category: "general".to_owned(),
            instrument: "direct".to_owned(),
            is_new_major: false,
            total_fen: 100_000_000,
            start_year: 2027,
            end_year: 2027,
            description: "为测量而设。".to_owned(),
            leader: None,
            source: None,
            created_at: app.now(),
        })
        .collect();
    let ids = rows.iter().map(|row| row.id).collect();
    app.store().write(|tx| async move { projects::insert(&tx, rows).await }).await.map_err(|error: Error| error)?;
    Ok(ids)
}
