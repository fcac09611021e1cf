//! Projects that could not get their case of a schedule yet: tried again each night, when appointments change, when
//! somebody asks, and when the case ends that was in the way; or left out, by whom and why.

use serde::{Deserialize, Serialize};

use super::{
    App, Failure, Viewer,
    drafts::WRITES_DEFINITIONS,
    execute::Settling,
    firing::PROJECTS_PER_SLICE,
    scheduled::{Trial, occurrence, subject_row},
    schedules::{Doing, deed, reason},
};
use crate::{
    clock::Instant,
    engine::{Event, Refusal},
    ids::ProjectId,
    language::{Lang, Text},
    store::{
        self, Tx,
        firings::{self, FiringRow, SubjectRow},
        outbox::NewDispatch,
        projects, schedules,
    },
};

/// The kind of an outbox row that tries again for a project, because a case of it has ended.
pub const START_HELD: &str = "start-held";
/// Projects that are shown.
const HELD_SHOWN: u64 = 50;

/// For which project to try again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldOrder {
    /// The project.
    pub project: ProjectId,
}

/// A project that waits for its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldProject {
    /// The project.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The period of the case.
    pub period: String,
    /// Its budget year.
    pub year: i32,
    /// Why it waits, and what to do; empty where it was not tried yet.
    pub why: Text,
    /// Since when.
    pub since: Instant,
}

/// Asks to try again where a case ends that may have been in the way of others.
pub(super) async fn ask_again(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let ends = |event: &Event| matches!(event, Event::Ended { .. });
    let case = &settling.plan.case;
    let Some(project) = case.project().filter(|_| settling.plan.events.iter().any(ends)) else { return Ok(()) };
    if firings::held_for(tx, project).await?.is_empty() {
        return Ok(());
    }
    let again = NewDispatch {
        id: app.sources().new_id(),
        occurrence: format!("{}/ended/{START_HELD}", case.id),
        kind: START_HELD.to_owned(),
        case_id: Some(case.id),
        person: None,
        payload: serde_json::to_string(&HeldOrder { project }).map_err(Failure::broken)?,
    };
    Ok(store::outbox::put(tx, vec![again], app.now()).await?)
}

impl App {
    /// Tries again for one project, the oldest firing first. Safe to repeat.
    ///
    /// # Errors
    /// The first failure.
    pub async fn start_held_for(&self, order: &HeldOrder) -> Result<(), Failure> {
        let db = self.store().read();
        for row in firings::held_for(db, order.project).await? {
            let Some(firing) = firings::find(db, row.firing_id).await? else { continue };
            self.try_held(firing, row.project_id).await?;
        }
        Ok(())
    }

    /// The projects that wait for their case of a schedule, as far as they are shown.
    pub(super) async fn held_projects(&self, schedule: (&str, &str)) -> Result<Vec<HeldProject>, Failure> {
        let db = self.store().read();
        let mut held = Vec::new();
        for row in firings::held_of(db, schedule, HELD_SHOWN).await? {
            let Some(project) = projects::find(db, row.project_id).await? else { continue };
            let Some(firing) = firings::find(db, row.firing_id).await? else { continue };
            let told = store::incidents::told(db, &occurrence(&firing, row.project_id)).await?;
            held.push(HeldProject {
                id: project.id,
                code: project.code,
                name: project.name,
                period: row.period,
                year: row.year,
                why: told.map(|told| Text::new(told.summary_zh, told.summary_en)).unwrap_or_default(),
                since: row.noted_at,
            });
        }
        Ok(held)
    }

    /// Leaves a project out that waits for its case of a schedule.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever is no workflow administrator and where the project does not wait,
    /// [`Refusal::ReasonNeeded`].
    pub async fn leave_out(
        &self,
        viewer: &Viewer,
        (workflow, schedule): (&str, &str),
        project: ProjectId,
        why: &str,
    ) -> Result<(), Failure> {
        if !viewer.holds_any(WRITES_DEFINITIONS) {
            return Err(Refusal::NotFound.into());
        }
        let why = reason(why)?;
        let (app, by, of) = (self.clone(), viewer.person, (workflow.to_owned(), schedule.to_owned()));
        self.store()
            .write(move |tx| async move {
                let mut left_out = false;
                for row in firings::held_for(&tx, project).await? {
                    let Some(firing) = firings::find(&tx, row.firing_id).await? else { continue };
                    if firing.workflow == of.0 && firing.schedule == of.1 {
                        left_out |= drop_row(&app, &tx, (&firing, project)).await?;
                        firings::count(&tx, firing.id).await?;
                    }
                }
                if !left_out {
                    return Err(Refusal::NotFound.into());
                }
                let deed = deed(&app, (&of.0, &of.1), Doing::LeaveOut, (by, why));
                Ok(schedules::note(&tx, schedules::DeedRow { project_id: Some(project), ..deed }).await?)
            })
            .await
    }

