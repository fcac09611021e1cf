//! What a decider had before them, kept with the decision.

use super::surroundings::{Matter, Surroundings};
use crate::definition::{Form, Step, Value};

/// The SM3 of the draft that the case is about, and of the files in its form that the step shows.
pub(super) fn texts(step: &Step, form: &Form, s: &Surroundings<'_>) -> Vec<String> {
    let draft = match s.matter {
        Matter::Project(_) => None,
        Matter::Draft(draft) => Some(draft.text.clone()),
    };
    draft.into_iter().chain(files_in(step, form)).collect()
}

fn files_in(step: &Step, form: &Form) -> Vec<String> {
    form.iter()
        .filter(|(name, _)| !step.hides(name))
        .filter_map(|(_, value)| if let Value::Files(files) = value { Some(files) } else { None })
        .flatten()
        .map(|file| file.hash.clone())
        .collect()
}
