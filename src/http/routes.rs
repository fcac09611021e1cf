//! The only way to register a route: it is recorded, so that a test can hold it against the table in `access`.

use axum::{Router, handler::Handler, routing};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::{access::Verb, answer::Draw, site::Site};

/// Routes on their way into the router.
pub struct Routes {
    router: Router<Site>,
    api: OpenApiRouter<Site>,
    recorded: Vec<(Verb, String)>,
    draw: Draw,
}

impl Default for Routes {
    fn default() -> Self {
        Self { router: Router::new(), api: OpenApiRouter::new(), recorded: Vec::new(), draw: |_, _| None }
    }
}

impl Routes {
    /// A page, or anything else that is only read.
    #[must_use]
    pub fn get<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.recorded.push((Verb::Get, path.to_owned()));
        self.router = self.router.route(path, routing::get(handler));
        self
    }

    /// A form.
    #[must_use]
    pub fn post<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.recorded.push((Verb::Post, path.to_owned()));
        self.router = self.router.route(path, routing::post(handler));
        self
    }

    /// An action of the API, with its place in the `OpenAPI` document.
    #[must_use]
    pub fn api(mut self, action: UtoipaMethodRouter<Site>) -> Self {
        for (path, item) in &action.1.paths {
            let verbs = [(Verb::Get, &item.get), (Verb::Post, &item.post), (Verb::Delete, &item.delete)];
            self.recorded.extend(verbs.iter().filter(|(_, o)| o.is_some()).map(|(verb, _)| (*verb, path.clone())));
        }
        self.api = self.api.routes(action);
        self
    }

    /// Has problems drawn by `draw`; they are plain pages otherwise.
    #[must_use]
    pub fn problems(self, draw: Draw) -> Self {
        Self { draw, ..self }
    }

    /// What draws problems.
    #[must_use]
    pub const fn draw(&self) -> Draw {
        self.draw
    }

    /// What was registered.
    #[must_use]
    pub fn recorded(&self) -> &[(Verb, String)] {
        &self.recorded
    }

    /// The `OpenAPI` document of what was registered so far.
    #[must_use]
    pub fn document(&self) -> &OpenApi {
        self.api.get_openapi()
    }

    /// The router, bare: [`super::harden::harden`] puts the guard around it.
    pub fn into_router(self) -> Router<Site> {
        let (api, _document) = self.api.split_for_parts();
        self.router.merge(api)
    }
}
