//! How a case moves through its blocks. Every move is an [`Event`], applied as it is emitted.

use std::collections::BTreeSet;

use super::{
    case::{ActivationNo, Case, RecordedFact, Status, StepResult, Task, TaskKind, Waiting},
    command::Actor,
    event::{CancelReason, Event},
    items,
    names::condition_names,
    people::Principal,
    refusal::Refusal,
    reminding::Reminding,
    seats::Ballots,
    surroundings::{Effect, Plan, Surroundings},
    tasks::Hands,
    who,
};
use crate::{
    clock::Instant,
    definition::{
        Choose, Definition, EffectName, FactName, FactValue, Gate, GateElse, Outcome, Parallel, Record, Step, StepKind,
        StepName, Value, Who, span::Span,
    },
    ids::{FactId, PersonId},
    language::Text,
    money::Money,
    policy::calendar::Counted,
};

/// The parallel or each activation around a step, and which branch or item.
pub(super) type Parent = Option<(ActivationNo, usize)>;

/// When something is due, and from what that was counted; nothing for what has no deadline.
pub(super) type Due = (Option<Instant>, Option<Counted>);

/// A case on the move.
pub(super) struct Walk<'a> {
    pub definition: &'a Definition,
    pub s: &'a Surroundings<'a>,
    pub case: Case,
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
    /// Who acts, and in whose place, when a substitute does.
    pub instead_of: Option<(PersonId, PersonId)>,
}

/// A standing fact, of this case or of another.
pub(super) struct Standing {
    pub id: FactId,
    pub value: FactValue,
    pub cap: Option<Money>,
}

impl<'a> Walk<'a> {
    pub fn new(definition: &'a Definition, case: Case, s: &'a Surroundings<'a>) -> Self {
        Self { definition, s, case, events: Vec::new(), effects: Vec::new(), instead_of: None }
    }

    pub fn into_plan(self, actor: Actor) -> Plan {
        let actor = self.instead_of.map_or(actor, |(person, of)| Actor::Deputy { person, of });
        Plan { case: self.case, events: self.events, effects: self.effects, actor }
    }

    pub fn emit(&mut self, event: Event) {
        self.case.apply(&event);
        self.events.push(event);
    }

    /// Enters `step` and goes on until somebody or something must be waited for.
    pub fn enter(&mut self, step: &'a Step, parent: Parent, resume: Option<StepName>) -> Result<(), Refusal> {
        match &step.kind {
            StepKind::Fill(_) => {
                let activation = self.activate(step, parent, resume);
                self.ask_to_fill(activation, step);
                Ok(())
            }
            StepKind::Approve(approve) => {
                let activation = self.activate(step, parent, resume);
                self.ask(activation, step, approve, Ballots::new())
            }
            StepKind::Gate(gate) => self.enter_gate(step, gate, parent),
            StepKind::Choose(choose) => self.enter_choose(step, choose, parent),
            StepKind::Parallel(parallel) => self.enter_parallel(step, parallel, parent),
            StepKind::Each(each) => self.enter_each(step, each, parent),
            StepKind::Wait(wait) => self.enter_wait(step, wait, parent),
            StepKind::Start(start) => self.enter_start(step, start, parent),
            StepKind::Do(effect) => {
                self.carry_out(step, effect);
                self.advance(step, parent)
            }
            StepKind::Record(record) => self.record(step, record, parent),
            StepKind::Notify(notify) => {
                let to = self.meant_within(&notify.to, parent);
                self.emit(Event::CopiedIn { step: step.name.clone(), to, mail: notify.mail.clone() });
                self.advance(step, parent)
            }
            StepKind::End(outcome) => {
                self.end(outcome.clone(), String::new());
                Ok(())
            }
        }
    }

    pub fn carry_out(&mut self, step: &Step, effect: &EffectName) {
        self.effects.push(Effect { step: step.name.clone(), name: effect.clone() });
        self.emit(Event::EffectDone { step: step.name.clone(), effect: effect.clone() });
    }

    /// Marks an activation as passed and goes on from its step, or straight back to where it was returned from.
    pub fn pass(&mut self, activation: ActivationNo, result: Option<StepResult>) -> Result<(), Refusal> {
        let Some(passed) = self.case.activations.get(&activation).cloned() else {
            return Ok(());
        };
        self.emit(Event::StepPassed { activation, step: passed.step.clone(), result });
        let step = self.step(&passed.step)?;
        match &passed.resume {
            Some(resume) => self.enter(self.step(resume)?, passed.parent, None),
            None => self.advance(step, passed.parent),
        }
    }

