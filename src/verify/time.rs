//! The longest way against the deadline in law (`within`).
//!
//! Both are counted by the calendar that the engine uses, from every day of the latest year for which there is a
//! calendar, late in the evening: so working days and calendar days compare without any rule of thumb. A way is as long
//! as its steps' `due`; branches side by side take as long as the longest of them. What a return takes is not counted,
//! since nobody can say how often a case is returned. A step whose time nothing bounds is named.

#[cfg(test)]
mod tests;

use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};

use crate::{
    clock::{Instant, ZONE},
    definition::{
        Approve, BlockIndex, Definition, Each, GateElse, GradeRoute, Step, StepIndex, StepKind, Wait,
        problem::{Problem, Spot, time as problems},
        span::Span,
        within::Within,
    },
    language::{Lang, Text},
    policy::{Policy, calendar::Calendar},
};

/// What there is to say about the deadlines that the definition has to keep, by the calendar of `policy`. `today`
/// names the year where there is no calendar at all.
#[must_use]
pub fn check(definition: &Definition, policy: &Policy, today: NaiveDate) -> Vec<Problem> {
    let mut found = Vec::new();
    for limit in &definition.within {
        let article = article(limit, policy);
        let unbounded = definition.steps.iter().filter(|step| matches!(time_of(step), Time::Unbounded));
        let unbounded: Vec<_> = unbounded.collect();
        for step in &unbounded {
            let spot = Spot { at: step.at, len: 1 };
            found.push(problems::without_bound(spot, step.name.as_str(), &article));
        }
        let spot = Spot { at: limit.at, len: 1 };
        let year = policy.calendar.years.last().copied().unwrap_or_else(|| today.year());
        let Some((from, spare)) = tightest(definition, limit.time, &policy.calendar, year) else { continue };
        if spare < TimeDelta::zero() {
            found.push(too_slow(&Walk { definition, calendar: &policy.calendar }, limit, from, article, spot));
        } else if unbounded.is_empty() {
            found.push(problems::in_time(spot, spare.num_days(), year, &article));
        }
    }
    found
}

/// The instant of that year from which the least time is left, and how much; negative where it is too late.
fn tightest(definition: &Definition, time: Span, calendar: &Calendar, year: i32) -> Option<(Instant, TimeDelta)> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    let days = first.iter_days().take_while(|day| day.year() == year);
    let evening = |day: NaiveDate| ZONE.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
    let starts = days.filter_map(evening).map(|at| at.to_utc() + TimeDelta::days(1) - TimeDelta::seconds(1));
    let walk = Walk { definition, calendar };
    starts.map(|from| (from, calendar.deadline(from, time) - walk.end(from))).min_by_key(|(_, spare)| *spare)
}

fn too_slow(walk: &Walk<'_>, limit: &Within, from: Instant, article: Text, spot: Spot) -> Problem {
    let Walk { definition, calendar } = walk;
    let day = |at: Instant| at.with_timezone(&ZONE).date_naive().to_string();
    let steps = walk.longest(from);
    let words = |lang: Lang| -> String {
        let step = |index: &StepIndex| {
            let step = &definition.steps[*index];
            let due = match time_of(step) {
                Time::Takes(span) => span.words(lang),
                Time::Nothing | Time::Unbounded => String::new(),
            };
            let title = step.title.get(lang);
            match lang {
                Lang::Zh => format!("{title}（{due}）"),
                Lang::En => format!("{title} ({due})"),
            }
        };
        steps.iter().map(step).collect::<Vec<_>>().join(" → ")
    };
    let way = problems::LongestWay {
        from: &day(from),
        until: &day(walk.end(from)),
        deadline: &day(calendar.deadline(from, limit.time)),
        time: Text::new(limit.time.words(Lang::Zh), limit.time.words(Lang::En)),
        article,
        steps: Text::new(words(Lang::Zh), words(Lang::En)),
    };
    problems::too_slow(spot, &way)
}

