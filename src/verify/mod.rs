//! What is proven of definitions before they run. Pure, and by the engine's own transitions.

pub mod scenarios;
