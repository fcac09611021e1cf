//! A problem as people read it on a terminal, with the line it stands in.

use super::{Problem, Severity};
use crate::language::Lang;

/// The problem with its place, the source line, a mark under what is meant, and the hint.
#[must_use]
pub fn render(problem: &Problem, source: &str, lang: Lang) -> String {
    let place = problem.place();
    let file = problem.file.as_deref().unwrap_or("-");
    let gutter = " ".repeat(place.line.to_string().len());
    let (kind, hint) = (kind(problem.severity, lang), lang.pick("提示", "hint"));
    let mut out = format!("{kind}[{}]: {}\n", problem.code, problem.sentence.get(lang));
    out.push_str(&format!("{gutter}--> {file}:{}:{}\n", place.line, place.column));
    if let Some(line) = source.lines().nth(place.line - 1) {
        let shown: String = line.chars().take(LINE_MAX).collect();
        let before: String = line.chars().take(place.column - 1).take(LINE_MAX).map(blank).collect();
        let marked = line.chars().skip(place.column - 1).take(problem.spot.len.clamp(1, LINE_MAX));
        let mark: String = marked.map(caret).collect();
        let mark = if mark.is_empty() { "^" } else { &mark };
        out.push_str(&format!("{gutter} |\n{} | {shown}\n{gutter} | {before}{mark}\n", place.line));
    }
    if let Some(way) = &problem.way {
        out.push_str(&format!("{gutter} = {}: {}\n", lang.pick("路径", "way"), way.words.get(lang)));
    }
    out.push_str(&format!("{gutter} = {hint}: {}\n", problem.hint.get(lang)));
    out
}

const fn kind(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Error => lang.pick("错误", "error"),
        Severity::Warning => lang.pick("警告", "warning"),
        Severity::Information => lang.pick("说明", "note"),
    }
}

/// Longer lines are cut.
const LINE_MAX: usize = 160;

/// As wide as `c`, so that the mark stands under what it means: Chinese characters take two columns.
const fn blank(c: char) -> char {
    match c {
        '\t' => '\t',
        c if is_wide(c) => '\u{3000}',
        _ => ' ',
    }
}

const fn caret(c: char) -> &'static str {
    if is_wide(c) { "^^" } else { "^" }
}

const fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}')
}
