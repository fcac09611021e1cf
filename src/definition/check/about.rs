//! What a workflow about a definition cannot have, and what publishing a definition needs.

use super::{
    reader::Reader,
    steps::{ReturnUse, StepSpots},
};
use crate::definition::{
    items::ItemList,
    limits::Limits,
    model::{About, Definition, OrgRef, Resume, Step, StepIndex, StepKind, Who},
    problem::{Spot, versions},
    registry::PUBLISH_DEFINITION,
    waits::Wait,
};

pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, spots: &[StepSpots], returns: &[ReturnUse]) {
    for (index, (step, spot)) in definition.steps.iter().zip(spots).enumerate() {
        let spot = spot.name;
        match definition.about {
            About::Project => reports_publication(reader, step, spot),
            About::Definition => {
                needs_a_project(reader, step, spot);
                if does_publish(step) {
                    is_approved(reader, definition, (index, spot), returns);
                }
            }
        }
    }
    if definition.about == About::Definition && names_a_project(&definition.starters) {
        let spot = Spot::default();
        reader.report(versions::not_about_a_project(spots.first().map_or(spot, |spots| spots.name)));
    }
}

fn reports_publication(reader: &mut Reader<'_>, step: &Step, spot: Spot) {
    if does_publish(step) {
        reader.report(versions::not_about_a_definition(spot));
    }
}

fn does_publish(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Do(effect) if effect.as_str() == PUBLISH_DEFINITION)
}

fn needs_a_project(reader: &mut Reader<'_>, step: &Step, spot: Spot) {
    let wrong = match &step.kind {
        // What a case starts is about its project, too.
        StepKind::Gate(_) | StepKind::Record(_) | StepKind::Start(_) => true,
        StepKind::Do(effect) => effect.as_str() != PUBLISH_DEFINITION,
        StepKind::Fill(fill) => names_a_project(&fill.by) || stand_in_names_a_project(&fill.limits),
        StepKind::Approve(approve) => names_a_project(&approve.by) || stand_in_names_a_project(&approve.limits),
        StepKind::Notify(notify) => names_a_project(&notify.to),
        StepKind::Choose(choose) => choose
            .branches
            .iter()
            .any(|(condition, _)| condition.reads().iter().any(|name| name.starts_with("project."))),
        StepKind::Each(each) => match &each.list {
            ItemList::People(who) => names_a_project(who),
            ItemList::Units(org) => matches!(org, OrgRef::ProjectUnit | OrgRef::ProjectDepartment),
            ItemList::Organisations(_) | ItemList::Rows(_) => false,
        },
        StepKind::Wait(wait) => matches!(wait, Wait::Fact { .. }),
        StepKind::Parallel(_) | StepKind::End(_) => false,
    };
    if wrong {
        reader.report(versions::not_about_a_project(spot));
    }
}

fn stand_in_names_a_project(limits: &Limits) -> bool {
    limits.nobody.as_ref().is_some_and(names_a_project)
}

fn names_a_project(who: &Who) -> bool {
    match who {
        Who::Role { of: Some(OrgRef::ProjectUnit | OrgRef::ProjectDepartment), .. } => true,
        Who::Role {
            of: None | Some(OrgRef::InitiatorUnit | OrgRef::InitiatorDepartment | OrgRef::Fixed(_) | OrgRef::Item),
            ..
        }
        | Who::Initiator
        | Who::Item
        | Who::Manager { .. }
        | Who::People(_) => false,
        Who::Chosen(choosing) => names_a_project(&choosing.from),
        Who::Union(all) => all.iter().any(names_a_project),
    }
}

/// What goes on between an approval and the publication, and takes away what the approval is worth.
enum Hole {
    /// A step in which the draft can be written.
    Written(StepIndex),
    /// A step that returns over the approval and comes straight back.
    GoneOver(StepIndex),
}

/// What stands before a step in its own block or in one around it has been passed by every case that comes to it. One
/// approval among these has to hold until the publication.
fn is_approved(
    reader: &mut Reader<'_>,
    definition: &Definition,
    (publishing, spot): (StepIndex, Spot),
    returns: &[ReturnUse],
) {
    let approvals: Vec<_> = standing_before(definition, publishing)
        .into_iter()
        .filter(|index| definition.steps[*index].has_somebody_else_approve())
        .collect();
    let holes: Vec<_> = approvals.iter().map(|approval| hole(definition, (*approval, publishing), returns)).collect();
    if holes.iter().any(Option::is_none) {
        return;
    }
    let name = |index: StepIndex| definition.steps[index].name.as_str();
    reader.report(match (approvals.first(), holes.first()) {
        (Some(approval), Some(Some(Hole::Written(step)))) => {
            versions::written_once_approved(spot, name(*approval), name(*step))
        }
        (Some(approval), Some(Some(Hole::GoneOver(step)))) => {
            versions::approval_gone_over(spot, name(*approval), name(*step))
        }
        (None, _) | (_, None | Some(None)) => versions::published_unapproved(spot),
    });
}

/// The steps that every case has passed on its way to this one, the nearest first.
fn standing_before(definition: &Definition, step: StepIndex) -> Vec<StepIndex> {
    let mut before = Vec::new();
    let mut current = Some(&definition.steps[step]);
    while let Some(here) = current {
        before.extend(definition.blocks[here.block].steps[..here.offset].iter().rev());
        current = definition.blocks[here.block].owner.map(|(owner, _)| &definition.steps[owner]);
    }
    before
}

fn hole(
    definition: &Definition,
    (approval, publishing): (StepIndex, StepIndex),
    returns: &[ReturnUse],
) -> Option<Hole> {
    let is_over_before = |step: StepIndex, other: StepIndex| step < other && !go_side_by_side(definition, step, other);
    let may_be_between = |step: StepIndex| !is_over_before(step, approval) && !is_over_before(publishing, step);
    let steps = 0..definition.steps.len();
    let written =
        steps.into_iter().find(|step| definition.steps[*step].lets_the_draft_be_written() && may_be_between(*step));
    written.map(Hole::Written).or_else(|| {
        let over = returns.iter().find(|way| {
            let target = definition.steps.iter().position(|step| step.name.as_str() == way.to);
            way.resume == Resume::Here
                && way.from != approval
                && target.is_some_and(|target| target < approval)
                && may_be_between(way.from)
        });
        over.map(|way| Hole::GoneOver(way.from))
    })
}

/// Whether two steps stand in different branches of a parallel step, or in the block of one each.
fn go_side_by_side(definition: &Definition, a: StepIndex, b: StepIndex) -> bool {
    let (of_a, of_b) = (splits_around(definition, a), splits_around(definition, b));
    of_a.iter().any(|(owner, branch)| {
        let is_each = matches!(definition.steps[*owner].kind, StepKind::Each(_));
        of_b.iter().any(|(other, at)| owner == other && (is_each || branch != at))
    })
}

/// The parallel and each steps around a step, with the branch in which it stands.
fn splits_around(definition: &Definition, step: StepIndex) -> Vec<(StepIndex, usize)> {
    let mut around = Vec::new();
    let mut current = definition.blocks[definition.steps[step].block].owner;
    while let Some((owner, branch)) = current {
        if matches!(definition.steps[owner].kind, StepKind::Parallel(_) | StepKind::Each(_)) {
            around.push((owner, branch));
        }
        current = definition.blocks[definition.steps[owner].block].owner;
    }
    around
}
