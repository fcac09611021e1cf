//! Every mistake in a place's own text of a mail, all at once, each with its place and with what to do: first what can be
//! read off the text, then what shows when every sample of the mail is written with it.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{
    door::{self, NESTING_MAX, TAGS_MAX},
    mails::{Frame, MailContext},
    markup,
    own::{NO_LINK, Own, Part, Parts},
    templates::{Rendered, vocabulary},
};
use crate::{
    clock::Instant,
    definition::problem::nearest,
    language::{Lang, Text},
};

/// The largest subject as it is written, in bytes.
pub const SUBJECT_BYTES_MAX: usize = 1000;
/// The longest subject as it is read, in characters: longer ones are cut off by mail programs.
pub const SUBJECT_CHARS_MAX: usize = 120;
/// Mistakes told at once.
const MISTAKES_MAX: usize = 40;
/// The longest that a name, a title or the like becomes in a mail, of characters that grow most when escaped.
const LONGEST: usize = 200;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub part: Part,
    /// From 1; 0 where it is about the part as a whole.
    pub line: usize,
    /// In characters, from 1; 0 where it is about the part as a whole.
    pub column: usize,
    /// What is wrong, and what to do.
    pub text: Text,
}

/// Reads a text with every sample of its mail; gives it back ready to render.
///
/// # Errors
/// Every mistake, in the order of the parts.
pub fn proofread(mail: &str, lang: Lang, parts: &Parts) -> Result<Own, Vec<Mistake>> {
    let found = flaws(mail, parts);
    if !found.is_empty() {
        return Err(found);
    }
    let own = Own::compile(lang, parts).map_err(|(part, why)| vec![failed(part, &why.to_string())])?;
    let mistakes = tried(&own, mail, lang);
    if mistakes.is_empty() { Ok(own) } else { Err(mistakes) }
}

/// A text that was saved, ready to render. What was found in order when it was saved is read once more: whatever stands in
/// the database may not take down the process, nor write what a mail may not say.
///
/// # Errors
/// Every mistake.
pub fn read(mail: &str, lang: Lang, parts: &Parts) -> Result<Own, Vec<Mistake>> {
    let found = flaws(mail, parts);
    if !found.is_empty() {
        return Err(found);
    }
    Own::compile(lang, parts).map_err(|(part, why)| vec![failed(part, &why.to_string())])
}

/// The samples of a mail.
#[must_use]
pub fn samples(mail: &str) -> Vec<MailContext> {
    MailContext::samples().into_iter().filter(|sample| sample.name() == mail).collect()
}

/// A sample as it would be written to somebody.
///
/// # Errors
/// The mistake that shows in it.
pub fn preview(own: &Own, sample: &MailContext, lang: Lang) -> Result<Rendered, Mistake> {
    let view = sample_view(sample, lang);
    own.render_view(&view).map_err(|(part, why)| failed(part, &why.to_string()))
}

/// To whom and from where samples are written.
#[must_use]
pub fn sample_frame(lang: Lang) -> Frame<'static> {
    let now = Instant::from_timestamp(1_772_500_000, 0).unwrap_or_default();
    Frame { lang, recipient: lang.pick("陈晓", "Chen Xiao"), now, site: "https://yumen.example.gov.cn" }
}

fn sample_view(sample: &MailContext, lang: Lang) -> Value {
    sample.view(&sample_frame(lang)).unwrap_or_default()
}

