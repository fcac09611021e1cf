//! A task: the form, what can be decided, what happens next.

use std::sync::Arc;

use serde::Serialize;

use super::{
    App, Failure, Viewer, case_page, case_talk, closed_task,
    deadlines::{self, Deadline},
    hands::{HandsView, Trial},
    loading::{self, Around},
    shown::{CaseHead, Choice, Due},
    sight, words,
};
use crate::{
    definition::{Definition, FieldName, Form, Grade, GradeRoute, Mode, Resume, Step, StepKind, StepName},
    engine::{self, Case, Directory, Event, Refusal, Surroundings, Task, TaskKind, TaskRefusal, deputy, tasks, who},
    ids::{CaseId, PersonId},
    language::Text,
    store::{self, journal::JournalRow},
};

/// What a task offers to decide.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Offers {
    /// Whether approving is offered.
    pub approve: bool,
    /// Whether approving acknowledges the receipt of a package, and returning sends it back to be completed.
    pub receives: bool,
    /// The steps to return to; empty when returning is not offered.
    pub return_to: Vec<StepChoice>,
    /// What rejecting leads to.
    pub reject: Option<Text>,
    /// Whether it is a vote: a decision is one vote of several, and abstaining is offered.
    pub vote: bool,
    /// The declared grades.
    pub grades: Vec<GradeChoice>,
}

/// A step to return to.
#[derive(Debug, Clone, Serialize)]
pub struct StepChoice {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Where the case goes once that step is done again.
    pub then: Text,
    /// Whether it was just chosen.
    pub chosen: bool,
}

/// A declared grade.
#[derive(Debug, Clone, Serialize)]
pub struct GradeChoice {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Where it leads.
    pub leads_to: Text,
    /// `approve`, `return` or `reject`: what it amounts to.
    pub amounts_to: &'static str,
    /// Whether it was just chosen.
    pub chosen: bool,
}

/// The head of a task.
#[derive(Debug, Clone, Serialize)]
pub struct TaskHead {
    /// Its case.
    pub case: CaseHead,
    /// Its number in the case.
    pub no: u32,
    /// The step.
    pub step: Text,
    /// Whether it asks for a decision, or for fields.
    pub decides: bool,
    /// Whether it can be completed now.
    pub completes: bool,
    /// When it is due.
    pub due: Option<Due>,
    /// What rings and has rung for that.
    pub deadline: Option<Deadline>,
    /// Why it came back, when it did: who, and in which words.
    pub returned: Option<ReturnNote>,
    /// In whose place the person would act, when not in their own.
    pub instead_of: Option<String>,
}

/// Why a case came back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnNote {
    /// Who returned it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A task with everything its page needs.
#[derive(Debug, Clone)]
pub struct TaskPage {
    /// The head.
    pub head: TaskHead,
    /// The step.
    pub step: StepName,
    /// The definition the case is pinned to.
    pub definition: Arc<Definition>,
    /// What is filled in.
    pub form: Form,
    /// The fields that this step writes.
    pub editable: Vec<FieldName>,
    /// What can be decided.
    pub offers: Offers,
    /// Through whose hands it goes.
    pub hands: HandsView,
    /// Whom the person who acts chooses for later steps.
    pub choices: Vec<PeopleChoice>,
}

/// Whom somebody chooses for a later step.
#[derive(Debug, Clone, Serialize)]
pub struct PeopleChoice {
    /// The step, as it is posted.
    pub step: String,
    /// Its title.
    pub title: Text,
    /// How many at most.
    pub at_most: usize,
    /// Whether there is one to choose.
    pub one: bool,
    /// Who can be chosen.
    pub people: Vec<Choice>,
}

impl App {
    /// An open task, for whoever may act on it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the case is not for this person, [`Refusal::TaskClosed`] when the task is not open,
    /// [`Refusal::NotYourTask`] when it waits for somebody else.
    pub async fn task_page(&self, viewer: &Viewer, case: CaseId, no: u32) -> Result<TaskPage, Failure> {
        let db = self.store().read();
        let row = store::case_reads::find(db, &viewer.scope, case).await?.ok_or(Refusal::NotFound)?;
        let state: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let around = loading::around(self, db, &state.subject).await?.ok_or(Refusal::NotFound)?;
        let Some(task) = state.tasks.get(&no) else {
            return Err(closed_task::why(db, case, no).await?.into());
        };
        let definition = self.definition(db, &row.definition_hash).await?;
        let s = around.surroundings(self);
        let instead_of = deputy::in_place_of(&definition, &state, (no, viewer.person), &s);
        if instead_of.is_none() && !engine::may_act(task, viewer.person, &s) {
            return Err(not_yours(task, viewer.person, &s).into());
        }
        if let Some(since) = state.suspended {
            return Err(Refusal::Suspended { since }.into());
        }
        let trial = Trial { definition: &definition, case: &state, around: &around, s, person: viewer.person };
        let hands = trial.view(task);
        let actor = instead_of.unwrap_or(viewer.person);
        // Nothing is written or decided while the task waits for others, nor where only an opinion is asked for.
        let is_free = task.hands.waits_for().is_empty() && !hands.for_opinion;
        let step = definition.step(&task.step).ok_or_else(|| Failure::broken("a task of no step"))?;
        let journal = store::journal::of_case(db, case).await?;
        let returned = last_return(&journal, &state, task, &around.directory)?;
        let head = TaskHead {
            case: case_page::head(self, &state, &definition, &around),
            no,
            step: words::step_of(&definition, &task.step, task.item.as_ref()),
            decides: task.kind == TaskKind::Decide && is_free,
            completes: task.kind == TaskKind::Fill && is_free,
            due: task.due_at.map(|at| Due::seen(at, self.now()).counted_by(task.counted_by(), &around.calendar)),
            deadline: deadlines::of_task((&definition, &state, task), &around, &s, &journal)?,
            returned,
            instead_of: instead_of.map(|person| words::person(&around.directory, person)),
        };
        let sight = sight::of(viewer, &row, (&definition, &state), &s);
        Ok(TaskPage {
            head,
            step: task.step.clone(),
            offers: offers(&definition, step, (&state, task)),
            editable: if is_free { step.edits().to_vec() } else { Vec::new() },
            choices: if is_free {
                people_choices(&definition, &state, (&task.step, actor), (&around, &s))
            } else {
                Vec::new()
            },
            hands,
            form: sight.of_form(&state.form),
            definition,
        })
    }
}

