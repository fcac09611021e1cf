//! HTML: one file per page, `templates/` beside it, `assets/` vendored and embedded.
//!
//! A page is a view struct and a template. Handlers extract, call `app`, render; every sentence is in `locales/`.
//!
//! A route is registered through [`routes::Routes`] and has a row in [`access::RULES`]; the guard lets nothing else in.
//! Handlers take [`visit::Visit`] (who is looking, the `csrf` token for their forms), `Option<Visit>` where anyone may
//! come, and [`visit::Reading`] for the language.

pub mod access;
pub mod answer;
pub mod csrf;
pub mod headers;
pub mod patience;
pub mod routes;
pub mod server;
pub mod site;
pub mod visit;
