//! What people see of their own account: what is registered and when it served, where they are signed in, what
//! happened lately; and how they end a session that is not theirs.

use super::limits::Client;
use super::session::{IDLE, LIFE, Person};
use super::{App, AppError};
use crate::store::audit::{Event, Told};
use crate::store::bindings::Earlier;
use crate::store::sessions::{Alive, SignedIn};
use keymend_core::time::Timestamp;

/// All of it, as it was at one moment.
pub struct Activity {
    /// Live sessions, the one used last first.
    pub sessions: Vec<SignedIn>,
    /// What happened, the newest first.
    pub events: Vec<Told>,
    /// Methods that were registered before.
    pub earlier: Vec<Earlier>,
}

/// Which sessions are ended.
pub enum Which {
    /// This one.
    One(String),
    /// All but the one that asks.
    Others,
}

impl SignedIn {
    /// When it was begun.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        Timestamp::from_millis(self.expires).minus(LIFE)
    }
}

impl App {
    /// What somebody who is signed in sees of their account.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn activity(&self, person: &Person) -> Result<Activity, AppError> {
        let account = &person.session.account;
        let now = self.now();
        let alive = Alive {
            seen_after: now.minus(IDLE),
            now,
        };
        let mut tx = self.store.read().await?;
        Ok(Activity {
            sessions: tx.sessions_of(account, alive).await?,
            events: tx.told(account).await?,
            earlier: tx.earlier_methods(account).await?,
        })
    }

    /// End sessions of the one who asks (ASVS 7.5.2). What was under way in them is void.
    ///
    /// # Errors
    /// [`AppError::Moved`] when there is no such session any more; [`AppError::Busy`].
    pub async fn end_sessions(
        &self,
        person: &Person,
        which: &Which,
        client: &Client,
    ) -> Result<(), AppError> {
        let account = &person.session.account;
        let own = &person.session.visit.id;
        let mut tx = self.store.begin().await?;
        let detail = match which {
            Which::One(id) if tx.end_own_session(account, id).await? => "",
            Which::One(_) => return Err(AppError::Moved),
            Which::Others => {
                tx.end_sessions(account, own.as_str()).await?;
                "others"
            }
        };
        let source = client.0.to_string();
        let event = Event {
            name: "session.ended",
            account: Some(account),
            flow: None,
            source: &source,
            detail,
        };
        tx.record(&event, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
