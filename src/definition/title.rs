//! What a case is called: the pattern of its title in both languages.

use super::model::Definition;
use crate::language::Text;

/// What may stand in braces.
pub const PLACEHOLDERS: &[&str] = &["project", "year", "number"];

/// The title of a case, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitlePattern {
    /// In Chinese.
    pub zh: Vec<TitlePart>,
    /// In English.
    pub en: Vec<TitlePart>,
}

/// A piece of a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TitlePart {
    /// As written.
    Literal(String),
    /// The project's name, or the workflow whose definition is to change.
    Project,
    /// The budget year.
    Year,
    /// 流程编号
    Number,
}

/// The pieces of a pattern.
///
/// # Errors
/// What stands in braces and is no placeholder; all that follows a brace that stands alone.
pub fn parts(pattern: &str) -> Result<Vec<TitlePart>, String> {
    let (mut parts, mut rest) = (Vec::new(), pattern);
    while let Some(at) = rest.find(['{', '}']) {
        if at > 0 {
            parts.push(TitlePart::Literal(rest[..at].to_owned()));
        }
        let (name, behind) = rest[at..]
            .strip_prefix('{')
            .and_then(|inside| inside.split_once('}'))
            .ok_or_else(|| rest[at..].to_owned())?;
        parts.push(match name {
            "project" => TitlePart::Project,
            "year" => TitlePart::Year,
            "number" => TitlePart::Number,
            other => return Err(format!("{{{other}}}")),
        });
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(TitlePart::Literal(rest.to_owned()));
    }
    Ok(parts)
}

impl Definition {
    /// What a case of this workflow is called; the project's name where the definition says nothing.
    #[must_use]
    pub fn title_of(&self, project: &str, year: i32, number: &str) -> Text {
        let Some(pattern) = &self.case_title else { return Text::new(project, project) };
        let render = |parts: &[TitlePart]| {
            let piece = |part: &TitlePart| match part {
                TitlePart::Literal(text) => text.clone(),
                TitlePart::Project => project.to_owned(),
                TitlePart::Year => year.to_string(),
                TitlePart::Number => number.to_owned(),
            };
            parts.iter().map(piece).collect::<String>()
        };
        Text::new(render(&pattern.zh), render(&pattern.en))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_read_once_and_what_is_put_in_is_not_read_again() {
        assert_eq!(parts("{project}绩效目标（{year}）").unwrap().len(), 4);
        assert_eq!(parts("{amount}"), Err("{amount}".to_owned()));
        assert_eq!(parts("{year"), Err("{year".to_owned()));
        assert_eq!(parts("a}b"), Err("}b".to_owned()));
        assert_eq!(PLACEHOLDERS.len(), 3);
    }
}
