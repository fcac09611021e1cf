//! The one integration binary.

mod engine;
mod mail;
mod store;
mod tidy;
