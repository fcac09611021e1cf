//! The layers around every route, errors and files included.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::Uri,
    middleware,
    response::IntoResponse as _,
};
use tower_http::compression::CompressionLayer;

use super::{answer, answer::Refused, guard, headers, observe, routes::Routes, session, site::Site, visit::language};
use crate::app::Problem;

/// Puts the guard and everything else around `routes`.
pub fn harden(routes: Routes, site: Site) -> Router {
    let nothing_here = |uri: Uri, request: Request| async move {
        Refused::at(uri.path(), Problem::not_found(), language(request.headers())).into_response()
    };
    let draw = routes.draw();
    routes
        .into_router()
        .fallback(nothing_here)
        // The guard limits bodies by the route's row.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(site.clone(), guard::guard))
        .layer(session::layer(&site))
        .layer(middleware::from_fn_with_state(site.clone(), observe::observe))
        .layer(middleware::from_fn_with_state(draw, answer::dress))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(site.clone(), headers::protect))
        .with_state(site)
}
