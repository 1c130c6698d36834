//! The methods people register, and the ways in which each is proved.

use serde::{Deserialize, Serialize};

/// How a code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A text message.
    Sms,
    /// A call that reads the code.
    Voice,
    /// A mail.
    Email,
}

impl Channel {
    /// `sms`, `voice` or `email`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Email => "email",
        }
    }

    /// The method whose destination this channel reaches.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Sms | Self::Voice => Kind::Phone,
            Self::Email => Kind::Email,
        }
    }
}

/// What a person can register. Also the class that proofs are counted by: two proofs of one kind
/// are one proof (NIST SP 800-63B-4, 4.2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Authentication phone.
    Phone,
    /// Authentication email.
    Email,
    /// Security questions.
    Questions,
    /// Authenticator apps: several of them are still one kind.
    App,
    /// Passkeys: several of them are still one kind.
    Passkey,
    /// Recovery codes: one set.
    Codes,
}

/// What sort of proof a method is, in the words of NIST SP 800-63B-4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Bound to the account and in the person's hands (3.1).
    Authenticator,
    /// Out of band over the telephone network: an authenticator that is restricted (3.1.3.3, 3.2.9).
    Restricted,
    /// A recovery code that is issued to an address when it is needed (4.2.1.2).
    Issued,
    /// A recovery code that was saved beforehand (4.2.1.1).
    Saved,
    /// Something known. No proof at all to the standard; it counts here beside another where policy allows it.
    Knowledge,
}

impl Kind {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 6] = [
        Self::Passkey,
        Self::Phone,
        Self::Email,
        Self::App,
        Self::Questions,
        Self::Codes,
    ];

    /// `phone`, `email`, `app`, `passkey`, `questions` or `codes`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Questions => "questions",
            Self::App => "app",
            Self::Passkey => "passkey",
            Self::Codes => "codes",
        }
    }

    /// Reads [`Kind::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// How many of it one account may have. Where it is more than one, each has a name and is removed by itself.
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::App | Self::Passkey => 5,
            Self::Phone | Self::Email | Self::Questions | Self::Codes => 1,
        }
    }

    /// May one account have several?
    #[must_use]
    pub fn several(self) -> bool {
        self.most() > 1
    }

    /// May it be the first proof of a reset? Questions would tell who is registered; recovery codes are for whoever
    /// has lost something else, and are not asked for before (U34).
    #[must_use]
    pub fn leads(self) -> bool {
        !matches!(self, Self::Questions | Self::Codes)
    }

    /// What sort of proof it is.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::Passkey | Self::App => Class::Authenticator,
            Self::Phone => Class::Restricted,
            Self::Email => Class::Issued,
            Self::Codes => Class::Saved,
            Self::Questions => Class::Knowledge,
        }
    }

    /// Is it what a policy that resists phishing wants to see? A passkey answers to its own site alone. A recovery code
    /// can be talked out of somebody, once; it is taken because whoever lost the passkey has nothing else, and it never
    /// comes without another proof.
    #[must_use]
    pub fn resists_phishing(self) -> bool {
        matches!(self, Self::Passkey | Self::Codes)
    }

    /// Is its proof recognised as one of what is registered, rather than compared with what was asked?
    #[must_use]
    pub fn is_recognised(self) -> bool {
        matches!(self, Self::App | Self::Passkey | Self::Codes)
    }

    /// Can it be guessed, with luck? Nobody guesses a signature, or 128 bits: wrong ones count for whoever offers them, and
    /// take nothing away from whom they name, or anybody could.
    #[must_use]
    pub fn is_guessable(self) -> bool {
        !matches!(self, Self::Passkey | Self::Codes)
    }

    /// Does a gateway carry its code to a destination?
    #[must_use]
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Phone | Self::Email)
    }
}

/// How a gate is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// A code by text message.
    Sms,
    /// A code by call.
    Voice,
    /// A code by mail.
    Email,
    /// Answers to the registered questions.
    Questions,
    /// The code that an authenticator app shows.
    App,
    /// A passkey.
    Passkey,
    /// One of the recovery codes.
    Codes,
}

impl Way {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 7] = [
        Self::Passkey,
        Self::Sms,
        Self::Voice,
        Self::Email,
        Self::App,
        Self::Questions,
        Self::Codes,
    ];

    /// `sms`, `voice`, `email`, `app`, `passkey`, `questions` or `codes`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms | Self::Voice | Self::Email => self.channel().map_or("", Channel::as_str),
            Self::App | Self::Passkey | Self::Questions | Self::Codes => self.kind().as_str(),
        }
    }

    /// Reads [`Way::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == text)
    }

    /// The method that is proved.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Sms | Self::Voice => Kind::Phone,
            Self::Email => Kind::Email,
            Self::Questions => Kind::Questions,
            Self::App => Kind::App,
            Self::Passkey => Kind::Passkey,
            Self::Codes => Kind::Codes,
        }
    }

    /// The channel that carries the code; `None` where nothing is sent.
    #[must_use]
    pub fn channel(self) -> Option<Channel> {
        match self {
            Self::Sms => Some(Channel::Sms),
            Self::Voice => Some(Channel::Voice),
            Self::Email => Some(Channel::Email),
            Self::Questions | Self::App | Self::Passkey | Self::Codes => None,
        }
    }
}

impl From<Channel> for Way {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Sms => Self::Sms,
            Channel::Voice => Self::Voice,
            Channel::Email => Self::Email,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_nothing_else_does() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        for way in Way::ALL {
            assert_eq!(Way::parse(way.as_str()), Some(way));
            assert_eq!(way.channel().map_or(way, Way::from), way);
            assert_eq!(way.channel().map_or(way.kind(), Channel::kind), way.kind());
        }
        assert_eq!(Kind::parse("password"), None);
        assert_eq!(Way::parse(""), None);
    }
}
