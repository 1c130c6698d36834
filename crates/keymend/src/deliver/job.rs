//! What waits in the outbox.

use keymend_core::id::{self, Id};
use keymend_core::method::{Channel, Kind, Way};
use keymend_core::registration::Destination;
use keymend_core::reset::Goal;
use keymend_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::alert::Alert;
use crate::keys::KeyRing;
use crate::store::outbox::{Lane, Waiting};
use crate::store::{StoreError, Tx};

/// A job. A code to a registered method does not say where to: that is read when it leaves.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// A code of a reset or unlock.
    FlowCode {
        /// Which flow.
        flow: Id<id::Flow>,
        /// What for.
        goal: Goal,
        /// Which challenge.
        challenge: Id<id::Challenge>,
        /// How.
        way: Way,
        /// Index that the destination must have, or empty.
        destination: String,
        /// The digits.
        code: String,
        /// They are valid until then.
        until: Timestamp,
    },
    /// Find out whom a flow is about: its person was asked for a code that does not come from us.
    Find {
        /// Which flow.
        flow: Id<id::Flow>,
        /// It ends then.
        until: Timestamp,
    },
    /// A code to a destination that is being registered.
    NewCode {
        /// Whose.
        account: Id<id::Account>,
        /// Who signed in.
        session: Id<id::Session>,
        /// Which challenge.
        challenge: Id<id::Challenge>,
        /// How.
        channel: Channel,
        /// Where.
        destination: Destination,
        /// The digits.
        code: String,
        /// They are valid until then.
        until: Timestamp,
    },
    /// A code to a registered destination, before something is changed.
    HeldCode {
        /// Whose.
        account: Id<id::Account>,
        /// Who signed in.
        session: Id<id::Session>,
        /// Which challenge.
        challenge: Id<id::Challenge>,
        /// How.
        channel: Channel,
        /// The digits.
        code: String,
        /// They are valid until then.
        until: Timestamp,
    },
    /// Somebody signed in was changing a password: if the directory wrote it and the request did not
    /// live to tell, do it now.
    Changed {
        /// Whose.
        account: Id<id::Account>,
        /// Entry in the directory.
        subject: String,
        /// Name of the write.
        by: String,
        /// When it was about to be made.
        since: Timestamp,
    },
    /// Tell one destination what happened.
    Tell {
        /// How.
        channel: Channel,
        /// Where.
        destination: Destination,
        /// What.
        notice: Notice,
    },
    /// Tell an administrator what is wrong.
    Alert {
        /// Where.
        destination: Destination,
        /// What.
        alert: Alert,
        /// When.
        at: Timestamp,
    },
}

/// What happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// The password was reset.
    Reset,
    /// The account was unlocked.
    Unlock,
    /// The password was changed by somebody signed in.
    Changed,
    /// A method was added.
    MethodAdded,
    /// A method was changed.
    MethodChanged,
    /// A method was removed.
    MethodRemoved,
    /// A recovery code was used.
    CodeUsed {
        /// How many are left.
        left: u32,
    },
    /// Recovery was frozen.
    Frozen,
    /// Recovery was opened again.
    Unfrozen,
}

impl Happened {
    /// All of them; a number in one stands for any.
    pub const ALL: [Self; 9] = [
        Self::Reset,
        Self::Unlock,
        Self::Changed,
        Self::MethodAdded,
        Self::MethodChanged,
        Self::MethodRemoved,
        Self::CodeUsed { left: 7 },
        Self::Frozen,
        Self::Unfrozen,
    ];

    /// How many recovery codes are left, where it says so.
    #[must_use]
    pub fn left(self) -> u32 {
        match self {
            Self::CodeUsed { left } => left,
            _ => 0,
        }
    }

    /// Stable name: part of message keys and audit events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::Changed => "changed",
            Self::MethodAdded => "method-added",
            Self::MethodChanged => "method-changed",
            Self::MethodRemoved => "method-removed",
            Self::CodeUsed { .. } => "code-used",
            Self::Frozen => "frozen",
            Self::Unfrozen => "unfrozen",
        }
    }
}

