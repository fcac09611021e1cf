//! A definition drawn as nested blocks, with the position of a case in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{flow_way::OnWay, lists, vote_words};
use crate::{
    app::who_words::who,
    app::words,
    definition::{
        BlockIndex, Definition, FieldKind, GateElse, Step, StepKind, StepName,
        registry::{self, EFFECTS, FACTS, OUTCOMES},
    },
    engine::{Case, Status, Waiting},
    language::{Lang, Text},
};

/// A block: steps from top to bottom.
#[derive(Debug, Clone, Serialize)]
pub struct BlockView {
    /// Its steps.
    pub steps: Vec<StepView>,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct StepView {
    /// Its name in the definition.
    #[serde(skip)]
    pub name: StepName,
    /// Where a way that is shown comes to it.
    pub on_way: OnWay,
    /// Its title.
    pub title: Text,
    /// Its drawing.
    pub icon: &'static str,
    /// Where the case stands to it.
    pub state: State,
    /// Whether it needs no person and is drawn small.
    pub slim: bool,
    /// Who, what, how long.
    pub details: Vec<Text>,
    /// Its branches, side by side.
    pub branches: Vec<BranchView>,
}

/// A branch of a choice or a parallel step.
#[derive(Debug, Clone, Serialize)]
pub struct BranchView {
    /// Its condition or title.
    pub when: Text,
    /// Whether the case went this way.
    pub taken: bool,
    /// Whether the case ends in it, so that nothing leads on.
    pub ends: bool,
    /// Its steps.
    pub steps: Vec<StepView>,
}

/// Where a case stands to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It comes later.
    Later,
    /// It was passed.
    Done,
    /// The case stands here.
    Current,
    /// The case stands here and nobody may act.
    Held,
    /// The case ended without it.
    Skipped,
}

/// What people read in place of `policy.<name>`.
pub type Limits = BTreeMap<String, Text>;

/// Draws a definition, and where `case` stands in it.
#[must_use]
pub fn draw(definition: &Definition, limits: &Limits, case: Option<&Case>) -> BlockView {
    let position = case.map(Position::of);
    BlockView { steps: block((definition, limits), 0, position.as_ref()) }
}

struct Position<'a> {
    case: &'a Case,
    current: BTreeSet<&'a StepName>,
    held: BTreeSet<&'a StepName>,
}

impl<'a> Position<'a> {
    fn of(case: &'a Case) -> Self {
        let held = |waiting: &Waiting| matches!(waiting, Waiting::Nobody { .. });
        Self {
            case,
            current: case.activations.values().map(|activation| &activation.step).collect(),
            held: case.activations.values().filter(|a| held(&a.waiting)).map(|a| &a.step).collect(),
        }
    }

    fn state(&self, step: &Step) -> State {
        let ended_here = match (&self.case.status, &step.kind) {
            (Status::Ended { outcome, .. }, StepKind::End(end)) => outcome == end,
            (Status::Running | Status::Ended { .. }, _) => false,
        };
        if self.held.contains(&step.name) {
            State::Held
        } else if self.current.contains(&step.name) {
            State::Current
        } else if ended_here || self.case.passed.contains(&step.name) {
            State::Done
        } else if self.case.status == Status::Running {
            State::Later
        } else {
            State::Skipped
        }
    }
}

/// A definition, and what its conditions call by a name of policy.
type Drawn<'a> = (&'a Definition, &'a Limits);

fn block(drawn: Drawn<'_>, index: BlockIndex, position: Option<&Position<'_>>) -> Vec<StepView> {
    let (definition, _) = drawn;
    let of_block = definition.blocks[index].steps.iter().map(|i| &definition.steps[*i]);
    let mut views: Vec<StepView> = of_block.clone().map(|one| step(drawn, one, position)).collect();
    // What needs nobody leaves no mark of its own: it is done once the case is beyond it.
    let mut beyond = false;
    for (view, step) in views.iter_mut().zip(of_block).rev() {
        let needs_nobody =
            matches!(step.kind, StepKind::Wait(_) | StepKind::Do(_) | StepKind::Record(_) | StepKind::Notify(_));
        if beyond && needs_nobody {
            view.state = State::Done;
        }
        beyond |= matches!(view.state, State::Done | State::Current | State::Held);
    }
    views
}

