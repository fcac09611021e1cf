//! Problems with the steps that go through lists, wait, and start other workflows.

use super::{Code, Problem, Spot, meant, problem};
use crate::definition::items::ItemKind;

/// `item` where no list is gone through.
#[must_use]
pub fn item_outside(spot: Spot) -> Problem {
    problem(
        Code::ItemOutside,
        spot,
        ("这里没有“item”：它只在 each 的 steps 里有意义。", "请把这一步移到 each 里面，或者写明角色、人员或机构。"),
        (
            "There is no “item” here: it means something inside the steps of an each only.",
            "Move this step into an each, or name a role, people or an organisation.",
        ),
    )
}

/// `item` where the list holds something else.
#[must_use]
pub fn item_of_another_kind(spot: Spot, found: ItemKind, wanted: ItemKind) -> Problem {
    let (found, hint) = (words(found), hint(wanted));
    let wanted = words(wanted);
    problem(
        Code::ItemOfAnotherKind,
        spot,
        (format!("这里的 item 应当是{}，而列表的各项是{}。", wanted.0, found.0), hint.0),
        (format!("item must be {} here, and the list holds {}.", wanted.1, found.1), hint.1),
    )
}

const fn words(kind: ItemKind) -> (&'static str, &'static str) {
    match kind {
        ItemKind::Person => ("人员", "people"),
        ItemKind::Organisation => ("机构", "organisations"),
        ItemKind::Row => ("指标表的行", "rows of a table"),
    }
}

const fn hint(wanted: ItemKind) -> (&'static str, &'static str) {
    match wanted {
        ItemKind::Person => (
            "各项是机构时，请写 by: { role: 角色, of: item }。",
            "Where the items are organisations, write by: { role: …, of: item }.",
        ),
        ItemKind::Organisation => ("各项是人员时，请写 by: item。", "Where the items are people, write by: item."),
        ItemKind::Row => ("请改用别的列表。", "Use another list."),
    }
}

/// An each inside an each.
#[must_use]
pub fn each_in_each(spot: Spot) -> Problem {
    problem(
        Code::EachInEach,
        spot,
        ("each 里面不能再有 each。", "请先后写两个 each，或者把里面的一层改成另一个流程。"),
        (
            "An each cannot stand inside another each.",
            "Write the two one after the other, or make the inner one a workflow of its own.",
        ),
    )
}

/// Something that happens once, for every item of a list.
#[must_use]
pub fn once_per_item(spot: Spot, kind: &str) -> Problem {
    problem(
        Code::OncePerItem,
        spot,
        (format!("each 里面不能有 {kind}：它会对每一项重复一次。"), "请把它放到 each 之后。"),
        (
            format!("There can be no {kind} inside an each: it would happen again for every item."),
            "Put it after the each.",
        ),
    )
}

/// A field that several items would write at once.
#[must_use]
pub fn fields_at_once(spot: Spot) -> Problem {
    problem(
        Code::FieldsAtOnce,
        spot,
        (
            "each 的各项同时办理时，不能在里面填写字段：后填的会盖掉先填的。",
            "请写 order: one by one 让各项依次办理，或者删除 edit，把意见写在审批理由里。",
        ),
        (
            "No fields can be written inside an each whose items are under way at once: the last would overwrite the others.",
            "Write order: one by one, or remove edit and let people give their reasons with the decision.",
        ),
    )
}

/// A wait for nothing, or for several things.
#[must_use]
pub fn wait_for_one_thing(spot: Spot) -> Problem {
    problem(
        Code::WaitForOneThing,
        spot,
        (
            "wait 必须且只能写明等待什么。",
            "请写 for: 10 working days、until: 08-31、until: form.字段 或 needs: { fact: …, is: … } 之一。",
        ),
        (
            "A wait must say what it waits for, and one thing only.",
            "Write one of for: 10 working days, until: 08-31, until: form.field, needs: { fact: …, is: … }.",
        ),
    )
}

/// `until` is no day.
#[must_use]
pub fn not_a_day(spot: Spot, text: &str) -> Problem {
    problem(
        Code::NotADay,
        spot,
        (format!("“{text}”不是日期。"), "请写预算年度内的月日，例如 08-31；或者表单中的日期字段，例如 form.done_on。"),
        (
            format!("“{text}” is no day."),
            "Write a day of the budget year, such as 08-31, or a date field of the form, such as form.done_on.",
        ),
    )
}

/// A workflow that is not there.
#[must_use]
pub fn no_such_workflow(spot: Spot, name: &str, known: &[&str]) -> Problem {
    let (zh, en) = meant(name, known);
    problem(
        Code::NoSuchWorkflow,
        spot,
        (format!("没有名为“{name}”的流程。"), zh),
        (format!("There is no workflow “{name}”."), en),
    )
}

/// A workflow that starts itself.
#[must_use]
pub fn starts_itself(spot: Spot, name: &str) -> Problem {
    problem(
        Code::StartsInACircle,
        spot,
        (format!("“{name}”不能发起它自己。"), "请发起另一个流程，或者删除这一步。"),
        (format!("“{name}” cannot start itself."), "Start another workflow, or remove this step."),
    )
}

/// A workflow that is started by what it starts.
#[must_use]
pub fn starts_in_a_circle(spot: Spot, name: &str, own: &str) -> Problem {
    problem(
        Code::StartsInACircle,
        spot,
        (format!("“{name}”自己又会发起“{own}”，两者会互相等待。"), "请删除其中一个 start。"),
        (
            format!("“{name}” starts “{own}” in turn, so the two would wait for each other."),
            "Remove one of the starts.",
        ),
    )
}
