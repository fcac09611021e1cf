//! Every page, one line each.

use super::{
    account, addresses, assets, calendar, case, case_acts, definitions, desk, drafts, enter, events, handing_over,
    import, inbox, incidents, language, mail_templates, mandates, monitoring, moving, notices, people, problem_page,
    project, projects, schedules, setup, sign_in, start, substitutes, task, terms, upload,
};
use crate::http::routes::Routes;

/// Registers the pages; those of the demonstration only where it is one.
#[must_use]
pub fn register(routes: Routes, demo: bool) -> Routes {
    let routes = routes
        .problems(if demo { problem_page::draw_in_demo } else { problem_page::draw })
        .get("/assets/{name}", assets::get)
        .get("/", sign_in::start)
        .get("/sign-in", sign_in::get)
        .post("/sign-in", sign_in::post)
        .post("/sign-out", sign_in::sign_out)
        .post("/sign-out-everywhere", sign_in::sign_out_everywhere)
        .get("/setup", setup::get)
        .post("/setup", setup::post)
        .post("/language", language::post)
        .get("/inbox", inbox::get)
        .get("/notices", notices::get)
        .post("/notices", notices::read)
        .post("/notices/{notice}", notices::open)
        .get("/events", events::get)
        .get("/cases/{case}", case::get)
        .post("/cases/{case}/withdraw", case::withdraw)
        .post("/cases/{case}/suspend", case_acts::suspend)
        .post("/cases/{case}/resume", case_acts::resume)
        .post("/cases/{case}/terminate", case_acts::terminate)
        .post("/cases/{case}/copies", case_acts::copy_in)
        .post("/cases/{case}/read", case_acts::read)
        .post("/cases/{case}/remarks", case_acts::remark)
        .post("/cases/{case}/facts/{fact}/revoke", case::revoke)
        .get("/cases/{case}/files/{file}", case::file)
        .get("/cases/{case}/tasks/{no}", task::get)
        .post("/cases/{case}/tasks/{no}", task::post)
        .get("/cases/{case}/tasks/{no}/files/{field}", upload::get)
        .post("/cases/{case}/tasks/{no}/files/{field}", upload::post)
        .post("/cases/{case}/tasks/{no}/terms", terms::post)
        .post("/cases/{case}/take-back", terms::take_back)
        .get("/projects", projects::get)
        .get("/projects/{project}", project::get)
        .get("/monitoring", monitoring::get)
        .get("/start", start::get)
        .post("/start", start::post)
        .get("/account", account::get)
        .post("/account/password", account::password)
        .post("/account/mail", account::choose_mail)
        .post("/account/tokens", account::make_token)
        .post("/account/tokens/{token}/revoke", account::revoke_token)
        .post("/account/substitutes", substitutes::set_own)
        .post("/account/substitutes/{substitute}/end", substitutes::end_own)
        .get("/definitions", definitions::list)
        .post("/definitions", drafts::begin_new)
        .get("/definitions/{workflow}", definitions::get)
        .post("/definitions/{workflow}/draft", drafts::begin)
        .post("/definitions/{workflow}/retire", definitions::retire)
        .get("/definitions/{workflow}/moving", moving::get)
        .post("/definitions/{workflow}/moving", moving::post)
        .get("/mandates", mandates::get)
        .post("/mandates/{no}/consent", mandates::consent)
        .post("/mandates/{no}/decline", mandates::decline)
        .get("/drafts/{draft}", drafts::get)
        .post("/drafts/{draft}", drafts::save)
        .post("/drafts/{draft}/propose", drafts::propose)
        .post("/drafts/{draft}/rebase", drafts::rebase)
        .post("/drafts/{draft}/discard", drafts::discard);
    let routes = administration(routes);
    if demo { routes.get("/demo", enter::get).post("/demo", enter::post) } else { routes }
}

/// What those look after who keep the place running.
fn administration(routes: Routes) -> Routes {
    routes
        .get("/incidents", incidents::get)
        .get("/schedules", schedules::list)
        .get("/schedules/{workflow}/{schedule}", schedules::get)
        .post("/schedules/{workflow}/{schedule}", schedules::post)
        .get("/templates", mail_templates::list)
        .get("/templates/{mail}/{lang}", mail_templates::get)
        .post("/templates/{mail}/{lang}", mail_templates::post)
        .post("/templates/{mail}/{lang}/restore", mail_templates::restore)
        .post("/incidents/{incident}/retry", incidents::retry)
        .get("/desk", desk::get)
        .post("/desk/cases/{case}/look-again", desk::look_again)
        .get("/calendar", calendar::get)
        .post("/calendar", calendar::post)
        .get("/people", people::get)
        .post("/people", people::add)
        .post("/people/appoint", people::appoint)
        .post("/people/end", people::end)
        .post("/people/active", people::set_active)
        .post("/people/address", addresses::set)
        .get("/people/hand-over", handing_over::get)
        .post("/people/hand-over", handing_over::post)
        .post("/people/password", people::reset_password)
        .post("/people/substitutes", substitutes::set_for)
        .post("/people/substitutes/{substitute}/end", substitutes::end_for)
        .post("/people/organisations", people::import)
        .get("/import", import::get)
        .post("/import", import::post)
}
