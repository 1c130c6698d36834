//! Whose policy is whose: where people belong, and the profiles that choose them.
//!
//! The directory is asked at a sign-in, before a change is proven, when a registration is finished, when the worker finds
//! out whom a flow is about, and once more before a write. In between, what it said then is in the rows of account and
//! flow. Whom nobody has asked about yet has the strictest policy that may be theirs.

use keymend_core::id::{self, Id};
use keymend_core::policy::{Belonging, Policy};

use super::{App, AppError};
use crate::directories::Found;
use crate::directory::{DirectoryError, Entry, Protection};
use crate::store::accounts::{AccountRow, Placed};

impl App {
    /// Ask where an entry belongs.
    ///
    /// # Errors
    /// [`DirectoryError::Down`], also when a group of a profile cannot be read.
    pub async fn belonging(
        &self,
        directory: &str,
        entry: &Entry,
    ) -> Result<Belonging, DirectoryError> {
        let home = self.directories.of(directory)?;
        let mut domains: Vec<String> = home
            .domains()
            .iter()
            .map(|own| own.to_lowercase())
            .collect();
        if let Some((_, domain)) = entry.name.rsplit_once('@') {
            domains.push(domain.to_owned());
        }
        let mut belonging = Belonging {
            domains,
            place: entry.place.clone(),
            ..Belonging::default()
        };
        for (group, member) in home.member_of(entry, &self.profiles.groups()).await? {
            belonging.put(group, member);
        }
        Ok(belonging)
    }

    /// The policy of a flow's owner, or of somebody whose account is at hand; of profiles that may be theirs, all.
    #[must_use]
    pub fn own(&self, profiles: u16) -> &Policy {
        self.profiles.policy(profiles)
    }

    /// The policy of an account.
    #[must_use]
    pub fn policy_of(&self, account: &AccountRow) -> &Policy {
        self.own(self.profiles_in(account.belonging.as_deref()))
    }

    /// The profiles that may be somebody's, by what a row says of where they belong.
    pub(crate) fn profiles_in(&self, belonging: Option<&str>) -> u16 {
        if self.profiles.all().is_empty() {
            return 0;
        }
        // What cannot be read is not known.
        let known: Option<Belonging> = belonging.and_then(|text| serde_json::from_str(text).ok());
        self.profiles.of(known.as_ref()).strictest()
    }

    /// Is somebody protected, where that decides what they may?
    ///
    /// # Errors
    /// [`DirectoryError::Down`], also when a protected group cannot be read.
    pub(super) async fn is_protected(&self, found: &Found<'_>) -> Result<bool, DirectoryError> {
        let home = self.directories.of(found.directory)?;
        Ok(home.protection(&found.entry).await? != Protection::None)
    }

    /// The same where nothing hangs on it yet: a directory that does not say it now is asked another time.
    pub(super) async fn is_protected_if_known(&self, found: &Found<'_>) -> Option<bool> {
        match self.is_protected(found).await {
            Ok(protected) => Some(protected),
            Err(error) => {
                let directory = found.directory;
                tracing::warn!(%error, directory, "whether somebody is protected cannot be asked");
                None
            }
        }
    }

    /// What is kept of where somebody belongs, if the directory says so now, and of whether they are protected. Nothing
    /// changes where that is not known.
    pub(super) async fn placed(
        &self,
        found: &Found<'_>,
        protected: Option<bool>,
    ) -> Option<Placed> {
        let privileged = protected?;
        let belonging = match self.belonging(found.directory, &found.entry).await {
            Ok(belonging) => Some(belonging),
            Err(error) => {
                let directory = found.directory;
                tracing::warn!(%error, directory, "where somebody belongs cannot be asked");
                None
            }
        };
        Some(placed(belonging.as_ref(), privileged))
    }

    /// Bring what is known of somebody up to date, before it decides something.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the directory does not say whether they are protected.
    pub(super) async fn place_again(
        &self,
        account: &Id<id::Account>,
        found: &Found<'_>,
    ) -> Result<(), AppError> {
        let protected = self.is_protected(found).await?;
        if let Some(placed) = self.placed(found, Some(protected)).await {
            let mut tx = self.store.begin().await?;
            tx.place_account(account, &placed, self.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// What is kept of it.
pub(crate) fn placed(belonging: Option<&Belonging>, privileged: bool) -> Placed {
    Placed {
        belonging: belonging.and_then(|belonging| serde_json::to_string(belonging).ok()),
        privileged,
    }
}
