//! A line of a scenario as words, each with its place in the file.

use crate::definition::{
    model::Place,
    problem::Spot,
    tree::{Node, NodeKind},
};

/// A word, a quotation or a comma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its text, without quotation marks.
    pub text: String,
    /// Where it stands.
    pub spot: Spot,
    /// What it is.
    pub kind: WordKind,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// Written bare.
    Bare,
    /// Written in quotation marks, of either kind.
    Quoted,
    /// `，`, or `,` with a space behind: between the digits of an amount a comma is a part of the number.
    Comma,
}

impl Word {
    /// Whether the bare word is one of these.
    pub fn is(&self, words: &[&str]) -> bool {
        self.kind == WordKind::Bare && words.contains(&self.text.as_str())
    }

    /// Whether it separates.
    pub fn is_comma(&self) -> bool {
        self.kind == WordKind::Comma
    }
}

/// The words of a scalar; empty for anything else.
pub(super) fn words(node: &Node) -> Vec<Word> {
    let NodeKind::Scalar { text, quoted, verbatim } = &node.kind else { return Vec::new() };
    let place = |at: usize, len: usize| {
        if !*verbatim {
            return node.spot;
        }
        let Place { line, column } = node.spot.at;
        Spot { at: Place { line, column: column + at + usize::from(*quoted) }, len: len.max(1) }
    };
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let kind = if chars[at].is_whitespace() {
            at += 1;
            continue;
        } else if is_comma(&chars, at) {
            at += 1;
            WordKind::Comma
        } else if let Some(close) = closing(chars[at]) {
            at = chars[at + 1..].iter().position(|c| *c == close).map_or(chars.len(), |end| at + end + 2);
            WordKind::Quoted
        } else {
            while at < chars.len()
                && !chars[at].is_whitespace()
                && !is_comma(&chars, at)
                && closing(chars[at]).is_none()
            {
                at += 1;
            }
            WordKind::Bare
        };
        let inner: String = chars[start..at].iter().collect();
        let text = if kind == WordKind::Quoted { unquoted(&inner) } else { inner };
        found.push(Word { text, spot: place(start, at - start), kind });
    }
    found
}

fn is_comma(chars: &[char], at: usize) -> bool {
    match chars[at] {
        '，' => true,
        ',' => chars.get(at + 1).is_none_or(|next| next.is_whitespace()),
        _ => false,
    }
}

const fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' => Some('”'),
        '「' => Some('」'),
        _ => None,
    }
}

fn unquoted(text: &str) -> String {
    text.trim_start_matches(['"', '“', '「']).trim_end_matches(['"', '”', '」']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::tree;

    fn texts(line: &str) -> Vec<(String, usize)> {
        let (node, _) = tree::read(line).unwrap();
        words(&node).into_iter().map(|word| (word.text, word.spot.at.column)).collect()
    }

    #[test]
    fn commas_between_digits_stay_in_the_amount_and_every_word_knows_its_place() {
        let found = texts("li-wei completes draft with amount 1,200.5万元, purpose 修路");
        let words: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(words, ["li-wei", "completes", "draft", "with", "amount", "1,200.5万元", ",", "purpose", "修路"]);
        assert_eq!(found[2].1, 18);
    }

    #[test]
    fn quotations_stand_by_themselves_in_both_languages() {
        let found = texts("李伟 不能 发起 budget-request，因为“绩效 目标”");
        let words: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(words, ["李伟", "不能", "发起", "budget-request", "，", "因为", "绩效 目标"]);
    }
}
