//! What a server says it can do: its root entry (RFC 4512, 5.1).

use std::collections::HashSet;

use ldap3::Scope;

use super::connection::Trouble;
use super::reply::Found;
use super::{Dialect, Ldap};

/// The password modify operation (RFC 3062).
pub const PASSWORD_MODIFY: &str = "1.3.6.1.4.1.4203.1.11.1";

/// "I am an Active Directory" ([MS-ADTS] 3.1.1.3.4.3).
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// What a server offers.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    controls: HashSet<String>,
    operations: HashSet<String>,
    kind: Kind,
}

/// Whose server it is, as far as it matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Active Directory, or Samba as one.
    Active,
    /// 389 Directory Server, or one that is made of it, such as `FreeIPA` (RFC 3045).
    Directory389,
    /// OpenLDAP and others.
    #[default]
    Other,
}

impl Offers {
    /// Read the root entry.
    pub fn read(root: &Found) -> Self {
        let all = |attribute| root.texts(attribute).map(str::to_owned).collect();
        Self {
            controls: all("supportedControl"),
            operations: all("supportedExtension"),
            kind: Kind::read(root),
        }
    }

    /// Whose server it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// A server that does not know an extended operation.
    #[cfg(test)]
    pub fn forget(&mut self, name: &str) {
        self.operations.remove(name);
    }

    /// Does it say what it can do, and leave this extended operation out?
    #[must_use]
    pub fn lacks(&self, name: &str) -> bool {
        let speaks = !self.controls.is_empty() || !self.operations.is_empty();
        speaks && !self.operation(name)
    }

    /// Does it know this control?
    #[must_use]
    pub fn control(&self, name: &str) -> bool {
        self.controls.contains(name)
    }

    /// Does it know this extended operation?
    #[must_use]
    pub fn operation(&self, name: &str) -> bool {
        self.operations.contains(name)
    }
}

impl Kind {
    fn read(root: &Found) -> Self {
        let mut capabilities = root.texts("supportedCapabilities");
        if capabilities.any(|name| name == ACTIVE_DIRECTORY) {
            return Self::Active;
        }
        let vendor = root.only("vendorName").unwrap_or_default();
        if vendor.starts_with("389 Project") {
            return Self::Directory389;
        }
        Self::Other
    }
}

impl Ldap {
    /// What the server offers; asked once.
    pub(super) async fn offers(&self) -> Result<&Offers, Trouble> {
        self.offers.get_or_try_init(|| self.ask_offers()).await
    }

    /// What the server offers now.
    pub(super) async fn ask_offers(&self) -> Result<Offers, Trouble> {
        let wanted = [
            "supportedControl",
            "supportedExtension",
            "supportedCapabilities",
            "vendorName",
        ];
        let root = self.look("", Scope::Base, "(objectClass=*)", &wanted, 1);
        let found = root.await?;
        let offers = found.first().map(Offers::read).unwrap_or_default();
        // Kept for good: a server that is still starting must not be taken for one without controls.
        if self.settings.dialect == Dialect::ActiveDirectory && offers.controls.is_empty() {
            let what = "the server does not say what it can do".to_owned();
            return Err(Trouble::NotAsked(what));
        }
        Ok(offers)
    }
}
