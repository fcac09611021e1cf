//! Plays a fixture and says in what it went otherwise than it means.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use yumen::{
    app::{App, Caller, Failure, Request, Viewer, What, clocks_due::RingOrder},
    clock::Clock,
    definition::{Definition, FieldKind, FieldName, Form, Value, span::Span},
    engine::{Action, Case, Decision, Status, who},
    ids::CaseId,
    language::Lang,
    money::{Money, MoneyUnit},
    store::{self, cases, directory, journal},
};

use super::{
    fixture::{Command, Expectation, Fixture, Step, Tally, Together},
    ground::{Ground, YEAR},
    terms, told, whole,
};

/// What people say where the fixture says nothing.
const USUAL_REASON: &str = "as the fixture has it";

struct Player<'g> {
    ground: &'g Ground,
    fixture: &'g Fixture,
    app: App,
    clock: Clock,
    /// The fixture's own case and the other one, once they are started.
    cases: BTreeMap<bool, CaseId>,
    left: Vec<String>,
}

/// Plays `fixture`; the error says what went otherwise.
pub async fn play(ground: &Ground, fixture: &Fixture) -> Result<(), String> {
    let (app, clock) = ground.app(fixture);
    let mut player = Player { ground, fixture, app, clock, cases: BTreeMap::new(), left: Vec::new() };
    let mut went = Ok(());
    for (index, step) in fixture.commands.iter().enumerate() {
        went = match step {
            Step::Command(command) => player.give(command).await,
            Step::Together(together) => player.give_together(together).await,
        };
        if let Err(what) = &went {
            went = Err(format!("  command {}: {what}", index + 1));
            break;
        }
    }
    player.come_back().await;
    went?;
    player.compare().await
}

