//! Use cases: load, decide, save. Pages, the API and the command line call these and nothing below them.

mod effects;
pub mod execute;
mod failure;
mod form_rules;
pub mod letters;
pub mod library;
mod loading;
pub mod passwords;
pub mod problem;
pub mod publishing;
mod saving;
mod state;
pub mod viewer;
pub mod waking;
pub mod words;

pub use execute::{Answer, Caller, Key, Request, What};
pub use failure::Failure;
pub use problem::Problem;
pub use state::App;
pub use viewer::Viewer;
