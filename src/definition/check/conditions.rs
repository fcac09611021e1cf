//! What conditions can read in this definition, and the titles that steps have by default.

use super::{
    Vocabulary,
    form::{self, Fields},
    reader::Reader,
};
use crate::{
    definition::{
        condition::{self, Condition, Types},
        model::{Place, StepKind},
        registry,
        tree::{Node, NodeKind},
    },
    language::Text,
};

/// The names before any step: project, case, policy and form.
pub(super) fn types(vocabulary: &Vocabulary, form: &Fields) -> Types {
    let mut types = condition::standard_types();
    types.extend(vocabulary.policy.iter().map(|(name, kind)| (name.clone(), kind.clone())));
    for field in &form.fields {
        types.entry(format!("form.{}", field.name)).or_insert_with(|| form::term_type(&field.kind));
    }
    types
}

/// Compiles the condition that `node` holds. Problems point at the exact part where the text stands in the file as it
/// is, and at its beginning otherwise (folded or escaped text).
pub(super) fn compile(reader: &mut Reader<'_>, node: &Node, source: &str, types: &Types) -> Condition {
    let (quoted, verbatim) = match &node.kind {
        NodeKind::Scalar { quoted, verbatim, .. } => (*quoted, *verbatim),
        NodeKind::List(_) | NodeKind::Map(_) => (false, false),
    };
    let at = Place { column: node.spot.at.column + usize::from(quoted && verbatim), ..node.spot.at };
    match Condition::compile(source, at, types) {
        Ok(condition) => condition,
        Err(mut problems) => {
            if !verbatim {
                problems.iter_mut().for_each(|problem| problem.spot = node.spot);
            }
            reader.report_all(problems);
            Condition::placeholder(source, at)
        }
    }
}

/// What people read of a step whose file gives it no title.
pub(super) fn default_title(name: &str, kind: &StepKind) -> Text {
    match kind {
        StepKind::Fill(_) | StepKind::Approve(_) => Text::new(name, name),
        StepKind::Gate(gate) => registry::fact(gate.fact.as_str()).map_or_else(Text::default, |fact| {
            Text::new(format!("核验{}", fact.entry.zh), format!("Check: {}", fact.entry.en))
        }),
        StepKind::Choose(_) => Text::new("判断", "Choice"),
        StepKind::Parallel(_) => Text::new("并行办理", "In parallel"),
        StepKind::Each(_) => Text::new("逐项办理", "For each item"),
        StepKind::Wait(_) => Text::new("等待", "Wait"),
        StepKind::Start(start) => {
            Text::new(format!("发起流程：{}", start.workflow), format!("Start: {}", start.workflow))
        }
        StepKind::Do(effect) => entry_text(registry::EFFECTS, effect.as_str()),
        StepKind::Record(record) => registry::fact(record.fact.as_str()).map_or_else(Text::default, |fact| {
            let value = entry_text(fact.values, record.is.as_str());
            Text::new(format!("记录{}：{}", fact.entry.zh, value.zh), format!("Record {}: {}", fact.entry.en, value.en))
        }),
        StepKind::Notify(_) => Text::new("抄送", "Copy in"),
        StepKind::End(outcome) => {
            let outcome = entry_text(registry::OUTCOMES, outcome.as_str());
            Text::new(format!("办结：{}", outcome.zh), format!("End: {}", outcome.en))
        }
    }
}

fn entry_text(entries: &'static [registry::Entry], name: &str) -> Text {
    registry::find(entries, name).map_or_else(|| Text::new(name, name), |entry| Text::new(entry.zh, entry.en))
}
