//! (definition, case, command, surroundings) → plan or refusal. Pure: no IO, no clock, no chance.
//!
//! [`decide`] works on a copy of the case and emits [`Event`]s; [`Case::apply`] is the only place where a case
//! changes, and it cannot fail, so replaying a journal gives the stored state by construction.

mod amounts;
mod apply;
mod back;
mod barring;
pub mod case;
pub mod children;
pub mod command;
pub mod computed;
mod decide;
pub mod deputy;
pub mod event;
pub mod fields;
pub mod halt;
pub mod handing_over;
pub mod heads;
pub mod items;
pub mod moving;
mod names;
pub mod people;
mod post;
pub mod recount;
pub mod refusal;
pub mod reminding;
mod revoke;
mod seats;
mod seen;
pub mod sight;
mod starting;
pub mod surroundings;
pub mod talk;
pub mod tally;
pub mod tasks;
mod voting;
mod waits;
mod wake;
mod walk;
pub mod who;

pub use case::{Activation, Case, Status, StepResult, Subject, Task, TaskKind, Waiting};
pub use children::{Child, StartedBy};
pub use command::{Action, Actor, Besides, Command, Decision};
pub use decide::decide;
pub use event::Event;
pub use handing_over::{HandingOverRefusal, Held};
pub use items::{Item, ItemAt, ItemIs, ItemRun};
pub use names::condition_names;
pub use people::{Appointment, Directory, Organisation, Person, Principal};
pub use refusal::{
    CalendarRefusal, DefinitionRefusal, MandateRefusal, Refusal, RoundRefusal, ScheduleRefusal, TemplateRefusal,
};
pub use sight::Sight;
pub use starting::{Planned, Start, may_start, start, starters};
pub use surroundings::{Draft, Effect, Fact, Matter, Plan, Project, Surroundings};
pub use tasks::{TaskEvent, TaskRefusal, Term, may_act};
