//! One scenario from its first line to its last.

use super::{
    choosing, claims,
    coverage::Coverage,
    file::Line,
    sentence::{Deed, Halt, Sentence, TermWord, Verb},
    stage::{Stage, morning_of},
    values,
    words::Word,
};
use crate::{
    definition::{
        Definition, FieldName, Form, Grade, GradeName, Step, StepKind, WorkflowName,
        problem::{Problem, scenarios as say},
        registry,
    },
    engine::{self, Action, Actor, Appointment, Besides, Command, Decision, Plan, Refusal, Term, tasks},
    ids::PersonId,
    language::{Lang, Text},
};

/// Why a deed did not happen.
pub(super) enum Not {
    /// The scenario asks for something that is not there.
    Possible(Box<Problem>),
    /// The engine refused, for a case of this workflow.
    Allowed(WorkflowName, Refusal),
}

impl From<Box<Problem>> for Not {
    fn from(problem: Box<Problem>) -> Self {
        Self::Possible(problem)
    }
}

impl From<Problem> for Not {
    fn from(problem: Problem) -> Self {
        Self::Possible(Box::new(problem))
    }
}

/// Plays the lines. What somebody cannot do although the scenario says so ends it: what follows would go otherwise, too.
pub(super) fn play(stage: &mut Stage<'_>, lines: &[Line], coverage: &mut Coverage) -> Vec<Problem> {
    let mut problems = Vec::new();
    for line in lines {
        match play_line(stage, line, coverage) {
            Ok(found) => problems.extend(found),
            Err(problem) => {
                problems.push(*problem);
                break;
            }
        }
    }
    problems
}

fn play_line(stage: &mut Stage<'_>, line: &Line, coverage: &mut Coverage) -> Result<Option<Problem>, Box<Problem>> {
    match &line.says {
        Sentence::Does(deed) => match attempt(stage, deed) {
            Ok((at, definition, plan)) => {
                // Who takes a fact back has another case in mind than the one that recorded it.
                let before = stage.latest;
                stage.settle(at, definition, plan, coverage);
                if matches!(deed.verb, Verb::TakeBack(_)) {
                    stage.latest = before;
                }
                stage.wake(coverage);
            }
            Err(Not::Possible(problem)) => return Err(problem),
            Err(Not::Allowed(workflow, refusal)) => {
                coverage.note_refusal(&workflow, &refusal);
                return Err(Box::new(say::refused(line.spot, &sentence(&refusal))));
            }
        },
        Sentence::Cannot(deed, expected) => return cannot(stage, line, (deed, expected), coverage),
        Sentence::Passes(span) => {
            let at = stage.policy.calendar.deadline(stage.now, *span);
            stage.reach(at, coverage);
            stage.wake(coverage);
        }
        Sentence::Reaches(day, spot) => {
            let at = morning_of(*day);
            if at < stage.now {
                return Err(Box::new(say::not_so(
                    *spot,
                    &Text::new(format!("到{day}"), format!("{day} arrives")),
                    &Text::new(format!("已是{}", stage.today()), format!("it is {} already", stage.today())),
                )));
            }
            stage.reach(at, coverage);
            stage.wake(coverage);
        }
        Sentence::Leaves(who) => {
            let (person, last) = (person(stage, who)?, stage.today().pred_opt());
            let held = stage.directory.appointments.iter_mut().filter(|held| held.person == person);
            held.for_each(|held| held.until = last);
            stage.wake(coverage);
        }
        Sentence::Becomes(who, role, org) => {
            let appointment = appointment(stage, who, role, org)?;
            stage.directory.appointments.push(appointment);
            stage.wake(coverage);
        }
        Sentence::Holds(claim) => return claims::check(stage, line.spot, claim),
    }
    Ok(None)
}

fn cannot(
    stage: &Stage<'_>,
    line: &Line,
    (deed, expected): (&Deed, &Word),
    coverage: &mut Coverage,
) -> Result<Option<Problem>, Box<Problem>> {
    let wanted = || {
        Text::new(
            format!("被拒绝，说明中有“{}”", expected.text),
            format!("it is refused with a sentence that says “{}”", expected.text),
        )
    };
    match attempt(stage, deed) {
        Ok(_) => Ok(Some(say::not_so(line.spot, &wanted(), &Text::new("办成了", "it was done")))),
        Err(Not::Possible(problem)) => Err(problem),
        Err(Not::Allowed(workflow, refusal)) => {
            let found = sentence(&refusal);
            if found.zh.contains(&expected.text) || found.en.contains(&expected.text) {
                coverage.note_refusal(&workflow, &refusal);
                return Ok(None);
            }
            Ok(Some(say::not_so(line.spot, &wanted(), &found)))
        }
    }
}

