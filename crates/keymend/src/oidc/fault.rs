//! Why a sign-in by a provider came to nothing.

use keymend_core::id_token::TokenFault;

/// One reason: a word for the audit log and the numbers, a page for the person, and what the log says beyond.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no such sign-in under way in this browser: used, too old, swapped, another browser's.
    #[error("no such sign-in is under way in this browser")]
    Over,
    /// The person said no there.
    #[error("the person did not want to")]
    Cancelled,
    /// The provider said no.
    #[error("the provider answered: {0}")]
    Refused(String),
    /// It cannot be asked, or answers nonsense.
    #[error("the provider cannot be asked: {0}")]
    Down(String),
    /// It is another issuer than the configured one.
    #[error("it is another issuer")]
    Issuer,
    /// The token is for somebody else.
    #[error("the token is for another client")]
    Audience,
    /// The token answers another question.
    #[error("the token answers another question")]
    Nonce,
    /// The token is not signed as it must be.
    #[error("the token is not signed as it must be: {0}")]
    Signature(&'static str),
    /// The token is over.
    #[error("the token is over")]
    Expired,
    /// The clocks are too far apart.
    #[error("the clocks are too far apart")]
    Clock,
    /// The sign-in there was too long ago.
    #[error("the sign-in there was too long ago")]
    Stale,
    /// Not strongly enough.
    #[error("the sign-in there was not strong enough")]
    Weak,
    /// The claim that names the person is not there, or is not to be relied upon.
    #[error("the token does not name the person: {0}")]
    Unnamed(&'static str),
    /// Nobody, or more than one, or somebody who may not sign in: `nobody`, `several`, `disabled`.
    #[error("no account for the person: {0}")]
    NoAccount(&'static str),
    /// A protected account, and not strongly enough for one.
    #[error("the account is protected, and the sign-in there was not strong enough for that")]
    Protected,
}

impl Fault {
    /// For the audit log and the numbers.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Cancelled => "cancelled",
            Self::Refused(_) => "refused",
            Self::Down(_) => "down",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Nonce => "nonce",
            Self::Signature(_) => "signature",
            Self::Expired => "expired",
            Self::Clock => "clock",
            Self::Stale => "stale",
            Self::Weak => "weak",
            Self::Unnamed(_) => "unnamed",
            Self::NoAccount(which) => which,
            Self::Protected => "protected",
        }
    }

    /// Status of its page.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Over => 410,
            Self::Down(_) => 503,
            Self::Refused(_)
            | Self::Issuer
            | Self::Audience
            | Self::Nonce
            | Self::Signature(_)
            | Self::Expired
            | Self::Clock
            | Self::Unnamed(_) => 502,
            Self::Cancelled | Self::Stale | Self::Weak | Self::NoAccount(_) | Self::Protected => {
                403
            }
        }
    }
}

impl From<TokenFault> for Fault {
    fn from(fault: TokenFault) -> Self {
        match fault {
            TokenFault::Issuer => Self::Issuer,
            TokenFault::Audience => Self::Audience,
            TokenFault::Nonce => Self::Nonce,
            TokenFault::Expired => Self::Expired,
            TokenFault::Early => Self::Clock,
            TokenFault::Stale => Self::Stale,
            TokenFault::Weak => Self::Weak,
        }
    }
}
