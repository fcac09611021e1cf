//! One version of a workflow, whole.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::versions::VersionBody;
use crate::{
    api::said::{At, Caller},
    app::Failure,
    engine::Refusal,
    http::{answer::Refused, site::Site},
    verify::Certificate,
};

/// A version with its text and its proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeVersion {
    #[serde(flatten)]
    version: VersionBody,
    /// The YAML.
    source: String,
    /// The scenarios beside it, as YAML; absent where it came without.
    scenarios: Option<String>,
    /// What was proven of it; absent where no certificate was kept.
    certificate: Option<CertificateBody>,
}

/// What was proven of a version when it was published.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateBody {
    /// The number of the verifier that made it.
    verifier: u32,
    /// SM3 of the definition's source.
    definition: String,
    /// SM3 of the mandates' source.
    mandates: String,
    /// The kinds of check that found nothing: `file`, `soundness`, `mandates`.
    #[schema(value_type = Vec<String>)]
    checks: serde_json::Value,
    proven: Vec<ProvenBody>,
}

/// A mandate that holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProvenBody {
    mandate: String,
    /// The steps that it protects.
    before: Vec<String>,
    /// The steps that establish what it needs.
    by: Vec<String>,
}

impl CertificateBody {
    fn of(kept: &str) -> Result<Self, serde_json::Error> {
        let certificate: Certificate = serde_json::from_str(kept)?;
        let proven = certificate.proven.into_iter().map(|proven| ProvenBody {
            mandate: proven.mandate,
            before: proven.before.iter().map(ToString::to_string).collect(),
            by: proven.by.iter().map(ToString::to_string).collect(),
        });
        Ok(Self {
            verifier: certificate.verifier,
            definition: certificate.definition,
            mandates: certificate.mandates,
            checks: serde_json::to_value(&certificate.checks)?,
            proven: proven.collect(),
        })
    }
}

/// One version of a workflow: its text and the certificate of what was proven of it.
#[utoipa::path(get, path = "/api/v1/definitions/{workflow}/versions/{version}", tag = "definitions",
    params(("workflow" = String, Path, description = "The workflow's name"),
        ("version" = i32, Path, description = "The number of the version")),
    responses((status = 200, body = WholeVersion)))]
pub async fn version(
    State(site): State<Site>,
    caller: Caller,
    At((workflow, number)): At<(String, i32)>,
) -> Result<Json<WholeVersion>, Refused> {
    let refused = |failure| caller.refused(failure);
    let versions = site.app.versions_of(&workflow).await.map_err(refused)?;
    let found = versions.iter().find(|version| version.row.version == number);
    let found = found.ok_or_else(|| refused(Failure::Refused(Refusal::NotFound)))?;
    let certificate = found.row.certificate.as_deref().map(CertificateBody::of).transpose();
    Ok(Json(WholeVersion {
        version: found.into(),
        source: found.row.source.clone(),
        scenarios: found.row.scenarios.clone(),
        certificate: certificate.map_err(|why| refused(Failure::broken(why)))?,
    }))
}
