//! The one integration binary. `./tests/run` gives it the PostgreSQL and the browser it needs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod app;
mod browser;
mod calendar;
mod conformance;
mod definition;
mod demo;
mod engine;
mod harness;
mod kill;
mod mail;
mod measured;
mod served;
mod store;
mod tidy;
mod torture;
mod verify;
