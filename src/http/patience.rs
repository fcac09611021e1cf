//! How long a client is waited for: never for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep, sleep_until},
};

/// How long a body may take before its pace counts.
const BODY_GRACE: Duration = Duration::from_secs(25);
/// The slowest pace of a body, in bytes a second.
const BODY_PACE_MIN: u64 = 8 * 1024;

/// A stream that fails once it has been silent in both directions for too long.
pub struct Patient<S> {
    stream: S,
    silence_max: Duration,
    timer: Pin<Box<Sleep>>,
}

impl<S> Patient<S> {
    /// Watches `stream`.
    pub fn new(stream: S, silence_max: Duration) -> Self {
        Self { stream, silence_max, timer: Box::pin(sleep(silence_max)) }
    }

    fn watched<T>(&mut self, polled: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.timer.as_mut().reset(Instant::now() + self.silence_max);
            return polled;
        }
        ready!(self.timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(context, into);
        self.watched(polled, context)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(polled, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.watched(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// How slow a body may be.
#[derive(Debug, Clone, Copy)]
struct Pace {
    grace: Duration,
    bytes_per_second_min: u64,
}

/// A request body that must keep a pace: every second earns time only for bytes that came.
pub struct Paced<B> {
    body: B,
    pace: Pace,
    started: Instant,
    received: u64,
    timer: Pin<Box<Sleep>>,
}

/// The body came too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request body came too slowly")]
pub struct TooSlow;

impl<B> Paced<B> {
    /// Watches `body` from now on.
    pub fn new(body: B) -> Self {
        Self::at(Pace { grace: BODY_GRACE, bytes_per_second_min: BODY_PACE_MIN }, body)
    }

    fn at(pace: Pace, body: B) -> Self {
        let started = Instant::now();
        Self { body, pace, started, received: 0, timer: Box::pin(sleep_until(started + pace.grace)) }
    }
}

impl<B> Body for Paced<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.received += u64::try_from(bytes).unwrap_or_default();
                let earned = Duration::from_millis(self.received.saturating_mul(1000) / self.pace.bytes_per_second_min);
                let deadline = self.started + self.pace.grace + earned;
                self.timer.as_mut().reset(deadline);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(why))) => Poll::Ready(Some(Err(why.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                ready!(self.timer.as_mut().poll(context));
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt as _, StreamBody};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn pieces(every: Duration, count: usize, bytes: usize) -> impl Body<Data = Bytes, Error = io::Error> + Unpin {
        StreamBody::new(Box::pin(futures::stream::unfold(0, move |n| async move {
            tokio::time::sleep(every).await;
            (n < count).then(|| (Ok(Frame::data(Bytes::from(vec![0_u8; bytes]))), n + 1))
        })))
    }

    #[tokio::test]
    async fn silence_ends_a_connection_and_a_word_in_time_does_not() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut server = Patient::new(server, Duration::from_millis(300));
        let mut one = [0];
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.write_all(b"x").await.unwrap();
        server.read_exact(&mut one).await.unwrap();
        let before = Instant::now();
        assert_eq!(server.read(&mut one).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(before.elapsed() >= Duration::from_millis(250));
    }

    #[tokio::test]
    async fn a_dripping_body_is_cut_off() {
        let pace = Pace { grace: Duration::from_millis(100), bytes_per_second_min: 1000 };
        let before = Instant::now();
        let why = Paced::at(pace, pieces(Duration::from_millis(20), usize::MAX, 1)).collect().await.unwrap_err();
        assert!(why.is::<TooSlow>());
        assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    }

    #[tokio::test]
    async fn a_large_body_may_take_its_time() {
        let pace = Pace { grace: Duration::from_millis(100), bytes_per_second_min: 1000 };
        let body = Paced::at(pace, pieces(Duration::from_millis(20), 20, 1000)).collect().await.unwrap();
        assert_eq!(body.to_bytes().len(), 20_000);
    }
}
