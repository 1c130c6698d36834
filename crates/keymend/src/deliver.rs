//! The outbox worker: what leaves the house, leaves through here.
//!
//! Begin with [`Worker::run`]. A job is claimed for a while, done, and settled; a crash gives it
//! back when its claim ends, so a message may rarely leave twice and never gets lost. To whom a
//! code goes is read from the store at this moment, by account, never from a request; a notice knows its
//! destination from the transaction of what it tells.

pub mod alert;
mod budget;
pub mod call;
pub mod compose;
pub mod conversion;
pub mod gateway;
pub mod gateways;
pub mod job;
pub mod receipt;
mod reserve;
pub mod sample;
mod send;
pub mod spending;
pub mod twilio;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::Channel;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::{App, AppError};
use crate::store::StoreError;
use crate::store::deliveries::Delivery;
use crate::store::outbox::{Claimed, Ended, Lane};
use gateway::Rest;
use gateways::Gateways;
use job::Job;

/// How long a claim holds; longer than the slowest gateway is waited for.
const LEASE: Duration = Duration::from_secs(90);
/// Rows of a lane are counted up to here.
const COUNTED: i64 = 1_000_000;
/// How often the table is looked at when nobody wakes us: jobs of other nodes, and those due again.
const POLL: Duration = Duration::from_secs(1);
/// How often what is over is thrown away.
const SWEEP: Duration = Duration::from_mins(1);
/// Bites of a sweep. What is left is thrown away a minute later.
const BITES: usize = 20;
/// How often people are counted by how they stand: a number that moves in days.
const CENSUS: Duration = Duration::from_hours(1);
/// How long what is over is kept for support: a day.
const KEEP: Duration = Duration::from_hours(24);
/// Tries of a message before it is given up.
const TRIES: u32 = 12;

/// What came of a job.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Its row was ended in the transaction of what it did.
    Settled,
    /// A gateway took it, and may still be at it.
    Taken(Delivery, Going),
    /// Settled like this.
    Ended(Ended, &'static str),
    /// Try again later.
    Later {
        /// After so long.
        after: Duration,
        /// Why.
        reason: String,
        /// The gateway that was asked last; empty where none was.
        by: String,
    },
}

impl Outcome {
    /// Try again later; no gateway was asked.
    fn later(after: Duration, reason: String) -> Self {
        let by = String::new();
        Self::Later { after, reason, by }
    }
}

/// What goes on after a gateway took something, if anything does.
pub(crate) struct Going(Option<Rest>);

impl fmt::Debug for Going {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Going").field(&self.0.is_some()).finish()
    }
}

/// Sends what waits.
pub struct Worker {
    app: Arc<App>,
    gateways: Gateways,
    places: [(Lane, Arc<Semaphore>); 4],
}

/// Jobs of a lane under way at once.
fn at_once(lane: Lane) -> usize {
    match lane {
        Lane::Text | Lane::Call => 64,
        Lane::Mail => 32,
        Lane::Notice => 16,
    }
}

/// A claimed row and its place, which is free again when this is dropped.
type Placed = (Claimed, OwnedSemaphorePermit);

impl Worker {
    /// Over the application.
    #[must_use]
    pub fn new(app: Arc<App>, gateways: Gateways) -> Arc<Self> {
        Arc::new(Self {
            app,
            gateways,
            places: Lane::ALL.map(|lane| (lane, Arc::new(Semaphore::new(at_once(lane))))),
        })
    }

