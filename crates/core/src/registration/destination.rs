//! Where codes go: a phone number or an address.

use serde::{Deserialize, Serialize};

use crate::contact::{EmailAddress, PhoneNumber};
use crate::method::Kind;

/// Where codes go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// A phone number.
    Phone(PhoneNumber),
    /// An address.
    Email(EmailAddress),
}

impl Destination {
    /// The method it belongs to.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Phone(_) => Kind::Phone,
            Self::Email(_) => Kind::Email,
        }
    }

    /// The number in E.164, or the address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(number) => number.as_str(),
            Self::Email(address) => address.as_str(),
        }
    }

    /// The country of a number (ISO 3166-1, two letters), where the numbering plan tells one.
    #[must_use]
    pub fn country(&self) -> Option<String> {
        match self {
            Self::Phone(number) => number.region(),
            Self::Email(_) => None,
        }
    }

    /// The text that decides whether two destinations are the same one.
    #[must_use]
    pub fn same(&self) -> String {
        match self {
            Self::Phone(number) => number.as_str().to_owned(),
            Self::Email(address) => address.mailbox(),
        }
    }
}
