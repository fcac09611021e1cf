//! Five nodes start at once on an empty database, and each of them answers.

use super::scale;
use crate::harness::{
    databases::{Kind, empty},
    server::{Server, check_store, free_address},
};

const NODES: usize = 5;
const SMALL: usize = 2;
const FULL: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_nodes_start_at_once_on_an_empty_sqlite_database() {
    five_nodes_start_at_once(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_nodes_start_at_once_on_an_empty_postgres_database() {
    five_nodes_start_at_once(Kind::Postgres).await;
}

async fn five_nodes_start_at_once(kind: Kind) {
    for _ in 0..scale(SMALL, FULL) {
        let (url, kept) = empty(kind).await;
        let folders: Vec<_> = (0..NODES).map(|_| tempfile::tempdir().unwrap()).collect();
        // Those that end instead of answering fail the test.
        let starts = folders.iter().map(|folder| Server::serve(folder.path(), &url, free_address()));
        let servers = futures::future::join_all(starts).await;
        for server in &servers {
            let ready = reqwest::get(format!("{}/readyz", server.address)).await.unwrap();
            assert_eq!(ready.status(), 200, "{}", server.address);
        }
        servers.into_iter().for_each(Server::kill);
        check_store(folders[0].path(), &url);
        drop(kept);
    }
}
