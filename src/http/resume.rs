//! A form that could not be taken is shown again with everything that was typed, to be sent once more by hand.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};

use super::{answer::escaped, csrf};
use crate::language::Lang;

/// A form on hold: where it goes and what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Where it goes.
    pub path: String,
    /// The fields in order, without the token.
    pub fields: Vec<(String, String)>,
}

impl Kept {
    /// What a urlencoded body holds.
    #[must_use]
    pub fn of(path: &str, body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body)
            .filter(|(name, _)| name != csrf::FIELD)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { path: path.to_owned(), fields }
    }

    /// As one hidden field of the sign-in form.
    #[must_use]
    pub fn folded(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Back from that field; `None` when it is empty, or leads out of Yumen.
    #[must_use]
    pub fn unfolded(folded: &str) -> Option<Self> {
        serde_json::from_str::<Self>(folded).ok().filter(|kept| super::guard::is_ours(&kept.path))
    }

    fn hidden(&self) -> String {
        let field = |(name, value): &(String, String)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value))
        };
        self.fields.iter().map(field).collect()
    }
}

/// The sign-in form, holding what was typed; in the demonstration, whose people have no password, the way to them.
#[must_use]
pub fn sign_in_again(kept: &Kept, lang: Lang, demo: bool) -> Response {
    let folded = escaped(&kept.folded());
    let body = if demo { choose_again(&folded, lang) } else { password_again(&folded, lang) };
    (StatusCode::UNAUTHORIZED, page(lang, demo, &body)).into_response()
}

/// `data-signs-in` tells the page's script that what was typed has not arrived yet.
fn choose_again(folded: &str, lang: Lang) -> String {
    format!(
        "<div class=\"notice active\" role=\"alert\">{}</div><form method=\"post\" action=\"/demo\" data-signs-in>\
         <input type=\"hidden\" name=\"kept\" value=\"{folded}\">\
         <button class=\"button primary wide\">{}</button></form>",
        lang.pick(
            "登录已过期，本次提交没有生效；您填写的内容已保留。请重新选择演示人员后再提交。",
            "Your session has ended and nothing was done; what you typed is kept. Choose a person again, then submit."
        ),
        lang.pick("选择演示人员", "Choose a person"),
    )
}

fn password_again(folded: &str, lang: Lang) -> String {
    format!(
        "<div class=\"notice active\" role=\"alert\">{}</div><form method=\"post\" action=\"/sign-in\" data-signs-in>\
         <div class=\"field\"><label for=\"login\">{}</label><input class=\"input\" id=\"login\" name=\"login\" autocomplete=\"username\" required autofocus></div>\
         <div class=\"field\"><label for=\"password\">{}</label><input class=\"input\" id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required></div>\
         <input type=\"hidden\" name=\"kept\" value=\"{folded}\"><button class=\"button primary wide\">{}</button></form>",
        lang.pick(
            "登录已过期，本次提交没有生效；您填写的内容已保留。请重新登录后再提交。",
            "Your session has ended and nothing was done; what you typed is kept. Sign in, then submit again."
        ),
        lang.pick("账号", "Login"),
        lang.pick("密码", "Password"),
        lang.pick("登录", "Sign in"),
    )
}

/// What was typed, with a fresh token and a button.
#[must_use]
pub fn send_again(kept: &Kept, token: &str, lang: Lang) -> Response {
    let body = format!(
        "<div class=\"notice active\" role=\"status\">{}</div><form method=\"post\" action=\"{}\">\
         <input type=\"hidden\" name=\"{}\" value=\"{}\">{}<button class=\"button primary wide\">{}</button></form>",
        lang.pick(
            "您刚才填写的内容已保留，还没有提交。请点击按钮再次提交。",
            "What you typed is kept and has not been submitted yet. Press the button to submit it."
        ),
        escaped(&kept.path),
        csrf::FIELD,
        escaped(token),
        kept.hidden(),
        lang.pick("再次提交", "Submit again"),
    );
    (StatusCode::FORBIDDEN, page(lang, false, &body)).into_response()
}

fn page(lang: Lang, demo: bool, body: &str) -> Html<String> {
    let strip = if demo {
        format!(
            "<div class=\"demo-strip\" role=\"note\"><strong>{}</strong><span>{}</span><a href=\"/demo\">{}</a></div>",
            lang.pick("演示环境", "Demonstration"),
            lang.pick(
                "人员均为虚构，操作不产生任何效力。",
                "All people are invented and nothing done here has any effect."
            ),
            lang.pick("切换身份", "Change person"),
        )
    } else {
        String::new()
    };
    super::answer::plain_page(lang, &strip, lang.pick("请再次提交", "Please submit again"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_without_the_old_token() {
        let kept = Kept::of("/cases/case_1/tasks/1", "csrf=old&reason=%3Cb%3E&reason=2".as_bytes());
        assert_eq!(kept.fields, [("reason".to_owned(), "<b>".to_owned()), ("reason".to_owned(), "2".to_owned())]);
        assert_eq!(Kept::unfolded(&kept.folded()), Some(kept.clone()));
        assert!(kept.hidden().contains("value=\"&lt;b&gt;\""));
    }

    #[test]
    fn where_people_have_passwords_they_are_asked_for_one() {
        let asked = password_again("x", Lang::Zh);
        assert!(asked.contains("name=\"password\"") && asked.contains("data-signs-in"));
        assert!(!page(Lang::Zh, false, &asked).0.contains("/demo"));
    }

    #[test]
    fn a_kept_form_cannot_lead_elsewhere() {
        let folded = r#"{"path":"//evil.example/x","fields":[]}"#;
        assert_eq!(Kept::unfolded(folded), None);
    }
}
