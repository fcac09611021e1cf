//! The one integration binary.

mod engine;
mod store;
mod tidy;
