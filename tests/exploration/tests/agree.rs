//! The verifier says what exploring the engine finds, on a hundred thousand definitions; on as many as
//! `YUMEN_EXPLORED` says, where it is set. About soundness it is exact. About mandates it never misses anything; it may
//! call a mandate broken that is kept, where branches go on side by side or a return comes straight back, for there it
//! takes more ways to be possible than there are. That is counted and must stay rare.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use exploration::{
    definition::{Definition, mandates::Mandates, problem::Code},
    explorer::explore,
    generator,
    verify::prove,
    worlds::Office,
};
use rand::{SeedableRng as _, rngs::StdRng};

const DEFINITIONS: usize = 100_000;
/// The first seed; the n-th definition has the n-th seed from here.
const SEED: u64 = 20_261_123;
const DISAGREEMENTS_MAX: usize = 5;

#[derive(Default)]
struct Counts {
    sound: AtomicUsize,
    holds: AtomicUsize,
    broken: AtomicUsize,
    too_large: AtomicUsize,
    strict: AtomicUsize,
    states: AtomicUsize,
    disagreed: AtomicUsize,
}

#[test]
fn the_verifier_agrees_with_the_engine_both_ways() {
    let wanted = std::env::var("YUMEN_EXPLORED").ok().map_or(DEFINITIONS, |number| number.parse().unwrap());
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
                    compare(&office, SEED + number as u64, &counts);
                }
            });
        }
    });
    let read = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    println!(
        "{wanted} definitions from seed {SEED}: {} sound, of which {} keep their mandate and {} do not; {} states; {} too large",
        read(&counts.sound),
        read(&counts.holds),
        read(&counts.broken),
        read(&counts.states),
        read(&counts.too_large)
    );
    assert_eq!(read(&counts.disagreed), 0);
    assert!(read(&counts.holds) * 50 > wanted && read(&counts.broken) * 50 > wanted, "the definitions say little");
    assert!(read(&counts.sound) < wanted, "every definition was sound");
    println!("{} were called broken although they are kept", read(&counts.strict));
    assert!(read(&counts.strict) * 200 < wanted, "the verifier is too strict");
    assert!(read(&counts.too_large) * 20 < wanted, "too many were left out");
}

fn compare(office: &Office, seed: u64, counts: &Counts) {
    let (definition, mandates) = generator::definition(&mut StdRng::seed_from_u64(seed));
    let Some(explored) = explore(office, &definition, &mandates.all[0]) else {
        counts.too_large.fetch_add(1, Ordering::Relaxed);
        return;
    };
    counts.states.fetch_add(explored.states, Ordering::Relaxed);
    let codes: Vec<_> = prove(&definition, &mandates).err().unwrap_or_default().iter().map(|p| p.code).collect();
    let is_sound = !codes.iter().any(|code| matches!(code, Code::NeverReached | Code::NeverJoins | Code::NeverEnds));
    let is_broken = codes.iter().any(|code| matches!(code, Code::MandateBypassed | Code::TooFewApprovals));
    // What a mandate says of a definition that is not sound is nobody's concern: it never runs.
    if is_sound && explored.is_sound && is_broken && !explored.is_broken {
        counts.strict.fetch_add(1, Ordering::Relaxed);
    } else if is_sound != explored.is_sound || is_sound && is_broken != explored.is_broken {
        counts.disagreed.fetch_add(1, Ordering::Relaxed);
        let found = (explored.is_sound, explored.is_broken);
        println!(
            "seed {seed}: the engine says (sound, broken) = {found:?}, the verifier {codes:?}\n{}",
            shown(&definition, &mandates)
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
