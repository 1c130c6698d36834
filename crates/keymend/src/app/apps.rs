//! Authenticator apps: what a code is recognised as.

use keymend_core::challenge::Recognised;
use keymend_core::id::{self, Id};
use keymend_core::secret::OneTimeCode;
use keymend_core::time::Timestamp;
use keymend_core::totp;

use super::App;
use crate::store::{StoreError, Tx};

impl App {
    /// Which app of an account shows this code, and at which step; not one that was taken. The same work for
    /// everybody: `account` is `None` for a stranger, and somebody with one app costs as much as somebody with five.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`] when an app does not open.
    pub(super) async fn recognise(
        &self,
        tx: &mut Tx,
        account: Option<&Id<id::Account>>,
        code: Option<&OneTimeCode>,
        now: Timestamp,
    ) -> Result<Option<Recognised>, StoreError> {
        // What no code can look like is nobody's.
        let Some(code) = code else {
            return Ok(None);
        };
        let apps = tx.apps(account, &self.keys).await?;
        let found = totp::check(&apps, code, now, self.policy.codes.app_steps);
        if let (Some(account), Some(off)) = (account, found.off) {
            self.metrics.drift.note(account, off, found.behind, now);
        }
        Ok(found.seen.map(Recognised::from))
    }
}
