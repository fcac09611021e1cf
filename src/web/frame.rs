//! What stands around every page: who is signed in, where they are, what they may open.

use axum::{
    extract::OriginalUri,
    response::{Html, IntoResponse as _, Response},
};

use super::{
    render::{self, View},
    text::say,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::{Failure, Problem, mail_templates::WRITES_TEMPLATES, notices::Counts, shown::Tone, words},
    engine::who::day_of,
    http::{
        access::{IMPORTS, MANAGES_PEOPLE, SEES_INCIDENTS},
        answer::Refused,
        site::Site,
        visit::Visit,
    },
    language::{Lang, Text},
};

/// What the layout shows on every page.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The language of the page.
    pub lang: Lang,
    /// The part of Yumen the page belongs to.
    pub part: Part,
    /// The address of the page with its query, to come back to after a change of language.
    pub path: String,
    /// Who is signed in; `None` before sign-in.
    pub me: Option<Me>,
    /// Whether this is the demonstration, which every page says.
    pub demo: bool,
    /// The token every writing form carries.
    pub csrf: String,
    /// How many tasks wait for this person.
    pub waiting: u64,
    /// What the navigation counts.
    pub counts: Counts,
    /// What the last action led to.
    pub notice: Option<Notice>,
}

/// A part of Yumen, as the navigation names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Before sign-in, and pages that belong nowhere.
    Outside,
    /// 待办
    Inbox,
    /// 消息
    Notices,
    /// 项目
    Projects,
    /// 双监控
    Monitoring,
    /// 发起办件
    Start,
    /// 流程定义
    Definitions,
    /// 异常
    Incidents,
    /// 定时任务
    Schedules,
    /// 邮件模板
    Templates,
    /// 工作日历
    Calendar,
    /// 人员
    People,
    /// 导入
    Import,
    /// 我的账户
    Account,
}

/// The person who is signed in.
#[derive(Debug, Clone, Serialize)]
pub struct Me {
    /// Their name.
    pub name: String,
    /// The first character of it.
    pub initial: String,
    /// What they are appointed to, the first appointment in words.
    pub post: Text,
    /// Whether they manage people.
    pub manages_people: bool,
    /// Whether they may import projects.
    pub may_import: bool,
    /// Whether they look after incidents.
    pub sees_incidents: bool,
    /// Whether they write what mails say.
    pub writes_templates: bool,
}

/// A sentence about what the last action led to.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// Whether it went well.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}

impl Frame {
    /// The frame of a page for a signed-in person.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn of(site: &Site, visit: &Visit, part: Part, uri: &OriginalUri) -> Result<Self, Failure> {
        let (viewer, db) = (&visit.viewer, site.app.store().read());
        let directory = site.app.directory(db).await?;
        let first = directory.appointments_of(viewer.person, day_of(site.app.now())).next();
        let post = first.map_or_else(
            || Text::new("暂无任职", "No appointment"),
            |held| {
                let org = words::organisation(&directory, held.org.as_str());
                let role = words::role(&held.role);
                Text::new(format!("{} · {}", org.zh, role.zh), format!("{} · {}", org.en, role.en))
            },
        );
        let me = Me {
            name: viewer.name.clone(),
            initial: viewer.name.chars().take(1).collect(),
            post,
            manages_people: viewer.holds_any(MANAGES_PEOPLE),
            may_import: viewer.holds_any(IMPORTS),
            sees_incidents: viewer.holds_any(SEES_INCIDENTS),
            writes_templates: viewer.holds_any(WRITES_TEMPLATES),
        };
        let (waiting, unread) = (site.app.waiting(viewer).await?, site.app.unread(viewer).await?);
        Ok(Self {
            lang: viewer.lang,
            part,
            path: path_of(uri),
            me: Some(me),
            demo: site.settings.demo,
            csrf: visit.csrf.clone(),
            waiting,
            counts: Counts::of(waiting, unread),
            notice: None,
        })
    }

    /// The frame of a page for somebody who is not signed in.
    #[must_use]
    pub fn outside(site: &Site, lang: Lang, uri: &OriginalUri) -> Self {
        Self { path: path_of(uri), demo: site.settings.demo, ..Self::bare(lang) }
    }

    /// The frame of a page that needs neither session nor database, since either may be what failed.
    #[must_use]
    pub fn bare(lang: Lang) -> Self {
        Self {
            lang,
            part: Part::Outside,
            path: "/".to_owned(),
            me: None,
            demo: false,
            csrf: String::new(),
            waiting: 0,
            counts: Counts::default(),
            notice: None,
        }
    }

    /// The same with a sentence about what the last action led to.
    #[must_use]
    pub fn telling(self, text: Option<String>) -> Self {
        Self { notice: text.map(|text| Notice { tone: Tone::Good, text }), ..self }
    }

    /// The page, whole.
    ///
    /// # Errors
    /// A failure page when the template asks for what the view does not have.
    pub fn page<V: View>(&self, view: &V) -> Result<Response, Refused> {
        match render::embedded().and_then(|pages| pages.render(self, view)) {
            Ok(html) => Ok(Html(html).into_response()),
            Err(fault) => Err(Refused::failed(&self.path, fault, self.lang)),
        }
    }
}

