//! E-mail addresses: a plain mailbox at a real domain, nothing that a mail header could be made to obey.

use std::fmt;
use std::str::FromStr;

use email_address::Options;
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization as _, is_nfkc};

/// RFC 5321: a path is 256 octets with its angle brackets.
const LONGEST: usize = 254;
/// An internationalised domain shrinks on its way to ASCII; still nothing longer than this can fit into [`LONGEST`].
const LONGEST_TYPED: usize = 1024;

/// A mail domain in its ASCII form (`xn--…`), lower case, with at least one dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

/// A string that is no domain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a domain name (like example.org)")]
pub struct NotADomain;

impl Domain {
    /// Reads a domain in any script.
    ///
    /// # Errors
    /// When it is not a name by UTS 46, has no dot, or is an IP address.
    pub fn parse(typed: &str) -> Result<Self, NotADomain> {
        let typed = typed.trim();
        if typed.is_empty() || typed.len() > LONGEST_TYPED {
            return Err(NotADomain);
        }
        let ascii = Uts46::new()
            .to_ascii(
                typed.as_bytes(),
                AsciiDenyList::STD3,
                Hyphens::CheckFirstLast,
                DnsLength::Verify,
            )
            .map_err(|_| NotADomain)?;
        let (_, last) = ascii.rsplit_once('.').ok_or(NotADomain)?;
        // No top-level domain is a number: this is an IPv4 address in one of its many spellings.
        if last.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(NotADomain);
        }
        Ok(Self(ascii.to_ascii_lowercase()))
    }

    /// The ASCII form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this domain or one below it.
    #[must_use]
    pub fn covers(&self, other: &str) -> bool {
        other
            .strip_suffix(self.0.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl FromStr for Domain {
    type Err = NotADomain;

    fn from_str(typed: &str) -> Result<Self, NotADomain> {
        Self::parse(typed)
    }
}

impl TryFrom<String> for Domain {
    type Error = NotADomain;

    fn try_from(typed: String) -> Result<Self, NotADomain> {
        Self::parse(&typed)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address that mail can be sent to: the local part as typed, in NFC, the domain in ASCII and lower case.
///
/// The local part may be in any script (RFC 6531). Not every mail server can be told of such an address; whoever registers
/// one finds out at once, because the code arrives or does not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    whole: String,
    at: usize,
}

/// Why a typed address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EmailFault {
    /// Nothing was typed.
    #[error("no address given")]
    Empty,
    /// Not one plain mailbox.
    #[error("not an e-mail address")]
    NotAnAddress,
    /// Longer than mail allows.
    #[error("longer than an e-mail address can be")]
    TooLong,
    /// In the organisation's own mail, which cannot be read while locked out.
    #[error("inside the organisation's own mail")]
    OwnDomain,
}

impl EmailFault {
    /// The message for the person.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "fault-email-empty",
            Self::NotAnAddress => "fault-email-not-an-address",
            Self::TooLong => "fault-email-too-long",
            Self::OwnDomain => "fault-email-own-domain",
        }
    }
}

impl EmailAddress {
    /// Reads an address as typed. Spaces around it are forgiven, nothing else is.
    ///
    /// # Errors
    /// The first fault found, see [`EmailFault`].
    pub fn parse(typed: &str, own_domains: &[Domain]) -> Result<Self, EmailFault> {
        // Before the length: a field full of spaces is empty, and this stops at the first other character.
        let typed = typed.trim_matches(' ');
        if typed.is_empty() {
            return Err(EmailFault::Empty);
        }
        if typed.len() > LONGEST_TYPED {
            return Err(EmailFault::TooLong);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(EmailFault::NotAnAddress)?;
        let local: String = local.nfc().collect();
        if !plain(&local) {
            return Err(EmailFault::NotAnAddress);
        }
        // `Domain::parse` trims, for configuration files; here a space inside the address is a fault.
        if domain.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(EmailFault::NotAnAddress);
        }
        let domain = Domain::parse(domain).map_err(|_| EmailFault::NotAnAddress)?;
        let whole = format!("{local}@{domain}");
        if whole.len() > LONGEST {
            return Err(EmailFault::TooLong);
        }
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        email_address::EmailAddress::parse_with_options(&whole, options)
            .map_err(|_| EmailFault::NotAnAddress)?;
        if own_domains.iter().any(|own| own.covers(domain.as_str())) {
            return Err(EmailFault::OwnDomain);
        }
        Ok(Self {
            at: local.len(),
            whole,
        })
    }

    /// The whole address: what is stored and sent to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// What stands before the `@`, as typed.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.whole.get(..self.at).unwrap_or_default()
    }

    /// What stands after the `@`, in ASCII.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.whole
            .get(self.at.saturating_add(1)..)
            .unwrap_or_default()
    }

    /// The form for its owner: the domain in its own script again.
    #[must_use]
    pub fn readable(&self) -> String {
        let (domain, fine) = idna::domain_to_unicode(self.domain());
        match fine {
            Ok(()) => format!("{}@{domain}", self.local_part()),
            Err(_) => self.whole.clone(),
        }
    }

    /// The form for everybody else: `b***@m***.example`.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
        let last = self.domain().rsplit('.').next().unwrap_or_default();
        format!(
            "{}***@{}***.{last}",
            first(self.local_part()),
            first(self.domain())
        )
    }

    /// A key that is the same for all addresses that reach the same mailbox, as far as can be told from outside.
    ///
    /// Capitals never matter in practice, `+tag` is dropped everywhere, dots where the provider ignores them. For
    /// counting only: mail always goes to the stored address, never to this.
    #[must_use]
    pub fn mailbox(&self) -> String {
        let mut local = self.local_part().to_lowercase();
        if let Some((name, _tag)) = local.split_once('+').filter(|(name, _)| !name.is_empty()) {
            local = name.to_owned();
        }
        let domain = match self.domain() {
            "gmail.com" | "googlemail.com" => {
                local.retain(|c| c != '.');
                "gmail.com"
            }
            other => other,
        };
        format!("{local}@{domain}")
    }
}

/// RFC 5322 `atext` and dots, less what turns a mailbox into something else on its way: `%` and `!` route through
/// other hosts on old relays, and `=?` opens an encoded word in a header. Of other scripts, letters and digits with their
/// marks, in the one spelling that compatibility forms lead to: nothing that is only seen, or not seen at all.
fn plain(local: &str) -> bool {
    let foreign = |c: char| !c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c));
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || "#$&'*+-./=?^_`{|}~".contains(c) || foreign(c);
    (1..=64).contains(&local.len())
        && local.chars().all(allowed)
        && !local.contains("=?")
        && !local.starts_with(is_combining_mark)
        && is_nfkc(local)
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailFault;

    /// Own domains are policy's business when an address is registered, not when a stored one is read back.
    fn try_from(stored: String) -> Result<Self, EmailFault> {
        Self::parse(&stored, &[])
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.whole
    }
}
