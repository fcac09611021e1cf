//! What the verifier says of soundness, beside what pm4py says of the same definition as a workflow net. Needs a Python
//! that has pm4py: `YUMEN_TEST_PYTHON=/path/to/python`; `tests/run` makes one.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use exploration::{
    definition::{mandates::Mandates, problem::Code},
    generator::generated,
    nets::net,
    verify::prove,
};
use rand::{SeedableRng as _, rngs::StdRng};

const NETS: usize = 300;
const UNSOUND_MIN: usize = 15;
const SEED: u64 = 4_711;

#[test]
fn pm4py_finds_the_same_definitions_sound() {
    let python =
        std::env::var("YUMEN_TEST_PYTHON").expect("YUMEN_TEST_PYTHON names a Python with pm4py; tests/run makes one");
    let (mut nets, mut verdicts, mut unsound, mut seed) = (Vec::new(), Vec::new(), 0, SEED);
    while nets.len() < NETS || unsound < UNSOUND_MIN {
        seed += 1;
        let definition = generated(&mut StdRng::seed_from_u64(seed)).definition;
        let Some(net) = net(&definition) else { continue };
        let problems = prove(&definition, &Mandates::default()).err().unwrap_or_default();
        let is_sound = !problems
            .iter()
            .any(|problem| matches!(problem.code, Code::NeverReached | Code::NeverJoins | Code::NeverEnds));
        // Most are sound: of these a few hundred are enough.
        if is_sound && nets.len() >= NETS {
            continue;
        }
        unsound += usize::from(!is_sound);
        nets.push(net);
        verdicts.push((seed, is_sound));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python/soundness.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
    child.stdin.take().unwrap().write_all(serde_json::to_string(&nets).unwrap().as_bytes()).unwrap();
    let answer = child.wait_with_output().unwrap();
    assert!(answer.status.success(), "soundness.py failed");
    let theirs: Vec<bool> = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(theirs.len(), verdicts.len());
    let differ: Vec<_> = verdicts.iter().zip(&theirs).filter(|((_, ours), theirs)| ours != *theirs).collect();
    println!("{} nets, {unsound} unsound", nets.len());
    assert!(differ.is_empty(), "(seed, ours), theirs: {differ:?}");
}
