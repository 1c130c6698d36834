//! An LDAP directory: OpenLDAP, and others that keep to RFC 4511.
//!
//! Look-ups and resets run on one connection of the service account ([`service`]); a person's
//! password is tried on a fresh connection that is thrown away. Entries are known by an attribute
//! that never changes, and their place is asked for anew before every write: a rename in between
//! is followed, a namesake is not taken for the person.

mod connection;
mod people;
mod policy;
mod probe;
mod reply;
mod service;
mod settings;

use keymend_core::id::{self, Id};
use keymend_core::name::{NameFault, SignInName};
use keymend_core::password::{NewPassword, PasswordFault};
use keymend_core::reset::Goal;
use keymend_core::time::Timestamp;
use tokio::sync::Semaphore;

pub use settings::LdapSettings;

use super::{DirectoryError, Entry, SignIn};
use crate::chance::Os;
use connection::{Connection, OPERATION, Server, Trouble};
use people::{LOCKED, Person};
use policy::PolicyFault;
use reply::Answer;
use service::Service;

/// Passwords that are tried at the same time, each on a connection of its own.
const BINDS: usize = 32;
/// How far the directory's clock may be behind ours.
const CLOCKS: std::time::Duration = std::time::Duration::from_secs(30);
/// An LDAP directory.
pub struct Ldap {
    settings: LdapSettings,
    server: Server,
    service: Service,
    binds: Semaphore,
}

/// A new password, to be set by the service account.
pub struct Prepared {
    subject: String,
    password: NewPassword,
}

