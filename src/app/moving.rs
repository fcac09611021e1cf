//! Open cases of a workflow and the version that is live: which stay, which can move, which cannot and why.

use serde::{Deserialize, Serialize};

use super::{
    App, Caller, Failure, Request, Viewer, What,
    case_page::subject_name,
    drafts::WRITES_DEFINITIONS,
    execute::{Answer, Settling, settle},
    loading, words,
};
use crate::{
    definition::Definition,
    engine::{
        Actor, Case, DefinitionRefusal, Refusal,
        moving::{self, Verdict},
    },
    ids::CaseId,
    language::Text,
    store::{Tx, cases, definitions},
};

/// An open case beside a version of its workflow.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// The case.
    pub case: CaseId,
    /// 流程编号.
    pub number: String,
    /// What it is about.
    pub about: String,
    /// Who started it.
    pub initiator: String,
    /// The version it is on.
    pub version: i32,
    /// Where it stands.
    pub stands: Vec<Text>,
    /// What the version means for it.
    pub verdict: Verdict,
}

/// The open cases of a workflow beside its live version.
#[derive(Debug, Clone)]
pub struct MovingReport {
    /// The live version.
    pub version: i32,
    /// Its title.
    pub title: Text,
    /// The cases, by number.
    pub cases: Vec<OpenCase>,
}

/// What moving every case that can came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moved {
    /// How many moved.
    pub moved: usize,
    /// How many stay with the version they are on.
    pub left: usize,
}

impl App {
    /// Every open case of a workflow beside its live version, by number.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever writes no definitions and where there is no such workflow,
    /// [`DefinitionRefusal::NothingLive`].
    pub async fn moving_report(&self, viewer: &Viewer, workflow: &str) -> Result<MovingReport, Failure> {
        if !viewer.holds_any(WRITES_DEFINITIONS) {
            return Err(Refusal::NotFound.into());
        }
        let db = self.store().read();
        if definitions::versions(db, workflow).await?.is_empty() {
            return Err(Refusal::NotFound.into());
        }
        let row = definitions::current(db, workflow).await?;
        let row = row.ok_or(Refusal::from(DefinitionRefusal::NothingLive))?;
        let live = self.definition(db, &row.hash).await?;
        let cases = self.open_cases(workflow, &live).await?;
        Ok(MovingReport { version: row.version, title: live.title.clone(), cases })
    }

    /// Every open case of a workflow beside a version of it that is live or could be.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn open_cases(&self, workflow: &str, new: &Definition) -> Result<Vec<OpenCase>, Failure> {
        let db = self.store().read();
        let versions = definitions::versions(db, workflow).await?;
        let mut open = Vec::new();
        for row in cases::running_of(db, workflow).await? {
            let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
            let old = self.definition(db, &row.definition_hash).await?;
            let around = loading::around(self, db, &case.subject).await?.ok_or(Refusal::NotFound)?;
            let stands = case.activations.values().map(|activation| words::step(&old, &activation.step));
            open.push(OpenCase {
                case: row.id,
                number: row.number,
                about: subject_name(&case.subject, &around.name),
                initiator: words::person(&around.directory, row.initiator),
                version: versions.iter().find(|v| v.hash == row.definition_hash).map_or(0, |v| v.version),
                stands: stands.collect(),
                verdict: moving::judge(&old, new, &case, &around.surroundings(self)),
            });
        }
        Ok(open)
    }

    /// Moves every open case that can to the live version of its workflow, each in a transaction of its own. Safe to
    /// repeat; a case that changed meanwhile is judged anew, where it stands then.
    ///
    /// # Errors
    /// As [`App::moving_report`]; [`Refusal::ReasonNeeded`]. What had moved before a failure stays moved.
    pub async fn move_open(&self, viewer: &Viewer, workflow: &str, reason: &str) -> Result<Moved, Failure> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let mut count = Moved::default();
        for open in self.moving_report(viewer, workflow).await?.cases {
            if open.verdict != Verdict::CanMove {
                count.left += 1;
                continue;
            }
            let what = What::Move { case: open.case, reason: reason.to_owned() };
            match self.execute(Request { by: Caller::Person(viewer.clone()), what, key: None }).await {
                Ok(_) => count.moved += 1,
                // It ended, was suspended or went on to where it cannot move from.
                Err(Failure::Refused(Refusal::CaseEnded | Refusal::Suspended { .. } | Refusal::Definition(_))) => {
                    count.left += 1
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(count)
    }
}

/// Moves one case to the live version of its workflow.
pub(super) async fn relocate(app: &App, tx: &Tx, by: &Caller, of: (CaseId, &str)) -> Result<Answer, Failure> {
    let (id, reason) = of;
    let Caller::Person(viewer) = by else {
        return Err(Refusal::NotFound.into());
    };
    if !viewer.holds_any(WRITES_DEFINITIONS) {
        return Err(Refusal::NotFound.into());
    }
    let row = cases::load_for_update(tx, id).await?.ok_or(Refusal::NotFound)?;
    let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
    let live = app.current_definition(tx, &case.workflow).await?;
    let live = live.ok_or(Refusal::from(DefinitionRefusal::NothingLive))?;
    let old = app.definition(tx, &row.definition_hash).await?;
    let around = loading::around(app, tx, &case.subject).await?.ok_or(Refusal::NotFound)?;
    let by = (Actor::Person(viewer.person), reason);
    let plan = moving::relocate((&old, &live), &case, by, &around.surroundings(app))?;
    if plan.events.is_empty() {
        return Ok(super::execute::answer(&plan.case));
    }
    let before = Some((&row, &case));
    settle(app, tx, Settling { definition: &live, before, plan, around: &around, command: "move", remark: None }).await
}