    /// Goes on after `step`.
    pub fn advance(&mut self, step: &'a Step, parent: Parent) -> Result<(), Refusal> {
        let definition = self.definition;
        if let Some(next) = definition.after(step) {
            return self.enter(next, parent, None);
        }
        let Some((owner, branch)) = definition.blocks[step.block].owner else {
            return Err(Refusal::Undecidable { step: step.title.clone() });
        };
        let owner = &definition.steps[owner];
        match (&owner.kind, parent) {
            (StepKind::Parallel(_), Some((activation, _))) => self.finish_branch(activation, branch),
            (StepKind::Each(_), Some((activation, item))) => self.finish_branch(activation, item),
            _ => self.advance(owner, parent),
        }
    }

    fn finish_branch(&mut self, activation: ActivationNo, branch: usize) -> Result<(), Refusal> {
        let open = |walk: &Self| match walk.case.activations.get(&activation).map(|around| around.waiting.clone()) {
            Some(Waiting::Branches(open)) => open,
            _ => BTreeSet::new(),
        };
        // A branch is done once, and so the join runs once.
        if !open(self).contains(&branch) {
            return Ok(());
        }
        self.emit(Event::BranchFinished { activation, branch });
        let left = open(self);
        if left.is_empty() { self.pass(activation, None) } else { self.next_item(activation, &left) }
    }

    fn enter_gate(&mut self, step: &'a Step, gate: &Gate, parent: Parent) -> Result<(), Refusal> {
        match self.gate_opens(step, gate)? {
            Some(fact) => {
                self.emit(Event::GatePassed { step: step.name.clone(), fact });
                self.advance(step, parent)
            }
            None => {
                let activation = self.activate(step, parent, None);
                self.wait(activation, Waiting::Fact { fact: gate.fact.clone(), is: gate.is.clone() });
                Ok(())
            }
        }
    }

    /// The fact that opens the gate; `None` when the case must wait for one.
    pub fn gate_opens(&self, step: &Step, gate: &Gate) -> Result<Option<FactId>, Refusal> {
        let standing = self.standing(&gate.fact);
        match standing {
            Some(fact) if gate.is.contains(&fact.value) => {
                self.within_cap(step, gate, fact.cap)?;
                Ok(Some(fact.id))
            }
            closed => match gate.otherwise {
                GateElse::Wait => Ok(None),
                GateElse::Refuse => Err(Refusal::GateClosed {
                    step: step.name.clone(),
                    fact: gate.fact.clone(),
                    year: self.case.year,
                    stands: closed.map(|fact| fact.value),
                }),
            },
        }
    }

    fn within_cap(&self, step: &Step, gate: &Gate, cap: Option<Money>) -> Result<(), Refusal> {
        let filled = gate.covers.as_ref().and_then(|field| self.case.form.get(field));
        match (filled, cap) {
            (Some(Value::Money(amount)), Some(cap)) if *amount > cap => {
                Err(Refusal::AboveCap { step: step.name.clone(), amount: *amount, cap })
            }
            _ => Ok(()),
        }
    }

    /// The fact of that kind that stands for the case's own project and year.
    pub fn standing(&self, kind: &FactName) -> Option<Standing> {
        // What this very walk records is not among the stored facts yet; what was recorded before may have been
        // superseded since, which only the stored facts know.
        let recorded_now = |fact: &&RecordedFact| {
            self.events.iter().any(|event| matches!(event, Event::FactRecorded { fact: new, .. } if new.id == fact.id))
        };
        let own = self.case.facts.iter().rev().filter(recorded_now).find(|fact| fact.kind == *kind);
        if let Some(fact) = own {
            return Some(Standing { id: fact.id, value: fact.value.clone(), cap: fact.cap });
        }
        self.s
            .facts
            .iter()
            .rev()
            .find(|fact| fact.kind == *kind && Some(fact.project) == self.case.project() && fact.year == self.case.year)
            .map(|fact| Standing { id: fact.id, value: fact.value.clone(), cap: fact.cap })
    }

    fn enter_choose(&mut self, step: &'a Step, choose: &Choose, parent: Parent) -> Result<(), Refusal> {
        let names = condition_names(self.definition, &self.case, parent, self.s);
        let mut chosen = (None, choose.otherwise);
        for (index, (condition, block)) in choose.branches.iter().enumerate() {
            if condition.holds(&names).map_err(|_| Refusal::Undecidable { step: step.title.clone() })? {
                chosen = (Some(index), Some(*block));
                break;
            }
        }
        self.emit(Event::BranchChosen { step: step.name.clone(), branch: chosen.0 });
        match chosen.1 {
            Some(block) => self.enter(self.definition.first(block), parent, None),
            None => self.advance(step, parent),
        }
    }