impl Player<'_> {
    async fn give(&mut self, command: &Command) -> Result<(), String> {
        match command.verb.as_str() {
            "pass" => return self.pass(command),
            "leave" => return self.leave(&command.by).await,
            "stand-in" => return whole::stand_in(self.ground, &self.app, (self.fixture, command)).await,
            "publish-next" => return whole::publish_next(self.ground, &self.app, self.fixture).await,
            "hear" => return self.hear(command).await,
            _ => {}
        }
        let is_other = command.case.as_deref() == Some("other");
        let what = self.what(command).await?;
        let starts = matches!(what, What::Start { .. });
        let code = self.code_of(&command.by, what).await?;
        match (&code, &command.refused) {
            (Ok(case), None) => {
                if starts {
                    self.cases.insert(is_other, *case);
                }
                Ok(())
            }
            (Err(code), Some(wanted)) if code == wanted => Ok(()),
            (Ok(_), Some(wanted)) => Err(format!("was carried out; it must be refused as {wanted}")),
            (Err(code), Some(wanted)) => Err(format!("was refused as {code}; it must be refused as {wanted}")),
            (Err(code), None) => Err(format!("was refused as {code}")),
        }
    }

    async fn give_together(&mut self, together: &Together) -> Result<(), String> {
        let mut wanted = Vec::new();
        for command in &together.together {
            wanted.push((command.by.as_str(), self.what(command).await?));
        }
        let starts = wanted.iter().any(|(_, what)| matches!(what, What::Start { .. }));
        let answers = futures::future::join_all(wanted.into_iter().map(|(by, what)| self.code_of(by, what))).await;
        let mut found = Tally { done: 0, refused: Vec::new() };
        for answer in answers {
            match answer? {
                Ok(case) => {
                    found.done += 1;
                    if starts {
                        self.cases.insert(false, case);
                    }
                }
                Err(code) => found.refused.push(code),
            }
        }
        found.refused.sort();
        let tallies = together.tallies();
        if tallies.contains(&found) { Ok(()) } else { Err(format!("{found:?}; it must be one of {tallies:?}")) }
    }

    /// Carries out what is wanted: the case, or the code of the refusal.
    async fn code_of(&self, by: &str, what: What) -> Result<Result<CaseId, String>, String> {
        let by = if by == "system" { Caller::System("conformance") } else { Caller::Person(self.viewer(by).await?) };
        match self.app.execute(Request { by, what, key: None }).await {
            Ok(answer) => Ok(Ok(answer.case)),
            Err(Failure::Refused(refusal)) => Ok(Err(refusal.code().to_owned())),
            Err(failure) => Err(format!("failed: {failure:?}")),
        }
    }

    async fn viewer(&self, login: &str) -> Result<Viewer, String> {
        let directory = self.app.directory(self.app.store().read()).await.map_err(|error| format!("{error:?}"))?;
        let person = *self.ground.people.get(login).ok_or_else(|| format!("there is nobody called {login}"))?;
        Viewer::of(&directory, person, who::day_of(self.app.now()), Lang::En).ok_or_else(|| format!("{login} is gone"))
    }

    async fn what(&self, command: &Command) -> Result<What, String> {
        let is_other = command.case.as_deref() == Some("other");
        if command.verb == "start" {
            let name = if is_other { format!("{}-other", self.fixture.name) } else { self.fixture.name.clone() };
            let (workflow, project) = (name.as_str().into(), self.ground.project(self.fixture));
            return Ok(What::Start { workflow, project, year: YEAR });
        }
        let mut case = *self.cases.get(&is_other).ok_or("the case has not begun")?;
        if command.case.as_deref() == Some("child") {
            case = self.state(case).await.0.children.last().ok_or("it started no case")?.case;
        }
        let (state, definition) = self.state(case).await;
        let reason = command.reason.clone().unwrap_or_else(|| USUAL_REASON.to_owned());
        if let Some(what) = whole::of(self.ground, command, (&state, &reason))? {
            return Ok(what);
        }
        let action = match command.verb.as_str() {
            "withdraw" => Action::Withdraw { reason },
            "take-back" => Action::TakeBack { reason },
            "look-again" => Action::Wake,
            "ring" => {
                let step = command.at.as_deref().ok_or("needs “at”")?;
                let waiting = state.activations.values().find(|activation| activation.step.as_str() == step);
                // A clock of something that is gone rings, too.
                Action::Ring { activation: waiting.map_or(state.last_activation, |activation| activation.no) }
            }
            "remind" => Action::Remind { task: self.latest_task(command, &state).await? },
            "take-back-fact" => {
                let fact = state.facts.last().ok_or("no fact was recorded")?.id;
                Action::RevokeFact { fact, reason }
            }
            verb => {
                let task = self.task(command, &state).await?;
                if let Some(term) = terms::of(self.ground, command, &reason)? {
                    return Ok(What::Act { case, action: Action::OnTask { task, term } });
                }
                let fields = form(&definition, &command.fields)?;
                let decision = match verb {
                    "complete" => {
                        return Ok(What::Act {
                            case,
                            action: Action::Complete { task, fields, besides: Default::default() },
                        });
                    }
                    "save" => {
                        let action = Action::Save { task, fields, besides: Default::default() };
                        return Ok(What::Act { case, action });
                    }
                    "approve" => Decision::Approve,
                    "reject" => Decision::Reject,
                    "abstain" => Decision::Abstain,
                    "return" => Decision::Return { to: command.to.as_deref().ok_or("return needs “to”")?.into() },
                    "grade" => Decision::Grade(command.grade.as_deref().ok_or("grade needs “grade”")?.into()),
                    other => return Err(format!("nobody knows how to “{other}”")),
                };
                Action::Decide { task, decision, reason, fields, besides: Default::default() }
            }
        };
        Ok(What::Act { case, action })
    }

    /// The open task of the step that is the actor's own (or of whom the command says); else any of the step; else the
    /// step's latest task, which is closed.
    async fn task(&self, command: &Command, case: &Case) -> Result<u32, String> {
        let step = command.at.as_deref().ok_or("needs “at”")?;
        let directory = self.app.directory(self.app.store().read()).await.map_err(|error| format!("{error:?}"))?;
        let person = command.of.as_ref().unwrap_or(&command.by);
        let person = *self.ground.people.get(person).ok_or_else(|| format!("there is nobody called {person}"))?;
        let day = who::day_of(self.app.now());
        let open: Vec<_> = case.tasks.values().filter(|task| task.step.as_str() == step).collect();
        let own = open.iter().find(|task| directory.people_of(&task.candidates, day).contains(&person));
        if let Some(task) = own.or(open.first()) {
            return Ok(task.no);
        }
        let rows = store::tasks::of_case(self.app.store().read(), case.id).await.unwrap();
        let known = rows.iter().filter(|row| row.step == step);
        let own = known.clone().filter(|row| row.decided_by == Some(person)).map(|row| row.no).max();
        let latest = own.or_else(|| known.map(|row| row.no).max()).ok_or(format!("{step} never had a task"))?;
        u32::try_from(latest).map_err(|error| error.to_string())
    }

    /// The open task of the step; else its latest one, which is closed.
    async fn latest_task(&self, command: &Command, case: &Case) -> Result<u32, String> {
        let step = command.at.as_deref().ok_or("needs “at”")?;
        if let Some(task) = case.tasks.values().find(|task| task.step.as_str() == step) {
            return Ok(task.no);
        }
        let rows = store::tasks::of_case(self.app.store().read(), case.id).await.unwrap();
        let latest = rows.iter().filter(|row| row.step == step).map(|row| row.no).max();
        u32::try_from(latest.ok_or(format!("{step} never had a task"))?).map_err(|error| error.to_string())
    }

    async fn state(&self, case: CaseId) -> (Case, std::sync::Arc<Definition>) {
        let row = cases::find(self.app.store().read(), case).await.unwrap().unwrap();
        let definition = self.app.definition(self.app.store().read(), &row.definition_hash).await.unwrap();
        (serde_json::from_str(&row.state).unwrap(), definition)
    }

    /// The step that waits for a case is told how it ended, where it has.
    async fn hear(&self, command: &Command) -> Result<(), String> {
        let case = *self.cases.get(&false).ok_or("the case has not begun")?;
        let step = command.at.as_deref().ok_or("needs “at”")?;
        let (state, _) = self.state(case).await;
        let waiting = state.activations.values().find(|activation| activation.step.as_str() == step);
        let activation = waiting.map_or(state.last_activation, |activation| activation.no);
        let told = self.app.ring(&RingOrder { case, activation, task: None, late: false }).await;
        told.map_err(|failure| format!("failed: {failure:?}"))
    }

    fn pass(&self, command: &Command) -> Result<(), String> {
        let span: Span = command.span.as_deref().unwrap_or_default().parse().map_err(|_| "needs a “span”")?;
        let then = self.app.policy().calendar.deadline(self.app.now(), span);
        self.clock.advance(then - self.app.now() + TimeDelta::seconds(1));
        Ok(())
    }

    /// Ends the post of a person, with yesterday.
    async fn leave(&mut self, login: &str) -> Result<(), String> {
        let directory::AppointmentRow { person_id: person, role, org, from_day, .. } = self.ground.post(login);
        let until_day = who::day_of(self.app.now()) - chrono::Days::new(1);
        let end = directory::End { person, role, org, from_day, until_day };
        let ended = self.app.store().write(move |tx| async move { directory::end(&tx, end).await }).await;
        ended.map_err(|error| format!("{login} cannot leave: {error:?}"))?;
        self.left.push(login.to_owned());
        Ok(())
    }

    /// Whoever left is back for the next fixture.
    async fn come_back(&self) {
        for login in &self.left {
            self.ground.reappoint(login).await;
        }
    }

    async fn compare(&self) -> Result<(), String> {
        let case = *self.cases.get(&false).ok_or("  no case was started")?;
        let (state, _) = self.state(case).await;
        let rows = journal::of_case(self.app.store().read(), case).await.unwrap();
        let open = state.tasks.values().map(|task| {
            let people = task.candidates.iter().map(|candidate| match candidate {
                yumen::engine::Principal::Person(person) => self.login(*person),
                yumen::engine::Principal::Role(..) => candidate.to_string(),
            });
            let mut people: Vec<_> = people.collect();
            people.sort();
            format!("{} of {}", task.step, people.join(", "))
        });
        let found = sorted(Expectation {
            outcome: match &state.status {
                Status::Ended { outcome, .. } => Some(outcome.to_string()),
                _ => None,
            },
            open: open.collect(),
            journal: told::lines(self.ground, &rows),
        });
        let wanted: Vec<_> = self.fixture.expectations().into_iter().map(sorted).collect();
        if wanted.contains(&found) { Ok(()) } else { Err(difference(&wanted[0], &found)) }
    }

    fn login(&self, person: yumen::ids::PersonId) -> String {
        let found = self.ground.people.iter().find(|(_, known)| **known == person);
        found.map_or_else(|| person.to_string(), |(login, _)| login.clone())
    }
}

