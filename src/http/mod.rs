//! The door that pages and API share: the server, the guard, sessions, headers, and how problems are answered.
//!
//! A route is registered through [`routes::Routes`] and has a row in [`access::RULES`]; the guard lets nothing else in.
//! Handlers take [`visit::Visit`] (who is looking, the `csrf` token for their forms), `Option<Visit>` where anyone may
//! come, and [`visit::Reading`] for the language. Nothing here knows a page: what draws problems is registered with them.

pub mod access;
pub mod answer;
pub mod csrf;
pub mod guard;
pub mod harden;
pub mod headers;
pub mod health;
pub mod observe;
pub mod patience;
pub mod resume;
pub mod routes;
pub mod server;
pub mod session;
pub mod site;
pub mod streams;
pub mod visit;
