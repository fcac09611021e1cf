//! Stories of the whole application below its pages: every one on both databases.

mod calendar;
mod chain;
mod children;
mod chosen;
mod doors;
mod drafts;
mod handing_over;
mod handoffs;
mod imports;
mod locks;
mod mail_templates;
mod mailboxes;
mod mandates;
mod mandates_kept;
mod notices;
mod posts;
mod publishing;
pub mod reminders;
mod schedules;
mod staffing;
mod substitutes;
mod terms;
mod versions;
mod votes;
pub mod waits;
pub mod way;
mod whole_cases;
