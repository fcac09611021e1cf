//! What must hold when everything goes wrong at once: nodes that race, stop, die and come back, clocks that jump, work
//! that takes its process down. Small here; `./tests/torture` runs the same at full length.

mod clocks;
mod contested;
mod crashing;
pub mod nodes;
mod starting;
mod stopped;
mod ticks;
mod urged;
mod year;

/// How much of a thing: `small` in every run of the tests, `full` in `./tests/torture`.
fn scale(small: usize, full: usize) -> usize {
    match std::env::var("YUMEN_TEST_TORTURE").as_deref() {
        Ok("full") => full,
        Ok(other) => panic!("YUMEN_TEST_TORTURE is “{other}”; it can only be “full”"),
        Err(_) => small,
    }
}
