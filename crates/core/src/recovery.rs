//! Recovery codes: what people print and keep like a key, for the day when a phone is lost.
//!
//! A [`RecoveryCode`] is 32 letters and digits in groups of four, in Crockford's alphabet, which has no letters that
//! are read as others. The first four look it up among the codes of an account; 27 more are 135 random bits (COD-12
//! asks for 128, NIST SP 800-63B-4, 4.2.1.1, for 64); the last one checks the others, so that a slip of the pen is
//! found on the spot and costs no try. Kept is only [`RecoveryCode::digest`]; [`check`] compares.

use std::fmt;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::challenge::{Recognised, Spends};
use crate::crockford;
use crate::id::{self, Id};
use crate::method::Kind;
use crate::secret::{CodeDigest, DigestKey};

/// Codes of a set.
pub const MANY: usize = 10;
/// When so many are left, or fewer, their owner is told that it is time for new ones.
pub const FEW: u32 = 3;

/// Characters of a code.
const LENGTH: usize = 32;
/// Characters that look a code up. They are no secret.
const LOOK_UP: usize = 4;

/// One code. What it stands for is [`RecoveryCode::look_up`] and a secret that only its owner has.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A new one.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; LENGTH - 1]);
        rng.fill_bytes(bytes.as_mut());
        // 256 is a multiple of 32: every letter is equally likely.
        let values = Zeroizing::new(bytes.map(|byte| byte & 31));
        let mut text = String::with_capacity(LENGTH);
        text.extend(values.iter().copied().map(crockford::letter));
        text.push(crockford::letter(check_of(values.as_ref())));
        Self(text)
    }

    /// Reads what somebody typed ([`crockford::read`]). `None` for what is no code of anybody: the answer is the same
    /// whoever types it, so it needs no try.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        if text.len() > 16 * LENGTH {
            return None;
        }
        let kept = crockford::read(text, LENGTH)?;
        Self::parse(&kept)
    }

    /// Reads the 32 characters.
    fn parse(text: &str) -> Option<Self> {
        let mut values = Zeroizing::new([0; LENGTH]);
        if text.len() != LENGTH {
            return None;
        }
        for (place, byte) in values.iter_mut().zip(text.bytes()) {
            *place = crockford::value(byte)?;
        }
        (remainder(values.as_ref()) == 0).then(|| Self(text.to_owned()))
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
        code.0.clone()
    }
}

impl TryFrom<String> for RecoveryCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = Zeroizing::new(text);
        Self::parse(&text).ok_or("not a recovery code")
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

/// Twice a value in the field of 32 elements (modulo x⁵ + x² + 1, in which powers of x are all but zero).
fn doubled(value: u8) -> u8 {
    let twice = value << 1;
    if twice & 32 == 0 {
        twice
    } else {
        twice ^ 0b10_0101
    }
}

/// Zero for a whole code. Each place weighs another power of x, so one wrong letter shows always, and two that changed
/// places unless they are the first and the last.
fn remainder(values: &[u8]) -> u8 {
    values.iter().fold(0, |sum, value| doubled(sum) ^ value)
}

/// The letter that makes a code whole.
fn check_of(values: &[u8]) -> u8 {
    doubled(remainder(values))
}

#[cfg(test)]
mod tests;
