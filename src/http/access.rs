//! The one table of who may use which route. A route without a row answers “not found”, and fails a test.

use axum::http::Method;

use crate::app::{
    calendar::KEEPS_CALENDAR,
    drafts::WRITES_DEFINITIONS,
    mail_templates::WRITES_TEMPLATES,
    mandates::{CONSENTS_TO_MANDATES, SEES_MANDATES},
    schedules::SEES_SCHEDULES,
};

/// Who may open the pages of people.
pub const MANAGES_PEOPLE: &[&str] = &["security-admin"];
/// Who hands over what somebody holds who leaves.
pub const HANDS_OVER: &[&str] = &["security-admin", "workflow-admin"];
/// Who may import projects.
pub const IMPORTS: &[&str] = &["finance-performance", "finance-section"];

/// Who looks after incidents.
pub const SEES_INCIDENTS: &[&str] = &["workflow-admin", "operator"];

/// The methods that Yumen's routes take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// `GET`, and `HEAD` with it.
    Get,
    /// `POST`.
    Post,
    /// `DELETE`.
    Delete,
}

impl Verb {
    /// The verb of a method; `None` for methods that no route takes.
    #[must_use]
    pub fn of(method: &Method) -> Option<Self> {
        match method.as_str() {
            "GET" | "HEAD" => Some(Self::Get),
            "POST" => Some(Self::Post),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }

    /// The method.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Delete => Method::DELETE,
        }
    }
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anyone, signed in or not.
    Anyone,
    /// Whoever is signed in; the rest is the row-level scope's to decide.
    SignedIn,
    /// Whoever holds one of these roles today. Everybody else is told that there is nothing here.
    Holding(&'static [&'static str]),
    /// The bearer of a personal access token; cookies count for nothing here.
    Token,
}

/// What an unsafe request must show before it is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Nothing: a safe method, or one that carries its own secret in a header.
    None,
    /// That it comes from a page of ours: there is no session yet that could hold a token.
    SameOrigin,
    /// The session's token, as the field `csrf` or the header `X-CSRF-Token`, and the same origin.
    Token,
}

/// What a request may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Up to [`FORM_BYTES_MAX`].
    Form,
    /// Files, up to [`UPLOAD_BYTES_MAX`]. The field `csrf` comes first.
    Upload,
}

/// Bytes of an ordinary request body at most.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of an upload at most.
pub const UPLOAD_BYTES_MAX: usize = 20 * 1024 * 1024;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The method.
    pub verb: Verb,
    /// The path as it is registered, with its `{parameters}`.
    pub path: &'static str,
    /// Who may use it.
    pub who: Who,
    /// What it must show.
    pub proof: Proof,
    /// What it may carry.
    pub body: Body,
    /// Whether it exists in the demonstration alone.
    pub demo: bool,
}

const fn get(path: &'static str, who: Who) -> Rule {
    Rule { verb: Verb::Get, path, who, proof: Proof::None, body: Body::Form, demo: false }
}

const fn form(path: &'static str, who: Who) -> Rule {
    Rule { verb: Verb::Post, path, who, proof: Proof::Token, body: Body::Form, demo: false }
}

const fn upload(path: &'static str, who: Who) -> Rule {
    Rule { verb: Verb::Post, path, who, proof: Proof::Token, body: Body::Upload, demo: false }
}

/// A form that people use before they have a session.
const fn entrance(path: &'static str) -> Rule {
    Rule { verb: Verb::Post, path, who: Who::Anyone, proof: Proof::SameOrigin, body: Body::Form, demo: false }
}

const fn demo(rule: Rule) -> Rule {
    Rule { demo: true, ..rule }
}

/// An action of the API that reads.
const fn reads(path: &'static str) -> Rule {
    Rule { verb: Verb::Get, path, who: Who::Token, proof: Proof::None, body: Body::Form, demo: false }
}

