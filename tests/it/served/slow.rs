//! Slow clients are cut off, and nobody else notices.

use std::time::{Duration, Instant};

use reqwest::Method;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::house::House;
use crate::harness::databases::Kind;

/// Sockets that say half a request.
const SOCKETS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_requests_are_closed_and_others_are_served_meanwhile() {
    let house = House::open(Kind::Sqlite).await;
    let address = house.url.trim_start_matches("http://").to_owned();
    let started = Instant::now();
    let mut slow = Vec::new();
    for n in 0..SOCKETS {
        let mut socket = TcpStream::connect(&address).await.unwrap();
        let said: &[u8] = match n % 3 {
            0 => b"",
            1 => b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\n",
            _ => b"POST /api/v1/cases HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{",
        };
        socket.write_all(said).await.unwrap();
        slow.push(socket);
    }
    let asked = Instant::now();
    let answer = house.asks(Method::GET, "/api/openapi.json").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    for mut socket in slow {
        let mut rest = Vec::new();
        let limit = Duration::from_secs(31).saturating_sub(started.elapsed());
        // An error is as good an end as a farewell.
        let end = tokio::time::timeout(limit, socket.read_to_end(&mut rest)).await;
        assert!(end.is_ok(), "a socket is still open after {:?}", started.elapsed());
    }
    house.close().await;
}
