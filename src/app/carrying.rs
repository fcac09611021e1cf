//! What a new case begins with: the fields that its definition carries over, from the form of the case that recorded the
//! standing fact. So nobody types a figure twice.

use super::{App, Failure, loading::Around};
use crate::{
    definition::{Definition, Form, Lamp},
    engine::{Case, surroundings::FormRules as _},
    ids::ProjectId,
    store::{self, Source},
};

/// What was found for the fields of `definition` that are carried over; nothing where no such fact stands.
pub(super) async fn found(
    db: &impl Source,
    definition: &Definition,
    around: &Around,
    (project, year): (ProjectId, i32),
) -> Result<Form, Failure> {
    let mut form = Form::new();
    if definition.form.iter().all(|field| field.from.is_none()) {
        return Ok(form);
    }
    let facts = store::facts::of_project(db, project).await?;
    let standing = facts.iter().rev().filter(|fact| fact.year == year && fact.revoked_at.is_none());
    let standing: Vec<_> = standing.filter(|fact| fact.recorded_at <= around.now).collect();
    for kind in definition.carries() {
        let Some(fact) = standing.iter().find(|fact| fact.kind == kind.as_str()) else { continue };
        let Some(row) = store::cases::find(db, fact.case_id).await? else { continue };
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        for field in &definition.form {
            let from = field.from.as_ref().filter(|from| from.fact == *kind);
            if let Some(value) = from.and_then(|from| case.form.get(&from.field)) {
                form.insert(field.name.clone(), value.clone());
            }
        }
    }
    Ok(form)
}

impl App {
    /// The lamps of the rows of a progress table, as policy reads them today; nothing where the form has none, or not all
    /// that they are read from.
    #[must_use]
    pub fn lamps_of(&self, definition: &Definition, form: &Form) -> Vec<Option<Lamp>> {
        let clocks = definition.clocks.as_ref().and_then(|fields| self.policy().clocks(fields, form, self.now()));
        clocks.map(|clocks| clocks.indicators.iter().map(|it| it.lamp).collect()).unwrap_or_default()
    }
}
