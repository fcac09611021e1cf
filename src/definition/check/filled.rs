//! What is certain to be filled where it is read: a walk over the blocks that keeps what every way has passed.

use std::collections::BTreeSet;

use super::{effects::steps_inside, reader::Reader, steps::StepSpots};
use crate::definition::{
    clocks::Computed,
    condition::{self, Condition},
    items::{Each, EmptyList},
    model::{
        Approve, BlockIndex, Definition, EffectName, FieldKind, FieldName, Grade, GradeRoute, Parallel, Resume, Step,
        StepKind,
    },
    problem::{
        Code, Spot, choosing, effects, flow,
        names::{self, Thing},
    },
    registry,
    vote::Mode,
    waits::Wait,
};

pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, fields: &[Spot], spots: &[StepSpots]) {
    for (field, spot) in definition.form.iter().zip(fields) {
        let is_round = match &definition.clocks {
            Some(clocks) => clocks.round == field.name,
            // Which one it would be is not known where the clocks are told to be wrong.
            None => matches!(field.kind, FieldKind::Choice(_)) && reader.has(Code::ClockField),
        };
        let is_written = is_round || definition.steps.iter().any(|step| step.edits().contains(&field.name));
        if !is_written && field.from.is_none() && field.computed.is_none() {
            reader.report(flow::edited_by_nobody(*spot, field.name.as_str()));
        }
    }
    let mut walk = Walk { reader, definition, spots };
    let round = definition.clocks.iter().map(|clocks| format!("form.{}", clocks.round));
    walk.block(0, round.collect());
}

/// Names, as conditions write them, that have a value on every way here.
type Certain = BTreeSet<String>;

struct Walk<'a, 'v> {
    reader: &'a mut Reader<'v>,
    definition: &'a Definition,
    spots: &'a [StepSpots],
}

impl Walk<'_, '_> {
    /// What is certain behind the block; `None` when no case comes out of it.
    fn block(&mut self, block: BlockIndex, mut certain: Certain) -> Option<Certain> {
        for &index in &self.definition.blocks[block].steps {
            certain = self.step(index, certain)?;
        }
        Some(certain)
    }

    fn step(&mut self, index: usize, mut certain: Certain) -> Option<Certain> {
        let step = &self.definition.steps[index];
        without(&mut certain, &self.emptied_before_return(index));
        let outcome = condition::outcome_name(step.name.as_str());
        match &step.kind {
            StepKind::End(_) => None,
            StepKind::Fill(fill) => {
                self.depends(index, &certain);
                self.may_empty(index, &mut certain);
                certain.extend(self.required_of(&fill.edit));
                certain.extend(self.computed_by(&fill.edit));
                certain.insert(outcome);
                Some(certain)
            }
            StepKind::Approve(approve) => {
                self.depends(index, &certain);
                self.may_empty(index, &mut certain);
                approved(step, approve, certain)
            }
            StepKind::Choose(choose) => {
                let mut ways = Vec::new();
                let mut read = certain.clone();
                for (condition, block) in &choose.branches {
                    self.condition(condition, &read);
                    read.extend(condition.reads().iter().cloned());
                    let inside = &read | &self.implied(condition, &read);
                    ways.extend(self.block(*block, inside));
                }
                match choose.otherwise {
                    Some(block) => ways.extend(self.block(block, read)),
                    None => ways.push(read),
                }
                ways.into_iter().reduce(|a, b| &a & &b)
            }
            StepKind::Parallel(parallel) => self.parallel(parallel, &certain),
            StepKind::Each(each) => {
                without(&mut certain, &self.emptied_in(each.block));
                self.each(step, each, certain)
            }
            StepKind::Wait(wait) => {
                if let (Wait::UntilField(field), Some(spot)) = (wait, self.spots[index].reads)
                    && !certain.contains(&format!("form.{field}"))
                {
                    self.reader.report(flow::read_before_filled(spot, field.as_str()));
                }
                Some(certain)
            }
            StepKind::Start(start) => {
                if start.waits {
                    certain.insert(outcome);
                }
                Some(certain)
            }
            StepKind::Record(record) => {
                if let (Some(cap), Some(spot)) = (&record.cap, self.spots[index].cap)
                    && !certain.contains(&format!("form.{cap}"))
                {
                    self.reader.report(flow::read_before_filled(spot, cap.as_str()));
                }
                Some(certain)
            }
            StepKind::Do(effect) => {
                self.amount_of(effect, self.spots[index].name, &certain);
                Some(certain)
            }
            StepKind::Gate(_) | StepKind::Notify(_) => Some(certain),
        }
    }

