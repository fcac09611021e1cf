//! Problems with conditions.

use super::{Code, Problem, Spot, meant, problem};

/// The text is no condition.
#[must_use]
pub fn not_a_condition(spot: Spot) -> Problem {
    problem(
        Code::NotACondition,
        spot,
        ("从这里起不是有效的条件。", "例如：form.amount >= wan(500) && project.is_new_major"),
        ("This is not a condition from here on.", "For example: form.amount >= wan(500) && project.is_new_major"),
    )
}

/// Too long, too deep or too large.
#[must_use]
pub fn too_large(spot: Spot) -> Problem {
    problem(
        Code::ConditionTooLarge,
        spot,
        ("条件过长或嵌套过深。", "条件最长 2048 字节、200 个成分、20 层括号；请拆成多个分支。"),
        (
            "The condition is too long or too deeply nested.",
            "At most 2048 bytes, 200 parts and 20 levels; split it into several branches.",
        ),
    )
}

/// Something of CEL that conditions leave out.
#[must_use]
pub fn not_supported(spot: Spot, what: &str) -> Problem {
    problem(
        Code::NotInConditions,
        spot,
        (
            format!("条件中不能使用“{what}”。"),
            "可用：&& || ! == != < <= > >= in，以及 yuan() wan() date() size() startsWith() contains()。",
        ),
        (
            format!("“{what}” is not available in conditions."),
            "There are && || ! == != < <= > >= in, and yuan() wan() date() size() startsWith() contains().",
        ),
    )
}

/// A name that conditions do not know.
#[must_use]
pub fn unknown_name(spot: Spot, name: &str, known: &[&str]) -> Problem {
    let (zh, en) = meant(name, known);
    problem(
        Code::UnknownConditionName,
        spot,
        (format!("条件中没有“{name}”这个名称。"), zh),
        (format!("Conditions know no “{name}”."), en),
    )
}

/// A field whose type conditions cannot read.
#[must_use]
pub fn unreadable(spot: Spot, name: &str) -> Problem {
    problem(
        Code::UnknownConditionName,
        spot,
        (format!("条件不能读取“{name}”这种类型的字段。"), "条件可以读取文字、金额、日期、是否和选项字段。"),
        (
            format!("Conditions cannot read a field of the type of “{name}”."),
            "They read text, money, date, flag and choice fields.",
        ),
    )
}

/// The whole, or a part joined by `&&`, `||`, `!`, is not yes or no.
#[must_use]
pub fn not_boolean(spot: Spot, found: (&str, &str)) -> Problem {
    problem(
        Code::NotBoolean,
        spot,
        (format!("条件在这里应当是“是或否”，却是{}。", found.0), "请写成比较，例如 form.amount > yuan(0)。"),
        (format!("A yes or no is needed here, not {}.", found.1), "Write a comparison, such as form.amount > yuan(0)."),
    )
}

/// Two sides that do not compare.
#[must_use]
pub fn cannot_compare(spot: Spot, left: (&str, &str), right: (&str, &str)) -> Problem {
    let kinds = [left.1, right.1];
    let (zh, en) = if kinds.contains(&"an amount") {
        ("金额请写明单位：yuan(50000) 或 wan(5)。", "Write amounts with their unit: yuan(50000) or wan(5).")
    } else if kinds.contains(&"a date") {
        ("日期请写成 date(\"2027-08-31\")。", "Write dates as date(\"2027-08-31\").")
    } else {
        ("请比较同一类型的两个值。", "Compare two values of the same type.")
    };
    problem(
        Code::CannotCompare,
        spot,
        (format!("不能比较{}和{}。", left.0, right.0), zh),
        (format!("Cannot compare {} with {}.", left.1, right.1), en),
    )
}

/// Larger or smaller, where there is only same or different.
#[must_use]
pub fn no_order(spot: Spot, kind: (&str, &str)) -> Problem {
    problem(
        Code::CannotCompare,
        spot,
        (format!("{}不分大小。", kind.0), "请用 == != in 比较。"),
        (format!("There is no larger or smaller for {}.", kind.1), "Compare with == != in."),
    )
}

/// A value that the name never has.
#[must_use]
pub fn never_that_value(spot: Spot, name: &str, value: &str, values: &[&str]) -> Problem {
    let (zh, en) = meant(value, values);
    problem(
        Code::NeverThatValue,
        spot,
        (format!("“{name}”不会是“{value}”。"), zh),
        (format!("“{name}” is never “{value}”."), en),
    )
}

/// A function with the wrong arguments.
#[must_use]
pub fn bad_argument(spot: Spot, function: &str) -> Problem {
    let (zh, en) = match function {
        "yuan" | "wan" => (
            "请写一个不为负的整数，例如 wan(500)；最多一万亿元。",
            "Write a whole number such as wan(500), at most one trillion yuan.",
        ),
        "date" => ("请写 date(\"2027-08-31\")。", "Write date(\"2027-08-31\")."),
        "size" => ("请写 size(form.字段名)，字段须为文字。", "Write size(form.field) of a text field."),
        _ => ("请写 form.字段名.startsWith(\"文字\")。", "Write form.field.startsWith(\"text\")."),
    };
    problem(
        Code::BadArgument,
        spot,
        (format!("{function}() 的参数不对。"), zh),
        (format!("The argument of {function}() is wrong."), en),
    )
}
