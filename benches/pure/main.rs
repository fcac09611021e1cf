//! What costs no database, printed as JSON: `cargo bench --bench pure`.
//!
//! * Reading and proving: each shipped definition, and generated ones of growing length up to 500 steps, so that one sees
//!   how the cost grows; the same ones without a gate, whose bypass is found and described.
//! * Deciding: commands per second in the engine, on the definition of the lifecycle benchmark, as a share of how often
//!   the same case is written to JSON and read back in the same run.

mod deciding;
mod generated;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yumen::{
    app::{library, proving::definition_files},
    definition::{
        check::{self, Vocabulary},
        mandates::{self, Mandates},
    },
    policy::Policy,
    verify,
};

/// Each definition is read and proven this often, and the fastest is taken.
const TIMES: u32 = 20;
/// The lengths of the generated definitions.
const STEPS: [usize; 4] = [50, 125, 250, 500];

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` asks for a list or a trial; there is nothing to try without measuring.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return Ok(());
    }
    let files = library::embedded();
    let policy = Policy::read(&files).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let vocabulary = policy.vocabulary();
    let mandates = files.iter().find(|(path, _)| path == mandates::FILE).map_or("", |(_, text)| text);
    let mandates =
        check::read_mandates(mandates, &vocabulary).map_err(|problems| anyhow::anyhow!("mandates: {problems:?}"))?;
    let mut shipped = serde_json::Map::new();
    for (path, source) in definition_files(&files) {
        shipped.insert(path.clone(), proving(source, &vocabulary, &mandates)?);
    }
    let (mut lengths, mut broken) = (serde_json::Map::new(), serde_json::Map::new());
    for steps in STEPS {
        lengths.insert(steps.to_string(), proving(&generated::source(steps, false), &vocabulary, &mandates)?);
        broken.insert(steps.to_string(), refusing(&generated::source(steps, true), &vocabulary, &mandates)?);
    }
    let report = json!({
        "proving": { "shipped": shipped, "generated_steps": lengths, "broken_steps": broken },
        "deciding": deciding::measure(&vocabulary)?,
    });
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

/// Milliseconds to read a definition, and to prove it.
fn proving(source: &str, vocabulary: &Vocabulary, mandates: &Mandates) -> anyhow::Result<Value> {
    let (mut reading, mut proof) = (Duration::MAX, Duration::MAX);
    for _ in 0..TIMES {
        let asked = Instant::now();
        let definition = check::read(source, vocabulary).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        reading = reading.min(asked.elapsed());
        let asked = Instant::now();
        verify::prove(&definition, mandates).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        proof = proof.min(asked.elapsed());
    }
    Ok(json!({ "read_ms": millis(reading), "prove_ms": millis(proof) }))
}

/// Milliseconds to find out what is wrong with a definition, the nearest bypass included.
fn refusing(source: &str, vocabulary: &Vocabulary, mandates: &Mandates) -> anyhow::Result<Value> {
    let mut proof = Duration::MAX;
    let definition = check::read(source, vocabulary).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    for _ in 0..TIMES {
        let asked = Instant::now();
        anyhow::ensure!(verify::prove(&definition, mandates).is_err(), "a bypass went unnoticed");
        proof = proof.min(asked.elapsed());
    }
    Ok(json!({ "refuse_ms": millis(proof) }))
}

fn millis(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1000.0)
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
