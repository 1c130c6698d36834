//! Policies by name.

use super::Policy;
use crate::method::Kind;

/// A policy by name: what a file begins with, and single keys change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Phone, email and questions, two proofs.
    Seed,
    /// Two independent proofs of passkey, phone, email, app and recovery codes.
    Standard,
    /// A passkey that knows its owner; or a recovery code, or a passkey that does not, and another proof.
    PhishingResistant,
    /// One proof, by a code of eight digits.
    Simple,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Seed,
        Self::Standard,
        Self::PhishingResistant,
        Self::Simple,
    ];

    /// `seed`, `standard`, `phishing-resistant` or `simple`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Standard => "standard",
            Self::PhishingResistant => "phishing-resistant",
            Self::Simple => "simple",
        }
    }

    /// Reads [`Preset::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == text)
    }

    /// What it offers, in page order.
    #[must_use]
    pub fn methods(self) -> &'static [Kind] {
        match self {
            Self::Seed => &[Kind::Phone, Kind::Email, Kind::Questions],
            Self::Standard => &[
                Kind::Passkey,
                Kind::Phone,
                Kind::Email,
                Kind::App,
                Kind::Codes,
            ],
            // A number can be taken over where the person has no say: not even beside a recovery code.
            Self::PhishingResistant => &[Kind::Passkey, Kind::Email, Kind::App, Kind::Codes],
            // The codes of an app have six digits, and never stand alone.
            Self::Simple => &[Kind::Phone, Kind::Email],
        }
    }

    /// Proofs that it needs, for a reset and an unlock.
    #[must_use]
    pub fn gates(self) -> u8 {
        match self {
            Self::Seed | Self::Standard | Self::PhishingResistant => 2,
            Self::Simple => 1,
        }
    }

    /// The policy.
    #[must_use]
    pub fn policy(self) -> Policy {
        let mut policy = Policy {
            methods: self.methods().to_vec(),
            ..Policy::default()
        };
        policy.reset.gates = self.gates();
        policy.reset.unlock_gates = self.gates();
        policy.registration.minimum = self.gates();
        policy.reset.phishing_resistant = self == Self::PhishingResistant;
        if self == Self::Simple {
            policy.codes.digits = 8;
        }
        policy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_sound_and_reads_back() {
        for preset in Preset::ALL {
            assert_eq!(preset.policy().check(), [], "{preset:?}");
            assert_eq!(Preset::parse(preset.as_str()), Some(preset));
        }
        assert_eq!(Preset::parse("strict"), None);
    }
}
