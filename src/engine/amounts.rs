//! Amounts that must agree with one another before a step is done.

use super::refusal::FieldProblem;
use crate::{
    definition::{Definition, FieldName, Form, Value, amounts::Sum},
    language::Text,
    money::Money,
};

/// What is wrong among the amounts that a step writes, seen together with those that are there already.
pub(super) fn problems(definition: &Definition, edit: &[FieldName], fields: &Form, before: &Form) -> Vec<FieldProblem> {
    let amount = |name: &FieldName| match fields.get(name).or_else(|| before.get(name)) {
        Some(Value::Money(amount)) => Some(*amount),
        _ => None,
    };
    let rules = &definition.amounts;
    let sums = rules.sums.iter().filter(|sum| sum.fields().any(|field| edit.contains(field)));
    let wrong_sums = sums.filter_map(|sum| {
        let total = amount(&sum.total)?;
        let parts: i64 = sum.parts.iter().filter_map(amount).map(Money::fen).sum();
        (parts != total.fen()).then(|| problem(definition, &sum.total, disagreement(definition, sum, total, parts)))
    });
    let bounds = rules.at_most.iter().filter(|bound| edit.contains(&bound.field));
    let exceeded = bounds.filter_map(|bound| {
        let (found, limit) = (amount(&bound.field)?, amount(&bound.limit)?);
        (found > limit).then(|| {
            let title = title(definition, &bound.limit);
            let said = Text::new(
                format!("不得超过“{}”{limit}，现为{found}。", title.zh),
                format!("At most {limit} (“{}”); it is {found}.", title.en),
            );
            problem(definition, &bound.field, said)
        })
    });
    wrong_sums.chain(exceeded).collect()
}

fn disagreement(definition: &Definition, sum: &Sum, total: Money, parts: i64) -> Text {
    // More than any amount can be is said as such.
    let parts = Money::from_fen(parts).map_or_else(|_| format!("> {}", Money::MAX), |parts| parts.to_string());
    let titles: Vec<_> = sum.parts.iter().map(|part| title(definition, part)).collect();
    let zh: String = titles.iter().map(|title| format!("“{}”", title.zh)).collect();
    let en: Vec<_> = titles.iter().map(|title| format!("“{}”", title.en)).collect();
    Text::new(
        format!("{zh}之和为{parts}，与此处的{total}不相等，请核对。"),
        format!("{} add up to {parts}, but this says {total}. Both must be equal.", en.join(", ")),
    )
}

fn title(definition: &Definition, name: &FieldName) -> Text {
    definition.field(name).map_or_else(|| Text::new(name.as_str(), name.as_str()), |field| field.title.clone())
}

fn problem(definition: &Definition, name: &FieldName, problem: Text) -> FieldProblem {
    FieldProblem { field: name.to_string(), title: title(definition, name), problem }
}