fn step(drawn: Drawn<'_>, step: &Step, position: Option<&Position<'_>>) -> StepView {
    let branch = |when: Text, index: BlockIndex| {
        let steps = block(drawn, index, position);
        let taken = position.is_some() && steps.iter().any(|s| !matches!(s.state, State::Later | State::Skipped));
        BranchView { when, taken, ends: ends(drawn.0, index), steps }
    };
    let mut branches: Vec<BranchView> = match &step.kind {
        StepKind::Choose(choose) => {
            let conditions = choose.branches.iter().map(|(c, index)| branch(condition(drawn, &c.source), *index));
            let words = Text::new("其他情况", "Otherwise");
            let otherwise = choose.otherwise.map_or_else(
                || BranchView { when: words.clone(), taken: false, ends: false, steps: Vec::new() },
                |index| branch(words.clone(), index),
            );
            conditions.chain([otherwise]).collect()
        }
        StepKind::Parallel(parallel) => {
            parallel.branches.iter().map(|(title, index)| branch(title.clone(), *index)).collect()
        }
        StepKind::Each(each) => vec![branch(lists::branch_title(each), each.block)],
        StepKind::Fill(_)
        | StepKind::Approve(_)
        | StepKind::Gate(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => Vec::new(),
    };
    let mut state = position.map_or(State::Later, |position| position.state(step));
    // A choice that was made leaves the other ways behind.
    if matches!(step.kind, StepKind::Choose(_)) && branches.iter().any(|branch| branch.taken) {
        branches.iter_mut().filter(|branch| !branch.taken).for_each(|branch| leave_behind(&mut branch.steps));
        state = State::Done;
    }
    StepView {
        name: step.name.clone(),
        on_way: OnWay::default(),
        title: title(step),
        icon: icon(&step.kind),
        state,
        slim: !matches!(step.kind, StepKind::Fill(_) | StepKind::Approve(_) | StepKind::Gate(_)),
        details: details(drawn.0, step),
        branches,
    }
}

fn leave_behind(steps: &mut [StepView]) {
    for step in steps {
        step.state = State::Skipped;
        step.branches.iter_mut().for_each(|branch| leave_behind(&mut branch.steps));
    }
}

/// Whether every way through a block ends the case.
fn ends(definition: &Definition, index: BlockIndex) -> bool {
    match definition.blocks[index].steps.last().map(|i| &definition.steps[*i].kind) {
        Some(StepKind::End(_)) => true,
        Some(StepKind::Choose(choose)) => {
            choose.branches.iter().all(|(_, block)| ends(definition, *block))
                && choose.otherwise.is_some_and(|block| ends(definition, block))
        }
        Some(
            StepKind::Fill(_)
            | StepKind::Approve(_)
            | StepKind::Gate(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_),
        )
        | None => false,
    }
}

/// What people read: the title of the file, or words for a step that was written without a name.
#[must_use]
pub fn title(step: &Step) -> Text {
    if step.title.zh != step.name.as_str() && !step.title.zh.is_empty() {
        return words::without_item(&step.title);
    }
    match &step.kind {
        StepKind::End(outcome) => {
            let title = entry(OUTCOMES, outcome.as_str());
            Text::new(format!("办结：{}", title.zh), format!("End: {}", title.en))
        }
        StepKind::Do(effect) => entry(EFFECTS, effect.as_str()),
        StepKind::Record(record) => {
            let fact = fact_title(record.fact.as_str());
            Text::new(format!("登记结论：{}", fact.zh), format!("Record: {}", fact.en))
        }
        StepKind::Gate(gate) => {
            let fact = fact_title(gate.fact.as_str());
            Text::new(format!("关口：须有{}", fact.zh), format!("Gate: {}", fact.en))
        }
        StepKind::Choose(_) => Text::new("按条件选择", "By condition"),
        StepKind::Parallel(_) => Text::new("同时进行", "At the same time"),
        StepKind::Each(_) => Text::new("逐项办理", "For each item"),
        StepKind::Wait(_) => Text::new("等待", "Wait"),
        StepKind::Start(_) => Text::new("发起子流程", "Start another workflow"),
        StepKind::Notify(_) => Text::new("抄送", "Copy in"),
        StepKind::Fill(_) => Text::new("填报", "Fill in"),
        StepKind::Approve(_) => Text::new("审核", "Review"),
    }
}

const fn icon(kind: &StepKind) -> &'static str {
    match kind {
        StepKind::Fill(_) => "pencil-line",
        StepKind::Approve(_) => "stamp",
        StepKind::Gate(_) => "lock",
        StepKind::Choose(_) => "split",
        StepKind::Parallel(_) => "git-fork",
        StepKind::Each(_) => "users",
        StepKind::Wait(_) => "hourglass",
        StepKind::Start(_) => "workflow",
        StepKind::Do(_) => "send",
        StepKind::Record(_) => "shield-check",
        StepKind::Notify(_) => "bell",
        StepKind::End(_) => "flag",
    }
}

