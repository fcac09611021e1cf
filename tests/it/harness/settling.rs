//! How the district of the stories comes to be.

use std::collections::BTreeMap;

use yumen::{
    app::App,
    demo,
    ids::PersonId,
    store::{self, directory, people, projects},
};

/// Puts the demonstration's organisations, people and projects into the database.
pub async fn settle(app: &App) -> BTreeMap<PersonId, String> {
    let (sources, now) = (app.sources().clone(), app.now());
    let district = demo::district().unwrap();
    let organisations = district.organisations.iter().map(|org| directory::OrganisationRow {
        code: org.code.clone(),
        parent: org.parent.clone(),
        kind: org.kind.clone(),
        name_zh: org.name.zh.clone(),
        name_en: org.name.en.clone(),
        path: org.path.clone(),
    });
    let organisations: Vec<_> = organisations.collect();
    let mut logins = BTreeMap::new();
    let (mut people, mut appointments) = (Vec::new(), Vec::new());
    for official in district.people {
        let id: PersonId = sources.new_id();
        for held in official.appointments {
            appointments.push(directory::AppointmentRow {
                id: sources.nonce(),
                person_id: id,
                role: held.role,
                org: held.org,
                from_day: held.from,
                until_day: None,
            });
        }
        logins.insert(id, official.login.clone());
        people.push(people::PersonRow {
            id,
            login: official.login,
            name: official.name,
            email: Some(official.email),
            password_hash: None,
            lang: "zh-CN".to_owned(),
            active: true,
            created_at: now,
        });
    }
    let projects = project_rows(app, &organisations);
    app.store()
        .write(|tx| async move {
            directory::add_organisations(&tx, organisations).await?;
            people::add(&tx, people).await?;
            directory::appoint(&tx, appointments).await?;
            projects::insert(&tx, projects).await
        })
        .await
        .map_err(|error: store::Error| error)
        .unwrap();
    logins
}

fn project_rows(app: &App, organisations: &[directory::OrganisationRow]) -> Vec<projects::ProjectRow> {
    let path = |unit: &str| organisations.iter().find(|org| org.code == unit).expect(unit).path.clone();
    let row = |project: yumen::domain::project::ProjectRow| projects::ProjectRow {
        id: app.sources().new_id(),
        code: project.code,
        name: project.name,
        org_path: path(&project.unit),
        unit: project.unit,
        nature: project.nature.code().to_owned(),
        category: project.category.code().to_owned(),
        instrument: project.instrument.code().to_owned(),
        is_new_major: project.is_new_major,
        total_fen: project.total.fen(),
        start_year: project.start_year,
        end_year: project.end_year,
        description: project.description,
        leader: None,
        source: project.source,
        created_at: app.now(),
    };
    demo::projects().unwrap().into_iter().map(|demo| row(demo.project)).collect()
}
