//! The door for mail templates. Handlebars would overflow the stack on a few bytes that call themselves or nest deeply,
//! so a template is read here first, and only a small part of the language passes: known names, `if`, `unless`, `else`,
//! the layout's partials, and comments. No helpers, loops, inline partials, decorators or raw output.

use std::collections::BTreeSet;

/// The largest template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// How deep blocks may nest; each `else if` counts, since it nests when compiled.
pub const NESTING_MAX: usize = 20;
/// How many tags a template has at most: what is compiled and written takes its time for each.
pub const TAGS_MAX: usize = 500;

/// What a template may name.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// The keys of the mail's view.
    pub names: BTreeSet<String>,
    /// The layout's partials.
    pub partials: BTreeSet<String>,
}

/// Why a template was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct Refused {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// Why.
    pub flaw: Flaw,
}

impl Refused {
    /// The flaw at a byte of the source.
    fn at(source: &str, offset: usize, flaw: Flaw) -> Self {
        let (line, column) = place(source, offset);
        Self { line, column, flaw }
    }
}

/// Line and column, in characters and from 1, of a byte of `source`.
#[must_use]
pub fn place(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Over [`TEMPLATE_BYTES_MAX`].
    #[error("the template is larger than 64 KB")]
    TooLarge,
    /// Over [`TAGS_MAX`].
    #[error("the template has more than {TAGS_MAX} tags")]
    TooMany,
    /// Over [`NESTING_MAX`].
    #[error("blocks nest deeper than {NESTING_MAX}")]
    TooDeep,
    /// A tag or block has no end, or an end no beginning.
    #[error("a tag or block is not closed where it should be")]
    Unbalanced,
    /// `{{{`, `{{&`: output that is not escaped, or raw blocks.
    #[error("output must be escaped: use two braces")]
    Unescaped,
    /// A tag that is not part of the language of mails.
    #[error("only names, if, unless, else and the layout's partials are allowed")]
    NotAllowed,
    /// A name that the mail does not have.
    #[error("the mail has no “{0}”")]
    UnknownName(String),
    /// A partial that the layout does not have.
    #[error("the layout has no partial “{0}”")]
    UnknownPartial(String),
}

/// Lets a template pass, or says why not.
///
/// # Errors
/// The first flaw, with its place.
pub fn inspect(source: &str, vocabulary: &Vocabulary) -> Result<(), Refused> {
    inspect_all(source, vocabulary).into_iter().next().map_or(Ok(()), Err)
}

/// Every flaw of a template in the order of its text, as far as one can read on after it; none when it may pass.
#[must_use]
pub fn inspect_all(source: &str, vocabulary: &Vocabulary) -> Vec<Refused> {
    if source.len() > TEMPLATE_BYTES_MAX {
        return vec![Refused { line: 1, column: 1, flaw: Flaw::TooLarge }];
    }
    let (mut open, mut refused) = (Vec::<Block<'_>>::new(), Vec::new());
    let (mut from, mut tags) = (0, 0);
    while let Some(found) = source[from..].find("{{") {
        let start = from + found;
        tags += 1;
        if tags > TAGS_MAX {
            refused.push(Refused::at(source, start, Flaw::TooMany));
            return refused;
        }
        match pass(source, start, vocabulary, &mut open) {
            Ok(end) => from = end,
            Err(flaw) => {
                refused.push(Refused::at(source, start, flaw));
                match source[start + 2..].find("}}") {
                    Some(length) => from = start + 2 + length + 2,
                    None => return refused,
                }
            }
        }
        if open.iter().map(|block| block.levels).sum::<usize>() > NESTING_MAX {
            refused.push(Refused::at(source, start, Flaw::TooDeep));
            return refused;
        }
    }
    refused.extend(open.into_iter().map(|block| Refused::at(source, block.start, Flaw::Unbalanced)));
    refused.sort_by_key(|refused| (refused.line, refused.column));
    refused
}

struct Block<'a> {
    kind: &'a str,
    start: usize,
    levels: usize,
    closing: bool,
}

