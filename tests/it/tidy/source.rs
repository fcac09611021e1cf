//! Reads the tree the way the rules need it: files with their paths, code without comments, strings and tests.

use std::path::{Path, PathBuf};

/// One file of the tree.
pub struct File {
    /// Its path from the top, with slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// Its code: comments gone, strings emptied.
    pub fn code(&self) -> String {
        bare(&self.text)
    }

    /// Its code without the parts that exist in tests alone.
    pub fn shipped_code(&self) -> String {
        without_tests(&bare(&self.text))
    }

    /// The module of `src/` it belongs to: `engine` for `src/engine/walk.rs`, `ids` for `src/ids.rs`.
    pub fn module(&self) -> &str {
        let inner = self.path.strip_prefix("src/").expect("a file of src/");
        inner.split('/').next().unwrap().trim_end_matches(".rs")
    }
}

/// The top of the tree.
pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` whose name ends in one of `endings`, sorted; `[""]` takes all that are text.
pub fn files(folder: &str, endings: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    walk(&top().join(folder), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .filter(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)))
        .filter_map(|path| {
            let text = String::from_utf8(std::fs::read(&path).unwrap()).ok()?;
            let path = path.strip_prefix(top()).unwrap().to_string_lossy().replace('\\', "/");
            Some(File { path, text })
        })
        .collect()
}

/// The Rust files of the program, without those that exist in tests alone.
pub fn shipped() -> Vec<File> {
    let files = files("src", &[".rs"]);
    let test_modules: Vec<String> = files.iter().flat_map(test_modules).collect();
    let is_test = |path: &str| {
        test_modules.iter().any(|module| path == format!("{module}.rs") || path.starts_with(&format!("{module}/")))
    };
    files.into_iter().filter(|file| !is_test(&file.path)).collect()
}

/// Where the modules lie that `file` has under `#[cfg(test)]`, without the ending.
fn test_modules(file: &File) -> Vec<String> {
    let stem = file.path.trim_end_matches(".rs");
    let folder = stem.strip_suffix("/mod").or_else(|| stem.strip_suffix("/lib")).unwrap_or(stem);
    let code = file.code();
    let declared = code.lines().zip(code.lines().skip(1)).filter(|(above, _)| above.trim() == "#[cfg(test)]");
    declared
        .filter_map(|(_, line)| line.trim().trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .map(|module| format!("{folder}/{module}"))
        .collect()
}

/// Names in the folder, folders with a slash behind, sorted; what git ignores is left out.
pub fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(top().join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.unwrap())
        .filter(|entry| !ignored(&entry.path()))
        .map(|entry| {
            let slash = if entry.path().is_dir() { "/" } else { "" };
            format!("{}{slash}", entry.file_name().to_string_lossy())
        })
        .collect();
    names.sort();
    names
}

fn ignored(path: &Path) -> bool {
    ["target", "yumen-demo", ".git"].iter().any(|name| path == top().join(name))
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if ignored(&path) {
            continue;
        }
        if path.is_dir() { walk(&path, into) } else { into.push(path) }
    }
}

/// Drops comments and empties strings; newlines stay where they were.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest, out.chars().last()) {
            out.push_str("\"\"");
            length
        } else if first == '"' {
            out.push_str("\"\"");
            string(rest)
        } else if let Some(length) = character(rest) {
            out.push_str("' '");
            length
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        out.extend(rest[..taken].chars().filter(|c| *c == '\n'));
        rest = &rest[taken..];
    }
    out
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let hashes = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let count = hashes.len() - hashes.trim_start_matches('#').len();
    let opened = hashes[count..].strip_prefix('"')?;
    let start = rest.len() - opened.len();
    let close = format!("\"{}", "#".repeat(count));
    Some(opened.find(&close).map_or(rest.len(), |end| start + end + close.len()))
}

/// A character literal, told from a lifetime by the quote that closes it.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if let Some(escape) = inner.strip_prefix('\\') {
        let closing = escape.char_indices().skip(1).find(|(_, c)| *c == '\'')?.0;
        return Some(2 + closing + 1);
    }
    let length = inner.chars().next()?.len_utf8();
    inner[length..].starts_with('\'').then_some(length + 2)
}

/// Drops every item under `#[cfg(test)]`; the code is formatted, so an item ends at the brace of its own indentation.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        for item in lines.by_ref() {
            if item.trim_end().ends_with(';') && item.starts_with(indent) && !item[indent.len()..].starts_with(' ')
                || item == format!("{indent}}}")
            {
                break;
            }
        }
    }
    kept
}

#[test]
fn comments_strings_and_tests_are_not_code() {
    let code =
        bare("let a = \"// no \\\" todo\"; // yes\nlet b = r#\"x\"y\"#; let c = '\"'; fn f<'a>() {} /* z */ 'b'");
    assert_eq!(code, "let a = \"\"; \nlet b = \"\"; let c = ' '; fn f<'a>() {}  ' '");
    let file = File { path: "src/a/mod.rs".to_owned(), text: "#[cfg(test)]\nmod b;\nmod c;\n".to_owned() };
    assert_eq!(test_modules(&file), ["src/a/b"]);
    let kept = without_tests("a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\nmod t {\n    x;\n}\nc\n");
    assert_eq!(kept, "a\nb\nc\n");
}
