//! Recovery codes: what a code is recognised as, and who is told when one is used.

use keymend_core::challenge::{Recognised, Spends};
use keymend_core::id::{self, Id};
use keymend_core::recovery::{self, RecoveryCode};
use keymend_core::refusal::Refusal;
use keymend_core::registration::Slot;
use keymend_core::time::Timestamp;

use super::limits::Client;
use super::registration::{Offer, Visited};
use super::session::Person;
use super::{App, AppError};
use crate::deliver::job::Happened;
use crate::store::audit::Event;
use crate::store::{StoreError, Tx};

/// Reads a recovery code at the door. What is nobody's is said so and not counted: whoever types it learns nothing that a
/// pencil would not tell, and 32 characters are easily mistyped.
///
/// # Errors
/// [`Refusal::RecoveryCodeShape`].
pub(super) fn typed(text: &str) -> Result<RecoveryCode, AppError> {
    RecoveryCode::typed(text).ok_or(AppError::Refused(Refusal::RecoveryCodeShape))
}

impl App {
    /// Which unused code of an account this is. The same work for everybody, whether it is one or not.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub(super) async fn recognise_code(
        &self,
        tx: &mut Tx,
        account: Option<&Id<id::Account>>,
        code: Option<&RecoveryCode>,
    ) -> Result<Option<Recognised>, StoreError> {
        // What no code can look like is nobody's.
        let Some(code) = code else {
            return Ok(None);
        };
        let nobody = Id::nobodys();
        let account = account.unwrap_or(&nobody);
        let found = tx.recovery_code(account, code.look_up()).await?;
        Ok(recovery::check(code, found, &self.keys.codes))
    }

    /// A proof is taken: what it uses up is used up. Every use of a recovery code is told to all destinations (COD-12).
    ///
    /// # Errors
    /// [`StoreError::Taken`] when that was used up meanwhile.
    pub(super) async fn take(
        &self,
        tx: &mut Tx,
        account: &Id<id::Account>,
        known: &Recognised,
        flow: Option<&Id<id::Flow>>,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        tx.take(account, known, now).await?;
        let Spends::Code { .. } = known.spends else {
            return Ok(());
        };
        let left = tx.codes_left(&known.destination).await?;
        self.notify(
            tx,
            account,
            Happened::CodeUsed { left },
            None,
            Vec::new(),
            now,
        )
        .await?;
        let source = client.0.to_string();
        let event = Event {
            name: "recovery-code.used",
            account: Some(account),
            flow,
            source: &source,
            detail: &left.to_string(),
        };
        tx.record(&event, now).await
    }

    /// Offer a recovery code as a proof by somebody who is signed in: count, commit, then compare.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved, or before anything was counted when it is nobody's code;
    /// [`AppError`] otherwise.
    pub(super) async fn visit_recovery_code(
        &self,
        person: &Person,
        text: &str,
        client: &Client,
    ) -> Result<Visited, AppError> {
        let code = typed(text)?;
        let person = self.count_visit_try(person, Slot::Confirm, client).await?;
        let Some(open) = person.session.visit.challenge(Slot::Confirm) else {
            return Err(AppError::Moved);
        };
        let offer = Offer::Codes(open.ticket(), code);
        self.compare_visit(&person, offer, client).await
    }
}
