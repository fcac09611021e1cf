//! The mandates as their page and programs show them: what is in force, what is proposed and what it would mean, and how
//! it came about.

use serde::Serialize;

use super::{
    App, Failure, Viewer,
    compare::{Comparison, compare},
    mandate_proofs::{Proof, proof},
    mandate_words::{self, ChangeView, MandateView},
    mandates::{SEES_MANDATES, open_roles},
    words,
};
use crate::{
    clock::Instant,
    definition::mandates::Mandates,
    engine::{Directory, Refusal},
    language::Text,
    store::{
        self, cases,
        definitions::{self, DefinitionRow},
        mandates::{ConsentRow, SetRow},
    },
};

/// Everything about the mandates.
#[derive(Debug, Clone, Serialize)]
pub struct MandatesPage {
    /// What is in force; none before anything went live.
    pub in_force: Option<SetView>,
    /// The mandates in force.
    pub mandates: Vec<MandateView>,
    /// What is proposed.
    pub open: Option<ProposalView>,
    /// Every set, newest first.
    pub history: Vec<SetView>,
}

/// A set.
#[derive(Debug, Clone, Serialize)]
pub struct SetView {
    /// Counted from 1.
    pub no: i64,
    /// SM3 of its source.
    pub hash: String,
    /// The YAML.
    pub source: String,
    /// Whether it came with the installation.
    pub founding: bool,
    /// `proposed`, `accepted`, `declined`, `superseded` or `replaced`.
    pub state: String,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// When it took effect, was declined or superseded.
    pub decided_at: Option<Instant>,
    /// What was said about it.
    pub said: Vec<SaidView>,
}

/// What somebody said.
#[derive(Debug, Clone, Serialize)]
pub struct SaidView {
    /// As whom, as definitions write it.
    pub role: String,
    /// As whom.
    pub post: Text,
    /// Who.
    pub person: String,
    /// Whether they consented.
    pub consents: bool,
    /// Why; may be empty.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// An open proposal.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalView {
    /// It.
    pub set: SetView,
    /// What becomes of each mandate.
    pub changes: Vec<ChangeView>,
    /// The two texts line by line.
    pub compare: Comparison,
    /// What it means for each version that cases start with or are on.
    pub effect: Vec<EffectView>,
    /// Whether no live workflow goes around it, so that it can be consented to.
    pub can_take_effect: bool,
    /// As whom the viewer may speak.
    pub speaks_as: Vec<SpeakerView>,
}

/// A role of the viewer.
#[derive(Debug, Clone, Serialize)]
pub struct SpeakerView {
    /// As definitions write it.
    pub role: &'static str,
    /// Its title.
    pub post: Text,
}

/// What a proposal means for a version.
#[derive(Debug, Clone, Serialize)]
pub struct EffectView {
    /// The workflow.
    pub workflow: String,
    /// Its title.
    pub title: Text,
    /// The version.
    pub version: i32,
    /// Whether new cases start with it.
    pub live: bool,
    /// Cases on it that go on.
    pub open: i64,
    /// Where it goes around the proposal.
    pub problems: Vec<EffectProblem>,
}

/// A way around.
#[derive(Debug, Clone, Serialize)]
pub struct EffectProblem {
    /// Its code.
    pub code: String,
    /// What is wrong.
    pub sentence: Text,
    /// What to do.
    pub hint: Text,
    /// The way in words.
    pub way: Option<Text>,
}

