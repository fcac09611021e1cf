//! (definition, case, command, surroundings) → plan or refusal. Pure: no IO, no clock, no chance.
//!
//! [`decide`] works on a copy of the case and emits [`Event`]s; [`Case::apply`] is the only place where a case
//! changes, and it cannot fail, so replaying a journal gives the stored state by construction.

pub mod case;
pub mod command;
pub mod event;
pub mod people;
pub mod refusal;
pub mod surroundings;

pub use case::{Activation, Case, Status, Task, TaskKind, Waiting};
pub use command::{Action, Actor, Command, Decision};
pub use event::Event;
pub use people::{Appointment, Directory, Organisation, Person, Principal};
pub use refusal::Refusal;
pub use surroundings::{Effect, Fact, Plan, Project, Surroundings};
