//! What a server says it can do: its root entry (RFC 4512, 5.1).

use std::collections::HashSet;

use ldap3::Scope;

use super::connection::{Query, Trouble};
use super::reply::Found;
use super::{Dialect, Ldap};

/// The password modify operation (RFC 3062).
pub const PASSWORD_MODIFY: &str = "1.3.6.1.4.1.4203.1.11.1";

/// What a server offers.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    controls: HashSet<String>,
    operations: HashSet<String>,
    vendor: String,
}

impl Offers {
    /// Read the root entry.
    pub fn read(root: &Found) -> Self {
        let all = |attribute| root.texts(attribute).map(str::to_owned).collect();
        Self {
            controls: all("supportedControl"),
            operations: all("supportedExtension"),
            vendor: root.only("vendorName").unwrap_or_default().to_owned(),
        }
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

    /// Is it 389 Directory Server, or one that is made of it, such as `FreeIPA` (RFC 3045)?
    #[must_use]
    pub fn is_389(&self) -> bool {
        self.vendor.starts_with("389 Project")
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

impl Ldap {
    /// What the server offers; asked once.
    pub(super) async fn offers(&self) -> Result<&Offers, Trouble> {
        self.offers.get_or_try_init(|| self.ask_offers()).await
    }

    /// What the server offers now.
    pub(super) async fn ask_offers(&self) -> Result<Offers, Trouble> {
        let query = Query {
            base: String::new(),
            scope: Scope::Base,
            filter: "(objectClass=*)".to_owned(),
            attributes: ["supportedControl", "supportedExtension", "vendorName"]
                .map(str::to_owned)
                .to_vec(),
            most: 1,
        };
        let found = self.service.search(&self.server, query).await?;
        let offers = found.first().map(Offers::read).unwrap_or_default();
        // Kept for good: a server that is still starting must not be taken for one without controls.
        if self.settings.dialect == Dialect::ActiveDirectory && offers.controls.is_empty() {
            let what = "the server does not say what it can do".to_owned();
            return Err(Trouble::NotAsked(what));
        }
        Ok(offers)
    }
}
