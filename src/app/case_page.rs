//! A case: who did what, where it stands, what it recorded.

use std::sync::Arc;

use serde::Serialize;

use super::{
    App, Failure, Viewer,
    case_talk::Beside,
    deadlines::{self, Deadline},
    handoffs::{self, HandoffView},
    hands::Trial,
    history,
    loading::{self, Around},
    shown::{CaseHead, Chip, Due, Tone, status_of, suspended},
    sight, words,
};
use crate::{
    clock::Instant,
    definition::{Definition, FactName, FactValue},
    engine::{
        Case, Refusal, Status, Subject, Task, Waiting, deputy, may_act,
        refusal::{fact_title, value_title},
        who::day_of,
    },
    ids::{CaseId, FactId, PersonId},
    language::{Lang, Text},
    money::Money,
    store::{self, facts::FactRow, journal::JournalRow},
};

/// An open task, as the case page lists it.
#[derive(Debug, Clone, Serialize)]
pub struct OpenTask {
    /// Its number.
    pub no: u32,
    /// The step.
    pub step: Text,
    /// Who may act, in words.
    pub waits_for: Vec<Text>,
    /// When it is due.
    pub due: Option<Due>,
    /// What rings and has rung for that.
    pub deadline: Option<Deadline>,
    /// Whether the person who looks may act.
    pub mine: bool,
    /// Who has claimed it or whom it waits for.
    pub hands: Option<Chip>,
    /// Whether the person who looks may urge.
    pub may_urge: bool,
    /// The signer whom the person who looks added and may remove.
    pub removable: Option<PersonId>,
}

/// One line of the history: a command with what it led to.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// Who; the system by its name.
    pub who: Text,
    /// What they did.
    pub did: Chip,
    /// At which step.
    pub step: Option<Text>,
    /// In which words.
    pub reason: String,
    /// What followed: facts, branches, the end.
    pub effects: Vec<Text>,
    /// The drawing beside it.
    pub icon: &'static str,
    /// Its colour.
    pub tone: Tone,
}

/// A case that started the one at hand, or was started by it.
#[derive(Debug, Clone, Serialize)]
pub struct RelatedCase {
    /// Its id.
    pub case: CaseId,
    /// Whether it is the one that started the case at hand.
    pub is_parent: bool,
    /// Its number.
    pub number: String,
    /// Its workflow.
    pub workflow: Text,
    /// Where it stands.
    pub status: Chip,
}

/// A fact that the case recorded.
#[derive(Debug, Clone, Serialize)]
pub struct FactView {
    /// Its id.
    pub id: FactId,
    /// Its kind.
    pub kind: Text,
    /// What it says.
    pub value: Chip,
    /// The budget year it is about.
    pub year: i32,
    /// What it allows at most.
    pub cap: Option<Money>,
    /// When it was recorded.
    pub at: Instant,
    /// Whether it holds no more: taken back, or replaced.
    pub revoked: bool,
    /// Whether a later conclusion has replaced it.
    pub replaced: bool,
    /// Whether the person who looks may take it back.
    pub may_revoke: bool,
    /// The case that recorded it.
    pub case: CaseId,
    /// Its number.
    pub case_number: String,
}

/// Holders of this role may take conclusions back.
const REVOKES_FACTS: &[&str] = &["finance-performance"];

/// A case with everything its page needs.
#[derive(Debug, Clone)]
pub struct CasePage {
    /// The head.
    pub head: CaseHead,
    /// The definition it is pinned to.
    pub definition: Arc<Definition>,
    /// Where it stands, with what this person sees of its form.
    pub case: Case,
    /// What waits, and for whom.
    pub tasks: Vec<OpenTask>,
    /// What it waits for where nobody is asked.
    pub waits: Vec<Text>,
    /// The case that started it and the cases it started, as far as this person may see them.
    pub related: Vec<RelatedCase>,
    /// Where its handoffs stand.
    pub handoffs: Vec<HandoffView>,
    /// The history, latest first.
    pub timeline: Vec<Entry>,
    /// How many entries the ledger holds for it.
    pub entries: usize,
    /// What it recorded.
    pub facts: Vec<FactView>,
    /// Whether the person who looks may withdraw it.
    pub may_withdraw: bool,
    /// Whether the person who looks may take their decision back.
    pub may_take_back: bool,
    /// Who reads along, what is said, what its administrator may do.
    pub beside: Beside,
}

