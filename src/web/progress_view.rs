//! A progress table as a template shows it.

use super::{
    form::Posted,
    form_view::{FieldView, RowView, row},
};
use crate::{
    app::{shown::Choice, words},
    definition::{
        Cause, Lamp, Likelihood, Value,
        registry::{self, Entry},
    },
    language::Text,
};

/// The rows of a progress table: the indicators as stored, and what was typed beside them, or stored.
pub(super) fn rows(view: &mut FieldView, value: Option<&Value>, typed: &Posted<'_>, lamps: &[Option<Lamp>]) {
    let Some(Value::Progress(stored)) = value else { return };
    let choices = |entries: &'static [Entry], present: &str| -> Vec<Choice> {
        entries.iter().map(|it| Choice::new(it.name, Text::new(it.zh, it.en), present)).collect()
    };
    for (no, held) in stored.iter().enumerate() {
        let said = |column: &str, stored: &str| {
            let just_typed = typed.raw(&format!("{}.{no}.{column}", view.name)).filter(|_| view.editable);
            just_typed.unwrap_or(stored).to_owned()
        };
        let cause = said("cause", held.cause.map_or("", Cause::word));
        let likelihood = said("likelihood", held.likelihood.map_or("", Likelihood::word));
        view.rows.push(RowView {
            line: no + 1,
            so_far: said("so_far", &held.so_far),
            forecast: said("forecast", &held.forecast),
            causes: choices(registry::CAUSES, &cause),
            likelihoods: choices(registry::LIKELIHOODS, &likelihood),
            lamp: lamps.get(no).copied().flatten().map(words::lamp),
            ..row(no, &held.indicator)
        });
    }
}