    /// Work until told to stop; then finish what is under way.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&self).tidy_always(stop.clone()));
        tasks.spawn(Arc::clone(&self).count_always(stop.clone()));
        for (_, _, route) in self.gateways.all() {
            route.gateway.listen(&self.app, &route.id);
        }
        while !*stop.borrow() {
            let claimed = self.claim().await.unwrap_or_else(|error| {
                tracing::error!(%error, "the outbox cannot be read");
                Vec::new()
            });
            let some = !claimed.is_empty();
            for placed in claimed {
                let worker = Arc::clone(&self);
                tasks.spawn(async move { worker.work(placed).await });
            }
            while let Some(ended) = tasks.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(%error, "a job broke off");
                }
            }
            if !some {
                tokio::select! {
                    () = self.app.wake.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                    _ = stop.changed() => {}
                }
            }
        }
        while tasks.join_next().await.is_some() {}
        for (_, _, route) in self.gateways.all() {
            route.gateway.close().await;
        }
    }

    /// Claim what is due in each lane, as far as it has places: claimed rows must not wait past their claim.
    async fn claim(&self) -> Result<Vec<Placed>, StoreError> {
        let now = self.app.now();
        // A look first: an idle installation does not write.
        let mut due = Vec::new();
        let mut tx = self.app.store.read().await?;
        for (lane, places) in &self.places {
            if places.available_permits() > 0 && tx.any_due(*lane, now).await? {
                due.push((*lane, places));
            }
        }
        drop(tx);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        let mut tx = self.app.store.begin().await?;
        for (lane, places) in due {
            let mut free = Vec::new();
            while let Ok(place) = Arc::clone(places).try_acquire_owned() {
                free.push(place);
            }
            let most = i64::try_from(free.len()).unwrap_or(1);
            let claimed = tx
                .claim(lane, now, now.plus(LEASE), most, &self.app.keys)
                .await?;
            all.extend(claimed.into_iter().zip(free));
        }
        tx.commit().await?;
        Ok(all)
    }

    async fn work(self: Arc<Self>, (claimed, place): Placed) {
        let mut outcome = self.outcome(&claimed).await.unwrap_or_else(|error| {
            tracing::error!(job = %claimed.id, %error, "a job failed");
            Outcome::later(backoff(claimed.attempts), error.to_string())
        });
        let going = match &mut outcome {
            Outcome::Taken(delivery, going) => {
                let rest = going.0.take();
                rest.map(|rest| (rest, delivery.gateway.clone(), delivery.reference.clone()))
            }
            _ => None,
        };
        if let Err(error) = self.settle(&claimed.id, outcome).await {
            // Its claim runs out and it is done again.
            tracing::error!(job = %claimed.id, %error, "a job cannot be settled");
        }
        // Kept as long as the call lasts, so that calls at once stay bounded.
        if let Some((rest, gateway, reference)) = going {
            let heard = rest.await;
            if let Err(error) = self.app.became(&gateway, &reference, heard).await {
                tracing::error!(job = %claimed.id, %error, "what became of a call cannot be kept");
            }
        }
        let was_full = place.semaphore().available_permits() == 0;
        drop(place);
        if was_full {
            self.app.wake.notify_one();
        }
    }

    async fn outcome(&self, claimed: &Claimed) -> Result<Outcome, AppError> {
        let now = self.app.now();
        let job = serde_json::from_slice::<Job>(&claimed.payload).ok();
        let channel = job.as_ref().and_then(Job::channel);
        let channel = channel.map_or("", Channel::as_str);
        if now >= claimed.expires {
            tracing::warn!(job = %claimed.id, "too late: a message was dropped rather than sent stale");
            self.give_up(channel, &claimed.gateway, "expired");
            return Ok(Outcome::Ended(Ended::Dropped, "too late"));
        }
        let Some(job) = job else {
            self.give_up(channel, &claimed.gateway, "unreadable");
            return Ok(Outcome::Ended(Ended::Dead, "unknown job"));
        };
        if claimed.attempts > TRIES {
            self.give_up(channel, &claimed.gateway, "tries");
            return Ok(Outcome::Ended(Ended::Dead, "too many tries"));
        }
        let outcome = self.do_job(claimed, job).await?;
        Ok(match outcome {
            Outcome::Later { reason, by, .. } if claimed.attempts >= TRIES => {
                tracing::error!(job = %claimed.id, reason, "a message is given up");
                let asked = if by.is_empty() { &claimed.gateway } else { &by };
                self.give_up(channel, asked, "tries");
                Outcome::Ended(Ended::Dead, "too many tries")
            }
            Outcome::Later { after, reason, by } => {
                let after = after.max(backoff(claimed.attempts));
                Outcome::Later { after, reason, by }
            }
            other => other,
        })
    }

    /// A message will never leave.
    fn give_up(&self, channel: &str, gateway: &str, reason: &'static str) {
        let named = |name: &str| if name.is_empty() { "none" } else { name }.to_owned();
        let gateways = &self.app.metrics.gateways;
        gateways.dead(&named(channel), &named(gateway), reason);
    }

    async fn settle(&self, id: &Id<id::Job>, outcome: Outcome) -> Result<(), StoreError> {
        if matches!(outcome, Outcome::Settled) {
            return Ok(());
        }
        let now = self.app.now();
        let mut tx = self.app.store.begin().await?;
        match outcome {
            Outcome::Settled => {}
            Outcome::Taken(delivery, _) => {
                self.app.metrics.ended(Ended::Sent.as_str());
                if tx.settle(id, Ended::Sent, "", now).await? {
                    let heard = tx.taken(id, &delivery, now).await?;
                    if let Some(heard) = heard {
                        let (gateway, state) = (&delivery.gateway, heard.as_str());
                        let gateways = &self.app.metrics.gateways;
                        gateways.heard(gateway, state, Duration::ZERO);
                        let reference = &delivery.reference;
                        tracing::info!(gateway, reference, state, "a receipt came");
                    }
                    self.app.spend(&mut tx, &delivery, now).await?;
                }
            }
            Outcome::Ended(ended, reason) => {
                self.app.metrics.ended(ended.as_str());
                tx.settle(id, ended, reason, now).await?;
            }
            Outcome::Later { after, reason, by } => {
                tx.retry_at(id, now.plus(after), &reason, &by).await?;
            }
        }
        tx.commit().await
    }

    /// Claim everything that is due, and die.
    #[cfg(test)]
    pub async fn die(&self) {
        drop(self.claim().await);
    }

    /// Do everything that is due, one after the other.
    #[cfg(test)]
    pub async fn drain(self: &Arc<Self>) {
        loop {
            let claimed = self.claim().await.unwrap_or_default();
            if claimed.is_empty() {
                return;
            }
            for placed in claimed {
                Arc::clone(self).work(placed).await;
            }
        }
    }

    /// Tidy once a minute, beside the messages: none waits for it.
    async fn tidy_always(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.tidy().await;
            tokio::select! {
                () = tokio::time::sleep(SWEEP) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Count how people stand once an hour, and after a minute where that failed. Where it is told to stop, it need not come to the end.
    async fn count_always(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let count = async {
            loop {
                let counted = self.app.count_everybody().await;
                if let Err(error) = &counted {
                    tracing::error!(%error, "how people stand cannot be counted");
                }
                tokio::time::sleep(counted.map_or(SWEEP, |()| CENSUS)).await;
            }
        };
        tokio::select! {
            () = count => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// What the worker does once a minute.
    pub(crate) async fn tidy(&self) {
        let tidied = async {
            self.app.settle_cut_off().await;
            // Bite by bite: nobody waits behind a long transaction.
            for _ in 0..BITES {
                let mut tx = self.app.store.begin().await?;
                let gone = tx.sweep(self.app.now().minus(KEEP)).await?;
                tx.commit().await?;
                if gone == 0 {
                    break;
                }
            }
            self.watch_conversion().await?;
            let now = self.app.now();
            let mut tx = self.app.store.read().await?;
            for lane in Lane::ALL {
                let (rows, since) = tx.waiting(lane, now, COUNTED).await?;
                let oldest = tx.oldest(lane).await?.unwrap_or(now);
                let metrics = &self.app.metrics;
                metrics.waiting(lane.as_str(), rows, since.until(now), oldest.until(now));
            }
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
