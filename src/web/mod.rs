//! HTML: one file per page, `templates/` beside it, `assets/` vendored and embedded.
//!
//! A page is a view struct and a template. Handlers extract, call `app`, render; every sentence is in `locales/`.
//!
//! A page is registered in [`pages`] and has its row in [`crate::http::access::RULES`].

pub mod account;
pub mod addresses;
pub mod ahead;
pub mod assets;
pub mod calendar;
pub mod case;
pub mod case_acts;
pub mod definitions;
pub mod desk;
pub mod drafts;
pub mod enter;
pub mod events;
pub mod expressions;
pub mod flow;
pub mod flow_way;
pub mod form;
pub mod form_view;
pub mod frame;
#[cfg(test)]
mod gallery;
pub mod handing_over;
pub mod import;
pub mod inbox;
pub mod incidents;
pub mod language;
mod lists;
pub mod mail_template_view;
pub mod mail_templates;
pub mod mandates;
pub mod monitoring;
pub mod moving;
pub mod notices;
pub mod pages;
pub mod people;
mod people_rows;
pub mod problem_page;
mod progress_view;
pub mod project;
pub mod projects;
pub mod render;
pub mod schedule_rows;
pub mod schedules;
pub mod setup;
pub mod sign_in;
pub mod start;
pub mod substitutes;
pub mod task;
pub mod terms;
pub mod text;
pub mod upload;
mod vote_words;
