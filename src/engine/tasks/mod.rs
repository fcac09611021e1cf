//! What people do with one task besides deciding it: each term is a file.
//!
//! Whatever is changed here hangs on the open task ([`Hands`]), and so belongs to one activation.

mod access;
mod apply;
mod choose;
mod claim;
mod delegate;
mod event;
mod refusal;
mod signers;
mod state;
mod take_back;
mod term;
mod transfer;
mod undo;
mod urge;

pub use access::{colleagues, is_pooled, may_act};
pub use choose::{Choice, Chosen, choices};
pub use event::TaskEvent;
pub use refusal::{Forbidden, TaskRefusal};
pub use state::{Advice, Asked, Follower, Hands, Holding, Opinion, Placing};
pub use term::Term;
pub use undo::Undo;
