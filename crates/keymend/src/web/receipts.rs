//! Where gateways post receipts.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use http::{HeaderMap, StatusCode, Uri};

use super::Answer;
use crate::app::App;
use crate::app::receipts::Said;
use crate::deliver::receipt::Posted;
use crate::error::Fail;

/// Longest receipt, in bytes.
pub const LONGEST: usize = 4096;

/// `POST /receipts/{gateway}`
pub async fn hear(
    State(app): State<Arc<App>>,
    Path(gateway): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let posted = Posted {
        address: &app.site.address(&uri),
        headers: &headers,
        body: &body,
    };
    match app.hear(&gateway, &posted).await? {
        Said::Kept => Ok(StatusCode::NO_CONTENT.into_response()),
        Said::Unproven => Err(Fail::Status(403)),
        Said::Unreadable => Err(Fail::Status(400)),
    }
}
