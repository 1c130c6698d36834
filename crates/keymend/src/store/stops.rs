//! Countries whose numbers get no codes when they are being registered, for a while (FRD-3). One list for all nodes.

use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{StoreError, Tx};

/// Whoever finds it stopped already changes nothing.
const STOP: &str = "INSERT INTO stops (country, since, until) VALUES ($1, $2, $3) \
     ON CONFLICT (country) DO UPDATE SET since = excluded.since, until = excluded.until WHERE stops.until <= excluded.since";
const RESUME: &str = "UPDATE stops SET until = $2 WHERE country = $1 AND until > $2";
const ALL_STOPS: &str = "SELECT country, since, until FROM stops WHERE until > $1 ORDER BY country";
const STOPPED: &str = "SELECT until FROM stops WHERE country = $1 AND until > $2";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[STOP, RESUME, ALL_STOPS, STOPPED];

#[derive(FromRow)]
struct Row {
    country: String,
    since: i64,
    until: i64,
}

/// A country that is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// ISO 3166-1, two letters.
    pub country: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless somebody ends it.
    pub until: Timestamp,
}

impl Tx {
    /// Stop a country. False when it is stopped already.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn stop(
        &mut self,
        country: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(STOP)
            .bind(country)
            .bind(now.as_millis())
            .bind(until.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// End a stop. False when there is none.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn resume(&mut self, country: &str, now: Timestamp) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(RESUME)
            .bind(country)
            .bind(now.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// All that are stopped.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn stops(&mut self, now: Timestamp) -> Result<Vec<Stop>, StoreError> {
        let rows: Vec<Row> = on!(self, |c| query_as(ALL_STOPS)
            .bind(now.as_millis())
            .fetch_all(c)
            .await?);
        let stop = |row: Row| Stop {
            country: row.country,
            since: Timestamp::from_millis(row.since),
            until: Timestamp::from_millis(row.until),
        };
        Ok(rows.into_iter().map(stop).collect())
    }

    /// Is a country stopped?
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn is_stopped(&mut self, country: &str, now: Timestamp) -> Result<bool, StoreError> {
        let until: Option<i64> = on!(self, |c| query_scalar(STOPPED)
            .bind(country)
            .bind(now.as_millis())
            .fetch_optional(c)
            .await?);
        Ok(until.is_some())
    }
}
