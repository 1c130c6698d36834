//! Secrets that hide themselves: one-time codes and the keyed digests they are stored as.
//!
//! A code never leaves memory in clear except inside a sealed outbox payload; the flow keeps only
//! [`CodeDigest`], an HMAC over everything the code is bound to (see [`Binding`]).

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A code of decimal digits, uniformly random, leading zeros kept.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OneTimeCode(String);

impl OneTimeCode {
    /// A new code of `digits` digits, at most 18.
    pub fn random(rng: &mut dyn CryptoRng, digits: u8) -> Self {
        let digits = usize::from(digits.clamp(1, 18));
        let range = 10_u64.pow(u32::try_from(digits).unwrap_or(1));
        // Reject the top of the range, so that every code is equally likely.
        let limit = u64::MAX - u64::MAX % range;
        loop {
            let drawn = rng.next_u64();
            if drawn < limit {
                return Self(format!("{:0digits$}", drawn % range));
            }
        }
    }

    /// Reads what a person typed: spaces are dropped, then exactly `digits` ASCII digits must be
    /// left. Other scripts' digits are refused: a code has one spelling, so that every try counts once.
    #[must_use]
    pub fn typed(text: &str, digits: u8) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let kept: String = text.chars().filter(|c| *c != ' ').collect();
        let shape = kept.len() == usize::from(digits) && kept.bytes().all(|b| b.is_ascii_digit());
        shape.then_some(Self(kept))
    }

    /// The digits, for the message that carries them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}

/// What a code is for. A code of one purpose never serves another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Reset a forgotten password.
    Reset,
    /// Unlock an account.
    Unlock,
    /// Verify a new phone or address.
    Enrol,
    /// A fresh proof before something registered is changed.
    Confirm,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reset, Self::Unlock, Self::Enrol, Self::Confirm];

    /// Stable name, part of every digest and of message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::Enrol => "enrol",
            Self::Confirm => "confirm",
        }
    }
}

/// Everything that a code is bound to besides its digits.
pub struct Binding<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// The flow, or the visit of a registration.
    pub flow: &'a str,
    /// Which gate, 1 …; 0 in a registration.
    pub gate: u8,
    /// The way it travels.
    pub way: &'a str,
    /// The challenge.
    pub challenge: &'a str,
    /// The destination where the request names it (a typed number, a new address), else empty: the
    /// worker then records the one it used with the challenge.
    pub destination: &'a str,
}

/// Key of the code digests: 256 bits that live outside the database.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DigestKey([u8; 32]);

impl DigestKey {
    /// From key material.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Digest of a code under its binding. Every part is preceded by its length, so no two
    /// bindings give the same bytes.
    #[must_use]
    pub fn digest(&self, binding: &Binding<'_>, code: &OneTimeCode) -> CodeDigest {
        let gate = [binding.gate];
        let parts: [&[u8]; 7] = [
            binding.purpose.as_str().as_bytes(),
            binding.flow.as_bytes(),
            &gate,
            binding.way.as_bytes(),
            binding.challenge.as_bytes(),
            binding.destination.as_bytes(),
            code.0.as_bytes(),
        ];
        CodeDigest(self.mac(b"code", &parts))
    }

    /// Digest of a recovery code, bound to its set.
    #[must_use]
    pub fn digest_recovery(&self, set: &str, code: &str) -> CodeDigest {
        CodeDigest(self.mac(b"recovery-code", &[set.as_bytes(), code.as_bytes()]))
    }

    /// Keyed index of a text: equal texts give equal bytes, and nobody without the key can tell which.
    #[must_use]
    pub fn index(&self, domain: &str, text: &str) -> [u8; 32] {
        self.mac(domain.as_bytes(), &[text.as_bytes()])
    }

    fn mac(&self, domain: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes a key of any length; the fallible constructor has no failing input here.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return [0; 32];
        };
        for part in std::iter::once(&domain).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey(…)")
    }
}

/// A stored code: an HMAC-SHA-256, compared in constant time.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CodeDigest([u8; 32]);

impl CodeDigest {
    /// No code's: compared where there is none, so that the work is the same.
    #[must_use]
    pub fn nobodys() -> Self {
        Self([0; 32])
    }

    /// True when both are the same, in time that does not depend on where they differ.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for CodeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeDigest(…)")
    }
}

impl From<CodeDigest> for String {
    fn from(digest: CodeDigest) -> Self {
        data_encoding::BASE64URL_NOPAD.encode(&digest.0)
    }
}

impl TryFrom<String> for CodeDigest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = data_encoding::BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| "not a digest")?;
        bytes.try_into().map(Self).map_err(|_| "not a digest")
    }
}

/// A bearer token of 256 random bits; the database holds only its SHA-256.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new one.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        Self::of_bytes::<32>(rng)
    }

    /// A short one of 128 bits, for a link in a message.
    pub fn short(rng: &mut dyn CryptoRng) -> Self {
        Self::of_bytes::<16>(rng)
    }

    /// One that arrived in a request. Anything that cannot be ours is refused unread.
    #[must_use]
    pub fn presented(text: &str) -> Option<Self> {
        let shape = (22..=43).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        shape.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the cookie or link that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the database stores.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        use sha2::Digest as _;
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    fn of_bytes<const N: usize>(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; N]);
        rng.fill_bytes(bytes.as_mut());
        Self(Zeroizing::new(
            data_encoding::BASE64URL_NOPAD.encode(bytes.as_ref()),
        ))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests;
