//! Moving open cases to another version never loses what was proven, on generated definitions and random edits.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use yumen::{
    definition::{
        Definition, Field, FieldKind, FieldName, Form, Gate, GradeRoute, Mode, Step, StepKind, StepName, Value,
    },
    engine::{
        Action, Actor, Case, Decision, Event, Plan, Refusal, Status, Waiting,
        case::TaskNo,
        may_act,
        moving::{Obstacle, Verdict, judge, relocate},
    },
    language::Text,
};

use super::{
    edit, generate,
    moving_approvals::needs_an_approval,
    world::{World, definition_of, id},
};

/// Pairs of a definition and its edited version, each with a random case on the way.
const PAIRS: u64 = 4_000;
/// Whoever administers workflows.
const ADMINISTRATOR: u128 = 400;
/// What generated definitions have people fill in.
const FIELDS: [&str; 3] = ["amount", "note", "reply"];
/// Commands a case is given to end in.
const COMMANDS_MAX: usize = 200;

#[test]
fn a_moved_case_has_proven_everything_and_can_end() {
    let (mut moved, mut stayed, mut closed, mut ended) = (0, 0, 0, 0);
    for seed in 0..PAIRS {
        let mut rng = StdRng::seed_from_u64(seed);
        let old = with_effect(generate::definition(&mut rng));
        let old = with_fields(&mut rng, old);
        let mut world = World::new(2, 2);
        let Some((case, mut journal)) = on_the_way(&mut rng, &mut world, &old) else { continue };
        let edits = rng.random_range(1..=3);
        let new = edit::edited(&mut rng, &old, edits);
        let new = with_other_fields(&mut rng, new);
        if rng.random_bool(0.2) {
            world.facts.clear();
        }
        match judge(&old, &new, &case, &world.surroundings()) {
            Verdict::Stays => panic!("seed {seed}: the versions have different hashes"),
            Verdict::CannotMove(because) => {
                assert!(!because.is_empty(), "seed {seed}: refused without a reason");
                closed += usize::from(because.iter().any(|why| matches!(why, Obstacle::GateClosed(_))));
                assert!(moves(&world, (&old, &new), &case).is_err(), "seed {seed}");
                stayed += 1;
            }
            Verdict::CanMove => {
                let before = journal.len();
                let plan = moves(&world, (&old, &new), &case).unwrap();
                journal.extend(plan.events);
                let told = Told { old: &old, new: &new, journal, before, seed };
                let case = plan.case;
                assert_eq!(Case::replay(&told.journal).as_ref(), Some(&case), "seed {seed}: replayed");
                assert!(moves(&world, (&new, &new), &case).unwrap().events.is_empty(), "seed {seed}: moved twice");
                for activation in case.activations.values() {
                    told.assert_proven(new.step(&activation.step).unwrap(), &case);
                }
                moved += 1;
                ended += usize::from(told.comes_to_its_end(&mut world, case));
            }
        }
    }
    assert!(moved > 500 && stayed > 500 && closed > 20, "{moved} moved, {stayed} stayed, {closed} at closed gates");
    assert_eq!(ended, moved, "every moved case can end");
}

const STORY: &str = r"
steps:
  - fill: draft
    by: initiator
  - start: other
    workflow: performance-targets
    by: { role: project-officer, of: project.unit }
    wait: false
  - approve: review
    by: { role: finance-performance }
    mode: all
  - end: accepted
";

#[test]
fn a_suspended_case_stays_until_it_goes_on() {
    let (old, world) = (definition_of(STORY), World::new(1, 1));
    let new = Definition { hash: "new".into(), ..old.clone() };
    let case = world.start(&old, 100).unwrap().case;
    let reason = || "等待上级批复".to_owned();
    let held = world.act(&old, &case, super::world::ADMINISTRATOR, Action::Suspend { reason: reason() }).unwrap().case;
    let because = Verdict::CannotMove(vec![Obstacle::Suspended]);
    assert_eq!(judge(&old, &new, &held, &world.surroundings()), because);
    assert!(matches!(moves(&world, (&old, &new), &held), Err(Refusal::Suspended { .. })));
    let on = world.act(&old, &held, super::world::ADMINISTRATOR, Action::Resume { reason: reason() }).unwrap().case;
    assert_eq!(moves(&world, (&old, &new), &on).unwrap().case.definition, "new");
}

