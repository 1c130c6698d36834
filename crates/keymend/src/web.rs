//! The pages: router, layers, handlers.
//!
//! Begin with [`router`]. Requests pass [`layers`] first (host, origin, language, headers), then a
//! handler, which takes, calls and shows. GET shows and POST acts; nothing here decides anything.

mod asked;
pub mod assets;
mod browser;
mod calls;
pub mod context;
mod cookies;
mod form;
mod layers;
mod not_me;
pub mod pages;
mod password;
mod qr;
mod receipts;
mod register;
mod reset;
mod say;
pub mod server;
mod sign_in;
mod signing;
mod start;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};

use crate::app::{App, AppError};
use crate::error::Fail;
use signing::Signing;

/// The portal.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new()
        .route("/", get(start::start))
        .route("/preferences", post(start::preferences))
        .route("/assets/{file}", get(start::asset))
        .route("/livez", get(start::alive))
        .route("/readyz", get(start::ready))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route(
            "/sign-in/claim",
            get(sign_in::claim::page).post(sign_in::claim::claim),
        )
        .route("/sign-in/with/{provider}", post(sign_in::oidc::leave))
        .route("/sign-in/back/{provider}", get(sign_in::oidc::back))
        .route("/sign-in/finish/{provider}", get(sign_in::oidc::finish))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/sign-out/done", get(sign_in::oidc::signed_out))
        .route("/password", get(password::page).post(password::change))
        .route("/password/done", get(password::done))
        .route("/password/strength", post(password::strength_signed_in))
        .route(
            "/.well-known/change-password",
            get(|| async { to("/password") }),
        )
        .route("/n/{token}", get(not_me::page).post(not_me::freeze))
        .route(
            "/receipts/{gateway}",
            post(receipts::hear).layer(DefaultBodyLimit::max(receipts::LONGEST)),
        )
        .route("/calls/{gateway}/{token}", calls::route(calls::answered))
        .route(
            "/calls/{gateway}/{token}/{turn}",
            calls::route(calls::pressed),
        );
    router = router.merge(registering()).merge(resetting());
    if app.site.demo {
        router = router
            .route("/demo/messages", get(start::messages))
            .route("/demo/messages.json", get(start::messages_json))
            .route("/metrics", get(start::metrics));
    }
    let router = router
        .fallback(|| async { Fail::Status(404) })
        .method_not_allowed_fallback(|| async { Fail::Status(405) })
        .with_state(Arc::clone(&app));
    layers::around(router, app)
}

/// Everything below `/register`.
fn registering() -> Router<Arc<App>> {
    Router::new()
        .route("/register", get(register::overview))
        .route(
            "/register/phone",
            get(register::phone::page).post(register::phone::send),
        )
        .route("/register/phone/verify", post(register::phone::verify))
        .route("/register/phone/again", post(register::phone::again))
        .route(
            "/register/email",
            get(register::email::page).post(register::email::send),
        )
        .route("/register/email/verify", post(register::email::verify))
        .route("/register/email/again", post(register::email::again))
        .route(
            "/register/app",
            get(register::app::page).post(register::app::begin),
        )
        .route("/register/app/verify", post(register::app::verify))
        .route(
            "/register/passkey",
            get(register::passkey::page).post(register::passkey::begin),
        )
        .route("/register/passkey/made", post(register::passkey::made))
        .route(
            "/register/codes",
            get(register::codes::page).post(register::codes::make),
        )
        .route(
            "/register/codes/recovery-codes.txt",
            get(register::codes::file),
        )
        .route("/register/codes/keep", post(register::codes::keep))
        .route(
            "/register/questions",
            get(register::questions::page).post(register::questions::save),
        )
        .route(
            "/register/remove",
            get(register::remove_page).post(register::remove),
        )
        .route(
            "/register/confirm-it-is-you",
            get(register::confirm::page).post(register::confirm::choose),
        )
        .route(
            "/register/confirm-it-is-you/verify",
            post(register::confirm::verify),
        )
        .route(
            "/register/confirm-it-is-you/passkey",
            post(register::confirm::passkey),
        )
        .route(
            "/register/confirm-it-is-you/answers",
            post(register::confirm::answers),
        )
        .route(
            "/register/confirm-it-is-you/again",
            post(register::confirm::again),
        )
        .route("/register/security", get(register::security::page))
        .route(
            "/register/security/sign-out",
            post(register::security::sign_out),
        )
        .route("/register/looks-good", post(register::looks_good))
        .route("/register/unfreeze", post(register::unfreeze))
        .route("/register/finish", post(register::finish))
        .route("/register/cancel", post(register::cancel))
        .route("/register/cancelled", get(register::cancelled))
        .route("/register/done", get(register::done))
}

/// Everything below `/reset`.
fn resetting() -> Router<Arc<App>> {
    Router::new()
        .route("/reset", get(reset::who::page).post(reset::who::start))
        .route("/reset/what", get(reset::what).post(reset::want))
        .route("/reset/gate", get(reset::gate::page))
        .route("/reset/number", get(reset::gate::number))
        .route("/reset/send", post(reset::gate::send))
        .route("/reset/verify", post(reset::gate::verify))
        .route("/reset/passkey", post(reset::gate::passkey))
        .route("/reset/answers", post(reset::gate::answers))
        .route("/reset/again", post(reset::gate::again))
        .route("/reset/other", post(reset::gate::other))
        .route("/reset/help", get(reset::help).post(reset::refer))
        .route(
            "/reset/password",
            get(reset::settle::password).post(reset::settle::submit),
        )
        .route("/reset/strength", post(password::strength_in_flow))
        .route("/reset/unlock", post(reset::settle::unlock))
        .route("/reset/done", get(reset::settle::done))
        .route("/reset/cancel", post(reset::cancel))
}

/// The numbers, on a listener of their own.
pub fn metrics_router(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(start::metrics))
        .with_state(app)
}

/// What a handler gives back.
type Answer = Result<Response, Fail>;

/// Render a page.
///
/// # Errors
/// [`Fail`], when memory is gone.
pub fn render(page: &impl Template) -> Result<String, Fail> {
    page.render()
        .map_err(|error| AppError::Internal(error.to_string()).into())
}

/// A page as a response.
#[must_use]
pub fn html(status: StatusCode, text: String) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(CONTENT_TYPE, kind)], text).into_response()
}

fn ok(page: &impl Template) -> Answer {
    Ok(html(StatusCode::OK, render(page)?))
}

fn unprocessable(page: &impl Template) -> Answer {
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, render(page)?))
}

/// 303: the browser fetches the next page by GET.
fn to(path: &'static str) -> Response {
    (
        StatusCode::SEE_OTHER,
        [(LOCATION, HeaderValue::from_static(path))],
    )
        .into_response()
}

#[cfg(test)]
pub mod tests;
