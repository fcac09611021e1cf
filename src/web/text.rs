//! The sentences of the pages, from the Fluent files in `locales/`.

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{LanguageIdentifier, Loader as _, fluent_bundle::FluentValue, langid, static_loader};

use crate::language::Lang;

static_loader! {
    static LOCALES = {
        locales: "./src/web/locales",
        fallback_language: "zh-CN",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ZH: LanguageIdentifier = langid!("zh-CN");
const EN: LanguageIdentifier = langid!("en");

/// The arguments of a sentence.
pub type Arguments = HashMap<Cow<'static, str>, FluentValue<'static>>;

/// The sentence called `key` in `lang`, or `None` when there is no such sentence in that very language.
#[must_use]
pub fn find(lang: Lang, key: &str, arguments: &Arguments) -> Option<String> {
    let language = match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    };
    LOCALES.try_lookup_complete(language, key, Some(arguments))
}

/// The sentence called `key`, without arguments; the key itself when there is none, which tests rule out.
#[must_use]
pub fn say(lang: Lang, key: &str) -> String {
    find(lang, key, &Arguments::new()).unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn keys(lang: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/locales").join(lang);
        let mut keys = BTreeSet::new();
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                let key = line.split('=').next().unwrap().trim().to_owned();
                assert!(keys.insert(key.clone()), "{lang} has {key} twice");
            }
        }
        keys
    }

    /// The variables that each message of `lang` uses.
    fn variables(lang: &str) -> Vec<(String, BTreeSet<String>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/locales").join(lang);
        let variable = regex::Regex::new(r"\$([a-z_]+)").unwrap();
        let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
        for file in fs::read_dir(folder).unwrap() {
            for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    found.push((line.split('=').next().unwrap().trim().to_owned(), BTreeSet::new()));
                }
                if let Some((_, names)) = found.last_mut() {
                    names.extend(variable.captures_iter(line).map(|c| c[1].to_owned()));
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn both_languages_have_the_same_keys_and_variables() {
        assert_eq!(keys("zh-CN"), keys("en"));
        assert_eq!(variables("zh-CN"), variables("en"));
    }

    #[test]
    fn every_key_is_found_in_each_language() {
        for lang in [Lang::Zh, Lang::En] {
            for (key, names) in variables(lang.tag()) {
                let arguments = names.into_iter().map(|name| (name.into(), 1.into())).collect();
                assert!(find(lang, &key, &arguments).is_some(), "{key}");
            }
        }
    }

    #[test]
    fn every_key_that_a_template_or_page_names_exists() {
        let known = keys("zh-CN");
        let named = regex::Regex::new(r#"[({]t "([a-z0-9-]+)""#).unwrap();
        let said = regex::Regex::new(r#"say\([a-z.]+, "([a-z0-9-]+)"\)"#).unwrap();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web")];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "hbs" || e == "rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    for captures in named.captures_iter(&text).chain(said.captures_iter(&text)) {
                        seen += 1;
                        assert!(known.contains(&captures[1]), "{} names {}", path.display(), &captures[1]);
                    }
                }
            }
        }
        assert!(seen > 100, "only {seen} keys found: has the helper been renamed?");
    }
}
