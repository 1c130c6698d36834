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

impl Worker {
    /// Count a code to a destination, whoever wants it sent. Is there room for it?
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub(super) async fn admits(
        &self,
        tx: &mut Tx,
        destination: &Destination,
        errand: Errand,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let app = &self.app;
        let limits = &app.policy.limits;
        let whose = app.index("destination", &destination.same());
        let number = destination.as_str();
        let prefix: String = number.chars().take(8).collect();
        let country = destination.country().unwrap_or_default();
        let [hour, day] = limits.sends_per_destination;
        let hit = |which, whose, limit| Hit {
            which,
            whose,
            limit,
        };
        let mut hits = vec![
            hit("destination-hour", whose.as_str(), hour),
            hit("destination-day", whose.as_str(), day),
        ];
        let phone = destination.kind() == Kind::Phone;
        if phone && errand == Errand::Register && tx.is_stopped(&country, now).await? {
            app.metrics.limit("stopped-country");
            tracing::warn!(country, "a code was not sent: the country is stopped");
            return Ok(false);
        }
        if phone {
            let [hour, day] = limits.sends_per_prefix;
            hits.push(hit("sends-prefix", &prefix, hour));
            hits.push(hit("sends-prefix-day", &prefix, day));
            let [hour, day] = limits.sends_per_country;
            hits.push(hit("sends-country", &country, hour));
            hits.push(hit("sends-country-day", &country, day));
            let [hour, day] = limits.sends_everywhere;
            hits.push(hit("sends-everywhere-hour", "", hour));
            hits.push(hit("sends-everywhere", "", day));
        }
        if phone && errand != Errand::Reset {
            hits.push(hit("sends-registering", "", limits.sends_registering));
        }
        let counted = match app.count(tx, &hits, now).await? {
            Ok(counted) => counted,
            Err(error) => return Ok(refused(&error)),
        };
        // The first code to this number within the hour: one more number of its block.
        let is_new = matches!(counted.first(), Some(Counter { count: 1, .. }));
        if !phone || errand != Errand::Register || !is_new {
            return Ok(true);
        }
        let block = number.get(..number.len().saturating_sub(2));
        let limit = limits.new_numbers_per_block;
        let hits = [hit("new-numbers-block", block.unwrap_or_default(), limit)];
        let counted = app.count(tx, &hits, now).await?;
        Ok(counted.map_or_else(|error| refused(&error), |_| true))
    }
}

fn refused(error: &AppError) -> bool {
    tracing::warn!(%error, "a code was not sent");
    false
}
