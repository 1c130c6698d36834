//! Listening: connections with limits, a clean stop.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

/// Connections at once.
const MOST: usize = 1024;
/// Connections of one address that is no proxy of ours.
const EACH: usize = 50;
/// Life of a connection, however busy: browsers open another without anybody noticing.
const LIFE: Duration = Duration::from_mins(5);
/// Time for the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// Time for requests under way when we are told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Listen on an address.
///
/// # Errors
/// In one line, with what to do.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("{address} is in use; stop what listens there, or choose another address")
            }
            _ => format!("cannot listen on {address}: {error}"),
        })
}

/// Serve until told to stop, then let requests under way end. `proxies` may have as many connections
/// as they like; everybody else a few.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    proxies: Vec<IpNet>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST));
    let peers = Peers::default();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((place, listener.accept().await))
        };
        let (place, accepted) = tokio::select! {
            Some(next) = next => next,
            _ = stop.changed() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors: give connections time to end.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let proxy = proxies.iter().any(|net| net.contains(&address));
        let Some(counted) = peers.join(address, proxy) else {
            // Closed without a word: whoever holds that many does not read.
            continue;
        };
        // Small answers leave at once; where the option fails they leave a little later.
        drop(stream.set_nodelay(true));
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let router = router.clone();
            async move { Ok::<_, Infallible>(answer(router, request, peer).await) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(16 * 1024)
            .max_headers(64)
            .serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // Peers hang up as they please; who never reads is hung up on.
            drop(tokio::time::timeout(LIFE, watched).await);
            drop((place, counted));
        });
    }
    if tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not end in time");
    }
}

/// How many connections each address holds.
#[derive(Clone, Default)]
struct Peers(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One of them, until dropped.
struct Counted {
    peers: Peers,
    address: IpAddr,
}

impl Peers {
    fn join(&self, address: IpAddr, proxy: bool) -> Option<Counted> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= EACH && !proxy {
            return None;
        }
        *count += 1;
        Some(Counted {
            peers: self.clone(),
            address,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut held = self.peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// Run the handler as a task of its own: a browser that hangs up must not cut a transaction short.
async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> axum::response::Response {
    let mut request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let handled = tokio::spawn(async move { router.oneshot(request).await });
    match handled.await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(error) => {
            tracing::error!(%error, "a handler failed");
            let mut response = axum::response::Response::default();
            *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}
