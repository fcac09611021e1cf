//! HTML: one file per page, `templates/` beside it, `assets/` vendored and embedded.
//!
//! A page is a view struct and a template. Handlers extract, call `app`, render; every sentence is in `locales/`.
//!
//! A route is registered through [`routes::Routes`] and has a row in [`access::RULES`]; the guard lets nothing else in.
//! Handlers take [`visit::Visit`] (who is looking, the `csrf` token for their forms), `Option<Visit>` where anyone may
//! come, and [`visit::Reading`] for the language.

pub mod access;
pub mod account;
pub mod answer;
pub mod assets;
pub mod case;
pub mod csrf;
pub mod definitions;
pub mod enter;
pub mod expressions;
pub mod flow;
pub mod form;
pub mod form_view;
pub mod frame;
#[cfg(test)]
mod gallery;
pub mod guard;
pub mod harden;
pub mod headers;
pub mod import;
pub mod inbox;
pub mod language;
pub mod observe;
pub mod pages;
pub mod patience;
pub mod people;
pub mod problem_page;
pub mod project;
pub mod projects;
pub mod render;
pub mod resume;
pub mod routes;
pub mod server;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod site;
pub mod start;
pub mod task;
pub mod text;
pub mod upload;
pub mod visit;
