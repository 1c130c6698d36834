//! How much is sent, to whom, and what for: the guard against being made to pay for messages (LIM-10, LIM-11, FRD-2, FRD-4).
//!
//! All of it is counted in the store, for all nodes. Whoever asked is told nothing: the code does not come.

use keymend_core::method::Kind;
use keymend_core::registration::Destination;
use keymend_core::throttle::Counter;
use keymend_core::time::Timestamp;

use super::Worker;
use crate::app::AppError;
use crate::app::limits::Hit;
use crate::store::Tx;
use crate::store::outbox::Claimed;

/// What a code is for, as far as budgets differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// A reset or an unlock, to a destination that has been registered.
    Reset,
    /// Somebody signed in confirms who they are, by a destination that has been registered.
    Confirm,
    /// Somebody signed in registers a destination, which may be anybody's.
    Register,
}

/// Why a code to a number that is being registered does not leave, where its country is stopped.
const STOPPED: &str = "stopped-country";

impl Worker {
    /// Count a code to a destination, whoever wants it sent. Is there room for it?
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub(super) async fn admits(
        &self,
        tx: &mut Tx,
        claimed: &Claimed,
        destination: &Destination,
        errand: Errand,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let app = &self.app;
        let limits = &app.policy.limits;
        let number = destination.as_str();
        let country = destination.country().unwrap_or_default();
        let phone = destination.kind() == Kind::Phone;
        let registering = phone && errand == Errand::Register;
        let stopped = registering && tx.is_stopped(&country, now).await?;
        if stopped {
            app.metrics.limit(STOPPED);
        }
        if stopped && !claimed.known {
            tracing::warn!(country, "a code was not sent: the country is stopped");
            return Ok(false);
        }
        let hit = |which, whose, limit| Hit {
            which,
            whose,
            limit,
        };
        // First what nothing lifts; and who is refused by it takes nothing from others.
        let whose = app.index("destination", &destination.same());
        let [hour, day] = limits.sends_per_destination;
        let own = [
            hit("destination-hour", whose.as_str(), hour),
            hit("destination-day", whose.as_str(), day),
        ];
        let counted = match app.count(tx, &own, now).await? {
            Ok(counted) => counted,
            Err(error) => {
                // What does not leave takes no room from what may: a full hour must not fill the day.
                app.take_back(tx, &own, now).await?;
                return Ok(refused(&error));
            }
        };
        if !phone {
            return Ok(true);
        }
        // The first code to this number within the hour: one more number of its block.
        let is_new = matches!(counted.first(), Some(Counter { count: 1, .. }));
        if registering && is_new {
            let block = number.get(..number.len().saturating_sub(2));
            let limit = limits.new_numbers_per_block;
            let hits = [hit("new-numbers-block", block.unwrap_or_default(), limit)];
            if let Err(error) = app.count(tx, &hits, now).await? {
                app.take_back(tx, &hits, now).await?;
                app.take_back(tx, &own, now).await?;
                return Ok(refused(&error));
            }
        }
        let prefix: String = number.chars().take(8).collect();
        let mut budgets = Vec::with_capacity(7);
        let [hour, day] = limits.sends_per_prefix;
        budgets.push(hit("sends-prefix", &prefix, hour));
        budgets.push(hit("sends-prefix-day", &prefix, day));
        let [hour, day] = limits.sends_per_country;
        budgets.push(hit("sends-country", &country, hour));
        budgets.push(hit("sends-country-day", &country, day));
        let [hour, day] = limits.sends_everywhere;
        budgets.push(hit("sends-everywhere-hour", "", hour));
        budgets.push(hit("sends-everywhere", "", day));
        if errand != Errand::Reset {
            budgets.push(hit("sends-registering", "", limits.sends_registering));
        }
        let spent = app.count(tx, &budgets, now).await?.err();
        if stopped || spent.is_some() {
            app.take_back(tx, &budgets, now).await?;
        }
        let which = match &spent {
            _ if stopped => STOPPED,
            None => return Ok(true),
            Some(error) => {
                app.alert_of_budget(tx, error.limit(), now).await?;
                error.limit()
            }
        };
        if self.reserves(tx, claimed, which, now).await? {
            return Ok(true);
        }
        app.take_back(tx, &own, now).await?;
        tracing::warn!(limit = which, "a code was not sent");
        Ok(false)
    }
}

fn refused(error: &AppError) -> bool {
    tracing::warn!(%error, "a code was not sent");
    false
}
