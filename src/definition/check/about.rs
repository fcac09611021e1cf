//! What a workflow about a definition cannot have, and what publishing a definition needs.

use super::{reader::Reader, steps::StepSpots};
use crate::definition::{
    items::ItemList,
    limits::Limits,
    model::{About, Definition, OrgRef, Step, StepKind, Who},
    problem::{Spot, versions},
    registry::PUBLISH_DEFINITION,
    waits::Wait,
};

pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, spots: &[StepSpots]) {
    for (step, spot) in definition.steps.iter().zip(spots) {
        let spot = spot.name;
        match definition.about {
            About::Project => reports_publication(reader, step, spot),
            About::Definition => {
                needs_a_project(reader, step, spot);
                is_approved(reader, definition, step, spot);
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

/// What stands before a step in its own block or in one around it has been passed by every case that comes to it.
fn is_approved(reader: &mut Reader<'_>, definition: &Definition, step: &Step, spot: Spot) {
    if !does_publish(step) {
        return;
    }
    let mut current = Some(step);
    while let Some(here) = current {
        let before = &definition.blocks[here.block].steps[..here.offset];
        if before.iter().any(|index| matches!(definition.steps[*index].kind, StepKind::Approve(_))) {
            return;
        }
        current = definition.blocks[here.block].owner.map(|(owner, _)| &definition.steps[owner]);
    }
    reader.report(versions::published_unapproved(spot));
}
