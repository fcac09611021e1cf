//! What a person may start.

use serde::Serialize;

use super::shown::Choice;
use crate::{
    ids::{CaseId, ProjectId},
    language::Text,
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