pub(super) fn details(definition: &Definition, step: &Step) -> Vec<Text> {
    let due = |span: crate::definition::span::Span| {
        Text::new(format!("{}内办理", span.words(Lang::Zh)), format!("within {}", span.words(Lang::En)))
    };
    match &step.kind {
        StepKind::Fill(fill) => {
            let own = [Some(who(&fill.by)), fill.due.map(due)].into_iter().flatten();
            own.chain(vote_words::limits(definition, &fill.limits)).collect()
        }
        StepKind::Approve(approve) => {
            let mode = vote_words::mode(&approve.mode);
            let otherwise = vote_words::otherwise(definition, &approve.mode);
            let grades = (!approve.grades.is_empty()).then(|| {
                let names = |lang: Lang| {
                    approve.grades.iter().map(|g| g.title.get(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "))
                };
                Text::new(format!("评级：{}", names(Lang::Zh)), format!("grades: {}", names(Lang::En)))
            });
            let own = [Some(who(&approve.by)), mode, otherwise, grades, approve.due.map(due)].into_iter().flatten();
            own.chain(vote_words::limits(definition, &approve.limits)).collect()
        }
        StepKind::Gate(gate) => {
            let otherwise = match gate.otherwise {
                GateElse::Refuse => Text::new("不具备时不予受理", "refused without it"),
                GateElse::Wait => Text::new("不具备时等待", "waits for it"),
            };
            vec![otherwise]
        }
        StepKind::Record(record) => vec![fact_value(record.fact.as_str(), record.is.as_str())],
        StepKind::Notify(notify) => vec![who(&notify.to)],
        StepKind::Each(each) => lists::details(definition, each),
        StepKind::Wait(wait) => vec![lists::wait(definition, wait)],
        StepKind::Start(start) => {
            let by = who(&start.by);
            let waits = if start.waits {
                Text::new("等待其办结", "waits for its end")
            } else {
                Text::new("不等待", "does not wait")
            };
            vec![Text::new(format!("由{}发起", by.zh), format!("on behalf of {}", by.en)), waits]
        }
        StepKind::Choose(_) | StepKind::Parallel(_) | StepKind::Do(_) | StepKind::End(_) => Vec::new(),
    }
}

/// A condition in words: titles in place of the names of fields, steps, options, grades and limits.
fn condition(drawn: Drawn<'_>, source: &str) -> Text {
    Text::new(condition_in(drawn, source, Lang::Zh), condition_in(drawn, source, Lang::En))
}

fn condition_in((definition, limits): Drawn<'_>, source: &str, lang: Lang) -> String {
    let quoted = |title: &Text| format!("“{}”", title.get(lang));
    let mut names: Vec<(String, String)> =
        limits.iter().map(|(name, words)| (name.clone(), words.get(lang).to_owned())).collect();
    for field in &definition.form {
        names.push((format!("form.{}", field.name), field.title.get(lang).to_owned()));
        if let FieldKind::Choice(options) = &field.kind {
            names.extend(options.iter().map(|(code, title)| (format!("\"{code}\""), quoted(title))));
        }
    }
    for step in &definition.steps {
        let plain = step.name.as_str().replace('-', "_");
        names.push((format!("outcome.{plain}"), title(step).get(lang).to_owned()));
        if step.late().is_some() {
            let title = title(step);
            names.push((format!("late.{plain}"), format!("{}{}", title.get(lang), lang.pick("逾期", " late"))));
        }
        for counted in step.kind.votes() {
            let (title, words) = (title(step), vote_words::counted(step, &counted));
            let said = format!("{}{}", title.get(lang), words.get(lang));
            names.push((format!("votes.{plain}.{}", counted.replace('-', "_")), said));
        }
        if let StepKind::Approve(approve) = &step.kind {
            names.extend(approve.grades.iter().map(|grade| (format!("\"{}\"", grade.name), quoted(&grade.title))));
        }
    }
    // The longest first, so that no name is taken for the beginning of another.
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let words = names.iter().fold(source.to_owned(), |words, (name, title)| words.replace(name, title));
    let signs = [(">=", "≥"), ("<=", "≤"), ("==", "="), ("!=", "≠")];
    let words = signs.iter().fold(words, |words, (sign, word)| words.replace(sign, word));
    words.replace("&&", lang.pick("且", "and")).replace("||", lang.pick("或", "or"))
}

pub(super) fn entry(entries: &'static [registry::Entry], name: &str) -> Text {
    registry::find(entries, name).map_or_else(|| Text::new(name, name), |entry| Text::new(entry.zh, entry.en))
}

fn fact_title(name: &str) -> Text {
    registry::fact(name).map_or_else(|| Text::new(name, name), |fact| Text::new(fact.entry.zh, fact.entry.en))
}

fn fact_value(fact: &str, value: &str) -> Text {
    let values = FACTS.iter().find(|known| known.entry.name == fact).map_or(&[][..], |known| known.values);
    entry(values, value)
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
