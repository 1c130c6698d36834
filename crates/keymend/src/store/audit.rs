//! Audit events, written in the transaction of what they record.

use keymend_core::id::{self, Id};
use keymend_core::time::Timestamp;
use rand_core::Rng as _;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx};
use crate::chance::Os;

const ADD: &str = "INSERT INTO audit (id, at, event, account, flow, source, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// What an account's owner is told: what they did, or what was done to them.
const TOLD: &str = "SELECT at, event, source, detail FROM audit WHERE account = $1 AND event IN \
     ('sign-in.done', 'password.changed', 'reset.done', 'unlock.done', 'method.added', 'method.changed', 'method.removed', \
     'recovery-code.used', 'recovery.frozen', 'recovery.unfrozen', 'session.ended', 'user.password-set', 'user.unlocked', 'user.disabled', 'user.enabled') \
     ORDER BY id DESC LIMIT 20";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[ADD, TOLD];

/// Something that happened. Never holds a code, an answer, a password or a full destination.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// Stable name, such as `reset.gate-passed`.
    pub name: &'static str,
    /// Whom it is about, when known.
    pub account: Option<&'a Id<id::Account>>,
    /// In which flow.
    pub flow: Option<&'a Id<id::Flow>>,
    /// Client address, or `worker`, or `command`.
    pub source: &'a str,
    /// A word or two: method, refusal.
    pub detail: &'a str,
}

/// An event as its person is told of it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Told {
    /// When, Unix milliseconds.
    pub at: i64,
    /// Stable name.
    pub event: String,
    /// Client address, or `worker`, or `command`.
    pub source: String,
    /// A word or two.
    pub detail: String,
}

impl Tx {
    /// The last events that a person is told of their own account, the newest first, at most twenty.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn told(&mut self, account: &Id<id::Account>) -> Result<Vec<Told>, StoreError> {
        Ok(on!(self, |c| query_as(TOLD)
            .bind(account.as_str())
            .fetch_all(c)
            .await?))
    }

    /// Write an event.
    ///
    /// # Errors
    /// [`StoreError::Down`]: then the action must not happen either.
    pub async fn record(&mut self, event: &Event<'_>, now: Timestamp) -> Result<(), StoreError> {
        // Ordered by time, unique without a sequence that every node would have to share.
        let id = format!("{:013}-{:016x}", now.as_millis(), Os.next_u64());
        on!(self, |c| query(ADD)
            .bind(id.as_str())
            .bind(now.as_millis())
            .bind(event.name)
            .bind(event.account.map(Id::as_str))
            .bind(event.flow.map(Id::as_str))
            .bind(event.source)
            .bind(event.detail)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}