#[test]
fn a_case_that_chose_nobody_stays_where_the_new_version_would_have_somebody_chosen() {
    let story = |by: &str| {
        definition_of(&format!(
            "
steps:
  - fill: draft
    by: initiator
  - approve: first
    by: {{ role: department-head, of: project.department }}
    return to: [draft]
  - approve: second
    by: {by}
    return to: [draft]
  - end: accepted
"
        ))
    };
    let (old, world) = (story("{ role: finance-performance }"), World::new(1, 1));
    let new = story("{ chosen by: draft, from: { role: finance-performance }, at most: 1 }");
    let case = world.start(&old, 100).unwrap().case;
    assert_eq!(judge(&old, &new, &case, &world.surroundings()), Verdict::CanMove, "the draft is still to be done");
    let case = world
        .act(&old, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    let Verdict::CannotMove(because) = judge(&old, &new, &case, &world.surroundings()) else {
        panic!("it would be held")
    };
    assert!(matches!(&because[..], [Obstacle::NobodyChosen(step)] if step.en == "second"), "{because:?}");
}

#[test]
fn what_a_case_started_is_not_started_twice() {
    let (old, world) = (definition_of(STORY), World::new(1, 1));
    let case = world.start(&old, 100).unwrap().case;
    let draft = Action::Complete { task: 1, fields: Form::new(), besides: Default::default() };
    let case = world.act(&old, &case, 100, draft).unwrap().case;
    assert_eq!(case.children.len(), 1);
    let (start, rest) = STORY.split_once("  - start").unwrap();
    let (started, after) = rest.split_once("  - approve").unwrap();
    let (review, end) = after.split_once("  - end").unwrap();
    let later = definition_of(&format!("{start}  - approve{review}  - start{started}  - end{end}"));
    let Verdict::CannotMove(because) = judge(&old, &later, &case, &world.surroundings()) else {
        panic!("it would start the other case again")
    };
    assert!(matches!(&because[..], [Obstacle::Twice(_)]), "{because:?}");
    let dropped = definition_of(&format!("{start}  - approve{review}  - end{end}"));
    assert_eq!(judge(&old, &dropped, &case, &world.surroundings()), Verdict::CanMove);
}

/// The definition with the protected effect right before its end.
fn with_effect(mut definition: Definition) -> Definition {
    let end = definition.blocks[0].steps.pop().unwrap();
    let mut last = definition.steps.remove(end);
    let offset = last.offset;
    let effect = Step { name: "effect".into(), kind: StepKind::Do("open-rectification".into()), ..last.clone() };
    definition.blocks[0].steps.extend([end, end + 1]);
    last.offset = offset + 1;
    definition.steps.extend([effect, last]);
    definition
}

/// The definition with three fields, each written in some of its steps.
fn with_fields(rng: &mut StdRng, mut definition: Definition) -> Definition {
    let field = |name: &str| Field::new(name, Text::new(name, name), FieldKind::Text { max: 10 });
    definition.form = FIELDS.map(field).into();
    let written =
        |rng: &mut StdRng| FIELDS.iter().filter(|_| rng.random_bool(0.3)).map(|name| (*name).into()).collect();
    for step in &mut definition.steps {
        if let StepKind::Fill(fill) = &mut step.kind {
            fill.edit = written(rng);
        } else if let StepKind::Approve(approve) = &mut step.kind
            && approve.mode == Mode::Any
        {
            approve.edit = written(rng);
        }
    }
    definition
}

/// Now and then the new version writes less, and lets less come back.
fn with_other_fields(rng: &mut StdRng, mut definition: Definition) -> Definition {
    for step in &mut definition.steps {
        if !rng.random_bool(0.05) {
            continue;
        }
        if let StepKind::Fill(fill) = &mut step.kind {
            fill.edit.pop();
        } else if let StepKind::Approve(approve) = &mut step.kind {
            approve.edit.pop();
            approve.return_to.pop();
        }
    }
    definition
}

/// Some of the fields that a step writes, with something in them.
fn some_of(rng: &mut StdRng, fields: &[FieldName]) -> Form {
    let written = fields.iter().filter(|_| rng.random_bool(0.6)).cloned().collect::<Vec<_>>();
    written.into_iter().map(|name| (name, Value::Text(rng.random_range(0..1_000).to_string()))).collect()
}

/// A case after some random commands, with its journal; `None` when it is over.
fn on_the_way(rng: &mut StdRng, world: &mut World, definition: &Definition) -> Option<(Case, Vec<Event>)> {
    if rng.random_bool(0.8) {
        world.fact("assessment", "supported", 1, 2027);
    }
    if rng.random_bool(0.5) {
        world.fact("targets", "accepted", 1, 2027);
    }
    let Plan { mut case, events: mut journal, .. } = world.start(definition, 100).ok()?;
    for _ in 0..rng.random_range(0..12) {
        let Some(plan) = step_on(rng, world, definition, &case, 0.8) else { continue };
        journal.extend(plan.events);
        case = plan.case;
    }
    (case.status == Status::Running).then_some((case, journal))
}

/// A random command that somebody may give; it says yes with the given probability. Where nobody is asked, time comes
/// for what waits for it, and the other case ends.
fn step_on(rng: &mut StdRng, world: &mut World, definition: &Definition, case: &Case, yes: f64) -> Option<Plan> {
    if case.tasks.is_empty() {
        for activation in case.activations.values() {
            if let Waiting::Until { at } = activation.waiting {
                world.now = world.now.max(at);
                return world.ring(definition, case, activation.no).ok();
            }
            if let Waiting::Child { case: child, .. } = activation.waiting {
                let ended = Action::ChildEnded { activation: activation.no, case: child, outcome: "accepted".into() };
                return world.child_ended(definition, case, ended).ok();
            }
        }
        return world.wake(definition, case).ok();
    }
    let task = case.tasks.values().nth(rng.random_range(0..case.tasks.len()))?;
    let by = (0..500).find(|person| may_act(task, id(*person), &world.surroundings()))?;
    let action = match &definition.step(&task.step)?.kind {
        StepKind::Approve(approve) => {
            let back = approve.return_to.first().filter(|_| !rng.random_bool(yes));
            let next = approve.grades.iter().find(|grade| grade.route == GradeRoute::Next);
            let decision = match (back, next) {
                (Some(route), _) => Decision::Return { to: route.to.clone() },
                (None, Some(grade)) => Decision::Grade(grade.name.clone()),
                (None, None) => Decision::Approve,
            };
            Action::Decide {
                task: task.no,
                decision,
                reason: "理由".into(),
                fields: some_of(rng, &approve.edit),
                besides: Default::default(),
            }
        }
        StepKind::Fill(fill) => {
            Action::Complete { task: task.no, fields: some_of(rng, &fill.edit), besides: Default::default() }
        }
        StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => return None,
    };
    world.act(definition, case, by, action).ok()
}

fn moves(world: &World, of: (&Definition, &Definition), case: &Case) -> Result<Plan, Refusal> {
    let by = (Actor::Person(id(ADMINISTRATOR)), "新版本已发布");
    relocate(of, case, by, &world.surroundings())
}

/// The story of a moved case.
struct Told<'a> {
    old: &'a Definition,
    new: &'a Definition,
    journal: Vec<Event>,
    /// Events that the old version wrote.
    before: usize,
    seed: u64,
}

