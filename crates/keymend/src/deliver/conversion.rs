//! Are codes used? Where hardly any are, nobody gets more by registering numbers there (FRD-3).
//!
//! Resets go on whatever is found: their numbers were proven once, so nobody chooses them to be paid for. Somebody who
//! starts resets of others can lower their share; that is an alarm, not a reason to keep people out.

use std::time::Duration;

use keymend_core::conversion::Counted;
use keymend_core::throttle::Limit;

use super::Worker;
use super::alert::Alert;
use crate::app::AppError;
use crate::app::limits::Hit;
use crate::store::audit::Event;

/// Codes are looked at for so long.
pub const WATCHED: Duration = Duration::from_hours(6);
/// After that whoever wanted to use one has done so.
pub const TYPED: Duration = Duration::from_mins(10);

impl Worker {
    /// Look at what became of the codes of the last hours, and stop whom it tells to stop.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub(super) async fn watch_conversion(&self) -> Result<(), AppError> {
        let app = &self.app;
        let (now, watch) = (app.now(), app.policy.limits.conversion);
        let mut tx = app.store.read().await?;
        let found = tx.conversion(now.minus(WATCHED), now.minus(TYPED)).await?;
        let served = tx.used_by_gateway(now.minus(WATCHED), now.minus(TYPED));
        let served = served.await?;
        drop(tx);
        app.metrics.gateways.forget_watched();
        for one in &served {
            let percent = one.counted.percent();
            app.metrics
                .gateways
                .served(&one.channel, &one.gateway, percent);
        }
        for one in &found {
            let errand = if one.registering { "register" } else { "reset" };
            let percent = one.counted.percent();
            app.metrics.gateways.used(&one.country, errand, percent);
            if !watch.suspects(one.counted) {
                continue;
            }
            if one.registering {
                self.stop_registering(&one.country, one.counted).await?;
            } else {
                self.alarm(&one.country, one.counted).await?;
            }
        }
        let stops = app.store.read().await?.stops(now).await?;
        for stop in &stops {
            app.metrics.gateways.stopped(&stop.country);
        }
        Ok(())
    }

    async fn stop_registering(
        &self,
        country: &str,
        Counted { sent, used }: Counted,
    ) -> Result<(), AppError> {
        let app = &self.app;
        let (now, rest) = (app.now(), app.policy.limits.conversion.rest);
        let hours = rest.as_secs() / 3600;
        let mut tx = app.store.begin().await?;
        let is_new = tx.stop(country, now, now.plus(rest)).await?;
        if is_new {
            let event = Event {
                name: "messages.stopped",
                account: None,
                flow: None,
                source: "worker",
                detail: country,
            };
            tx.record(&event, now).await?;
            let country = country.to_owned();
            let alert = Alert::Stopped {
                country,
                sent,
                used,
                hours,
            };
            app.alert(&mut tx, &alert, now).await?;
        }
        tx.commit().await?;
        if is_new {
            tracing::error!(
                country,
                sent,
                used,
                hours,
                "hardly any code is used: numbers of this country cannot be registered; see `keymend messages status`"
            );
        }
        Ok(())
    }

    /// Once an hour.
    async fn alarm(&self, country: &str, Counted { sent, used }: Counted) -> Result<(), AppError> {
        let app = &self.app;
        let hit = Hit {
            which: "conversion-alarm",
            whose: country,
            limit: Limit::per_hour(1),
        };
        let mut tx = app.store.begin().await?;
        let counted = app.count(&mut tx, &[hit], app.now()).await?;
        if counted.is_ok() {
            let country = country.to_owned();
            let alert = Alert::Unused {
                country,
                sent,
                used,
            };
            app.alert(&mut tx, &alert, app.now()).await?;
        }
        tx.commit().await?;
        if counted.is_ok() {
            tracing::error!(country, sent, used, "hardly any code of a reset is used");
        }
        Ok(())
    }
}
