//! The mandates: what is in force, what is proposed and what it would mean; and below, what the two say who decide.

mod consent;
mod decline;

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{said::Caller, shapes::Words};
use crate::{
    app::{
        mandate_page::{EffectView, ProposalView, SaidView, SetView},
        mandate_words::{ChangeView, MandateView},
    },
    http::{answer::Refused, routes::Routes, site::Site},
};

/// Registers what is about mandates.
pub fn register(routes: Routes) -> Routes {
    routes.api(routes!(mandates)).api(routes!(consent::consent_to_mandates)).api(routes!(decline::decline_mandates))
}

/// Everything about the mandates.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandatesBody {
    /// The set in force; absent before anything went live.
    in_force: Option<MandateSetBody>,
    /// What it says.
    mandates: Vec<MandateBody>,
    /// What is proposed.
    proposed: Option<ProposalBody>,
    /// Every set, newest first.
    history: Vec<MandateSetBody>,
}

/// A set of mandates.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateSetBody {
    /// Counted from 1.
    no: i64,
    /// SM3 of its source.
    hash: String,
    /// The YAML.
    source: String,
    /// Whether it came with the installation.
    founding: bool,
    /// `proposed`, `accepted`, `declined`, `superseded` or `replaced`.
    state: String,
    proposed_at: DateTime<Utc>,
    /// When it took effect, was declined or superseded.
    decided_at: Option<DateTime<Utc>>,
    /// What was said about it.
    said: Vec<StatementBody>,
}

/// What somebody said about a set.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementBody {
    /// As whom: `finance-leader` or `audit-admin`.
    role: String,
    person: String,
    consents: bool,
    reason: String,
    at: DateTime<Utc>,
}

/// A mandate in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateBody {
    name: String,
    /// The article that imposes it.
    basis: String,
    /// What is protected.
    before: Words,
    /// What must be established before.
    needs: Words,
}

/// An open proposal.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalBody {
    set: MandateSetBody,
    changes: Vec<MandateChange>,
    /// What it means for each version that is live or has open cases.
    effect: Vec<MandateEffect>,
    /// Whether no live workflow goes around it, so that it can be consented to.
    can_take_effect: bool,
    /// The roles as which the caller may speak.
    speaks_as: Vec<&'static str>,
}

/// What becomes of a mandate.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateChange {
    /// `added`, `removed`, `changed` or `same`.
    kind: &'static str,
    name: String,
    /// As it is; absent for a new one.
    old: Option<MandateBody>,
    /// As it would be; absent for one that goes.
    new: Option<MandateBody>,
}

/// What a proposal means for a version of a workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateEffect {
    workflow: String,
    version: i32,
    /// Whether new cases start with it.
    live: bool,
    /// Cases on it that go on.
    open: i64,
    /// Where it goes around the proposal.
    problems: Vec<MandateProblem>,
}

/// A way around. It is explained by `yumen check --explain` and its code.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateProblem {
    #[schema(example = "E604")]
    code: String,
    sentence: Words,
    hint: Words,
    /// The shortest way of a case, in words.
    way: Option<Words>,
}

/// What is said about a proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeakOnMandates {
    /// As whom: `finance-leader` or `audit-admin`.
    role: String,
    /// Why; a no needs it. At most 500 characters.
    #[serde(default)]
    reason: String,
}

/// Where a set stands after what was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateState {
    no: i64,
    /// `proposed` while the other consent is missing, `accepted` or `declined`.
    state: String,
}

impl From<SetView> for MandateSetBody {
    fn from(set: SetView) -> Self {
        let SetView { no, hash, source, founding, state, proposed_at, decided_at, said } = set;
        let said = said.into_iter().map(|said| {
            let SaidView { role, person, consents, reason, at, .. } = said;
            StatementBody { role, person, consents, reason, at }
        });
        Self { no, hash, source, founding, state, proposed_at, decided_at, said: said.collect() }
    }
}

impl From<MandateView> for MandateBody {
    fn from(mandate: MandateView) -> Self {
        let (before, needs) = ((&mandate.before).into(), (&mandate.needs).into());
        Self { name: mandate.name, basis: mandate.basis, before, needs }
    }
}

impl From<ProposalView> for ProposalBody {
    fn from(open: ProposalView) -> Self {
        let change = |change: ChangeView| MandateChange {
            kind: change.kind,
            name: change.name,
            old: change.old.map(Into::into),
            new: change.new.map(Into::into),
        };
        Self {
            set: open.set.into(),
            changes: open.changes.into_iter().map(change).collect(),
            effect: open.effect.into_iter().map(Into::into).collect(),
            can_take_effect: open.can_take_effect,
            speaks_as: open.speaks_as.iter().map(|speaker| speaker.role).collect(),
        }
    }
}

impl From<EffectView> for MandateEffect {
    fn from(version: EffectView) -> Self {
        let problems = version.problems.into_iter().map(|problem| MandateProblem {
            code: problem.code,
            sentence: (&problem.sentence).into(),
            hint: (&problem.hint).into(),
            way: problem.way.as_ref().map(Into::into),
        });
        let EffectView { workflow, version, live, open, .. } = version;
        Self { workflow, version, live, open, problems: problems.collect() }
    }
}

/// The mandates in force, the open proposal with what it would mean, and every set there was. For the workflow
/// administrator, the finance leader, the audit administrator and auditors.
#[utoipa::path(get, path = "/api/v1/mandates", tag = "definitions",
    responses((status = 200, body = MandatesBody)))]
pub async fn mandates(State(site): State<Site>, caller: Caller) -> Result<Json<MandatesBody>, Refused> {
    let page = site.app.mandates_page(&caller.0).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(MandatesBody {
        in_force: page.in_force.map(Into::into),
        mandates: page.mandates.into_iter().map(Into::into).collect(),
        proposed: page.open.map(Into::into),
        history: page.history.into_iter().map(Into::into).collect(),
    }))
}
