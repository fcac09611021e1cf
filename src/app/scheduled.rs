//! The cases that a firing starts: project by project, each in a transaction of its own with the row that keeps it from
//! getting a second one. So a slice may be worked on twice, and pages wait for one project at most.
//!
//! A project that cannot get its case yet, because nobody may start it or a rule says no, is held: an incident names it, the
//! others go on, and it is tried again with everything that had found nobody.

use chrono::Datelike as _;

use super::{
    App, Failure, effects,
    execute::{ATTEMPTS_MAX, begin, is_worth_deciding_anew},
    firing::{FireOrder, PROJECTS_PER_SLICE},
    held_starts, loading, monitoring,
    timetable::midnight,
};
use crate::{
    definition::{
        Definition,
        condition::{NO_FACT, Names, STAGES, Term, fact_name},
        registry,
        schedule::Schedule,
    },
    engine::{self, Planned, Refusal, who::day_of},
    ids::{CaseId, ProjectId},
    language::Text,
    store::{
        self, Tx, budget_requests, facts,
        firings::{self, FiringRow, Subject, SubjectRow},
        incidents::NewIncident,
        projects::{self, ProjectRow},
    },
};

/// The kind of an incident about a project that did not get its case.
const NOT_STARTED: &str = "not-started";

/// What is tried for a project.
#[derive(Clone)]
pub(super) struct Trial {
    pub firing: FiringRow,
    pub title: Text,
    pub schedule: Schedule,
    pub project: ProjectRow,
}

impl App {
    /// Starts the cases of a slice. Safe to repeat.
    ///
    /// # Errors
    /// The first failure, once every project of the slice was tried.
    pub async fn fire_slice(&self, order: &FireOrder) -> Result<(), Failure> {
        let db = self.store().read();
        let Some(firing) = firings::find(db, order.firing).await? else { return Ok(()) };
        // Who comes to be covered after it is done waits for the next one.
        if firing.state == firings::DONE {
            return Ok(());
        }
        let mut failed = None;
        if let Some((definition, schedule)) = self.schedule_of(&firing).await? {
            let mut after = order.after;
            loop {
                let page = PROJECTS_PER_SLICE.unsigned_abs();
                let rows = projects::of_year(db, firing.year, (after, order.until), page).await?;
                let Some(last) = rows.last() else { break };
                after = Some(last.id);
                for project in self.covered(&firing, &schedule, rows).await? {
                    let title = definition.title.clone();
                    let trial = Trial { firing: firing.clone(), title, schedule: schedule.clone(), project };
                    // One that fails does not keep the others from their cases.
                    failed = failed.or(self.try_to_start(trial).await.err());
                }
            }
        }
        if let Some(failure) = failed {
            return Err(failure);
        }
        let (id, no, now) = (order.firing, order.no, self.now());
        Ok(self.store().write(move |tx| async move { firings::end_slice(&tx, id, no, now).await }).await?)
    }

    /// The schedule as it is live now; `None` when its workflow is retired or has it no more.
    pub(super) async fn schedule_of(
        &self,
        firing: &FiringRow,
    ) -> Result<Option<(std::sync::Arc<Definition>, Schedule)>, Failure> {
        let workflow = firing.workflow.as_str().into();
        let Some(definition) = self.current_definition(self.store().read(), &workflow).await? else { return Ok(None) };
        let schedule = definition.schedules.iter().find(|schedule| schedule.name == firing.schedule).cloned();
        Ok(schedule.map(|schedule| (definition, schedule)))
    }

