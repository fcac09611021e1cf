//! Problems with the way a case takes through the steps.

use super::{Code, Problem, Spot, problem};

/// A step that no case can come to.
#[must_use]
pub fn unreachable(spot: Spot, step: &str, before: &str) -> Problem {
    problem(
        Code::Unreachable,
        spot,
        (
            format!("步骤“{step}”永远不会执行：到“{before}”为止，流程已经结束或退回。"),
            "请删除这一步，或者把它移到前面。",
        ),
        (
            format!("The step “{step}” can never be reached: nothing goes on after “{before}”."),
            "Remove it, or move it before that step.",
        ),
    )
}

/// A case that comes to the last step and has no outcome.
#[must_use]
pub fn runs_off(spot: Spot, step: &str) -> Problem {
    problem(
        Code::RunsOff,
        spot,
        (format!("“{step}”之后没有下一步，办件将没有结果。"), "请在最后加上：- end: 结果"),
        (format!("Nothing comes after “{step}”, so a case would have no outcome."), "Add a last step: - end: outcome"),
    )
}

/// An `end` inside a parallel branch.
#[must_use]
pub fn end_in_parallel(spot: Spot) -> Problem {
    problem(
        Code::EndInParallel,
        spot,
        (
            "并行分支中不能有 end：其他分支可能还在办理。",
            "请把 end 放到 parallel 之后；需要时用 choose 判断分支中的结果。",
        ),
        (
            "There can be no end inside a parallel branch: the other branches may still be at work.",
            "Put the end after the parallel, behind a choose on the branch's outcome where needed.",
        ),
    )
}

/// A block without steps.
#[must_use]
pub fn empty_block(spot: Spot) -> Problem {
    problem(
        Code::EmptyBlock,
        spot,
        ("这里至少要有一个步骤。", "请补上步骤；choose 中无事可办时写 otherwise: next。"),
        ("There must be at least one step here.", "Add one; where a choice has nothing to do, write otherwise: next."),
    )
}

/// A choice without a way for everything else.
#[must_use]
pub fn no_otherwise(spot: Spot) -> Problem {
    problem(
        Code::NoOtherwise,
        spot,
        ("choose 必须写明其他情况怎么办。", "请加上 otherwise: 和步骤，或者 otherwise: next 表示直接往下走。"),
        (
            "A choice must say what happens in all other cases.",
            "Add otherwise: with steps, or otherwise: next to go straight on.",
        ),
    )
}

/// A return to something that does not lie behind.
#[must_use]
pub fn not_earlier(spot: Spot, step: &str) -> Problem {
    problem(
        Code::NotEarlier,
        spot,
        (format!("不能退回到“{step}”：它不在这一步之前。"), "只能退回到同一层或外层中排在前面的 fill 或 approve。"),
        (
            format!("Cannot return to “{step}”: it does not stand before this step."),
            "Return to an earlier fill or approve of the same block, or of a block around it.",
        ),
    )
}

/// A return into a branch that this step is not part of.
#[must_use]
pub fn other_branch(spot: Spot, step: &str) -> Problem {
    problem(
        Code::OtherBranch,
        spot,
        (format!("不能退回到“{step}”：它在另一个分支里，本次办理可能没有经过它。"), "请退回到分支之前的步骤。"),
        (
            format!("Cannot return to “{step}”: it stands in a branch that this step is not part of."),
            "Return to a step before that branch.",
        ),
    )
}

/// A return to a step where nobody acts.
#[must_use]
pub fn nobody_acts_there(spot: Spot, step: &str) -> Problem {
    problem(
        Code::NotEarlier,
        spot,
        (format!("不能退回到“{step}”：那里没有人办理。"), "只能退回到 fill 或 approve 步骤。"),
        (format!("Cannot return to “{step}”: nobody acts there."), "Return to a fill or an approve step."),
    )
}

/// `resume: here` out of a branch.
#[must_use]
pub fn resume_across(spot: Spot, step: &str) -> Problem {
    problem(
        Code::ResumeAcross,
        spot,
        (
            format!("退回到“{step}”会离开 parallel 或 choose 分支，之后不能直接回到这里。"),
            "请改为 resume: through，由流程重新走一遍。",
        ),
        (
            format!(
                "Returning to “{step}” leaves a branch of parallel or choose, so the case cannot come straight back."
            ),
            "Write resume: through, and the case walks the steps again.",
        ),
    )
}

/// A declared outcome that nothing leads to.
#[must_use]
pub fn outcome_not_reached(spot: Spot, outcome: &str) -> Problem {
    problem(
        Code::OutcomeNotReached,
        spot,
        (format!("没有任何步骤以“{outcome}”结束。"), "请从 outcomes 中删除它，或者补上以它结束的步骤。"),
        (format!("No step ends a case as “{outcome}”."), "Remove it from outcomes, or add the step that ends so."),
    )
}