fn path_of(uri: &OriginalUri) -> String {
    uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()
}

/// A use case that came to nothing, as a page of its own.
#[must_use]
pub fn refused(failure: Failure, lang: Lang) -> Refused {
    match failure {
        Failure::Refused(refusal) => Refused::page(Problem::from(&refusal), lang),
        other @ (Failure::Store(_) | Failure::Broken(_)) => Refused::failed("/", other, lang),
    }
}

/// The sentence for what an address says the last action led to.
#[must_use]
pub fn told(lang: Lang, what: Option<&str>) -> Option<String> {
    Some(match what? {
        "notices-read" => say(lang, "told-notices-read"),
        "saved" => say(lang, "told-saved"),
        "tried-again" => say(lang, "told-tried-again"),
        "looked-again" => say(lang, "told-looked-again"),
        "completed" => say(lang, "told-completed"),
        "decided" => say(lang, "told-decided"),
        "withdrawn" => say(lang, "told-withdrawn"),
        "claimed" => say(lang, "told-claimed"),
        "released" => say(lang, "told-released"),
        "delegated" => say(lang, "told-delegated"),
        "called-back" => say(lang, "told-called-back"),
        "opinion-given" => say(lang, "told-opinion-given"),
        "signer-added" => say(lang, "told-signer-added"),
        "signer-removed" => say(lang, "told-signer-removed"),
        "urged" => say(lang, "told-urged"),
        "taken-back" => say(lang, "told-taken-back"),
        "suspended" => say(lang, "told-suspended"),
        "resumed" => say(lang, "told-resumed"),
        "terminated" => say(lang, "told-terminated"),
        "copied-in" => say(lang, "told-copied-in"),
        "remarked" => say(lang, "told-remarked"),
        "substitute-set" => say(lang, "told-substitute-set"),
        "substitute-ended" => say(lang, "told-substitute-ended"),
        "revoked" => say(lang, "told-revoked"),
        "uploaded" => say(lang, "told-uploaded"),
        "imported" => say(lang, "told-imported"),
        "password" => say(lang, "told-password"),
        "token-revoked" => say(lang, "told-token-revoked"),
        "person-added" => say(lang, "told-person-added"),
        "appointed" => say(lang, "told-appointed"),
        "appointment-ended" => say(lang, "told-appointment-ended"),
        "mail-chosen" => say(lang, "told-mail-chosen"),
        "address-set" => say(lang, "told-address-set"),
        "person-let-in" => say(lang, "told-person-let-in"),
        "password-reset" => say(lang, "told-password-reset"),
        "person-shut-out" => say(lang, "told-person-shut-out"),
        "draft-saved" => say(lang, "told-draft-saved"),
        "draft-rebased" => say(lang, "told-draft-rebased"),
        "draft-discarded" => say(lang, "told-draft-discarded"),
        "retired" => say(lang, "told-retired"),
        "template-saved" => say(lang, "told-template-saved"),
        "schedule-done" => say(lang, "told-schedule-done"),
        "calendar-saved" => say(lang, "told-calendar-saved"),
        "mandates-proposed" => say(lang, "told-mandates-proposed"),
        "mandates-accepted" => say(lang, "told-mandates-accepted"),
        "mandates-declined" => say(lang, "told-mandates-declined"),
        "organisations-imported" => say(lang, "told-organisations-imported"),
        _ => return None,
    })
}

/// What the last action led to, in an address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    /// One of the words that [`told`] knows.
    pub told: Option<String>,
}
