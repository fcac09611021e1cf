//! What tests stand on: databases, servers, a browser, people, time and post.

pub mod browser;
pub mod databases;
pub mod decisions;
pub mod server;
mod settling;
pub mod town;
