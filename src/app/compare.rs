//! Two texts side by side, line by line: what was taken out, what came in, and a little of what surrounds it.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// Lines shown around a change.
const AROUND: usize = 3;

/// What differs between two texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// How many lines came in.
    pub added: usize,
    /// How many lines were taken out.
    pub removed: usize,
    /// The changed lines and what surrounds them.
    pub lines: Vec<ComparedLine>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedLine {
    /// `same`, `added`, `removed`, or `gap` where lines are left out.
    pub kind: &'static str,
    /// `+`, `-` or nothing, for who does not see colours.
    pub sign: &'static str,
    /// Its number in the old text.
    pub old: Option<usize>,
    /// Its number in the new text.
    pub new: Option<usize>,
    /// What it says.
    pub line: String,
}

/// Compares two texts by lines.
#[must_use]
pub fn compare(old: &str, new: &str) -> Comparison {
    let diff = TextDiff::from_lines(old, new);
    let mut view = Comparison::default();
    for (index, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            view.lines.push(ComparedLine { kind: "gap", sign: "", old: None, new: None, line: "⋯".to_owned() });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (kind, sign) = match change.tag() {
                ChangeTag::Equal => ("same", ""),
                ChangeTag::Insert => ("added", "+"),
                ChangeTag::Delete => ("removed", "-"),
            };
            view.added += usize::from(kind == "added");
            view.removed += usize::from(kind == "removed");
            view.lines.push(ComparedLine {
                kind,
                sign,
                old: change.old_index().map(|line| line + 1),
                new: change.new_index().map(|line| line + 1),
                line: change.value().trim_end_matches('\n').to_owned(),
            });
        }
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_shown_with_what_surrounds_it() {
        let old: String = (1..=20).map(|n| format!("line {n}\n")).collect();
        let new = old.replace("line 10\n", "line ten\n").replace("line 20\n", "");
        let view = compare(&old, &new);
        assert_eq!((view.added, view.removed), (1, 2));
        let changed: Vec<_> = view.lines.iter().filter(|line| line.kind != "same").collect();
        assert_eq!(
            changed[0],
            &ComparedLine { kind: "removed", sign: "-", old: Some(10), new: None, line: "line 10".into() }
        );
        assert_eq!(changed[1].line, "line ten");
        assert!(view.lines.iter().any(|line| line.kind == "gap"), "far lines are left out");
        assert!(compare(&old, &old).lines.is_empty());
    }
}
