//! Stories of the whole application below its pages: every one on both databases.

mod chain;
mod locks;
mod way;
