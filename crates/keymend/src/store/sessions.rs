//! Signed-in sessions. The cookie holds a token, the row its digest; what is under way is sealed.

use keymend_core::id::{self, Id};
use keymend_core::registration::Visit;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx, changed};
use crate::chance::Os;
use crate::keys::{KeyRing, Place};

const ADD: &str = "INSERT INTO sessions (id, token, account, must_change, visit, version, seen, expires, browser, source) \
     VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9)";
const BY_TOKEN: &str = "SELECT id, account, must_change, visit, version, seen FROM sessions WHERE token = $1 AND seen > $2 AND expires > $3";
const BY_ID: &str =
    "SELECT id, account, must_change, visit, version, seen FROM sessions WHERE id = $1";
const SAVE: &str = "UPDATE sessions SET visit = $1, seen = $2, version = version + 1 WHERE id = $3 AND version = $4";
const SEEN: &str = "UPDATE sessions SET seen = $1 WHERE id = $2";
const CHANGED: &str = "UPDATE sessions SET must_change = FALSE, token = $1 WHERE id = $2";
const ROTATE: &str = "UPDATE sessions SET token = $1 WHERE id = $2";
const END: &str = "DELETE FROM sessions WHERE id = $1";
const NEXT: &str = "UPDATE accounts SET epoch = epoch + 1 WHERE id = $1";
const OF_ACCOUNT: &str = "SELECT id, browser, source, seen, expires FROM sessions WHERE account = $1 AND seen > $2 AND expires > $3 ORDER BY seen DESC, id";
const END_OWN: &str = "DELETE FROM sessions WHERE id = $1 AND account = $2";
const END_ALL: &str = "DELETE FROM sessions WHERE account = $1 AND id <> $2";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[
    ADD, BY_TOKEN, BY_ID, SAVE, SEEN, CHANGED, ROTATE, END, NEXT, OF_ACCOUNT, END_OWN, END_ALL,
];

#[derive(FromRow)]
struct Row {
    id: String,
    account: String,
    must_change: bool,
    visit: Vec<u8>,
    version: i64,
    seen: i64,
}

/// A session as it was seen.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// What is under way.
    pub visit: Visit,
    /// Whose.
    pub account: Id<id::Account>,
    /// The directory wants a new password before anything else.
    pub must_change: bool,
    /// Last request.
    pub seen: Timestamp,
    /// Version that was seen.
    pub version: i64,
}

/// Where and for how long a session is begun.
pub struct Begun<'a> {
    /// It ends then at the latest.
    pub expires: Timestamp,
    /// The browser and its system, as far as they are told.
    pub browser: &'a str,
    /// The client's address.
    pub source: &'a str,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SignedIn {
    /// Which.
    pub id: String,
    /// The browser and its system; empty when they were not told.
    pub browser: String,
    /// The client's address at the sign-in.
    pub source: String,
    /// Last request, Unix milliseconds.
    pub seen: i64,
    /// Its end at the latest, Unix milliseconds.
    pub expires: i64,
}

/// Moments between which a session counts.
#[derive(Clone, Copy)]
pub struct Alive {
    /// Seen after this.
    pub seen_after: Timestamp,
    /// Not past its end now.
    pub now: Timestamp,
}

impl Tx {
    /// Write a new session.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn add_session(
        &mut self,
        session: &SessionRow,
        token: &[u8],
        begun: &Begun<'_>,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let visit = sealed(&session.visit, keys)?;
        on!(self, |c| query(ADD)
            .bind(session.visit.id.as_str())
            .bind(token)
            .bind(session.account.as_str())
            .bind(session.must_change)
            .bind(visit.as_slice())
            .bind(session.seen.as_millis())
            .bind(begun.expires.as_millis())
            .bind(begun.browser)
            .bind(begun.source)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The live session of a token.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn session_of(
        &mut self,
        token: &[u8],
        alive: Alive,
        keys: &KeyRing,
    ) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<Row> = on!(self, |c| query_as(BY_TOKEN)
            .bind(token)
            .bind(alive.seen_after.as_millis())
            .bind(alive.now.as_millis())
            .fetch_optional(c)
            .await?);
        row.map(|row| row.opened(keys)).transpose()
    }

