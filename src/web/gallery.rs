//! Every page with a realistic sample, rendered in both languages. With `YUMEN_GALLERY=<folder>` the pages are written
//! there, to be looked at.

use std::{collections::BTreeMap, fs, path::Path};

mod samples;
mod samples_admin;
mod samples_cases;
mod samples_desk;
mod samples_inbox;
mod samples_mandates;
mod samples_projects;
mod samples_schedules;
mod samples_templates;
mod samples_terms;
mod samples_versions;

use super::{frame::Frame, render::Pages, render::View};
use crate::language::Lang;

fn sources() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/templates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.to_string_lossy().into_owned(), fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// Renders one page in both languages and hands out the HTML.
struct Gallery {
    pages: Pages,
    shown: BTreeMap<String, String>,
}

impl Gallery {
    fn show<V: View>(&mut self, name: &str, frame: &Frame, view: &V) {
        for lang in [Lang::Zh, Lang::En] {
            let frame = Frame { lang, ..frame.clone() };
            let html = self.pages.render(&frame, view).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
            self.shown.insert(format!("{name}.{}", lang.tag()), html);
        }
    }
}

fn gallery() -> BTreeMap<String, String> {
    let mut gallery = Gallery { pages: Pages::compile(&sources()).unwrap(), shown: BTreeMap::new() };
    samples::show(&mut gallery);
    samples_projects::show(&mut gallery);
    samples_admin::show(&mut gallery);
    samples_desk::show(&mut gallery);
    samples_terms::show(&mut gallery);
    samples_versions::show(&mut gallery);
    samples_mandates::show(&mut gallery);
    samples_schedules::show(&mut gallery);
    samples_templates::show(&mut gallery);
    gallery.shown
}

#[test]
fn every_page_renders_in_both_languages_without_inline_script_or_style() {
    let inline = regex::Regex::new(r#"(?i)<script(?:>|\s[^>]*>[^<])|\sstyle=|\son[a-z]+=|javascript:"#).unwrap();
    let shown = gallery();
    for (name, html) in &shown {
        assert!(!inline.is_match(html), "{name} has something inline");
        assert!(html.contains("</html>"), "{name} is cut off");
    }
    if let Ok(folder) = std::env::var("YUMEN_GALLERY") {
        let folder = Path::new(&folder);
        fs::create_dir_all(folder.join("assets")).unwrap();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/assets")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, folder.join("assets").join(path.file_name().unwrap())).unwrap();
        }
        for (name, html) in &shown {
            fs::write(folder.join(format!("{name}.html")), html.replace("\"/assets/", "\"assets/")).unwrap();
        }
    }
}

#[test]
fn every_writing_form_carries_the_token_first() {
    let form = regex::Regex::new(r#"<form[^>]*method="post"[^>]*>\s*(<input[^>]*>)?"#).unwrap();
    for (name, html) in gallery() {
        for captures in form.captures_iter(&html) {
            let first = captures.get(1).map_or("", |m| m.as_str());
            assert!(first.contains(r#"name="csrf" value="csrf-sample""#), "{name}: {}", &captures[0]);
        }
    }
}

#[test]
fn what_people_typed_never_becomes_markup() {
    let shown = gallery();
    assert!(shown.values().any(|html| html.contains("&lt;b&gt;")), "the samples type markup");
    assert!(shown.values().all(|html| !html.contains("<b>粗体")), "typed markup came through");
}

#[test]
fn an_id_is_given_once_per_page() {
    let id = regex::Regex::new(r#"\sid="([^"]+)""#).unwrap();
    for (name, html) in gallery() {
        let mut seen = std::collections::BTreeSet::new();
        for captures in id.captures_iter(&html) {
            assert!(seen.insert(captures[1].to_owned()), "{name} has the id {} twice", &captures[1]);
        }
    }
}

#[test]
fn the_embedded_templates_compile() {
    Pages::embedded().unwrap();
}
