//! Every page, one line each.

use super::{assets, routes::Routes};

/// Registers the pages; those of the demonstration only where it is one.
#[must_use]
pub fn register(routes: Routes, _demo: bool) -> Routes {
    routes.get("/assets/{name}", assets::get)
}
