//! What an LDAP directory is, as the operator says.

use std::path::PathBuf;

use keymend_core::password::NewPassword;
use url::Url;

/// An LDAP directory and how to talk to it.
#[derive(Clone, Debug)]
pub struct LdapSettings {
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
    /// Entries whose members need at least two proofs.
    pub privileged_groups: Vec<String>,
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
