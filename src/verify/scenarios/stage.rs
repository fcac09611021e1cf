//! The world in which a scenario is played: the engine itself, on cases that live in memory.

use chrono::{NaiveDate, NaiveTime, TimeZone as _};
use uuid::Uuid;

use super::{
    coverage::Coverage,
    district::{District, ScenarioMatter},
    file::{Given, Scenario},
    values,
};
use crate::{
    clock::{Instant, ZONE},
    definition::{
        About, Carried, Definition, EffectName, Form, StepKind, Value, WorkflowName, condition::Names, registry,
    },
    engine::{
        self, Action, Activation, Actor, Case, Command, Directory, Event, Fact, Plan, Refusal, Start, Status,
        Surroundings, Waiting, case::TaskNo, who,
    },
    ids::{CaseId, Id, PersonId},
    money::Money,
    policy::Policy,
};

/// When officials come in: what happens on a day happens then, unless time has passed.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(morning) => morning,
    None => NaiveTime::MIN,
};
/// How often a wake may wake another case in turn.
const WAKES_MAX: usize = 100;
/// How often clocks ring while time goes by once.
const RINGS_MAX: usize = 1_000;

/// A case on the stage, with the definition it runs on and everything that happened to it.
#[derive(Debug, Clone)]
pub(super) struct Staged<'a> {
    pub definition: &'a Definition,
    pub case: Case,
    pub events: Vec<Event>,
}

/// The world of one scenario.
pub(super) struct Stage<'a> {
    pub definitions: &'a [&'a Definition],
    pub policy: &'a Policy,
    pub directory: Directory,
    pub about: ScenarioMatter,
    pub year: i32,
    pub now: Instant,
    pub facts: Vec<Fact>,
    pub cases: Vec<Staged<'a>>,
    /// The case that something happened to last.
    pub latest: Option<usize>,
    names: Names,
}

