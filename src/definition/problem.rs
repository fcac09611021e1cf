//! What is wrong with a definition: a code, the place, a sentence and a hint, in both languages.
//!
//! The sentences are made in the modules of this folder, grouped as the codes are.

pub mod branches;
pub mod choosing;
pub mod clocks;
pub mod codes;
pub mod conditions;
pub mod effects;
mod examples;
pub mod file;
pub mod flow;
pub mod names;
pub mod people;
pub mod proof;
pub mod reading;
pub mod reminders;
mod render;
pub mod scenarios;
pub mod schedules;
mod severity;
pub mod steps;
pub mod time;
pub mod types;
pub mod versions;
pub mod votes;

use serde::Serialize;

pub use codes::Code;
pub use render::render;

use super::model::{Place, StepName};
use crate::language::{Lang, Text};

/// A stretch of one line in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Spot {
    /// Its first character.
    #[serde(flatten)]
    pub at: Place,
    /// Characters, at least 1.
    #[serde(rename = "length")]
    pub len: usize,
}

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The definition cannot go live.
    Error,
    /// It can, but somebody should look.
    Warning,
    /// Good to know.
    Information,
}

/// One thing that is wrong with a definition, or worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// How much it weighs, which its code says.
    pub severity: Severity,
    /// The file, where several are checked together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where it stands.
    #[serde(flatten)]
    pub spot: Spot,
    /// What is wrong.
    pub sentence: Text,
    /// What to do about it.
    pub hint: Text,
    /// The shortest way that shows it, for problems with ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
}

/// A way of a case through a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The steps it comes to, in order; a drawing marks them.
    pub steps: Vec<StepName>,
    /// The same in words, from the start on.
    pub words: Text,
}

impl Problem {
    /// Where it stands.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.spot.at
    }

    /// Whether it keeps the definition from going live.
    #[must_use]
    pub const fn blocks(&self) -> bool {
        matches!(self.severity, Severity::Error)
    }

    /// The sentence and the hint in one line, for places without a source text beside them.
    #[must_use]
    pub fn line(&self, lang: Lang) -> String {
        let Place { line, column } = self.spot.at;
        format!("{line}:{column} {} {} {}", self.code, self.sentence.get(lang), self.hint.get(lang))
    }
}

/// Makes a problem. `zh` and `en` are each the sentence and the hint.
fn problem(
    code: Code,
    spot: Spot,
    zh: (impl Into<String>, impl Into<String>),
    en: (impl Into<String>, impl Into<String>),
) -> Problem {
    let text = |zh: String, en: String| Text::new(shortened(zh), shortened(en));
    let (sentence, hint) = (text(zh.0.into(), en.0.into()), text(zh.1.into(), en.1.into()));
    Problem { code, severity: code.severity(), file: None, spot, sentence, hint, way: None }
}

/// A sentence that quotes half a file helps nobody.
const SENTENCE_MAX: usize = 400;

fn shortened(text: String) -> String {
    match text.char_indices().nth(SENTENCE_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Longer texts are no slip of the pen.
const NAME_MAX: usize = 80;

/// The known name nearest to `name`, when it is near enough to be what was meant.
#[must_use]
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if name.len() > NAME_MAX {
        return None;
    }
    let bound = name.chars().count().clamp(3, 12) / 3;
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= bound)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The known names as a list, shortened.
fn listed<'k>(known: impl IntoIterator<Item = &'k str>) -> String {
    let mut all: Vec<_> = known.into_iter().collect();
    all.dedup();
    if all.len() > 16 { format!("{}, …", all[..16].join(", ")) } else { all.join(", ") }
}

/// What is said of a code that does not exist.
#[must_use]
pub fn unknown_code(code: &str) -> Text {
    let known: Vec<_> = Code::ALL.iter().map(|code| code.text()).collect();
    let (zh, en) = meant(&code.to_uppercase(), &known);
    Text::new(shortened(format!("没有代码“{code}”。{zh}")), shortened(format!("There is no code “{code}”. {en}")))
}

/// “Did you mean …” where something is near, else what there is.
fn meant(name: &str, known: &[&str]) -> (String, String) {
    match nearest(name, known.iter().copied()) {
        Some(near) => (format!("您是否要写“{near}”？"), format!("Did you mean “{near}”?")),
        None if known.is_empty() => ("这里目前没有可用的名称。".into(), "There is nothing to name here yet.".into()),
        None => {
            let known = listed(known.iter().copied());
            (format!("可用的有：{known}。"), format!("Known here: {known}."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_a_stranger_is_not() {
        let known = ["project-officer", "department-head", "by"];
        assert_eq!(nearest("departmenthead", known), Some("department-head"));
        assert_eq!(nearest("yb", known), Some("by"));
        assert_eq!(nearest("mayor", known), None);
    }
}