/// A notice.
#[derive(Clone, Serialize, Deserialize)]
pub struct Notice {
    /// Whose account.
    pub account: Id<id::Account>,
    /// What happened.
    pub happened: Happened,
    /// To which method.
    pub method: Option<Kind>,
    /// When.
    pub at: Timestamp,
    /// Token of the link "this wasn't me"; empty when there is none.
    pub token: String,
}

/// How long a notice may be late.
const NOTICE_LIFE: std::time::Duration = std::time::Duration::from_hours(72);
/// A code that has less time left than this does not leave any more.
const CODE_MARGIN: std::time::Duration = std::time::Duration::from_mins(1);

/// As many codes wait at most; whoever wants one more is told to come back. Notices always find room: what they tell
/// has happened.
const CODES: i64 = 10_000;

impl Job {
    fn lane(&self) -> Lane {
        match (self, self.channel()) {
            // Somebody waits in front of the page.
            (Self::Find { .. }, _) => Lane::Text,
            (Self::Changed { .. } | Self::Tell { .. } | Self::Alert { .. }, _) | (_, None) => {
                Lane::Notice
            }
            (_, Some(Channel::Sms)) => Lane::Text,
            (_, Some(Channel::Voice)) => Lane::Call,
            (_, Some(Channel::Email)) => Lane::Mail,
        }
    }

    /// How its message travels, where it has one.
    pub(super) fn channel(&self) -> Option<Channel> {
        match self {
            Self::FlowCode { way, .. } => way.channel(),
            Self::NewCode { channel, .. }
            | Self::HeldCode { channel, .. }
            | Self::Tell { channel, .. } => Some(*channel),
            Self::Alert { .. } => Some(Channel::Email),
            Self::Changed { .. } | Self::Find { .. } => None,
        }
    }

    fn expires(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::FlowCode { until, .. }
            | Self::NewCode { until, .. }
            | Self::HeldCode { until, .. } => until
                .minus(CODE_MARGIN)
                .max(now.plus(std::time::Duration::from_secs(1))),
            Self::Find { until, .. } => *until,
            Self::Changed { .. } | Self::Tell { .. } | Self::Alert { .. } => now.plus(NOTICE_LIFE),
        }
    }
}

impl Tx {
    /// Queue a job; it leaves after the commit.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Down`].
    pub async fn queue(
        &mut self,
        job: &Job,
        now: Timestamp,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        self.queue_for(job, now, now, keys).await.map(drop)
    }

    /// Queue a code. `known`: whoever asked for it sits in a known network ([`crate::app::App::knows`]).
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Down`].
    pub async fn queue_code(
        &mut self,
        job: &Job,
        known: bool,
        now: Timestamp,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let row = self.row(job, now, now).await?;
        let row = Waiting { known, ..row };
        self.push(&sealable(job)?, row, keys).await.map(drop)
    }

    /// Queue a job that is not due before `due`, and say which it is: whoever queued it may end it first.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Down`].
    pub async fn queue_for(
        &mut self,
        job: &Job,
        due: Timestamp,
        now: Timestamp,
        keys: &KeyRing,
    ) -> Result<Id<id::Job>, StoreError> {
        let row = self.row(job, due, now).await?;
        self.push(&sealable(job)?, row, keys).await
    }

    /// How a job waits, if there is room for it.
    async fn row(
        &mut self,
        job: &Job,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<Waiting, StoreError> {
        let lane = job.lane();
        if lane != Lane::Notice && self.waiting(lane, now, CODES).await?.0 >= CODES {
            tracing::error!(lane = lane.as_str(), "too many codes wait to be sent");
            return Err(StoreError::Full);
        }
        Ok(Waiting {
            lane,
            due,
            expires: job.expires(now),
            known: false,
        })
    }
}

fn sealable(job: &Job) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let text = serde_json::to_vec(job).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(Zeroizing::new(text))
}