    fn enter_parallel(&mut self, step: &'a Step, parallel: &Parallel, parent: Parent) -> Result<(), Refusal> {
        let activation = self.activate(step, parent, None);
        self.wait(activation, Waiting::Branches((0..parallel.branches.len()).collect()));
        for (branch, (_, block)) in parallel.branches.iter().enumerate() {
            self.enter(self.definition.first(*block), Some((activation, branch)), None)?;
        }
        Ok(())
    }

    fn record(&mut self, step: &'a Step, record: &Record, parent: Parent) -> Result<(), Refusal> {
        let cap = match record.cap.as_ref().map(|field| self.case.form.get(field)) {
            None => None,
            Some(Some(Value::Money(cap))) => Some(*cap),
            Some(_) => return Err(Refusal::Undecidable { step: step.title.clone() }),
        };
        let fact = RecordedFact {
            id: self.case.id.derive(&format!("fact/{}", self.case.facts.len() + 1)),
            kind: record.fact.clone(),
            value: record.is.clone(),
            cap,
            at: self.s.now,
            revoked: false,
        };
        self.emit(Event::FactRecorded { step: step.name.clone(), fact });
        self.advance(step, parent)
    }

    /// Ends the case: every open task and activation is cancelled by name.
    pub fn end(&mut self, outcome: Outcome, reason: String) {
        let all: Vec<_> = self.case.activations.keys().copied().collect();
        self.cancel(&all, &CancelReason::Ended);
        self.emit(Event::Ended { outcome, reason, at: self.s.now });
    }

    /// Cancels activations with their tasks.
    pub fn cancel(&mut self, activations: &[ActivationNo], why: &CancelReason) {
        for no in activations {
            self.close_tasks(*no, why);
            if let Some(activation) = self.case.activations.get(no).cloned() {
                self.emit(Event::StepCancelled { activation: *no, step: activation.step, why: why.clone() });
            }
        }
    }

    /// Cancels the open tasks of an activation.
    pub fn close_tasks(&mut self, activation: ActivationNo, why: &CancelReason) {
        let open: Vec<_> = self.case.tasks.values().filter(|t| t.activation == activation).map(|t| t.no).collect();
        for task in open {
            self.emit(Event::TaskCancelled { task, why: why.clone() });
        }
    }

    pub fn wait(&mut self, activation: ActivationNo, waiting: Waiting) {
        self.emit(Event::WaitChanged { activation, waiting });
    }

    /// Holds an activation for lack of anybody who may act. Tells it once.
    pub fn hold(&mut self, activation: ActivationNo, step: &Step, cast: Ballots) {
        let held = Waiting::Nobody { cast: cast.clone() };
        if self.case.activations.get(&activation).is_none_or(|now| now.waiting != held) {
            self.emit(Event::NobodyFound { activation, step: step.name.clone(), cast });
        }
    }

    pub fn open_task(&mut self, activation: ActivationNo, step: &Step, candidates: Vec<Principal>) {
        let (kind, due) = match &step.kind {
            StepKind::Approve(approve) => (TaskKind::Decide, approve.due),
            StepKind::Fill(fill) => (TaskKind::Fill, fill.due),
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => return,
        };
        let (due_at, counted) = self.due_from_now(due);
        let task = Task {
            no: self.case.last_task + 1,
            activation,
            step: step.name.clone(),
            item: self.item_of(activation).map(|item| item.label.clone()),
            kind,
            candidates,
            barred: who::barred(step, &self.case),
            opened_at: self.s.now,
            due_at,
            counted,
            hands: Hands::default(),
            reminding: Reminding::default(),
        };
        self.open(step, task);
    }

    /// When what begins now and takes so long is due.
    pub fn due_from_now(&self, span: Option<Span>) -> Due {
        span.map(|span| self.s.calendar.count(self.s.now, span, &[])).unzip()
    }

    /// The principals that `who` means for an activation, with the item at hand in its place.
    pub fn meant(&self, who: &Who, activation: ActivationNo) -> Vec<Principal> {
        self.meant_within(who, self.case.activations.get(&activation).and_then(|activation| activation.parent))
    }

    fn meant_within(&self, who: &Who, parent: Parent) -> Vec<Principal> {
        who::principals(&items::bound(who, self.item_in(parent), self.s), &self.case, self.s)
    }

    pub fn is_running(&self) -> bool {
        self.case.status == Status::Running
    }

    pub fn step(&self, name: &StepName) -> Result<&'a Step, Refusal> {
        self.definition.step(name).ok_or_else(|| Refusal::Undecidable { step: Text::new(name.as_str(), name.as_str()) })
    }

    pub fn activate(&mut self, step: &Step, parent: Parent, resume: Option<StepName>) -> ActivationNo {
        let activation = self.case.last_activation + 1;
        self.emit(Event::StepEntered { activation, step: step.name.clone(), parent, resume, at: self.s.now });
        activation
    }
}
