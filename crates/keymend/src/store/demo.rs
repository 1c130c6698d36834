//! What the demo would have sent, for its message page.

use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx};

const ADD: &str = "INSERT INTO demo_messages (id, channel, recipient, subject, body, sent_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
const LIST: &str = "SELECT id, channel, recipient, subject, body, sent_at FROM demo_messages ORDER BY sent_at DESC, id DESC LIMIT 500";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[ADD, LIST];

/// A message.
#[derive(Clone, Debug, FromRow)]
pub struct DemoMessage {
    /// The outbox row it came from: sending it twice shows it once.
    pub id: String,
    /// `sms`, `voice` or `email`.
    pub channel: String,
    /// Number or address.
    pub recipient: String,
    /// Subject of a mail, else empty.
    pub subject: String,
    /// The text.
    pub body: String,
    sent_at: i64,
}

impl DemoMessage {
    /// A message that is sent now.
    #[must_use]
    pub fn new(
        id: String,
        channel: &str,
        recipient: String,
        subject: String,
        body: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            channel: channel.to_owned(),
            recipient,
            subject,
            body,
            sent_at: now.as_millis(),
        }
    }

    /// When it was sent.
    #[must_use]
    pub fn sent_at(&self) -> Timestamp {
        Timestamp::from_millis(self.sent_at)
    }
}

impl Tx {
    /// Show a message.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn show(&mut self, message: &DemoMessage) -> Result<(), StoreError> {
        on!(self, |c| query(ADD)
            .bind(message.id.as_str())
            .bind(message.channel.as_str())
            .bind(message.recipient.as_str())
            .bind(message.subject.as_str())
            .bind(message.body.as_str())
            .bind(message.sent_at)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The newest messages, newest first.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn shown(&mut self) -> Result<Vec<DemoMessage>, StoreError> {
        Ok(on!(self, |c| query_as(LIST).fetch_all(c).await?))
    }
}
