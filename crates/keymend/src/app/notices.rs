//! Notices to every known destination, and "this wasn't me".

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::{Channel, Kind};
use keymend_core::registration::Destination;
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;

use super::limits::Client;
use super::registration::destinations;
use super::{App, AppError};
use crate::chance::Os;
use crate::deliver::job::{Happened, Job, Notice};
use crate::store::audit::Event;
use crate::store::{StoreError, Tx};

/// Life of a link.
const LINK_LIFE: Duration = Duration::from_hours(168);

/// What a link shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A page with a button.
    Fresh,
    /// It was used, or is past its end, or was never ours.
    Spent,
}

impl App {
    /// Tell every destination of an account, and `also` those that were just given up: one job each, so
    /// that a refused one does not repeat the others, in the transaction of what it tells.
    pub(super) async fn notify(
        &self,
        tx: &mut Tx,
        account: &Id<id::Account>,
        happened: Happened,
        method: Option<Kind>,
        also: Vec<Destination>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let linked = !matches!(happened, Happened::Frozen | Happened::Unfrozen);
        let token = if linked {
            let token = Token::short(&mut Os);
            tx.add_notice(
                &token.digest(),
                account,
                happened.as_str(),
                now.plus(LINK_LIFE),
            )
            .await?;
            token.expose().to_owned()
        } else {
            String::new()
        };
        let notice = Notice {
            account: account.clone(),
            happened,
            method,
            at: now,
            token,
        };
        let mut told = destinations(&tx.methods(account, &self.keys).await?);
        for also in also {
            if !told.iter().any(|known| known.same() == also.same()) {
                told.push(also);
            }
        }
        for destination in told {
            let channel = match destination.kind() {
                Kind::Phone => Channel::Sms,
                _ => Channel::Email,
            };
            let job = Job::Tell {
                channel,
                destination,
                notice: notice.clone(),
            };
            tx.queue(&job, now, &self.keys).await?;
        }
        Ok(())
    }

    /// Look at a link. Uses nothing: mail scanners open links.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn link(&self, token: &Token) -> Result<Link, AppError> {
        let row = self
            .store
            .read()
            .await?
            .notice(&token.digest(), self.now())
            .await?;
        Ok(match row {
            Some(row) if !row.used => Link::Fresh,
            _ => Link::Spent,
        })
    }

    /// "This wasn't me": freeze recovery of the account and end what is under way. Once.
    ///
    /// # Errors
    /// [`AppError::Moved`] when the link is spent; [`AppError::Busy`].
    pub async fn not_me(&self, token: &Token, client: &Client) -> Result<(), AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = tx
            .notice(&token.digest(), now)
            .await?
            .ok_or(AppError::Moved)?;
        tx.use_notice(&token.digest(), now).await?;
        tx.end_flows(&row.account, "").await?;
        tx.freeze(&row.account, now).await?;
        tx.end_sessions(&row.account, "").await?;
        self.notify(
            &mut tx,
            &row.account,
            Happened::Frozen,
            None,
            Vec::new(),
            now,
        )
        .await?;
        let source = client.0.to_string();
        let event = Event {
            name: "recovery.frozen",
            account: Some(&row.account),
            flow: None,
            source: &source,
            detail: "link",
        };
        tx.record(&event, now).await?;
        tx.commit().await?;
        tracing::warn!(account = %row.account, "recovery is frozen: somebody said that it was not them");
        self.metrics.frozen();
        self.wake.notify_one();
        Ok(())
    }

    /// Lift a freeze as an administrator.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn unfreeze_by_command(&self, account: &Id<id::Account>) -> Result<bool, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let lifted = tx.unfreeze(account).await?;
        if lifted {
            self.notify(&mut tx, account, Happened::Unfrozen, None, Vec::new(), now)
                .await?;
            let event = Event {
                name: "recovery.unfrozen",
                account: Some(account),
                flow: None,
                source: "command",
                detail: "",
            };
            tx.record(&event, now).await?;
        }
        tx.commit().await?;
        Ok(lifted)
    }
}