/// A field that nobody can fill.
#[must_use]
pub fn edited_by_nobody(spot: Spot, field: &str) -> Problem {
    problem(
        Code::EditedByNobody,
        spot,
        (format!("没有任何步骤填写字段“{field}”。"), "请把它加到某个 fill 或 approve 的 edit 中，或者删除该字段。"),
        (format!("No step fills the field “{field}”."), "Add it to the edit of a fill or approve step, or remove it."),
    )
}

/// A field that is read before it is certain to be filled.
#[must_use]
pub fn read_before_filled(spot: Spot, field: &str) -> Problem {
    problem(
        Code::ReadBeforeFilled,
        spot,
        (
            format!("读取字段“{field}”时，它不一定已经填写。"),
            "请确保此前每条路径上都有步骤填写它，并把它设为 required: true（或列入评定等级的 requires）。",
        ),
        (
            format!("The field “{field}” is read here before it is certain to be filled."),
            "Let a step on every way here edit it, with required: true (or list it in a grade's requires).",
        ),
    )
}

/// The result of a step is read before it is certain to be there.
#[must_use]
pub fn outcome_before_passed(spot: Spot, step: &str) -> Problem {
    problem(
        Code::ReadBeforeFilled,
        spot,
        (format!("读取步骤“{step}”的结果时，它不一定已经办完。"), "条件只能读取此前每条路径上都已办完的步骤。"),
        (
            format!("The outcome of “{step}” is read here before that step is certain to have been passed."),
            "A condition reads only steps that every way here has passed.",
        ),
    )
}

/// A field that a grade needs and the step cannot write.
#[must_use]
pub fn required_but_closed(spot: Spot, field: &str) -> Problem {
    problem(
        Code::ReadBeforeFilled,
        spot,
        (format!("该等级要求填写“{field}”，但这一步不能编辑它。"), "请把它加到这一步的 edit 中。"),
        (format!("This grade requires “{field}”, which this step cannot edit."), "Add it to the edit of this step."),
    )
}

/// Grades where several people decide.
#[must_use]
pub fn grades_with_mode(spot: Spot) -> Problem {
    problem(
        Code::GradesWithMode,
        spot,
        (
            "all 和 sequence 没有说明几个人的等级如何合成一个。",
            "请写 mode: { vote: all, undecided: { return to: draft } } 之类的表决，或者删除 mode（默认 any，由一人评定）。",
        ),
        (
            "all and sequence do not say how the grades of several people make one.",
            "Write a vote such as mode: { vote: all, undecided: { return to: draft } }, or remove mode (any, one person grades).",
        ),
    )
}

/// Approve's own ways out beside grades.
#[must_use]
pub fn grades_with(spot: Spot, key: &str) -> Problem {
    problem(
        Code::GradesWithRoutes,
        spot,
        (
            format!("评定等级的步骤不能再写“{key}”。"),
            "等级代替同意、退回和不同意：请把去向写成等级，例如 revise: { return to: draft }。",
        ),
        (
            format!("A step with grades takes no “{key}”."),
            "Grades replace approve, return and reject: make it a grade, such as revise: { return to: draft }.",
        ),
    )
}

/// A grade with no route, or with several.
#[must_use]
pub fn grade_route(spot: Spot, grade: &str) -> Problem {
    problem(
        Code::GradeRoute,
        spot,
        (format!("等级“{grade}”必须且只能有一个去向。"), "请写 then: next、return to: 步骤 或 end: 结果 之一。"),
        (
            format!("The grade “{grade}” needs exactly one route."),
            "Write one of then: next, return to: step, end: outcome.",
        ),
    )
}

/// A parallel with one branch.
#[must_use]
pub fn lonely_branch(spot: Spot) -> Problem {
    problem(
        Code::LonelyBranch,
        spot,
        ("parallel 至少要有两个分支。", "只有一个分支时，请把步骤直接写在外层。"),
        ("A parallel has at least two branches.", "With one branch, write its steps without the parallel."),
    )
}

/// A step that writes some fields of a sum, but not all.
#[must_use]
pub fn sum_across_steps(spot: Spot, total: &str, missing: &str) -> Problem {
    problem(
        Code::SumAcrossSteps,
        spot,
        (
            format!("这一步填写合计“{total}”中的一部分字段，但不能填写“{missing}”。"),
            format!("请把“{missing}”加入这一步的 edit，或者把这些金额都放到另一步填写。"),
        ),
        (
            format!("This step writes fields of the sum “{total}”, but not “{missing}”."),
            format!("Add “{missing}” to its edit, or let another step write all of these amounts."),
        ),
    )
}
