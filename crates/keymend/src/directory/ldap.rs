//! An LDAP directory: OpenLDAP, Active Directory, and others that keep to RFC 4511.
//!
//! Look-ups and resets run on one connection of the service account to each server ([`service`],
//! [`servers`]); a person's password is tried on a fresh connection that is thrown away. Entries are known by an attribute
//! that never changes, and their place is asked for anew before every write: a rename in between
//! is followed, a namesake is not taken for the person. Where servers differ stands in [`dialect`].

mod along;
mod connection;
mod dialect;
mod health;
mod offers;
mod people;
mod policy;
mod probe;
mod protection;
mod reply;
mod rights;
mod room;
mod rules;
mod servers;
mod service;
mod settings;
mod writing;

use keymend_core::id::{self, Id};
use keymend_core::name::{NameFault, SignInName};
use keymend_core::password::NewPassword;
use ldap3::Scope;
use tokio::sync::OnceCell;

pub use along::{Along, fault as along_fault};
pub use dialect::Dialect;
pub use settings::{Addresses, LdapSettings, beside};
pub use writing::Prepared;

use super::{DirectoryError, Entry, SignIn};
use crate::chance::Os;
use crate::metrics::directory::{Directories, Numbers};
use connection::{Connection, Query, Trouble};
use dialect::Verdict;
use offers::Offers;
use reply::Found;
use room::Room;
use rules::Policies;
use servers::Servers;
use service::Service;

/// Passwords that are tried at the same time, each on a connection of its own.
const BINDS: usize = 32;

/// An LDAP directory.
pub struct Ldap {
    settings: LdapSettings,
    /// Those that take writes. What a write came to is asked here and nowhere else.
    server: Servers,
    service: Service,
    binds: Room,
    offers: OnceCell<Offers>,
    policies: Policies,
    /// The same directory as its copies have it, perhaps a little late: for look-ups by name.
    copies: Option<Box<Ldap>>,
}

impl Ldap {
    /// Connects at the first question. Nobody sees its numbers.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn new(settings: LdapSettings) -> Result<Self, String> {
        Self::measured(settings, &Directories::default(), "ldap")
    }

    /// Connects at the first question, and counts what it does under a name.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn measured(
        mut settings: LdapSettings,
        all: &Directories,
        name: &str,
    ) -> Result<Self, String> {
        let copies = std::mem::take(&mut settings.read_url);
        let ldap = Self::over(settings.clone(), &all.of(name, "all"))?;
        if copies.is_empty() {
            return Ok(ldap);
        }
        settings.url = copies;
        let copies = Self::over(settings, &all.of(name, "look-ups"))?;
        Ok(Self {
            copies: Some(Box::new(copies)),
            ..ldap
        })
    }

    fn over(settings: LdapSettings, numbers: &Numbers) -> Result<Self, String> {
        Ok(Self {
            server: Servers::new(&settings, numbers)?,
            service: Service::new(numbers),
            binds: Room::new(BINDS, numbers),
            offers: OnceCell::new(),
            policies: Policies::default(),
            settings,
            copies: None,
        })
    }

    pub(super) fn domains(&self) -> &[String] {
        &self.settings.domains
    }

    fn name(&self, typed: &str) -> Result<SignInName, NameFault> {
        SignInName::parse(typed, &self.settings.domains)
    }

    pub(super) async fn find(&self, name: &str) -> Result<Option<Entry>, DirectoryError> {
        let found = match &self.copies {
            None => self.by_name(name).await?,
            Some(copies) => match copies.by_name(name).await {
                Err(DirectoryError::Down(_)) => self.by_name(name).await?,
                said => said?,
            },
        };
        Ok(found.map(|person| person.entry))
    }

    /// Copies may be late: where an entry is, and whether its password must be changed, is asked of
    /// the others again before a sign-in rests on it. For a stranger too, so that it takes as long.
    async fn up_to_date(&self, entry: Option<Entry>) -> Result<Option<Entry>, DirectoryError> {
        if self.copies.is_none() {
            return Ok(entry);
        }
        if let Some(entry) = entry {
            return self.entry(&entry.subject).await;
        }
        let nobody: Id<id::Job> = Id::random(&mut Os);
        self.by_name(nobody.as_str()).await?;
        Ok(None)
    }

    pub(super) async fn entry(&self, subject: &str) -> Result<Option<Entry>, DirectoryError> {
        Ok(self.by_subject(subject).await?.map(|person| person.entry))
    }

    pub(super) async fn sign_in(
        &self,
        name: &SignInName,
        password: &NewPassword,
    ) -> Result<SignIn, DirectoryError> {
        // For a server, "no password" is a question without a person, and the answer is yes.
        if password.expose().is_empty() {
            return Ok(SignIn::Out);
        }
        let entry = match name.lookup() {
            Some(lookup) => self.find(lookup).await?,
            None => None,
        };
        let entry = self.up_to_date(entry).await?;
        // A stranger is tried as well, so that time and outcome are those of a colleague.
        let place = match &entry {
            Some(entry) => entry.place.clone(),
            None => self.nobody(),
        };
        let (verdict, _) = self.bind(&place, password).await?;
        let Some(mut entry) = entry else {
            return Ok(SignIn::Out);
        };
        Ok(match verdict {
            Verdict::Closed(why) => SignIn::Closed(why),
            Verdict::In | Verdict::MustChange | Verdict::Expired if !entry.enabled => {
                SignIn::Closed(super::Closed::Disabled)
            }
            Verdict::In => SignIn::In(entry),
            Verdict::MustChange | Verdict::Expired => {
                entry.must_change = true;
                SignIn::In(entry)
            }
            Verdict::Out => SignIn::Out,
        })
    }

    /// Try a password on a connection of its own, which is the person's if it was right.
    async fn bind(
        &self,
        dn: &str,
        password: &NewPassword,
    ) -> Result<(Verdict, Connection), Trouble> {
        let turn = self.binds.enter().await?;
        let mut round = self.server.round();
        while let Some(server) = round.server() {
            let said = match server.connect().await {
                Ok(own) => self.bind_on(own.taking(turn.clone()), dn, password).await,
                Err(trouble) => Err(trouble),
            };
            if let Some(said) = round.heard(server, said) {
                return said;
            }
        }
        Err(round.end())
    }

    async fn bind_on(
        &self,
        own: Connection,
        dn: &str,
        password: &NewPassword,
    ) -> Result<(Verdict, Connection), Trouble> {
        let answer = own.bind(dn, password.expose()).await?;
        match self.settings.dialect.verdict(&answer) {
            Some(verdict) => Ok((verdict, own)),
            None => Err(Trouble::Refused(answer)),
        }
    }

    /// Search as the service account, on a server that may be written to.
    async fn look(
        &self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
        most: i32,
    ) -> Result<Vec<Found>, Trouble> {
        let query = Query {
            base: base.to_owned(),
            scope,
            filter: filter.to_owned(),
            attributes: attributes.iter().map(|name| (*name).to_owned()).collect(),
            most,
        };
        self.service.search(&self.server, query).await
    }

    /// An entry that there is not.
    fn nobody(&self) -> String {
        let id: Id<id::Job> = Id::random(&mut Os);
        format!("cn=nobody-{id},{}", self.settings.base)
    }
}

#[cfg(test)]
pub mod tests;
