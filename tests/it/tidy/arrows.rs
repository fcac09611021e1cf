//! Who may name whom. A module names what stands to its right in `HOUSE`, and what `BESIDE` grants it.

use std::collections::BTreeSet;

use super::source::{self, File};

/// The map of `lib.rs`, from the outside in.
const HOUSE: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["api", "jobs", "web"],
    &["http"],
    &["app"],
    &["demo", "domain", "engine", "notify", "report", "store", "verify"],
    &["policy"],
    &["definition"],
    &["config", "lifecycle", "telemetry"],
    &["clock", "ids", "language", "money"],
];

/// Arrows between modules of one level.
const BESIDE: &[(&str, &str)] = &[
    ("demo", "domain"),
    ("domain", "engine"),
    ("domain", "store"),
    ("verify", "engine"),
    ("clock", "ids"),
    ("money", "language"),
    ("telemetry", "config"),
];

/// Modules that decide and compute, and nothing else.
const PURE: &[&str] = &["definition", "engine", "policy", "verify"];

/// What a pure module has no business with.
const IMPURE: &[&str] = &[
    "async fn",
    ".await",
    "tokio",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "sqlx",
    "sea_orm",
    "axum",
    "lettre",
    "reqwest",
    "crate::clock::Sources",
    "crate::config",
    "crate::lifecycle",
    "crate::telemetry",
];

/// Names that one place alone may use: the name, and where it may stand.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("sea_orm", &["src/store/"]),
    ("sqlx", &["src/store/", "src/jobs/runner.rs"]),
    ("yumen_migrations", &["src/store/"]),
    ("apalis", &["src/jobs/runner.rs"]),
    ("apalis_sqlite", &["src/jobs/runner.rs"]),
    ("apalis_postgres", &["src/jobs/runner.rs"]),
    ("lettre", &["src/notify/mailer.rs"]),
    ("Utc::now", &["src/clock.rs"]),
    ("Local::now", &[]),
    ("SystemTime::now", &[]),
    ("Uuid::new_v4", &[]),
    ("Uuid::now_v7", &[]),
    ("thread_rng", &[]),
    ("rand::rng", &["src/clock.rs"]),
];

#[test]
fn a_module_names_only_what_stands_to_its_right() {
    let mut wrong = Vec::new();
    for file in source::shipped().iter().filter(|file| file.path != "src/lib.rs") {
        for named in named_modules(file) {
            if !may_name(file.module(), &named) {
                wrong.push(format!("{}: {} may not name {named}", file.path, file.module()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_house() {
    let placed: BTreeSet<&str> = HOUSE.iter().flat_map(|level| level.iter().copied()).collect();
    let files = source::shipped();
    let modules: BTreeSet<&str> = files.iter().map(File::module).filter(|module| *module != "lib").collect();
    let homeless: Vec<_> = modules.difference(&placed).collect();
    assert!(homeless.is_empty(), "give these modules a place in HOUSE: {homeless:?}");
}

#[test]
fn pure_modules_do_no_io_and_know_no_clock() {
    let mut wrong = Vec::new();
    for file in source::shipped().iter().filter(|file| PURE.contains(&file.module())) {
        let code = file.shipped_code();
        for word in IMPURE.iter().filter(|word| mentions(&code, word)) {
            wrong.push(format!("{}: {word}", file.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn what_one_place_keeps_is_named_nowhere_else() {
    let mut wrong = Vec::new();
    for file in source::files("src", &[".rs"]) {
        let code = file.code();
        for (name, places) in KEPT_IN {
            if mentions(&code, name) && !places.iter().any(|place| file.path.starts_with(place)) {
                wrong.push(format!("{}: {name} belongs to {places:?}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn migrations_know_nothing_of_the_program() {
    for file in source::files("migrations", &[".rs"]) {
        assert!(!mentions(&file.code(), "yumen"), "{} imports the program, which changes under it", file.path);
    }
}

#[test]
fn the_rules_can_fail() {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let named = named_modules(&file("src/x.rs", "use crate::{a::{b, c}, d}; fn f() { crate::e::g() } // crate::h\n"));
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["a", "d", "e"]);
    assert!(may_name("web", "app") && may_name("domain", "store") && may_name("policy", "definition"));
    assert!(!may_name("store", "app") && !may_name("store", "engine") && !may_name("definition", "engine"));
    assert!(mentions("use sqlx::Row;", "sqlx") && !mentions("use my_sqlx::Row;", "sqlx"));
}

fn may_name(from: &str, to: &str) -> bool {
    let level = |module: &str| HOUSE.iter().position(|level| level.contains(&module));
    from == to || BESIDE.contains(&(from, to)) || matches!((level(from), level(to)), (Some(a), Some(b)) if a < b)
}

/// The modules after `crate::` (`yumen::` in `main.rs`), in braces too.
fn named_modules(file: &File) -> BTreeSet<String> {
    let code = file.shipped_code();
    let root = if file.path == "src/main.rs" { "yumen::" } else { "crate::" };
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let after = &code[at + root.len()..];
        match after.strip_prefix('{') {
            Some(group) => named.extend(first_names(group)),
            None => named.extend([word(after)]),
        }
    }
    named.remove("");
    named.into_iter().filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect()
}

/// The first name of each path in a brace group.
fn first_names(group: &str) -> Vec<String> {
    let mut names = vec![word(group.trim_start())];
    let mut depth = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Whether `name` stands in `code` as a word of its own.
fn mentions(code: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let starts_inside = name.starts_with(part) && code[..at].ends_with(part);
        let ends_inside = code[at + name.len()..].starts_with(part);
        !starts_inside && !ends_inside
    })
}