fn sorted(mut expectation: Expectation) -> Expectation {
    expectation.open.sort();
    expectation.journal = told::in_any_order_where_it_is_open(expectation.journal);
    expectation
}

fn difference(wanted: &Expectation, found: &Expectation) -> String {
    let mut lines = Vec::new();
    if wanted.outcome != found.outcome {
        lines.push(format!("  outcome: {:?} expected, {:?} found", wanted.outcome, found.outcome));
    }
    if wanted.open != found.open {
        lines.push(format!("  open: {:?} expected, {:?} found", wanted.open, found.open));
    }
    let first = wanted.journal.iter().zip(&found.journal).position(|(a, b)| a != b);
    let at = first.unwrap_or(wanted.journal.len().min(found.journal.len()));
    if wanted.journal != found.journal {
        let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_else(|| "(the end)".to_owned());
        let (expected, told) = (line(&wanted.journal), line(&found.journal));
        lines.push(format!("  journal line {}: “{expected}” expected, “{told}” found", at + 1));
        lines.push(format!("  it tells: {}", found.journal.join(" | ")));
    }
    lines.join("\n")
}

fn form(definition: &Definition, fields: &BTreeMap<String, String>) -> Result<Form, String> {
    let mut form = Form::new();
    for (name, text) in fields {
        let name = FieldName::from(name.as_str());
        let kind = definition.field(&name).map(|field| field.kind.clone());
        let value = match kind {
            Some(FieldKind::Money) => {
                let digits = text.trim_end_matches("万元");
                Value::Money(Money::parse(digits, MoneyUnit::Wan).map_err(|error| error.to_string())?)
            }
            Some(FieldKind::Choice(_)) => Value::Choice(text.clone()),
            Some(FieldKind::Flag) => Value::Flag(text == "yes"),
            _ => Value::Text(text.clone()),
        };
        form.insert(name, value);
    }
    Ok(form)
}
