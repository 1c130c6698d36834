//! Used by the demo and by tests to register people without sending them codes.

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::time::Timestamp;

use crate::app::{App, AppError};
use crate::store::methods::{Fresh, Holding};

impl App {
    /// Keep a method as if it had been verified long ago.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn plant_method(
        &self,
        account: &Id<id::Account>,
        holding: &Holding,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let (kind, index) = match holding {
            Holding::Destination(destination) => (
                destination.kind(),
                self.index("destination", &destination.same()),
            ),
            Holding::Questions { .. } => {
                (Kind::Questions, self.index("questions", account.as_str()))
            }
            Holding::Passkey(passkey) => {
                let destination = self.passkey_index(&passkey.credential.cred_id);
                let mut tx = self.store.begin().await?;
                tx.keep_passkey(account, passkey, &destination, 0, [now, now], &self.keys)
                    .await?;
                tx.record_bindings(account, "command", now).await?;
                return Ok(tx.commit().await?);
            }
            Holding::App(app) => {
                let mut tx = self.store.begin().await?;
                tx.keep_app(account, app, -1, [now, now], &self.keys)
                    .await?;
                tx.record_bindings(account, "command", now).await?;
                return Ok(tx.commit().await?);
            }
            Holding::Codes { .. } => {
                let text = "recovery codes are made, not planted".to_owned();
                return Err(AppError::Internal(text));
            }
        };
        let fresh = Fresh {
            holding,
            kind,
            destination: &index,
            now,
            usable_from: now,
        };
        let mut tx = self.store.begin().await?;
        tx.keep_method(account, &fresh, &self.keys).await?;
        tx.record_bindings(account, "command", now).await?;
        Ok(tx.commit().await?)
    }
}