/// What can be read off the text.
fn flaws(mail: &str, parts: &Parts) -> Vec<Mistake> {
    let mut found = Vec::new();
    for part in Part::ALL {
        let source = parts.part(part);
        let vocabulary = vocabulary(mail, part.ending());
        let refused = door::inspect_all(source, &vocabulary);
        let is_readable = !refused.iter().any(|refused| refused.flaw == door::Flaw::TooLarge);
        found.extend(refused.into_iter().map(|refused| {
            let text = handlebars_words(&refused.flaw, &vocabulary);
            Mistake { part, line: refused.line, column: refused.column, text }
        }));
        if is_readable {
            let mut at = |(offset, text): (usize, Text)| {
                let (line, column) = door::place(source, offset);
                found.push(Mistake { part, line, column, text });
            };
            typed(source, part).into_iter().for_each(&mut at);
            if part == Part::Html {
                let wrong = markup::inspect(source).into_iter();
                wrong.map(|(offset, flaw)| (offset, markup_words(&flaw))).for_each(&mut at);
            }
        }
    }
    if parts.subject.contains('\n') {
        let text = Text::new("主题只能写一行，请删去换行。", "The subject is one line: take out the line break.");
        found.push(Mistake { part: Part::Subject, line: 1, column: 1, text });
    }
    if parts.subject.len() > SUBJECT_BYTES_MAX {
        let zh = format!("主题模板不能超过{SUBJECT_BYTES_MAX}字节，请缩短。");
        let en = format!("The template of the subject takes {SUBJECT_BYTES_MAX} bytes at most: shorten it.");
        found.push(Mistake { part: Part::Subject, line: 1, column: 1, text: Text::new(zh, en) });
    }
    found.sort_by_key(|mistake| (mistake.part, mistake.line, mistake.column));
    found.truncate(MISTAKES_MAX);
    found
}

/// What shows when the samples are written, and when every name is as long as it can be.
fn tried(own: &Own, mail: &str, lang: Lang) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    for sample in samples(mail) {
        let view = sample_view(&sample, lang);
        let mut found = Vec::new();
        match own.render_view(&view) {
            Ok(written) if written.subject.chars().count() > SUBJECT_CHARS_MAX => {
                let zh = format!("用示例写出的主题超过{SUBJECT_CHARS_MAX}字，请缩短。");
                let en =
                    format!("With the samples the subject is longer than {SUBJECT_CHARS_MAX} characters: shorten it.");
                found.push(Mistake { part: Part::Subject, line: 1, column: 1, text: Text::new(zh, en) });
            }
            Ok(_) => {}
            Err((part, why)) => found.push(failed(part, &why.to_string())),
        }
        if let Err((part, why)) = own.render_view(&stretched(view)) {
            found.push(failed(part, &why.to_string()));
        }
        for mistake in found {
            if !mistakes.contains(&mistake) {
                mistakes.push(mistake);
            }
        }
    }
    mistakes
}

/// The view with every text as long as it can be, the link aside.
fn stretched(view: Value) -> Value {
    let Value::Object(mut names) = view else { return view };
    for (name, value) in &mut names {
        if value.is_string() && name != "link" {
            *value = Value::String("&".repeat(LONGEST));
        }
    }
    Value::Object(names)
}

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)[a-z][a-z0-9+.-]*://|(?-u:\b)www\.|[a-z0-9._%+-]+@[a-z0-9.-]+|(?-u:\b)[a-z0-9-]+\.(com|cn|net|org|gov|edu|info|io|top|xyz|cc|site|online|vip|ru|tk|app|link)(?-u:\b)").ok()
});
static PERSONAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u:\b)(1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9Xx])(?-u:\b)").ok());

/// What somebody typed that no mail may say, whichever the part: addresses, numbers of persons, invisible characters.
fn typed(source: &str, part: Part) -> Vec<(usize, Text)> {
    let mut found = Vec::new();
    let plain = blanked(source, part);
    let mut all = |pattern: &LazyLock<Option<Regex>>, text: Text| match &**pattern {
        Some(pattern) => found.extend(pattern.find_iter(&plain).map(|hit| (hit.start(), text.clone()))),
        None => found.push((0, text)),
    };
    all(
        &ADDRESS,
        Text::new(
            "邮件中只能有本邮件自己的链接。请删去网址或者邮箱地址，需要链接时写{{link}}。",
            "The only address in a mail is its own link. Take out the web or mail address; where a link is needed, write {{link}}.",
        ),
    );
    all(
        &PERSONAL,
        Text::new(
            "邮件中不能写手机号码、身份证号码。请删去；联系电话请写单位座机。",
            "A mail names no mobile phone and no identity number. Take it out; give the telephone of the office instead.",
        ),
    );
    let is_invisible = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    let hidden = source.char_indices().find(|(_, c)| is_invisible(*c)).map(|(at, _)| {
        (
            at,
            Text::new(
                "此处有看不见的字符，请删去后重新输入。",
                "An invisible character stands here: take it out and type anew.",
            ),
        )
    });
    found.extend(hidden);
    found
}

