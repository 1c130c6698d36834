//! Claim codes: one-time codes on paper, for people who have nothing yet, neither a password that they know nor anything
//! registered.
//!
//! A code is 32 letters ([`crockford`]): five by which it is looked up, 130 random bits, and one that checks the others.
//! The store keeps the first five and a keyed digest of the whole, bound to whom it is for.

use std::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::crockford;
use crate::secret::{CodeDigest, DigestKey};

/// Letters by which a code is looked up. They are no secret.
const LOOKUP: usize = 5;

/// One code.
pub struct ClaimCode(Zeroizing<String>);

impl ClaimCode {
    /// A new one.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        Self(crockford::random(rng))
    }

    /// Reads what somebody typed ([`crockford::typed`]).
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        crockford::typed(text).map(Self)
    }

    /// The part that is no secret.
    #[must_use]
    pub fn lookup(&self) -> &str {
        self.0.get(..LOOKUP).unwrap_or_default()
    }

    /// The whole code, for the paper.
    #[must_use]
    pub fn spelled(&self) -> Zeroizing<String> {
        crockford::grouped(&self.0, '-')
    }

    /// What is stored: another person's claim has another digest, whatever the code.
    #[must_use]
    pub fn digest(&self, key: &DigestKey, directory: &str, subject: &str) -> CodeDigest {
        key.digest_of("claim", &[directory, subject, &self.0])
    }
}

impl fmt::Debug for ClaimCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimCode(…)")
    }
}

/// What is known of an account that a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "five facts that do not depend on one another"
)]
pub struct Standing {
    /// The directory lets it in.
    pub enabled: bool,
    /// Recovery is frozen.
    pub frozen: bool,
    /// Its registration was finished once.
    pub finished: bool,
    /// Something is registered.
    pub registered: bool,
    /// The directory protects it, and protected people must sign in by an identity provider here.
    pub by_provider: bool,
}

/// Why there is no claim for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoClaim {
    /// Disabled.
    #[error("the account is disabled")]
    Disabled,
    /// Frozen.
    #[error("recovery of the account is frozen; `keymend user unfreeze` opens it")]
    Frozen,
    /// A claim would be a way around the methods that are registered.
    #[error(
        "the account has finished its registration; a claim is for people who have nothing yet"
    )]
    Finished,
    /// The same, of a registration that was begun.
    #[error(
        "something is registered for the account; where nobody finished it, `--start-over` removes that first"
    )]
    Registered,
    /// A claim would be a way around what its sign-in demands.
    #[error("the account is protected and signs in by an identity provider, which says who it is")]
    ByProvider,
}

impl NoClaim {
    /// For the audit log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disabled => "claim-disabled",
            Self::Frozen => "claim-frozen",
            Self::Finished => "claim-finished",
            Self::Registered => "claim-registered",
            Self::ByProvider => "claim-by-provider",
        }
    }
}

impl Standing {
    /// May there be a claim? Asked when a code is made, and again when it is used.
    ///
    /// # Errors
    /// [`NoClaim`].
    pub fn allows(self) -> Result<(), NoClaim> {
        if !self.enabled {
            Err(NoClaim::Disabled)
        } else if self.frozen {
            Err(NoClaim::Frozen)
        } else if self.finished {
            Err(NoClaim::Finished)
        } else if self.registered {
            Err(NoClaim::Registered)
        } else if self.by_provider {
            Err(NoClaim::ByProvider)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Chance;

    fn key() -> DigestKey {
        DigestKey::new([7; 32])
    }

    #[test]
    fn a_code_is_eight_groups_of_four_and_is_read_in_any_dress() {
        let code = ClaimCode::random(&mut Chance::new(1));
        let spelled = code.spelled();
        assert_eq!(spelled.len(), 39);
        assert_eq!(spelled.split('-').count(), 8);
        let random = crockford::LENGTH - code.lookup().len() - 1;
        assert_eq!(random * 5, 130, "bits");
        let typed = |text: &str| ClaimCode::typed(text).map(|code| code.spelled());
        assert_eq!(typed(&spelled).as_ref(), Some(&spelled));
        let loose = format!(" {} ", spelled.to_lowercase().replace('-', " "));
        assert_eq!(typed(&loose).as_ref(), Some(&spelled));
        assert_eq!(typed(&spelled[1..]), None);
        assert_eq!(format!("{code:?}"), "ClaimCode(…)");
    }

    #[test]
    fn a_digest_is_of_one_code_for_one_person() {
        let code = ClaimCode::random(&mut Chance::new(1));
        let other = ClaimCode::random(&mut Chance::new(2));
        let digest = code.digest(&key(), "staff", "1");
        assert!(digest.matches(&code.digest(&key(), "staff", "1")));
        for wrong in [
            other.digest(&key(), "staff", "1"),
            code.digest(&key(), "staff", "2"),
            code.digest(&key(), "students", "1"),
            code.digest(&key(), "staf", "f1"),
            code.digest(&DigestKey::new([8; 32]), "staff", "1"),
        ] {
            assert!(!digest.matches(&wrong));
        }
    }

    #[test]
    fn a_claim_is_for_people_who_have_nothing_yet() {
        let nothing = Standing {
            enabled: true,
            frozen: false,
            finished: false,
            registered: false,
            by_provider: false,
        };
        assert_eq!(nothing.allows(), Ok(()));
        let with = |change: fn(&mut Standing)| {
            let mut standing = nothing;
            change(&mut standing);
            standing.allows()
        };
        assert_eq!(with(|s| s.enabled = false), Err(NoClaim::Disabled));
        assert_eq!(with(|s| s.frozen = true), Err(NoClaim::Frozen));
        assert_eq!(with(|s| s.finished = true), Err(NoClaim::Finished));
        assert_eq!(with(|s| s.registered = true), Err(NoClaim::Registered));
        assert_eq!(with(|s| s.by_provider = true), Err(NoClaim::ByProvider));
    }
}
