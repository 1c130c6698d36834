//! Facts about the database itself.

use sqlx::query_scalar;

use super::{StoreError, Tx};

const READ: &str = "SELECT value FROM meta WHERE name = $1";
const WRITE: &str = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[READ, WRITE];

/// Name under which [`crate::keys::KeyRing::check`] is kept.
pub const KEY_CHECK: &str = "key-check";

impl Tx {
    /// A fact, if it was written.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn meta(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(on!(self, |c| query_scalar(READ)
            .bind(name)
            .fetch_optional(c)
            .await?))
    }

    /// Write a fact.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn set_meta(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        on!(self, |c| sqlx::query(WRITE)
            .bind(name)
            .bind(value)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}
