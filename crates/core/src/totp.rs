//! Authenticator apps: time-based one-time passwords (RFC 6238 over RFC 4226).
//!
//! An [`App`] is a secret that we and somebody's app share. [`check`] finds the app and the step that a code
//! belongs to; whoever takes the code writes the step down, and neither it nor an older one is taken again
//! (RFC 6238, 5.2). The work is the same whichever code is typed, and whether any app is there.

mod given;

use std::fmt;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::challenge::{Recognised, Spends};
use crate::method::Kind;
use crate::secret::OneTimeCode;
use crate::time::Timestamp;
pub use given::GivenFault;

/// How far off a code is still recognised, in steps: never taken, only told to operators.
const FAR: i64 = 20;
/// Bytes of a new secret (RFC 4226, 4, R6: 160 bits).
const LENGTH: usize = 20;
/// Most characters of a name.
const LONGEST: usize = 40;

/// What an app and we share.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A new one of 160 bits.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = vec![0; LENGTH];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    fn base32(&self) -> String {
        data_encoding::BASE32_NOPAD.encode(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        secret.base32()
    }
}

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = Zeroizing::new(text);
        let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes());
        bytes.map(Self).map_err(|_| "not a secret in Base32")
    }
}

/// The hash under the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// What every app knows.
    #[default]
    Sha1,
    /// RFC 6238, 1.2.
    Sha256,
    /// RFC 6238, 1.2.
    Sha512,
}

/// What its owner calls an app, or the device that it is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppName(String);

/// Why a text is no name of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Nothing, or spaces.
    Empty,
    /// More than 40 characters.
    Long,
    /// Control characters, or signs that turn the text around them.
    Signs,
}

impl NameFault {
    /// Key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "fault-app-name-empty",
            Self::Long => "fault-app-name-long",
            Self::Signs => "fault-app-name-signs",
        }
    }
}

impl AppName {
    /// Reads what somebody typed; spaces around it are dropped.
    ///
    /// # Errors
    /// [`NameFault`].
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let turns = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let text = text.trim();
        if text.is_empty() {
            Err(NameFault::Empty)
        } else if text.chars().count() > LONGEST {
            Err(NameFault::Long)
        } else if text.chars().any(|c| c.is_control() || turns(c)) {
            Err(NameFault::Signs)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An app that somebody registers or has registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// What its owner calls it.
    pub name: AppName,
    /// The secret.
    pub secret: Secret,
    /// The hash.
    pub algorithm: Algorithm,
    /// Digits of a code, 6–8.
    pub digits: u8,
    /// Seconds of a step.
    pub period: u32,
}

impl App {
    /// A new one with what every app knows: SHA-1, six digits, thirty seconds.
    #[must_use]
    pub fn new(name: AppName, rng: &mut dyn CryptoRng) -> Self {
        Self {
            name,
            secret: Secret::random(rng),
            algorithm: Algorithm::Sha1,
            digits: 6,
            period: 30,
        }
    }

    /// The address that a QR code carries. What every app assumes is left out, since some refuse to read it.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let issuer = escaped(issuer);
        let mut uri = Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}",
            escaped(account),
            self.secret.base32(),
        ));
        match self.algorithm {
            Algorithm::Sha1 => {}
            Algorithm::Sha256 => uri.push_str("&algorithm=SHA256"),
            Algorithm::Sha512 => uri.push_str("&algorithm=SHA512"),
        }
        if self.digits != 6 {
            uri.push_str("&digits=");
            uri.push_str(&self.digits.to_string());
        }
        if self.period != 30 {
            uri.push_str("&period=");
            uri.push_str(&self.period.to_string());
        }
        uri
    }

    /// The secret for somebody who types it: Base32 in groups of four.
    #[must_use]
    pub fn key(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(self.secret.base32());
        let mut key = Zeroizing::new(String::with_capacity(text.len() * 5 / 4));
        for (at, c) in text.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                key.push(' ');
            }
            key.push(c);
        }
        key
    }

    /// The step of a moment, counted from 1970 (RFC 6238, 4.2).
    #[must_use]
    pub fn step(&self, at: Timestamp) -> i64 {
        at.as_millis()
            .div_euclid(1000 * i64::from(self.period.max(1)))
    }

    /// The code of a step (RFC 4226, 5.3); empty for none before 1970.
    #[must_use]
    pub fn code(&self, step: i64) -> Zeroizing<String> {
        let Ok(counter) = u64::try_from(step) else {
            return Zeroizing::new(String::new());
        };
        let counter = counter.to_be_bytes();
        let truncated = match self.algorithm {
            Algorithm::Sha1 => truncated::<Hmac<Sha1>>(&self.secret.0, &counter),
            Algorithm::Sha256 => truncated::<Hmac<Sha256>>(&self.secret.0, &counter),
            Algorithm::Sha512 => truncated::<Hmac<Sha512>>(&self.secret.0, &counter),
        };
        let digits = self.digits.clamp(6, 8);
        let shown = u64::from(truncated) % 10_u64.pow(u32::from(digits));
        Zeroizing::new(format!("{shown:0width$}", width = usize::from(digits)))
    }

    /// Is this the code of the present step, or of one as near as policy allows? Else how far the clock that shows it
    /// is off, if it is no further than ten minutes.
    ///
    /// # Errors
    /// The clock that is off; `None` when the code is of no step nearby.
    pub fn matches(
        &self,
        code: &OneTimeCode,
        now: Timestamp,
        around: u8,
    ) -> Result<i64, Option<Off>> {
        match self.at(code, now).first() {
            Some(off) if off.abs() <= i64::from(around) => Ok(self.step(now) + off),
            Some(off) => Err(Some(self.off(*off))),
            None => Err(None),
        }
    }

    fn off(&self, steps: i64) -> Off {
        Off {
            by: Duration::from_secs(steps.unsigned_abs() * u64::from(self.period)),
            behind: steps < 0,
        }
    }

    /// How many steps from now the code belongs, wherever it fits nearby, nearest first. Compares all, whatever fits.
    fn at(&self, code: &OneTimeCode, now: Timestamp) -> Vec<i64> {
        let present = self.step(now);
        let fits = |off: &i64| -> bool {
            let expected = self.code(present + off);
            expected.as_bytes().ct_eq(code.expose().as_bytes()).into()
        };
        let mut found: Vec<i64> = (-FAR..=FAR).filter(fits).collect();
        found.sort_by_key(|off| (off.abs(), *off));
        found
    }
}

