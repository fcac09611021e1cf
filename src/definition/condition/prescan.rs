//! What must be known before a condition reaches the CEL parser: deep or long input would exhaust its stack.

use super::{DEPTH_MAX, NODES_MAX, SOURCE_MAX};
use crate::definition::{
    model::Place,
    problem::{Problem, Spot, conditions},
};

/// Each part of a condition is at most two tokens: itself and a point, a comma or a bracket pair's share.
const TOKENS_MAX: usize = 2 * NODES_MAX;

/// Refuses what is too long, too deep, or written with signs that conditions do not have.
pub(super) fn check(source: &str, at: Place) -> Result<(), Vec<Problem>> {
    if source.len() > SOURCE_MAX {
        return Err(vec![conditions::too_large(Spot { at, len: 1 })]);
    }
    let chars: Vec<char> = source.chars().collect();
    let spot = |index: usize, len| Spot { at: Place { column: at.column + index, ..at }, len };
    let (mut index, mut depth, mut tokens) = (0, 0_usize, 0_usize);
    while let Some(&c) = chars.get(index) {
        let start = index;
        index += 1;
        match c {
            '"' | '\'' => {
                index = string_end(&chars, start).ok_or_else(|| vec![conditions::not_a_condition(spot(start, 1))])?;
            }
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '{' | '}' | '?' | '`' | ';' | '\\' | '@' | '#' | '$' | '~' | '^' => {
                return Err(vec![conditions::not_supported(spot(start, 1), &c.to_string())]);
            }
            '/' if chars.get(index) == Some(&'/') => return Err(vec![conditions::not_supported(spot(start, 2), "//")]),
            c if c.is_whitespace() => continue,
            c if c.is_alphanumeric() || c == '_' => {
                while chars.get(index).is_some_and(|&c| c.is_alphanumeric() || c == '_') {
                    index += 1;
                }
            }
            _ => {}
        }
        tokens += 1;
        if depth > DEPTH_MAX || tokens > TOKENS_MAX {
            return Err(vec![conditions::too_large(spot(start, 1))]);
        }
    }
    Ok(())
}

/// The index after a string's closing quote. Escapes, line breaks and triple quotes are not part of conditions: they
/// would make it unclear what is inside a string and what is not.
fn string_end(chars: &[char], start: usize) -> Option<usize> {
    let quote = chars[start];
    let length = chars[start + 1..].iter().position(|&c| c == quote || matches!(c, '\\' | '\n' | '\r'))?;
    let end = start + 1 + length;
    (chars[end] == quote && chars.get(end + 1) != Some(&quote)).then_some(end + 1)
}
