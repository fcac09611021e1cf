//! What people see and do, in a real browser.

mod chain;
mod definitions;
mod desk;
mod pages;
mod templates;