/// A registered app as a check needs it.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Which: the destination of what is held.
    pub destination: String,
    /// The app.
    pub app: App,
    /// The newest step that was taken.
    pub used: i64,
}

/// A code that was recognised: the app and the step whose code it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which app.
    pub destination: String,
    /// Which step.
    pub step: i64,
}

impl From<Seen> for Recognised {
    fn from(seen: Seen) -> Self {
        Self {
            kind: Kind::App,
            destination: seen.destination,
            verified: false,
            spends: Spends::Step(seen.step),
        }
    }
}

/// A clock that is not ours, by the code that it makes its app show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Off {
    /// How far it is off, in whole steps.
    pub by: Duration,
    /// It is behind ours.
    pub behind: bool,
}

impl Off {
    /// Rounded up: half a minute is one.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        self.by.as_secs().div_ceil(60)
    }
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The code is right and was not taken before.
    pub seen: Option<Seen>,
    /// It would be right on this clock, and is not taken.
    pub off: Option<Off>,
}

/// Which of these apps shows this code? `around` is how many steps before and after the present one are taken;
/// a step that was used, and all before it, are not (RFC 6238, 5.2). Filled up with [`Registered::nobody`] to as many
/// as an account may have, everybody costs the same.
#[must_use]
pub fn check(apps: &[Registered], code: &OneTimeCode, now: Timestamp, around: u8) -> Found {
    let mut found = Found::default();
    for known in apps {
        for off in known.app.at(code, now) {
            let step = known.app.step(now) + off;
            if off.abs() <= i64::from(around) {
                if step > known.used && found.seen.is_none() {
                    found.seen = Some(Seen {
                        destination: known.destination.clone(),
                        step,
                    });
                }
            } else if found.off.is_none() {
                found.off = Some(known.app.off(off));
            }
        }
    }
    found
}

impl Registered {
    /// An app that nobody has: its codes are never right.
    #[must_use]
    pub fn nobody(rng: &mut dyn CryptoRng) -> Self {
        Self {
            destination: String::new(),
            app: App::new(AppName(String::new()), rng),
            used: i64::MAX,
        }
    }
}

/// Reads the code that somebody typed: 6 to 8 digits, spaces dropped.
#[must_use]
pub fn typed(text: &str) -> Option<OneTimeCode> {
    (6..=8).find_map(|digits| OneTimeCode::typed(text, digits))
}

/// RFC 4226, 5.3: 31 bits from where the last four bits point.
fn truncated<M: Mac + KeyInit>(secret: &[u8], counter: &[u8]) -> u32 {
    // HMAC takes a key of any length; the fallible constructor has no failing input here.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(secret) else {
        return 0;
    };
    mac.update(counter);
    let digest = mac.finalize().into_bytes();
    let at = digest.last().map_or(0, |last| usize::from(last & 0x0f));
    let four = digest.get(at..).and_then(|rest| rest.first_chunk::<4>());
    four.map_or(0, |four| u32::from_be_bytes(*four) & 0x7fff_ffff)
}

/// RFC 3986, 2.1: everything but unreserved characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let hex = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
            out.push('%');
            out.extend([hex(byte >> 4), hex(byte & 15)].map(|digit| digit.to_ascii_uppercase()));
        }
    }
    out
}

#[cfg(test)]
mod tests;
