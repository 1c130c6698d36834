//! The outbox worker: what leaves the house, leaves through here.
//!
//! Begin with [`Worker::run`]. A job is claimed for a while, done, and settled; a crash gives it
//! back when its claim ends, so a message may rarely leave twice and never gets lost. To whom a
//! code goes is read from the store at this moment, by account, never from a request; a notice knows its
//! destination from the transaction of what it tells.

mod budget;
pub mod compose;
pub mod gateway;
pub mod gateways;
pub mod job;
pub mod receipt;
mod send;

use std::sync::Arc;
use std::time::Duration;

use keymend_core::id::{self, Id};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::{App, AppError};
use crate::store::StoreError;
use crate::store::deliveries::Delivery;
use crate::store::outbox::{Claimed, Ended};
use gateways::Gateways;
use job::Job;

/// Jobs under way at once.
const AT_ONCE: usize = 16;
/// How long a claim holds; longer than the slowest gateway is waited for.
const LEASE: Duration = Duration::from_secs(90);
/// How often the table is looked at when nobody wakes us: jobs of other nodes, and those due again.
const POLL: Duration = Duration::from_secs(1);
/// How often what is over is thrown away.
const SWEEP: Duration = Duration::from_mins(1);
/// Bites of a sweep. What is left is thrown away a minute later.
const BITES: usize = 20;
/// How long what is over is kept for support: a day.
const KEEP: Duration = Duration::from_hours(24);
/// Tries of a message before it is given up.
const TRIES: u32 = 12;

/// What came of a job.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Its row was ended in the transaction of what it did.
    Settled,
    /// A gateway took it.
    Taken(Delivery),
    /// Settled like this.
    Ended(Ended, &'static str),
    /// Try again later.
    Later(Duration, String),
}

/// Sends what waits.
pub struct Worker {
    app: Arc<App>,
    gateways: Gateways,
    places: Semaphore,
}

impl Worker {
    /// Over the application.
    #[must_use]
    pub fn new(app: Arc<App>, gateways: Gateways) -> Arc<Self> {
        Arc::new(Self {
            app,
            gateways,
            places: Semaphore::new(AT_ONCE),
        })
    }