    /// Those of some projects that the schedule covers and that have not been seen to.
    pub(super) async fn covered(
        &self,
        firing: &FiringRow,
        schedule: &Schedule,
        rows: Vec<ProjectRow>,
    ) -> Result<Vec<ProjectRow>, Failure> {
        let db = self.store().read();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let seen = firings::settled(db, (&firing.workflow, &firing.period, firing.year), &ids).await?;
        let rows = rows.into_iter().filter(|row| !seen.contains(&row.id));
        let Some(condition) = &schedule.covers else { return Ok(rows.collect()) };
        let standing = facts::standing_of_year(db, firing.year, &ids).await?;
        let requested = budget_requests::submitted(db, firing.year, &ids).await?;
        let directory = self.directory(db).await?;
        let mut covered = Vec::new();
        for row in rows {
            let mut names = loading::project_names(&row, &directory);
            let own = standing.iter().filter(|(project, _, _)| *project == row.id);
            names.extend(names_for_schedules(&row, day_of(firing.planned_at).year()));
            names.extend(own.map(|(_, kind, value)| (fact_name(kind), Term::Text(value.clone()))));
            names.insert("project.requested".to_owned(), Term::Flag(requested.contains(&row.id)));
            if condition.holds(&names).map_err(Failure::broken)? {
                covered.push(row);
            }
        }
        Ok(covered)
    }

