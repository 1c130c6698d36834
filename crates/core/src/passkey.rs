//! Passkeys (WebAuthn level 3): what one is asked to sign, and what is made of its answer.
//!
//! Signatures are checked outside; the rules begin with an answer that is right, [`Signed`], and [`recognise`] it. What
//! is signed is bound to one challenge of one flow by [`DigestKey::nonce`], so that nothing else need be kept of it.

use crate::challenge::{Challenge, Recognised, Spends};
use crate::method::{Kind, Way};
use crate::policy::CounterBack;
use crate::registration::{Slot, Visit};
use crate::reset::{Evidence, Flow, State, next_gate};
use crate::secret::{Binding, DigestKey, Purpose};

/// An answer whose signature, origin and challenge are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Which passkey: the destination of what is held.
    pub destination: String,
    /// Its counter of signatures after this one; some never count and say 0.
    pub count: u32,
    /// The authenticator knew its owner: by PIN, finger or face.
    pub verified: bool,
    /// It says that it is kept in more than one place.
    pub backed_up: bool,
}

/// What an answer was recognised as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// It may serve.
    pub known: Option<Recognised>,
    /// The counter did not go up: there may be a second one of this passkey (6.1.1).
    pub back: bool,
}

/// Weigh the counter of a right answer against the one that was kept (7.2, step 22). `kept` is `None` where nothing of
/// this passkey is registered to whom the flow is about.
#[must_use]
pub fn recognise(signed: Option<Signed>, kept: Option<u32>, policy: CounterBack) -> Found {
    let (Some(signed), Some(kept)) = (signed, kept) else {
        return Found::default();
    };
    let still = signed.count == 0 && kept == 0;
    let back = !still && signed.count <= kept;
    let known = Recognised {
        kind: Kind::Passkey,
        destination: signed.destination,
        verified: signed.verified,
        spends: Spends::Signature {
            kept,
            count: signed.count.max(kept),
            backed_up: signed.backed_up,
        },
    };
    Found {
        known: (!back || policy == CounterBack::Tell).then_some(known),
        back,
    }
}

impl Flow {
    /// What a passkey signs to pass the gate that this flow waits at: 256 bits that nobody can foresee, of this
    /// challenge of this gate of this flow alone.
    #[must_use]
    pub fn nonce(&self, key: &DigestKey, evidence: &[Evidence]) -> Option<[u8; 32]> {
        let State::Waiting { goal, challenge } = &self.state else {
            return None;
        };
        let gate = next_gate(evidence);
        nonce(key, goal.purpose(), self.id.as_str(), gate, challenge)
    }

    /// See [`Challenge::silence`].
    #[must_use]
    pub fn silence(&mut self) -> bool {
        match &mut self.state {
            State::Waiting { challenge, .. } => challenge.silence(),
            _ => false,
        }
    }
}

impl Visit {
    /// What a passkey signs in a visit: a new one when it is made, or a registered one that vouches for a change.
    #[must_use]
    pub fn nonce(&self, key: &DigestKey, slot: Slot) -> Option<[u8; 32]> {
        let purpose = match slot {
            Slot::Passkey => Purpose::Enrol,
            Slot::Confirm => Purpose::Confirm,
            Slot::Phone | Slot::Email | Slot::App => return None,
        };
        nonce(key, purpose, self.id.as_str(), 0, self.challenge(slot)?)
    }

    /// See [`Challenge::silence`].
    #[must_use]
    pub fn silence(&mut self, slot: Slot) -> bool {
        self.challenge_mut(slot).is_some_and(Challenge::silence)
    }
}

fn nonce(
    key: &DigestKey,
    purpose: Purpose,
    flow: &str,
    gate: u8,
    challenge: &Challenge,
) -> Option<[u8; 32]> {
    let binding = Binding {
        purpose,
        flow,
        gate,
        way: challenge.way.as_str(),
        challenge: challenge.id.as_str(),
        destination: "",
    };
    (challenge.way == Way::Passkey).then(|| key.nonce(&binding))
}

#[cfg(test)]
mod tests;
