//! Stories of the whole application below its pages: every one on both databases.

mod chain;
mod doors;
mod locks;
mod publishing;
mod way;
