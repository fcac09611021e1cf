//! Modes: who is asked when, and what passes.

use super::{
    approve::resume,
    reader::{Map, Reader},
    steps::Builder,
};
use crate::definition::{
    Mode, Order, Passes, Vote, VoteRoute, Weighed, Weight,
    model::{ReturnRoute, StepIndex, Who},
    problem::{
        Spot,
        names::{self, Thing},
        types, votes,
    },
    registry,
    tree::{Node, NodeKind},
};

const EXAMPLE: &str = "mode: { vote: 2/3, failed: { end: rejected } }";
const VOTES_MAX: u64 = 1000;

pub(super) fn mode(builder: &mut Builder<'_, '_>, map: &Map<'_>, index: StepIndex, by: &Who) -> Mode {
    let Some(node) = map.get("mode") else { return Mode::Any };
    if matches!(node.kind, NodeKind::Map(_)) {
        return vote(builder, map, node, (index, by)).map_or(Mode::All, Mode::Vote);
    }
    match builder.reader.word(node, &["any", "all", "sequence"]) {
        Some("all") => Mode::All,
        Some("sequence") => Mode::Sequence,
        Some(_) | None => Mode::Any,
    }
}

fn vote(builder: &mut Builder<'_, '_>, step: &Map<'_>, node: &Node, (index, by): (StepIndex, &Who)) -> Option<Vote> {
    let grades = step.get("grades").is_some();
    // A plain vote fails; one on grades may end without any grade.
    let route_key = if grades { "undecided" } else { "failed" };
    let keys = ["vote", "order", "weights", "veto", route_key];
    let map = builder.reader.map(node, &keys, EXAMPLE)?;
    let passes_at = builder.reader.required(&map, "vote", "vote: 2/3");
    let passes = passes_at.and_then(|node| passes(builder.reader, node));
    if let (Some(node), Some(passes), true) = (passes_at, passes, grades)
        && !passes.is_decisive()
    {
        builder.reader.report(votes::two_grades_could_pass(node.spot));
    }
    let order = match map.get("order").and_then(|node| builder.reader.word(node, &["at once", "sequence"])) {
        Some("sequence") => Order::Sequence,
        Some(_) | None => Order::AtOnce,
    };
    let veto = builder.reader.flag(&map, "veto");
    if let (Some(entry), true) = (map.entry("veto"), grades && veto) {
        builder.reader.report(votes::veto_on_grades(entry.spot));
    }
    if let Some(entry) = step.entry("reject") {
        builder.reader.report(votes::reject_beside_vote(entry.spot));
    }
    if let Some(entry) = step.entry("edit") {
        builder.reader.report(votes::edit_in_a_vote(entry.spot));
    }
    let weights = map.get("weights").map(|node| weights(builder.reader, node, by)).unwrap_or_default();
    let otherwise = builder.reader.required(&map, route_key, "failed: { end: rejected }");
    let otherwise = otherwise.and_then(|node| route(builder, node, index));
    Some(Vote { order, passes: passes?, weights, veto, otherwise: otherwise? })
}

/// `2/3`, `more than 1/2`, `3 votes`, `any`, `all`.
fn passes(reader: &mut Reader<'_>, node: &Node) -> Option<Passes> {
    let text = reader.text(node, "2/3")?.trim();
    let read = read_passes(text);
    if read.is_none() {
        reader.report(votes::not_a_majority(node.spot, text));
    }
    read
}

fn read_passes(text: &str) -> Option<Passes> {
    let number = |text: &str| text.parse().ok().filter(|number| (1..=VOTES_MAX).contains(number));
    match text {
        "any" => return Some(Passes::Any),
        "all" => return Some(Passes::All),
        _ => {}
    }
    if let Some(count) = text.strip_suffix(" votes").or_else(|| text.strip_suffix(" vote")).or(text.strip_suffix('票'))
    {
        return number(count.trim()).map(Passes::Votes);
    }
    let over = text.strip_prefix("more than ").or_else(|| text.strip_prefix("超过"));
    let (part, whole) = over.unwrap_or(text).trim().split_once('/')?;
    let (part, whole) = (number(part)?, number(whole)?);
    let fits = if over.is_some() { part < whole } else { part <= whole };
    fits.then_some(Passes::Share { part, whole, over: over.is_some() })
}

