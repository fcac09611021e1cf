//! Problems with the people of a place, for the workflows that run there. Posts and organisations come in words; people
//! are not named.

use super::{Code, Problem, Spot, problem};
use crate::language::Text;

/// What is missing where.
pub struct Shortage<'a> {
    /// The workflow's title.
    pub workflow: &'a Text,
    /// The step's title.
    pub step: &'a Text,
    /// The posts that are asked.
    pub post: &'a Text,
    /// The units whose cases are concerned.
    pub units: &'a Text,
}

/// Nobody of these units may start the workflow.
#[must_use]
pub fn nobody_starts(spot: Spot, shortage: &Shortage<'_>) -> Problem {
    let Shortage { workflow, post, units, .. } = shortage;
    problem(
        Code::NobodyStarts,
        spot,
        (
            format!("“{}”没有人可以发起：{}目前无人任职（涉及{}）。", workflow.zh, post.zh, units.zh),
            "请安全管理员在“人员”页面任命。",
        ),
        (
            format!("Nobody can start “{}”: nobody is {} today (concerns {}).", workflow.en, post.en, units.en),
            "The security administrator appoints somebody on the page “People”.",
        ),
    )
}

/// Nobody may act on the step.
#[must_use]
pub fn nobody_acts(spot: Spot, shortage: &Shortage<'_>) -> Problem {
    let Shortage { workflow, step, post, units } = shortage;
    problem(
        Code::NobodyActs,
        spot,
        (
            format!("“{}”的“{}”无人可办：{}目前无人任职（涉及{}）。", workflow.zh, step.zh, post.zh, units.zh),
            "请安全管理员在“人员”页面任命；在此之前，办到这一步的办件会挂起。",
        ),
        (
            format!(
                "Nobody can act on “{}” of “{}”: nobody is {} today (concerns {}).",
                step.en, workflow.en, post.en, units.en
            ),
            "The security administrator appoints somebody on the page “People”; until then cases are held at this step.",
        ),
    )
}

/// There are people, and not enough different ones.
#[must_use]
pub fn too_few(spot: Spot, shortage: &Shortage<'_>) -> Problem {
    let Shortage { workflow, step, post, units } = shortage;
    problem(
        Code::TooFewPeople,
        spot,
        (
            format!(
                "“{}”的“{}”没有可以回避的人选：{}都是发起人或在前面步骤办理过的人（涉及{}）。",
                workflow.zh, step.zh, post.zh, units.zh
            ),
            "发起人不能审批自己的办件，写明回避（not by）的步骤要由不同的人办。请再任命一人。",
        ),
        (
            format!(
                "Everybody who could act on “{}” of “{}” ({}) has started the case or acted before (concerns {}).",
                step.en, workflow.en, post.en, units.en
            ),
            "Nobody decides on a case they started, and not by wants different people. Appoint one more person.",
        ),
    )
}

/// One person's absence stops cases.
#[must_use]
pub fn one_person(spot: Spot, post: &Text, workflows: &Text, units: &Text) -> Problem {
    problem(
        Code::OnePerson,
        spot,
        (
            format!("{}只有一人可用，此人缺席时“{}”将停办（涉及{}）。", post.zh, workflows.zh, units.zh),
            "可再任命一人；任命须另有其人，不能由发起人兼任。",
        ),
        (
            format!(
                "Only one person can act as {}; in their absence “{}” stops (concerns {}).",
                post.en, workflows.en, units.en
            ),
            "Another person can be appointed, other than those who start these cases.",
        ),
    )
}

/// Not decided within bounds.
#[must_use]
pub fn not_decided(spot: Spot, shortage: &Shortage<'_>) -> Problem {
    let Shortage { workflow, step, units, .. } = shortage;
    problem(
        Code::PeopleNotDecided,
        spot,
        (
            format!("“{}”到“{}”为止的人员安排，未能在限定的步数内判定（涉及{}）。", workflow.zh, step.zh, units.zh),
            "请人工核对回避（not by）的步骤有没有足够的不同人选。",
        ),
        (
            format!(
                "Whether there are people for “{}” as far as “{}” was not decided within bounds (concerns {}).",
                workflow.en, step.en, units.en
            ),
            "See yourself whether the steps with not by have enough different people.",
        ),
    )
}
