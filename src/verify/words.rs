//! A way through a definition in words: “发起 → 填报 → 审核：退回 → …”.

use super::{
    moves::{Act, Node},
    places::Places,
};
use crate::{
    definition::{
        FactName, FactValue, Step, StepIndex, StepKind,
        problem::Way,
        registry::{self, Entry},
    },
    language::{Lang, Text},
};

/// A step on a way, with what happens there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub step: StepIndex,
    pub act: Option<Act>,
}

/// The way along the nodes of the graph.
pub(super) fn way(places: &Places<'_>, nodes: &[(Node, Option<Act>)]) -> Way {
    let stops: Vec<_> = nodes.iter().filter_map(|(node, act)| stop(places, *node, *act)).collect();
    way_of_stops(places, &stops)
}

/// A step that people act on is told of when they do, and not when it is entered.
fn stop(places: &Places<'_>, node: Node, act: Option<Act>) -> Option<Stop> {
    match node {
        Node::Entered(step, _) => {
            let acted_on_later = matches!(
                places.kind(step),
                StepKind::Fill(_) | StepKind::Approve(_) | StepKind::Gate(_) | StepKind::Wait(_) | StepKind::Start(_)
            );
            (!acted_on_later || act != Some(Act::GoesOn)).then_some(Stop { step, act })
        }
        Node::Waits(step, _) => Some(Stop { step, act }),
        Node::Done(..) | Node::Rests | Node::Ended => None,
    }
}

/// The way along these stops.
pub(super) fn way_of_stops(places: &Places<'_>, stops: &[Stop]) -> Way {
    let definition = places.definition;
    let in_words = |lang: Lang| {
        let told = stops.iter().map(|stop| told(&definition.steps[stop.step], stop.act, lang));
        let all: Vec<_> = [lang.pick("发起", "Start").to_owned()].into_iter().chain(told).collect();
        all.join(" → ")
    };
    Way {
        steps: stops.iter().map(|stop| definition.steps[stop.step].name.clone()).collect(),
        words: Text::new(in_words(Lang::Zh), in_words(Lang::En)),
    }
}

fn told(step: &Step, act: Option<Act>, lang: Lang) -> String {
    let title = title(step).get(lang).to_owned();
    let acted = match act {
        None | Some(Act::GoesOn | Act::Joins) => return title,
        Some(Act::Opens) => lang.pick("通过", "passed").to_owned(),
        Some(Act::Chooses(Some(no))) => format!("{}{}{}", lang.pick("第", "branch "), no + 1, lang.pick("个分支", "")),
        Some(Act::Chooses(None)) => lang.pick("其他情况", "otherwise").to_owned(),
        Some(Act::Leaves) => lang.pick("尚在等待", "still waiting").to_owned(),
        Some(Act::Completes) => lang.pick("办结", "completed").to_owned(),
        Some(Act::Approves) => lang.pick("同意", "approved").to_owned(),
        Some(Act::Grades(no)) => grade(step, no, lang),
        Some(Act::Rejects) => lang.pick("不同意", "rejected").to_owned(),
        Some(Act::Returns) => lang.pick("退回", "returned").to_owned(),
        Some(Act::Comes) => lang.pick("等到", "has come").to_owned(),
        Some(Act::Empty) => lang.pick("没有对象", "nothing in the list").to_owned(),
    };
    format!("{title}{}{acted}", lang.pick("：", ": "))
}

fn grade(step: &Step, no: usize, lang: Lang) -> String {
    let StepKind::Approve(approve) = &step.kind else { return String::new() };
    let title = approve.grades.get(no).map_or("", |grade| grade.title.get(lang));
    format!("{}“{title}”", lang.pick("评为", "graded "))
}

/// What people read of a step: the title of the file, or words for a step that has none.
pub(super) fn title(step: &Step) -> Text {
    if step.title.zh != step.name.as_str() && !step.title.zh.is_empty() {
        return step.title.clone();
    }
    match &step.kind {
        StepKind::Do(effect) => named(registry::find(registry::EFFECTS, effect.as_str()), effect.as_str()),
        StepKind::End(outcome) => {
            let outcome = named(registry::find(registry::OUTCOMES, outcome.as_str()), outcome.as_str());
            Text::new(format!("办结：{}", outcome.zh), format!("End: {}", outcome.en))
        }
        StepKind::Record(record) => {
            let fact = fact(&record.fact, std::slice::from_ref(&record.is));
            Text::new(format!("登记{}", fact.zh), format!("Record {}", fact.en))
        }
        StepKind::Fill(_)
        | StepKind::Approve(_)
        | StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Notify(_) => Text::new(step.name.as_str(), step.name.as_str()),
    }
}

/// A fact with the values it may have: 事前绩效评估（予以支持、免于评估）.
pub(super) fn fact(fact: &FactName, is: &[FactValue]) -> Text {
    let entry = registry::fact(fact.as_str());
    let title = named(entry.map(|fact| &fact.entry), fact.as_str());
    let values = entry.map_or(&[][..], |fact| fact.values);
    let values: Vec<_> = is.iter().map(|value| named(registry::find(values, value.as_str()), value.as_str())).collect();
    let listed = |lang: Lang| values.iter().map(|v| v.get(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "));
    Text::new(format!("{}（{}）", title.zh, listed(Lang::Zh)), format!("{} ({})", title.en, listed(Lang::En)))
}

fn named(entry: Option<&Entry>, name: &str) -> Text {
    entry.map_or_else(|| Text::new(name, name), |entry| Text::new(entry.zh, entry.en))
}
