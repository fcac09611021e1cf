//! Yumen (玉门): workflow orchestration with an approval engine for budget performance management.
//!
//! The map, from the outside in; a module names only what stands to its right:
//!
//! `main → cli → {api, web, jobs} → http → app → {verify → engine, domain, demo, store, notify} →
//! {definition, policy} → {ids, clock, language, money}`
//!
//! The invariants, kept by `tests/it/tidy.rs`:
//!
//! * `definition`, `engine`, `verify` and `policy` do no IO and know no clock.
//! * A case changes only through `app`'s `execute`, and only by `engine::Case::apply`.
//! * Only `store/` speaks SQL, only `jobs/runner.rs` names apalis, only `notify/mailer.rs` speaks SMTP.
//! * Nothing leaves Yumen before the transaction that caused it has committed.
//! * Every text a person reads is in a template, a translation, a `Refusal` or a `Problem`.

pub mod api;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod definition;
pub mod demo;
pub mod domain;
pub mod engine;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod language;
pub mod lifecycle;
pub mod money;
pub mod notify;
pub mod policy;
pub mod store;
pub mod telemetry;
pub mod verify;
pub mod web;
