//! People as this installation knows them: one row for each directory entry that ever signed in.

use keymend_core::id::{self, Id};
use keymend_core::readiness::Rank;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx};

macro_rules! columns {
    () => {
        "id, directory, subject, name, language, finished, confirmed, frozen, epoch, belonging, privileged"
    };
}
const BY_SUBJECT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM accounts WHERE directory = $1 AND subject = $2"
);
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM accounts WHERE id = $1");
const ADD: &str = "INSERT INTO accounts (id, directory, subject, name, language, created) \
     VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (directory, subject) DO UPDATE SET name = excluded.name, language = excluded.language";
const FINISH: &str = "UPDATE accounts SET finished = $1, confirmed = $1 WHERE id = $2";
const REAFFIRM: &str = "UPDATE accounts SET confirmed = $1 WHERE id = $2";
const HOLD: &str = "UPDATE accounts SET epoch = epoch WHERE id = $1 AND epoch = $2";
const FREEZE: &str = "UPDATE accounts SET frozen = $1 WHERE id = $2 AND frozen IS NULL";
const PLACE: &str = "UPDATE accounts SET belonging = COALESCE($1, belonging), privileged = $2, \
     belonging_at = COALESCE($3, belonging_at) WHERE id = $4";
const UNFREEZE: &str = "UPDATE accounts SET frozen = NULL WHERE id = $1 AND frozen IS NOT NULL";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[
    BY_SUBJECT, BY_ID, ADD, FINISH, REAFFIRM, HOLD, FREEZE, UNFREEZE, PLACE,
];

/// A row.
#[derive(Clone, Debug, FromRow)]
pub struct AccountRow {
    id: String,
    /// The directory that has the entry.
    pub directory: String,
    /// The directory's immutable id of the entry.
    pub subject: String,
    /// Sign-in name when last seen.
    pub name: String,
    /// Language of messages.
    pub language: String,
    finished: Option<i64>,
    confirmed: Option<i64>,
    frozen: Option<i64>,
    /// How often all sessions were ended.
    pub epoch: i64,
    /// Where the directory said that the person belongs, as JSON; `None` when nobody asked yet.
    pub belonging: Option<String>,
    /// Member of a protected group, as the directory said.
    pub privileged: bool,
}

/// What the directory said of where somebody belongs.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// [`keymend_core::policy::Belonging`], as JSON; `None` when it could not be said: then what was kept stays.
    pub belonging: Option<String>,
    /// Member of a protected group.
    pub privileged: bool,
}

impl AccountRow {
    /// Identifier.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn id(&self) -> Result<Id<id::Account>, StoreError> {
        Id::parse(&self.id).map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    /// `finish` was pressed.
    #[must_use]
    pub fn finished(&self) -> bool {
        self.finished.is_some()
    }

    /// When it was last confirmed that all is right.
    #[must_use]
    pub fn confirmed(&self) -> Option<Timestamp> {
        self.confirmed.map(Timestamp::from_millis)
    }

    /// Since when recovery is frozen.
    #[must_use]
    pub fn frozen_at(&self) -> Option<Timestamp> {
        self.frozen.map(Timestamp::from_millis)
    }

    /// Rank and freeze, as readiness needs them.
    #[must_use]
    pub fn rank(&self) -> Rank {
        Rank {
            privileged: self.privileged,
            frozen: self.frozen(),
        }
    }

    /// Recovery is frozen.
    #[must_use]
    pub fn frozen(&self) -> bool {
        self.frozen.is_some()
    }
}

impl Tx {
    /// The account of a directory entry.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn account_of(
        &mut self,
        directory: &str,
        subject: &str,
    ) -> Result<Option<AccountRow>, StoreError> {
        Ok(on!(self, |c| query_as(BY_SUBJECT)
            .bind(directory)
            .bind(subject)
            .fetch_optional(c)
            .await?))
    }

    /// An account.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn account(
        &mut self,
        id: &Id<id::Account>,
    ) -> Result<Option<AccountRow>, StoreError> {
        Ok(on!(self, |c| query_as(BY_ID)
            .bind(id.as_str())
            .fetch_optional(c)
            .await?))
    }

    /// Make the account of somebody who signed in, or bring its name and language up to date.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn see_account(
        &mut self,
        fresh: &Id<id::Account>,
        directory: &str,
        subject: &str,
        name: &str,
        language: &str,
        now: Timestamp,
    ) -> Result<AccountRow, StoreError> {
        on!(self, |c| query(ADD)
            .bind(fresh.as_str())
            .bind(directory)
            .bind(subject)
            .bind(name)
            .bind(language)
            .bind(now.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        self.account_of(directory, subject)
            .await?
            .ok_or(StoreError::Lost)
    }

    /// Write down where somebody belongs.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn place_account(
        &mut self,
        id: &Id<id::Account>,
        placed: &Placed,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(PLACE)
            .bind(placed.belonging.as_deref())
            .bind(placed.privileged)
            .bind(placed.belonging.as_ref().map(|_| now.as_millis()))
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The registration is finished.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn finish_account(
        &mut self,
        id: &Id<id::Account>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(FINISH)
            .bind(now.as_millis())
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// What is registered is still right.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn reaffirm_account(
        &mut self,
        id: &Id<id::Account>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(REAFFIRM)
            .bind(now.as_millis())
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Hold the account as it was seen until the commit. False when its sessions were ended since.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn hold_epoch(
        &mut self,
        id: &Id<id::Account>,
        epoch: i64,
    ) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(HOLD)
            .bind(id.as_str())
            .bind(epoch)
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// Freeze recovery. False when it was frozen already.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn freeze(
        &mut self,
        id: &Id<id::Account>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(FREEZE)
            .bind(now.as_millis())
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// Lift the freeze. False when there was none.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn unfreeze(&mut self, id: &Id<id::Account>) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(UNFREEZE)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }
}