    /// What is certain where all branches are done.
    fn parallel(&mut self, parallel: &Parallel, certain: &Certain) -> Option<Certain> {
        let (edited, emptied): (Vec<_>, Vec<_>) =
            parallel.branches.iter().map(|(_, block)| (self.edited_in(*block), self.emptied_in(*block))).unzip();
        let mut after = certain.clone();
        without(&mut after, emptied.iter().flatten());
        for (at, (_, block)) in parallel.branches.iter().enumerate() {
            let others = |fields: &[Vec<FieldName>]| {
                let others = fields.iter().enumerate().filter(|(other, _)| *other != at);
                others.flat_map(|(_, fields)| fields.clone()).collect::<Vec<_>>()
            };
            // A task beside this branch may be saved with a field empty, even one that it has to fill in the end.
            let mut inside = certain.clone();
            without(&mut inside, &others(&edited));
            let mut behind = self.block(*block, inside)?;
            without(&mut behind, &others(&emptied));
            after.extend(behind);
        }
        Some(after)
    }

    /// The amount that an effect reads is a field of the form, and filled.
    fn amount_of(&mut self, effect: &EffectName, spot: Spot, certain: &Certain) {
        let Some(amount) = registry::needs_of(effect.as_str()).amount else { return };
        let is_there = self.definition.field(&amount.into()).is_some_and(|field| field.kind == FieldKind::Money);
        if !is_there {
            self.reader.report(effects::no_amount(spot, effect.as_str(), amount));
        } else if !certain.contains(&format!("form.{amount}")) {
            self.reader.report(effects::amount_not_filled(spot, effect.as_str(), amount));
        }
    }

    /// Every case has passed the steps on whose actor it depends who is asked here, and one person did each of them.
    fn depends(&mut self, index: usize, certain: &Certain) {
        let step = &self.definition.steps[index];
        let (Some(who), Some(spot)) = (step.asks(), self.spots[index].by) else { return };
        for name in who.depends_on() {
            let acts = |step: &&Step| step.asks().is_some();
            let earlier = self.definition.steps.iter().filter(acts).find(|step| step.name == *name);
            let together = |step: &Step| matches!(&step.kind, StepKind::Approve(approve) if approve.mode != Mode::Any);
            match earlier {
                None => {
                    let known: Vec<_> = self.definition.steps.iter().filter(acts).map(|s| s.name.as_str()).collect();
                    self.reader.report(names::unknown(spot, Thing::Step, name.as_str(), &known));
                }
                Some(earlier) if together(earlier) => {
                    self.reader.report(choosing::several_decide(spot, name.as_str()));
                }
                Some(earlier) if !certain.contains(&condition::outcome_name(earlier.name.as_str())) => {
                    self.reader.report(choosing::not_always_passed(spot, name.as_str()));
                }
                Some(_) => {}
            }
        }
    }

    /// The required fields among those that a fill step writes: it is not passed while they are empty. An approval may
    /// be given without touching its fields; there a grade's `requires` does this.
    fn required_of(&self, edit: &[FieldName]) -> Vec<String> {
        let required = edit.iter().filter(|name| self.definition.field(name).is_some_and(|field| field.required));
        required.map(|name| format!("form.{name}")).collect()
    }

    /// What is computed from the fields that a step writes, where it writes them all and none may stay empty.
    fn computed_by(&self, edit: &[FieldName]) -> Vec<String> {
        let Some(clocks) = &self.definition.clocks else { return Vec::new() };
        if !clocks.written().into_iter().all(|field| edit.contains(field)) {
            return Vec::new();
        }
        let computed =
            self.definition.form.iter().filter(|field| field.computed.is_some_and(Computed::is_always_there));
        computed.map(|field| format!("form.{}", field.name)).collect()
    }

    /// What an item filled in is there where at least one item went through; how its steps were passed is counted.
    fn each(&mut self, step: &Step, each: &Each, mut certain: Certain) -> Option<Certain> {
        let inside = self.block(each.block, certain.clone())?;
        if each.empty == EmptyList::Hold {
            certain.extend(inside.into_iter().filter(|name| name.starts_with("form.")));
        }
        certain.insert(condition::items_name(step.name.as_str()));
        certain.extend(self.counts_of(step));
        Some(certain)
    }

    /// The counts that an each leaves behind: of every result of every step inside.
    fn counts_of(&self, each: &Step) -> Vec<String> {
        let inside = |step: &&Step| self.definition.each_around(step).is_some_and(|around| around.name == each.name);
        let results = self.definition.steps.iter().filter(inside).filter_map(|step| Some((step, step.kind.results()?)));
        let counts = results.flat_map(|(step, results)| {
            results.into_iter().map(|result| condition::count_name(step.name.as_str(), &result))
        });
        counts.collect()
    }

