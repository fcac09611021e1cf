//! The verifier says what exploring the engine finds, on a hundred thousand definitions; on as many as
//! `YUMEN_TEST_EXPLORED` says, where it is set: about soundness and about mandates, both ways, without any tolerance.
//! Left out are definitions with too many states. Where steps keep people out, the three people of each role can run out, so
//! that a case is held: whether it ends hangs on there being one more, which the proof of soundness does not ask; then
//! mandates alone are compared. Both are counted and bounded.
//! `YUMEN_TEST_EXPLORED=1000000 cargo test -p yumen-exploration -- --nocapture` explores a million. The n-th definition has
//! the n-th seed from the first one, and `YUMEN_TEST_SEED` begins elsewhere: what fails prints its seed and is tried again by
//! `YUMEN_TEST_SEED=… YUMEN_TEST_EXPLORED=1`.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use exploration::{
    definition::{Definition, mandates::Mandates, problem::Code},
    explorer::{STATES_MAX, STATES_OF_TERMS_MAX, explore},
    generator::{self, Feature},
    verify::prove,
    worlds::Office,
};
use rand::{SeedableRng as _, rngs::StdRng};

const DEFINITIONS: usize = 100_000;
/// The first seed; the n-th definition has the n-th seed from here.
const SEED: u64 = 20_261_123;
/// Each part of the language is explored in at least one of so many definitions.
const FEATURES_SHARE: usize = 100;
/// Each kind of term in at least one of so many.
const TERMS_SHARE: usize = 4_000;
const DISAGREEMENTS_MAX: usize = 5;

#[derive(Default)]
struct Counts {
    sound: AtomicUsize,
    holds: AtomicUsize,
    broken: AtomicUsize,
    too_large: AtomicUsize,
    states: AtomicUsize,
    of_people: AtomicUsize,
    disagreed: AtomicUsize,
    features: Mutex<BTreeMap<Feature, usize>>,
}

#[test]
fn the_verifier_agrees_with_the_engine_both_ways() {
    let wanted = std::env::var("YUMEN_TEST_EXPLORED").ok().map_or(DEFINITIONS, |number| number.parse().unwrap());
    let seed = std::env::var("YUMEN_TEST_SEED").ok().map_or(SEED, |seed| seed.parse().unwrap());
    let counts = Counts::default();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, |cores| cores.get().max(2)) {
            scope.spawn(|| {
                let office = Office::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= wanted || counts.disagreed.load(Ordering::Relaxed) >= DISAGREEMENTS_MAX {
                        break;
                    }
                    compare(&office, seed + number as u64, &counts);
                }
            });
        }
    });
    let read = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    println!(
        "{wanted} definitions from seed {seed}: {} sound, of which {} keep their mandate and {} do not; {} states; {} too large, {} hang on one person more",
        read(&counts.sound),
        read(&counts.holds),
        read(&counts.broken),
        read(&counts.states),
        read(&counts.too_large),
        read(&counts.of_people)
    );
    let features = counts.features.lock().unwrap();
    let shown: Vec<_> = features.iter().map(|(feature, count)| format!("{feature:?} {count}")).collect();
    println!("of these {}", shown.join(", "));
    assert_eq!(read(&counts.disagreed), 0);
    for feature in Feature::all() {
        let found = features.get(&feature).copied().unwrap_or_default();
        let least = if matches!(feature, Feature::Term(_)) { TERMS_SHARE } else { FEATURES_SHARE };
        assert!(found * least >= wanted, "{feature:?} was explored in {found} definitions only");
    }
    assert!(read(&counts.holds) * 50 > wanted && read(&counts.broken) * 50 > wanted, "the definitions say little");
    assert!(read(&counts.sound) < wanted, "every definition was sound");
    assert!(read(&counts.too_large) * 20 < wanted, "too many were left out");
    assert!(read(&counts.of_people) * 50 < wanted, "too many ran out of people");
}

fn compare(office: &Office, seed: u64, counts: &Counts) {
    let generated = generator::generated(&mut StdRng::seed_from_u64(seed));
    let (definition, mandates) = (&generated.definition, &generated.mandates);
    let states_max = if generated.terms.is_empty() { STATES_MAX } else { STATES_OF_TERMS_MAX };
    let Some(explored) = explore(office, &generated, states_max) else {
        counts.too_large.fetch_add(1, Ordering::Relaxed);
        return;
    };
    let mut features = counts.features.lock().expect("nobody panicked");
    generated.features().into_iter().for_each(|feature| *features.entry(feature).or_insert(0) += 1);
    drop(features);
    counts.states.fetch_add(explored.states, Ordering::Relaxed);
    let codes: Vec<_> = prove(definition, mandates).err().unwrap_or_default().iter().map(|p| p.code).collect();
    let is_sound = !codes.iter().any(|code| matches!(code, Code::NeverReached | Code::NeverJoins | Code::NeverEnds));
    let is_broken = codes.iter().any(|code| matches!(code, Code::MandateBypassed | Code::TooFewApprovals));
    // What a mandate says of a definition that is not sound is nobody's concern: it never runs.
    counts.of_people.fetch_add(usize::from(explored.is_sound.is_none()), Ordering::Relaxed);
    let explored_sound = explored.is_sound.unwrap_or(is_sound);
    if is_sound != explored_sound || is_sound && is_broken != explored.is_broken {
        counts.disagreed.fetch_add(1, Ordering::Relaxed);
        let found = (explored_sound, explored.is_broken);
        println!(
            "seed {seed}: the engine says (sound, broken) = {found:?}, the verifier {codes:?}\n{:?} {:?}\n{}",
            generated.terms,
            explored.stuck,
            shown(definition, mandates)
        );
        return;
    }
    if is_sound {
        counts.sound.fetch_add(1, Ordering::Relaxed);
        let count = if is_broken { &counts.broken } else { &counts.holds };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn shown(definition: &Definition, mandates: &Mandates) -> String {
    let steps = definition.steps.iter().map(|step| format!("  {} in {}: {:?}\n", step.name, step.block, step.kind));
    let owners = definition.blocks.iter().map(|block| block.owner).collect::<Vec<_>>();
    format!("{:?}\n  blocks {owners:?}\n{}", mandates.all[0].needs, steps.collect::<String>())
}
