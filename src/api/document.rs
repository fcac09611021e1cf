//! The document that describes the API, and the page to try it.

use std::sync::Arc;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder,
    path::{Operation, ParameterBuilder, ParameterIn},
    schema::{ObjectBuilder, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_swagger_ui::Config;

use crate::http::{
    answer::{FieldDetails, ProblemDetails},
    headers::API_DOCUMENT_PATH,
    routes::Routes,
};

/// Where the document is.
const PATH: &str = "/api/openapi.json";

/// Finishes the document of the registered actions and serves it with the page to try it.
#[must_use]
pub fn register(routes: Routes) -> Routes {
    let document: Arc<str> = finished(routes.document().clone()).to_json().unwrap_or_default().into();
    let page = Arc::new(Config::from(PATH).validator_url("none").persist_authorization(false));
    routes
        .get(PATH, move || async move { ([(header::CONTENT_TYPE, "application/json")], document.to_string()) })
        .get(API_DOCUMENT_PATH, || async { Redirect::permanent("/api/docs/index.html") })
        .get("/api/docs/{*file}", move |Path(file): Path<String>| async move { swagger(&file, page) })
}

fn swagger(file: &str, page: Arc<Config<'static>>) -> Response {
    match utoipa_swagger_ui::serve(file, page) {
        Ok(Some(found)) => ([(header::CONTENT_TYPE, found.content_type)], found.bytes.into_owned()).into_response(),
        Ok(None) | Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What holds for every action: the token, the problem, and for writes the key.
fn finished(mut document: OpenApi) -> OpenApi {
    document.info = InfoBuilder::new()
        .title("Yumen")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Show a personal access token, which people make on their account page. A write carries an \
             Idempotency-Key: sent again with the same body it is done once and answered the same; with another body \
             it is refused.",
        ))
        .build();
    let mut components = document.components.take().unwrap_or_else(|| ComponentsBuilder::new().build());
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("yumen_pat_…").build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    components.schemas.insert(ProblemDetails::name().into_owned(), ProblemDetails::schema());
    components.schemas.insert(FieldDetails::name().into_owned(), FieldDetails::schema());
    document.components = Some(components);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("token", [])]);
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
            add_problem(operation);
        }
        item.post.iter_mut().for_each(add_key);
    }
    document
}

fn add_problem(operation: &mut Operation) {
    let schema = RefOr::Ref(Ref::from_schema_name(ProblemDetails::name()));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let problem = ResponseBuilder::new()
        .description("A problem: what is the matter and what to do next, in the language of Accept-Language.")
        .content("application/problem+json", content)
        .build();
    operation.responses.responses.insert("default".to_owned(), problem.into());
}

fn add_key(operation: &mut Operation) {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(100)).build();
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some("Makes repeating safe, such as a UUID."))
        .schema(Some(text))
        .build();
    operation.parameters.get_or_insert_default().push(key);
}
