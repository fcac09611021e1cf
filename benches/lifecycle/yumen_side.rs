//! Lifecycles through the one door.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use yumen::{
    app::{App, Caller, Request, Viewer, What},
    definition::Form,
    engine::{Action, Decision, who},
    ids::{CaseId, PersonId, ProjectId},
    language::Lang,
    store::inbox::{self, Filter, List},
};

use crate::{place::Place, place::WORKFLOW, timed};

/// Rows of an inbox page.
const PAGE: u64 = 50;

/// Runs so many lifecycles in all lanes; gives back how long all took, and each decision.
pub async fn run(place: &Place, lifecycles: usize) -> anyhow::Result<(Duration, Vec<Duration>)> {
    let left = Arc::new(AtomicUsize::new(lifecycles));
    let lanes = place.projects.iter().map(|project| {
        let (app, people, project, left) = (place.app.clone(), place.people.clone(), *project, Arc::clone(&left));
        tokio::spawn(async move {
            let mut decisions = Vec::new();
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                lifecycle(&app, &people, project, &mut decisions).await?;
            }
            Ok::<_, anyhow::Error>(decisions)
        })
    });
    let lanes: Vec<_> = lanes.collect();
    let (elapsed, decisions) = timed(async {
        let mut all = Vec::new();
        for lane in lanes {
            all.extend(lane.await??);
        }
        Ok(all)
    })
    .await?;
    Ok((elapsed, decisions))
}

async fn lifecycle(
    app: &App,
    people: &[PersonId],
    project: ProjectId,
    decisions: &mut Vec<Duration>,
) -> anyhow::Result<()> {
    let start = What::Start { workflow: WORKFLOW.into(), project, year: 2027 };
    let case = execute(app, viewer(app, people[0]).await?, start).await?.case;
    for person in &people[1..] {
        let viewer = viewer(app, *person).await?;
        let task = find(app, &viewer, case).await?;
        let action = Action::Decide {
            task,
            decision: Decision::Approve,
            reason: "同意。".into(),
            fields: Form::new(),
            besides: Default::default(),
        };
        let asked = Instant::now();
        execute(app, viewer, What::Act { case, action }).await?;
        decisions.push(asked.elapsed());
    }
    Ok(())
}

/// Finds the task in the inbox, as people do.
async fn find(app: &App, viewer: &Viewer, case: CaseId) -> anyhow::Result<u32> {
    let list = (List::ToDecide, &Filter::default());
    let rows = inbox::page(app.store().read(), &viewer.scope, list, PAGE, 0).await?;
    let row = rows.into_iter().find(|row| row.case_id == case);
    let no = row.and_then(|row| row.no).ok_or_else(|| anyhow::anyhow!("{case} is not in the inbox"))?;
    Ok(u32::try_from(no)?)
}

async fn viewer(app: &App, person: PersonId) -> anyhow::Result<Viewer> {
    let directory = app.directory(app.store().read()).await?;
    let viewer = Viewer::of(&directory, person, who::day_of(app.now()), Lang::Zh);
    viewer.ok_or_else(|| anyhow::anyhow!("{person} is nobody"))
}

async fn execute(app: &App, viewer: Viewer, what: What) -> anyhow::Result<yumen::app::Answer> {
    Ok(app.execute(Request { by: Caller::Person(viewer), what, key: None }).await?)
}
