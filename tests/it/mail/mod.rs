//! Mail, against a real mail server that can be told to fail.

mod delivery;
mod office;
mod relay;
mod server;
