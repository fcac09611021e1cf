//! Whether there are people enough for the workflows that are live: looked at every day and whenever one goes live.
//!
//! What is found is an incident for the workflow administrator, opened once and closed by itself when it is over.

use std::collections::BTreeSet;

use super::{App, Failure};
use crate::{
    definition::check,
    store::{self, Tx, incidents::NewIncident, outbox::NewDispatch},
    verify::people::{self, Finding},
};

/// The kind of an outbox row that looks whether there are people enough.
pub const CHECK_PEOPLE: &str = "check-people";

/// How the occurrence of every such incident begins.
const OCCURRENCES: &str = "people/";
/// Longer names of incidents are replaced by their hash.
const KEY_BYTES_MAX: usize = 200;

impl App {
    /// What there is to say about the people of the district, for every workflow that is live.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn findings_about_people(&self) -> Result<Vec<Finding>, Failure> {
        let read = self.store().read();
        let mut definitions = Vec::new();
        for row in store::definitions::all_current(read).await? {
            // One that today's policy does not know any more is its own problem.
            definitions.extend(check::read(&row.source, self.vocabulary()).ok());
        }
        let directory = self.directory(read).await?;
        let now = self.now();
        let found = tokio::task::spawn_blocking(move || {
            let definitions: Vec<_> = definitions.iter().collect();
            people::check(&definitions, &directory, now)
        });
        found.await.map_err(Failure::broken)
    }

    /// Opens an incident for everything that is found, and closes those that are over.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn check_people(&self) -> Result<(), Failure> {
        let found = self.findings_about_people().await?;
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let now = app.now();
                let wanted: BTreeSet<String> = found.iter().map(occurrence).collect();
                for open in store::incidents::open(&tx).await? {
                    if open.occurrence.starts_with(OCCURRENCES) && !wanted.contains(&open.occurrence) {
                        store::incidents::close(&tx, &open.occurrence, now).await?;
                    }
                }
                for finding in found {
                    let problem = &finding.problem;
                    let incident = NewIncident {
                        id: app.sources().new_id(),
                        occurrence: occurrence(&finding),
                        kind: finding.kind.name().to_owned(),
                        case_id: None,
                        summary_zh: format!("{}{}", problem.sentence.zh, problem.hint.zh),
                        summary_en: format!("{} {}", problem.sentence.en, problem.hint.en),
                        detail: problem.code.text().to_owned(),
                        opened_at: now,
                    };
                    store::incidents::keep(&tx, incident).await?;
                }
                Ok(())
            })
            .await
    }
}

/// Has the people looked at once `tx` is committed, once for an occasion.
pub(super) async fn check_people_after(app: &App, tx: &Tx, occasion: &str) -> Result<(), Failure> {
    let row = NewDispatch {
        id: app.sources().new_id(),
        occurrence: format!("{occasion}/{CHECK_PEOPLE}"),
        kind: CHECK_PEOPLE.to_owned(),
        case_id: None,
        person: None,
        payload: "{}".to_owned(),
    };
    Ok(store::outbox::put(tx, vec![row], app.now()).await?)
}

fn occurrence(finding: &Finding) -> String {
    if finding.key.len() > KEY_BYTES_MAX {
        return format!("{OCCURRENCES}{}", check::hash(&finding.key));
    }
    format!("{OCCURRENCES}{}", finding.key)
}
