//! What comes through the door: routes and roles, the API, sessions and passwords, slow clients.

mod access;
mod api;
mod calendar;
mod deadlines_in_law;
mod definitions;
mod desk;
mod entrance;
mod events;
pub mod house;
mod known_failures;
mod mandates;
mod pages;
mod progress_sheets;
mod schedules;
mod sight;
mod slow;
mod staff;
mod stuck;
mod templates;
mod term_pages;
mod terms;
mod traces;
