//! An LDAP directory: OpenLDAP, Active Directory, and others that keep to RFC 4511.
//!
//! Look-ups and resets run on one connection of the service account ([`service`]); a person's
//! password is tried on a fresh connection that is thrown away. Entries are known by an attribute
//! that never changes, and their place is asked for anew before every write: a rename in between
//! is followed, a namesake is not taken for the person. Where servers differ stands in [`dialect`].

mod connection;
mod dialect;
mod offers;
mod people;
mod policy;
mod probe;
mod protection;
mod reply;
mod rules;
mod service;
mod settings;
mod writing;

use keymend_core::id::{self, Id};
use keymend_core::name::{NameFault, SignInName};
use keymend_core::password::NewPassword;
use tokio::sync::{OnceCell, Semaphore};

pub use dialect::Dialect;
pub use settings::{LdapSettings, beside};
pub use writing::Prepared;

use super::{DirectoryError, Entry, SignIn};
use crate::chance::Os;
use connection::{Connection, OPERATION, Server, Trouble};
use dialect::Verdict;
use offers::Offers;
use rules::Policies;
use service::Service;

/// Passwords that are tried at the same time, each on a connection of its own.
const BINDS: usize = 32;

/// An LDAP directory.
pub struct Ldap {
    settings: LdapSettings,
    server: Server,
    service: Service,
    binds: Semaphore,
    offers: OnceCell<Offers>,
    policies: Policies,
}

impl Ldap {
    /// Connects at the first question.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn new(settings: LdapSettings) -> Result<Self, String> {
        Ok(Self {
            server: Server::new(&settings)?,
            service: Service::new(settings.bind_dn.clone(), settings.bind_password.clone()),
            binds: Semaphore::new(BINDS),
            offers: OnceCell::new(),
            policies: Policies::default(),
            settings,
        })
    }

    pub(super) fn domains(&self) -> &[String] {
        &self.settings.domains
    }

    fn name(&self, typed: &str) -> Result<SignInName, NameFault> {
        SignInName::parse(typed, &self.settings.domains)
    }

    pub(super) async fn find(&self, name: &str) -> Result<Option<Entry>, DirectoryError> {
        Ok(self.by_name(name).await?.map(|person| person.entry))
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
        let turn = tokio::time::timeout(OPERATION, self.binds.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(Trouble::NotAsked("too many sign-ins at once".to_owned()));
        };
        let own = self.server.connect().await?;
        let answer = own.bind(dn, password.expose()).await?;
        match self.settings.dialect.verdict(&answer) {
            Some(verdict) => Ok((verdict, own)),
            None => Err(Trouble::Refused(answer)),
        }
    }

    /// An entry that there is not.
    fn nobody(&self) -> String {
        let id: Id<id::Job> = Id::random(&mut Os);
        let attribute = match self.settings.dialect {
            Dialect::Standard => self.settings.name_attributes.first().map(String::as_str),
            Dialect::ActiveDirectory => None,
        };
        let attribute = attribute.unwrap_or("cn");
        format!("{attribute}=nobody-{id},{}", self.settings.base)
    }
}

#[cfg(test)]
pub mod tests;