    /// What is under way in a session, for what was queued there.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn session(
        &mut self,
        id: &Id<id::Session>,
        keys: &KeyRing,
    ) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<Row> = on!(self, |c| query_as(BY_ID)
            .bind(id.as_str())
            .fetch_optional(c)
            .await?);
        row.map(|row| row.opened(keys)).transpose()
    }

    /// Save what is under way, as it was seen.
    ///
    /// # Errors
    /// [`StoreError::Lost`] when somebody was faster.
    pub async fn save_session(
        &mut self,
        visit: &Visit,
        seen: i64,
        now: Timestamp,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let body = sealed(visit, keys)?;
        let rows = on!(self, |c| query(SAVE)
            .bind(body.as_slice())
            .bind(now.as_millis())
            .bind(visit.id.as_str())
            .bind(seen)
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Lost)
    }

    /// The person is still there.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn touch_session(
        &mut self,
        id: &Id<id::Session>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(SEEN)
            .bind(now.as_millis())
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Give the session a new token; the old one is dead.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn rotate_session(
        &mut self,
        id: &Id<id::Session>,
        token: &[u8],
    ) -> Result<(), StoreError> {
        on!(self, |c| query(ROTATE)
            .bind(token)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The demanded change of password is done: a new token, and the whole portal.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn free_session(
        &mut self,
        id: &Id<id::Session>,
        token: &[u8],
    ) -> Result<(), StoreError> {
        on!(self, |c| query(CHANGED)
            .bind(token)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// End a session.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn end_session(&mut self, id: &Id<id::Session>) -> Result<(), StoreError> {
        on!(self, |c| query(END)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The live sessions of an account, the one used last first.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn sessions_of(
        &mut self,
        account: &Id<id::Account>,
        alive: Alive,
    ) -> Result<Vec<SignedIn>, StoreError> {
        Ok(on!(self, |c| query_as(OF_ACCOUNT)
            .bind(account.as_str())
            .bind(alive.seen_after.as_millis())
            .bind(alive.now.as_millis())
            .fetch_all(c)
            .await?))
    }

    /// End a session of this account. False when it has none of that name.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn end_own_session(
        &mut self,
        account: &Id<id::Account>,
        id: &str,
    ) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(END_OWN)
            .bind(id)
            .bind(account.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// End every session of an account, but one where `but` names it.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn end_sessions(
        &mut self,
        account: &Id<id::Account>,
        but: &str,
    ) -> Result<u64, StoreError> {
        // First: it waits for sign-ins that hold the account, so that their sessions are seen below.
        on!(self, |c| query(NEXT)
            .bind(account.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(on!(self, |c| query(END_ALL)
            .bind(account.as_str())
            .bind(but)
            .execute(c)
            .await?
            .rows_affected()))
    }
}

impl Row {
    fn opened(self, keys: &KeyRing) -> Result<SessionRow, StoreError> {
        let corrupt = |what: String| StoreError::Corrupt(format!("session {}: {what}", self.id));
        let plain = keys.open(&place(&self.id), &self.visit)?;
        Ok(SessionRow {
            visit: serde_json::from_slice(&plain).map_err(|error| corrupt(error.to_string()))?,
            account: Id::parse(&self.account).map_err(|error| corrupt(error.to_string()))?,
            must_change: self.must_change,
            seen: Timestamp::from_millis(self.seen),
            version: self.version,
        })
    }
}

fn sealed(visit: &Visit, keys: &KeyRing) -> Result<Vec<u8>, StoreError> {
    let plain = zeroize::Zeroizing::new(
        serde_json::to_vec(visit).map_err(|error| StoreError::Corrupt(error.to_string()))?,
    );
    Ok(keys.seal(&place(visit.id.as_str()), &plain, &mut Os))
}

fn place(row: &str) -> Place<'_> {
    Place {
        table: "sessions",
        column: "visit",
        row,
    }
}
