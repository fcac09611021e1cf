//! The demonstration's district: organisations, invented people, and projects made from published tables. Pure.

mod district;
mod projects;

#[cfg(test)]
mod tests;

pub use district::{DemoAppointment, DemoOrganisation, DemoPerson, District, district};
pub use projects::{DemoProject, projects, running_projects};

/// The published tables from which the projects are made; also an example for `import published`.
pub const PUBLISHED: &str = include_str!("published-cases.json");

/// The shipped data contradict themselves; the tests keep this from ever being seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the demonstration's {file} is broken: {problem}")]
pub struct DemoFault {
    /// Which file.
    pub file: &'static str,
    /// What is wrong with it.
    pub problem: String,
}
