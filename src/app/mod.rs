//! Use cases: load, decide, save. Pages, the API and the command line call these and nothing below them.

pub mod library;
pub mod passwords;
pub mod problem;
pub mod viewer;

pub use problem::Problem;
pub use viewer::Viewer;
