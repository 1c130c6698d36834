//! What gateways say later about messages that they took.

use super::{App, AppError};
use crate::deliver::receipt::Receipt;

/// What came of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is kept, or was known, or is about nothing of ours: all the same to whoever posts it.
    Kept,
    /// Nothing proves that it comes from this gateway.
    Unproven,
    /// It cannot be read.
    Unreadable,
}

impl App {
    /// Hear a receipt of a gateway; nothing in it is believed before it is proven.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn hear(
        &self,
        gateway: &str,
        timestamp: &str,
        signature: &str,
        body: &[u8],
    ) -> Result<Said, AppError> {
        let now = self.now();
        let key = self.receipts.get(gateway);
        if !key.is_some_and(|key| key.proves(timestamp, signature, body, now)) {
            tracing::warn!("a receipt that nothing proves");
            return Ok(Said::Unproven);
        }
        let Ok(Receipt { reference, state }) = serde_json::from_slice(body) else {
            tracing::warn!(gateway, "a receipt that cannot be read");
            return Ok(Said::Unreadable);
        };
        let mut tx = self.store.begin().await?;
        let after = tx.heard(gateway, &reference, state, now).await?;
        tx.commit().await?;
        let state = state.as_str();
        if let Some(after) = after {
            self.metrics.gateways.heard(gateway, state, after);
            tracing::info!(gateway, reference, state, "a receipt came");
        }
        Ok(Said::Kept)
    }
}
