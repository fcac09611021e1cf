//! The store, on both databases: every test runs on each.

mod constraints;
mod dispatching;
mod history;
mod kept_out;
mod opening;
mod rows;
mod writing;

use crate::harness::databases;