impl App {
    /// A case, for whoever may see it; who was copied in has read it now.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none or it is not for this person.
    pub async fn case_page(&self, viewer: &Viewer, id: CaseId) -> Result<CasePage, Failure> {
        let db = self.store().read();
        let row = store::case_reads::find(db, &viewer.scope, id).await?.ok_or(Refusal::NotFound)?;
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let definition = self.definition(db, &row.definition_hash).await?;
        let around = loading::around(self, db, &case.subject).await?.ok_or(Refusal::NotFound)?;
        let journal = store::journal::of_case(db, id).await?;
        let facts = store::facts::of_case(db, id).await?;
        let rows = store::tasks::of_case(db, id).await?;
        self.mark_read(viewer, id).await?;
        let beside = self.beside(viewer, (&case, &around), &journal).await?;
        let is_mine =
            case.acting_initiator() == viewer.person && case.status == Status::Running && case.suspended.is_none();
        let s = around.surroundings(self);
        let form = sight::of(viewer, &row, (&definition, &case), &s).of_form(&case.form);
        Ok(CasePage {
            head: head(self, &case, &definition, &around),
            tasks: open_tasks(self, viewer, (&case, &definition), (&around, &journal))?,
            waits: waits(&case, &definition),
            related: self.related(viewer, &case).await?,
            handoffs: handoffs::of(&definition, &case, &rows, (&around.directory, self.now())),
            entries: journal.len(),
            timeline: history::told(&journal, &definition, &around.directory)?,
            facts: facts.iter().map(|fact| fact_view(viewer, fact, &case.number)).collect(),
            may_withdraw: is_mine && definition.may_be_withdrawn(),
            may_take_back: trial(self, viewer, (&case, &definition), &around).may_take_back(),
            beside,
            definition,
            case: Case { form, ..case },
        })
    }

    /// The parent first, then the children in order.
    async fn related(&self, viewer: &Viewer, case: &Case) -> Result<Vec<RelatedCase>, Failure> {
        let db = self.store().read();
        let parent = case.started_by.iter().map(|by| (by.case, true));
        let mut related = Vec::new();
        for (id, is_parent) in parent.chain(case.children.iter().map(|child| (child.case, false))) {
            let Some(row) = store::case_reads::find(db, &viewer.scope, id).await? else { continue };
            let definition = self.definition(db, &row.definition_hash).await?;
            related.push(RelatedCase {
                case: id,
                is_parent,
                number: row.number,
                workflow: definition.title.clone(),
                status: status_of(row.outcome.as_deref()),
            });
        }
        Ok(related)
    }
}

/// The head of a case.
pub(super) fn head(app: &App, case: &Case, definition: &Definition, around: &Around) -> CaseHead {
    let outcome = match &case.status {
        Status::Running => None,
        Status::Ended { outcome, .. } => Some(outcome.as_str()),
    };
    CaseHead {
        case: case.id,
        number: case.number.clone(),
        title: title_of(case, definition, &around.name),
        workflow: definition.title.clone(),
        project: case.project(),
        project_name: subject_name(&case.subject, &around.name),
        href: href_of(case),
        unit: around
            .matter
            .unit()
            .map(|unit| words::organisation(&around.directory, unit.as_str()))
            .unwrap_or_default(),
        year: case.year,
        initiator: words::person(&around.directory, case.initiator),
        started_at: case.started_at,
        status: if case.suspended.is_some() { suspended() } else { status_of(outcome) },
        statutory: deadlines::statutory(definition, case, (&around.calendar, app.policy()), app.now()),
    }
}

/// What a case is called on pages, in mails and in the API.
pub(super) fn title_of(case: &Case, definition: &Definition, name: &str) -> Text {
    definition.title_of(&subject_name(&case.subject, name), case.year, &case.number)
}

/// What the case is about, as its pages and mails call it.
pub(super) fn subject_name(subject: &Subject, name: &str) -> String {
    match subject {
        Subject::Project(_) => name.to_owned(),
        Subject::Draft { .. } => format!("流程定义：{name}"),
    }
}