    pub(super) async fn try_to_start(&self, trial: Trial) -> Result<(), Failure> {
        let mut attempt = 1;
        loop {
            let (app, once) = (self.clone(), trial.clone());
            match self.store().write(move |tx| async move { start(&app, &tx, &once).await }).await {
                Ok(()) => return Ok(()),
                Err(Failure::Refused(refusal)) => return self.hold(trial, refusal).await,
                Err(Failure::Store(error)) if attempt < ATTEMPTS_MAX && is_worth_deciding_anew(&error) => attempt += 1,
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn hold(&self, trial: Trial, refusal: Refusal) -> Result<(), Failure> {
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let (firing, now) = (&trial.firing, app.now());
                let row = firings::claim(&tx, subject_row(&app, firing, trial.project.id)).await?;
                // Another node was luckier.
                if row.state != firings::HELD {
                    return Ok(());
                }
                let reason = refusal.code().to_owned();
                firings::save(&tx, SubjectRow { reason: reason.clone(), noted_at: now, ..row }).await?;
                let why = held_starts::why_held(&refusal);
                let (name, year) = (&trial.project.name, firing.year);
                let (workflow, schedule) = (&trial.title, &trial.schedule.title);
                let incident = NewIncident {
                    id: app.sources().new_id(),
                    occurrence: occurrence(firing, trial.project.id),
                    kind: NOT_STARTED.to_owned(),
                    case_id: None,
                    summary_zh: format!(
                        "定时任务“{}”未能为项目“{name}”发起{year}年度的“{}”：{}",
                        schedule.zh, workflow.zh, why.zh
                    ),
                    summary_en: format!(
                        "The schedule “{}” could not start “{}” of {year} for the project {name}: {}",
                        schedule.en, workflow.en, why.en
                    ),
                    detail: reason,
                    opened_at: now,
                };
                Ok(store::incidents::keep(&tx, incident).await?)
            })
            .await
    }
}

/// [`Refusal::CannotStart`] where there is nobody on whose behalf; nothing of a refused start is stored.
async fn start(app: &App, tx: &Tx, trial: &Trial) -> Result<(), Failure> {
    let Trial { firing, schedule, project, .. } = trial;
    let row = firings::claim(tx, subject_row(app, firing, project.id)).await?;
    if row.state != firings::HELD {
        return Ok(());
    }
    let subject = Subject {
        workflow: firing.workflow.clone(),
        period: firing.period.clone(),
        year: firing.year,
        project: project.id,
    };
    let workflow = firing.workflow.as_str().into();
    let definition = app.current_definition(tx, &workflow).await?.ok_or(Refusal::NotFound)?;
    let running = store::cases::running(tx, &firing.workflow, project.id, firing.year).await?;
    let on = day_of(firing.planned_at);
    let present = match monitoring::round_on(app, &definition, (firing.year, on)) {
        Some(round) => monitoring::case_of_round(tx, (&definition, &round), &subject, running.as_ref()).await?,
        None => {
            let (from, until) = schedule.period.bounds(on);
            firings::present_case(tx, &subject, (midnight(from), midnight(until))).await?
        }
    };
    if let Some(case) = present {
        return settle(app, tx, (firing, row), firings::PRESENT, case).await;
    }
    if let Some(running) = running {
        return Err(Refusal::AlreadyRunning { workflow, number: running.number }.into());
    }
    let around = loading::around_project(app, tx, project.id).await?.ok_or(Refusal::NotFound)?;
    around.check_year(firing.year)?;
    let starters = engine::starters(&definition, &around.surroundings(app));
    // Whoever answers for the project goes first.
    let leader = project.leader.filter(|leader| starters.contains(leader));
    let Some(initiator) = leader.or_else(|| starters.first().copied()) else {
        return Err(Refusal::CannotStart.into());
    };
    effects::check_startable(app, tx, &definition, (project.id, firing.year, on)).await?;
    let by = (initiator, firing.year, Some(Planned { schedule: schedule.name.clone(), on }));
    let answer = begin(app, tx, (&definition, &around), by).await?;
    settle(app, tx, (firing, row), firings::STARTED, answer.case).await
}

async fn settle(
    app: &App,
    tx: &Tx,
    (firing, row): (&FiringRow, SubjectRow),
    state: &str,
    case: CaseId,
) -> Result<(), Failure> {
    if !row.reason.is_empty() {
        store::incidents::close(tx, &occurrence(firing, row.project_id), app.now()).await?;
    }
    let (reason, noted_at) = (String::new(), app.now());
    let settled = SubjectRow { state: state.to_owned(), case_id: Some(case), reason, noted_at, ..row };
    Ok(firings::save(tx, settled).await?)
}

pub(super) fn subject_row(app: &App, firing: &FiringRow, project: ProjectId) -> SubjectRow {
    SubjectRow {
        workflow: firing.workflow.clone(),
        period: firing.period.clone(),
        year: firing.year,
        project_id: project,
        firing_id: firing.id,
        state: firings::HELD.to_owned(),
        case_id: None,
        reason: String::new(),
        noted_at: app.now(),
    }
}

pub(super) fn occurrence(firing: &FiringRow, project: ProjectId) -> String {
    format!("schedule/{}/{}/{}/{project}", firing.workflow, firing.period, firing.year)
}

/// What only schedules read of a project.
fn names_for_schedules(row: &ProjectRow, today: i32) -> Names {
    let stage = match () {
        () if today < row.start_year => 0,
        () if today > row.end_year => 2,
        () => 1,
    };
    let none = |fact: &registry::FactEntry| (fact_name(fact.entry.name), Term::Text(NO_FACT.to_owned()));
    let mut names: Names = registry::FACTS.iter().map(none).collect();
    names.insert("project.stage".to_owned(), Term::Text(STAGES[stage].to_owned()));
    names.insert("project.start_year".to_owned(), Term::Int(row.start_year.into()));
    names.insert("project.end_year".to_owned(), Term::Int(row.end_year.into()));
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{app::library, definition::condition::schedule_types, demo, policy::Policy};

    #[test]
    fn every_name_that_a_schedule_may_read_has_a_value() {
        let policy = Policy::read(&library::embedded()).unwrap();
        assert!(policy.schedules.iter().count() > 0);
        let project = demo::projects().unwrap().remove(0).project;
        let row = ProjectRow {
            id: ProjectId::from_uuid(uuid::Uuid::nil()),
            code: project.code,
            name: project.name,
            unit: project.unit,
            org_path: "/".to_owned(),
            nature: project.nature.code().to_owned(),
            category: project.category.code().to_owned(),
            instrument: project.instrument.code().to_owned(),
            is_new_major: project.is_new_major,
            total_fen: project.total.fen(),
            start_year: 2027,
            end_year: 2028,
            description: String::new(),
            leader: None,
            source: None,
            created_at: crate::clock::Instant::default(),
        };
        let mut names = loading::project_names(&row, &engine::Directory::default());
        names.extend(names_for_schedules(&row, 2026));
        assert_eq!(names.get("project.stage"), Some(&Term::Text("planned".to_owned())));
        names.insert("project.requested".to_owned(), Term::Flag(false));
        let known: BTreeSet<_> = schedule_types().into_keys().collect();
        assert_eq!(names.into_keys().collect::<BTreeSet<_>>(), known);
    }
}
