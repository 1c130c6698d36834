//! The directories of an installation, in the order in which they are asked.
//!
//! A name finds its directory once, in [`Directories::find`] or [`Directories::sign_in`]. From then
//! on everything about a person goes to that directory by its id, [`Directories::of`], under which
//! accounts are kept: what has the same name, or the same id, in another one is somebody else.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use keymend_core::name::{NameFault, SignInName};
use keymend_core::password::NewPassword;
use keymend_core::time::Timestamp;

use crate::directory::{Directory, DirectoryError, Entry, SignIn};

/// One of them.
pub struct Member {
    /// Its name in the configuration, under which accounts are kept.
    pub id: String,
    /// The connector.
    pub directory: Directory,
}

/// Whom a name means.
#[derive(Debug)]
pub struct Found<'a> {
    /// The id of the directory that has the name.
    pub directory: &'a str,
    /// The entry there.
    pub entry: Entry,
}

/// All of them.
pub struct Directories {
    members: Vec<Member>,
    /// Ids that accounts are kept under and nobody configured; each is told once.
    missed: Mutex<BTreeSet<String>>,
}

impl Directories {
    /// In the order in which they are asked.
    #[must_use]
    pub fn new(members: Vec<Member>) -> Self {
        Self {
            members,
            missed: Mutex::default(),
        }
    }

    /// All of them, in order.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The directory of an id.
    ///
    /// # Errors
    /// [`DirectoryError::NotAllowed`] when it is not configured any more: its people are gone.
    pub fn of(&self, id: &str) -> Result<&Directory, DirectoryError> {
        let member = self.members.iter().find(|member| member.id == id);
        if member.is_none() {
            let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
            if missed.insert(id.to_owned()) {
                tracing::warn!(
                    directory = id,
                    "accounts are kept under a directory that is not configured; they are as if deleted"
                );
            }
        }
        member
            .map(|member| &member.directory)
            .ok_or(DirectoryError::NotAllowed)
    }

    /// The entry of an account as it is now. Nobody is in a directory that is not configured.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn entry(
        &self,
        directory: &str,
        subject: &str,
    ) -> Result<Option<Entry>, DirectoryError> {
        match self.of(directory) {
            Ok(directory) => directory.entry(subject).await,
            Err(_) => Ok(None),
        }
    }

    /// Read a typed sign-in name. Asks nobody.
    ///
    /// # Errors
    /// [`NameFault`].
    pub fn name(&self, typed: &str) -> Result<SignInName, NameFault> {
        match self.members.first() {
            Some(member) => member.directory.name(typed),
            None => SignInName::parse(typed, &[]),
        }
    }

    /// Whom a canonical name means.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn find(&self, name: &str) -> Result<Option<Found<'_>>, DirectoryError> {
        let Some(member) = self.members.first() else {
            return Ok(None);
        };
        let entry = member.directory.find(name).await?;
        Ok(entry.map(|entry| Found {
            directory: &member.id,
            entry,
        }))
    }

    /// Try a password, where the name is.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn sign_in(
        &self,
        name: &SignInName,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<SignIn<Found<'_>>, DirectoryError> {
        let Some(member) = self.members.first() else {
            return Ok(SignIn::Out);
        };
        Ok(match member.directory.sign_in(name, password, now).await? {
            SignIn::In(entry) => SignIn::In(Found {
                directory: &member.id,
                entry,
            }),
            SignIn::Closed(why) => SignIn::Closed(why),
            SignIn::Out => SignIn::Out,
        })
    }
}
