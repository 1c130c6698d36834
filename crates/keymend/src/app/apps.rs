//! Authenticator apps: what a code is recognised as.

use keymend_core::challenge::Recognised;
use keymend_core::id::{self, Id};
use keymend_core::secret::OneTimeCode;
use keymend_core::time::Timestamp;
use keymend_core::totp::{self, Off};

use super::App;
use super::limits::Client;
use crate::store::audit::Event;
use crate::store::{StoreError, Tx};

impl App {
    /// Which app of an account shows this code, and at which step, not one that was taken; or how far its clock is off. The same work for
    /// everybody: `account` is `None` for a stranger, and somebody with one app costs as much as somebody with five.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`] when an app does not open.
    pub(super) async fn recognise(
        &self,
        tx: &mut Tx,
        account: Option<&Id<id::Account>>,
        code: Option<&OneTimeCode>,
        client: &Client,
        now: Timestamp,
    ) -> Result<(Option<Recognised>, Option<Off>), StoreError> {
        // What no code can look like is nobody's.
        let Some(code) = code else {
            return Ok((None, None));
        };
        let apps = tx.apps(account, &self.keys).await?;
        let found = totp::check(&apps, code, now, self.policy.codes.app_steps);
        if let (Some(account), Some(off)) = (account, found.off) {
            self.metrics.drift.note(account, off, now);
            let side = if off.behind { "behind" } else { "ahead" };
            let event = Event {
                name: "app.clock-off",
                account: Some(account),
                flow: None,
                source: &client.0.to_string(),
                detail: &format!("{side} {} s", off.by.as_secs()),
            };
            tx.record(&event, now).await?;
        }
        Ok((found.seen.map(Recognised::from), found.off))
    }
}
