//! One asking for a proof: a code on its way, or the questions on the page. Shared by
//! [`crate::reset`] and [`crate::registration`], so that tries are counted in one way everywhere.

use std::mem;

use serde::{Deserialize, Serialize};

use crate::id::{self, Id};
use crate::method::{Kind, Way};
use crate::policy::CodePolicy;
use crate::refusal::Refusal;
use crate::secret::CodeDigest;
use crate::time::Timestamp;

/// An open challenge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Challenge {
    /// Which one.
    pub id: Id<id::Challenge>,
    /// How it is proved.
    pub way: Way,
    /// Keyed index of the destination that the request named, empty when it named none; where a
    /// registration is proved, of what was registered then.
    pub destination: String,
    /// The code; `None` where none was sent: questions, apps.
    pub digest: Option<CodeDigest>,
    /// When it was asked for.
    pub at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// Tries so far, raised before anything is compared.
    pub tries: u32,
    /// A browser said that it gives no passkey.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
}

/// A proof that was recognised as one of what an account has registered: the code of an app, a passkey, a recovery code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// What it is.
    pub kind: Kind,
    /// The destination of what is held.
    pub destination: String,
    /// A passkey whose authenticator knew its owner.
    pub verified: bool,
    /// What is used up when it is taken.
    pub spends: Spends,
}

/// What a proof uses up: whoever takes it writes that down in the same transaction, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spends {
    /// The step of an app's code: neither it nor an older one is taken again (RFC 6238, 5.2).
    Step(i64),
    /// The signature counter of a passkey: it is set on from what was kept, unless somebody else set it on meanwhile.
    Signature {
        /// As it was kept.
        kept: u32,
        /// As it is now.
        count: u32,
        /// The passkey says that it is kept in more than one place.
        backed_up: bool,
    },
    /// A recovery code, by its look-up part: it serves once.
    Code {
        /// The part that finds it.
        look_up: String,
    },
}

/// Leave to compare one proof with one challenge: what a counted try is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    challenge: Id<id::Challenge>,
    number: u32,
}

impl Challenge {
    /// Count a try, before anything is compared: a crash in between must cost the attacker, not us.
    ///
    /// # Errors
    /// When the challenge is over or its tries are spent; nothing is counted then.
    pub fn count(&mut self, policy: &CodePolicy, now: Timestamp) -> Result<(), Refusal> {
        if now >= self.until {
            return Err(self.over(Refusal::CodeExpired));
        }
        if self.tries >= policy.tries {
            return Err(self.over(Refusal::CodeSpent));
        }
        self.tries += 1;
        Ok(())
    }

    /// The browser gives no passkey. Is that news? It is noted once, however often it is said.
    #[must_use]
    pub fn silence(&mut self) -> bool {
        self.way == Way::Passkey && !mem::replace(&mut self.silent, true)
    }

    /// The ticket of the try counted last.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket {
            challenge: self.id.clone(),
            number: self.tries,
        }
    }

    /// Was this ticket given out for this challenge?
    #[must_use]
    pub fn admits(&self, ticket: &Ticket) -> bool {
        self.id == ticket.challenge && (1..=self.tries).contains(&ticket.number)
    }

    /// What a wrong proof answers: after the last try that another code is needed.
    #[must_use]
    pub fn wrong(&self, policy: &CodePolicy) -> Refusal {
        if self.tries >= policy.tries {
            self.over(Refusal::CodeSpent)
        } else if self.way == Way::App {
            Refusal::WrongAppCode
        } else if self.way == Way::Passkey {
            Refusal::WrongPasskey
        } else if self.way == Way::Codes {
            Refusal::WrongRecoveryCode
        } else if self.digest.is_some() {
            Refusal::WrongCode
        } else {
            Refusal::WrongAnswers
        }
    }

    /// No other code can be sent where an app makes them or a sheet has them, and a passkey needs none.
    fn over(&self, sent: Refusal) -> Refusal {
        match self.way {
            Way::App | Way::Codes => Refusal::AppOver,
            Way::Passkey => Refusal::PasskeyOver,
            _ => sent,
        }
    }
}

/// How many codes went out for each method, and when the last one did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sends(Vec<Send>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Send {
    kind: Kind,
    count: u32,
    last: Timestamp,
}

impl Sends {
    /// Count one more.
    ///
    /// # Errors
    /// When the last one is too fresh or the flow's share is used up; nothing is counted then.
    pub fn count(
        &mut self,
        kind: Kind,
        policy: &CodePolicy,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let Some(sent) = self.0.iter_mut().find(|sent| sent.kind == kind) else {
            self.0.push(Send {
                kind,
                count: 1,
                last: now,
            });
            return Ok(());
        };
        if sent.count >= policy.sends {
            return Err(Refusal::SendsSpent);
        }
        let again = sent.last.plus(policy.again_after);
        if now < again {
            return Err(Refusal::WaitBeforeAgain { until: again });
        }
        sent.count += 1;
        sent.last = now;
        Ok(())
    }

    /// When another one may go out.
    #[must_use]
    pub fn again_at(&self, kind: Kind, policy: &CodePolicy) -> Option<Timestamp> {
        self.0
            .iter()
            .find(|sent| sent.kind == kind)
            .map(|sent| sent.last.plus(policy.again_after))
    }
}

#[cfg(test)]
mod tests;
