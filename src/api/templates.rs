//! What mails say: read, written by versions, tried with samples, sent to whoever writes.

mod writing;

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    api::{
        said::{At, Caller},
        shapes::Words,
    },
    app::{
        Failure,
        mail_templates::{Line, Name, Template, Version},
        template_words,
    },
    engine::Refusal,
    http::{answer::Refused, routes::Routes, site::Site},
    language::Lang,
    notify::own::Parts,
};

/// Registers the actions.
#[must_use]
pub fn register(routes: Routes) -> Routes {
    routes
        .api(routes!(templates))
        .api(routes!(template, writing::save_template))
        .api(routes!(writing::restore_template))
        .api(routes!(writing::preview_template))
        .api(routes!(writing::test_template))
}

/// A kind of mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateLineBody {
    mail: &'static str,
    title: Words,
    /// When it is sent.
    purpose: Words,
    texts: Vec<TemplateTextBody>,
}

/// Its text in one language.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateTextBody {
    /// `zh-CN` or `en`.
    lang: &'static str,
    /// The latest version; 0 where the shipped text was never changed.
    version: i64,
    /// Whether it says what the place wrote.
    own: bool,
    changed_at: Option<DateTime<Utc>>,
    changed_by: Option<String>,
    reason: Option<String>,
}

/// The text of a mail in one language.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateBody {
    mail: &'static str,
    /// `zh-CN` or `en`.
    lang: &'static str,
    title: Words,
    /// When it is sent.
    purpose: Words,
    /// Goes back as `seen` when it is saved; 0 where the shipped text was never changed.
    version: i64,
    /// Whether it says what the place wrote.
    own: bool,
    /// What it says now.
    text: PartsBody,
    /// What it may name.
    names: Vec<TemplateNameBody>,
    /// How many samples there are.
    samples: usize,
    /// The versions, the latest first.
    versions: Vec<TemplateVersionBody>,
}

/// The parts of a mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartsBody {
    subject: String,
    /// Plain text.
    text: String,
    html: String,
}

/// A name that a mail may use.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateNameBody {
    name: String,
    about: Words,
    /// What it stands for in the samples.
    samples: Vec<String>,
}

/// A version.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateVersionBody {
    version: i64,
    /// What it says; absent where it goes back to the shipped text.
    text: Option<PartsBody>,
    /// The version whose text it took up again; 0 for the shipped text.
    restores: Option<i64>,
    at: DateTime<Utc>,
    by: String,
    reason: String,
}

impl From<&Parts> for PartsBody {
    fn from(parts: &Parts) -> Self {
        Self { subject: parts.subject.clone(), text: parts.text.clone(), html: parts.html.clone() }
    }
}

impl From<&Line> for TemplateLineBody {
    fn from(line: &Line) -> Self {
        let texts = line.texts.iter().map(|(lang, last)| TemplateTextBody {
            lang: lang.tag(),
            version: last.as_ref().map_or(0, |version| version.version),
            own: last.as_ref().is_some_and(|version| version.parts.is_some()),
            changed_at: last.as_ref().map(|version| version.at),
            changed_by: last.as_ref().map(|version| version.by.clone()),
            reason: last.as_ref().map(|version| version.why.clone()),
        });
        Self {
            mail: line.mail,
            title: (&template_words::title(line.mail)).into(),
            purpose: (&template_words::purpose(line.mail)).into(),
            texts: texts.collect(),
        }
    }
}

impl From<&Name> for TemplateNameBody {
    fn from(name: &Name) -> Self {
        Self { name: name.name.clone(), about: (&name.about).into(), samples: name.samples.clone() }
    }
}

impl From<&Version> for TemplateVersionBody {
    fn from(version: &Version) -> Self {
        let text = version.parts.as_ref().map(PartsBody::from);
        let Version { version, restores, at, by, why, .. } = version.clone();
        Self { version, text, restores, at, by, reason: why }
    }
}

impl From<&Template> for TemplateBody {
    fn from(template: &Template) -> Self {
        Self {
            mail: template.mail,
            lang: template.lang.tag(),
            title: (&template_words::title(template.mail)).into(),
            purpose: (&template_words::purpose(template.mail)).into(),
            version: template.version(),
            own: template.is_own(),
            text: (&template.parts).into(),
            names: template.names.iter().map(TemplateNameBody::from).collect(),
            samples: template.samples,
            versions: template.versions.iter().map(TemplateVersionBody::from).collect(),
        }
    }
}

/// Every kind of mail. For the workflow administrator.
#[utoipa::path(get, path = "/api/v1/templates", tag = "templates",
    responses((status = 200, body = Vec<TemplateLineBody>)))]
pub async fn templates(State(site): State<Site>, caller: Caller) -> Result<Json<Vec<TemplateLineBody>>, Refused> {
    let lines = site.app.mail_templates(&caller.0).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(lines.iter().map(TemplateLineBody::from).collect()))
}

/// What a mail says in a language, what it may name, and how it came about. For the workflow administrator.
#[utoipa::path(get, path = "/api/v1/templates/{mail}/{lang}", tag = "templates",
    params(
        ("mail" = String, Path, description = "The mail, such as `task-assigned`"),
        ("lang" = String, Path, description = "`zh-CN` or `en`"),
    ),
    responses((status = 200, body = TemplateBody)))]
pub async fn template(
    State(site): State<Site>,
    caller: Caller,
    At(of): At<(String, String)>,
) -> Result<Json<TemplateBody>, Refused> {
    let refused = |failure| caller.refused(failure);
    let template = site.app.mail_template(&caller.0, known(&of).map_err(refused)?).await.map_err(refused)?;
    Ok(Json((&template).into()))
}

fn known((mail, lang): &(String, String)) -> Result<(&str, Lang), Failure> {
    let lang = Lang::from_tag(lang).ok_or(Refusal::NotFound)?;
    Ok((mail, lang))
}
