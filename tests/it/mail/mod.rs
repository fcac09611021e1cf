//! Mail, against a real mail server that can be told to fail.

mod delivery;
mod flood;
mod matrix;
mod office;
mod own_texts;
mod relay;
pub mod server;
mod sleepers;
mod timing;
