//! What known networks may still send when the rest is stopped (FRD-2, FRD-3).
//!
//! Who empties a budget from outside must not keep people on the organisation's own networks from their codes. Nothing that
//! protects a person is lifted: neither what a destination gets, nor the look at numbers that are counted through.

use keymend_core::time::Timestamp;

use super::Worker;
use crate::app::limits::Hit;
use crate::app::{App, AppError};
use crate::store::outbox::Claimed;
use crate::store::{StoreError, Tx};

/// Buckets of the hour and of the day.
const BUCKETS: [&str; 2] = ["known-networks-hour", "known-networks-day"];

impl App {
    fn reserve(&self) -> [Hit<'static>; 2] {
        let [hour, day] = self.policy.limits.known_networks;
        let [of_hour, of_day] = BUCKETS;
        [(of_hour, hour), (of_day, day)].map(|(which, limit)| Hit {
            which,
            whose: "",
            limit,
        })
    }

    /// How much of the reserve was used within the hour and the day, each with its limit.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn reserve_used(
        &self,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<[(u32, u32); 2], StoreError> {
        let hits = self.reserve();
        let mut found = self.counted(tx, &hits, now).await?.into_iter();
        Ok(hits.map(|hit| {
            let used = found.next().flatten().map_or(0, |counter| counter.count);
            (used.min(hit.limit.most), hit.limit.most)
        }))
    }
}

impl Worker {
    /// `budget` is spent, or registering stopped by it. May a message leave nevertheless? It is counted once, however many
    /// budgets are spent and however often it is tried. The caller commits.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub(super) async fn reserves(
        &self,
        tx: &mut Tx,
        claimed: &Claimed,
        budget: &'static str,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        if !claimed.known {
            return Ok(false);
        }
        if !tx.draw(&claimed.id).await? {
            return Ok(true);
        }
        let [hour, day] = self.app.reserve();
        // An hour that is used up takes nothing from the day.
        if let Err(error) = self.app.count_in_turn(tx, [&[hour], &[day]], now).await? {
            tracing::error!(%error, budget, "the reserve of known networks is used up");
            return Ok(false);
        }
        self.app.metrics.reserve(budget);
        let job = &claimed.id;
        tracing::warn!(%job, budget, "a code leaves from the reserve of known networks");
        Ok(true)
    }
}
