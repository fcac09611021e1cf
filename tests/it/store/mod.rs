//! The store, on both databases: every test runs on each.

mod opening;

use crate::harness::databases;