/// An action of the API that writes.
const fn writes(path: &'static str) -> Rule {
    Rule { verb: Verb::Post, ..reads(path) }
}

/// Every route of Yumen.
pub const RULES: &[Rule] = &[
    get("/assets/{name}", Who::Anyone),
    // For machines; the figures ask for a token of their own.
    get("/healthz", Who::Anyone),
    get("/readyz", Who::Anyone),
    get("/metrics", Who::Anyone),
    get("/", Who::Anyone),
    get("/sign-in", Who::Anyone),
    entrance("/sign-in"),
    form("/sign-out", Who::SignedIn),
    form("/sign-out-everywhere", Who::SignedIn),
    get("/setup", Who::Anyone),
    entrance("/setup"),
    entrance("/language"),
    demo(get("/demo", Who::Anyone)),
    demo(entrance("/demo")),
    get("/inbox", Who::SignedIn),
    get("/notices", Who::SignedIn),
    form("/notices", Who::SignedIn),
    form("/notices/{notice}", Who::SignedIn),
    get("/events", Who::SignedIn),
    get("/cases/{case}", Who::SignedIn),
    form("/cases/{case}/withdraw", Who::SignedIn),
    form("/cases/{case}/suspend", Who::SignedIn),
    form("/cases/{case}/resume", Who::SignedIn),
    form("/cases/{case}/terminate", Who::SignedIn),
    form("/cases/{case}/copies", Who::SignedIn),
    form("/cases/{case}/read", Who::SignedIn),
    form("/cases/{case}/remarks", Who::SignedIn),
    form("/cases/{case}/facts/{fact}/revoke", Who::SignedIn),
    get("/cases/{case}/files/{file}", Who::SignedIn),
    get("/cases/{case}/tasks/{no}", Who::SignedIn),
    form("/cases/{case}/tasks/{no}", Who::SignedIn),
    get("/cases/{case}/tasks/{no}/files/{field}", Who::SignedIn),
    upload("/cases/{case}/tasks/{no}/files/{field}", Who::SignedIn),
    form("/cases/{case}/tasks/{no}/terms", Who::SignedIn),
    form("/cases/{case}/take-back", Who::SignedIn),
    get("/projects", Who::SignedIn),
    get("/monitoring", Who::SignedIn),
    get("/projects/{project}", Who::SignedIn),
    get("/start", Who::SignedIn),
    form("/start", Who::SignedIn),
    get("/account", Who::SignedIn),
    form("/account/password", Who::SignedIn),
    form("/account/mail", Who::SignedIn),
    form("/account/tokens", Who::SignedIn),
    form("/account/tokens/{token}/revoke", Who::SignedIn),
    form("/account/substitutes", Who::SignedIn),
    form("/account/substitutes/{substitute}/end", Who::SignedIn),
    get("/definitions", Who::SignedIn),
    form("/definitions", Who::Holding(WRITES_DEFINITIONS)),
    get("/definitions/{workflow}", Who::SignedIn),
    form("/definitions/{workflow}/draft", Who::Holding(WRITES_DEFINITIONS)),
    form("/definitions/{workflow}/retire", Who::Holding(WRITES_DEFINITIONS)),
    get("/definitions/{workflow}/moving", Who::Holding(WRITES_DEFINITIONS)),
    form("/definitions/{workflow}/moving", Who::Holding(WRITES_DEFINITIONS)),
    get("/mandates", Who::Holding(SEES_MANDATES)),
    form("/mandates/{no}/consent", Who::Holding(CONSENTS_TO_MANDATES)),
    form("/mandates/{no}/decline", Who::Holding(CONSENTS_TO_MANDATES)),
    // Authors write; administrators and whoever decides on a draft may read it.
    get("/drafts/{draft}", Who::SignedIn),
    form("/drafts/{draft}", Who::Holding(WRITES_DEFINITIONS)),
    form("/drafts/{draft}/propose", Who::Holding(WRITES_DEFINITIONS)),
    form("/drafts/{draft}/rebase", Who::Holding(WRITES_DEFINITIONS)),
    form("/drafts/{draft}/discard", Who::Holding(WRITES_DEFINITIONS)),
    get("/incidents", Who::Holding(SEES_INCIDENTS)),
    get("/schedules", Who::Holding(SEES_SCHEDULES)),
    get("/schedules/{workflow}/{schedule}", Who::Holding(SEES_SCHEDULES)),
    form("/schedules/{workflow}/{schedule}", Who::Holding(WRITES_DEFINITIONS)),
    form("/incidents/{incident}/retry", Who::Holding(SEES_INCIDENTS)),
    get("/desk", Who::Holding(SEES_INCIDENTS)),
    form("/desk/cases/{case}/look-again", Who::Holding(SEES_INCIDENTS)),
    get("/templates", Who::Holding(WRITES_TEMPLATES)),
    get("/templates/{mail}/{lang}", Who::Holding(WRITES_TEMPLATES)),
    form("/templates/{mail}/{lang}", Who::Holding(WRITES_TEMPLATES)),
    form("/templates/{mail}/{lang}/restore", Who::Holding(WRITES_TEMPLATES)),
    get("/calendar", Who::SignedIn),
    form("/calendar", Who::Holding(KEEPS_CALENDAR)),
    get("/people", Who::Holding(MANAGES_PEOPLE)),
    form("/people", Who::Holding(MANAGES_PEOPLE)),
    form("/people/appoint", Who::Holding(MANAGES_PEOPLE)),
    form("/people/end", Who::Holding(MANAGES_PEOPLE)),
    form("/people/active", Who::Holding(MANAGES_PEOPLE)),
    form("/people/address", Who::Holding(MANAGES_PEOPLE)),
    get("/people/hand-over", Who::Holding(HANDS_OVER)),
    form("/people/hand-over", Who::Holding(HANDS_OVER)),
    form("/people/password", Who::Holding(MANAGES_PEOPLE)),
    form("/people/substitutes", Who::Holding(MANAGES_PEOPLE)),
    form("/people/substitutes/{substitute}/end", Who::Holding(MANAGES_PEOPLE)),
    upload("/people/organisations", Who::Holding(MANAGES_PEOPLE)),
    get("/import", Who::Holding(IMPORTS)),
    upload("/import", Who::Holding(IMPORTS)),
    // The API.
    get("/api/openapi.json", Who::Anyone),
    get("/api/docs", Who::Anyone),
    get("/api/docs/{*file}", Who::Anyone),
    reads("/api/v1/me"),
    reads("/api/v1/me/substitutes"),
    writes("/api/v1/me/substitutes"),
    writes("/api/v1/me/substitutes/{substitute}/end"),
    reads("/api/v1/people/{login}/held"),
    writes("/api/v1/people/{login}/hand-over"),
    reads("/api/v1/definitions"),
    reads("/api/v1/definitions/{workflow}/versions"),
    reads("/api/v1/definitions/{workflow}/versions/{version}"),
    reads("/api/v1/definitions/{workflow}/compare"),
    writes("/api/v1/definitions/{workflow}/retire"),
    reads("/api/v1/definitions/{workflow}/moving"),
    writes("/api/v1/definitions/{workflow}/moving"),
    // Who may write definitions is the use case's to say, in the words of “not found”.
    reads("/api/v1/drafts"),
    writes("/api/v1/drafts"),
    reads("/api/v1/drafts/{draft}"),
    writes("/api/v1/drafts/{draft}/save"),
    reads("/api/v1/drafts/{draft}/check"),
    reads("/api/v1/drafts/{draft}/compare"),
    writes("/api/v1/drafts/{draft}/rebase"),
    writes("/api/v1/drafts/{draft}/propose"),
    writes("/api/v1/drafts/{draft}/discard"),
    // Who sees them and who speaks on them is the use case's to say, in the words of “not found”.
    reads("/api/v1/mandates"),
    writes("/api/v1/mandates/{no}/consent"),
    writes("/api/v1/mandates/{no}/decline"),
    reads("/api/v1/schedules"),
    writes("/api/v1/schedules/{workflow}/{schedule}"),
    // Who writes them is the use case's to say, in the words of “not found”.
    reads("/api/v1/templates"),
    reads("/api/v1/templates/{mail}/{lang}"),
    writes("/api/v1/templates/{mail}/{lang}"),
    writes("/api/v1/templates/{mail}/{lang}/restore"),
    writes("/api/v1/templates/{mail}/{lang}/preview"),
    writes("/api/v1/templates/{mail}/{lang}/test"),
    // Everybody sees the calendar; who keeps it is the use case's to say, in the words of “not found”.
    reads("/api/v1/calendar"),
    reads("/api/v1/calendar/{year}"),
    writes("/api/v1/calendar/{year}"),
    reads("/api/v1/calendar/{year}/versions/{version}/moved"),
    reads("/api/v1/inbox"),
    // Who may see the desk is the handler's to say, in the words of “not found”.
    reads("/api/v1/desk"),
    writes("/api/v1/desk/cases/{case}/look-again"),
    reads("/api/v1/incidents"),
    writes("/api/v1/incidents/{incident}/retry"),
    reads("/api/v1/projects"),
    reads("/api/v1/monitoring"),
    reads("/api/v1/projects/{project}"),
    writes("/api/v1/cases"),
    reads("/api/v1/cases/{case}"),
    reads("/api/v1/cases/{case}/journal"),
    writes("/api/v1/cases/{case}/tasks/{no}/save"),
    writes("/api/v1/cases/{case}/tasks/{no}/complete"),
    writes("/api/v1/cases/{case}/tasks/{no}/decide"),
    writes("/api/v1/cases/{case}/tasks/{no}/choose"),
    reads("/api/v1/cases/{case}/tasks/{no}/choices"),
    writes("/api/v1/cases/{case}/tasks/{no}/claim"),
    writes("/api/v1/cases/{case}/tasks/{no}/release"),
    writes("/api/v1/cases/{case}/tasks/{no}/transfer"),
    writes("/api/v1/cases/{case}/tasks/{no}/delegate"),
    writes("/api/v1/cases/{case}/tasks/{no}/call-back"),
    writes("/api/v1/cases/{case}/tasks/{no}/give-opinion"),
    writes("/api/v1/cases/{case}/tasks/{no}/add-signer"),
    writes("/api/v1/cases/{case}/tasks/{no}/remove-signer"),
    writes("/api/v1/cases/{case}/tasks/{no}/urge"),
    writes("/api/v1/cases/{case}/take-back"),
    writes("/api/v1/cases/{case}/withdraw"),
    writes("/api/v1/cases/{case}/suspend"),
    writes("/api/v1/cases/{case}/resume"),
    writes("/api/v1/cases/{case}/terminate"),
    writes("/api/v1/cases/{case}/copies"),
    writes("/api/v1/cases/{case}/read"),
    writes("/api/v1/cases/{case}/remarks"),
    reads("/api/v1/cases/{case}/remarks"),
    writes("/api/v1/cases/{case}/facts/{fact}/revoke"),
    Rule { body: Body::Upload, ..writes("/api/v1/cases/{case}/tasks/{no}/progress/{field}") },
    Rule { body: Body::Upload, ..writes("/api/v1/cases/{case}/tasks/{no}/files") },
    reads("/api/v1/cases/{case}/files/{file}"),
];

/// The row of a route.
#[must_use]
pub fn rule(method: &Method, path: &str) -> Option<&'static Rule> {
    let verb = Verb::of(method)?;
    RULES.iter().find(|rule| rule.verb == verb && rule.path == path)
}

/// Whether any method has a row for `path`.
#[must_use]
pub fn is_known(path: &str) -> bool {
    RULES.iter().any(|rule| rule.path == path)
}
