//! The one place where a failure becomes a page.
//!
//! Inside and outside: the person gets words and a reference, the log gets the cause and the same
//! reference, once. A handler returns [`Fail`]; [`page`] is called by the outermost layer, which
//! knows the request's language.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use keymend_core::refusal::Refusal;

use crate::app::AppError;
use crate::web::context::Cx;
use crate::web::pages::Message;
use crate::web::{html, render};

/// Why a handler has no page of its own to show.
#[derive(Debug)]
pub enum Fail {
    /// A use case said no.
    App(AppError),
    /// A status with its standard words.
    Status(u16),
}

impl From<AppError> for Fail {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// A failure on its way to [`page`].
#[derive(Clone)]
pub struct Failed {
    status: u16,
    words: &'static str,
}

impl Fail {
    fn failed(&self) -> Failed {
        let plain = |status| Failed { status, words: "" };
        match self {
            Self::Status(status) => plain(*status),
            Self::App(error) => match error {
                AppError::Gone | AppError::Refused(Refusal::FlowOver) => Failed {
                    status: 410,
                    words: "flow-over",
                },
                AppError::Refused(
                    Refusal::TooManyWrong | Refusal::SubmitsSpent | Refusal::NotAllowed,
                ) => Failed {
                    status: 403,
                    words: "locked-out",
                },
                AppError::Refused(_) | AppError::Moved => plain(409),
                AppError::TooMany { .. } => plain(429),
                AppError::Busy(cause) => {
                    tracing::error!(cause, "a dependency is down");
                    plain(503)
                }
                AppError::Internal(cause) => {
                    tracing::error!(cause, "a fault of ours");
                    plain(500)
                }
            },
        }
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let failed = self.failed();
        let status =
            StatusCode::from_u16(failed.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(failed);
        response
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        Fail::App(self).into_response()
    }
}

/// The page of a failure, in the language of the request.
#[must_use]
pub fn page(cx: &Cx, failed: &Failed) -> Response {
    let status = StatusCode::from_u16(failed.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let words = &cx.words;
    let (title, text, onward) = if failed.words == "flow-over" {
        let onward = ("/reset", cx.t("flow-over-onward"));
        (cx.t("flow-over-title"), cx.flow_over(), onward)
    } else if failed.words == "locked-out" {
        let onward = ("/", cx.t("onward-start"));
        (cx.t("locked-out-title"), cx.t("locked-out-text"), onward)
    } else {
        let known = [400, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503];
        let code = if known.contains(&failed.status) {
            failed.status
        } else {
            500
        };
        let title = words.t(&format!("error-{code}-title")).to_owned();
        let text = words.t(&format!("error-{code}-text")).to_owned();
        (title, text, ("/", cx.t("onward-start")))
    };
    let page = Message {
        chrome: cx.chrome("/"),
        title,
        text,
        onward: Some(onward),
        request: cx.request.to_string(),
    };
    render(&page).map_or_else(axum::response::IntoResponse::into_response, |text| {
        html(status, text)
    })
}