/// What came of a password that was tried.
enum Bound {
    /// Right; the connection is the person's.
    In(Connection),
    /// Right, and all that may be done with it is to change it.
    MustChange(Connection),
    /// Right, and too old even for that.
    Expired,
    /// No.
    Out,
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
            settings,
        })
    }

    pub(super) fn name(&self, typed: &str) -> Result<SignInName, NameFault> {
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
        let person = match name.lookup() {
            Some(lookup) => self.by_name(lookup).await?,
            None => None,
        };
        // A stranger is tried as well, so that time and outcome are those of a colleague.
        let dn = match &person {
            Some(person) => person.dn.clone(),
            None => self.nobody(),
        };
        let bound = self.bind(&dn, password).await?;
        let Some(Person { mut entry, .. }) = person.filter(|person| person.entry.enabled) else {
            return Ok(SignIn::Out);
        };
        Ok(match bound {
            Bound::In(_) => SignIn::In(entry),
            Bound::MustChange(_) | Bound::Expired => {
                entry.must_change = true;
                SignIn::In(entry)
            }
            Bound::Out => SignIn::Out,
        })
    }

    /// Nothing is asked yet: rules and history are the server's, and it applies them as it writes.
    pub(super) fn prepare(subject: &str, new: &NewPassword) -> Result<Prepared, DirectoryError> {
        if subject.is_empty() {
            return Err(DirectoryError::NotAllowed);
        }
        Ok(Prepared {
            subject: subject.to_owned(),
            password: new.clone(),
        })
    }

    pub(super) async fn write(&self, prepared: &Prepared) -> Result<(), DirectoryError> {
        let person = self.open_person(&prepared.subject).await?;
        self.set(&person.dn, &prepared.password).await
    }

    pub(super) async fn change(
        &self,
        subject: &str,
        current: &NewPassword,
        new: &NewPassword,
    ) -> Result<(), DirectoryError> {
        if current.expose().is_empty() {
            return Err(DirectoryError::WrongPassword);
        }
        let dn = self.open_person(subject).await?.dn;
        let bound = self.bind(&dn, current).await?;
        if matches!(bound, Bound::Out) {
            return Err(DirectoryError::WrongPassword);
        }
        if current.same_as(new) {
            return Err(DirectoryError::Rejected(PasswordFault::SameAsCurrent));
        }
        match bound {
            Bound::In(own) | Bound::MustChange(own) => {
                let old = Some(current.expose());
                let said = own.set_password(&dn, old, new.expose()).await;
                self.outcome(said, &dn, new).await
            }
            // It was right, and opens nothing any more: the service account changes it, history holds.
            Bound::Expired | Bound::Out => self.set(&dn, new).await,
        }
    }

    pub(super) async fn unlock(&self, subject: &str) -> Result<(), DirectoryError> {
        let person = self.open_person(subject).await?;
        if !person.locked {
            return Ok(());
        }
        let service = self.service.connection(&self.server).await?;
        match service.remove(&person.dn, LOCKED).await {
            // Gone already: somebody was faster.
            Ok(answer) if matches!(answer.code, 0 | 16) => Ok(()),
            Ok(answer) if matches!(answer.code, 19 | 32 | 50 | 53) => {
                tracing::error!(%answer, "the directory does not let this account be unlocked");
                Err(DirectoryError::NotAllowed)
            }
            Ok(answer) => Err(Trouble::Refused(answer).into()),
            Err(trouble @ (Trouble::Lost(_) | Trouble::Silent)) => {
                self.service.forget().await;
                Err(DirectoryError::Unknown(trouble.to_string()))
            }
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// The directory keeps no name of a write, but the moment of the last one; or whether there is a lock.
    pub(super) async fn wrote(
        &self,
        subject: &str,
        goal: Goal,
        since: Timestamp,
    ) -> Result<bool, DirectoryError> {
        let Some(person) = self.by_subject(subject).await? else {
            return Ok(false);
        };
        Ok(match goal {
            Goal::Reset => person
                .changed
                .is_some_and(|changed| changed >= since.minus(CLOCKS)),
            Goal::Unlock => !person.locked,
        })
    }

    /// Set a password as the service account.
    async fn set(&self, dn: &str, new: &NewPassword) -> Result<(), DirectoryError> {
        let service = self.service.connection(&self.server).await?;
        let said = service.set_password(dn, None, new.expose()).await;
        self.outcome(said, dn, new).await
    }

    /// What became of a new password. Silence is not taken for an answer: the password itself is
    /// tried once, and opens the account or leaves the matter open.
    async fn outcome(
        &self,
        said: Result<Answer, Trouble>,
        dn: &str,
        new: &NewPassword,
    ) -> Result<(), DirectoryError> {
        match said {
            Ok(answer) if answer.code == 0 => Ok(()),
            Ok(answer) => Err(policy::refusal(&answer)),
            Err(trouble @ (Trouble::Lost(_) | Trouble::Silent)) => {
                self.service.forget().await;
                match self.bind(dn, new).await {
                    Ok(Bound::In(_) | Bound::MustChange(_) | Bound::Expired) => {
                        tracing::warn!(%trouble, "a new password works, though nobody said so");
                        Ok(())
                    }
                    Ok(Bound::Out) | Err(_) => Err(DirectoryError::Unknown(trouble.to_string())),
                }
            }
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// Try a password on a connection of its own.
    async fn bind(&self, dn: &str, password: &NewPassword) -> Result<Bound, Trouble> {
        let turn = tokio::time::timeout(OPERATION, self.binds.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(Trouble::NotAsked("too many sign-ins at once".to_owned()));
        };
        let own = self.server.connect().await?;
        let answer = own.bind(dn, password.expose()).await?;
        Ok(match (answer.code, answer.fault) {
            (0, Some(PolicyFault::MustChange)) => Bound::MustChange(own),
            (0, _) => Bound::In(own),
            (49, Some(PolicyFault::Expired)) => Bound::Expired,
            (19 | 32 | 48 | 49 | 50 | 53, _) => Bound::Out,
            _ => return Err(Trouble::Refused(answer)),
        })
    }

    /// An entry that there is not.
    fn nobody(&self) -> String {
        let id: Id<id::Job> = Id::random(&mut Os);
        let attribute = self.settings.name_attributes.first();
        let attribute = attribute.map_or("cn", String::as_str);
        format!("{attribute}=nobody-{id},{}", self.settings.base)
    }
}

#[cfg(test)]
mod tests;
