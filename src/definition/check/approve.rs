//! Approvals: modes, ways back, rejecting, and grades with their routes.

use super::{
    limits,
    reader::{Map, Reader, Unique},
    reading,
    steps::Builder,
    vote,
};
use crate::{
    definition::{
        Mode,
        condition::{self, TermType},
        model::{Approve, EffectName, Grade, GradeRoute, Outcome, Resume, ReturnRoute, StepIndex},
        problem::{
            Spot, clocks, flow,
            names::{self, Thing},
            types,
        },
        registry,
        span::Span,
        tree::{Entry, Node, NodeKind},
    },
    language::Text,
};

const GRADE_KEYS: &[&str] = &["title", "requires", "reason", "then", "return to", "resume", "end"];

pub(super) fn read(builder: &mut Builder<'_, '_>, map: &Map<'_>, index: StepIndex) -> Approve {
    let by = builder.asks(map, index);
    let mode = vote::mode(builder, map, index, &by);
    if let Some(node) = map.get("edit") {
        builder.edit_inside_each(node);
    }
    let edit = map.get("edit").map(|node| builder.fields(node)).unwrap_or_default();
    let reading = reading::read(builder, map, index);
    let due = builder.reader.span(map, "due");
    let late = late(builder, map, (index, due));
    let return_to = map.get("return to").map(|node| ways_back(builder, node, index)).unwrap_or_default();
    let reject = map.get("reject").and_then(|node| builder.outcome(node)).map(Outcome::from);
    let limits = limits::read(builder, map, index);
    let alone = matches!(mode, Mode::Any | Mode::Vote(_));
    let mut approve = Approve { by, mode, edit, reading, due, return_to, reject, grades: Vec::new(), late, limits };
    if let Some(entry) = map.entry("grades") {
        let own = if matches!(approve.mode, Mode::Vote(_)) { &["return to"][..] } else { &["return to", "reject"] };
        for key in own {
            if let Some(other) = map.entry(key) {
                builder.reader.report(flow::grades_with(other.spot, key));
            }
        }
        if let (Some(other), true) = (map.entry("mode"), !alone) {
            builder.reader.report(flow::grades_with_mode(other.spot));
        }
        approve.grades = grades(builder, &entry.value, index, &approve);
    }
    approve
}

/// What the system does by itself when the due time has passed. Conditions may ask for it.
fn late(builder: &mut Builder<'_, '_>, map: &Map<'_>, (index, due): (StepIndex, Option<Span>)) -> Option<EffectName> {
    const EXAMPLE: &str = "late: { do: suspend-funding }";
    let entry = map.entry("late")?;
    builder.once("late", entry.spot);
    if due.is_none() {
        builder.reader.report(clocks::late_without_due(entry.spot));
    }
    let own = builder.reader.map(&entry.value, &["do"], EXAMPLE)?;
    let effect = builder.reader.required(&own, "do", EXAMPLE)?;
    let effect = builder.reader.known(effect, Thing::Effect, registry::EFFECTS_WHEN_LATE).map(EffectName::from)?;
    let name = condition::late_name(builder.done.steps[index].name.as_str());
    builder.types.insert(name, TermType::Flag);
    Some(effect)
}

const RETURN_EXAMPLE: &str = "return to: [draft]";

/// `draft`, or `{ step: draft, resume: here }`, or a list of these.
pub(super) fn ways_back(builder: &mut Builder<'_, '_>, node: &Node, index: StepIndex) -> Vec<ReturnRoute> {
    let mut unique = Unique::new();
    let mut routes = Vec::new();
    for item in builder.reader.one_or_many(node) {
        let (target, resume) = if matches!(item.kind, NodeKind::Map(_)) {
            let Some(map) = builder.reader.map(item, &["step", "resume"], RETURN_EXAMPLE) else { continue };
            let target = builder.reader.required(&map, "step", "step: draft");
            (target, resume(builder.reader, &map))
        } else {
            (Some(item), Resume::Through)
        };
        if let Some((to, spot)) = target.and_then(|node| Some((builder.reader.text(node, "draft")?, node.spot))) {
            let to = builder.target_of(index, to).to_owned();
            unique.claim(builder.reader, spot, &to);
            builder.returns(index, &to, spot, resume);
            routes.push(ReturnRoute { to: to.as_str().into(), resume });
        }
    }
    routes
}

pub(super) fn resume(reader: &mut Reader<'_>, map: &Map<'_>) -> Resume {
    let node = map.get("resume");
    match node.and_then(|node| reader.word(node, &["through", "here"])) {
        Some("here") => Resume::Here,
        Some(_) | None => Resume::Through,
    }
}