/// The article in words.
fn article(limit: &Within, policy: &Policy) -> Text {
    let (rule, clause) = (&limit.basis.rule, &limit.basis.clause);
    let title = policy.rules.get(rule).map_or_else(|| Text::new(rule, rule), |rule| rule.title.clone());
    Text::new(format!("《{}》{clause}", title.zh), format!("“{}” {clause}", title.en))
}

/// The time of a step.
enum Time {
    /// None.
    Nothing,
    /// At most this.
    Takes(Span),
    /// Nobody knows.
    Unbounded,
}

fn time_of(step: &Step) -> Time {
    let bounded = |due: Option<Span>| due.map_or(Time::Unbounded, Time::Takes);
    match &step.kind {
        StepKind::Fill(fill) => bounded(fill.due),
        // Everybody has the time once more, and how many there are depends on the organisation.
        StepKind::Approve(approve) if approve.mode.is_in_sequence() => Time::Unbounded,
        StepKind::Approve(approve) => bounded(approve.due),
        StepKind::Gate(gate) => match gate.otherwise {
            GateElse::Wait => Time::Unbounded,
            GateElse::Refuse => Time::Nothing,
        },
        StepKind::Wait(Wait::For(span)) => Time::Takes(*span),
        StepKind::Wait(Wait::UntilDay(_) | Wait::UntilField(_) | Wait::Fact { .. }) => Time::Unbounded,
        // The other workflow keeps its own time.
        StepKind::Start(start) if start.waits => Time::Unbounded,
        StepKind::Start(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => Time::Nothing,
    }
}

/// The longest ways through a definition by a calendar. Later starts never end earlier, so the longest way to a step
/// is all that matters of what comes before it.
struct Walk<'d> {
    definition: &'d Definition,
    calendar: &'d Calendar,
}

/// When a block is left at the latest: to go on, and because the case ended in it.
#[derive(Clone, Copy, Default)]
struct Latest {
    on: Option<Instant>,
    ended: Option<Instant>,
}

