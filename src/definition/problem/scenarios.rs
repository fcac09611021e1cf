//! Problems of scenarios: lines that say nothing, things that went otherwise, branches that no scenario takes.

use super::{Code, Problem, Spot, listed, meant, problem};
use crate::language::{Lang, Text};

/// A definition without scenarios.
#[must_use]
pub fn no_scenarios(spot: Spot, workflow: &str) -> Problem {
    problem(
        Code::NoScenarios,
        spot,
        (
            format!("流程“{workflow}”没有情景。"),
            format!("请在旁边写 {workflow}.scenarios.yaml，写明各种办法各会怎样；写法见 workflows/README.md。"),
        ),
        (
            format!("The workflow “{workflow}” has no scenarios."),
            format!("Write {workflow}.scenarios.yaml beside it; workflows/README.md shows how."),
        ),
    )
}

/// A scenarios file without the workflow it is about.
#[must_use]
pub fn no_workflow(spot: Spot, workflow: &str) -> Problem {
    problem(
        Code::NoScenarios,
        spot,
        (format!("旁边没有流程“{workflow}”。"), "情景文件与流程同名：<流程名称>.scenarios.yaml。"),
        (
            format!("There is no workflow “{workflow}” beside this file."),
            "A file of scenarios is called as its workflow is: <name>.scenarios.yaml.",
        ),
    )
}

/// No people and no projects to play the scenarios with.
#[must_use]
pub fn no_district(spot: Spot, path: &str) -> Problem {
    problem(
        Code::NoScenarios,
        spot,
        ("没有情景用的机构、人员和项目。", format!("请写在 {path} 中；写法见 workflows/README.md。")),
        (
            "There are no organisations, people and projects for scenarios.",
            format!("Write them in {path}; workflows/README.md shows how."),
        ),
    )
}

/// A line that says nothing.
#[must_use]
pub fn not_understood(spot: Spot, line: &str, forms: Text) -> Problem {
    problem(
        Code::ScenarioLine,
        spot,
        (format!("看不懂“{line}”。"), format!("可以这样写：{}", forms.zh)),
        (format!("“{line}” is not understood."), format!("What can be said: {}", forms.en)),
    )
}

/// A deed where only expectations stand.
#[must_use]
pub fn deed_in_then(spot: Spot) -> Problem {
    problem(
        Code::ScenarioLine,
        spot,
        ("then 中只写结果，不再办事。", "请把这一行移到 when 中，或者写成“某人 不能 …，因为“…””。"),
        (
            "Under “then” nobody does anything any more.",
            "Move the line to “when”, or say that somebody cannot do it because “…”.",
        ),
    )
}

/// A name that the scenario's world does not have.
#[must_use]
pub fn unknown(spot: Spot, thing: Text, name: &str, known: &[&str]) -> Problem {
    let (zh, en) = meant(name, known);
    problem(
        Code::ScenarioName,
        spot,
        (format!("没有{}“{name}”。", thing.zh), zh),
        (format!("There is no {} “{name}”.", thing.en), en),
    )
}

/// A value that its field cannot hold.
#[must_use]
pub fn not_a_value(spot: Spot, text: &str, example: &str) -> Problem {
    problem(
        Code::ScenarioName,
        spot,
        (format!("“{text}”不能填在这里。"), format!("例如：{example}")),
        (format!("“{text}” cannot stand here."), format!("For example: {example}")),
    )
}

/// The engine refused what somebody did.
#[must_use]
pub fn refused(spot: Spot, sentence: &Text) -> Problem {
    problem(
        Code::ScenarioRefused,
        spot,
        (format!("这一步被拒绝：{}", sentence.zh), "如果本该拒绝，请写成“某人 不能 …，因为“…””；否则请改情景或流程。"),
        (
            format!("This was refused: {}", sentence.en),
            "If it should be, write that the person cannot, because “…”; otherwise change the scenario or the workflow.",
        ),
    )
}

/// Nothing waits at that step.
#[must_use]
pub fn not_waiting(spot: Spot, step: &str, open: &[&str]) -> Problem {
    let open = if open.is_empty() { "—".to_owned() } else { listed(open.iter().copied()) };
    problem(
        Code::ScenarioRefused,
        spot,
        (format!("此时“{step}”没有待办。"), format!("此时待办的是：{open}。")),
        (format!("Nothing waits at “{step}” now."), format!("What waits now: {open}.")),
    )
}

/// An expectation that is not met.
#[must_use]
pub fn not_so(spot: Spot, expected: &Text, found: &Text) -> Problem {
    problem(
        Code::ScenarioExpectation,
        spot,
        (
            format!("期望{}，实际{}。", expected.get(Lang::Zh), found.get(Lang::Zh)),
            "请核对：是情景写错了，还是流程与规定不符。",
        ),
        (
            format!("Expected: {}. Found: {}.", expected.get(Lang::En), found.get(Lang::En)),
            "See which of the two is wrong: the scenario, or the workflow.",
        ),
    )
}

/// A branch that no scenario takes.
#[must_use]
pub fn not_covered(spot: Spot, branch: &Text) -> Problem {
    problem(
        Code::NotCovered,
        spot,
        (format!("没有情景走过：{}。", branch.zh), "请补写一个走到这里的情景。"),
        (format!("No scenario takes this: {}.", branch.en), "Write a scenario that gets there."),
    )
}
