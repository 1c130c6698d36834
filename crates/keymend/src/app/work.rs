//! The quiet proof of work: raises the price of a flood, asks nothing of a person.
//!
//! A challenge is signed, not stored. It is spent on first use, whatever the form holds, through
//! the same counters as every limit. All limits hold without it; without it a start goes through a
//! smaller bucket.

use keymend_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq as _;

use super::App;
use crate::chance::Os;
use rand_core::Rng as _;

/// Life of a challenge.
pub const LIFE: Duration = Duration::from_mins(5);

/// What came with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worked {
    /// The work was done; the text is what must be spent once.
    Yes(String),
    /// No work, or none that counts.
    No,
}

impl App {
    /// A new challenge, bound to the browser by the seed of its form cookie.
    #[must_use]
    pub fn challenge(&self, seed: &str, now: Timestamp) -> String {
        let front = format!("{}.{:016x}", now.as_millis(), Os.next_u64());
        let mac = self.sign_challenge(&front, seed);
        format!("{front}.{mac}")
    }

    /// Check a solution. Cheap: two hashes.
    #[must_use]
    pub fn worked(&self, seal: &str, counter: &str, seed: &str, now: Timestamp) -> Worked {
        let fine = seal.len() <= 128
            && counter.len() <= 20
            && !counter.is_empty()
            && counter.bytes().all(|b| b.is_ascii_digit())
            && self.is_ours(seal, seed, now)
            && zeros(&Sha256::digest(format!("{seal}:{counter}"))) >= self.site.work_bits;
        if fine {
            Worked::Yes(seal.to_owned())
        } else {
            Worked::No
        }
    }

    fn is_ours(&self, seal: &str, seed: &str, now: Timestamp) -> bool {
        let Some((front, mac)) = seal.rsplit_once('.') else {
            return false;
        };
        let made = front.split('.').next().and_then(|text| text.parse().ok());
        let Some(made) = made.map(Timestamp::from_millis) else {
            return false;
        };
        let fresh = made <= now && now < made.plus(LIFE);
        let ours = self.sign_challenge(front, seed);
        fresh && bool::from(ours.as_bytes().ct_eq(mac.as_bytes()))
    }

    fn sign_challenge(&self, front: &str, seed: &str) -> String {
        let mac = self.keys.forms.index("work", &format!("{seed} {front}"));
        data_encoding::BASE64URL_NOPAD.encode(mac.get(..16).unwrap_or_default())
    }
}

fn zeros(digest: &[u8]) -> u32 {
    let mut bits = 0;
    for byte in digest {
        bits += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_bits_are_counted_across_bytes() {
        assert_eq!(zeros(&[0, 0, 0b0001_0000, 0]), 19);
        assert_eq!(zeros(&[0x80]), 0);
        assert_eq!(zeros(&[0, 0]), 16);
    }
}
