//! Substitutes: a person sets their own on the account page, the security administrator those of others.

use axum::{
    Form,
    extract::{OriginalUri, Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Serialize;

use super::{account, frame, people, task::Posted};
use crate::{
    app::{
        Failure, Problem,
        shown::Choice,
        sign_in::{NotLetIn, login_of},
        substitutes::{self, NewSubstitute, StandingView},
    },
    engine::who::day_of,
    http::{answer::Refused, site::Site, visit::Visit},
    ids::{PersonId, SubstituteId},
    language::Text,
};

/// What the account page and the page of people show of substitutes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SubstitutesView {
    /// Those who stand for the person at hand; on the page of people, all of them.
    pub given: Vec<StandingView>,
    /// Those for whom the person at hand stands.
    pub held: Vec<StandingView>,
    /// Who could be chosen.
    pub deputies: Vec<Choice>,
    /// In which workflows.
    pub workflows: Vec<Choice>,
    /// The day it is.
    pub today: String,
}

impl SubstitutesView {
    /// What stands around one person, or (`None`) everybody.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn of(site: &Site, person: Option<PersonId>) -> Result<Self, Failure> {
        let standing = site.app.standing_substitutes().await?;
        let (held, rest): (Vec<_>, Vec<_>) = standing.into_iter().partition(|one| Some(one.deputy) == person);
        let given = rest.into_iter().filter(|one| person.is_none_or(|person| one.person == person));
        Ok(Self {
            given: given.collect(),
            held,
            deputies: match person {
                Some(person) => site.app.possible_deputies(person).await?,
                None => Vec::new(),
            },
            workflows: site.app.workflow_choices("").await?,
            today: day_of(site.app.now()).to_string(),
        })
    }
}

/// `POST /account/substitutes`
///
/// # Errors
/// When something of ours fails.
pub async fn set_own(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(posted): Form<Posted>,
) -> Result<Response, Refused> {
    let person = visit.viewer.person;
    match set(&site, person, person, &posted).await {
        Ok(()) => Ok(Redirect::to("/account?told=substitute-set").into_response()),
        Err(not) => account::told_again(&site, &visit, not, &uri).await,
    }
}

/// `POST /account/substitutes/{substitute}/end`
///
/// # Errors
/// When something of ours fails.
pub async fn end_own(
    State(site): State<Site>,
    visit: Visit,
    Path(substitute): Path<String>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let id = substitute_id(&substitute, &visit)?;
    let person = visit.viewer.person;
    match substitutes::end(&site.app, person, (id, person)).await {
        Ok(()) => Ok(Redirect::to("/account?told=substitute-ended").into_response()),
        Err(not) => account::told_again(&site, &visit, not, &uri).await,
    }
}

/// `POST /people/substitutes`
///
/// # Errors
/// When something of ours fails.
pub async fn set_for(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(posted): Form<Posted>,
) -> Result<Response, Refused> {
    let done = match person_of(&site, said(&posted, "login"), visit.viewer.lang).await? {
        Some(person) => set(&site, visit.viewer.person, person, &posted).await,
        None => Err(nobody("login")),
    };
    match done {
        Ok(()) => {
            tracing::info!(actor.id = %visit.viewer.person, "a substitute was set for somebody");
            Ok(Redirect::to("/people?told=substitute-set").into_response())
        }
        Err(not) => people::told_again(&site, &visit, not, &uri).await,
    }
}

/// `POST /people/substitutes/{substitute}/end`: the field `person` says for whom it was set.
///
/// # Errors
/// When something of ours fails.
pub async fn end_for(
    State(site): State<Site>,
    visit: Visit,
    Path(substitute): Path<String>,
    uri: OriginalUri,
    Form(posted): Form<Posted>,
) -> Result<Response, Refused> {
    let id = substitute_id(&substitute, &visit)?;
    let done = match said(&posted, "person").parse() {
        Ok(person) => substitutes::end(&site.app, visit.viewer.person, (id, person)).await,
        Err(_) => Err(nobody("person")),
    };
    match done {
        Ok(()) => {
            tracing::info!(actor.id = %visit.viewer.person, substitute.id = %id, "a substitution was ended");
            Ok(Redirect::to("/people?told=substitute-ended").into_response())
        }
        Err(not) => people::told_again(&site, &visit, not, &uri).await,
    }
}

async fn set(site: &Site, by: PersonId, person: PersonId, posted: &Posted) -> Result<(), NotLetIn> {
    let day = |name: &'static str| {
        said(posted, name).parse().map_err(|_: chrono::ParseError| {
            NotLetIn::from(Problem::field(name, Text::new("请填写日期。", "Give the day.")))
        })
    };
    let workflows = posted.iter().filter(|(name, value)| name == "workflow" && !value.is_empty());
    let new = NewSubstitute {
        person,
        deputy: said(posted, "deputy").to_owned(),
        workflows: workflows.map(|(_, name)| name.as_str().into()).collect(),
        from: day("from")?,
        until: day("until")?,
    };
    substitutes::set(&site.app, by, new).await
}

fn said<'p>(posted: &'p Posted, name: &str) -> &'p str {
    posted.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

fn nobody(field: &'static str) -> NotLetIn {
    Problem::field(field, Text::new("没有这个账号，请核对。", "Nobody has this login. Check it.")).into()
}

async fn person_of(site: &Site, login: &str, lang: crate::language::Lang) -> Result<Option<PersonId>, Refused> {
    let directory = site.app.directory(site.app.store().read()).await;
    let directory = directory.map_err(|failure| frame::refused(failure, lang))?;
    Ok(directory.by_login(&login_of(login)).map(|person| person.id))
}

fn substitute_id(text: &str, visit: &Visit) -> Result<SubstituteId, Refused> {
    text.parse().map_err(|_| Refused::page(Problem::not_found(), visit.viewer.lang))
}
