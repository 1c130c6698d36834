//! Throwing away what is over, in small bites.

use keymend_core::time::Timestamp;
use sqlx::query;

use super::{StoreError, Tx};

macro_rules! bite {
    ($table:literal, $key:literal, $when:literal) => {
        bite!($table, $key, $key, $when)
    };
    ($table:literal, $key:literal, $columns:literal, $when:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE ",
            $key,
            " IN (SELECT ",
            $columns,
            " FROM ",
            $table,
            " WHERE ",
            $when,
            " LIMIT 500)"
        )
    };
}

/// Each statement takes one moment: what was over before it goes.
const BITES: [&str; 10] = [
    bite!("flows", "id", "expires < $1 AND state <> 'applying'"),
    bite!("sessions", "id", "expires < $1"),
    bite!("throttles", "bucket", "until < $1"),
    bite!("outbox", "id", "state <> 'queued' AND settled < $1"),
    bite!("notices", "token", "expires < $1"),
    bite!("deliveries", "job", "at < $1"),
    bite!(
        "receipts",
        "(gateway, reference)",
        "gateway, reference",
        "at < $1"
    ),
    bite!("stops", "country", "until < $1"),
    bite!("pending_sign_ins", "state", "expires < $1"),
    bite!("claims", "lookup", "expires < $1"),
];

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &BITES;

impl Tx {
    /// Throw away up to 500 rows of each kind that were over before `moment`.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn sweep(&mut self, moment: Timestamp) -> Result<u64, StoreError> {
        let mut gone = 0;
        for sql in BITES {
            gone += on!(self, |c| query(sql)
                .bind(moment.as_millis())
                .execute(c)
                .await?
                .rows_affected());
        }
        Ok(gone)
    }
}
