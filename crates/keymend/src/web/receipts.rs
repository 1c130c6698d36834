//! Where gateways post receipts.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use http::{HeaderMap, StatusCode};

use super::Answer;
use crate::app::App;
use crate::app::receipts::Said;
use crate::error::Fail;

/// Longest receipt, in bytes.
pub const LONGEST: usize = 4096;

/// `POST /receipts/{gateway}`
pub async fn hear(
    State(app): State<Arc<App>>,
    Path(gateway): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let text = |name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    };
    let (timestamp, signature) = (text("keymend-timestamp"), text("keymend-signature"));
    match app.hear(&gateway, timestamp, signature, &body).await? {
        Said::Kept => Ok(StatusCode::NO_CONTENT.into_response()),
        Said::Unproven => Err(Fail::Status(403)),
        Said::Unreadable => Err(Fail::Status(400)),
    }
}
