//! Where passwords live.
//!
//! [`Directory`] is a closed set of connectors, ours; `match` shows all that a connector must do.
//! A directory is a foreign system: its refusals are answers, its silence is [`DirectoryError::Unknown`].

pub mod ldap;
pub mod local;

use keymend_core::name::SignInName;
use keymend_core::password::{DirectoryRules, NewPassword, PasswordFault};
use keymend_core::reset::Goal;
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;

pub use ldap::{Ldap, LdapSettings};
pub use local::Local;

use crate::chance::Os;
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
    /// The directory marks this account as an administrator's; groups are asked for by
    /// [`Directory::protection`].
    pub protected: bool,
    /// Where it is now, in the directory's own words.
    pub place: String,
    /// What it says of the person beyond; nobody has proven any of it.
    pub hints: Hints,
}

/// What an entry says of how to reach somebody, as far as it is a text. Suggestions for the person, never a proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Addresses, in the directory's order.
    pub mail: Vec<String>,
    /// Phone numbers, in the directory's order.
    pub phone: Vec<String>,
    /// Languages as in `Accept-Language` (RFC 2798, 2.7).
    pub language: Option<String>,
}

/// What is asked of somebody who resets, beyond policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// Nothing.
    #[default]
    None,
    /// At least two proofs, and no questions.
    Floor,
    /// There is no reset here.
    Refused,
}

/// Why a right password does not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The account is disabled.
    Disabled,
    /// The account was good until a day that is over.
    Ended,
    /// Not at this hour, or not from here.
    NotNow,
}

impl Closed {
    /// For the audit log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Ended => "ended",
            Self::NotNow => "not-now",
        }
    }

    /// The message for the person.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Disabled => "fault-sign-in-disabled",
            Self::Ended => "fault-sign-in-ended",
            Self::NotNow => "fault-sign-in-not-now",
        }
    }
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
pub enum SignIn<T = Entry> {
    /// The right password of an open account; [`Entry::must_change`] may still hold.
    In(T),
    /// The right password of an account that lets nobody in. Said only where the directory itself says so.
    Closed(Closed),
    /// No. Wrong name, wrong password and locked are one answer.
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
    /// OpenLDAP, Active Directory and their like.
    Ldap(Box<Ldap>),
}

impl Directory {
    /// Domains that its people may leave away from their names.
    #[must_use]
    pub fn domains(&self) -> &[String] {
        match self {
            Self::Local(local) => local.domains(),
            Self::Ldap(ldap) => ldap.domains(),
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

    /// How an entry is protected, groups in groups included.
    ///
    /// # Errors
    /// [`DirectoryError::Down`], also when a protected group cannot be read.
    pub async fn protection(&self, entry: &Entry) -> Result<Protection, DirectoryError> {
        match self {
            Self::Local(_) if entry.protected => Ok(Protection::Floor),
            Self::Local(_) => Ok(Protection::None),
            Self::Ldap(ldap) => ldap.protection(entry).await,
        }
    }

    /// The same work for nobody.
    ///
    /// # Errors
    /// As [`Directory::protection`].
    pub async fn protection_of_nobody(&self) -> Result<(), DirectoryError> {
        match self {
            Self::Local(_) => Ok(()),
            Self::Ldap(ldap) => ldap.protection_of_nobody().await,
        }
    }

    /// Which of these groups hold an entry, groups in groups included. Those of other directories hold nobody here.
    ///
    /// # Errors
    /// [`DirectoryError::Down`], also when one of them cannot be read.
    pub async fn member_of<'a>(
        &self,
        entry: &Entry,
        groups: &[&'a str],
    ) -> Result<Vec<(&'a str, bool)>, DirectoryError> {
        let here = |group: &&&str| match self {
            Self::Local(_) => !group.contains('='),
            Self::Ldap(ldap) => ldap.has_group(group),
        };
        let asked: Vec<&str> = groups.iter().filter(here).copied().collect();
        let member = match self {
            Self::Local(local) => local.member_of(&entry.subject, &asked).await?,
            Self::Ldap(ldap) => ldap.member_of(&entry.place, &asked).await?,
        };
        let said = |group: &&'a str| {
            let at = asked.iter().position(|asked| asked == group);
            let held = at.and_then(|at| member.get(at).copied());
            (*group, held.unwrap_or(false))
        };
        Ok(groups.iter().map(said).collect())
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

    /// What is asked of a new password of somebody, as far as it is known. For a person who is proven or signed in:
    /// it tells that there is an entry.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub async fn rules(&self, subject: &str) -> Result<DirectoryRules, DirectoryError> {
        match self {
            Self::Local(local) => Ok(local.rules()),
            Self::Ldap(ldap) => ldap.rules(subject).await,
        }
    }

    /// The work of a wrong password, for a name that is somebody's elsewhere or nobody's. The
    /// password that is tried is made up, and tried for nobody.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn turn_away(&self, name: &SignInName, now: Timestamp) -> Result<(), DirectoryError> {
        if let Some(lookup) = name.lookup() {
            self.find(lookup).await?;
        }
        let made_up = NewPassword::new(Token::random(&mut Os).expose().to_owned());
        self.sign_in(&name.of_nobody(), &made_up, now)
            .await
            .map(drop)
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
