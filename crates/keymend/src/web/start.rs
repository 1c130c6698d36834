//! The start page, preferences, assets, probes, and the demo's messages.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};
use keymend_core::secret::Token;
use serde::Serialize;

use super::asked::Named;
use super::context::{Cx, theme};
use super::form::{BadForm, Form};
use super::pages::{DemoMessages, Shown, Start};
use super::{Answer, assets, cookies, ok};
use crate::app::App;
use crate::error::Fail;
use crate::store::StoreError;
use crate::store::demo::DemoMessage;

/// Where the language and theme forms may return to, besides a link's own page.
const PAGES: [&str; 27] = [
    "/",
    "/sign-in",
    "/sign-in/claim",
    "/register/security",
    "/sign-in?next=password",
    "/register",
    "/register/phone",
    "/register/email",
    "/register/app",
    "/register/questions",
    "/register/confirm-it-is-you",
    "/register/remove?method=phone",
    "/register/remove?method=email",
    "/register/remove?method=questions",
    "/register/cancelled",
    "/register/done",
    "/reset",
    "/reset/what",
    "/reset/gate",
    "/reset/number?channel=sms",
    "/reset/number?channel=voice",
    "/reset/password",
    "/reset/help",
    "/reset/done",
    "/password",
    "/password/done",
    "/demo/messages",
];

/// `GET /`
pub async fn start(cx: Cx) -> Answer {
    ok(&Start {
        chrome: cx.chrome("/"),
    })
}

/// `POST /preferences`
pub async fn preferences(cx: Cx, mut form: Form) -> Answer {
    let back = form.take("back")?;
    let (language, shade) = (form.maybe("language"), form.maybe("theme"));
    form.end()?;
    let link = back.strip_prefix("/n/").and_then(Token::presented);
    if link.is_none() && !PAGES.contains(&&*back) {
        return Err(BadForm::Shape.into());
    }
    let back = HeaderValue::from_str(&back).map_err(|_| BadForm::Shape)?;
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, back)]).into_response();
    match (language, shade) {
        (Some(language), None) => {
            let known = cx
                .app
                .site
                .languages
                .iter()
                .find(|known| ***known == *language);
            let known = *known.ok_or(BadForm::Shape)?;
            cx.jar
                .prefer(response.headers_mut(), cookies::LANGUAGE, known);
        }
        (None, Some(shade)) => {
            let shade = theme(&shade).ok_or(BadForm::Shape)?;
            cx.jar.prefer(response.headers_mut(), cookies::THEME, shade);
        }
        _ => return Err(BadForm::Shape.into()),
    }
    Ok(response)
}

/// `GET /assets/{file}`
pub async fn asset(Named(file): Named) -> Answer {
    let (kind, body) = assets::find(&file).ok_or(Fail::Status(404))?;
    let for_ever = HeaderValue::from_static("public, max-age=31536000, immutable");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, for_ever),
    ];
    Ok((headers, body).into_response())
}

/// `GET /livez`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, so people can be served.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    let answers = async {
        let mut tx = app.store.read().await?;
        tx.meta(crate::store::meta::KEY_CHECK).await
    };
    match answers.await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

/// `GET /metrics`
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    (
        [(CONTENT_TYPE, HeaderValue::from_static(kind))],
        app.metrics.text(),
    )
        .into_response()
}

/// `GET /demo/messages`
pub async fn messages(cx: Cx) -> Answer {
    let messages = shown(&cx.app).await?;
    let page = DemoMessages {
        chrome: cx.chrome("/demo/messages"),
        messages: messages
            .into_iter()
            .map(|message| Shown {
                channel: channel(&message.channel),
                sent_at: rfc3339(&message),
                to: message.recipient,
                subject: message.subject,
                body: message.body,
            })
            .collect(),
    };
    ok(&page)
}

#[derive(Serialize)]
struct Entry {
    id: String,
    channel: String,
    to: String,
    subject: String,
    body: String,
    sent_at: String,
}

/// `GET /demo/messages.json`
pub async fn messages_json(State(app): State<Arc<App>>) -> Answer {
    let messages = shown(&app).await?;
    let entries: Vec<Entry> = messages
        .into_iter()
        .map(|message| Entry {
            sent_at: rfc3339(&message),
            id: message.id,
            channel: message.channel,
            to: message.recipient,
            subject: message.subject,
            body: message.body,
        })
        .collect();
    Ok(Json(entries).into_response())
}

async fn shown(app: &App) -> Result<Vec<DemoMessage>, Fail> {
    let list = async { app.store.read().await?.shown().await };
    list.await
        .map_err(|error: StoreError| Fail::App(error.into()))
}

fn channel(name: &str) -> &'static str {
    match name {
        "sms" => "sms",
        "voice" => "voice",
        _ => "email",
    }
}

fn rfc3339(message: &DemoMessage) -> String {
    jiff::Timestamp::from_millisecond(message.sent_at().as_millis())
        .map(|at| at.to_string())
        .unwrap_or_default()
}
