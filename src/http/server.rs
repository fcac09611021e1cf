//! The HTTP server: bounded in connections, headers, bodies and patience, so that slow clients harm nobody.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::patience::{Paced, Patient};

/// How long the headers of a request may take; also how long a connection may idle between two requests.
pub const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a connection may pass without a byte in either direction.
pub const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Bytes of the request line and the headers together at most.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// How long requests in flight may take after the signal to stop.
const DRAIN_WITHIN: Duration = Duration::from_secs(10);

/// The address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Serves `router` on `listener` with at most `connections_max` at a time, until `stop`; requests in flight finish.
///
/// # Errors
/// When the listener itself is broken.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections_max: usize,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let places = Arc::new(Semaphore::new(connections_max));
    let graceful = GracefulShutdown::new();
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => place?,
        };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(why) => {
                    // Out of file descriptors, or a client that was gone already: neither ends the server.
                    tracing::warn!(reason = %why, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let (router, watcher) = (router.clone(), graceful.watcher());
        tokio::spawn(async move {
            serve_one(stream, peer.ip(), router, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests in flight were cut off");
    }
    Ok(())
}

async fn serve_one(stream: TcpStream, peer: IpAddr, router: Router, watcher: Watcher) {
    // Small answers leave at once; a socket that cannot do that still works.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request.map(|body| Body::new(Paced::new(body))))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEADER_BYTES_MAX)
        .serve_connection(TokioIo::new(Patient::new(stream, SILENCE_MAX)), service);
    if let Err(why) = watcher.watch(connection).await {
        tracing::debug!(reason = %why, "a connection ended early");
    }
}

/// Lets this process hold `connections_max` sockets beside its files, as far as the system allows.
pub fn allow_sockets(connections_max: usize) {
    let wanted = u64::try_from(connections_max).unwrap_or(u64::MAX).saturating_add(256);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(allowed) if allowed < wanted => {
            tracing::warn!(allowed, wanted, "the system allows fewer open files than limits.connections needs");
        }
        Ok(_) => {}
        Err(why) => tracing::warn!(reason = %why, "the limit of open files cannot be read"),
    }
}
