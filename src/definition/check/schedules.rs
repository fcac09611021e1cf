//! `schedules`: what starts by itself.

use super::{
    conditions,
    reader::{Map, Reader, Unique},
};
use crate::definition::{
    condition,
    model::About,
    problem::{Spot, schedules, types, versions},
    schedule::{BudgetYear, Cron, Missed, Period, Schedule, Timing},
    tree::Node,
};

const EXAMPLE: &str = "schedules: [{ schedule: half-year-round, cron: \"0 9 1 8 *\", for each: project, … }]";
/// The keys of a schedule.
const KEYS: &[&str] = &["schedule", "title", "cron", "for each", "where", "period", "year", "on a day off", "missed"];
/// What a time on a day off can move to.
pub(in crate::definition) const NEXT_WORKING_DAY: &str = "next working day";

pub(super) fn read(reader: &mut Reader<'_>, map: &Map<'_>, about: About) -> Vec<Schedule> {
    let Some(node) = map.get("schedules") else { return Vec::new() };
    if about == About::Definition {
        reader.report(versions::not_about_a_project(node.spot));
        return Vec::new();
    }
    let items = reader.list(node, EXAMPLE).unwrap_or_default();
    if items.is_empty() && matches!(node.kind, crate::definition::tree::NodeKind::List(_)) {
        reader.report(types::empty(node.spot, EXAMPLE));
    }
    let mut unique = Unique::new();
    items.iter().filter_map(|item| schedule(reader, item, &mut unique)).collect()
}

fn schedule(reader: &mut Reader<'_>, item: &Node, unique: &mut Unique) -> Option<Schedule> {
    let map = reader.map(item, KEYS, EXAMPLE)?;
    let name = reader.required(&map, "schedule", "schedule: half-year-round");
    let name = name.and_then(|node| Some((reader.name(node, '-', "half-year-round")?, node.spot)));
    if let Some((name, spot)) = name {
        unique.claim(reader, spot, name);
    }
    reader.required(&map, "title", "title: { zh-CN: 半年监控, en: Half-year round }");
    let title = reader.both(&map, "title");
    let each = reader.required(&map, "for each", "for each: project");
    let each = each.and_then(|node| reader.word(node, &["project"]));
    let period = reader.required(&map, "period", "period: half-year");
    let period = period.and_then(|node| reader.word(node, &Period::WORDS)).and_then(Period::from_word);
    let (cron, spot) = cron(reader, &map)?;
    check(reader, (&cron, spot), period);
    let missed = reader.required(&map, "missed", "missed: once");
    let missed = missed.and_then(|node| reader.word(node, &Missed::WORDS)).and_then(Missed::from_word);
    let year = map.get("year").and_then(|node| reader.word(node, &BudgetYear::WORDS));
    let moved = map.get("on a day off").and_then(|node| reader.word(node, &[NEXT_WORKING_DAY]));
    let covers = covers(reader, &map);
    each?;
    Some(Schedule {
        name: name?.0.to_owned(),
        title: title?,
        timing: Timing { cron, moves_off_days_off: moved.is_some(), missed: missed? },
        covers,
        period: period?,
        year: year.map(BudgetYear::from_word).unwrap_or_default(),
        at: item.spot.at,
    })
}

fn cron(reader: &mut Reader<'_>, map: &Map<'_>) -> Option<(Cron, Spot)> {
    let node = reader.required(map, "cron", "cron: \"0 9 1 8 *\"")?;
    let text = reader.text(node, "\"0 9 1 8 *\"")?;
    match Cron::parse(text) {
        Ok(cron) => Some((cron, node.spot)),
        Err(why) => {
            reader.report(schedules::not_a_cron(node.spot, text, why));
            None
        }
    }
}

fn check(reader: &mut Reader<'_>, (cron, spot): (&Cron, Spot), period: Option<Period>) {
    if !cron.ever_fires() {
        reader.report(schedules::never_fires(spot, &cron.to_string()));
    } else if let Some(period) = period
        && let Some(twice) = cron.twice_in(period)
    {
        reader.report(schedules::too_often(spot, period, twice));
    }
}

fn covers(reader: &mut Reader<'_>, map: &Map<'_>) -> Option<condition::Condition> {
    let node = map.get("where")?;
    let text = reader.text(node, "project.stage == \"running\"")?;
    Some(conditions::compile(reader, node, text, &condition::schedule_types()))
}
