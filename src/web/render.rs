//! Templates: compiled once at start for each language, strict, embedded.

use std::{collections::BTreeMap, sync::LazyLock};

use handlebars::Handlebars;
use rust_embed::RustEmbed;
use serde::Serialize;

use super::{expressions, frame::Frame};
use crate::language::Lang;

#[derive(RustEmbed)]
#[folder = "src/web/templates"]
struct Templates;

/// A page: what its template shows.
pub trait View: Serialize {
    /// The template's name, without folder and extension.
    const TEMPLATE: &'static str;
}

/// The compiled templates.
pub struct Pages {
    zh: Handlebars<'static>,
    en: Handlebars<'static>,
}

/// A template does not compile, or shows something its view does not have. Ours to mend, never a person's fault.
#[derive(Debug, thiserror::Error)]
pub enum RenderFault {
    /// It does not compile.
    #[error("the template {0} does not compile")]
    Template(String, #[source] Box<handlebars::TemplateError>),
    /// The embedded ones do not compile.
    #[error("{0}")]
    Embedded(String),
    /// It cannot be rendered.
    #[error("the page cannot be rendered")]
    Render(#[from] handlebars::RenderError),
}

static EMBEDDED: LazyLock<Result<Pages, RenderFault>> = LazyLock::new(Pages::embedded);

/// What is embedded, compiled at the first use; a test sees to it that it compiles.
///
/// # Errors
/// [`RenderFault::Embedded`].
pub fn embedded() -> Result<&'static Pages, RenderFault> {
    EMBEDDED.as_ref().map_err(|fault| RenderFault::Embedded(fault.to_string()))
}

#[derive(Serialize)]
struct Whole<'a, V> {
    frame: &'a Frame,
    page: &'a V,
}

impl Pages {
    /// Compiles what is embedded.
    ///
    /// # Errors
    /// [`RenderFault::Template`] names the first template that does not compile.
    pub fn embedded() -> Result<Self, RenderFault> {
        let sources = Templates::iter()
            .filter_map(|path| {
                let file = Templates::get(&path)?;
                Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
            })
            .collect();
        Self::compile(&sources)
    }

    /// Compiles templates by path.
    ///
    /// # Errors
    /// [`RenderFault::Template`] names the first template that does not compile.
    pub fn compile(sources: &BTreeMap<String, String>) -> Result<Self, RenderFault> {
        Ok(Self { zh: registry(sources, Lang::Zh)?, en: registry(sources, Lang::En)? })
    }

    /// A whole page in the language of its frame.
    ///
    /// # Errors
    /// [`RenderFault::Render`] when the template asks for what the view does not have.
    pub fn render<V: View>(&self, frame: &Frame, page: &V) -> Result<String, RenderFault> {
        let registry = match frame.lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        Ok(registry.render(V::TEMPLATE, &Whole { frame, page })?)
    }
}

fn registry(sources: &BTreeMap<String, String>, lang: Lang) -> Result<Handlebars<'static>, RenderFault> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    expressions::register(&mut registry, lang);
    for (path, source) in sources {
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".hbs");
        registry
            .register_template_string(name, source)
            .map_err(|fault| RenderFault::Template(path.clone(), Box::new(fault)))?;
    }
    Ok(registry)
}
