//! What became of messages that a gateway took.
//!
//! A row is written in the transaction that settles the message. The destination is a blind index: rows can be counted and
//! found by it, and tell nobody's number.

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::Channel;
use keymend_core::time::Timestamp;
use sqlx::{query, query_scalar};

use super::{StoreError, Tx};
use crate::deliver::receipt::Heard;

const TAKEN: &str = "INSERT INTO deliveries (job, at, channel, gateway, country, destination, purpose, reference, state, told) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'taken', 0)";
const SILENT: &str = "SELECT DISTINCT gateway FROM deliveries \
     WHERE destination = $1 AND at >= $2 AND channel = $3 AND state <> 'arrived'";
const HEARD: &str = "UPDATE deliveries SET state = $1, told = $2 \
     WHERE gateway = $3 AND reference = $4 AND state = 'taken' RETURNING at";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[TAKEN, SILENT, HEARD];

/// A message that a gateway took.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// How it travels.
    pub channel: Channel,
    /// Who took it, by its name in the configuration.
    pub gateway: String,
    /// Country of the number (ISO 3166-1), or empty.
    pub country: String,
    /// Blind index of the destination.
    pub destination: String,
    /// What for: `reset`, `unlock`, `enrol`, … or `notice`.
    pub purpose: &'static str,
    /// What the gateway calls it; empty where it said no name.
    pub reference: String,
}

impl Tx {
    /// A gateway took the message of a job.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn taken(
        &mut self,
        job: &Id<id::Job>,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(TAKEN)
            .bind(job.as_str())
            .bind(now.as_millis())
            .bind(delivery.channel.as_str())
            .bind(delivery.gateway.as_str())
            .bind(delivery.country.as_str())
            .bind(delivery.destination.as_str())
            .bind(delivery.purpose)
            .bind(delivery.reference.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Gateways that took something for a destination since a moment, of which nobody said that it arrived.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn silent_gateways(
        &mut self,
        destination: &str,
        channel: Channel,
        since: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        Ok(on!(self, |c| query_scalar(SILENT)
            .bind(destination)
            .bind(since.as_millis())
            .bind(channel.as_str())
            .fetch_all(c)
            .await?))
    }

    /// A receipt came. How long after the message left; `None` when it is about nothing that is known, or says nothing new:
    /// a receipt that is played again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn heard(
        &mut self,
        gateway: &str,
        reference: &str,
        heard: Heard,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        // A gateway may give several messages one name: a text in parts, or a fault of its own.
        let left: Vec<i64> = on!(self, |c| query_scalar(HEARD)
            .bind(heard.as_str())
            .bind(now.as_millis())
            .bind(gateway)
            .bind(reference)
            .fetch_all(c)
            .await?);
        let left = left.first().copied().map(Timestamp::from_millis);
        Ok(left.map(|left| left.until(now)))
    }
}
