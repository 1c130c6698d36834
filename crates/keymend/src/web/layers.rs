//! What happens to every request before and after its handler.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use rand_core::Rng as _;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use super::context::Cx;
use super::cookies;
use crate::app::App;
use crate::app::limits::Client;
use crate::chance::Os;
use crate::error::{Fail, Failed, page};

/// Put the layers around the routes. A panic is caught inside, so that it gets a page like others.
pub fn around(router: Router, app: Arc<App>) -> Router {
    router
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                tracing::error!("a handler panicked");
                Fail::Status(500).into_response()
            },
        ))
        .layer(from_fn_with_state(app, outermost))
}

/// Answers whose work depends on a person leave on a grid of this width, so that the microseconds which
/// a row more or less costs say nothing about the account (ENU-2). Wider than nearly all of that work,
/// and nothing that anybody waits for.
const GRID: Duration = Duration::from_millis(10);

/// May the work behind a request depend on whom somebody named? The start of a reset is not among them: it looks
/// nobody up.
fn about_somebody(method: &Method, path: &str) -> bool {
    let signs_in = path == "/sign-in" || path == "/sign-in/claim";
    path.starts_with("/reset/") || (signs_in && method == Method::POST)
}

/// How long an answer that took so long waits for the next line of the grid.
fn rest(took: Duration) -> Duration {
    let over = took.as_nanos() % GRID.as_nanos();
    GRID.saturating_sub(Duration::from_nanos(u64::try_from(over).unwrap_or(0)))
}

async fn outermost(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let about_somebody = about_somebody(request.method(), request.uri().path());
    let id = format!("{:016x}", Os.next_u64());
    let client = client(&app, &request);
    let span =
        tracing::info_span!("request", id, method = %request.method(), path = path(&request));
    let cx = Cx::new(
        Arc::clone(&app),
        client,
        id,
        request.headers(),
        request.uri().query(),
    );
    request.extensions_mut().insert(cx.clone());
    let refused = refusal(&app, &request);
    let made = async {
        let response = match refused {
            Some(fail) => fail.into_response(),
            None => next.run(request).await,
        };
        let failed = response.extensions().get::<Failed>().cloned();
        match failed {
            Some(failed) => page(&cx, &failed),
            // The framework refused before a handler saw it, in words of its own that tell how we are built.
            None if response.status().is_client_error() && !is_page(&response) => {
                let plain = Fail::Status(response.status().as_u16()).into_response();
                let failed = plain.extensions().get::<Failed>().cloned();
                failed.map_or(plain, |failed| page(&cx, &failed))
            }
            None => response,
        }
    };
    let mut response = made.instrument(span.clone()).await;
    app.metrics.response(response.status().as_u16());
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    protect(&app, &cx, response.headers_mut());
    if about_somebody {
        // Whoever sends the end of a body late must not choose where the work stands on the grid.
        let began = cx.whole.get().unwrap_or(&began);
        tokio::time::sleep(rest(began.elapsed())).await;
    }
    response
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(http::header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// A path that may stand in a log: the token of a link or of a call does not.
fn path(request: &Request) -> &str {
    let path = request.uri().path();
    if path.starts_with("/n/") {
        "/n/…"
    } else if path.starts_with("/calls/") {
        "/calls/…"
    } else {
        path.get(..path.len().min(100)).unwrap_or("/…")
    }
}

/// Requests that no page of ours makes.
fn refusal(app: &App, request: &Request) -> Option<Fail> {
    let headers = request.headers();
    let mut hosts = headers.get_all(HOST).iter();
    let (host, more) = (hosts.next(), hosts.next());
    let named = host.and_then(|value| value.to_str().ok());
    let Some(named) = named.filter(|_| more.is_none()) else {
        return Some(Fail::Status(400));
    };
    let ours = |authority: &str| app.site.hosts.iter().any(|host| host == authority);
    let absolute = request
        .uri()
        .authority()
        .is_none_or(|authority| ours(authority.as_str()));
    // Probes come by address, not by name.
    let probe = matches!(request.uri().path(), "/livez" | "/readyz");
    if !(probe || ours(named) && absolute) {
        return Some(Fail::Status(421));
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    (!safe && foreign(app, headers)).then_some(Fail::Status(403))
}

/// A request that acts and says that it comes from elsewhere. One that says nothing is left to the
/// guard of its form.
fn foreign(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| site != "same-origin") {
        return true;
    }
    // Our own forms come with `null`: that is what `Referrer-Policy: no-referrer` makes of it. It says nothing.
    text(ORIGIN)
        .filter(|origin| *origin != "null")
        .is_some_and(|origin| {
            let scheme = if app.site.secure { "https" } else { "http" };
            let rest = origin
                .strip_prefix(scheme)
                .and_then(|rest| rest.strip_prefix("://"));
            !rest.is_some_and(|authority| app.site.hosts.iter().any(|host| host == authority))
        })
}

/// The socket's address; behind listed proxies the last address that is not one of them.
fn client(app: &App, request: &Request) -> Client {
    let socket = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip())
        .to_canonical();
    let trusted = |address: &IpAddr| app.site.proxies.iter().any(|net| net.contains(address));
    if !trusted(&socket) {
        return Client(socket);
    }
    // `Forwarded` and its kin are not read: one header, the one that our documentation names.
    let mut hops: Vec<IpAddr> = Vec::new();
    for value in request.headers().get_all("x-forwarded-for") {
        for hop in value.to_str().unwrap_or_default().split(',') {
            match hop.trim().parse::<IpAddr>() {
                Ok(address) => hops.push(address.to_canonical()),
                // What stands before something unreadable was not written by a proxy of ours.
                Err(_) => hops.clear(),
            }
        }
    }
    let client = hops.iter().rev().find(|hop| !trusted(hop)).or(hops.first());
    Client(client.copied().unwrap_or(socket))
}

const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every response, errors and redirects included.
fn protect(app: &App, cx: &Cx, headers: &mut HeaderMap) {
    let fixed = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), otp-credentials=(self)",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.site.secure {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if cx.is_new() {
            cx.jar.give(headers, cookies::FORM, cx.seed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_about_somebody_leave_on_a_grid() {
        let micros = Duration::from_micros;
        for (took, waits) in [
            (0, 10_000),
            (1, 9_999),
            (2_500, 7_500),
            (10_000, 10_000),
            (13_000, 7_000),
        ] {
            assert_eq!(rest(micros(took)), micros(waits), "{took} us");
        }
        for path in ["/reset/verify", "/reset/gate", "/sign-in", "/sign-in/claim"] {
            assert!(about_somebody(&Method::POST, path), "{path}");
        }
        assert!(about_somebody(&Method::GET, "/reset/gate"));
        for path in ["/", "/reset", "/sign-in/with/campus", "/register"] {
            assert!(!about_somebody(&Method::POST, path), "{path}");
        }
        assert!(!about_somebody(&Method::GET, "/sign-in"));
    }
}
