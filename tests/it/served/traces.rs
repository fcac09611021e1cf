//! Traces of the program as an operator runs it: they arrive at a collector, and tell nobody's data.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::any_value::Value as Said,
};
use prost::Message as _;
use reqwest::Client;
use serde_json::{Value, json};
use yumen::{app::tokens, clock::Sources};

use crate::{
    app::way::{OFFICER, UNDERPASS},
    harness::{
        databases::Database,
        server::{Server, free_address},
        town::Town,
    },
};

/// What people write, and who they are: nothing of it may leave in a trace.
const SECRET: &str = "涉密线索第七号";
const PHONE: &str = "13800138000";

/// What came to the collector: each body as it was, and each span by its name with what it says.
#[derive(Default)]
struct Taken {
    bodies: Vec<Bytes>,
    spans: Vec<(String, Vec<(String, String)>)>,
    services: Vec<String>,
}

type Collector = Arc<Mutex<Taken>>;

async fn take(State(taken): State<Collector>, body: Bytes) -> Result<Vec<u8>, StatusCode> {
    let request = ExportTraceServiceRequest::decode(body.clone()).map_err(|_| StatusCode::BAD_REQUEST)?;
    let mut taken = taken.lock().unwrap();
    taken.bodies.push(body);
    for of in request.resource_spans {
        let said = of.resource.into_iter().flat_map(|resource| resource.attributes);
        taken
            .services
            .extend(said.filter(|one| one.key == "service.name").map(|one| text(one.value.and_then(|v| v.value))));
        for span in of.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let said = span.attributes.into_iter().map(|one| (one.key, text(one.value.and_then(|v| v.value))));
            taken.spans.push((span.name, said.collect()));
        }
    }
    Ok(ExportTraceServiceResponse::default().encode_to_vec())
}

fn text(said: Option<Said>) -> String {
    match said {
        Some(Said::StringValue(text)) => text,
        other => format!("{other:?}"),
    }
}

/// A collector on a free port of this machine.
async fn collector() -> (Collector, String) {
    let taken = Collector::default();
    let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&taken));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (taken, url)
}

/// A span of that name, of which this holds.
fn has(taken: &Collector, name: &str, holds: impl Fn(&[(String, String)]) -> bool) -> bool {
    taken.lock().unwrap().spans.iter().any(|(of, said)| of == name && holds(said))
}

fn says(said: &[(String, String)], key: &str, value: &str) -> bool {
    said.iter().any(|(known, text)| known == key && text == value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_and_jobs_reach_the_collector_and_tell_nobodys_data() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("yumen.db").display());
    let town = Town::on(Database::at(database.clone()).await, Sources::system()).await;
    let token = tokens::make(&town.app, town.official(OFFICER).person, "traces", 1).await.unwrap().token;
    let project = town.project(UNDERPASS).await;
    let officer = town.name(town.official(OFFICER).person).await;
    town.look_away().await;
    let (taken, url) = collector().await;
    let settings = [
        ("YUMEN_TELEMETRY__COLLECTOR", url),
        // Spans leave in batches: not every five seconds here, so that nobody waits for them.
        ("OTEL_BSP_SCHEDULE_DELAY", "200".to_owned()),
    ];
    let server = Server::serve_with(folder.path(), &database, free_address(), &settings).await;

    let client = Client::new();
    let write = async |key: &str, path: &str, body: Value| -> Value {
        let request = client.post(format!("{}{path}", server.address)).bearer_auth(&token);
        let answer = request.header("idempotency-key", key).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    };
    let body = json!({ "workflow": "ex-ante-assessment", "project": project, "year": 2027 });
    let started = write("k1", "/api/v1/cases", body).await;
    let case = started["case"].as_str().unwrap().to_owned();
    let secret = || json!({ "type": "text", "value": format!("{SECRET}，联系电话{PHONE}") });
    let draft = json!({
        "scope": { "type": "choice", "value": "outside-scope" },
        "requested_amount": { "type": "money", "value": 98_765_400 },
        "object": secret(),
    });
    let tasks = format!("/api/v1/cases/{case}/tasks");
    write("k2", &format!("{tasks}/1/complete"), json!({ "fields": draft })).await;
    let statement = json!({ "fields": { "exemption_reason": secret() } });
    write("k3", &format!("{tasks}/2/complete"), statement).await;
    client.get(format!("{}/projects?text={SECRET}", server.address)).send().await.unwrap();

    let begun = Instant::now();
    let arrived = |taken: &Collector| {
        has(taken, "request", |said| says(said, "http.route", "/api/v1/cases") && says(said, "http.method", "POST"))
            && has(taken, "command", |said| says(said, "command", "start"))
            && has(taken, "job", |said| says(said, "job.kind", "send-mail"))
    };
    while !arrived(&taken) {
        assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", taken.lock().unwrap().spans);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.signal("TERM");
    server.wait();

    let taken = taken.lock().unwrap();
    assert!(taken.services.iter().all(|name| name == "yumen") && !taken.services.is_empty(), "{:?}", taken.services);
    let email = format!("{OFFICER}@");
    let private = [SECRET, PHONE, "98765400", "9876.54", &officer, &email, &token, &case, UNDERPASS, "chen-jie"];
    for body in &taken.bodies {
        let body = String::from_utf8_lossy(body);
        for one in private {
            assert!(!body.contains(one), "“{one}” left in a trace: {:?}", taken.spans);
        }
    }
}
