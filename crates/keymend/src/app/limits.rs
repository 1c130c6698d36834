//! Every limit of the product, counted in the store, one way for every entrance.
//!
//! A [`Hit`] names a bucket and its limit; [`App::count`] raises buckets and says whether one is
//! over. What counts about a proof is in [`App::count_proof`]. Buckets are keyed hashes: the table tells nobody who tried to sign in. A limit is about a
//! name as it was typed, never about an account that was found, so it cannot tell strangers apart.
//! A name that may mean somebody in each of several directories counts for all of them; only whom a
//! right proof named is forgiven ([`keymend_core::name::Choice`]).

mod client;
mod proof;

use keymend_core::name::{Choice, counter};
use keymend_core::throttle::{Counter, Limit};
use keymend_core::time::Timestamp;

use super::{App, AppError};
use crate::store::throttles::MOST;
use crate::store::{StoreError, Tx};
pub use client::Client;
pub use proof::Proof;
pub(super) use proof::{SETS, WRONG, method};

/// One more in one bucket.
#[derive(Clone, Copy)]
pub struct Hit<'a> {
    /// Name of the limit: part of the bucket, and what the log says.
    pub which: &'static str,
    /// Whose bucket.
    pub whose: &'a str,
    /// The limit.
    pub limit: Limit,
}

impl App {
    /// Keyed indexes of a sign-in name, for every limit about it.
    #[must_use]
    pub fn name_keys(&self, name: &Choice) -> Vec<String> {
        let counters = self.directories.counters(name);
        counters
            .iter()
            .map(|counter| self.index("name", counter))
            .collect()
    }

    /// Keyed index of a name in a directory.
    #[must_use]
    pub fn name_key(&self, directory: &str, name: &str) -> String {
        self.index("name", &counter(directory, name))
    }

    fn bucket(&self, which: &str, whose: &str) -> Vec<u8> {
        self.keys.index.index(which, whose).to_vec()
    }

    /// Raise all buckets. The counts are to be committed whatever the answer is.
    ///
    /// # Errors
    /// [`AppError::TooMany`] with the first that is over; [`AppError::Busy`].
    pub async fn count(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<Result<Vec<Counter>, AppError>, StoreError> {
        let counted = self.raise(tx, hits, now).await?;
        Ok(self.admit(hits, &counted).map(|()| counted))
    }

    async fn raise(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<Vec<Counter>, StoreError> {
        let wanted = hits.iter().enumerate();
        let mut wanted: Vec<_> = wanted
            .map(|(at, hit)| (self.bucket(hit.which, hit.whose), hit.limit.window, at))
            .collect();
        // In one order over all statements, so that no two transactions wait for each other.
        wanted.sort();
        let mut counted = Vec::with_capacity(hits.len());
        for chunk in wanted.chunks(MOST) {
            let buckets: Vec<_> = chunk
                .iter()
                .map(|(bucket, window, _)| (bucket.clone(), *window))
                .collect();
            let places = chunk.iter().map(|(.., at)| *at);
            counted.extend(places.zip(tx.hit(&buckets, now).await?));
        }
        counted.sort_by_key(|(at, _)| *at);
        Ok(counted.into_iter().map(|(_, counter)| counter).collect())
    }

    fn admit(&self, hits: &[Hit<'_>], counted: &[Counter]) -> Result<(), AppError> {
        for (hit, counter) in hits.iter().zip(counted) {
            hit.limit.admits(*counter).map_err(|until| {
                self.metrics.limit(hit.which);
                AppError::TooMany {
                    which: hit.which,
                    until,
                }
            })?;
        }
        Ok(())
    }

    /// Raise the buckets of a client and of others, but those of others only when the client's own have
    /// room: who is over his own limit must not be able to use up a name's or the organisation's. One
    /// statement for all; what is others' is taken back where the client is refused.
    ///
    /// # Errors
    /// As [`App::count`]; the counters are those of `others`.
    pub async fn count_in_turn(
        &self,
        tx: &mut Tx,
        [client, others]: [&[Hit<'_>]; 2],
        now: Timestamp,
    ) -> Result<Result<Vec<Counter>, AppError>, StoreError> {
        let hits = [client, others].concat();
        let mut counted = self.raise(tx, &hits, now).await?;
        if let Err(refused) = self.admit(client, &counted) {
            self.take_back(tx, others, now).await?;
            return Ok(Err(refused));
        }
        let counted = counted.split_off(client.len());
        Ok(self.admit(others, &counted).map(|()| counted))
    }

    /// Raise all buckets by an amount, whatever they hold.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn add(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        amount: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let buckets = hits.iter();
        let mut buckets: Vec<_> = buckets
            .map(|hit| (self.bucket(hit.which, hit.whose), hit.limit.window))
            .collect();
        buckets.sort();
        for bucket in &buckets {
            tx.add(bucket, amount, now).await?;
        }
        Ok(())
    }

    /// What buckets hold, in the order asked. Counts nothing.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn counted(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<Vec<Option<Counter>>, StoreError> {
        let buckets = hits.iter().map(|hit| self.bucket(hit.which, hit.whose));
        tx.look(&buckets.collect::<Vec<_>>(), now).await
    }

    /// Is there room for one more in each? Counts nothing.
    ///
    /// # Errors
    /// [`AppError::TooMany`] with the first that has none; [`AppError::Busy`].
    pub async fn room(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<(), AppError> {
        for (hit, counter) in hits.iter().zip(self.counted(tx, hits, now).await?) {
            hit.limit.has_room(counter, now).map_err(|until| {
                self.metrics.limit(hit.which);
                AppError::TooMany {
                    which: hit.which,
                    until,
                }
            })?;
        }
        Ok(())
    }

    /// Take one back in each: it was right.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn take_back(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let buckets = hits.iter().map(|hit| self.bucket(hit.which, hit.whose));
        let mut buckets: Vec<_> = buckets.collect();
        // In the order in which they are raised: no two transactions wait for each other.
        buckets.sort();
        for bucket in buckets {
            tx.lower(&bucket, now).await?;
        }
        Ok(())
    }

    /// Empty a bucket after full success (LIM-15).
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn forgive(
        &self,
        tx: &mut Tx,
        which: &'static str,
        whose: &str,
    ) -> Result<(), StoreError> {
        tx.clear(&self.bucket(which, whose)).await
    }
}

/// The same limit for each of several.
pub(super) fn for_each<'a>(whose: &'a [String], which: &'static str, limit: Limit) -> Vec<Hit<'a>> {
    whose
        .iter()
        .map(|whose| Hit {
            which,
            whose,
            limit,
        })
        .collect()
}