impl App {
    /// The mandates, for whoever holds one of [`SEES_MANDATES`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for everybody else.
    pub async fn mandates_page(&self, viewer: &Viewer) -> Result<MandatesPage, Failure> {
        if !viewer.holds_any(SEES_MANDATES) {
            return Err(Refusal::NotFound.into());
        }
        let db = self.store().read();
        let directory = self.directory(db).await?;
        let (mut in_force, mut open, mut history) = (None, None, Vec::new());
        for row in store::mandates::all(db).await? {
            let said = store::mandates::said_of(db, row.id).await?;
            let view = view(&directory, &row, &said);
            match row.state.as_str() {
                store::mandates::ACCEPTED => in_force = Some((row, view.clone())),
                store::mandates::PROPOSED => open = Some((row, view.clone(), open_roles(viewer, &said))),
                _ => {}
            }
            history.push(view);
        }
        let (_, source) = self.mandates(db).await?;
        let current = self.read_mandates(&source)?;
        let open = match open {
            Some((row, set, roles)) => Some(self.proposal((&source, &current), (row, set), &roles).await?),
            None => None,
        };
        let mandates = mandate_words::all(self.policy(), &current);
        Ok(MandatesPage { in_force: in_force.map(|(_, view)| view), mandates, open, history })
    }

    /// The number of the set with that hash that took effect last; none where it never did.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn number_of_mandates(&self, hash: &str) -> Result<Option<i64>, Failure> {
        let took_effect = |row: &SetRow| {
            row.hash == hash && [store::mandates::ACCEPTED, store::mandates::REPLACED].contains(&row.state.as_str())
        };
        let all = store::mandates::all(self.store().read()).await?;
        Ok(all.into_iter().find(took_effect).map(|row| row.no))
    }

    async fn proposal(
        &self,
        (source, current): (&str, &Mandates),
        (row, set): (SetRow, SetView),
        roles: &[&'static str],
    ) -> Result<ProposalView, Failure> {
        let proposed = self.read_mandates(&row.source)?;
        let effect = self.effect(&proposed).await?;
        let speaker = |role: &&'static str| SpeakerView { role, post: words::role(&(*role).into()) };
        Ok(ProposalView {
            set,
            changes: mandate_words::changes(self.policy(), current, &proposed),
            compare: compare(source, &row.source),
            can_take_effect: effect.iter().all(|version| !version.live || version.problems.is_empty()),
            effect,
            speaks_as: roles.iter().map(speaker).collect(),
        })
    }

    /// Every version that is live or has open cases against `mandates`: the live ones and what fails first.
    async fn effect(&self, mandates: &Mandates) -> Result<Vec<EffectView>, Failure> {
        let db = self.store().read();
        let mut effect = Vec::new();
        for versions in definitions::all(db).await?.chunk_by(|one, next| one.workflow == next.workflow) {
            let counted = cases::counted_by_version(db, &versions[0].workflow).await?;
            let open = |row: &DefinitionRow| {
                let running =
                    |(hash, status, _): &&(String, String, i64)| *hash == row.hash && status == cases::RUNNING;
                counted.iter().find(running).map_or(0, |(_, _, count)| *count)
            };
            for row in versions.iter().filter(|row| row.is_current || open(row) > 0) {
                effect.push(effect_of(proof(self, row.clone(), mandates), open(row)));
            }
        }
        effect.sort_by_key(|version| (!version.live, version.problems.is_empty()));
        Ok(effect)
    }
}

fn effect_of(proof: Proof, open: i64) -> EffectView {
    let problems = proof.result.err().unwrap_or_default().into_iter().map(|problem| EffectProblem {
        code: problem.code.to_string(),
        sentence: problem.sentence,
        hint: problem.hint,
        way: problem.way.map(|way| way.words),
    });
    EffectView {
        workflow: proof.row.workflow,
        title: proof.title,
        version: proof.row.version,
        live: proof.row.is_current,
        open,
        problems: problems.collect(),
    }
}

fn view(directory: &Directory, row: &SetRow, said: &[ConsentRow]) -> SetView {
    let said = said.iter().map(|said| SaidView {
        role: said.role.clone(),
        post: words::role(&said.role.as_str().into()),
        person: words::person(directory, said.person_id),
        consents: said.decision == store::mandates::CONSENT,
        reason: said.reason.clone(),
        at: said.at,
    });
    SetView {
        no: row.no,
        hash: row.hash.clone(),
        source: row.source.clone(),
        founding: row.founding,
        state: row.state.clone(),
        proposed_at: row.proposed_at,
        decided_at: row.decided_at,
        said: said.collect(),
    }
}