impl Told<'_> {
    /// Whatever stands before `here` in the new version was proven: a gate by an event that a gate with the same need or
    /// a narrower one wrote, a step that people pass by having been passed.
    fn assert_proven(&self, here: &Step, case: &Case) {
        for name in edit::behind(self.new, here) {
            let step = self.new.step(&name).unwrap();
            let standing = case.activations.values().any(|activation| activation.step == name);
            let proven = match &step.kind {
                StepKind::Gate(gate) => self.witnessed(&name, gate),
                StepKind::Fill(_) | StepKind::Approve(_) => case.passed.contains(&name),
                StepKind::Choose(_)
                | StepKind::Parallel(_)
                | StepKind::Each(_)
                | StepKind::Wait(_)
                | StepKind::Start(_)
                | StepKind::Do(_)
                | StepKind::Record(_)
                | StepKind::Notify(_)
                | StepKind::End(_) => true,
            };
            assert!(
                standing || proven,
                "seed {}: “{name}” stands before “{}” and was never proven",
                self.seed,
                here.name
            );
        }
    }

    fn witnessed(&self, name: &StepName, gate: &Gate) -> bool {
        let (before, after) = self.journal.split_at(self.before);
        let passed = |events: &[Event], definition: &Definition| {
            let narrower = match definition.step(name).map(|step| &step.kind) {
                Some(StepKind::Gate(own)) => {
                    own.fact == gate.fact && own.is.iter().all(|value| gate.is.contains(value))
                }
                _ => false,
            };
            narrower && events.iter().any(|event| matches!(event, Event::GatePassed { step, .. } if step == name))
        };
        passed(before, self.old) || passed(after, self.new)
    }

    /// Whether some approval is there that was neither walked over nor given before something was filled in, or before a
    /// decider changed what it had been shown; told from the journal alone.
    fn is_approved_as_it_stands(&self) -> bool {
        let mut written: BTreeSet<FieldName> = BTreeSet::new();
        let mut standing: BTreeMap<StepName, BTreeSet<FieldName>> = BTreeMap::new();
        let counts = |step: &StepName| {
            let step = self.new.step(step).or_else(|| self.old.step(step));
            matches!(step.map(|step| &step.kind), Some(StepKind::Approve(own)) if !own.limits.initiator_may_decide)
        };
        let mut fills: BTreeSet<TaskNo> = BTreeSet::new();
        for event in &self.journal {
            if let Event::TaskOpened { task } = event {
                let step = self.new.step(&task.step).or_else(|| self.old.step(&task.step));
                fills.extend(step.filter(|step| matches!(step.kind, StepKind::Fill(_))).map(|_| task.no));
            } else if let Event::FieldsSaved { task, fields, .. } = event {
                let filled_in = fills.contains(task) && !fields.is_empty();
                standing.retain(|_, seen| !filled_in && fields.keys().all(|name| !seen.contains(name)));
                written.extend(fields.keys().cloned());
            } else if let Event::StepPassed { step, .. } = event
                && counts(step)
            {
                standing.insert(step.clone(), written.clone());
            } else if let Event::Returned { undone: lapsed, .. } | Event::Moved { forgotten: lapsed, .. } = event {
                standing.retain(|step, _| !lapsed.contains(step));
            }
        }
        !standing.is_empty()
    }

    /// Everybody agrees and every fact is there: the case ends, and the effect happens behind all its gates. A case that
    /// finds nobody to ask waits for an appointment, as it would have with the version it came from.
    fn comes_to_its_end(mut self, world: &mut World, mut case: Case) -> bool {
        world.fact("assessment", "supported", 1, 2027);
        world.fact("targets", "accepted", 1, 2027);
        let mut rng = StdRng::seed_from_u64(self.seed);
        for _ in 0..COMMANDS_MAX {
            if case.activations.values().any(|activation| matches!(activation.waiting, Waiting::Nobody { .. })) {
                return true;
            }
            let step = if rng.random_bool(0.2) {
                world.wake(self.new, &case).ok()
            } else {
                step_on(&mut rng, world, self.new, &case, 1.0)
            };
            let Some(plan) = step else { continue };
            let is_the_last =
                |event: &Event| matches!(event, Event::EffectDone { step, .. } if step.as_str() == "effect");
            let done = plan.events.iter().any(is_the_last);
            self.journal.extend(plan.events);
            case = plan.case;
            if done {
                assert!(
                    self.is_approved_as_it_stands() || !needs_an_approval(self.new),
                    "seed {}: nobody approved it",
                    self.seed
                );
                let effect = self.new.steps.iter().find(|step| step.name.as_str() == "effect").unwrap();
                self.assert_proven(effect, &case);
            }
            if case.status != Status::Running {
                return true;
            }
        }
        panic!("seed {}: the moved case does not end: {:?}", self.seed, case.activations)
    }
}