fn sentence(refusal: &Refusal) -> Text {
    Text::new(refusal.sentence(Lang::Zh), refusal.sentence(Lang::En))
}

type Done<'a> = (Option<usize>, &'a Definition, Plan);

/// What the engine makes of a deed; nothing has changed yet.
fn attempt<'a>(stage: &Stage<'a>, deed: &Deed) -> Result<Done<'a>, Not> {
    let actor = person(stage, &deed.actor)?;
    let reason = reason(deed);
    let (at, action) = match &deed.verb {
        Verb::Start(workflow, year) => return start(stage, actor, workflow, year.as_ref()),
        Verb::Withdraw => (running(stage, &deed.actor)?, Action::Withdraw { reason }),
        Verb::TakeBackDecision => (running(stage, &deed.actor)?, Action::TakeBack { reason }),
        Verb::Halt(halt) => {
            let action = match halt {
                Halt::Suspend => Action::Suspend { reason },
                Halt::Resume => Action::Resume { reason },
                Halt::Terminate => Action::Terminate { reason },
            };
            (running(stage, &deed.actor)?, action)
        }
        Verb::OnTask(word, step) => on_task(stage, (word, step, actor), reason)?,
        Verb::Abstain(step) => decide(stage, deed, (step, actor), |_| Ok(Decision::Abstain))?,
        Verb::TakeBack(fact) => take_back(stage, fact, reason)?,
        Verb::Complete(step) => {
            let (at, task, step) = task_at(stage, step, actor)?;
            let (fields, besides) = written(stage, at, step, deed, true)?;
            (at, Action::Complete { task, fields, besides })
        }
        Verb::Approve(step) => decide(stage, deed, (step, actor), |_| Ok(Decision::Approve))?,
        Verb::Receive(step) => {
            let receipt = receipt_of(stage, step);
            decide(stage, deed, (&receipt, actor), |_| Ok(Decision::Approve))?
        }
        Verb::Answer(step, None) => {
            let (at, task, step) = task_at(stage, step, actor)?;
            let (fields, besides) = written(stage, at, step, deed, true)?;
            (at, Action::Complete { task, fields, besides })
        }
        Verb::Answer(step, Some(result)) => decide(stage, deed, (step, actor), |at| {
            let step = claims::step(stage.cases[at].definition, step)?;
            Ok(Decision::Grade(grade_of(step, result)?))
        })?,
        Verb::Reject(step) => decide(stage, deed, (step, actor), |_| Ok(Decision::Reject))?,
        Verb::Return(step, to) => decide(stage, deed, (step, actor), |at| {
            let to = claims::step(stage.cases[at].definition, to)?.name.clone();
            Ok(Decision::Return { to })
        })?,
        Verb::Grade(step, grade) => decide(stage, deed, (step, actor), |at| {
            let step = claims::step(stage.cases[at].definition, step)?;
            Ok(Decision::Grade(grade_of(step, grade)?))
        })?,
    };
    let definition = stage.cases[at].definition;
    let command = Command { actor: Actor::Person(actor), action: choosing::by_themselves(stage, (at, actor), action) };
    let plan = engine::decide(definition, &stage.cases[at].case, &command, &stage.surroundings());
    Ok((Some(at), definition, plan.map_err(|refusal| Not::Allowed(definition.name.clone(), refusal))?))
}

/// Whoever receives a handoff acts on its receipt, whose name adds to that of the handoff.
fn receipt_of(stage: &Stage<'_>, word: &Word) -> Word {
    let named = stage.definitions.iter().filter_map(|definition| {
        let answer = claims::find_step(definition, &word.text)?;
        definition.receipt_of(answer)
    });
    let receipt = named.map(|step| step.name.to_string()).next();
    Word { text: receipt.unwrap_or_else(|| word.text.clone()), ..word.clone() }
}

