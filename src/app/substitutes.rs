//! Substitutes, as a person sets them for themselves and the security administrator for others: set for a period and a
//! scope, ended once, never overwritten.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    App, Failure, Problem,
    case_talk::choice,
    shown::Choice,
    sign_in::{NotLetIn, login_of},
    words,
};
use crate::{
    definition::WorkflowName,
    engine::{Directory, who::day_of},
    ids::{PersonId, SubstituteId},
    language::Text,
    store::{self, Scope, scope::Deputy, substitutes::SubstituteRow},
};

/// The days that one substitution can last at most.
pub const DAYS_MAX: i64 = 366;

/// A substitution, as typed.
#[derive(Debug, Clone)]
pub struct NewSubstitute {
    /// For whom.
    pub person: PersonId,
    /// Who, by login.
    pub deputy: String,
    /// In which workflows; all of them when empty.
    pub workflows: BTreeSet<WorkflowName>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// Sets a substitution; `by` is the person themselves or the security administrator.
///
/// # Errors
/// [`NotLetIn::Told`] with the field that needs attention.
pub async fn set(app: &App, by: PersonId, new: NewSubstitute) -> Result<(), NotLetIn> {
    let (doing, id, now) = (app.clone(), app.sources().new_id(), app.now());
    app.store()
        .write(move |tx| async move {
            store::directory::lock(&tx).await?;
            let directory = doing.directory(&tx).await?;
            let deputy = checked(&directory, &new, day_of(now))?;
            for workflow in &new.workflows {
                if store::definitions::current(&tx, workflow.as_str()).await?.is_none() {
                    let sentence = Text::new("没有这个流程，请重新选择。", "There is no such workflow. Choose again.");
                    return Err(Problem::field("workflow", sentence).into());
                }
            }
            let workflows: Vec<_> = new.workflows.iter().map(WorkflowName::as_str).collect();
            let row = SubstituteRow {
                id,
                person_id: new.person,
                deputy,
                workflows: workflows.join(" "),
                from_day: new.from,
                until_day: new.until,
                set_by: by,
                set_at: now,
                ended_at: None,
                ended_by: None,
            };
            Ok(store::substitutes::add(&tx, row).await?)
        })
        .await
}

/// Ends a substitution of `person` at once.
///
/// # Errors
/// [`NotLetIn::Told`] when there is no such substitution, or it has ended.
pub async fn end(app: &App, by: PersonId, (id, person): (SubstituteId, PersonId)) -> Result<(), NotLetIn> {
    let now = app.now();
    let ended =
        app.store().write(move |tx| async move { store::substitutes::end(&tx, (id, person), by, now).await }).await;
    ended.map_err(|error| {
        if !matches!(error, store::Error::Stale(_)) {
            return Failure::from(error).into();
        }
        let sentence = Text::new("没有这项代理，或者它已经终止。", "There is no such substitution, or it has ended.");
        Problem::field("substitute", sentence).into()
    })
}

/// Lets somebody else stand for whom `id` is about, for what is left of it, and ends that one.
///
/// # Errors
/// [`NotLetIn::Told`] when it has ended, or the other one cannot stand for them.
pub(super) async fn pass_on(app: &App, by: PersonId, (id, to): (SubstituteId, PersonId)) -> Result<(), NotLetIn> {
    let (doing, new_id, now) = (app.clone(), app.sources().new_id(), app.now());
    app.store()
        .write(move |tx| async move {
            store::directory::lock(&tx).await?;
            let directory = doing.directory(&tx).await?;
            let standing = store::substitutes::all_in_force(&tx).await?;
            let old = standing.into_iter().find(|row| row.id == id && row.until_day >= day_of(now));
            let old = old.ok_or_else(Problem::not_found)?;
            if to == old.person_id || !directory.people.get(&to).is_some_and(|person| person.active) {
                return Err(
                    field("to", "该人员不能代理，请另选人员。", "They cannot stand for them. Choose another.").into()
                );
            }
            store::substitutes::end(&tx, (id, old.person_id), by, now).await?;
            let from_day = old.from_day.max(day_of(now));
            let row = SubstituteRow { id: new_id, deputy: to, from_day, set_by: by, set_at: now, ..old };
            Ok(store::substitutes::add(&tx, row).await?)
        })
        .await
}

/// The deputy, once everything about the substitution is in order.
fn checked(directory: &Directory, new: &NewSubstitute, today: NaiveDate) -> Result<PersonId, Problem> {
    let deputy = directory.by_login(&login_of(&new.deputy)).filter(|person| person.active);
    let Some(deputy) = deputy.map(|person| person.id) else {
        return Err(field("deputy", "没有这个账号，请核对。", "Nobody has this login. Check it."));
    };
    if deputy == new.person {
        return Err(field("deputy", "代理人不能是本人。", "Nobody is their own substitute."));
    }
    if new.until < new.from {
        return Err(field("until", "截止日期不能早于起始日期。", "The last day cannot come before the first."));
    }
    if new.from < today {
        return Err(field("from", "起始日期最早为今日。", "The first day is today at the earliest."));
    }
    if (new.until - new.from).num_days() > DAYS_MAX {
        return Err(field("until", "一次代理最长一年。", "A substitution lasts one year at most."));
    }
    let overlaps = directory.substitutions.iter().filter(|other| other.person == new.person).any(|other| {
        let in_time = other.from <= new.until && new.from <= other.until;
        let everywhere = other.workflows.is_empty() || new.workflows.is_empty();
        in_time && (everywhere || !other.workflows.is_disjoint(&new.workflows))
    });
    if overlaps {
        let (zh, en) = (
            "该期间和范围内已有代理人，同一事项只能有一名代理人。请先终止原代理，或另选期间、流程。",
            "Somebody stands for them then already, and nobody has two substitutes for one thing. End that one first, \
             or choose other days or workflows.",
        );
        return Err(field("from", zh, en));
    }
    Ok(deputy)
}

fn field(name: &'static str, zh: &str, en: &str) -> Problem {
    Problem::field(name, Text::new(zh, en))
}

/// Adds to what a person may see the tasks of those for whom they stand on `day`.
pub(super) fn widened(scope: Scope, directory: &Directory, day: NaiveDate) -> Scope {
    let deputy = scope.person;
    let today = directory.substitutions.iter().filter(|s| s.deputy == deputy && s.from <= day && day <= s.until);
    let stands_for = today.filter(|s| directory.people.get(&s.person).is_some_and(|person| person.active));
    let deputies = stands_for.map(|s| Deputy {
        of: s.person,
        principals: directory
            .principals_of(s.person, day)
            .into_iter()
            .filter(|principal| !principal.is_an_administrators())
            .map(|principal| principal.to_string())
            .collect(),
        workflows: s.workflows.iter().map(ToString::to_string).collect(),
    });
    Scope { deputies: deputies.collect(), ..scope }
}

/// A substitution that is not over, in words.
#[derive(Debug, Clone, Serialize)]
pub struct StandingView {
    /// Its id.
    pub id: SubstituteId,
    /// For whom: the id and the name.
    pub person: PersonId,
    /// The name of that person.
    pub of: String,
    /// Who stands for them.
    pub deputy: PersonId,
    /// The name of that person.
    pub by: String,
    /// In which workflows; all of them when empty.
    pub workflows: Vec<Text>,
    /// Their names.
    pub workflow_names: Vec<String>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

impl App {
    /// Every substitution that is not over, the earliest first.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn standing_substitutes(&self) -> Result<Vec<StandingView>, Failure> {
        let (db, today) = (self.store().read(), day_of(self.now()));
        let directory = self.directory(db).await?;
        let mut standing = Vec::new();
        for row in store::substitutes::all_in_force(db).await?.into_iter().filter(|row| row.until_day >= today) {
            let names: Vec<String> = row.workflows.split_whitespace().map(ToOwned::to_owned).collect();
            let mut titles = Vec::new();
            for name in &names {
                let definition = self.current_definition(db, &name.as_str().into()).await?;
                titles.push(definition.map_or_else(|| Text::new(name, name), |definition| definition.title.clone()));
            }
            standing.push(StandingView {
                id: row.id,
                person: row.person_id,
                of: words::person(&directory, row.person_id),
                deputy: row.deputy,
                by: words::person(&directory, row.deputy),
                workflows: titles,
                workflow_names: names,
                from: row.from_day,
                until: row.until_day,
            });
        }
        Ok(standing)
    }

    /// Who could stand for `person`: everybody else who is active, by login.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn possible_deputies(&self, person: PersonId) -> Result<Vec<Choice>, Failure> {
        let directory = self.directory(self.store().read()).await?;
        let others = directory.people.values().filter(|other| other.active && other.id != person);
        let now = self.now();
        Ok(others.map(|other| Choice { code: other.login.clone(), ..choice(&directory, other.id, now) }).collect())
    }
}
