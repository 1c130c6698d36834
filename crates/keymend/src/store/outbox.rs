//! Everything that leaves the house waits here first, sealed, in the transaction that wanted it.
//!
//! A row is claimed by moving its due time into the future: whoever crashes gives it back by doing
//! nothing. A settled row keeps its outcome and loses its payload.

use keymend_core::id::{self, Id};
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{StoreError, Tx};
use crate::chance::Os;
use crate::keys::{KeyRing, Place};

const PUSH: &str = "INSERT INTO outbox (id, lane, due, expires, attempts, state, payload, reason, settled, known, since) \
     VALUES ($1, $2, $3, $4, 0, 'queued', $5, '', 0, $6, $3)";

macro_rules! claim {
    ($hook:literal) => {
        concat!(
            "UPDATE outbox SET due = $1, attempts = attempts + 1 WHERE id IN (",
            "SELECT id FROM outbox WHERE state = 'queued' AND lane = $2 AND due <= $3 ORDER BY due LIMIT $4",
            $hook,
            ") RETURNING id, expires, attempts, payload, known, gateway"
        )
    };
}
const CLAIM: &str = claim!("");
/// The one place where the engines differ: PostgreSQL has many writers, and they must not queue up.
const CLAIM_SKIPPING: &str = claim!(" FOR UPDATE SKIP LOCKED");
const SETTLE: &str = "UPDATE outbox SET state = $1, reason = $2, settled = $3, payload = NULL WHERE id = $4 AND state = 'queued'";
const LATER: &str = "UPDATE outbox SET due = $1, reason = $2, gateway = CASE WHEN $3 = '' THEN gateway ELSE $3 END \
     WHERE id = $4 AND state = 'queued'";
const DRAW: &str = "UPDATE outbox SET drawn = TRUE WHERE id = $1 AND NOT drawn";
const COUNT: &str = "UPDATE outbox SET counted = TRUE WHERE id = $1 AND NOT counted";
const ANY_DUE: &str =
    "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'queued' AND lane = $1 AND due <= $2)";
const WAITING: &str = "SELECT COUNT(*), COALESCE(MIN(due), $2) FROM (SELECT due FROM outbox WHERE state = 'queued' AND lane = $1 ORDER BY due LIMIT $3) AS first";
const OLDEST: &str = "SELECT MIN(since) FROM outbox WHERE state = 'queued' AND lane = $1";

/// Every statement of this file that both engines take, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    PUSH, CLAIM, SETTLE, LATER, DRAW, COUNT, ANY_DUE, WAITING, OLDEST,
];

/// Rows of one lane leave one after the other, and wait for no other lane: a code for no notice, a mail for no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Codes by text message: somebody waits in front of the page.
    Text,
    /// Codes by call; a call lasts as long as somebody listens.
    Call,
    /// Codes by mail.
    Mail,
    /// What somebody should know soon.
    Notice,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Text, Self::Call, Self::Mail, Self::Notice];

    /// Stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Call => "call",
            Self::Mail => "mail",
            Self::Notice => "notice",
        }
    }
}

/// A row that is to wait.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// Where.
    pub lane: Lane,
    /// Not before.
    pub due: Timestamp,
    /// After this it must not leave any more.
    pub expires: Timestamp,
    /// Whoever asked for it sits in a known network.
    pub known: bool,
}

/// A claimed row.
#[derive(Debug)]
pub struct Claimed {
    /// Identifier, and idempotency key for the provider.
    pub id: Id<id::Job>,
    /// How often it was claimed, this time included.
    pub attempts: u32,
    /// After this it must not leave any more.
    pub expires: Timestamp,
    /// The opened payload.
    pub payload: zeroize::Zeroizing<Vec<u8>>,
    /// Whoever asked for it sits in a known network.
    pub known: bool,
    /// The gateway that was asked last; empty where none was.
    pub gateway: String,
}

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It left.
    Sent,
    /// It was done; nothing had to leave.
    Done,
    /// It was not to leave: nobody there, a limit, past its time.
    Dropped,
    /// It will never leave.
    Dead,
}

impl Ended {
    /// Stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }
}

#[derive(FromRow)]
struct Row {
    id: String,
    expires: i64,
    attempts: i64,
    payload: Option<Vec<u8>>,
    known: bool,
    gateway: String,
}