    fn condition(&mut self, condition: &Condition, certain: &Certain) {
        for name in condition.reads().iter().filter(|name| !certain.contains(*name)) {
            let spot = Spot { at: condition.at, len: condition.source.chars().count() };
            match name.split_once('.') {
                Some(("form", field)) => self.reader.report(flow::read_before_filled(spot, field)),
                Some(("count", rest)) => {
                    let step = rest.split('.').next().unwrap_or_default();
                    self.reader.report(flow::outcome_before_passed(spot, step));
                }
                Some(("votes", rest)) => {
                    let step = rest.split('.').next().unwrap_or_default();
                    self.reader.report(flow::outcome_before_passed(spot, step));
                }
                Some(("late" | "outcome", step)) => self.reader.report(flow::outcome_before_passed(spot, step)),
                Some(_) | None => {}
            }
        }
    }

    /// The fields that the grades a condition names have required, where nobody can have emptied them since.
    fn implied(&self, condition: &Condition, certain: &Certain) -> Certain {
        let mut fields = Certain::new();
        for (name, value) in condition.implies() {
            for step in &self.definition.steps {
                if let StepKind::Approve(approve) = &step.kind
                    && condition::outcome_name(step.name.as_str()) == name
                    && let Some(grade) = approve.grades.iter().find(|grade| grade.name.as_str() == value)
                {
                    let kept = grade.requires.iter().filter(|field| certain.contains(&required_by(step, grade, field)));
                    fields.extend(kept.map(|field| format!("form.{field}")));
                }
            }
        }
        fields
    }

    /// What a step may leave empty of what was filled before, or another to which it returns the case and which brings
    /// it straight back.
    fn may_empty(&self, index: usize, certain: &mut Certain) {
        let steps = &self.definition.steps;
        let mut done = vec![index];
        let mut at = 0;
        while let Some(&step) = done.get(at) {
            let straight = steps[step].ways_back().into_iter().filter(|route| route.resume == Resume::Here);
            for target in straight.filter_map(|route| steps.iter().position(|step| step.name == route.to)) {
                if !done.contains(&target) {
                    done.push(target);
                }
            }
            at += 1;
        }
        for step in done {
            without(certain, &self.emptied_by(step));
        }
    }

    /// What may have been emptied where a case is returned to the step and goes through all behind it again.
    fn emptied_before_return(&self, target: usize) -> Vec<FieldName> {
        let steps = &self.definition.steps;
        let returns = |step: &Step| {
            step.ways_back().iter().any(|route| route.resume == Resume::Through && route.to == steps[target].name)
        };
        let last = (target..steps.len()).rev().find(|step| returns(&steps[*step]));
        let between = last.into_iter().flat_map(|last| target..=last);
        between.flat_map(|step| self.emptied_by(step)).collect()
    }

    /// The fields that a step writes and may leave empty.
    fn emptied_by(&self, step: usize) -> Vec<FieldName> {
        let optional = |name: &&FieldName| self.definition.field(name).is_some_and(|field| !field.required);
        self.definition.steps[step].edits().iter().filter(optional).cloned().collect()
    }

    /// The fields that the steps of a block, and of the blocks inside of it, write.
    fn edited_in(&self, block: BlockIndex) -> Vec<FieldName> {
        let inside = steps_inside(self.definition, block);
        inside.flat_map(|step| self.definition.steps[step].edits()).cloned().collect()
    }

    /// The fields that the steps of a block, and of the blocks inside of it, may leave empty.
    fn emptied_in(&self, block: BlockIndex) -> Vec<FieldName> {
        steps_inside(self.definition, block).flat_map(|step| self.emptied_by(step)).collect()
    }
}

/// Takes away what is known of fields that may be empty now.
fn without<'f>(certain: &mut Certain, fields: impl IntoIterator<Item = &'f FieldName>) {
    for field in fields {
        let filled = format!("form.{field}");
        let required = format!(" {field}");
        certain.retain(|name| *name != filled && !name.ends_with(&required));
    }
}

/// The name of what a grade required, as long as it is there.
fn required_by(step: &Step, grade: &Grade, field: &FieldName) -> String {
    format!("{} {} {field}", step.name, grade.name)
}

/// What is certain behind an approval that lets the case go on; `None` when none does.
fn approved(step: &Step, approve: &Approve, mut certain: Certain) -> Option<Certain> {
    let mut passing = approve.grades.iter().filter(|grade| grade.route == GradeRoute::Next).peekable();
    if !approve.grades.is_empty() && passing.peek().is_none() {
        return None;
    }
    let always = passing.map(|grade| grade.requires.iter().map(|field| format!("form.{field}")).collect());
    certain.extend(always.reduce(|a: Certain, b| &a & &b).unwrap_or_default());
    for grade in &approve.grades {
        certain.extend(grade.requires.iter().map(|field| required_by(step, grade, field)));
    }
    let votes = step.kind.votes().into_iter();
    certain.extend(votes.map(|counted| condition::votes_name(step.name.as_str(), &counted)));
    if approve.late.is_some() {
        certain.insert(condition::late_name(step.name.as_str()));
    }
    certain.insert(condition::outcome_name(step.name.as_str()));
    Some(certain)
}
