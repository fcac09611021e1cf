//! What effects mean (assessments, targets, budget requests), and what imports bring: plain rows, no SQL.

pub mod budget_request;
pub mod import_organisation;
pub mod import_progress;
pub mod import_projects;
pub mod import_published;
pub mod import_report;
pub mod import_template;
pub mod project;
pub mod published;
pub mod sheet;
pub mod upload;

#[cfg(test)]
mod import_tests;