fn start<'a>(stage: &Stage<'a>, actor: PersonId, workflow: &Word, year: Option<&Word>) -> Result<Done<'a>, Not> {
    let definition = claims::workflow(stage, workflow)?;
    let year = match year {
        None => stage.year,
        Some(word) => word.text.parse().map_err(|_| say::not_a_value(word.spot, &word.text, "2028"))?,
    };
    match stage.start(definition, actor, year) {
        Ok(plan) => Ok((None, definition, plan)),
        Err(refusal) => Err(Not::Allowed(definition.name.clone(), refusal)),
    }
}

fn on_task(
    stage: &Stage<'_>,
    (word, step, actor): (&TermWord, &Word, PersonId),
    reason: String,
) -> Result<(usize, Action), Not> {
    let mut whose = actor;
    let term = match word {
        TermWord::Claim => Term::Claim,
        TermWord::Release => Term::Release,
        TermWord::Transfer(to) => Term::Transfer { to: person(stage, to)?, reason },
        TermWord::Delegate(to) => Term::Delegate { to: person(stage, to)?, reason },
        TermWord::Advise(is_for) => {
            let advice = if *is_for { tasks::Advice::Approve } else { tasks::Advice::Disapprove };
            Term::GiveOpinion { advice, text: reason }
        }
        TermWord::CallBack => Term::CallBack,
        TermWord::Add(place, who) => Term::AddSigner { person: person(stage, who)?, place: *place, reason },
        TermWord::Remove(who) => {
            // The task meant is that of whom is removed.
            whose = person(stage, who)?;
            Term::RemoveSigner { person: whose }
        }
        TermWord::Choose(people) => return choosing::choose(stage, (people, step), actor),
        TermWord::Urge => Term::Urge,
    };
    let (at, task, _) = task_at(stage, step, whose)?;
    Ok((at, Action::OnTask { task, term }))
}

fn decide(
    stage: &Stage<'_>,
    deed: &Deed,
    (step, actor): (&Word, PersonId),
    decision: impl FnOnce(usize) -> Result<Decision, Box<Problem>>,
) -> Result<(usize, Action), Not> {
    let (at, task, found) = task_at(stage, step, actor)?;
    let decision = decision(at)?;
    let (fields, besides) = written(stage, at, found, deed, false)?;
    Ok((at, Action::Decide { task, decision, reason: reason(deed), fields, besides }))
}

/// What people say where the scenario says nothing, unless it says that they say nothing.
fn reason(deed: &Deed) -> String {
    let silent = deed.without.iter().any(is_reason);
    match &deed.reason {
        Some(reason) => reason.clone(),
        None if silent => String::new(),
        None => "（情景中的理由）".to_owned(),
    }
}

fn is_reason(word: &Word) -> bool {
    matches!(word.text.as_str(), "reason" | "理由")
}

/// The running case that something happened to last.
fn running(stage: &Stage<'_>, word: &Word) -> Result<usize, Not> {
    stage.latest.ok_or_else(|| say::not_waiting(word.spot, "case", &[]).into())
}

fn take_back(stage: &Stage<'_>, fact: &Word, reason: String) -> Result<(usize, Action), Not> {
    let kind = claims::fact(fact)?;
    let standing = stage.facts.iter().rev().find(|standing| standing.kind.as_str() == kind.entry.name);
    let holder = standing.and_then(|standing| {
        let holds = |case: &engine::Case| case.facts.iter().any(|recorded| recorded.id == standing.id);
        Some((stage.cases.iter().position(|staged| holds(&staged.case))?, standing.id))
    });
    let Some((at, id)) = holder else {
        let known: Vec<_> = stage.facts.iter().map(|standing| standing.kind.as_str()).collect();
        return Err(say::unknown(fact.spot, Text::new("现有结论", "standing fact"), &fact.text, &known).into());
    };
    Ok((at, Action::RevokeFact { fact: id, reason }))
}