/// Who returned the case to this step last, if that is why it stands here.
fn last_return(
    journal: &[JournalRow],
    state: &Case,
    task: &Task,
    directory: &Directory,
) -> Result<Option<ReturnNote>, Failure> {
    let (step, parent) = (&task.step, parent_of(state, task));
    let item = state.item_within(parent);
    if state.has_passed(step, parent) {
        return Ok(None);
    }
    for row in journal.iter().rev() {
        let events: Vec<Event> = serde_json::from_str(&row.events).map_err(Failure::broken)?;
        let returned = events
            .iter()
            .any(|event| matches!(event, Event::Returned { to, item: of, .. } if to == step && *of == item));
        let decided = events.iter().find_map(|event| {
            if let Event::TaskDecided { by, reason, .. } = event { Some((*by, reason.clone())) } else { None }
        });
        if let (true, Some((by, reason))) = (returned, decided) {
            return Ok(Some(ReturnNote { by: words::person(directory, by), reason }));
        }
    }
    Ok(None)
}

/// Whom a person chooses in a task, with those who were chosen last.
fn people_choices(
    definition: &Definition,
    case: &Case,
    of: (&StepName, PersonId),
    (around, s): (&Around, &Surroundings<'_>),
) -> Vec<PeopleChoice> {
    let all = tasks::choices(definition, case, of, s).into_iter().filter(|choice| !choice.possible.is_empty());
    let shown = all.map(|choice| PeopleChoice {
        step: choice.step.name.to_string(),
        title: choice.step.title.clone(),
        at_most: choice.at_most,
        one: choice.at_most == 1,
        people: choice
            .possible
            .iter()
            .map(|person| Choice {
                chosen: choice.chosen.contains(person),
                ..case_talk::choice(&around.directory, *person, s.now)
            })
            .collect(),
    });
    shown.collect()
}

/// Where the activation of a task stands.
fn parent_of(case: &Case, task: &Task) -> Option<(u32, usize)> {
    case.activations.get(&task.activation).and_then(|activation| activation.parent)
}

/// Why somebody may not open a task: another one of several has it, or it is not theirs at all.
fn not_yours(task: &Task, person: PersonId, s: &Surroundings<'_>) -> Refusal {
    let held_by = task.hands.holder().filter(|_| who::actors(&task.candidates, &task.barred, s).contains(&person));
    let name = held_by.and_then(|holder| s.people.people.get(&holder)).map(|holder| holder.name.clone());
    name.map_or(Refusal::NotYourTask, |name| TaskRefusal::Claimed { name }.into())
}

fn offers(definition: &Definition, step: &Step, (case, task): (&Case, &Task)) -> Offers {
    let StepKind::Approve(approve) = &step.kind else { return Offers::default() };
    let return_to = approve.return_to.iter().filter(|route| case.has_passed(&route.to, parent_of(case, task)));
    Offers {
        approve: approve.grades.is_empty(),
        receives: step.is_receipt(),
        return_to: return_to
            .map(|route| StepChoice {
                name: route.to.to_string(),
                title: words::step(definition, &route.to),
                then: resume_words(route.resume),
                chosen: false,
            })
            .collect(),
        reject: match &approve.mode {
            Mode::Vote(_) if approve.grades.is_empty() => Some(Text::new("计一票反对", "one vote against")),
            Mode::Vote(_) | Mode::Any | Mode::All | Mode::Sequence => approve.reject.as_ref().map(words::outcome),
        },
        vote: matches!(approve.mode, Mode::Vote(_)),
        grades: approve.grades.iter().map(|grade| grade_choice(definition, grade)).collect(),
    }
}

fn resume_words(resume: Resume) -> Text {
    match resume {
        Resume::Through => Text::new("修改后重新逐级审核", "then through every step again"),
        Resume::Here => Text::new("修改后直接回到本环节", "then straight back here"),
    }
}

fn grade_choice(definition: &Definition, grade: &Grade) -> GradeChoice {
    let (leads_to, amounts_to) = match &grade.route {
        GradeRoute::Next if grade.needs_reason() => {
            (Text::new("进入下一环节，须写明理由", "goes on, with a reason"), "approve")
        }
        GradeRoute::Next => (Text::new("进入下一环节", "goes on"), "approve"),
        GradeRoute::Return(route) => {
            let to = words::step(definition, &route.to);
            let (zh, en) = (format!("退回“{}”", to.zh), format!("back to “{}”", to.en));
            (Text::new(zh, en), "return")
        }
        GradeRoute::End(outcome) => (words::outcome(outcome), "reject"),
    };
    GradeChoice { name: grade.name.to_string(), title: grade.title.clone(), leads_to, amounts_to, chosen: false }
}
