//! What became of messages that a gateway took.
//!
//! A row is written in the transaction that settles the message. The destination is a blind index: rows can be counted and
//! found by it, and tell nobody's number.

use std::time::Duration;

use keymend_core::conversion::Counted;
use keymend_core::id::{self, Id};
use keymend_core::method::Channel;
use keymend_core::time::Timestamp;
use sqlx::{query, query_as, query_scalar};

use super::{StoreError, Tx};
use crate::deliver::receipt::Heard;

const TAKEN: &str = "INSERT INTO deliveries (job, at, channel, gateway, country, destination, purpose, reference, price, state, told) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
/// Said first by one transaction, and waited for by the other: whichever of message and receipt is written second knows of
/// the first.
const SAID: &str = "INSERT INTO receipts (gateway, reference, state, at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (gateway, reference) DO UPDATE SET \
     at = CASE WHEN receipts.state = 'taken' THEN excluded.at ELSE receipts.at END, \
     state = CASE WHEN receipts.state = 'taken' THEN excluded.state ELSE receipts.state END RETURNING state, at";
const SPENT: &str = "SELECT gateway, CAST(SUM(price) AS BIGINT) FROM deliveries WHERE at >= $1 AND price > 0 \
     GROUP BY gateway ORDER BY gateway";
const SILENT: &str = "SELECT DISTINCT gateway FROM deliveries \
     WHERE destination = $1 AND at >= $2 AND channel = $3 AND state <> 'arrived' AND purpose <> 'test'";
const NEWEST: &str = "SELECT gateway, state FROM deliveries \
     WHERE destination = $1 AND channel = $2 AND at >= $3 AND purpose <> 'test' ORDER BY at DESC LIMIT 1";
const HEARD: &str = "UPDATE deliveries SET state = $1, told = $2 \
     WHERE gateway = $3 AND reference = $4 AND state = 'taken' RETURNING at";
/// The newest, where several were sent: it is the one that works.
const USED: &str = "UPDATE deliveries SET used = $1 WHERE job = (SELECT job FROM deliveries \
     WHERE destination = $2 AND used = 0 AND purpose IN ('enrol', 'reset', 'unlock') ORDER BY at DESC LIMIT 1)";
/// After a stop registering begins anew.
const CONVERSION: &str = "SELECT country, purpose, COUNT(*), COUNT(NULLIF(used, 0)) FROM deliveries \
     WHERE at >= $1 AND at < $2 AND channel IN ('sms', 'voice') AND purpose IN ('enrol', 'reset', 'unlock') \
     AND (purpose <> 'enrol' OR at >= COALESCE((SELECT until FROM stops WHERE stops.country = deliveries.country), 0)) \
     GROUP BY country, purpose";
const BY_GATEWAY: &str = "SELECT channel, gateway, COUNT(*), COUNT(NULLIF(used, 0)) FROM deliveries \
     WHERE at >= $1 AND at < $2 AND channel IN ('sms', 'voice') AND purpose IN ('enrol', 'reset', 'unlock') \
     GROUP BY channel, gateway ORDER BY channel, gateway";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[
    TAKEN, SAID, SPENT, SILENT, NEWEST, HEARD, USED, CONVERSION, BY_GATEWAY,
];

/// What a test of an operator is for.
pub const TEST: &str = "test";

/// Codes to the phones of a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// ISO 3166-1, two letters.
    pub country: String,
    /// To whoever registers a number; else to registered ones, for a reset or an unlock.
    pub registering: bool,
    /// How many were used.
    pub counted: Counted,
}

/// Codes to phones that a gateway took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// How they travelled.
    pub channel: String,
    /// Who took them.
    pub gateway: String,
    /// How many were used.
    pub counted: Counted,
}

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
    /// What for: `reset`, `unlock`, `enrol`, … `notice` or [`TEST`].
    pub purpose: &'static str,
    /// What the gateway calls it; empty where it said no name.
    pub reference: String,
    /// What it cost ([`crate::deliver::spending`]).
    pub price: u32,
}

