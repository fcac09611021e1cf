//! JSON for programs: one file per action, described by an OpenAPI document, the same commands as the pages.
//!
//! A caller shows a personal access token as `Authorization: Bearer …`. A write carries an `Idempotency-Key`; sent again
//! with the same body, it is answered the same and done once. Every problem is `application/problem+json`.

mod acting;
mod add_signer;
mod attach;
mod attachment;
mod calendar;
mod call_back;
mod case;
mod choose;
mod claim;
mod complete;
mod copy_in;
mod decide;
mod definitions;
mod delegate;
mod desk;
mod document;
mod drafts;
mod give_opinion;
mod hand_over;
mod import_progress;
mod inbox;
mod journal;
mod mandates;
mod me;
mod monitoring;
mod project;
mod projects;
mod read_copy;
mod release;
mod remark;
mod remarks;
mod remove_signer;
mod resume;
mod revoke_fact;
mod said;
mod save;
mod schedules;
mod shapes;
mod start_case;
mod substitutes;
mod suspend;
mod take_back;
mod templates;
mod terminate;
mod transfer;
mod urge;
mod withdraw;

use utoipa_axum::routes;

use crate::http::{health, routes::Routes};

/// Registers every action, the document that describes them, and the page to try them.
#[must_use]
pub fn register(routes: Routes) -> Routes {
    let routes = calendar::register(definitions::register(routes));
    let routes = templates::register(mandates::register(drafts::register(routes)))
        .api(routes!(me::me))
        .api(routes!(substitutes::substitutes, substitutes::set_substitute))
        .api(routes!(substitutes::end_substitute))
        .api(routes!(hand_over::held))
        .api(routes!(hand_over::hand_over))
        .api(routes!(schedules::schedules))
        .api(routes!(schedules::do_to_schedule))
        .api(routes!(inbox::inbox))
        .api(routes!(projects::projects))
        .api(routes!(project::project))
        .api(routes!(monitoring::monitoring))
        .api(routes!(start_case::start_case))
        .api(routes!(case::case))
        .api(routes!(journal::journal))
        .api(routes!(save::save))
        .api(routes!(complete::complete))
        .api(routes!(decide::decide))
        .api(routes!(choose::choose))
        .api(routes!(choose::choices))
        .api(routes!(claim::claim))
        .api(routes!(release::release))
        .api(routes!(transfer::transfer))
        .api(routes!(delegate::delegate))
        .api(routes!(call_back::call_back))
        .api(routes!(give_opinion::give_opinion))
        .api(routes!(add_signer::add_signer))
        .api(routes!(remove_signer::remove_signer))
        .api(routes!(urge::urge))
        .api(routes!(take_back::take_back))
        .api(routes!(withdraw::withdraw))
        .api(routes!(suspend::suspend))
        .api(routes!(resume::resume))
        .api(routes!(terminate::terminate))
        .api(routes!(copy_in::copy_in))
        .api(routes!(read_copy::read_copy))
        .api(routes!(remarks::remarks))
        .api(routes!(remark::remark))
        .api(routes!(revoke_fact::revoke_fact))
        .api(routes!(import_progress::import_progress))
        .api(routes!(attach::attach))
        .api(routes!(attachment::attachment));
    health::register(document::register(desk::register(routes)))
}