/// The task of a step that the actor would find: in the case that something happened to last, or the one before it.
pub(super) fn task_at<'a>(stage: &Stage<'a>, step: &Word, actor: PersonId) -> Result<(usize, u32, &'a Step), Not> {
    let named = |definition: &'a Definition| claims::find_step(definition, &step.text);
    let order = stage.latest.into_iter().chain((0..stage.cases.len()).rev());
    let mut known = None;
    for at in order {
        let staged = &stage.cases[at];
        let Some(found) = named(staged.definition) else { continue };
        known = known.or(Some(found));
        let open: Vec<_> = staged.case.tasks.values().filter(|task| task.step == found.name).collect();
        let own = open.iter().find(|task| engine::may_act(task, actor, &stage.surroundings()));
        if let Some(task) = own.or(open.first()) {
            return Ok((at, task.no, found));
        }
    }
    if known.is_none() && !stage.definitions.iter().any(|definition| named(definition).is_some()) {
        let steps = stage.cases.iter().flat_map(|staged| &staged.definition.steps);
        let known: Vec<_> = steps.map(|step| step.name.as_str()).collect();
        return Err(say::unknown(step.spot, Text::new("环节", "step"), &step.text, &known).into());
    }
    let tasks = stage.cases.iter().flat_map(|staged| staged.case.tasks.values());
    let open: Vec<_> = tasks.map(|task| task.step.as_str()).collect();
    Err(say::not_waiting(step.spot, &step.text, &open).into())
}

/// What the actor writes: what the scenario says, and for a fill what it leaves to be made up. What is left out is
/// emptied, as the page does.
fn written(stage: &Stage<'_>, at: usize, step: &Step, deed: &Deed, make_up: bool) -> Result<(Form, Besides), Not> {
    let staged = &stage.cases[at];
    let definition = staged.definition;
    let mut form = Form::new();
    for (name, text) in &deed.fields {
        let field = claims::field(definition, name)?;
        let value = values::said(field, &text.text);
        let value = value.map_err(|example| say::not_a_value(text.spot, &text.text, example))?;
        form.insert(field.name.clone(), value);
    }
    let left_out = deed.without.iter().filter(|word| !is_reason(word));
    let left_out: Result<Vec<FieldName>, _> =
        left_out.map(|word| claims::field(definition, word).map(|field| field.name.clone())).collect();
    let left_out = left_out?;
    let before = &staged.case.form;
    if make_up {
        values::made_up(definition, stage.policy, step.edits(), &left_out, (&mut form, before, staged.case.year));
    }
    let cleared = left_out.into_iter().filter(|name| before.contains_key(name) && !form.contains_key(name)).collect();
    Ok((form, Besides { cleared, ..Besides::default() }))
}

fn grade_of(step: &Step, word: &Word) -> Result<GradeName, Box<Problem>> {
    let StepKind::Approve(approve) = &step.kind else { return Ok(word.text.as_str().into()) };
    let called = |grade: &&Grade| grade.name.as_str() == word.text || grade.title.zh == word.text;
    approve.grades.iter().find(called).map(|grade| grade.name.clone()).ok_or_else(|| {
        let known: Vec<_> = approve.grades.iter().map(|grade| grade.name.as_str()).collect();
        Box::new(say::unknown(word.spot, Text::new("等级", "grade"), &word.text, &known))
    })
}

/// The person whom the word names, by login or by name.
pub(super) fn person(stage: &Stage<'_>, word: &Word) -> Result<PersonId, Box<Problem>> {
    let mut people = stage.directory.people.values();
    people.find(|person| person.login == word.text || person.name == word.text).map(|person| person.id).ok_or_else(
        || {
            let known: Vec<_> = stage.directory.people.values().map(|person| person.login.as_str()).collect();
            Box::new(say::unknown(word.spot, Text::new("人员", "person"), &word.text, &known))
        },
    )
}

fn appointment(stage: &Stage<'_>, who: &Word, role: &Word, org: &Word) -> Result<Appointment, Box<Problem>> {
    let person = person(stage, who)?;
    let called = |entry: &&registry::Entry| entry.name == role.text || entry.zh == role.text;
    let found = registry::ROLES.iter().find(called).ok_or_else(|| {
        let known: Vec<_> = registry::ROLES.iter().map(|entry| entry.name).collect();
        Box::new(say::unknown(role.spot, Text::new("角色", "role"), &role.text, &known))
    })?;
    let called = |known: &&engine::Organisation| known.code.as_str() == org.text || known.name.zh == org.text;
    let org = stage.directory.organisations.values().find(called).ok_or_else(|| {
        let known: Vec<_> = stage.directory.organisations.keys().map(|code| code.as_str()).collect();
        Box::new(say::unknown(org.spot, Text::new("机构", "organisation"), &org.text, &known))
    })?;
    Ok(Appointment { person, role: found.name.into(), org: org.code.clone(), from: stage.today(), until: None })
}
