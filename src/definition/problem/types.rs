//! Problems with values: wrong shape, wrong kind, out of bounds.

use super::{Code, Problem, Spot, problem};

/// The shape a place wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `key: value` pairs.
    Map,
    /// Items.
    List,
    /// Words.
    Text,
}

impl Shape {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Map => ("键值对", "key: value pairs"),
            Self::List => ("列表", "a list"),
            Self::Text => ("文字", "text"),
        }
    }
}

/// Something of another shape.
#[must_use]
pub fn wrong_shape(spot: Spot, wanted: Shape, found: Shape, example: &str) -> Problem {
    let ((wanted_zh, wanted_en), (found_zh, found_en)) = (wanted.words(), found.words());
    problem(
        Code::WrongShape,
        spot,
        (format!("这里应当是{wanted_zh}，写成了{found_zh}。"), format!("例如：{example}")),
        (format!("This must be {wanted_en}, not {found_en}."), format!("For example: {example}")),
    )
}

/// Nothing where something must be.
#[must_use]
pub fn empty(spot: Spot, example: &str) -> Problem {
    problem(
        Code::Empty,
        spot,
        ("这里不能为空。", format!("例如：{example}")),
        ("This must not be empty.", format!("For example: {example}")),
    )
}

/// No whole number, or one out of bounds.
#[must_use]
pub fn not_a_count(spot: Spot, text: &str, min: usize, max: usize) -> Problem {
    problem(
        Code::NotANumber,
        spot,
        (format!("“{text}”不是 {min} 到 {max} 之间的整数。"), "请写阿拉伯数字，不加单位和引号。"),
        (format!("“{text}” is not a whole number from {min} to {max}."), "Write digits only, without unit or quotes."),
    )
}

/// No duration.
#[must_use]
pub fn not_a_duration(spot: Spot, text: &str) -> Problem {
    let bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let (zh, en) = if bare {
        (
            format!(
                "时限不能只写数字：{text} 是工作日还是日，说不清楚。请写“{text} working days”（工作日）或“{text} days”（日历日）。"
            ),
            format!("A bare number can be misread. Write “{text} working days” or “{text} days”."),
        )
    } else {
        (
            "可以写：5 working days（5个工作日）、20 days（20日）、8 working hours、2 hours、30 minutes。".to_owned(),
            "Write 5 working days, 20 days, 8 working hours, 2 hours or 30 minutes, with a whole number above zero."
                .to_owned(),
        )
    };
    problem(Code::NotADuration, spot, (format!("“{text}”不是时限。"), zh), (format!("“{text}” is not a duration."), en))
}

/// One of a few words, and this is none of them.
#[must_use]
pub fn not_one_of(spot: Spot, text: &str, words: &[&str]) -> Problem {
    let list = words.join(" / ");
    problem(
        Code::NotOneOf,
        spot,
        (format!("“{text}”不在可选值之内。"), format!("请写其中之一：{list}。")),
        (format!("“{text}” is not possible here."), format!("Write one of: {list}.")),
    )
}

/// A pattern of the case number that cannot work.
#[must_use]
pub fn bad_number_pattern(spot: Spot, why: (&str, &str)) -> Problem {
    problem(
        Code::BadNumberPattern,
        spot,
        (format!("流程编号的格式不对：{}。", why.0), "例如：\"绩目〔{year}〕{seq:4}\"，其中 {seq:4} 是四位流水号。"),
        (
            format!("The pattern of the case number is wrong: {}.", why.1),
            "For example \"绩目〔{year}〕{seq:4}\", where {seq:4} is a running number of four digits.",
        ),
    )
}

/// Something in the title of cases that is not known.
#[must_use]
pub fn bad_title_pattern(spot: Spot, wrong: &str) -> Problem {
    problem(
        Code::BadTitlePattern,
        spot,
        (format!("办件标题中的“{wrong}”无法识别。"), "花括号里只能写 {project}、{year} 和 {number}。"),
        (
            format!("“{wrong}” in the title of cases is not known."),
            "Only {project}, {year} and {number} can stand in braces.",
        ),
    )
}

/// A title in one language only.
#[must_use]
pub fn language_missing(spot: Spot, tag: &str) -> Problem {
    let (zh, en) =
        if tag == "en" { ("英文（en）", "English (en)") } else { ("中文（zh-CN）", "Chinese (zh-CN)") };
    problem(
        Code::LanguageMissing,
        spot,
        (format!("缺少{zh}。"), "界面有中英两种语言，请都写上：{ zh-CN: 年度总体目标, en: Annual goal }"),
        (format!("{en} is missing."), "Pages come in both languages: { zh-CN: 年度总体目标, en: Annual goal }"),
    )
}

/// A text too long, or broken into lines where it must not be.
#[must_use]
pub fn text_too_long(spot: Spot, max: usize) -> Problem {
    problem(
        Code::TextTooLong,
        spot,
        (format!("这段文字应当写在一行内，不超过 {max} 个字。"), "请精简。"),
        (format!("This text must be one line of at most {max} characters."), "Shorten it."),
    )
}

/// A cap that is no amount.
#[must_use]
pub fn cap_not_money(spot: Spot, field: &str) -> Problem {
    problem(
        Code::CapNotMoney,
        spot,
        (format!("字段“{field}”不是金额，不能与上限比较。"), "cap 和 covers 必须是 type: money 的字段。"),
        (
            format!("The field “{field}” is not an amount and cannot be measured against a cap."),
            "cap and covers name a field of type: money.",
        ),
    )
}

/// A rule on amounts that names something else.
#[must_use]
pub fn rule_on_no_amount(spot: Spot, field: &str) -> Problem {
    problem(
        Code::AmountRule,
        spot,
        (format!("字段“{field}”不是金额。"), "sums 和 at most 只能写 type: money 的字段。"),
        (format!("The field “{field}” is not an amount."), "sums and at most name fields of type: money."),
    )
}

/// A rule on amounts that names one of them twice.
#[must_use]
pub fn amount_named_twice(spot: Spot, field: &str) -> Problem {
    problem(
        Code::AmountRule,
        spot,
        (format!("字段“{field}”在同一条规则中写了两次。"), "请删除其中一处；金额不能与自己比较，也不能重复相加。"),
        (
            format!("This rule names the field “{field}” twice."),
            "Remove one of them: an amount is not measured against itself, nor added twice.",
        ),
    )
}

/// A key that this type of field does not take.
#[must_use]
pub fn key_of_another_type(spot: Spot, key: &str, kind: &str) -> Problem {
    problem(
        Code::KeyOfAnotherType,
        spot,
        (format!("类型为 {kind} 的字段没有“{key}”。"), "请删除它，或者改用需要它的字段类型。"),
        (format!("A field of type {kind} takes no “{key}”."), "Remove it, or choose the type that takes it."),
    )
}
