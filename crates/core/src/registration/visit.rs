//! What is under way in one signed-in session. What was verified is not here: it is kept at once.

use serde::{Deserialize, Serialize};

use super::{Destination, NewApp, NewCodes, NewPasskey};
use crate::challenge::{Challenge, Sends};
use crate::id::{self, Id};
use crate::method::{Kind, Way};
use crate::secret::{Binding, Purpose};
use crate::time::Timestamp;

/// What is under way in one signed-in session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The session.
    pub id: Id<id::Session>,
    /// When the password was given.
    pub signed_in: Timestamp,
    /// A claim code was given, and no password.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub claimed: bool,
    /// The identity provider says that the sign-in there was long ago: nothing is registered before a newer one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// It does not say when that was: what is registered first waits like what is added later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
    /// New phone.
    pub phone: Option<Pending>,
    /// New address.
    pub email: Option<Pending>,
    /// New authenticator app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<NewApp>,
    /// New passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<NewPasskey>,
    /// New recovery codes, as long as they are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<NewCodes>,
    /// When the first registration was finished here: recovery codes that are made right after belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    /// A proof by a registered method.
    pub confirm: Option<Challenge>,
    /// The last proof.
    pub proof: Option<Proof>,
    /// Wrong proofs so far.
    pub wrong: u32,
    /// Codes so far.
    pub sends: Sends,
}

/// Which open challenge an ask is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The new phone.
    Phone,
    /// The new address.
    Email,
    /// The new authenticator app.
    App,
    /// The new passkey.
    Passkey,
    /// The proof by a registered method.
    Confirm,
}

/// A new destination that is being verified.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// Where the code went.
    pub destination: Destination,
    /// The code.
    pub challenge: Challenge,
}

/// A fresh proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When.
    pub at: Timestamp,
    /// By which method.
    pub kind: Kind,
    /// It was given by verifying a new destination, so it allows changing that one method only.
    pub narrow: bool,
}

impl Visit {
    /// A new one.
    #[must_use]
    pub fn begin(id: Id<id::Session>, now: Timestamp) -> Self {
        Self {
            id,
            signed_in: now,
            claimed: false,
            stale: false,
            untold: false,
            phone: None,
            email: None,
            app: None,
            passkey: None,
            codes: None,
            finished: None,
            confirm: None,
            proof: None,
            wrong: 0,
            sends: Sends::default(),
        }
    }

    /// The open challenge of a slot.
    #[must_use]
    pub fn challenge(&self, slot: Slot) -> Option<&Challenge> {
        match slot {
            Slot::Phone => self.phone.as_ref().map(|pending| &pending.challenge),
            Slot::Email => self.email.as_ref().map(|pending| &pending.challenge),
            Slot::App => self.app.as_ref().map(|new| &new.challenge),
            Slot::Passkey => self.passkey.as_ref().map(|new| &new.challenge),
            Slot::Confirm => self.confirm.as_ref(),
        }
    }

    /// Would a code of this challenge still serve?
    #[must_use]
    pub fn waits_for(&self, challenge: &Id<id::Challenge>) -> bool {
        let slots = [Slot::Phone, Slot::Email, Slot::Confirm];
        let mut open = slots.into_iter().filter_map(|slot| self.challenge(slot));
        open.any(|open| open.id == *challenge)
    }

    pub(crate) fn challenge_mut(&mut self, slot: Slot) -> Option<&mut Challenge> {
        match slot {
            Slot::Phone => self.phone.as_mut().map(|pending| &mut pending.challenge),
            Slot::Email => self.email.as_mut().map(|pending| &mut pending.challenge),
            Slot::App => self.app.as_mut().map(|new| &mut new.challenge),
            Slot::Passkey => self.passkey.as_mut().map(|new| &mut new.challenge),
            Slot::Confirm => self.confirm.as_mut(),
        }
    }

    pub(super) fn close(&mut self, slot: Slot) {
        match slot {
            Slot::Phone => self.phone = None,
            Slot::Email => self.email = None,
            Slot::App => self.app = None,
            Slot::Passkey => self.passkey = None,
            Slot::Confirm => self.confirm = None,
        }
    }

    pub(super) fn binding<'a>(
        &'a self,
        purpose: Purpose,
        challenge: &'a Id<id::Challenge>,
        way: Way,
        destination: &'a str,
    ) -> Binding<'a> {
        Binding {
            purpose,
            flow: self.id.as_str(),
            gate: 0,
            way: way.as_str(),
            challenge: challenge.as_str(),
            destination,
        }
    }
}
