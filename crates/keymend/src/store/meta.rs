//! Facts about the database itself.

use sqlx::query_scalar;

use super::{StoreError, Tx};

const READ: &str = "SELECT value FROM meta WHERE name = $1";
const WRITE: &str = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
/// Another value each time: SQLite does not write what stays the same.
const DECOY: &str = "INSERT INTO meta (name, value) SELECT 'decoy', '0' WHERE $1 \
     ON CONFLICT (name) DO UPDATE SET value = CASE meta.value WHEN '0' THEN '1' ELSE '0' END";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[READ, WRITE, DECOY];

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

    /// Write a row in place of one that is not there: an `UPDATE` that finds nothing is quicker than one that finds
    /// somebody, which tells strangers from colleagues. The same statement when there is no need.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn decoy(&mut self, needed: bool) -> Result<(), StoreError> {
        on!(self, |c| sqlx::query(DECOY)
            .bind(needed)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}
