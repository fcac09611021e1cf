//! Chooses who acts on a later step.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    acting,
    said::{At, Caller, Write},
    shapes::{Done, Words},
};
use crate::{
    engine::Term,
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
};

/// Who is to act on a later step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoosePeople {
    /// The later step.
    step: String,
    /// The ids of the people.
    #[schema(value_type = Vec<String>)]
    people: Vec<PersonId>,
}

/// Whom the actor of a task chooses for a later step.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChoiceBody {
    /// The later step.
    step: String,
    title: Words,
    /// How many people at most.
    at_most: usize,
    /// Who can be chosen.
    people: Vec<Candidate>,
}

/// Somebody who can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidate {
    /// Their id.
    id: String,
    /// Their name and post.
    title: Words,
    /// Whether they were chosen last.
    chosen: bool,
}

/// Chooses who acts on a later step; the task is completed or approved by another request.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/choose", tag = "tasks", request_body = ChoosePeople,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn choose(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<ChoosePeople>,
) -> Result<Json<Done>, Refused> {
    let ChoosePeople { step, people } = write.said;
    acting::on_task(&site, &caller, task, (Term::Choose { step: step.as_str().into(), people }, write.key)).await
}

/// Whom the actor of a task chooses for later steps, and among whom.
#[utoipa::path(get, path = "/api/v1/cases/{case}/tasks/{no}/choices", tag = "tasks",
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Vec<ChoiceBody>)))]
pub async fn choices(
    State(site): State<Site>,
    caller: Caller,
    At((case, no)): At<(CaseId, u32)>,
) -> Result<Json<Vec<ChoiceBody>>, Refused> {
    let page = site.app.task_page(&caller.0, case, no).await.map_err(|failure| caller.refused(failure))?;
    let choices = page.choices.into_iter().map(|choice| ChoiceBody {
        step: choice.step,
        title: Words::from(&choice.title),
        at_most: choice.at_most,
        people: choice
            .people
            .into_iter()
            .map(|person| Candidate { id: person.code, title: Words::from(&person.title), chosen: person.chosen })
            .collect(),
    });
    Ok(Json(choices.collect()))
}