impl Walk<'_> {
    /// When a case that starts at `from` ends at the latest.
    fn end(&self, from: Instant) -> Instant {
        let Latest { on, ended } = self.block(0, from);
        on.max(ended).unwrap_or(from)
    }

    fn block(&self, block: BlockIndex, from: Instant) -> Latest {
        let mut at = Latest { on: Some(from), ended: None };
        for &index in &self.definition.blocks[block].steps {
            let Some(from) = at.on else { break };
            let Latest { on, ended } = self.step(index, from);
            at = Latest { on, ended: ended.max(at.ended) };
        }
        at
    }

    fn step(&self, index: StepIndex, from: Instant) -> Latest {
        let step = &self.definition.steps[index];
        let done = match time_of(step) {
            Time::Takes(span) => self.calendar.deadline(from, span),
            Time::Nothing | Time::Unbounded => from,
        };
        match &step.kind {
            StepKind::End(_) => Latest { on: None, ended: Some(done) },
            StepKind::Approve(approve) => {
                let (goes_on, ends) = routes(approve);
                Latest { on: goes_on.then_some(done), ended: ends.then_some(done) }
            }
            StepKind::Choose(choose) => {
                let blocks = choose.branches.iter().map(|(_, block)| *block).chain(choose.otherwise);
                let passed = Latest { on: choose.otherwise.is_none().then_some(from), ended: None };
                blocks.map(|block| self.block(block, from)).fold(passed, Latest::later)
            }
            StepKind::Parallel(parallel) => {
                let blocks = parallel.branches.iter().map(|(_, block)| self.block(*block, from));
                blocks.fold(Latest::default(), Latest::later)
            }
            StepKind::Each(each) => self.items(each, from),
            StepKind::Fill(_)
            | StepKind::Gate(_)
            | StepKind::Wait(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Start(_)
            | StepKind::Notify(_) => Latest { on: Some(done), ended: None },
        }
    }

    /// The items of a list: at once they take as long as one of them, in order as long as the most there may be.
    fn items(&self, each: &Each, from: Instant) -> Latest {
        let mut at = Latest { on: Some(from), ended: None };
        for _ in 0..if each.in_order { each.at_most } else { 1 } {
            let Some(from) = at.on else { break };
            let Latest { on, ended } = self.block(each.block, from);
            at = Latest { on, ended: ended.max(at.ended) };
        }
        // The list may be empty.
        Latest { on: at.on.or(Some(from)), ended: at.ended }
    }

    /// The steps that take time on the longest way from `from`.
    fn longest(&self, from: Instant) -> Vec<StepIndex> {
        let mut steps = Vec::new();
        self.follow(0, from, self.end(from), &mut steps);
        steps
    }

    /// Follows the way that leaves the block at `until`, on or out of the case.
    fn follow(&self, block: BlockIndex, from: Instant, until: Instant, steps: &mut Vec<StepIndex>) {
        let mut at = from;
        for &index in &self.definition.blocks[block].steps {
            let step = &self.definition.steps[index];
            if matches!(time_of(step), Time::Takes(_)) {
                steps.push(index);
            }
            let Latest { on, ended } = self.step(index, at);
            let inner: Vec<_> = match &step.kind {
                StepKind::Choose(choose) => {
                    choose.branches.iter().map(|(_, block)| *block).chain(choose.otherwise).collect()
                }
                StepKind::Parallel(parallel) => parallel.branches.iter().map(|(_, block)| *block).collect(),
                StepKind::Each(each) => vec![each.block],
                StepKind::Fill(_)
                | StepKind::Approve(_)
                | StepKind::Gate(_)
                | StepKind::Wait(_)
                | StepKind::Do(_)
                | StepKind::Record(_)
                | StepKind::Start(_)
                | StepKind::Notify(_)
                | StepKind::End(_) => Vec::new(),
            };
            // The case ends here when nothing that follows takes longer.
            let ends_here = ended == Some(until) && on.is_none_or(|on| self.rest(block, index, on) < until);
            let left = |inner: &BlockIndex| {
                let latest = self.block(*inner, at);
                if ends_here { latest.ended } else { latest.on }
            };
            // Of several blocks the one that takes longest; of a list's items the first one shows them all.
            let target = if ends_here { ended } else { on };
            let longest = inner.iter().find(|inner| inner_is_all(&step.kind) || left(inner) == target);
            if let Some((inner, target)) = longest.and_then(|inner| Some((inner, left(inner)?))) {
                self.follow(*inner, at, target, steps);
            }
            match on {
                Some(on) if !ends_here => at = on,
                Some(_) | None => return,
            }
        }
    }

    /// When the block is left at the latest by what follows `index`.
    fn rest(&self, block: BlockIndex, index: StepIndex, from: Instant) -> Instant {
        let mut at = Latest { on: Some(from), ended: None };
        for &next in self.definition.blocks[block].steps.iter().skip_while(|step| **step != index).skip(1) {
            let Some(from) = at.on else { break };
            let Latest { on, ended } = self.step(next, from);
            at = Latest { on, ended: ended.max(at.ended) };
        }
        at.on.max(at.ended).unwrap_or(from)
    }
}

impl Latest {
    fn later(self, other: Self) -> Self {
        Self { on: self.on.max(other.on), ended: self.ended.max(other.ended) }
    }
}

/// Whether one block stands for all that the step does.
const fn inner_is_all(kind: &StepKind) -> bool {
    matches!(kind, StepKind::Each(_))
}

/// Whether an approval can go on, and whether it can end the case.
fn routes(approve: &Approve) -> (bool, bool) {
    let any = |wanted: fn(&GradeRoute) -> bool| approve.grades.iter().any(|grade| wanted(&grade.route));
    let goes_on = approve.grades.is_empty() || any(|route| matches!(route, GradeRoute::Next));
    (goes_on, approve.reject.is_some() || any(|route| matches!(route, GradeRoute::End(_))))
}