/// Reads the tag at `start`; returns where it ends.
fn pass<'a>(source: &'a str, start: usize, vocabulary: &Vocabulary, open: &mut Vec<Block<'a>>) -> Result<usize, Flaw> {
    if source[..start].ends_with('\\') {
        return Err(Flaw::NotAllowed);
    }
    let inner = &source[start + 2..];
    if inner.starts_with("!--") {
        let end = inner.find("--}}").ok_or(Flaw::Unbalanced)?;
        let comment = &inner[3.min(end)..end];
        return if end < 3 || comment.contains("{{") || comment.contains("}}") {
            Err(Flaw::NotAllowed)
        } else {
            Ok(start + 2 + end + 4)
        };
    }
    let length = inner.find("}}").ok_or(Flaw::Unbalanced)?;
    let tag = inner[..length].strip_prefix('~').unwrap_or(&inner[..length]);
    let tag = tag.strip_suffix('~').unwrap_or(tag).trim();
    if tag.starts_with(['{', '&']) || inner[length..].starts_with("}}}") {
        return Err(Flaw::Unescaped);
    }
    if tag.contains("{{") {
        return Err(Flaw::Unbalanced);
    }
    read((tag, start), vocabulary, open)?;
    Ok(start + 2 + length + 2)
}

fn read<'a>((tag, start): (&'a str, usize), vocabulary: &Vocabulary, open: &mut Vec<Block<'a>>) -> Result<(), Flaw> {
    let words: Vec<&str> = tag.split_whitespace().collect();
    match words.as_slice() {
        [kind @ ("#if" | "#unless"), name] => {
            open.push(Block { kind: &kind[1..], start, levels: 1, closing: false });
            known(name, vocabulary)?;
        }
        ["else"] => {
            let block = open.last_mut().filter(|block| !block.closing).ok_or(Flaw::Unbalanced)?;
            block.closing = true;
        }
        ["else", "if", name] => {
            let block = open.last_mut().filter(|block| !block.closing).ok_or(Flaw::Unbalanced)?;
            block.levels += 1;
            known(name, vocabulary)?;
        }
        ["/if" | "/unless"] => {
            open.pop().filter(|block| block.kind == &tag[1..]).ok_or(Flaw::Unbalanced)?;
        }
        [">", partial] => {
            if !vocabulary.partials.contains(*partial) {
                return Err(Flaw::UnknownPartial((*partial).to_owned()));
            }
        }
        [name] => known(name, vocabulary)?,
        _ => return Err(Flaw::NotAllowed),
    }
    Ok(())
}

