//! Rows of the built-in directory. What they mean is in [`crate::directory::local`].

use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx, changed};

macro_rules! columns {
    () => {
        "id, name, display_name, password, history, groups, enabled, must_change, locked_until, last_write"
    };
}
const ADD: &str = "INSERT INTO local_accounts (id, name, display_name, password, history, groups, enabled, must_change, failures, locked_until, last_write) \
     VALUES ($1, $2, $3, $4, '[]', $5, TRUE, $6, 0, 0, '')";
const BY_NAME: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM local_accounts WHERE name = $1"
);
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM local_accounts WHERE id = $1");
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM local_accounts WHERE name > $1 ORDER BY name LIMIT $2"
);
/// Names of 26 letters: the last eight writes are known, newest first. Whose answer was cut off may write again before it
/// is settled.
const PASSWORD: &str = "UPDATE local_accounts SET password = $1, history = $2, must_change = $3, failures = 0, locked_until = 0, last_write = SUBSTR(CAST($4 AS TEXT) || ' ' || last_write, 1, 216) \
     WHERE id = $5 AND password = $6";
const REHASH: &str = "UPDATE local_accounts SET password = $1 WHERE id = $2 AND password = $3";
const ENABLE: &str = "UPDATE local_accounts SET enabled = $1 WHERE id = $2";
const UNLOCK: &str = "UPDATE local_accounts SET failures = 0, locked_until = 0, last_write = SUBSTR(CAST($1 AS TEXT) || ' ' || last_write, 1, 216) WHERE id = $2";
const LOCK: &str = "UPDATE local_accounts SET locked_until = $1 WHERE id = $2";
/// A lock that ran out begins the row of wrong ones anew, and no lock is ever shortened.
const FAIL: &str = "UPDATE local_accounts SET \
     failures = CASE WHEN locked_until > 0 AND locked_until <= $3 THEN 1 ELSE failures + 1 END, \
     locked_until = CASE WHEN locked_until > $3 THEN locked_until \
         WHEN locked_until = 0 AND failures + 1 >= $1 THEN $2 ELSE 0 END WHERE id = $4";
const CALM: &str = "UPDATE local_accounts SET failures = 0, locked_until = 0 WHERE id = $1";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[
    ADD, BY_NAME, BY_ID, LIST, PASSWORD, REHASH, ENABLE, UNLOCK, LOCK, FAIL, CALM,
];

/// A row.
#[derive(Clone, Debug, FromRow)]
pub struct LocalRow {
    /// Immutable id.
    pub id: String,
    /// Canonical sign-in name.
    pub name: String,
    /// The person's name.
    pub display_name: String,
    /// PHC string.
    pub password: String,
    /// PHC strings of earlier passwords, JSON, newest first.
    pub history: String,
    /// Names of groups, JSON.
    pub groups: String,
    /// May sign in and reset.
    pub enabled: bool,
    /// Must choose a new password at the next sign-in.
    pub must_change: bool,
    locked_until: i64,
    last_write: String,
}

impl LocalRow {
    /// Did this flow write, or one of the seven since? Tells what became of a write when a crash cut the answer off.
    #[must_use]
    pub fn was_written_by(&self, flow: &str) -> bool {
        self.last_write.split(' ').any(|known| known == flow)
    }

    /// Locked out now.
    #[must_use]
    pub fn locked(&self, now: Timestamp) -> bool {
        self.locked_until > now.as_millis()
    }
}

/// A new entry.
pub struct NewLocal<'a> {
    /// Immutable id.
    pub id: &'a str,
    /// Canonical sign-in name.
    pub name: &'a str,
    /// The person's name.
    pub display_name: &'a str,
    /// PHC string.
    pub password: &'a str,
    /// JSON list.
    pub groups: &'a str,
    /// Must choose a new password at the next sign-in.
    pub must_change: bool,
}

/// A new password for a row as it was seen.
pub struct PasswordWrite<'a> {
    /// PHC string.
    pub password: &'a str,
    /// JSON list, newest first.
    pub history: &'a str,
    /// Must be changed at the next sign-in.
    pub must_change: bool,
    /// The flow that writes, or empty.
    pub by: &'a str,
}

impl Tx {
    /// Put an account into other groups, as an operator of the database would.
    #[cfg(test)]
    pub async fn regroup_local(&mut self, name: &str, groups: &str) -> Result<(), StoreError> {
        on!(self, |c| query(
            "UPDATE local_accounts SET groups = $1 WHERE name = $2"
        )
        .bind(groups)
        .bind(name)
        .execute(c)
        .await?
        .rows_affected());
        Ok(())
    }

    /// Add an entry.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name is there already.
    pub async fn add_local(&mut self, new: &NewLocal<'_>) -> Result<(), StoreError> {
        on!(self, |c| query(ADD)
            .bind(new.id)
            .bind(new.name)
            .bind(new.display_name)
            .bind(new.password)
            .bind(new.groups)
            .bind(new.must_change)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The entry of a canonical name.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn local_by_name(&mut self, name: &str) -> Result<Option<LocalRow>, StoreError> {
        Ok(on!(self, |c| query_as(BY_NAME)
            .bind(name)
            .fetch_optional(c)
            .await?))
    }

    /// An entry.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn local(&mut self, id: &str) -> Result<Option<LocalRow>, StoreError> {
        Ok(on!(self, |c| query_as(BY_ID)
            .bind(id)
            .fetch_optional(c)
            .await?))
    }

    /// A page of entries after a name.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn locals(&mut self, after: &str, most: i64) -> Result<Vec<LocalRow>, StoreError> {
        Ok(on!(self, |c| query_as(LIST)
            .bind(after)
            .bind(most)
            .fetch_all(c)
            .await?))
    }

    /// Write a password over the one that was seen. Opens a lock.
    ///
    /// # Errors
    /// [`StoreError::Lost`] when somebody was faster.
    pub async fn set_local_password(
        &mut self,
        seen: &LocalRow,
        write: &PasswordWrite<'_>,
    ) -> Result<(), StoreError> {
        let rows = on!(self, |c| query(PASSWORD)
            .bind(write.password)
            .bind(write.history)
            .bind(write.must_change)
            .bind(write.by)
            .bind(seen.id.as_str())
            .bind(seen.password.as_str())
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Lost)
    }

    /// Put the same password under today's parameters.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn rehash_local(
        &mut self,
        seen: &LocalRow,
        password: &str,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(REHASH)
            .bind(password)
            .bind(seen.id.as_str())
            .bind(seen.password.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Enable or disable.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn enable_local(&mut self, id: &str, enabled: bool) -> Result<(), StoreError> {
        on!(self, |c| query(ENABLE)
            .bind(enabled)
            .bind(id)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Open a lock.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn unlock_local(&mut self, id: &str, by: &str) -> Result<(), StoreError> {
        on!(self, |c| query(UNLOCK)
            .bind(by)
            .bind(id)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Lock until a moment.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn lock_local(&mut self, id: &str, until: Timestamp) -> Result<(), StoreError> {
        on!(self, |c| query(LOCK)
            .bind(until.as_millis())
            .bind(id)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Count a wrong password; the `after`-th in a row locks until `until`.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn fail_local(
        &mut self,
        id: &str,
        after: u32,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(FAIL)
            .bind(i64::from(after))
            .bind(until.as_millis())
            .bind(now.as_millis())
            .bind(id)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// A right password ends the row of wrong ones.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn calm_local(&mut self, id: &str) -> Result<(), StoreError> {
        on!(self, |c| query(CALM)
            .bind(id)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}
