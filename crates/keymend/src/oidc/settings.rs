//! What the operator says of a provider.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use keymend_core::id_token::Demands;
use url::Url;
use zeroize::Zeroizing;

/// What of the directory a claim is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// The sign-in name.
    Name,
    /// The id that never changes.
    Subject,
}

/// A provider, as configured.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its name in the configuration.
    pub id: String,
    /// The issuer, to the letter.
    pub issuer: String,
    /// Who we are to it.
    pub client: String,
    /// What proves it; a public client has none.
    pub secret: Option<Zeroizing<String>>,
    /// What people call it.
    pub label: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The claim that names the person.
    pub claim: String,
    /// What it is compared with.
    pub matching: Matching,
    /// The directory that its people are in, where not in any.
    pub directory: Option<String>,
    /// How strongly everybody must have signed in.
    pub demands: Demands,
    /// How strongly protected people must have, beyond.
    pub protected: Demands,
    /// A sign-in there is good for so long.
    pub max_age: Option<Duration>,
    /// The only certificate authority that is believed, PEM; without it those of the system.
    pub ca_file: Option<PathBuf>,
    /// A proxy for all requests.
    pub proxy: Option<Url>,
}

/// Without the secret, and without the proxy's address, in which a password may stand.
impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("id", &self.id)
            .field("issuer", &self.issuer)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// May a provider be asked at this address: over TLS, or on this machine?
#[must_use]
pub fn is_safe(url: &Url) -> bool {
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    bare && url.has_host() && (url.scheme() == "https" || is_local(url))
}

/// Plain http to this machine.
#[must_use]
pub fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.scheme() == "http" && matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}