impl Tx {
    /// Queue a payload.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn push(
        &mut self,
        payload: &[u8],
        row: Waiting,
        keys: &KeyRing,
    ) -> Result<Id<id::Job>, StoreError> {
        let id: Id<id::Job> = Id::ordered(row.due, &mut Os);
        let sealed = keys.seal(&place(id.as_str()), payload, &mut Os);
        on!(self, |c| query(PUSH)
            .bind(id.as_str())
            .bind(row.lane.as_str())
            .bind(row.due.as_millis())
            .bind(row.expires.as_millis())
            .bind(sealed.as_slice())
            .bind(row.known)
            .execute(c)
            .await?
            .rows_affected());
        Ok(id)
    }

    /// Claim up to `most` rows of a lane that are due, until `lease`.
    ///
    /// # Errors
    /// [`StoreError::Down`]. Rows that do not open are settled as dead, not returned.
    pub async fn claim(
        &mut self,
        lane: Lane,
        now: Timestamp,
        lease: Timestamp,
        most: i64,
        keys: &KeyRing,
    ) -> Result<Vec<Claimed>, StoreError> {
        let sql = match self {
            Self::Sqlite(_) => CLAIM,
            Self::Postgres(_) => CLAIM_SKIPPING,
        };
        let mut rows: Vec<Row> = on!(self, |c| query_as(sql)
            .bind(lease.as_millis())
            .bind(lane.as_str())
            .bind(now.as_millis())
            .bind(most)
            .fetch_all(c)
            .await?);
        // Their due time is their lease by now; identifiers are in the order of the queue.
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let id = Id::parse(&row.id).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let opened = keys.open(&place(&row.id), row.payload.as_deref().unwrap_or_default());
            match opened {
                Ok(payload) => claimed.push(Claimed {
                    id,
                    attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
                    expires: Timestamp::from_millis(row.expires),
                    payload,
                    known: row.known,
                    gateway: row.gateway,
                }),
                Err(error) => {
                    tracing::error!(job = %id, %error, "an outbox row cannot be opened");
                    self.settle(&id, Ended::Dead, "unreadable", now).await?;
                }
            }
        }
        Ok(claimed)
    }

    /// End a row; its payload is wiped. False when somebody else has ended it.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn settle(
        &mut self,
        id: &Id<id::Job>,
        ended: Ended,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(SETTLE)
            .bind(ended.as_str())
            .bind(reason)
            .bind(now.as_millis())
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// Try a row again later. `gateway`: the one that was asked last, or empty.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn retry_at(
        &mut self,
        id: &Id<id::Job>,
        due: Timestamp,
        reason: &str,
        gateway: &str,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(LATER)
            .bind(due.as_millis())
            .bind(reason)
            .bind(gateway)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// A message is about to be counted for the reserve of known networks. False when it was.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn draw(&mut self, id: &Id<id::Job>) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(DRAW)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// A row is about to be counted against budgets. False when it was: a message that is tried again is still one message
    /// to whoever gets it.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn count_once(&mut self, id: &Id<id::Job>) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(COUNT)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// Is anything due in a lane?
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn any_due(&mut self, lane: Lane, now: Timestamp) -> Result<bool, StoreError> {
        Ok(on!(self, |c| query_scalar(ANY_DUE)
            .bind(lane.as_str())
            .bind(now.as_millis())
            .fetch_one(c)
            .await?))
    }

    /// How many rows wait in a lane, counted up to `most`, and since when the first of them is due: `now` where none is.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn waiting(
        &mut self,
        lane: Lane,
        now: Timestamp,
        most: i64,
    ) -> Result<(i64, Timestamp), StoreError> {
        let (count, since): (i64, i64) = on!(self, |c| query_as(WAITING)
            .bind(lane.as_str())
            .bind(now.as_millis())
            .bind(most)
            .fetch_one(c)
            .await?);
        Ok((count, Timestamp::from_millis(since)))
    }

    /// When the oldest row that waits in a lane was first due, however often it was tried since.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn oldest(&mut self, lane: Lane) -> Result<Option<Timestamp>, StoreError> {
        let since: Option<i64> = on!(self, |c| query_scalar(OLDEST)
            .bind(lane.as_str())
            .fetch_one(c)
            .await?);
        Ok(since.map(Timestamp::from_millis))
    }
}

fn place(row: &str) -> Place<'_> {
    Place {
        table: "outbox",
        column: "payload",
        row,
    }
}
