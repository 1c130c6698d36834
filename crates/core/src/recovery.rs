//! Recovery codes: what people print and keep like a key, for the day when a phone is lost.
//!
//! A [`RecoveryCode`] is 32 letters and digits in groups of four ([`crockford`]). The first four look it up among the
//! codes of an account; 27 more are 135 random bits (COD-12 asks for 128, NIST SP 800-63B-4, 4.2.1.1, for 64); the last
//! one checks the others. Kept is only [`RecoveryCode::digest`]; [`check`] compares.

use std::fmt;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::challenge::{Recognised, Spends};
use crate::crockford;
use crate::id::{self, Id};
use crate::method::Kind;
use crate::secret::{CodeDigest, DigestKey};

/// Codes of a set.
pub const MANY: usize = 10;
/// When so many are left, or fewer, their owner is told that it is time for new ones.
pub const FEW: u32 = 3;

/// Characters that look a code up. They are no secret.
const LOOK_UP: usize = 4;

/// One code. What it stands for is [`RecoveryCode::look_up`] and a secret that only its owner has.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// A new one.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        Self(crockford::random(rng))
    }

    /// Reads what somebody typed ([`crockford::typed`]).
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        crockford::typed(text).map(Self)
    }

    /// As it is shown: eight groups of four.
    #[must_use]
    pub fn shown(&self) -> Zeroizing<String> {
        crockford::grouped(&self.0, ' ')
    }

    /// The part that finds it among others. It tells nothing about the rest.
    #[must_use]
    pub fn look_up(&self) -> &str {
        self.0.get(..LOOK_UP).unwrap_or_default()
    }

    /// What is kept of it, bound to its set: an old set's code is none of a new one's.
    #[must_use]
    pub fn digest(&self, set: &Id<id::Method>, key: &DigestKey) -> CodeDigest {
        key.digest_recovery(set.as_str(), &self.0)
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl From<RecoveryCode> for String {
    fn from(code: RecoveryCode) -> Self {
        code.0.to_string()
    }
}

impl TryFrom<String> for RecoveryCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = Zeroizing::new(text);
        let whole = crockford::is_whole(&text);
        whole.then_some(Self(text)).ok_or("not a recovery code")
    }
}

/// A set of new ones, no two of which are looked up alike.
pub fn set(rng: &mut dyn CryptoRng) -> Vec<RecoveryCode> {
    let mut codes: Vec<RecoveryCode> = Vec::with_capacity(MANY);
    while codes.len() < MANY {
        let code = RecoveryCode::random(rng);
        if codes.iter().all(|other| other.look_up() != code.look_up()) {
            codes.push(code);
        }
    }
    codes
}

/// A code that is kept and not used yet.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its set, the destination of what is held.
    pub set: Id<id::Method>,
    /// What was kept of it.
    pub digest: CodeDigest,
}

/// Is this the code that was found by its look-up part? The same work when none was.
#[must_use]
pub fn check(code: &RecoveryCode, found: Option<Kept>, key: &DigestKey) -> Option<Recognised> {
    let there = found.is_some();
    let kept = found.unwrap_or_else(|| Kept {
        set: Id::nobodys(),
        digest: CodeDigest::nobodys(),
    });
    let right = code.digest(&kept.set, key).matches(&kept.digest);
    (right && there).then(|| Recognised {
        kind: Kind::Codes,
        destination: kept.set.as_str().to_owned(),
        verified: false,
        spends: Spends::Code {
            look_up: code.look_up().to_owned(),
        },
    })
}

#[cfg(test)]
mod tests;
