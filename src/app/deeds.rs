//! What people did with one task besides deciding it, in the words of the history.

use super::{history::Deed, shown::Tone, words};
use crate::{
    definition::Definition,
    engine::{
        Directory, TaskEvent,
        case::TaskNo,
        tasks::{Advice, Placing},
    },
    ids::PersonId,
    language::Text,
};

/// The deed and the task it was done with.
pub(super) fn of_term(event: &TaskEvent, definition: &Definition, directory: &Directory) -> (Deed, TaskNo) {
    let name = |person: PersonId| words::person(directory, person);
    match event {
        TaskEvent::TaskClaimed { task, .. } => (Deed::new("认领", "Claimed", "circle-dot", Tone::Plain), *task),
        TaskEvent::TaskReleased { task, .. } => (Deed::new("归还", "Released", "undo-2", Tone::Plain), *task),
        TaskEvent::TaskTransferred { task, from, to, reason } => {
            let (from, to) = (name(*from), name(*to));
            let (zh, en) = (format!("{from}转办给{to}"), format!("Transferred from {from} to {to}"));
            (said(&zh, &en, "send", reason), *task)
        }
        TaskEvent::TaskDelegated { task, to, reason, .. } => {
            let to = name(*to);
            (said(&format!("委派{to}提出意见"), &format!("Asked {to} for an opinion"), "send", reason), *task)
        }
        TaskEvent::TaskCalledBack { task, .. } => {
            (Deed::new("收回委派", "Called the opinion back", "undo-2", Tone::Plain), *task)
        }
        TaskEvent::OpinionGiven { task, advice, text, .. } => {
            let did = advised(*advice);
            let tone = match advice {
                Advice::Approve => Tone::Good,
                Advice::Disapprove => Tone::Warn,
            };
            (Deed { tone, ..said(&did.zh, &did.en, "pencil-line", text) }, *task)
        }
        TaskEvent::SignerAdded { task, person, place, reason, .. } => {
            let (place, person) = (placed(*place), name(*person));
            let (zh, en) = (format!("{}{person}", place.zh), format!("{} {person}", place.en));
            (said(&zh, &en, "circle-plus", reason), *task)
        }
        TaskEvent::SignerRemoved { task, person, .. } => {
            let person = name(*person);
            let (zh, en) = (format!("减签{person}"), format!("Removed the signer {person}"));
            (Deed::new(&zh, &en, "x", Tone::Plain), *task)
        }
        TaskEvent::PeopleChosen { task, step, people, .. } => {
            let names: Vec<_> = people.iter().map(|person| name(*person)).collect();
            let step = words::step(definition, step);
            let zh = format!("选定“{}”的办理人：{}", step.zh, names.join("、"));
            (Deed::new(&zh, &format!("Chose for “{}”: {}", step.en, names.join(", ")), "users", Tone::Plain), *task)
        }
        TaskEvent::TaskUrged { task, .. } => (Deed::new("催办", "Urged", "bell", Tone::Warn), *task),
        TaskEvent::DecisionTakenBack { task, reason, .. } => {
            (Deed { tone: Tone::Warn, ..said("撤回", "Took the decision back", "undo-2", reason) }, *task)
        }
    }
}

/// What an opinion recommends.
pub(super) fn advised(advice: Advice) -> Text {
    match advice {
        Advice::Approve => Text::new("意见：建议同意", "Opinion: approve"),
        Advice::Disapprove => Text::new("意见：建议不同意", "Opinion: do not approve"),
    }
}

fn placed(place: Placing) -> Text {
    match place {
        Placing::Before => Text::new("前加签", "Added a signer before:"),
        Placing::After => Text::new("后加签", "Added a signer after:"),
        Placing::Parallel => Text::new("并签", "Added a signer beside:"),
    }
}

fn said(zh: &str, en: &str, icon: &'static str, reason: &str) -> Deed {
    Deed { reason: reason.to_owned(), ..Deed::new(zh, en, icon, Tone::Plain) }
}