impl Tx {
    /// A gateway took the message of a job. What it has said of it already, if it was that quick.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn taken(
        &mut self,
        job: &Id<id::Job>,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Option<Heard>, StoreError> {
        let said = self
            .said(&delivery.gateway, &delivery.reference, "taken", now)
            .await?;
        let heard = said.as_ref().and_then(|(state, _)| Heard::parse(state));
        let told = said.map_or(0, |(_, at)| heard.map_or(0, |_| at));
        on!(self, |c| query(TAKEN)
            .bind(job.as_str())
            .bind(now.as_millis())
            .bind(delivery.channel.as_str())
            .bind(delivery.gateway.as_str())
            .bind(delivery.country.as_str())
            .bind(delivery.destination.as_str())
            .bind(delivery.purpose)
            .bind(delivery.reference.as_str())
            .bind(i64::from(delivery.price))
            .bind(heard.map_or("taken", Heard::as_str))
            .bind(told)
            .execute(c)
            .await?
            .rows_affected());
        Ok(heard)
    }

    /// Write down what is said of a message, and what was said first; nothing of one without a name.
    async fn said(
        &mut self,
        gateway: &str,
        reference: &str,
        state: &str,
        now: Timestamp,
    ) -> Result<Option<(String, i64)>, StoreError> {
        if reference.is_empty() {
            return Ok(None);
        }
        Ok(Some(on!(self, |c| query_as(SAID)
            .bind(gateway)
            .bind(reference)
            .bind(state)
            .bind(now.as_millis())
            .fetch_one(c)
            .await?)))
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

    /// A receipt came. How long after the message left; `None` when it is about nothing that is known yet, or says nothing
    /// new: a receipt that is played again changes nothing.
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
        self.said(gateway, reference, heard.as_str(), now).await?;
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

    /// The code that was sent last to a destination proved something.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn used(&mut self, destination: &str, now: Timestamp) -> Result<(), StoreError> {
        on!(self, |c| query(USED)
            .bind(now.as_millis())
            .bind(destination)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// How many of the codes that left within a time were used, by country; those of registering since its last stop.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn conversion(
        &mut self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Share>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = on!(self, |c| query_as(CONVERSION)
            .bind(from.as_millis())
            .bind(to.as_millis())
            .fetch_all(c)
            .await?);
        let mut all: Vec<Share> = Vec::new();
        for (country, purpose, sent, used) in rows {
            let registering = purpose == "enrol";
            let Counted { sent, used } = counted(sent, used);
            let same = |one: &&mut Share| one.country == country && one.registering == registering;
            if let Some(known) = all.iter_mut().find(same) {
                known.counted.sent += sent;
                known.counted.used += used;
            } else {
                let counted = Counted { sent, used };
                all.push(Share {
                    country,
                    registering,
                    counted,
                });
            }
        }
        Ok(all)
    }

    /// How many of the codes that left within a time were used, by gateway.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn used_by_gateway(
        &mut self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Served>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = on!(self, |c| query_as(BY_GATEWAY)
            .bind(from.as_millis())
            .bind(to.as_millis())
            .fetch_all(c)
            .await?);
        let served = |(channel, gateway, sent, used)| Served {
            channel,
            gateway,
            counted: counted(sent, used),
        };
        Ok(rows.into_iter().map(served).collect())
    }

    /// What was spent since a moment, by gateway, in ten-thousandths.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn spent(&mut self, since: Timestamp) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(on!(self, |c| query_as(SPENT)
            .bind(since.as_millis())
            .fetch_all(c)
            .await?))
    }

    /// Who took the newest message to a destination since a moment, and what is known of it: `taken`, `arrived`, `failed`.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn newest_delivery(
        &mut self,
        destination: &str,
        channel: Channel,
        since: Timestamp,
    ) -> Result<Option<(String, String)>, StoreError> {
        Ok(on!(self, |c| query_as(NEWEST)
            .bind(destination)
            .bind(channel.as_str())
            .bind(since.as_millis())
            .fetch_optional(c)
            .await?))
    }
}

fn counted(sent: i64, used: i64) -> Counted {
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    Counted {
        sent: number(sent),
        used: number(used),
    }
}
