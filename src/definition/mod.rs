//! From a YAML file to a checked [`Definition`]: pure, and every problem at once.
//!
//! `tree` reads YAML into a spanned tree, `check` turns the tree into the real thing, `condition` holds the CEL
//! subset, `span` the durations. Behind the door nobody checks again.

pub mod amounts;
mod back;
pub mod check;
mod choosing;
pub mod clocks;
pub mod condition;
mod drafting;
pub mod handoff;
mod items;
pub mod limits;
pub mod mandates;
pub mod model;
mod number;
pub mod problem;
mod reading;
pub mod registry;
pub mod reminders;
mod results;
pub mod schedule;
pub mod schema;
pub mod span;
mod starts;
mod title;
pub mod tree;
pub mod value;
pub mod vote;
mod waits;
pub mod within;

pub use check::ITEM;
pub use choosing::{CHOSEN_MAX, Choosing, LEVELS_MAX};
pub use clocks::{Carried, Cause, ClockFields, Computed, Lamp, Likelihood, Progress, Quadrant};
pub use handoff::{Handoff, HandoffStage};
pub use items::{Each, EmptyList, ITEMS_MAX, ItemKind, ItemList};
pub use limits::Limits;
pub use model::*;
pub use number::{NumberPart, NumberPattern};
pub use reading::Reading;
pub use reminders::{Escalate, EscalateTo, REPEATED_MAX, Remind, Reminders};
pub use starts::StartCase;
pub use title::{PLACEHOLDERS, TitlePart, TitlePattern};
pub use value::{FileRef, Form, Indicator, Sign, Value};
pub use vote::{Mode, Order, Passes, Vote, VoteRoute, Weighed, Weight};
pub use waits::{NotAYearDay, Wait, YearDay};
