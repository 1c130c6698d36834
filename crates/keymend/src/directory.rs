//! Where passwords live.
//!
//! [`Directory`] is a closed set of connectors, ours; `match` shows all that a connector must do.
//! A directory is a foreign system: its refusals are answers, its silence is [`DirectoryError::Unknown`].

pub mod ldap;
pub mod local;

use keymend_core::name::{NameFault, SignInName};
use keymend_core::password::{NewPassword, PasswordFault};
use keymend_core::reset::Goal;
use keymend_core::time::Timestamp;

pub use ldap::{Ldap, LdapSettings};
pub use local::Local;

use crate::store::StoreError;

/// An entry, as much as we need of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The directory's immutable id; a rename keeps it, a new namesake does not have it.
    pub subject: String,
    /// Canonical sign-in name.
    pub name: String,
    /// The person's name.
    pub display_name: String,
    /// May sign in and reset.
    pub enabled: bool,
    /// Must choose a new password.
    pub must_change: bool,
    /// Member of a protected group.
    pub privileged: bool,
}

/// A password that is ready to be written.
pub enum Prepared {
    /// To the built-in directory.
    Local(local::Prepared),
    /// To an LDAP directory.
    Ldap(ldap::Prepared),
}

/// What a sign-in came to.
#[derive(Debug)]
pub enum SignIn {
    /// The right password of an open account; [`Entry::must_change`] may still hold.
    In(Entry),
    /// No. Wrong name, wrong password, locked and disabled are one answer.
    Out,
}

/// What a directory answers when it does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The password breaks one of its rules; the proof is kept.
    #[error("the directory refused the password: {0}")]
    Rejected(PasswordFault),
    /// The current password is not right.
    #[error("the current password is not right")]
    WrongPassword,
    /// This account may not be written: disabled, gone, protected.
    #[error("the directory does not allow it")]
    NotAllowed,
    /// It cannot be reached; nothing was written.
    #[error("the directory is not reachable: {0}")]
    Down(String),
    /// It was asked, and did not say what it did.
    #[error("the directory did not say whether it wrote: {0}")]
    Unknown(String),
}

impl From<StoreError> for DirectoryError {
    fn from(error: StoreError) -> Self {
        Self::Down(error.to_string())
    }
}

/// A directory.
pub enum Directory {
    /// The built-in one.
    Local(Local),
    /// OpenLDAP and its like.
    Ldap(Box<Ldap>),
}

impl Directory {
    /// Its name in the configuration, under which accounts are kept.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Local(_) => "local",
            Self::Ldap(_) => "ldap",
        }
    }

    /// Read a typed sign-in name. Asks nobody.
    ///
    /// # Errors
    /// [`NameFault`].
    pub fn name(&self, typed: &str) -> Result<SignInName, NameFault> {
        match self {
            Self::Local(local) => SignInName::parse(typed, local.domains()),
            Self::Ldap(ldap) => ldap.name(typed),
        }
    }

    /// The entry of a canonical name.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn find(&self, name: &str) -> Result<Option<Entry>, DirectoryError> {
        match self {
            Self::Local(local) => local.find(name).await,
            Self::Ldap(ldap) => ldap.find(name).await,
        }
    }

    /// The entry as it is now.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn entry(&self, subject: &str) -> Result<Option<Entry>, DirectoryError> {
        match self {
            Self::Local(local) => local.entry(subject).await,
            Self::Ldap(ldap) => ldap.entry(subject).await,
        }
    }

    /// Try a password. Takes as long for a stranger as for anybody.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn sign_in(
        &self,
        name: &SignInName,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<SignIn, DirectoryError> {
        match self {
            Self::Local(local) => local.sign_in(name, password, now).await,
            Self::Ldap(ldap) => ldap.sign_in(name, password).await,
        }
    }

    /// Do everything about a forgotten password that takes time and can be refused, but write
    /// nothing: rules, history, the hash.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub async fn prepare(
        &self,
        subject: &str,
        new: &NewPassword,
    ) -> Result<Prepared, DirectoryError> {
        match self {
            Self::Local(local) => local.prepare(subject, new).await.map(Prepared::Local),
            Self::Ldap(_) => Ldap::prepare(subject, new).map(Prepared::Ldap),
        }
    }

    /// Set a forgotten password; opens a lock. `by` names the flow, for [`Directory::wrote`].
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub async fn write(&self, prepared: Prepared, by: &str) -> Result<(), DirectoryError> {
        match (self, prepared) {
            (Self::Local(local), Prepared::Local(prepared)) => {
                local.store_it(prepared, by, false).await
            }
            (Self::Ldap(ldap), Prepared::Ldap(prepared)) => ldap.write(&prepared).await,
            // What one directory prepared another one does not write.
            (Self::Local(_), Prepared::Ldap(_)) | (Self::Ldap(_), Prepared::Local(_)) => {
                Err(DirectoryError::NotAllowed)
            }
        }
    }

    /// Change a known password. `by` names the write, for [`Directory::wrote`].
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub async fn change(
        &self,
        subject: &str,
        current: &NewPassword,
        new: &NewPassword,
        by: &str,
        now: Timestamp,
    ) -> Result<(), DirectoryError> {
        match self {
            Self::Local(local) => local.change(subject, current, new, by, now).await,
            Self::Ldap(ldap) => ldap.change(subject, current, new).await,
        }
    }

    /// Open a lock. The password stays.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub async fn unlock(
        &self,
        subject: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<(), DirectoryError> {
        match self {
            Self::Local(local) => local.unlock(subject, by, now).await,
            Self::Ldap(ldap) => ldap.unlock(subject).await,
        }
    }

    /// Did this write happen? Settles what a crash or a silence left open. `since` is when it was
    /// about to be made.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn wrote(
        &self,
        subject: &str,
        by: &str,
        goal: Goal,
        since: Timestamp,
    ) -> Result<bool, DirectoryError> {
        match self {
            Self::Local(local) => local.wrote(subject, by).await,
            Self::Ldap(ldap) => ldap.wrote(subject, goal, since).await,
        }
    }
}