const WEIGHTS_EXAMPLE: &str = "weights: [{ role: finance-leader, votes: 2 }]";

fn weights(reader: &mut Reader<'_>, node: &Node, by: &Who) -> Vec<Weight> {
    let items = reader.list(node, WEIGHTS_EXAMPLE).unwrap_or_default();
    if items.is_empty() && matches!(node.kind, NodeKind::List(_)) {
        reader.report(types::empty(node.spot, WEIGHTS_EXAMPLE));
    }
    items.iter().filter_map(|item| weight(reader, item, by)).collect()
}

fn weight(reader: &mut Reader<'_>, node: &Node, by: &Who) -> Option<Weight> {
    let map = reader.map(node, &["role", "person", "votes"], WEIGHTS_EXAMPLE)?;
    let votes_at = reader.required(&map, "votes", "votes: 2")?;
    let text = reader.text(votes_at, "2")?;
    let votes = text.parse().ok().filter(|votes| (1..=VOTES_MAX).contains(votes));
    if votes.is_none() {
        reader.report(types::not_a_count(votes_at.spot, text, 1, usize::try_from(VOTES_MAX).unwrap_or(usize::MAX)));
    }
    let of = match (map.get("role"), map.get("person")) {
        (Some(role), None) => {
            let roles: Vec<_> = registry::ROLES.iter().map(|entry| entry.name).collect();
            let known = reader.known(role, Thing::Role, &roles)?;
            if by.roles(known).is_empty() {
                reader.report(votes::weight_of_nobody(role.spot, known));
            }
            Weighed::Role(known.into())
        }
        (None, Some(person)) => Weighed::Person(reader.text(person, "chen.jie")?.to_owned()),
        (Some(_), Some(_)) | (None, None) => {
            reader.report(names::missing_key(map.spot, "role", WEIGHTS_EXAMPLE));
            return None;
        }
    };
    Some(Weight { of, votes: votes? })
}

const ROUTE_EXAMPLE: &str = "failed: { end: rejected }";

/// `{ end: rejected }` or `{ return to: draft, resume: here }`.
fn route(builder: &mut Builder<'_, '_>, node: &Node, index: StepIndex) -> Option<VoteRoute> {
    let map = builder.reader.map(node, &["end", "return to", "resume"], ROUTE_EXAMPLE)?;
    match (map.get("end"), map.get("return to")) {
        (Some(end), None) => {
            if let Some(stray) = map.entry("resume") {
                builder.reader.report(names::unknown_key(stray.spot, "resume", &["end"]));
            }
            Some(VoteRoute::End(builder.outcome(end)?.into()))
        }
        (None, Some(back)) => {
            let resume = resume(builder.reader, &map);
            let to = builder.reader.text(back, "draft")?;
            builder.returns(index, to, back.spot, resume);
            Some(VoteRoute::Return(ReturnRoute { to: to.into(), resume }))
        }
        (Some(_), Some(_)) | (None, None) => {
            builder.reader.report(votes::one_route(Spot { len: 1, ..map.spot }));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_read_in_both_languages_and_nothing_else() {
        let share = |part, whole, over| Some(Passes::Share { part, whole, over });
        assert_eq!(read_passes("2/3"), share(2, 3, false));
        assert_eq!(read_passes("more than 1/2"), share(1, 2, true));
        assert_eq!(read_passes("超过1/2"), share(1, 2, true));
        assert_eq!(read_passes("3 votes"), Some(Passes::Votes(3)));
        assert_eq!(read_passes("3票"), Some(Passes::Votes(3)));
        for wrong in ["0/3", "4/3", "more than 3/3", "0 votes", "2", "0.66", "66%", "1/0", "", "-1/2", "1001 votes"] {
            assert_eq!(read_passes(wrong), None, "{wrong}");
        }
    }
}
