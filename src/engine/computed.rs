//! What a form says that nobody writes: values carried over when the case starts, and values computed from others.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{
    Start, fields,
    refusal::{Refusal, RoundRefusal},
    surroundings::{FormRules, Surroundings},
    who,
};
use crate::{
    definition::{Computed, Definition, FieldKind, FieldName, Form, Progress, Value},
    policy::clocks::{Clocks, Warning},
};

/// What a new case begins with, of what was found for it: only what its definition carries over, in its own shape. The
/// indicators of accepted targets become the rows of a progress table.
#[must_use]
pub fn carried(definition: &Definition, found: Form) -> Form {
    let shaped = |(name, value): (FieldName, Value)| {
        let field = definition.field(&name).filter(|field| field.from.is_some())?;
        let value = if let Value::Indicators(rows) = value {
            Value::Progress(rows.into_iter().map(Progress::of).collect())
        } else {
            value
        };
        fields::wrong_shape(&field.kind, &value).is_none().then_some((name, value))
    };
    found.into_iter().filter_map(shaped).collect()
}

/// All that a new case begins with, the round it reports on included.
pub(super) fn begun_with(definition: &Definition, start: &Start, s: &Surroundings<'_>) -> Result<Form, Refusal> {
    let day = start.schedule.as_ref().map_or_else(|| who::day_of(s.now), |planned| planned.on);
    let mut form = carried(definition, start.carried.clone());
    form.extend(round(definition, (start.year, day), s.policy)?);
    Ok(form)
}

/// The round that a new case reports on, for the field that says so: the latest of its budget year that was over on the
/// day it is started for. Nobody chooses it, so that no round is passed over; nothing where no round is reported on.
///
/// # Errors
/// [`RoundRefusal::NoRoundOver`].
pub fn round(
    definition: &Definition,
    (year, day): (i32, NaiveDate),
    policy: &dyn FormRules,
) -> Result<Option<(FieldName, Value)>, Refusal> {
    let field = definition.clocks.as_ref().and_then(|clocks| definition.field(&clocks.round));
    let Some((field, FieldKind::Choice(offered))) = field.map(|field| (field, &field.kind)) else { return Ok(None) };
    let round = policy.latest_round(offered, (year, day)).ok_or(RoundRefusal::NoRoundOver { year })?;
    Ok(Some((field.name.clone(), Value::Choice(round))))
}

/// What is computed from a form, and the computed fields that hold nothing any more: both only as far as they differ
/// from what the form says.
pub(super) fn changes(definition: &Definition, form: &Form, s: &Surroundings<'_>) -> (Form, Vec<FieldName>) {
    let Some(clocks) = &definition.clocks else { return (Form::new(), Vec::new()) };
    let clocks = s.policy.clocks(clocks, form, s.now);
    let mut written = Form::new();
    let mut cleared = Vec::new();
    for field in &definition.form {
        let Some(computed) = field.computed else { continue };
        match clocks.as_ref().and_then(|clocks| value(computed, clocks)) {
            Some(value) if form.get(&field.name) != Some(&value) => drop(written.insert(field.name.clone(), value)),
            Some(_) => {}
            None if form.contains_key(&field.name) => cleared.push(field.name.clone()),
            None => {}
        }
    }
    (written, cleared)
}

fn value(computed: Computed, clocks: &Clocks) -> Option<Value> {
    let number = |number: Option<Decimal>| number.map(Value::Number);
    let warns = |is: fn(&Warning) -> bool| Some(Value::Flag(clocks.warnings.iter().any(is)));
    match computed {
        Computed::Rate => number(clocks.rate),
        Computed::Achievement => number(clocks.achievement),
        Computed::Lamp => Some(Value::Choice(clocks.lamp.word().to_owned())),
        Computed::Quadrant => Some(Value::Choice(clocks.quadrant.word().to_owned())),
        Computed::GapWarning => warns(|warning| matches!(warning, Warning::Gap { .. })),
        Computed::FloorWarning => warns(|warning| matches!(warning, Warning::BelowFloor { .. })),
        Computed::ImpossibleWarning => warns(|warning| matches!(warning, Warning::Impossible { .. })),
        Computed::Warned => warns(|_| true),
    }
}
