//! What a gate leaves behind, whom a flow is about, and what they hold: facts that the store knows.

use serde::{Deserialize, Serialize};

use super::Goal;
use crate::id::{self, Id};
use crate::method::{Kind, Way};
use crate::time::Timestamp;

/// A gate that was passed: a row, written once, by the method's own check and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// 1 …
    pub gate: u8,
    /// What it was proved for.
    pub goal: Goal,
    /// The class it counts as.
    pub kind: Kind,
    /// How.
    pub way: Way,
    /// Keyed index of the destination; for questions, of the set.
    pub destination: String,
    /// The challenge that was answered.
    pub challenge: Id<id::Challenge>,
    /// A passkey whose authenticator knew its owner: by PIN, finger or face (WebAuthn level 3, 6.2.3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
}

impl Evidence {
    /// What tells whether it is another proof than one (see [`crate::policy::Policy::independent`]).
    #[must_use]
    pub fn proof(&self) -> (Kind, &str) {
        (self.kind, &self.destination)
    }
}

/// Whom the flow is about. The worker finds out after the request was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An account that has registered.
    Known {
        /// Which.
        account: Id<id::Account>,
        /// Enabled, in scope and not frozen.
        open: bool,
        /// Member of a protected group: two gates, no questions (FLW-6).
        privileged: bool,
    },
    /// Nobody we know, or not found out yet.
    Stranger,
}

/// A registered method as the check needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it is.
    pub kind: Kind,
    /// Keyed index of its destination.
    pub destination: String,
    /// It serves a reset from then on.
    pub usable_from: Timestamp,
}

impl Held {
    /// May it vouch for what is registered beside it? It waits no more: whoever added one that still waits may be an
    /// intruder; and so may whoever has one that became usable after recovery was `frozen`.
    #[must_use]
    pub fn vouches(&self, frozen: Option<Timestamp>, now: Timestamp) -> bool {
        self.usable_from <= now && frozen.is_none_or(|since| self.usable_from <= since)
    }
}
