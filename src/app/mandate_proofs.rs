//! What is live, proven against a set of mandates, and the certificates of that.

use super::{App, Failure};
use crate::{
    definition::{check, mandates::Mandates, problem::Problem},
    language::Text,
    store::{
        self, Source, Tx,
        definitions::{self, DefinitionRow},
        incidents::NewIncident,
    },
    verify::{self, Certificate, VERIFIER},
};

/// The kind of an incident about a live definition that goes around a mandate in force.
const DEFINITION_UNPROVEN: &str = "definition-unproven";

/// A version, proven or not.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The version.
    pub row: DefinitionRow,
    /// Its title.
    pub title: Text,
    /// What proves it, or every way around.
    pub result: Result<Certificate, Vec<Problem>>,
}

/// Every live definition against `mandates`, by name.
pub(super) async fn proofs(app: &App, source: &impl Source, mandates: &Mandates) -> Result<Vec<Proof>, Failure> {
    let live = definitions::all_current(source).await?;
    Ok(live.into_iter().map(|row| proof(app, row, mandates)).collect())
}

/// One version against `mandates`. One that today's policy does not know any more is not proven.
pub(super) fn proof(app: &App, row: DefinitionRow, mandates: &Mandates) -> Proof {
    let named = |problem: Problem| Problem { file: Some(format!("{}.yaml", row.workflow)), ..problem };
    let (title, result) = match check::read(&row.source, app.vocabulary()) {
        Ok(definition) => (definition.title.clone(), verify::prove(&definition, mandates)),
        Err(problems) => (Text::new(row.workflow.as_str(), row.workflow.as_str()), Err(problems)),
    };
    let result = result.map_err(|problems| problems.into_iter().map(named).collect());
    Proof { row, title, result }
}

/// Keeps the certificate of a proof with its version.
pub(super) async fn keep(app: &App, tx: &Tx, proof: &Proof) -> Result<(), Failure> {
    let Ok(certificate) = &proof.result else { return Ok(()) };
    let certificate = serde_json::to_string(certificate).map_err(Failure::broken)?;
    definitions::certify(tx, &proof.row.hash, certificate).await?;
    Ok(store::incidents::close(tx, &occurrence(&proof.row), app.now()).await?)
}

/// Proves again what is live and was proven by other mandates, or by another verifier. What goes around stays live, for
/// cases depend on it, and is an incident until another version takes its place.
pub(super) async fn certify_live(app: &App, tx: &Tx, mandates: &Mandates) -> Result<(), Failure> {
    for row in definitions::all_current(tx).await? {
        let kept = row.certificate.as_deref().and_then(|kept| serde_json::from_str::<Certificate>(kept).ok());
        if kept.is_some_and(|kept| kept.mandates == mandates.hash && kept.verifier == VERIFIER) {
            continue;
        }
        let proof = proof(app, row, mandates);
        match &proof.result {
            Ok(_) => keep(app, tx, &proof).await?,
            Err(problems) => store::incidents::keep(tx, incident(app, &proof, problems.len())).await?,
        }
    }
    Ok(())
}

fn incident(app: &App, proof: &Proof, problems: usize) -> NewIncident {
    let (title, workflow) = (&proof.title, &proof.row.workflow);
    NewIncident {
        id: app.sources().new_id(),
        occurrence: occurrence(&proof.row),
        kind: DEFINITION_UNPROVEN.to_owned(),
        case_id: None,
        summary_zh: format!(
            "现行流程“{}”不符合现行的强制性规定（{problems}处）。请从现行版本新建草稿，按提示修改后发布。",
            title.zh
        ),
        summary_en: format!(
            "The live workflow “{}” goes around mandates in force ({problems} problem(s)). Begin a draft from it, mend what is told there and publish it.",
            title.en
        ),
        detail: workflow.clone(),
        opened_at: app.now(),
    }
}

fn occurrence(row: &DefinitionRow) -> String {
    format!("unproven/{}", row.workflow)
}