fn known(name: &str, vocabulary: &Vocabulary) -> Result<(), Flaw> {
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Err(Flaw::NotAllowed);
    }
    if vocabulary.names.contains(name) { Ok(()) } else { Err(Flaw::UnknownName(name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(source: &str) -> Option<Flaw> {
        let vocabulary = Vocabulary {
            names: ["step", "link", "deadline"].map(str::to_owned).into(),
            partials: ["foot".to_owned()].into(),
        };
        inspect(source, &vocabulary).err().map(|refused| refused.flaw)
    }

    #[test]
    fn what_mails_need_passes() {
        for source in [
            "",
            "plain { text } with braces",
            "{{step}} {{ link }} {{~step~}}",
            "{{#if deadline}}{{deadline}}{{else}}-{{/if}}",
            "{{#if deadline}}a{{else if step}}b{{else}}c{{/if}}",
            "{{#unless step}}{{> foot}}{{/unless}}{{!-- said once --}}",
        ] {
            assert_eq!(flaw(source), None, "{source}");
        }
    }

    #[test]
    fn hostile_templates_are_refused_before_they_are_compiled() {
        let nested = format!("{}{}", "{{#if step}}".repeat(2000), "{{/if}}".repeat(2000));
        let chained = format!("{{{{#if step}}}}{}{{{{/if}}}}", "{{else if step}}".repeat(2000));
        let hostile: Vec<(String, Flaw)> = vec![
            ("{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}".into(), Flaw::NotAllowed),
            ("{{* decorate}}".into(), Flaw::NotAllowed),
            ("{{*decorate}}".into(), Flaw::NotAllowed),
            ("{{{step}}}".into(), Flaw::Unescaped),
            ("{{&step}}".into(), Flaw::Unescaped),
            ("{{~{step}~}}".into(), Flaw::Unescaped),
            ("{{{{raw}}}}{{step}}{{{{/raw}}}}".into(), Flaw::Unescaped),
            ("{{#> foot}}{{/foot}}".into(), Flaw::NotAllowed),
            ("{{> @partial-block}}".into(), Flaw::UnknownPartial("@partial-block".into())),
            ("{{> (lookup . 'step')}}".into(), Flaw::NotAllowed),
            ("{{> body}}".into(), Flaw::UnknownPartial("body".into())),
            ("{{#each this}}{{#each this}}x{{/each}}{{/each}}".into(), Flaw::NotAllowed),
            ("{{#with step}}{{link}}{{/with}}".into(), Flaw::NotAllowed),
            (format!("{{{{step {}1{}}}}}", "(".repeat(5000), ")".repeat(5000)), Flaw::NotAllowed),
            (format!("{{{{step {}{}}}}}", "[".repeat(5000), "]".repeat(5000)), Flaw::NotAllowed),
            ("{{lookup step 'constructor'}}".into(), Flaw::NotAllowed),
            ("{{../step}}".into(), Flaw::NotAllowed),
            ("{{this}}".into(), Flaw::UnknownName("this".into())),
            ("{{log}}".into(), Flaw::UnknownName("log".into())),
            ("{{#if typo}}x{{/if}}".into(), Flaw::UnknownName("typo".into())),
            ("\\{{step}}".into(), Flaw::NotAllowed),
            ("{{step".into(), Flaw::Unbalanced),
            ("{{#if step}}".into(), Flaw::Unbalanced),
            ("{{/if}}".into(), Flaw::Unbalanced),
            ("{{else}}".into(), Flaw::Unbalanced),
            ("{{#if step}}{{/unless}}".into(), Flaw::Unbalanced),
            ("{{#if step}}{{else}}{{else}}{{/if}}".into(), Flaw::Unbalanced),
            ("{{!-- {{step}} --}}".into(), Flaw::NotAllowed),
            ("{{!--}}".into(), Flaw::NotAllowed),
            ("{{! }}".into(), Flaw::NotAllowed),
            (nested, Flaw::TooDeep),
            ("{{step}}".repeat(TAGS_MAX + 1), Flaw::TooMany),
            (chained, Flaw::TooDeep),
            ("x".repeat(TEMPLATE_BYTES_MAX + 1), Flaw::TooLarge),
        ];
        for (source, expected) in hostile {
            let shown: String = source.chars().take(60).collect();
            assert_eq!(flaw(&source), Some(expected), "{shown}");
        }
    }

    #[test]
    fn the_line_is_counted() {
        let refused = inspect("a\nb\n项目 {{{c}}}", &Vocabulary::default()).unwrap_err();
        assert_eq!((refused.line, refused.column), (3, 4));
        assert_eq!(refused.to_string(), "line 3: output must be escaped: use two braces");
    }

    #[test]
    fn all_flaws_are_told_at_once_each_at_its_place() {
        let vocabulary = Vocabulary { names: ["step".to_owned()].into(), partials: BTreeSet::new() };
        let source = "{{#if typo}}\n  {{stop}}{{/if}}{{#if step}}\n{{> foot}}{{/unless}}";
        let all = inspect_all(source, &vocabulary);
        let places: Vec<_> = all.iter().map(|refused| (refused.line, refused.column)).collect();
        assert_eq!(places, [(1, 1), (2, 3), (3, 1), (3, 11)], "{all:?}");
    }

    proptest::proptest! {
        #[test]
        fn whatever_passes_compiles_and_renders(pieces in proptest::collection::vec(proptest::sample::select(vec![
            "{{", "}}", "{", "}", "~", "#if", "/if", "#unless", "/unless", "else", "if", " ", "step", "deadline", "typo",
            ">", "foot", "!--", "--", "*", "&", "(", "[", "\\", "\n", "项", "{{step}}", "{{#if deadline}}", "{{else}}", "{{/if}}",
            "{{> foot}}", "{{else if step}}", "{{!-- x --}}",
        ]), 0..40)) {
            let source = pieces.concat();
            if flaw(&source).is_none() {
                let mut registry = handlebars::Handlebars::new();
                registry.set_strict_mode(true);
                registry.register_template_string("foot", "-").unwrap();
                registry.register_template_string("mail", &source).unwrap();
                let view = serde_json::json!({ "step": "s", "link": "l", "deadline": null });
                registry.render("mail", &view).unwrap();
            }
        }
    }
}
