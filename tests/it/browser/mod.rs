//! What people see and do, in a real browser.

mod chain;
mod desk;
mod pages;
