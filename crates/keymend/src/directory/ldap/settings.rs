//! What an LDAP directory is, as the operator says.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use keymend_core::password::NewPassword;
use keymend_core::policy::below;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use url::Url;

use super::along::Along;
use super::dialect::Dialect;

/// Servers that hold the same entries. The first one is asked while it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses(Vec<Url>);

impl Addresses {
    /// In order of preference.
    pub fn iter(&self) -> impl Iterator<Item = &Url> {
        self.0.iter()
    }

    /// None at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Addresses {
    type Err = url::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(vec![text.parse()?]))
    }
}

impl FromIterator<Url> for Addresses {
    fn from_iter<T: IntoIterator<Item = Url>>(urls: T) -> Self {
        Self(urls.into_iter().collect())
    }
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls: Vec<&str> = self.iter().map(Url::as_str).collect();
        f.write_str(&urls.join(", "))
    }
}

/// One text, or several.
impl<'de> Deserialize<'de> for Addresses {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Addresses;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the address of a server, or a list of them")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Addresses, E> {
                let fault = |error| E::custom(format!("{text}: {error}"));
                text.parse().map_err(fault)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Addresses, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = from.next_element()? {
                    all.push(one);
                }
                Ok(Addresses(all))
            }
        }

        from.deserialize_any(OneOrMore)
    }
}

/// An LDAP directory and how to talk to it.
#[derive(Clone, Debug)]
pub struct LdapSettings {
    /// How its servers want to be spoken to.
    pub dialect: Dialect,
    /// Servers that take writes: `ldaps://HOST` or `ldap://HOST`, with a port or without.
    pub url: Addresses,
    /// Copies that serve look-ups by name. None: the servers that take writes serve them too.
    pub read_url: Addresses,
    /// TLS begins after the connect, by the server's `StartTLS`.
    pub start_tls: bool,
    /// Own certificate authority, PEM; nobody else is believed then.
    pub ca_file: Option<PathBuf>,
    /// The service account.
    pub bind_dn: String,
    /// Its password.
    pub bind_password: NewPassword,
    /// People are below this entry.
    pub base: String,
    /// Attributes that hold sign-in names. The first one is the name that is shown.
    pub name_attributes: Vec<String>,
    /// Attribute that stays when a person is renamed, and dies with the entry.
    pub id_attribute: String,
    /// Attribute with the person's name.
    pub display_attribute: String,
    /// What makes an entry a person.
    pub person_filter: String,
    /// Groups whose members are protected.
    pub privileged_groups: Vec<String>,
    /// Groups that choose a profile.
    pub profile_groups: Vec<String>,
    /// Where groups that may be members of those groups are looked for.
    pub group_bases: Vec<String>,
    /// Protected people cannot reset here at all; otherwise they need at least two proofs.
    pub refuse_protected: bool,
    /// Whoever resets chooses another password at the next sign-in.
    pub must_change_after_reset: bool,
    /// Policy of those whose entry names none, where the server has such policies.
    pub policy: Option<String>,
    /// Attribute with an address, to be suggested.
    pub mail_attribute: String,
    /// Attribute with a phone number, to be suggested.
    pub phone_attribute: String,
    /// Attribute with the language of messages (RFC 2798).
    pub language_attribute: String,
    /// What is written beside a password.
    pub along: Along,
    /// Domains that people may leave away from their names.
    pub domains: Vec<String>,
}

impl LdapSettings {
    /// Look beside these groups as well, where groups in groups are looked for, if they are of this directory.
    pub fn ask_about<'a>(&mut self, groups: impl Iterator<Item = &'a String>) {
        let own = groups.filter(|group| below(group, self.root()));
        self.profile_groups = own.cloned().collect();
        for base in beside(&self.profile_groups) {
            if self.dialect == Dialect::Standard && !self.group_bases.contains(&base) {
                self.group_bases.push(base);
            }
        }
    }

    /// Where the domain of the base begins: groups lie outside the people's base.
    #[must_use]
    pub fn root(&self) -> &str {
        let parts = self.base.to_ascii_lowercase();
        match parts.find("dc=") {
            Some(at) => &self.base[at..],
            None => &self.base,
        }
    }

    /// Would passwords travel in the clear?
    #[must_use]
    pub fn plain(&self) -> bool {
        let mut all = self.url.iter().chain(self.read_url.iter());
        !self.start_tls && all.any(|url| url.scheme() == "ldap")
    }
}

/// What is above each of these groups: where other groups are as a rule.
#[must_use]
pub fn beside(groups: &[String]) -> Vec<String> {
    let parents: BTreeSet<&str> = groups.iter().map(|group| parent(group)).collect();
    parents.into_iter().map(str::to_owned).collect()
}

/// What is above an entry; the entry itself where nothing is.
fn parent(dn: &str) -> &str {
    let mut escaped = false;
    for (at, char) in dn.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => return dn[at + 1..].trim_start(),
            _ => {}
        }
    }
    dn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_of_an_entry_begins_at_the_first_comma_that_separates() {
        assert_eq!(parent("cn=a,ou=groups,dc=x"), "ou=groups,dc=x");
        assert_eq!(parent(r"cn=a\,b, ou=groups"), "ou=groups");
        assert_eq!(parent(r"cn=a\\,ou=groups"), "ou=groups");
        assert_eq!(parent("dc=x"), "dc=x");
    }
}
