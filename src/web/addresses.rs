//! Where mails to people go, as the security administrator keeps it.

use axum::{
    Form,
    extract::{OriginalUri, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::people;
use crate::http::{answer::Refused, site::Site, visit::Visit};

/// A new address.
#[derive(Deserialize)]
pub struct AddressForm {
    login: String,
    email: String,
}

/// `POST /people/address`: mail goes there from now on, and is tried again.
///
/// # Errors
/// When something of ours fails.
pub async fn set(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<AddressForm>,
) -> Result<Response, Refused> {
    match site.app.set_address(&form.login, &form.email).await {
        Ok(person) => {
            tracing::info!(actor.id = %visit.viewer.person, person.id = %person, "an address was set");
            Ok(Redirect::to("/people?told=address-set").into_response())
        }
        Err(not) => people::told_again(&site, &visit, not, &uri).await,
    }
}