/// The page of what the case is about.
fn href_of(case: &Case) -> String {
    match &case.subject {
        Subject::Project(project) => format!("/projects/{project}?year={}", case.year),
        Subject::Draft { draft, .. } => format!("/drafts/{draft}"),
    }
}

fn open_tasks(
    app: &App,
    viewer: &Viewer,
    of: (&Case, &Definition),
    (around, journal): (&Around, &[JournalRow]),
) -> Result<Vec<OpenTask>, Failure> {
    let (case, definition) = of;
    let day = day_of(app.now());
    let trial = trial(app, viewer, of, around);
    let s = around.surroundings(app);
    let acts = |task: &Task| {
        let in_place_of = || deputy::in_place_of(definition, case, (task.no, viewer.person), &s);
        may_act(task, viewer.person, &s) || in_place_of().is_some()
    };
    let tasks = case.tasks.values().map(|task| {
        Ok(OpenTask {
            no: task.no,
            step: words::step_of(definition, &task.step, task.item.as_ref()),
            waits_for: task.candidates.iter().map(|p| words::principal(&around.directory, p, day)).collect(),
            due: task
                .due_at
                .filter(|_| case.suspended.is_none())
                .map(|at| Due::seen(at, app.now()).counted_by(task.counted_by(), &around.calendar)),
            deadline: deadlines::of_task((definition, case, task), around, &s, journal)?,
            mine: case.suspended.is_none() && acts(task),
            hands: trial.chip(task),
            may_urge: trial.may_urge(task.no),
            removable: trial.removable(task),
        })
    });
    tasks.collect()
}

fn trial<'a>(app: &'a App, viewer: &Viewer, of: (&'a Case, &'a Definition), around: &'a Around) -> Trial<'a> {
    Trial { definition: of.1, case: of.0, around, s: around.surroundings(app), person: viewer.person }
}

/// The steps that wait for a time or a fact.
fn waits(case: &Case, definition: &Definition) -> Vec<Text> {
    let waits = case.activations.values().filter_map(|activation| {
        let item = case.item_within(activation.parent).and_then(|at| Some(case.run(&at)?.item.label.clone()));
        let step = words::step_of(definition, &activation.step, item.as_ref());
        let (zh, en) = match &activation.waiting {
            Waiting::Until { at } => (format!("至{}", words::moment(*at)), format!("until {}", words::moment(*at))),
            Waiting::Fact { fact, .. } => {
                (format!("待“{}”", fact_title(fact, Lang::Zh)), format!("for “{}”", fact_title(fact, Lang::En)))
            }
            Waiting::Child { .. } => ("子流程办结".to_owned(), "for the case it started".to_owned()),
            Waiting::Nothing | Waiting::People { .. } | Waiting::Nobody { .. } | Waiting::Branches(_) => return None,
        };
        Some(Text::new(format!("{}：{zh}", step.zh), format!("{}: {en}", step.en)))
    });
    waits.collect()
}

/// A fact as people read it; `number` is that of the case which recorded it.
pub(super) fn fact_view(viewer: &Viewer, fact: &FactRow, number: &str) -> FactView {
    let (kind, value): (FactName, FactValue) = (fact.kind.as_str().into(), fact.value.as_str().into());
    let tone = if fact.value == "not-supported" { Tone::Bad } else { Tone::Good };
    let both = |text: &dyn Fn(Lang) -> String| Text::new(text(Lang::Zh), text(Lang::En));
    FactView {
        id: fact.id,
        value: Chip::new(tone, both(&|lang| value_title(&kind, &value, lang))),
        kind: both(&|lang| fact_title(&kind, lang)),
        year: fact.year,
        cap: fact.cap(),
        at: fact.recorded_at,
        revoked: fact.revoked_at.is_some(),
        // Whoever takes one back does so in the case that recorded it.
        replaced: fact.revoked_case.is_some_and(|by| by != fact.case_id),
        may_revoke: fact.revoked_at.is_none() && viewer.holds_any(REVOKES_FACTS),
        case: fact.case_id,
        case_number: number.to_owned(),
    }
}
