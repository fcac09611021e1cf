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

/// `do: publish-definition` that nobody else approves first.
#[must_use]
pub fn published_unapproved(spot: Spot) -> Problem {
    problem(
        Code::PublishedUnapproved,
        spot,
        (
            "发布流程定义之前，没有由他人办理的必经审批。",
            "请在这一步之前、同一层或外层加上 approve，且不写 initiator: may decide。handoff 不是审批。",
        ),
        (
            "Nothing that every case passes has somebody else approve the definition before it is published.",
            "Put an approve before this step, in the same block or in one around it, without initiator: may decide. A handoff is no approval.",
        ),
    )
}

/// `do: publish-definition` where the draft can be written once it is approved.
#[must_use]
pub fn written_once_approved(spot: Spot, approval: &str, step: &str) -> Problem {
    problem(
        Code::PublishedUnapproved,
        spot,
        (
            format!("“{approval}”审批之后、发布之前，草稿还能在“{step}”修改。"),
            "请把发起人填写的环节放在审批之前，或者在它之后再加一个必经的 approve。",
        ),
        (
            format!(
                "Once “{approval}” has approved the draft, it can still be written at “{step}” before it is published."
            ),
            "Put what the initiator fills in before the approval, or another approve that every case passes behind it.",
        ),
    )
}

/// `do: publish-definition` behind a way back that leads over the approval and does not walk it again.
#[must_use]
pub fn approval_gone_over(spot: Spot, approval: &str, step: &str) -> Problem {
    problem(
        Code::PublishedUnapproved,
        spot,
        (
            format!("“{step}”越过“{approval}”退回，办完直接回来，改过的草稿不再审批。"),
            "请把这条退回改为 resume: through，或者在它之后再加一个必经的 approve。",
        ),
        (
            format!(
                "“{step}” returns over “{approval}” and the case comes straight back, so nobody approves what changed."
            ),
            "Make that way back resume: through, or put another approve that every case passes behind it.",
        ),
    )
}
