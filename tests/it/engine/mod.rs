//! The pure engine: stories on small definitions and on the shipped ones, and properties on
//! generated ones.

mod brought_in;
mod chosen;
mod edit;
mod emptied;
mod generate;
mod handing_over;
mod kept_out;
mod known_failures;
mod lists;
mod moving;
mod moving_approvals;
mod properties;
mod reminding;
mod returns;
mod shipped;
mod sight;
mod stories;
mod substitutes;
mod take_back;
mod tasks;
mod votes;
mod whole_case;
mod world;
