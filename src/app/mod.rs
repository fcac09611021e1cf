//! Use cases: load, decide, save. Pages, the API and the command line call these and nothing below them.

pub mod attachments;
pub mod case_page;
pub mod demo;
mod effects;
pub mod execute;
mod failure;
mod form_rules;
pub mod importing;
pub mod inbox;
pub mod letters;
pub mod library;
mod loading;
pub mod passwords;
pub mod people;
pub mod problem;
pub mod project_list;
pub mod project_page;
pub mod publishing;
mod saving;
pub mod sessions;
pub mod setup;
pub mod shown;
pub mod sign_in;
pub mod start_page;
mod state;
mod story;
pub mod task_page;
pub mod tokens;
pub mod viewer;
pub mod waking;
pub mod words;

pub use execute::{Answer, Caller, Key, Request, What};
pub use failure::Failure;
pub use problem::Problem;
pub use state::App;
pub use viewer::Viewer;