impl<'a> Stage<'a> {
    /// The world as the scenario gives it; `None` when its project is gone.
    pub fn set(
        scenario: &Scenario,
        definitions: &'a [&'a Definition],
        district: &'a District,
        policy: &'a Policy,
    ) -> Option<Self> {
        let mut stage = Self {
            definitions,
            policy,
            directory: district.directory.clone(),
            about: match &scenario.about {
                Given::Project(code) => district.projects.get(code)?.clone(),
                Given::Definition(workflow) => ScenarioMatter::draft(workflow),
            },
            year: scenario.year,
            now: morning_of(scenario.date),
            facts: Vec::new(),
            cases: Vec::new(),
            latest: None,
            names: Names::new(),
        };
        stage.turn_the_page();
        for given in &scenario.facts {
            stage.give(given);
        }
        Some(stage)
    }

    /// A fact that stands already was recorded by a case that is over, so that it can be taken back as any other.
    fn give(&mut self, given: &super::file::GivenFact) {
        let obtained = registry::fact(given.kind.as_str()).map(|fact| fact.obtained_by);
        let by = |definition: &&&Definition| obtained == Some(definition.name.as_str());
        let Some(definition) = self.definitions.iter().find(by).or_else(|| self.definitions.first()) else { return };
        let Some(project) = self.about.project().cloned() else { return };
        let case: CaseId = self.new_id();
        let fact = engine::case::RecordedFact {
            id: case.derive("fact/1"),
            kind: given.kind.clone(),
            value: given.value.clone(),
            cap: given.cap,
            at: self.now,
            revoked: false,
        };
        let events = vec![
            Event::Started {
                case,
                workflow: definition.name.clone(),
                definition: definition.hash.clone(),
                number: definition.number.render(self.year, 0),
                subject: self.about.matter.subject(),
                year: self.year,
                initiator: Id::from_uuid(Uuid::nil()),
                initiator_unit: project.unit,
                started_by: None,
                carried: self.filled(definition, given.cap),
                at: self.now,
            },
            Event::FactRecorded { step: "given".into(), fact },
            Event::Ended { outcome: given.value.as_str().into(), reason: String::new(), at: self.now },
        ];
        if let Some(case) = Case::replay(&events) {
            self.learn(&case, &events);
            self.cases.push(Staged { definition, case, events });
        }
    }

    /// Moves the time. The clocks of tasks ring on the way, each at its own moment.
    pub fn reach(&mut self, at: Instant, coverage: &mut Coverage) {
        for _ in 0..RINGS_MAX {
            let Some((ring, staged, task)) = self.next_ring().filter(|(ring, ..)| *ring <= at) else { break };
            self.move_to(ring);
            let (definition, case) = (self.cases[staged].definition, &self.cases[staged].case);
            let command = Command { actor: Actor::System("scenario".into()), action: Action::Remind { task } };
            let Ok(plan) = engine::decide(definition, case, &command, &self.surroundings()) else { break };
            let latest = self.latest;
            self.settle(Some(staged), definition, plan, coverage);
            self.latest = latest;
        }
        self.move_to(at);
    }

    fn move_to(&mut self, at: Instant) {
        self.now = self.now.max(at);
        self.turn_the_page();
    }

    /// The clock of a task that rings first: when, of which case, for which task.
    fn next_ring(&self) -> Option<(Instant, usize, TaskNo)> {
        let cases = self.cases.iter().enumerate().filter(|(_, staged)| staged.case.status == Status::Running);
        let clocks = cases.flat_map(|(at, staged)| {
            staged.case.tasks.values().filter_map(move |task| Some((task.reminding.next?, at, task.no)))
        });
        clocks.min()
    }

    fn turn_the_page(&mut self) {
        self.names = self.policy.thresholds.names(self.today());
        self.names.extend(self.about.names.clone());
    }

    /// The day it is.
    pub fn today(&self) -> NaiveDate {
        who::day_of(self.now)
    }

    pub fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            now: self.now,
            people: &self.directory,
            matter: &self.about.matter,
            facts: &self.facts,
            names: &self.names,
            calendar: &self.policy.calendar,
            policy: self.policy,
        }
    }

    /// Starts a case, under the rules that hold for every start.
    ///
    /// # Errors
    /// The refusal, and then nothing has changed.
    pub fn start(&self, definition: &'a Definition, person: PersonId, year: i32) -> Result<Plan, Refusal> {
        let (from, until) = self.about.years;
        if (definition.about == About::Project) != self.about.project().is_some() {
            return Err(Refusal::CannotStart);
        }
        engine::may_start(definition, person, &self.surroundings())?;
        if !(from..=until).contains(&year) {
            return Err(Refusal::YearOutside { year, from, until });
        }
        let same = |staged: &&Staged<'_>| {
            let case = &staged.case;
            case.workflow == definition.name && case.year == year && case.status == Status::Running
        };
        if let Some(running) = self.cases.iter().find(same) {
            let number = running.case.number.clone();
            return Err(Refusal::AlreadyRunning { workflow: definition.name.clone(), number });
        }
        let is_submission = |effect: &EffectName| effect.as_str() == registry::SUBMIT_BUDGET_REQUEST;
        let submits =
            definition.steps.iter().any(|step| matches!(&step.kind, StepKind::Do(effect) if is_submission(effect)));
        if submits && self.has_submitted(&definition.name, year) {
            return Err(Refusal::AlreadySubmitted { year });
        }
        let seq = self.cases.iter().filter(|staged| staged.case.workflow == definition.name).count() + 1;
        let number = definition.number.render(year, seq as u64);
        let carried = self.carried(definition, year);
        let start = Start { case: self.new_id(), number, year, initiator: person, by: None, schedule: None, carried };
        engine::start(definition, start, &self.surroundings())
    }

    /// What a case that is over had in its form, as far as nobody has said it.
    fn filled(&self, definition: &Definition, cap: Option<Money>) -> Form {
        let all: Vec<_> = definition.form.iter().map(|field| field.name.clone()).collect();
        let mut form = Form::new();
        if let Some(cap) = cap {
            form.insert("amount".into(), Value::Money(cap));
        }
        values::made_up(definition, self.policy, &all, &[], (&mut form, &Form::new(), self.year));
        form.retain(|name, _| definition.field(name).is_some());
        form
    }

    /// What a new case begins with: as the standing facts of its year and the cases that recorded them say.
    fn carried(&self, definition: &Definition, year: i32) -> Form {
        let value = |from: &Carried| {
            let fact = self.facts.iter().rev().find(|fact| fact.kind == from.fact && fact.year == year)?;
            let of_fact = |staged: &&Staged<'_>| staged.case.facts.iter().any(|own| own.id == fact.id);
            self.cases.iter().find(of_fact)?.case.form.get(&from.field).cloned()
        };
        let fields = definition.form.iter();
        fields.filter_map(|field| Some((field.name.clone(), value(field.from.as_ref()?)?))).collect()
    }

    fn has_submitted(&self, workflow: &WorkflowName, year: i32) -> bool {
        self.cases.iter().any(|staged| {
            staged.case.workflow == *workflow
                && staged.case.year == year
                && staged.events.iter().any(|event| matches!(event, Event::EffectDone { .. }))
        })
    }

    /// Carries a plan out: on the case at that place, or as a new one.
    pub fn settle(&mut self, at: Option<usize>, definition: &'a Definition, plan: Plan, coverage: &mut Coverage) {
        let before = at.map(|at| &self.cases[at].case);
        coverage.note(&definition.name, before, &plan.case, &plan.events);
        self.learn(&plan.case, &plan.events);
        match at {
            Some(at) => {
                self.cases[at].case = plan.case;
                self.cases[at].events.extend(plan.events);
                self.latest = Some(at);
            }
            None => {
                self.cases.push(Staged { definition, case: plan.case, events: plan.events });
                self.latest = Some(self.cases.len() - 1);
            }
        }
    }

    fn learn(&mut self, case: &Case, events: &[Event]) {
        for event in events {
            if let (Event::FactRecorded { fact, .. }, Some(project)) = (event, self.about.project()) {
                self.facts.push(Fact {
                    id: fact.id,
                    kind: fact.kind.clone(),
                    project: project.id,
                    year: case.year,
                    value: fact.value.clone(),
                    cap: fact.cap,
                });
            } else if let Event::FactRevoked { fact, .. } = event {
                self.facts.retain(|standing| standing.id != *fact);
            }
        }
    }

    /// Lets every case look again at what it waits for, until none of them moves any more.
    pub fn wake(&mut self, coverage: &mut Coverage) {
        for _ in 0..WAKES_MAX {
            let moved = (0..self.cases.len()).find_map(|at| {
                let staged = &self.cases[at];
                if staged.case.status != Status::Running {
                    return None;
                }
                calls(&staged.case, self.now).into_iter().find_map(|action| {
                    let command = Command { actor: Actor::System("scenario".into()), action };
                    let plan = engine::decide(staged.definition, &staged.case, &command, &self.surroundings()).ok()?;
                    (!plan.events.is_empty()).then_some((at, plan))
                })
            });
            let Some((at, plan)) = moved else { return };
            let latest = self.latest;
            self.settle(Some(at), self.cases[at].definition, plan, coverage);
            self.latest = latest;
        }
    }

    fn new_id<K>(&self) -> Id<K> {
        Id::from_uuid(Uuid::from_u128(0x3000 + self.cases.len() as u128))
    }
}

/// What the system would do with a case now: look again, and ring the clocks that are due.
fn calls(case: &Case, now: Instant) -> Vec<Action> {
    let overdue =
        |no| case.tasks.values().any(|task| task.activation == no && task.due_at.is_some_and(|due| due <= now));
    let due = |activation: &Activation| match activation.waiting {
        Waiting::Until { at } => at <= now,
        Waiting::People { .. } => overdue(activation.no),
        Waiting::Nothing
        | Waiting::Nobody { .. }
        | Waiting::Fact { .. }
        | Waiting::Child { .. }
        | Waiting::Branches(_) => false,
    };
    let ringing = case.activations.values().filter(|activation| due(activation));
    let rings = ringing.map(|activation| Action::Ring { activation: activation.no });
    std::iter::once(Action::Wake).chain(rings).collect()
}

/// Nine o'clock on a day.
pub(super) fn morning_of(day: NaiveDate) -> Instant {
    ZONE.from_local_datetime(&day.and_time(MORNING)).earliest().map_or_else(Instant::default, |at| at.to_utc())
}
