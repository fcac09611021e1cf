//! What an import says about every row: accepted, or refused and why.

use crate::language::{Lang, Text};

/// The report of one import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// One line per row of the source, in its order.
    pub lines: Vec<ReportLine>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Where the row stands: `项目!5` of a sheet, `C05` of a published file.
    pub place: String,
    /// The project's name, or what stands in its place.
    pub label: String,
    /// Why it is refused; empty when it is accepted.
    pub refusals: Vec<Reason>,
    /// What a reader should know although it is accepted.
    pub notes: Vec<Text>,
}

/// Something about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The cell, such as `H5`, when the source is a sheet.
    pub cell: Option<String>,
    /// The sentence.
    pub text: Text,
}

impl Reason {
    /// About the row as a whole.
    #[must_use]
    pub fn of_row(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { cell: None, text: Text::new(zh, en) }
    }
}

impl ReportLine {
    /// Whether the row can be taken.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        self.refusals.is_empty()
    }

    /// The line as people read it.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let (place, label) = (&self.place, &self.label);
        if self.is_accepted() {
            let notes = self.notes.iter().map(|note| note.get(lang)).collect::<Vec<_>>().join(lang.pick("；", "; "));
            let verdict = lang.pick("接收", "accepted");
            return match notes.as_str() {
                "" => format!("{place} {label}：{verdict}"),
                notes => format!("{place} {label}：{verdict}（{notes}）"),
            };
        }
        let reasons = self
            .refusals
            .iter()
            .map(|reason| match &reason.cell {
                Some(cell) => format!("{cell} {}", reason.text.get(lang)),
                None => reason.text.get(lang).to_owned(),
            })
            .collect::<Vec<_>>()
            .join(lang.pick("；", "; "));
        format!("{place} {label}：{}{reasons}", lang.pick("拒绝，", "refused, "))
    }
}

impl ImportReport {
    /// How many rows can be taken.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.lines.iter().filter(|line| line.is_accepted()).count()
    }

    /// How many rows are refused.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.lines.len() - self.accepted()
    }
}
