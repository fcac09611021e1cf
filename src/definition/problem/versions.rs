//! Problems with workflows about definitions.

use super::{Code, Problem, Spot, problem};

/// Something of a project, in a workflow that is about none.
#[must_use]
pub fn not_about_a_project(spot: Spot) -> Problem {
    problem(
        Code::NotAboutAProject,
        spot,
        (
            "该流程办理的是流程定义，没有项目：这里不能用项目的机构、条件、结论和业务动作。",
            "请删除 gate、record、project.* 和项目的业务动作，办理人写角色或固定机构。",
        ),
        (
            "This workflow is about a definition and has no project: units, conditions, facts and effects of a project mean nothing here.",
            "Remove gate, record, project.* and effects of projects; name roles or a fixed organisation.",
        ),
    )
}

/// `do: publish-definition` in a workflow about projects.
#[must_use]
pub fn not_about_a_definition(spot: Spot) -> Problem {
    problem(
        Code::NotAboutADefinition,
        spot,
        ("只有 about: definition 的流程才能发布流程定义。", "请删除这一步，或者把它写到流程定义变更的流程里。"),
        (
            "Only a workflow with about: definition can publish a definition.",
            "Remove the step, or write it into the workflow that changes definitions.",
        ),
    )
}

/// A step that starts a workflow about definitions.
#[must_use]
pub fn starts_without_a_project(spot: Spot, name: &str) -> Problem {
    problem(
        Code::NotAboutAProject,
        spot,
        (format!("“{name}”办理的是流程定义，不能由一件办件发起。"), "请写办理项目的流程。"),
        (format!("“{name}” is about a definition; no step can start it."), "Name a workflow that is about projects."),
    )
}

/// `do: publish-definition` that nobody approves first.
#[must_use]
pub fn published_unapproved(spot: Spot) -> Problem {
    problem(
        Code::PublishedUnapproved,
        spot,
        ("发布流程定义之前，没有必经的审批。", "请在这一步之前、同一层或外层加上 approve。"),
        (
            "Nothing that every case passes approves the definition before it is published.",
            "Put an approve before this step, in the same block or in one around it.",
        ),
    )
}
