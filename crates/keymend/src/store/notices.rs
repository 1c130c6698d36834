//! Links of notices: "this wasn't me".

use keymend_core::id::{self, Id};
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx, changed};

const ADD: &str = "INSERT INTO notices (token, account, event, expires) VALUES ($1, $2, $3, $4)";
const LOOK: &str = "SELECT account, used FROM notices WHERE token = $1 AND expires > $2";
const USE: &str = "UPDATE notices SET used = $1 WHERE token = $2 AND used IS NULL AND expires > $1";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[ADD, LOOK, USE];

#[derive(FromRow)]
struct Row {
    account: String,
    used: Option<i64>,
}

/// A link that is known and not past its end.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Whose notice.
    pub account: Id<id::Account>,
    /// It was used.
    pub used: bool,
}

impl Tx {
    /// Keep a link.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn add_notice(
        &mut self,
        token: &[u8],
        account: &Id<id::Account>,
        event: &str,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(ADD)
            .bind(token)
            .bind(account.as_str())
            .bind(event)
            .bind(expires.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Look at a link without using it.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn notice(
        &mut self,
        token: &[u8],
        now: Timestamp,
    ) -> Result<Option<NoticeRow>, StoreError> {
        let row: Option<Row> = on!(self, |c| query_as(LOOK)
            .bind(token)
            .bind(now.as_millis())
            .fetch_optional(c)
            .await?);
        row.map(|row| {
            Ok(NoticeRow {
                account: Id::parse(&row.account)
                    .map_err(|error| StoreError::Corrupt(error.to_string()))?,
                used: row.used.is_some(),
            })
        })
        .transpose()
    }

    /// Use a link, once.
    ///
    /// # Errors
    /// [`StoreError::Lost`] when it was used, or is past its end.
    pub async fn use_notice(&mut self, token: &[u8], now: Timestamp) -> Result<(), StoreError> {
        let rows = on!(self, |c| query(USE)
            .bind(now.as_millis())
            .bind(token)
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Lost)
    }
}