    /// Tries again for every project that was held.
    ///
    /// # Errors
    /// The first failure, once every one was tried.
    pub async fn start_held(&self, only: Option<(&str, &str)>) -> Result<(), Failure> {
        let db = self.store().read();
        let (mut after, mut failed) = (None, None);
        loop {
            let rows = firings::held(db, after, PROJECTS_PER_SLICE.unsigned_abs()).await?;
            let Some(last) = rows.last() else { return failed.map_or(Ok(()), Err) };
            after = Some(last.project_id);
            for row in rows {
                let Some(firing) = firings::find(db, row.firing_id).await? else { continue };
                if only.is_none_or(|(workflow, name)| firing.workflow == workflow && firing.schedule == name) {
                    failed = failed.or(self.try_held(firing, row.project_id).await.err());
                }
            }
        }
    }

    async fn try_held(&self, firing: FiringRow, project: ProjectId) -> Result<(), Failure> {
        let db = self.store().read();
        let id = firing.id;
        let row = projects::find(db, project).await?;
        let wanted = match (self.schedule_of(&firing).await?, row) {
            (Some((definition, schedule)), Some(row)) => {
                let covered = self.covered(&firing, &schedule, vec![row]).await?;
                covered.into_iter().next().map(|project| (definition, schedule, project))
            }
            (None | Some(_), _) => None,
        };
        match wanted {
            Some((definition, schedule, project)) => {
                let title = definition.title.clone();
                self.try_to_start(Trial { firing, title, schedule, project }).await?;
            }
            // The schedule is gone, or does not cover the project any more.
            None => self.drop_held(firing, project).await?,
        }
        Ok(self.store().write(move |tx| async move { firings::count(&tx, id).await }).await?)
    }

    async fn drop_held(&self, firing: FiringRow, project: ProjectId) -> Result<(), Failure> {
        let app = self.clone();
        self.store().write(move |tx| async move { drop_row(&app, &tx, (&firing, project)).await.map(drop) }).await
    }
}

/// Gives up a project that is held; says whether it was.
async fn drop_row(app: &App, tx: &Tx, (firing, project): (&FiringRow, ProjectId)) -> Result<bool, Failure> {
    let row = firings::claim(tx, subject_row(app, firing, project)).await?;
    if row.state != firings::HELD {
        return Ok(false);
    }
    store::incidents::close(tx, &occurrence(firing, project), app.now()).await?;
    let dropped = SubjectRow { state: firings::DROPPED.to_owned(), noted_at: app.now(), ..row };
    firings::save(tx, dropped).await?;
    Ok(true)
}

/// Why a project is held, and what to do.
pub(super) fn why_held(refusal: &Refusal) -> Text {
    if *refusal == Refusal::CannotStart {
        return Text::new(
            "目前没有可以发起的人。请为项目单位任命后，在“定时任务”页面再试一次；任命变动时和每日凌晨也会自动再试。",
            "There is nobody who may start it. Appoint somebody, then try again on the page “Schedules”; it is tried again by itself when appointments change, and each night.",
        );
    }
    if let Refusal::AlreadyRunning { number, .. } = refusal {
        return Text::new(
            format!(
                "以前发起的办件{number}还没有办结。请督促办结，办结后本期自动发起；不再需要本期的，由流程管理员在“定时任务”页面说明理由后跳过该项目。"
            ),
            format!(
                "Case {number}, started before, is still running. Have it finished; this one starts by itself then. Where it is not needed any more, the workflow administrator leaves the project out on the page “Schedules”, with a reason."
            ),
        );
    }
    Text::new(refusal.sentence(Lang::Zh), refusal.sentence(Lang::En))
}
