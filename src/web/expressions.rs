//! What templates can say besides showing a value: `t`, `text`, `money`, `datetime`, `day`, `icon`, `asset`, `size`.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
    ScopedJson,
};
use serde_json::Value as Json;

use super::{assets, text};
use crate::{
    clock::{Instant, ZONE},
    language::Lang,
    money::Money,
};

/// Teaches a registry its expressions, all in `lang`.
pub fn register(registry: &mut Handlebars<'static>, lang: Lang) {
    registry.register_helper("t", Box::new(Translated(lang)));
    registry.register_helper("text", Box::new(Picked(lang)));
    registry.register_helper("money", Box::new(Formatted("money", money)));
    registry.register_helper("datetime", Box::new(Formatted("datetime", |v| instant(v, "%Y-%m-%d %H:%M"))));
    registry.register_helper("day", Box::new(Formatted("day", |v| instant(v, "%Y-%m-%d"))));
    registry.register_helper("size", Box::new(Formatted("size", size)));
    registry.register_helper("asset", Box::new(Formatted("asset", |v| assets::address(v.as_str()?))));
    registry.register_helper("icon", Box::new(icon));
}

fn wrong(helper: &str, value: &Json) -> RenderError {
    RenderErrorReason::Other(format!("{helper} cannot show {value}")).into()
}

fn first<'a>(helper: &'a Helper<'_>) -> &'a Json {
    helper.param(0).map_or(&Json::Null, |param| param.value())
}

/// `{{t "paging-total" total=3}}`: a sentence from `locales/`.
struct Translated(Lang);

impl HelperDef for Translated {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let arguments = helper
            .hash()
            .iter()
            .map(|(name, value)| {
                let value = match value.value() {
                    Json::Number(number) => number.as_f64().unwrap_or_default().into(),
                    Json::String(text) => text.clone().into(),
                    other @ (Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_)) => {
                        return Err(wrong("t", other));
                    }
                };
                Ok(((*name).to_owned().into(), value))
            })
            .collect::<Result<text::Arguments, RenderError>>()?;
        let key = first(helper);
        let sentence = key.as_str().and_then(|key| text::find(self.0, key, &arguments));
        sentence.map(|sentence| ScopedJson::Derived(sentence.into())).ok_or_else(|| wrong("t", key))
    }
}

/// `{{text title}}`: the half of a [`crate::language::Text`] that the page is in.
struct Picked(Lang);

impl HelperDef for Picked {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let value = first(helper);
        let half = value.get(self.0.tag()).and_then(Json::as_str);
        half.map(|half| ScopedJson::Derived(half.into())).ok_or_else(|| wrong("text", value))
    }
}

/// A helper that turns one value into text and fails when it cannot.
struct Formatted(&'static str, fn(&Json) -> Option<String>);

impl HelperDef for Formatted {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let value = first(helper);
        (self.1)(value).map(|text| ScopedJson::Derived(text.into())).ok_or_else(|| wrong(self.0, value))
    }
}

fn money(value: &Json) -> Option<String> {
    Money::from_fen(value.as_i64()?).ok().map(|money| money.to_string())
}

fn instant(value: &Json, format: &str) -> Option<String> {
    let at: Instant = value.as_str()?.parse().ok()?;
    Some(at.with_timezone(&ZONE).format(format).to_string())
}

fn size(value: &Json) -> Option<String> {
    let bytes = value.as_u64()?;
    Some(match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    })
}

/// `{{icon "check"}}`: a drawing that says nothing to screen readers, since words stand beside it.
fn icon(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let name = first(helper);
    let drawing = name.as_str().and_then(assets::icon).ok_or_else(|| wrong("icon", name))?;
    out.write(r#"<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" "#)?;
    out.write(r#"stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">"#)?;
    out.write(&drawing)?;
    out.write("</svg>")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(template: &str, lang: Lang, context: &Json) -> Result<String, RenderError> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        register(&mut registry, lang);
        registry.render_template(template, context)
    }

    #[test]
    fn values_are_shown_in_the_language_and_zone_of_the_page() {
        let context = json!({
            "at": "2027-03-01T18:30:00Z", "fen": 123_450_000,
            "title": { "zh-CN": "甲<b>", "en": "A" }, "bytes": 1_572_864
        });
        assert_eq!(shown("{{datetime at}}", Lang::Zh, &context).unwrap(), "2027-03-02 02:30");
        assert_eq!(shown("{{money fen}}", Lang::Zh, &context).unwrap(), "123.45 万元");
        assert_eq!(shown("{{text title}}", Lang::En, &context).unwrap(), "A");
        assert_eq!(shown("{{text title}}", Lang::Zh, &context).unwrap(), "甲&lt;b&gt;");
        assert_eq!(shown("{{size bytes}}", Lang::Zh, &context).unwrap(), "1.5 MB");
    }

    #[test]
    fn what_cannot_be_shown_is_a_fault_and_never_an_empty_space() {
        for template in ["{{t title}}", "{{money title}}", "{{datetime fen}}", r#"{{icon "nothing"}}"#] {
            assert!(shown(template, Lang::Zh, &json!({ "title": "x", "fen": 1 })).is_err(), "{template}");
        }
    }
}
