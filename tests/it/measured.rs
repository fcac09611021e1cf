//! What `cargo bench --bench time` measures works: the same, so small that its figures mean nothing.

#[path = "../../benches/time/measured/mod.rs"]
mod timing;

use timing::{Database, FULL, QUICK};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    every_figure_is_there(&Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let server = std::env::var("YUMEN_TEST_POSTGRES").expect("./tests/run starts one");
    every_figure_is_there(&Database::Postgres(server)).await;
}

async fn every_figure_is_there(database: &Database) {
    assert!(
        FULL.armed.1 == 1_000_000 && FULL.projects == 50_000 && FULL.deadlines == 20_000,
        "what the figures are of"
    );
    let report = timing::on(database, QUICK).await.unwrap();
    for figure in [
        "/sweep/many_to_few",
        "/sweep/one_sweep_of_200_beside_many_ms/p99",
        "/crowd/fan_out/started_s",
        "/crowd/fan_out/inbox_page_meanwhile_ms/p99",
        "/crowd/instant/told_s",
        "/commit_to_accepted/ms/p50",
        "/commit_to_accepted/ms/p99",
        "/idle/cpu_percent",
        "/idle/statements_per_second",
    ] {
        let found = report.pointer(figure).and_then(serde_json::Value::as_f64);
        assert!(found.is_some_and(f64::is_finite), "{figure}: {report:#}");
    }
    let digests = report.pointer("/crowd/instant/digests").and_then(serde_json::Value::as_u64);
    assert!(digests.is_some(), "{report:#}");
}
