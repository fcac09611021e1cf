//! The store, on both databases: every test runs on each.

mod databases;
mod opening;