    /// Work until told to stop; then finish what is under way.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        let mut swept = None;
        while !*stop.borrow() {
            let now = self.app.now();
            if swept.is_none_or(|last: keymend_core::time::Timestamp| now >= last.plus(SWEEP)) {
                self.tidy().await;
                swept = Some(now);
            }
            let claimed = self.claim().await.unwrap_or_else(|error| {
                tracing::error!(%error, "the outbox cannot be read");
                Vec::new()
            });
            let full = !claimed.is_empty();
            for claimed in claimed {
                let worker = Arc::clone(&self);
                tasks.spawn(async move { worker.work(claimed).await });
            }
            while let Some(ended) = tasks.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(%error, "a job broke off");
                }
            }
            if !full {
                tokio::select! {
                    () = self.app.wake.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                    _ = stop.changed() => {}
                }
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    async fn claim(&self) -> Result<Vec<Claimed>, StoreError> {
        // One at least must be free, or claimed rows would wait past their claim.
        let Ok(place) = self.places.acquire().await else {
            return Ok(Vec::new());
        };
        let free = self.places.available_permits() + 1;
        drop(place);
        let now = self.app.now();
        // A look first: an idle installation does not write.
        if !self.app.store.read().await?.any_due(now).await? {
            return Ok(Vec::new());
        }
        let mut tx = self.app.store.begin().await?;
        let most = i64::try_from(free).unwrap_or(1);
        let claimed = tx.claim(now, now.plus(LEASE), most, &self.app.keys).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    async fn work(self: Arc<Self>, claimed: Claimed) {
        let Ok(_place) = self.places.acquire().await else {
            return;
        };
        let outcome = self.outcome(&claimed).await.unwrap_or_else(|error| {
            tracing::error!(job = %claimed.id, %error, "a job failed");
            Outcome::Later(backoff(claimed.attempts), error.to_string())
        });
        if let Err(error) = self.settle(&claimed.id, outcome).await {
            // Its claim runs out and it is done again.
            tracing::error!(job = %claimed.id, %error, "a job cannot be settled");
        }
    }

    async fn outcome(&self, claimed: &Claimed) -> Result<Outcome, AppError> {
        let now = self.app.now();
        if now >= claimed.expires {
            tracing::warn!(job = %claimed.id, "too late: a message was dropped rather than sent stale");
            return Ok(Outcome::Ended(Ended::Dropped, "too late"));
        }
        let Ok(job) = serde_json::from_slice::<Job>(&claimed.payload) else {
            return Ok(Outcome::Ended(Ended::Dead, "unknown job"));
        };
        if claimed.attempts > TRIES {
            return Ok(Outcome::Ended(Ended::Dead, "too many tries"));
        }
        let outcome = self.do_job(claimed, job).await?;
        Ok(match outcome {
            Outcome::Later(_, reason) if claimed.attempts >= TRIES => {
                tracing::error!(job = %claimed.id, reason, "a message is given up");
                Outcome::Ended(Ended::Dead, "too many tries")
            }
            Outcome::Later(after, reason) => {
                Outcome::Later(after.max(backoff(claimed.attempts)), reason)
            }
            other => other,
        })
    }

    async fn settle(&self, id: &Id<id::Job>, outcome: Outcome) -> Result<(), StoreError> {
        if matches!(outcome, Outcome::Settled) {
            return Ok(());
        }
        let now = self.app.now();
        let mut tx = self.app.store.begin().await?;
        match outcome {
            Outcome::Settled => {}
            Outcome::Taken(delivery) => {
                self.app.metrics.ended(Ended::Sent.as_str());
                if tx.settle(id, Ended::Sent, "", now).await? {
                    tx.taken(id, &delivery, now).await?;
                }
            }
            Outcome::Ended(ended, reason) => {
                self.app.metrics.ended(ended.as_str());
                tx.settle(id, ended, reason, now).await?;
            }
            Outcome::Later(after, reason) => tx.retry_at(id, now.plus(after), &reason).await?,
        }
        tx.commit().await
    }

    /// Do everything that is due, one after the other.
    #[cfg(test)]
    pub async fn drain(self: &Arc<Self>) {
        loop {
            let claimed = self.claim().await.unwrap_or_default();
            if claimed.is_empty() {
                return;
            }
            for claimed in claimed {
                Arc::clone(self).work(claimed).await;
            }
        }
    }

    /// What the worker does once a minute.
    pub(crate) async fn tidy(&self) {
        let tidied = async {
            self.app.settle_cut_off().await;
            // Bite by bite: nobody waits behind a long transaction, nor messages behind a long sweep.
            for _ in 0..BITES {
                let mut tx = self.app.store.begin().await?;
                let gone = tx.sweep(self.app.now().minus(KEEP)).await?;
                tx.commit().await?;
                if gone == 0 {
                    break;
                }
            }
            let waiting = self.app.store.read().await?.waiting().await?;
            self.app.metrics.waiting(waiting);
            Ok::<_, AppError>(())
        };
        if let Err(error) = tidied.await {
            tracing::error!(%error, "what is over cannot be thrown away");
        }
    }
}

/// Wait before the next try: 2 s, doubling to ten minutes.
fn backoff(attempts: u32) -> Duration {
    Duration::from_secs(
        1_u64
            .checked_shl(attempts)
            .unwrap_or(u64::MAX)
            .clamp(2, 600),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_ten_minutes() {
        let seconds = [1, 2, 3, 9, 10, 80].map(|n| backoff(n).as_secs());
        assert_eq!(seconds, [2, 4, 8, 512, 600, 600]);
    }
}
