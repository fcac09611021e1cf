//! The district, served on a free port of this machine.

use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;
use metrics_exporter_prometheus::PrometheusHandle;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use yumen::{
    api,
    app::{sessions::Limits, tokens},
    http::{
        harden::harden,
        routes::Routes,
        server,
        site::{Figures, Settings, Site},
        streams::Streams,
    },
    telemetry::figures,
    web::pages,
};

use crate::harness::{databases::Kind, town::Town};

/// A served district.
pub struct House {
    /// The district.
    pub town: Arc<Town>,
    /// The state of its pages.
    pub site: Site,
    /// `http://127.0.0.1:port`.
    pub url: String,
    client: Client,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

/// The token that opens the figures.
pub const FIGURES_TOKEN: &str = "figures-of-the-test-0001";

/// One process counts once, whatever it serves.
fn figures() -> Figures {
    static COUNTED: OnceLock<PrometheusHandle> = OnceLock::new();
    let counted = COUNTED.get_or_init(|| figures::start().unwrap()).clone();
    Figures { token: FIGURES_TOKEN.to_owned(), counted }
}

/// Every route, as it is served.
pub fn routes(demo: bool) -> Routes {
    api::register(pages::register(Routes::default(), demo))
}

impl House {
    /// Opens the door.
    pub async fn open(kind: Kind) -> Self {
        let town = Town::founded(kind).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings {
            public_url: url.clone(),
            other_origins: Vec::new(),
            demo: true,
            behind_proxy: false,
            figures: Some(figures()),
            sessions: Limits { idle: TimeDelta::minutes(30), absolute: TimeDelta::hours(12) },
        };
        let stop = CancellationToken::new();
        let streams = Streams::until(stop.clone(), 64);
        let site = Site { streams, ..Site::new(town.app.clone(), settings).unwrap() };
        let router = harden(routes(true), site.clone());
        let serving = tokio::spawn(server::serve(listener, router, 2000, stop.clone()));
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { town, site, url, client, stop, serving }
    }

    /// A request from nobody.
    pub fn asks(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A personal access token of the official who signs in as `login`.
    pub async fn token(&self, login: &str) -> String {
        let person = self.town.official(login).person;
        tokens::make(&self.site.app, person, "test", 30).await.unwrap().token
    }

    /// A form from a page of ours.
    pub fn posts(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.asks(Method::POST, path).header("origin", &self.url).header("cookie", cookie).form(fields)
    }

    /// Enters as the official who signs in as `login`; the cookie.
    pub async fn enter(&self, login: &str) -> String {
        cookie(&self.posts("/demo", "", &[("login", login)]).send().await.unwrap())
    }

    /// The token in the forms of a page.
    pub async fn csrf(&self, cookie: &str) -> String {
        let page = self.asks(Method::GET, "/account").header("cookie", cookie).send().await.unwrap();
        let page = page.text().await.unwrap();
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// Serves no more; what is under way is finished.
    pub async fn close(self) {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
    }
}

/// The body of a problem, which it must be.
pub async fn problem(response: Response, status: u16, code: &str) -> Value {
    assert_eq!(response.status().as_u16(), status, "{} {code}", response.url());
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{}", response.url());
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["code"], code, "{body}");
    assert_eq!(body["status"], status);
    assert!(body["detail"].as_str().is_some_and(|sentence| !sentence.is_empty()), "{body}");
    body
}

/// The session cookie that an answer sets, as a browser sends it back.
pub fn cookie(response: &Response) -> String {
    let set = response.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = set.into_iter().find(|value| value.contains("yumen=")).expect("a session cookie");
    session.split(';').next().unwrap().to_owned()
}
