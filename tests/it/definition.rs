//! Definitions as files: what is said about a bad one, what hostile ones do, and that the shipped ones are sound.

mod documents;
mod effects;
mod filled;
mod four_eyes;
mod hostile;
mod hostile_conditions;
mod problems;
mod schema;
mod shipped;

use std::{collections::BTreeMap, fs, path::PathBuf};

use yumen::{
    definition::{Definition, check, check::Vocabulary},
    policy::Policy,
};

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn text(path: &str) -> String {
    fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The shipped policy.
pub fn policy() -> Policy {
    let files = ["rules.yaml", "thresholds.yaml", "scoring.yaml", "lamps.yaml"].map(|name| {
        let path = format!("policy/{name}");
        let source = text(&format!("workflows/{path}"));
        (path, source)
    });
    Policy::read(&files).expect("shipped policy is sound")
}

/// What the shipped policy lets definitions name.
pub fn vocabulary() -> Vocabulary {
    policy().vocabulary()
}

/// The shipped definitions by file name.
fn shipped_files() -> BTreeMap<String, String> {
    let names = ["ex-ante-assessment", "performance-targets", "budget-request", "monitoring", "rectification"];
    names.map(|name| (format!("{name}.yaml"), text(&format!("workflows/{name}.yaml")))).into()
}

/// A shipped definition.
pub fn definition(name: &str) -> Definition {
    check::read(&text(&format!("workflows/{name}.yaml")), &vocabulary()).expect("the shipped workflows are sound")
}
