//! Where servers differ: what an entry says of its account, what the refusal of a password means, and how a password is
//! written.
//!
//! [`Dialect`] is a closed set; `match` shows all that another kind of server must answer.

pub mod active_directory;
pub mod standard;

use keymend_core::time::Timestamp;

use super::along::Classes;
use super::connection::{Change, Connection, Trouble};
use super::offers::Offers;
use super::reply::{Answer, Found};
use crate::directory::{Closed, DirectoryError};

/// How a server wants to be spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 4511 and what its people agreed upon: OpenLDAP, 389, `FreeIPA`.
    Standard,
    /// Active Directory, and Samba as one.
    ActiveDirectory,
}

/// What an entry says of its account.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, as the directory keeps them"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// May sign in and reset.
    pub enabled: bool,
    /// The password is too old, or somebody else's.
    pub must_change: bool,
    /// There is a lock; it may have run out.
    pub locked: bool,
    /// The lock is a number of wrong passwords, as 389 keeps it.
    pub counted: bool,
    /// When the password was last set; `None` when the directory does not show it.
    pub changed: Option<Timestamp>,
    /// When the entry was last touched.
    pub touched: Option<Timestamp>,
    /// The directory itself protects this account.
    pub protected: bool,
    /// What else is kept beside the password.
    pub classes: Classes,
}

/// What came of a password that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right.
    In,
    /// Right, and all that may be done on this connection is to change it.
    MustChange,
    /// Right, and this connection is nobody's: it may not even be changed on it.
    Expired,
    /// Right, and the account lets nobody in.
    Closed(Closed),
    /// No.
    Out,
}

/// A new password on its way into a directory.
pub struct NewSecret<'a> {
    /// Whose.
    pub dn: &'a str,
    /// The one that is known, when the person makes the change.
    pub old: Option<&'a str>,
    /// The new one.
    pub new: &'a str,
    /// To be changed at the next sign-in.
    pub must_change: bool,
    /// What is written with it.
    pub along: Vec<Change>,
}

impl Dialect {
    /// Its name in the configuration.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Standard => "ldap",
            Self::ActiveDirectory => "active-directory",
        }
    }

    /// Attributes that [`Dialect::state`] reads.
    pub fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Standard => standard::ATTRIBUTES,
            Self::ActiveDirectory => active_directory::ATTRIBUTES,
        }
    }

    /// What an entry says of its account.
    pub fn state(self, found: &Found, now: Timestamp) -> State {
        match self {
            Self::Standard => standard::state(found),
            Self::ActiveDirectory => active_directory::state(found, now),
        }
    }

    /// The id of an entry, as we keep it.
    pub fn subject(self, found: &Found, attribute: &str) -> Option<String> {
        match self {
            Self::Standard => found.only(attribute).map(str::to_owned),
            Self::ActiveDirectory => active_directory::guid(found.bytes(attribute)?),
        }
    }

    /// The id, as a filter wants it; `None` when this can be nobody's.
    pub fn subject_in_filter(self, subject: &str) -> Option<String> {
        match self {
            Self::Standard => Some(ldap3::ldap_escape(subject).into_owned()),
            Self::ActiveDirectory => active_directory::guid_in_filter(subject),
        }
    }

    /// What the answer to a person's bind means; `None` when it means nothing about the password.
    pub fn verdict(self, answer: &Answer) -> Option<Verdict> {
        match self {
            Self::Standard => standard::verdict(answer),
            Self::ActiveDirectory => active_directory::verdict(answer),
        }
    }

    /// Why a new password was not taken.
    pub fn refusal(self, answer: &Answer) -> DirectoryError {
        match self {
            Self::Standard => standard::refusal(answer),
            Self::ActiveDirectory => active_directory::refusal(answer),
        }
    }

    /// Write a password, once, on this connection.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn write(
        self,
        on: &Connection,
        secret: NewSecret<'_>,
        offers: &Offers,
    ) -> Result<Answer, Trouble> {
        match self {
            Self::Standard => standard::write(on, secret, offers).await,
            Self::ActiveDirectory => active_directory::write(on, secret, offers).await,
        }
    }

    /// What opens a lock; `counted` as in [`State::counted`].
    pub fn opening(self, counted: bool) -> Vec<Change> {
        match self {
            Self::Standard => standard::opening(counted),
            Self::ActiveDirectory => active_directory::opening(),
        }
    }
}
