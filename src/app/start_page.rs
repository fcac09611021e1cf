//! What a person may start.

use serde::Serialize;

use super::{
    App, Failure, Viewer, effects,
    execute::would_start,
    loading,
    project_page::{STAGES, sentence},
    shown::Choice,
    words,
};
use crate::{
    definition::{About, Definition},
    engine::{Refusal, who::day_of},
    ids::{CaseId, PersonId, ProjectId},
    language::Text,
    store::{
        self,
        project_reads::{self, Filter},
    },
};

/// The page from which a case is started.
#[derive(Debug, Clone, Serialize)]
pub struct StartPage {
    /// The projects this person may start something for.
    pub projects: Vec<Choice>,
    /// The one that is chosen.
    pub project: Option<ChosenProject>,
    /// The budget years to choose from.
    pub years: Vec<Choice>,
    /// The workflows, each open or closed with its reason.
    pub workflows: Vec<WorkflowChoice>,
}

/// The chosen project.
#[derive(Debug, Clone, Serialize)]
pub struct ChosenProject {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// The unit that runs it.
    pub unit: Text,
    /// The budget year.
    pub year: i32,
}

/// A workflow to start.
#[derive(Debug, Clone, Serialize)]
pub struct WorkflowChoice {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// What it is good for.
    pub purpose: Text,
    /// Why it cannot be started now.
    pub closed_because: Option<Text>,
    /// The case that is already running.
    pub running: Option<CaseId>,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

/// Projects offered at most.
const PROJECTS_MAX: u64 = 500;

/// What was chosen so far.
#[derive(Debug, Clone, Default)]
pub struct StartChoice {
    /// The project.
    pub project: Option<ProjectId>,
    /// The budget year.
    pub year: Option<i32>,
    /// The workflow.
    pub workflow: String,
}

impl App {
    /// What a person may start: their projects, and for the chosen one every workflow with why it is closed.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn start_page(&self, viewer: &Viewer, chosen: &StartChoice) -> Result<StartPage, Failure> {
        let db = self.store().read();
        let year = chosen.year.unwrap_or_else(|| self.budget_year());
        let mut projects = Vec::new();
        if viewer.holds_any(&["project-officer"]) {
            let filter = Filter { year, ..Filter::default() };
            let present = chosen.project.map(|id| id.to_string()).unwrap_or_default();
            for row in project_reads::page(db, &viewer.scope, &filter, PROJECTS_MAX, 0).await? {
                let title = format!("{}（{}）", row.name, row.code);
                projects.push(Choice::new(&row.id.to_string(), Text::new(title.clone(), title), &present));
            }
        }
        let (budget_year, present) = (self.budget_year(), year.to_string());
        let years = (budget_year - 1..=budget_year + 1).map(|one| one.to_string());
        let mut page = StartPage {
            projects,
            project: None,
            years: years.map(|one| Choice::new(&one, Text::new(one.clone(), one.clone()), &present)).collect(),
            workflows: Vec::new(),
        };
        if let Some(id) = chosen.project {
            self.offer_workflows(viewer, (id, year, &chosen.workflow), &mut page).await?;
        }
        Ok(page)
    }

    async fn offer_workflows(
        &self,
        viewer: &Viewer,
        (id, year, present): (ProjectId, i32, &str),
        page: &mut StartPage,
    ) -> Result<(), Failure> {
        let db = self.store().read();
        let row = project_reads::find(db, &viewer.scope, id).await?.ok_or(Refusal::NotFound)?;
        let around = loading::around_project(self, db, id).await?.ok_or(Refusal::NotFound)?;
        let unit = words::organisation(&around.directory, &row.unit);
        let near = self.budget_year() - 1..=self.budget_year() + 1;
        let years = around.years.clone().filter(|one| near.contains(one) || *one == year).map(|one| one.to_string());
        page.years =
            years.map(|one| Choice::new(&one, Text::new(one.clone(), one.clone()), &year.to_string())).collect();
        page.project = Some(ChosenProject { id, name: row.name, unit, year });
        for name in startable(&store::definitions::all_current(db).await?) {
            let Some(definition) = self.current_definition(db, &name.as_str().into()).await? else { continue };
            if definition.about != About::Project {
                continue;
            }
            let running = store::cases::running(db, &name, id, year).await?;
            let closed = match &running {
                Some(case) => {
                    Some(Refusal::AlreadyRunning { workflow: name.as_str().into(), number: case.number.clone() })
                }
                None => self.closed_now(&definition, (viewer.person, id, year), &around).await?,
            };
            let basis: Vec<_> = definition.basis.iter().map(|b| words::citation(self.policy(), b)).collect();
            let basis = basis.join("；");
            page.workflows.push(WorkflowChoice {
                name: name.clone(),
                title: definition.title.clone(),
                purpose: Text::new(format!("依据：{basis}"), format!("Basis: {basis}")),
                chosen: closed.is_none() && name == present,
                closed_because: closed.as_ref().map(sentence),
                running: running.map(|case| case.id),
            });
        }
        Ok(())
    }
}

impl App {
    /// The refusal that starting now would meet.
    async fn closed_now(
        &self,
        definition: &Definition,
        (person, project, year): (PersonId, ProjectId, i32),
        around: &loading::Around,
    ) -> Result<Option<Refusal>, Failure> {
        let of = (project, year, day_of(self.now()));
        match effects::check_startable(self, self.store().read(), definition, of).await {
            Ok(()) => Ok(would_start(self, definition, (person, year), around).err()),
            Err(Failure::Refused(refusal)) => Ok(Some(refusal)),
            Err(failure) => Err(failure),
        }
    }
}

/// Every live workflow: the stages of a project's life cycle in their order, then the others by name.
fn startable(live: &[store::definitions::DefinitionRow]) -> Vec<String> {
    let mut names: Vec<_> = live.iter().map(|row| row.workflow.clone()).collect();
    names.sort_by_key(|name| (STAGES.iter().position(|stage| stage == name).unwrap_or(STAGES.len()), name.clone()));
    names
}
