//! What messages cost, and how much may be spent on them (FRD-2, LIM-11).
//!
//! A message is counted when a gateway has taken it, at that gateway's price, and whether there is money left is asked
//! before one is handed over: what leaves at the same moment may go beyond a budget, by a message for each place of a lane.
//! Money is counted in ten-thousandths of the unit of the operator's currency, whichever that is.

use std::collections::BTreeMap;

use keymend_core::method::Channel;
use keymend_core::policy::Spend;
use keymend_core::secret::Purpose;
use keymend_core::throttle::Limit;
use keymend_core::time::Timestamp;

use super::Worker;
use super::gateway::Message;
use crate::app::limits::Hit;
use crate::app::{App, AppError};
use crate::store::deliveries::Delivery;
use crate::store::outbox::Claimed;
use crate::store::{StoreError, Tx};

/// Parts of a unit of the currency.
pub const PARTS: u32 = 10_000;

/// What a gateway takes for a text message of one part, or a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Where nothing else is said.
    pub usual: u32,
    /// By country (ISO 3166-1, two letters).
    pub countries: BTreeMap<String, u32>,
}

impl Price {
    /// Of a whole message that travels in so many parts: each of them is paid for.
    #[must_use]
    pub fn of(&self, message: &Message, parts: usize) -> u32 {
        let country = message.country.as_ref();
        let own = country.and_then(|country| self.countries.get(country));
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        own.unwrap_or(&self.usual).saturating_mul(parts)
    }
}

/// The budgets that a message is paid from.
fn budgets<'a>(spend: &Spend, country: &'a str, registering: bool) -> Vec<Hit<'a>> {
    let hour: fn(u32) -> Limit = Limit::per_hour;
    let budget = |which, whose, most: Option<u32>, limit: fn(u32) -> Limit| {
        most.map(|most| Hit {
            which,
            whose,
            limit: limit(most.saturating_mul(PARTS)),
        })
    };
    let registering = spend.registering_day.filter(|_| registering);
    let all = [
        budget("spend-hour", "", spend.hour, hour),
        budget("spend-day", "", spend.day, Limit::per_day),
        budget("spend-country", country, spend.country_day, Limit::per_day),
        budget("spend-registering", "", registering, Limit::per_day),
    ];
    all.into_iter().flatten().collect()
}

fn is_registering(purpose: &str) -> bool {
    purpose == Purpose::Enrol.as_str()
}

impl Worker {
    /// Is there money left for a code? Known networks have their reserve where there is none.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub(super) async fn can_afford(
        &self,
        claimed: &Claimed,
        message: &Message,
        purpose: &str,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        if message.channel == Channel::Email {
            return Ok(true);
        }
        let country = message.country.as_deref().unwrap_or_default();
        let spend = &self.app.policy.limits.spend;
        let hits = budgets(spend, country, is_registering(purpose));
        let mut tx = self.app.store.read().await?;
        let error = match self.app.room(&mut tx, &hits, now).await {
            Ok(()) => return Ok(true),
            Err(error @ AppError::TooMany { .. }) => error,
            Err(error) => return Err(error),
        };
        drop(tx);
        let mut tx = self.app.store.begin().await?;
        self.app
            .alert_of_budget(&mut tx, error.limit(), now)
            .await?;
        let reserved = claimed.known && self.reserves(&mut tx, claimed, error.limit(), now).await?;
        tx.commit().await?;
        if reserved {
            return Ok(true);
        }
        tracing::error!(%error, "a code was not sent: the money for messages is spent");
        Ok(false)
    }
}

impl App {
    /// Count what a message has cost.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn spend(
        &self,
        tx: &mut Tx,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if delivery.price == 0 {
            return Ok(());
        }
        let gateways = &self.metrics.gateways;
        gateways.spent(
            &delivery.gateway,
            f64::from(delivery.price) / f64::from(PARTS),
        );
        let spend = &self.policy.limits.spend;
        let hits = budgets(spend, &delivery.country, is_registering(delivery.purpose));
        self.add(tx, &hits, delivery.price, now).await
    }
}
