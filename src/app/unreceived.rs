//! Packages that another organ has not received in time: nothing is received by itself, an operator is told until it is.

use super::{App, Failure, words};
use crate::{
    engine::Case,
    store::{self, incidents::NewIncident, tasks::TaskRow},
};

/// The kind of an incident about a package that was not received in time.
const NOT_RECEIVED: &str = "handoff-not-received";

impl App {
    /// Tells of every package whose receipt is overdue, and no more of those that were received or taken back.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn tell_unreceived(&self) -> Result<(), Failure> {
        let mut overdue = Vec::new();
        for task in store::tasks::overdue(self.store().read(), self.now()).await? {
            if let Some(incident) = self.unreceived(&task).await? {
                overdue.push(incident);
            }
        }
        let (app, now) = (self.clone(), self.now());
        self.store()
            .write(move |tx| async move {
                for open in store::incidents::open_of_kind(app.store().read(), NOT_RECEIVED).await? {
                    if !overdue.iter().any(|incident| incident.occurrence == open.occurrence) {
                        store::incidents::close(&tx, &open.occurrence, now).await?;
                    }
                }
                for incident in overdue {
                    store::incidents::raise(&tx, incident).await?;
                }
                Ok(())
            })
            .await
    }

    async fn unreceived(&self, task: &TaskRow) -> Result<Option<NewIncident>, Failure> {
        let db = self.store().read();
        let Some(row) = store::cases::find(db, task.case_id).await? else { return Ok(None) };
        let definition = self.definition(db, &row.definition_hash).await?;
        let receipt = definition.step(&task.step.as_str().into()).filter(|step| step.is_receipt());
        let Some(handoff) = receipt.and_then(|step| step.handoff.as_ref()) else { return Ok(None) };
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let title = words::step(&definition, &handoff.name);
        Ok(Some(NewIncident {
            id: self.sources().new_id(),
            occurrence: format!("{}/{}/{NOT_RECEIVED}", case.id, task.no),
            kind: NOT_RECEIVED.to_owned(),
            case_id: Some(case.id),
            summary_zh: format!("办件{}的“{}”逾期未签收，请与接收单位联系。", case.number, title.zh),
            summary_en: format!(
                "“{}” of case {} was not received in time. Ask the other organ.",
                title.en, case.number
            ),
            detail: String::new(),
            opened_at: self.now(),
        }))
    }
}