/// The text with what stands in braces, and in HTML what stands in tags, replaced by as many blanks.
fn blanked(source: &str, part: Part) -> String {
    let mut plain = source.as_bytes().to_vec();
    let mut blank =
        |from: usize, to: usize| plain[from..to].iter_mut().for_each(|b| *b = if *b == b'\n' { *b } else { b' ' });
    let mut at = 0;
    while let Some(found) = source[at..].find(['{', '<']) {
        let start = at + found;
        at = start + 1;
        if source[start..].starts_with("{{") {
            at = markup::handlebars_tag(source, start).1;
            blank(start, at);
        } else if part == Part::Html && source[start..].starts_with('<') {
            at = source[start..].find('>').map_or(start + 1, |length| start + length + 1);
            blank(start, at);
        }
    }
    String::from_utf8(plain).unwrap_or_default()
}

fn failed(part: Part, why: &str) -> Mistake {
    let text = if why.contains(NO_LINK) {
        Text::new(
            "邮件没有显示链接，收件人打不开页面。请在末尾写{{> foot}}，或者写{{link}}，且不要放在条件中。",
            "The mail does not show its link, so nobody could open the page. End with {{> foot}}, or write {{link}}, outside of conditions.",
        )
    } else if why.contains("256 KB") {
        Text::new(
            "内容最长时邮件会超过256KB。请缩短，或者减少重复的名称。",
            "With the longest contents the mail would be larger than 256 KB. Shorten it, or name things less often.",
        )
    } else {
        Text::new(
            format!("用示例试写时出错：{why}。请修改后再保存。"),
            format!("Writing a sample failed: {why}. Change it and save again."),
        )
    };
    Mistake { part, line: 0, column: 0, text }
}

fn handlebars_words(flaw: &door::Flaw, vocabulary: &door::Vocabulary) -> Text {
    match flaw {
        door::Flaw::TooLarge => {
            Text::new("模板不能超过64KB，请缩短。", "The template is larger than 64 KB: shorten it.")
        }
        door::Flaw::TooMany => Text::new(
            format!("花括号不能超过{TAGS_MAX}处，请精简。"),
            format!("There are more than {TAGS_MAX} tags: make it shorter."),
        ),
        door::Flaw::TooDeep => Text::new(
            format!("条件嵌套不能超过{NESTING_MAX}层，请拆开。"),
            format!("Conditions nest deeper than {NESTING_MAX}: take them apart."),
        ),
        door::Flaw::Unbalanced => Text::new(
            "此处没有配对。每个{{要有}}，每个{{#if …}}要有{{/if}}，每个{{#unless …}}要有{{/unless}}，{{else}}只能写在其中一次。",
            "This has no counterpart. Every {{ needs its }}, every {{#if …}} its {{/if}}, every {{#unless …}} its {{/unless}}; {{else}} stands once inside.",
        ),
        door::Flaw::Unescaped => Text::new(
            "内容必须转义，请只用两个花括号，如{{project}}。",
            "What is shown is always escaped: use two braces, such as {{project}}.",
        ),
        door::Flaw::NotAllowed => Text::new(
            "邮件模板中只能写：{{名称}}、{{#if 名称}}、{{#unless 名称}}、{{else}}、{{> 版式}}和{{!-- 注释 --}}。请改写；列表已由系统写成一行一项。",
            "Templates of mails know {{name}}, {{#if name}}, {{#unless name}}, {{else}}, {{> layout}} and {{!-- comments --}} alone. Rewrite this; lists come as one text with a line for each thing.",
        ),
        door::Flaw::UnknownName(name) => unknown(name, vocabulary.names.iter().map(String::as_str)),
        door::Flaw::UnknownPartial(name) => unknown(name, vocabulary.partials.iter().map(String::as_str)),
    }
}

