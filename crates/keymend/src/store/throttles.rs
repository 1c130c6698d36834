//! Counters behind every limit: one row a bucket, raised atomically in one statement that follows
//! [`Counter::hit`].

use std::time::Duration;

use keymend_core::throttle::Counter;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx};

/// The upsert for so many rows. A window that is over starts again at one.
macro_rules! hit {
    ($rows:literal) => {
        concat!(
            "INSERT INTO throttles (bucket, count, until) VALUES ",
            $rows,
            " ON CONFLICT (bucket) DO UPDATE SET ",
            "count = CASE WHEN throttles.until > $1 THEN throttles.count + 1 ELSE 1 END, ",
            "until = CASE WHEN throttles.until > $1 THEN throttles.until ELSE excluded.until END ",
            "RETURNING bucket, count, until"
        )
    };
}

const HIT: [&str; 6] = [
    hit!("($2, 1, $3)"),
    hit!("($2, 1, $3), ($4, 1, $5)"),
    hit!("($2, 1, $3), ($4, 1, $5), ($6, 1, $7)"),
    hit!("($2, 1, $3), ($4, 1, $5), ($6, 1, $7), ($8, 1, $9)"),
    hit!("($2, 1, $3), ($4, 1, $5), ($6, 1, $7), ($8, 1, $9), ($10, 1, $11)"),
    hit!("($2, 1, $3), ($4, 1, $5), ($6, 1, $7), ($8, 1, $9), ($10, 1, $11), ($12, 1, $13)"),
];
/// As [`HIT`], by any amount.
const ADD: &str = "INSERT INTO throttles (bucket, count, until) VALUES ($2, $3, $4) \
     ON CONFLICT (bucket) DO UPDATE SET \
     count = CASE WHEN throttles.until > $1 THEN throttles.count + excluded.count ELSE excluded.count END, \
     until = CASE WHEN throttles.until > $1 THEN throttles.until ELSE excluded.until END";
const LOOK: &str =
    "SELECT bucket, count, until FROM throttles WHERE until > $1 AND bucket IN ($2, $3, $4)";
const LOWER: &str =
    "UPDATE throttles SET count = count - 1 WHERE bucket = $1 AND until > $2 AND count > 0";
const CLEAR: &str = "DELETE FROM throttles WHERE bucket = $1";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[
    HIT[0], HIT[1], HIT[2], HIT[3], HIT[4], HIT[5], ADD, LOOK, LOWER, CLEAR,
];

/// Most buckets that one statement raises.
pub const MOST: usize = HIT.len();

#[derive(FromRow)]
struct Row {
    bucket: Vec<u8>,
    count: i64,
    until: i64,
}

impl Row {
    fn counter(&self) -> Counter {
        Counter {
            count: u32::try_from(self.count).unwrap_or(u32::MAX),
            until: Timestamp::from_millis(self.until),
        }
    }
}

impl Tx {
    /// Raise buckets by one and say what they hold now, in the order asked. At most [`MOST`] at a
    /// time, each once.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn hit(
        &mut self,
        buckets: &[(Vec<u8>, Duration)],
        now: Timestamp,
    ) -> Result<Vec<Counter>, StoreError> {
        let Some(sql) = buckets.len().checked_sub(1).and_then(|at| HIT.get(at)) else {
            return Ok(Vec::new());
        };
        // Every transaction takes the rows in one order, so that no two wait for each other.
        let mut sorted: Vec<_> = buckets.iter().collect();
        sorted.sort();
        let rows: Vec<Row> = on!(self, |c| {
            let mut statement = query_as(*sql).bind(now.as_millis());
            for (bucket, window) in sorted {
                statement = statement
                    .bind(bucket.as_slice())
                    .bind(now.plus(*window).as_millis());
            }
            statement.fetch_all(c).await?
        });
        buckets
            .iter()
            .map(|(bucket, _)| {
                rows.iter()
                    .find(|row| row.bucket == *bucket)
                    .map(Row::counter)
                    .ok_or(StoreError::Lost)
            })
            .collect()
    }

    /// Raise a bucket by an amount.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn add(
        &mut self,
        (bucket, window): &(Vec<u8>, Duration),
        amount: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(ADD)
            .bind(now.as_millis())
            .bind(bucket.as_slice())
            .bind(i64::from(amount))
            .bind(now.plus(*window).as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// What buckets hold, without raising them, in the order asked.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn look(
        &mut self,
        buckets: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<Vec<Option<Counter>>, StoreError> {
        let mut found = Vec::with_capacity(buckets.len());
        // The statement has room for three.
        for some in buckets.chunks(3) {
            let at = |number: usize| some.get(number).or(some.first()).map(Vec::as_slice);
            let rows: Vec<Row> = on!(self, |c| query_as(LOOK)
                .bind(now.as_millis())
                .bind(at(0))
                .bind(at(1))
                .bind(at(2))
                .fetch_all(c)
                .await?);
            found.extend(some.iter().map(|bucket| {
                let row = rows.iter().find(|row| row.bucket == *bucket);
                row.map(Row::counter)
            }));
        }
        Ok(found)
    }

    /// Lower a bucket by one: the try it counted was right.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn lower(&mut self, bucket: &[u8], now: Timestamp) -> Result<(), StoreError> {
        on!(self, |c| query(LOWER)
            .bind(bucket)
            .bind(now.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Empty a bucket.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn clear(&mut self, bucket: &[u8]) -> Result<(), StoreError> {
        on!(self, |c| query(CLEAR)
            .bind(bucket)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}
