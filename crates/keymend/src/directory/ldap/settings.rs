//! What an LDAP directory is, as the operator says.

use std::collections::BTreeSet;
use std::path::PathBuf;

use keymend_core::password::NewPassword;
use url::Url;

use super::dialect::Dialect;

/// An LDAP directory and how to talk to it.
#[derive(Clone, Debug)]
pub struct LdapSettings {
    /// How its servers want to be spoken to.
    pub dialect: Dialect,
    /// `ldaps://HOST` or `ldap://HOST`, with a port or without.
    pub url: Url,
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
    /// Where groups that may be members of protected groups are looked for.
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
    /// Domains that people may leave away from their names.
    pub domains: Vec<String>,
}

impl LdapSettings {
    /// Would passwords travel in the clear?
    #[must_use]
    pub fn plain(&self) -> bool {
        self.url.scheme() == "ldap" && !self.start_tls
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