const GRADES_EXAMPLE: &str = "grades: { excellent: next, poor: { end: blocked } }";

pub(super) fn grades(builder: &mut Builder<'_, '_>, node: &Node, index: StepIndex, approve: &Approve) -> Vec<Grade> {
    let NodeKind::Map(entries) = &node.kind else {
        builder.reader.map(node, &[], GRADES_EXAMPLE);
        return Vec::new();
    };
    if entries.is_empty() {
        builder.reader.report(types::empty(node.spot, GRADES_EXAMPLE));
    }
    let mut unique = Unique::new();
    entries.iter().filter_map(|entry| grade(builder, entry, index, approve, &mut unique)).collect()
}

fn grade(
    builder: &mut Builder<'_, '_>,
    entry: &Entry,
    index: StepIndex,
    approve: &Approve,
    unique: &mut Unique,
) -> Option<Grade> {
    let key =
        Node { spot: entry.spot, kind: NodeKind::Scalar { text: entry.key.clone(), quoted: false, verbatim: true } };
    let name = builder.reader.name(&key, '-', "excellent")?.to_owned();
    unique.claim(builder.reader, entry.spot, &name);
    let standard = registry::find(registry::GRADES, &name).map(|grade| Text::new(grade.zh, grade.en));
    if matches!(entry.value.kind, NodeKind::Scalar { .. }) {
        builder.reader.word(&entry.value, &["next"]);
        if standard.is_none() {
            builder.reader.report(names::missing_key(
                entry.spot,
                "title",
                "{ then: next, title: { zh-CN: 予以支持, en: Supported } }",
            ));
        }
        let title = standard.unwrap_or_default();
        return Some(Grade {
            name: name.as_str().into(),
            title,
            route: GradeRoute::Next,
            requires: Vec::new(),
            reason_required: false,
        });
    }
    let map = builder.reader.map(&entry.value, GRADE_KEYS, "{ then: next }")?;
    if standard.is_none() {
        builder.reader.required(&map, "title", "title: { zh-CN: 予以支持, en: Supported }");
    }
    let title = builder.reader.both(&map, "title").or(standard).unwrap_or_default();
    let requires = map.get("requires").map(|node| builder.fields(node)).unwrap_or_default();
    if let Some(node) = map.get("requires") {
        for closed in requires.iter().filter(|field| !approve.edit.contains(field)) {
            builder.reader.report(flow::required_but_closed(spot_of(node, closed.as_str()), closed.as_str()));
        }
    }
    let reason = map.get("reason").and_then(|node| builder.reader.word(node, &["required"]));
    let route = route(builder, &map, &name, entry.spot, index);
    Some(Grade { name: name.as_str().into(), title, route, requires, reason_required: reason.is_some() })
}

fn spot_of(list: &Node, text: &str) -> Spot {
    let items = if let NodeKind::List(items) = &list.kind { items.as_slice() } else { &[] };
    let found = items.iter().find(|item| matches!(&item.kind, NodeKind::Scalar { text: own, .. } if own == text));
    found.map_or(list.spot, |item| item.spot)
}

fn route(builder: &mut Builder<'_, '_>, map: &Map<'_>, grade: &str, spot: Spot, index: StepIndex) -> GradeRoute {
    let routes = ["then", "return to", "end"].into_iter().filter_map(|key| map.entry(key)).collect::<Vec<_>>();
    let [only] = routes[..] else {
        builder.reader.report(flow::grade_route(spot, grade));
        return GradeRoute::Next;
    };
    if let (Some(stray), true) = (map.entry("resume"), only.key != "return to") {
        builder.reader.report(names::unknown_key(
            stray.spot,
            "resume",
            &["then", "end", "requires", "reason", "title"],
        ));
    }
    match only.key.as_str() {
        "return to" => {
            let resume = resume(builder.reader, map);
            let to = builder.reader.text(&only.value, "draft").unwrap_or_default();
            let to = builder.target_of(index, to).to_owned();
            if !to.is_empty() {
                builder.returns(index, &to, only.value.spot, resume);
            }
            GradeRoute::Return(ReturnRoute { to: to.as_str().into(), resume })
        }
        "end" => GradeRoute::End(builder.outcome(&only.value).unwrap_or_default().into()),
        _ => {
            builder.reader.word(&only.value, &["next"]);
            GradeRoute::Next
        }
    }
}
