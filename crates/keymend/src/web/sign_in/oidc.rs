//! Signing in by an identity provider: `/sign-in/with/NAME`, `/sign-in/back/NAME`, `/sign-in/finish/NAME`.
//!
//! Our cookies are of the strict kind: a browser that comes from another site does not send them. So it goes away and
//! comes back by a page in between, which goes on by itself, without a script too:
//!
//! - to the provider, because a form that is redirected elsewhere would need a wider `form-action` for every page;
//! - from the provider, because only a request that our own page makes carries the cookie that the answer is bound to.
//!   Whoever is led to `/sign-in/finish` from elsewhere carries none, and is refused.

use http::header::{CACHE_CONTROL, REFRESH};
use http::{HeaderValue, Method, StatusCode};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::super::asked::{Asked, Named};
use super::super::context::Cx;
use super::super::form::{BadForm, Form};
use super::super::pages::{Faults, Hop, Message};
use super::super::{Answer, cookies, html, ok, render, to};
use super::{Next, entered, form, person, tongue};
use crate::app::oidc::{Sent, Unsigned};
use crate::error::Fail;
use crate::i18n::Arg;
use crate::oidc::Provider;
use crate::oidc::fault::Fault;

/// Keys of a fault's heading and of what it says.
fn keys(fault: &Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::Over => ("oidc-over-title", "oidc-over-text"),
        Fault::Cancelled => ("oidc-cancelled-title", "oidc-cancelled-text"),
        Fault::Refused(_) => ("oidc-refused-title", "oidc-refused-text"),
        Fault::Down(_) => ("oidc-down-title", "oidc-down-text"),
        Fault::Issuer => ("oidc-issuer-title", "oidc-issuer-text"),
        Fault::Audience => ("oidc-audience-title", "oidc-audience-text"),
        Fault::Nonce => ("oidc-nonce-title", "oidc-nonce-text"),
        Fault::Signature(_) => ("oidc-signature-title", "oidc-signature-text"),
        Fault::Expired => ("oidc-expired-title", "oidc-expired-text"),
        Fault::Clock => ("oidc-clock-title", "oidc-clock-text"),
        Fault::Stale => ("oidc-stale-title", "oidc-stale-text"),
        Fault::Weak => ("oidc-weak-title", "oidc-weak-text"),
        Fault::Unnamed(_) => ("oidc-unnamed-title", "oidc-unnamed-text"),
        Fault::NoAccount(_) => ("oidc-nobody-title", "oidc-nobody-text"),
        Fault::Protected => ("oidc-protected-title", "oidc-protected-text"),
    }
}

fn provider<'a>(cx: &'a Cx, id: &str) -> Result<&'a Provider, Fail> {
    cx.app.providers.of(id).ok_or(Fail::Status(404))
}

/// A sentence with what people call the provider.
fn about(cx: &Cx, key: &str, provider: &Provider) -> String {
    let label = cx.words.isolated(&provider.settings.label);
    cx.words.f(key, &[("provider", Arg::from(label))])
}

/// The page of a fault.
fn faulty(cx: &Cx, provider: &Provider, fault: &Fault) -> Answer {
    let (title, text) = keys(fault);
    let onward = if cx.app.providers.password {
        "oidc-onward"
    } else {
        "oidc-onward-again"
    };
    let page = Message {
        chrome: cx.chrome("/sign-in"),
        title: about(cx, title, provider),
        text: about(cx, text, provider),
        onward: Some(("/sign-in", cx.t(onward))),
        request: cx.request.to_string(),
    };
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::BAD_GATEWAY);
    Ok(html(status, render(&page)?))
}

/// A page that goes on to an address at once.
fn hop(cx: &Cx, title: String, url: String) -> Answer {
    let onward = HeaderValue::from_str(&format!("0;url={url}"));
    let onward = onward.map_err(|_| Fail::Status(400))?;
    let chrome = cx.chrome("/sign-in");
    let mut response = ok(&Hop { chrome, title, url })?;
    response.headers_mut().insert(REFRESH, onward);
    // Said here, so that no seed is given to a browser that only did not show the one it has.
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, never);
    Ok(response)
}