fn unknown<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Text {
    let name: String = name.chars().take(60).collect();
    let (zh, en) = match nearest(&name, known) {
        Some(near) => (format!("是不是“{near}”？"), format!("Did you mean “{near}”?")),
        None => ("可用的名称见右侧列表。".to_owned(), "The list beside says what there is.".to_owned()),
    };
    Text::new(format!("这种邮件没有“{name}”。{zh}"), format!("This mail has no “{name}”. {en}"))
}

fn markup_words(flaw: &markup::Flaw) -> Text {
    use markup::Flaw;
    match flaw {
        Flaw::Element(name) => Text::new(
            format!("邮件中不能用<{name}>。请改用段落、表格、列表等；图片、脚本、表单和样式表都不能用。"),
            format!(
                "A mail has no <{name}>. Use paragraphs, tables and lists; no images, scripts, forms or style sheets."
            ),
        ),
        Flaw::Attribute(name) => Text::new(
            format!("标签上不能写“{name}”，请删去。样式请写在style中。"),
            format!("“{name}” has no place in a tag: take it out. Say how it looks in “style”."),
        ),
        Flaw::Unquoted => Text::new(
            "标签上的写法须为：名称=\"值\"，中间用空格隔开。",
            "Write name=\"value\" in a tag, with blanks between.",
        ),
        Flaw::Address => Text::new(
            "链接只能指向本邮件自己的页面，请写<a href=\"{{link}}\">。",
            "A link leads to the page of the mail alone: write <a href=\"{{link}}\">.",
        ),
        Flaw::NameInTag => Text::new(
            "花括号不能写在标签里面，只有href=\"{{link}}\"例外。请把它移到标签之间。",
            "Braces have no place inside a tag, href=\"{{link}}\" aside. Move them between the tags.",
        ),
        Flaw::Style => Text::new(
            "样式中不能有网址、函数和定位，请删去。颜色、字号、边距等可以使用。",
            "A style loads nothing, calls nothing and covers nothing. Colours, sizes and margins may stay.",
        ),
        Flaw::Comment => Text::new(
            "不能写HTML注释或者声明，请删去；需要说明时写{{!-- … --}}。",
            "No HTML comments or declarations: take it out, or write {{!-- … --}}.",
        ),
        Flaw::BareBracket => Text::new("单独的小于号请写&lt;。", "Write &lt; where a bracket begins no tag."),
        Flaw::NotClosed(name) => Text::new(
            format!("<{name}>没有结束。请在同一条件之内写</{name}>。"),
            format!("<{name}> is not closed. Write </{name}> inside the same condition."),
        ),
        Flaw::NotOpened(name) => Text::new(
            format!("</{name}>没有开始。请在同一条件之内写<{name}>，或者删去。"),
            format!("</{name}> ends nothing. Write <{name}> inside the same condition, or take it out."),
        ),
        Flaw::CaseOutsideTable => Text::new(
            "{{> case}}是几行表格，请写在<table>之内。",
            "{{> case}} stands for rows of a table: put it inside <table>.",
        ),
        Flaw::Frame => Text::new(
            "HTML须以{{> head}}开头，以{{> foot}}结尾，各写一次。",
            "The HTML begins with {{> head}} and ends with {{> foot}}, once each.",
        ),
        Flaw::Entity(name) => Text::new(
            format!("不能写“&{name}”，请直接写这个字符；&本身请写&amp;。"),
            format!("“&{name}” is not known here: write the character itself, and &amp; for &."),
        ),
    }
}

#[cfg(test)]
mod tests;
