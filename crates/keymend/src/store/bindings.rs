//! Every method that was ever bound to an account, with when and from where (NIST SP 800-63B-4, 4.1). Rows stay when
//! methods go.

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx};

const ENDED: &str = "UPDATE bindings SET ended = $1, ended_from = $2 WHERE account = $3 AND ended IS NULL \
     AND id NOT IN (SELECT id FROM methods WHERE account = $3)";
const BOUND: &str = "INSERT INTO bindings (id, account, kind, destination, bound, bound_from) \
     SELECT id, account, kind, destination, verified, $1 FROM methods WHERE account = $2 \
     AND id NOT IN (SELECT id FROM bindings WHERE account = $2)";
const EARLIER: &str = "SELECT kind, bound, ended FROM bindings WHERE account = $1 AND ended IS NOT NULL ORDER BY ended DESC, id LIMIT 20";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[ENDED, BOUND, EARLIER];

/// A method that was registered once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// What it was.
    pub kind: Kind,
    /// Since when.
    pub bound: Timestamp,
    /// Until when.
    pub ended: Timestamp,
}

#[derive(FromRow)]
struct Row {
    kind: String,
    bound: i64,
    ended: i64,
}

impl Tx {
    /// Record what became bound and what is not bound any more since the last record; `source` is who did it.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn record_bindings(
        &mut self,
        account: &Id<id::Account>,
        source: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(ENDED)
            .bind(now.as_millis())
            .bind(source)
            .bind(account.as_str())
            .execute(c)
            .await?
            .rows_affected());
        on!(self, |c| query(BOUND)
            .bind(source)
            .bind(account.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The methods that an account had and has no more, the last first, at most twenty.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn earlier_methods(
        &mut self,
        account: &Id<id::Account>,
    ) -> Result<Vec<Earlier>, StoreError> {
        let rows: Vec<Row> = on!(self, |c| query_as(EARLIER)
            .bind(account.as_str())
            .fetch_all(c)
            .await?);
        rows.into_iter()
            .map(|row| {
                let unknown = || StoreError::Corrupt(format!("binding: kind {}", row.kind));
                Ok(Earlier {
                    kind: Kind::parse(&row.kind).ok_or_else(unknown)?,
                    bound: Timestamp::from_millis(row.bound),
                    ended: Timestamp::from_millis(row.ended),
                })
            })
            .collect()
    }
}