/// `POST /sign-in/with/NAME`: away.
pub async fn leave(cx: Cx, Named(id): Named, mut posted: Form) -> Answer {
    let next = Next::parse(&posted.take("next")?).ok_or(BadForm::Shape)?;
    posted.end()?;
    let provider = provider(&cx, &id)?;
    // Who is signed in already does it to prove who they are.
    let again = person(&cx).await.is_ok();
    let left = cx.app.leave_for(provider, next.name(), again, &cx.client);
    match left.await {
        Ok(gone) => {
            let title = about(&cx, "oidc-away", provider);
            let mut response = hop(&cx, title, gone.url.into())?;
            let cookie = gone.browser.expose();
            cx.jar.give(response.headers_mut(), cookies::AWAY, cookie);
            Ok(response)
        }
        Err(Unsigned::Fault(fault)) => faulty(&cx, provider, &fault),
        Err(Unsigned::App(error)) => match cx.sentence(&error) {
            Some((status, text)) => {
                let page = form(&cx, next, String::new(), Faults::one("", text));
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::TOO_MANY_REQUESTS);
                Ok(html(status, render(&page)?))
            }
            None => Err(error.into()),
        },
    }
}

/// `GET /sign-in/back/NAME`: what the provider sent, handed on by a page of ours. Nothing is done here.
pub async fn back(cx: Cx, Named(id): Named, Asked(sent): Asked<Sent>) -> Answer {
    let provider = provider(&cx, &id)?;
    let Sent {
        code,
        state,
        iss,
        error,
    } = &sent;
    let mut query = Serializer::new(String::new());
    for (name, value) in [
        ("code", code),
        ("state", state),
        ("iss", iss),
        ("error", error),
    ] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let url = format!("/sign-in/finish/{id}?{}", query.finish());
    hop(&cx, about(&cx, "oidc-back", provider), url)
}

/// `GET /sign-in/finish/NAME`: in. It acts, for no answer of a provider comes by a form without a script; what it does,
/// it does once, and only for the browser that asked.
pub async fn finish(cx: Cx, method: Method, Named(id): Named, Asked(sent): Asked<Sent>) -> Answer {
    if method != Method::GET {
        return Err(Fail::Status(405));
    }
    let provider = provider(&cx, &id)?;
    let cookie = cx.jar.guarded(cookies::AWAY);
    let browser = cx.browser.to_string();
    let place = (browser.as_str(), tongue(&cx));
    let came = cx
        .app
        .back_from(provider, &sent, cookie, &cx.client, place)
        .await;
    let mut response = match came {
        Ok((token, next)) => {
            let next = Next::parse(&next).unwrap_or_default();
            entered(&cx, &token, next).await?
        }
        // The cookie stays: another sign-in of this browser may be under way.
        Err(Unsigned::Fault(fault)) => return faulty(&cx, provider, &fault),
        Err(Unsigned::App(error)) => return Err(error.into()),
    };
    cx.jar.take(response.headers_mut(), cookies::AWAY);
    Ok(response)
}

/// Signed out here: on to the provider, where it has a place for that.
pub async fn farewell(cx: &Cx, came: &(String, String)) -> Answer {
    let provider = cx.app.providers.of(&came.0);
    match (provider, cx.app.farewell(came).await) {
        (Some(provider), Some(url)) => hop(cx, about(cx, "oidc-farewell", provider), url.into()),
        _ => Ok(to("/")),
    }
}

/// Query: what we gave the provider.
#[derive(Deserialize)]
pub struct Farewell {
    state: Option<String>,
}

/// `GET /sign-out/done`: back from the provider.
pub async fn signed_out(cx: Cx, Asked(query): Asked<Farewell>) -> Answer {
    if !query.state.is_some_and(|state| cx.app.is_farewell(&state)) {
        return Ok(to("/"));
    }
    let page = Message {
        chrome: cx.chrome("/"),
        title: cx.t("signed-out-title"),
        text: cx.t("signed-out-text"),
        onward: Some(("/", cx.t("onward-start"))),
        request: String::new(),
    };
    ok(&page)
}
