//! `clocks`: the fields from which the two clocks are read, and the fields that are computed from them.

use super::{
    form::Fields,
    reader::{Map, Reader},
    steps::StepSpots,
};
use crate::{
    definition::{
        clocks::{COMPUTED, ClockFields, Computed},
        model::{Definition, FieldKind, FieldName},
        problem::{Spot, clocks as problems, names::Thing, types},
    },
    language::Text,
};

const EXAMPLE: &str = "clocks: { round: period, budget: budget, executed: executed, progress: progress }";

/// `computed` of a field.
pub(super) fn computed(reader: &mut Reader<'_>, map: &Map<'_>) -> Option<Computed> {
    let words: Vec<_> = COMPUTED.iter().map(|(word, _)| *word).collect();
    let word = map.get("computed").and_then(|node| reader.word(node, &words))?;
    COMPUTED.iter().find(|(known, _)| *known == word).map(|(_, computed)| *computed)
}

/// What a computed field holds; the options of a choice are known.
pub(super) fn computed_kind(
    reader: &mut Reader<'_>,
    map: &Map<'_>,
    (computed, written, spot): (Computed, &str, Spot),
) -> Option<FieldKind> {
    let wanted = computed.field_type();
    if written != wanted {
        reader.report(problems::wrong_type(spot, written, wanted));
        return None;
    }
    for key in ["options", "required", "from"] {
        if let Some(entry) = map.entry(key) {
            reader.report(types::key_of_another_type(entry.spot, key, "computed"));
        }
    }
    Some(match wanted {
        "choice" => {
            let options = computed.options().iter();
            FieldKind::Choice(options.map(|it| (it.name.to_owned(), Text::new(it.zh, it.en))).collect())
        }
        "flag" => FieldKind::Flag,
        _ => FieldKind::Number,
    })
}

/// The fields that the clocks are read from.
pub(super) fn read(reader: &mut Reader<'_>, map: &Map<'_>, form: &Fields) -> Option<(ClockFields, Spot)> {
    let Some(node) = map.get("clocks") else {
        for (field, spot) in form.fields.iter().zip(&form.spots).filter(|(field, _)| field.computed.is_some()) {
            reader.report(problems::nothing_to_compute_from(*spot, field.name.as_str()));
        }
        return None;
    };
    let own = reader.map(node, &["round", "budget", "executed", "progress"], EXAMPLE)?;
    let mut field = |key: &'static str, is: fn(&FieldKind) -> bool, wanted: &str| -> Option<FieldName> {
        let node = reader.required(&own, key, EXAMPLE)?;
        let name = reader.known(node, Thing::Field, &form.names())?;
        let fits = form.fields.iter().any(|field| field.name.as_str() == name && is(&field.kind) && field.required);
        if !fits {
            reader.report(problems::not_a_clock(node.spot, name, wanted));
        }
        fits.then(|| name.into())
    };
    let round = field("round", |kind| matches!(kind, FieldKind::Choice(_)), "choice");
    let budget = field("budget", |kind| *kind == FieldKind::Money, "money");
    let executed = field("executed", |kind| *kind == FieldKind::Money, "money");
    let progress = field("progress", |kind| *kind == FieldKind::ProgressTable, "progress-table");
    Some((ClockFields { round: round?, budget: budget?, executed: executed?, progress: progress? }, node.spot))
}

/// The clocks are read when somebody has written all they are read from, and nobody writes what is computed.
pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, at: Option<Spot>, spots: &[StepSpots]) {
    for (step, spots) in definition.steps.iter().zip(spots) {
        let edit = step.edits();
        let computed = definition.form.iter().filter(|field| field.computed.is_some());
        for field in computed.filter(|field| edit.contains(&field.name)) {
            reader.report(problems::computed_and_edited(spots.name, field.name.as_str()));
        }
        let Some(clocks) = &definition.clocks else { continue };
        if edit.contains(&clocks.round) {
            reader.report(problems::round_and_edited(spots.name, clocks.round.as_str()));
        }
        let missing = clocks.written().into_iter().find(|field| !edit.contains(field));
        if let (Some(missing), true) = (missing, clocks.written().into_iter().any(|field| edit.contains(field))) {
            reader.report(problems::clocks_across_steps(spots.name, missing.as_str()));
        }
    }
    let written = |clocks: &ClockFields| definition.steps.iter().any(|step| step.edits().contains(&clocks.progress));
    if let (Some(clocks), Some(at)) = (&definition.clocks, at)
        && !written(clocks)
    {
        reader.report(problems::clocks_across_steps(at, clocks.progress.as_str()));
    }
}
