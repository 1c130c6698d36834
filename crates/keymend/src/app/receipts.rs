//! What gateways say later about messages that they took.

use keymend_core::method::Channel;
use keymend_core::time::Timestamp;

use super::{App, AppError};
use crate::deliver::receipt::{Heard, Posted, Receipt};
use crate::store::{StoreError, Tx};

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

/// What is known of a code that was sent to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Nobody said anything yet, and somebody will.
    Waiting,
    /// It reached the phone; a call told its code.
    Arrived,
    /// It never will.
    Failed,
}

impl App {
    /// What became of the newest code to a phone since a moment; nothing where nobody ever tells. For the owner alone:
    /// somebody who is signed in, or has proven something already.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn arrival(
        &self,
        tx: &mut Tx,
        destination: &str,
        channel: Channel,
        since: Timestamp,
    ) -> Result<Option<Arrival>, StoreError> {
        if channel == Channel::Email {
            return Ok(None);
        }
        let Some((gateway, state)) = tx.newest_delivery(destination, channel, since).await? else {
            return Ok((!self.tells.is_empty()).then_some(Arrival::Waiting));
        };
        Ok(match state.as_str() {
            "arrived" => Some(Arrival::Arrived),
            "failed" => Some(Arrival::Failed),
            _ => {
                let tells = self.tells.contains(&gateway);
                tells.then_some(Arrival::Waiting)
            }
        })
    }

    /// Hear a receipt of a gateway; nothing in it is believed before it is proven.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn hear(&self, gateway: &str, posted: &Posted<'_>) -> Result<Said, AppError> {
        let key = self.receipts.get(gateway);
        let Some(key) = key.filter(|key| key.proves(posted, self.now())) else {
            tracing::warn!("a receipt that nothing proves");
            return Ok(Said::Unproven);
        };
        match key.read(posted) {
            Ok(Some(Receipt { reference, state })) => {
                self.became(gateway, &reference, state).await?;
            }
            // Not over yet.
            Ok(None) => {}
            Err(_) => {
                tracing::warn!(gateway, "a receipt that cannot be read");
                return Ok(Said::Unreadable);
            }
        }
        Ok(Said::Kept)
    }

    /// Keep what became of a message.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn became(
        &self,
        gateway: &str,
        reference: &str,
        state: Heard,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let after = tx.heard(gateway, reference, state, self.now()).await?;
        tx.commit().await?;
        let state = state.as_str();
        if let Some(after) = after {
            self.metrics.gateways.heard(gateway, state, after);
            tracing::info!(gateway, reference, state, "a receipt came");
        }
        Ok(())
    }
}
