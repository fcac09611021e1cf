//! The engine, explored exhaustively: every command, by everybody who may give it, whatever the facts and the conditions
//! are at that moment. What is found is compared with what the verifier says without exploring anything.
#![cfg(not(test))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]
#![expect(clippy::wildcard_enum_match_arm, reason = "what is not followed here says nothing about mandates")]

extern crate self as yumen;

#[path = "../../../src/clock.rs"]
pub mod clock;
#[path = "../../../src/definition/mod.rs"]
pub mod definition;
#[path = "../../../src/engine/mod.rs"]
pub mod engine;
#[path = "../../../src/app/form_rules.rs"]
mod form_rules;
#[path = "../../../src/ids.rs"]
pub mod ids;
#[path = "../../../src/language.rs"]
pub mod language;
#[path = "../../../src/money.rs"]
pub mod money;
#[path = "../../../src/policy/mod.rs"]
pub mod policy;
#[path = "../../../src/verify/mod.rs"]
pub mod verify;

pub mod explorer;
pub mod generator;
pub mod mutants;
pub mod nets;
pub mod oracle;
pub mod states;
pub mod terms;
pub mod worlds;
