//! Problems with who decides together, and how.

use super::{Code, Problem, Spot, problem};

/// A step that keeps out whoever acts on it.
#[must_use]
pub fn not_by_itself(spot: Spot, step: &str) -> Problem {
    problem(
        Code::NotByItself,
        spot,
        (format!("步骤“{step}”不能回避自己。"), "not by 写的是其他步骤：谁在那里办理过，谁就不能办理这一步。"),
        (
            format!("The step “{step}” cannot keep out who acts on itself."),
            "not by names other steps: whoever acted there may not act on this one.",
        ),
    )
}
