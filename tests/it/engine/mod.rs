//! The pure engine: stories on small definitions, and properties on generated ones.

mod generate;
mod properties;
mod stories;
mod world;
