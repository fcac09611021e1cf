//! What tests stand on: databases, servers, a browser, people, time and post.

pub mod databases;
pub mod town;
