//! Identity providers: sign-ins that are under way there, and the sessions that came from there.

use keymend_core::id::{self, Id};
use keymend_core::time::Timestamp;
use sqlx::{query, query_as};

use super::{StoreError, Tx};
use crate::chance::Os;
use crate::keys::{KeyRing, Place};

const ADD: &str = "INSERT INTO pending_sign_ins (state, browser, provider, sealed, expires) VALUES ($1, $2, $3, $4, $5)";
const TAKE: &str = "DELETE FROM pending_sign_ins WHERE state = $1 AND browser = $2 AND provider = $3 AND expires > $4 RETURNING sealed";
const CAME: &str = "INSERT INTO provider_sessions (session, provider, hint) VALUES ($1, $2, $3)";
const LEFT: &str = "SELECT provider, hint FROM provider_sessions WHERE session = $1";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[ADD, TAKE, CAME, LEFT];

/// Which sign-in, in which browser, where.
#[derive(Clone, Copy)]
pub struct Pending<'a> {
    /// Digest of what the provider gives back.
    pub state: &'a str,
    /// Digest of the browser's cookie.
    pub browser: &'a str,
    /// The provider's id.
    pub provider: &'a str,
}

impl Pending<'_> {
    fn place(&self) -> Place<'_> {
        Place {
            table: "pending_sign_ins",
            column: "sealed",
            row: self.state,
        }
    }
}

fn hint_of(session: &str) -> Place<'_> {
    Place {
        table: "provider_sessions",
        column: "hint",
        row: session,
    }
}

impl Tx {
    /// Somebody leaves for a provider; `body` is what we must know when they are back.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn add_pending(
        &mut self,
        pending: &Pending<'_>,
        body: &[u8],
        expires: Timestamp,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let sealed = keys.seal(&pending.place(), body, &mut Os);
        on!(self, |c| query(ADD)
            .bind(pending.state)
            .bind(pending.browser)
            .bind(pending.provider)
            .bind(sealed.as_slice())
            .bind(expires.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// They are back, in the same browser and in time. A second time there is nothing.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn take_pending(
        &mut self,
        pending: &Pending<'_>,
        now: Timestamp,
        keys: &KeyRing,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = on!(self, |c| query_as(TAKE)
            .bind(pending.state)
            .bind(pending.browser)
            .bind(pending.provider)
            .bind(now.as_millis())
            .fetch_optional(c)
            .await?);
        row.map(|(sealed,)| Ok(keys.open(&pending.place(), &sealed)?.to_vec()))
            .transpose()
    }

    /// A session comes from a provider, which names it by this token.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn came_from(
        &mut self,
        session: &Id<id::Session>,
        provider: &str,
        hint: &str,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let sealed = keys.seal(&hint_of(session.as_str()), hint.as_bytes(), &mut Os);
        on!(self, |c| query(CAME)
            .bind(session.as_str())
            .bind(provider)
            .bind(sealed.as_slice())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Where a session came from, and the token that names it there.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn came_by(
        &mut self,
        session: &Id<id::Session>,
        keys: &KeyRing,
    ) -> Result<Option<(String, String)>, StoreError> {
        let row: Option<(String, Vec<u8>)> = on!(self, |c| query_as(LEFT)
            .bind(session.as_str())
            .fetch_optional(c)
            .await?);
        let Some((provider, sealed)) = row else {
            return Ok(None);
        };
        let hint = keys.open(&hint_of(session.as_str()), &sealed)?;
        Ok(Some((
            provider,
            String::from_utf8_lossy(&hint).into_owned(),
        )))
    }
}
