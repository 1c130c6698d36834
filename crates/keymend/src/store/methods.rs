//! Registered methods: sealed destinations, and one hash for a set of answers.

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::registration::Destination;
use keymend_core::reset::Held;
use keymend_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{StoreError, Tx};
use crate::chance::Os;
use crate::keys::{KeyRing, Place};

macro_rules! columns {
    () => {
        "id, kind, destination, sealed, wrong, usable_from"
    };
}
const OF_ACCOUNT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM methods WHERE account = $1 ORDER BY kind"
);
const KEEP: &str = "INSERT INTO methods (id, account, kind, destination, sealed, wrong, verified, usable_from) \
     VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
const DROP: &str = "DELETE FROM methods WHERE account = $1 AND kind = $2";
const SHARED: &str = "SELECT COUNT(*) FROM methods WHERE destination = $1 AND account <> $2";
const WRONG: &str = "UPDATE methods SET wrong = wrong + 1 WHERE account = $1 AND kind = $2";
const RIGHT: &str = "UPDATE methods SET wrong = 0 WHERE account = $1 AND kind = $2";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[OF_ACCOUNT, KEEP, DROP, SHARED, WRONG, RIGHT];

/// A registered method as it stands in its row.
#[derive(Clone, Debug, FromRow)]
pub struct Sealed {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) destination: String,
    #[sqlx(rename = "sealed")]
    pub(super) holding: Vec<u8>,
    pub(super) wrong: i64,
    pub(super) usable_from: i64,
}

/// What a method holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holding {
    /// Where codes go.
    Destination(Destination),
    /// Questions, and one hash over all answers.
    Questions {
        /// Ids, in the order of the answers.
        ids: Vec<String>,
        /// PHC string over the canonical set.
        hash: String,
    },
}

/// A registered method.
#[derive(Clone, Debug)]
pub struct MethodRow<H = Holding> {
    /// What it is.
    pub kind: Kind,
    /// What it holds.
    pub holding: H,
    /// Keyed index of the destination.
    pub destination: String,
    /// Wrong proofs in a row.
    pub wrong: u32,
    /// It serves a reset from then on.
    pub usable_from: Timestamp,
}

impl<H> MethodRow<H> {
    /// As the rules need it. One with too many wrong proofs in a row is there and serves nothing (LIM-4).
    #[must_use]
    pub fn held(&self, wrong_for_life: u32) -> Held {
        Held {
            kind: self.kind,
            destination: self.destination.clone(),
            // A method that is worn out stays registered and never becomes usable again.
            usable_from: if self.wrong < wrong_for_life {
                self.usable_from
            } else {
                NEVER
            },
        }
    }
}

const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);

/// A method that is about to be kept.
pub struct Fresh<'a> {
    /// What it holds.
    pub holding: &'a Holding,
    /// What it is.
    pub kind: Kind,
    /// Keyed index of the destination.
    pub destination: &'a str,
    /// When it was verified.
    pub now: Timestamp,
    /// It serves a reset from then on.
    pub usable_from: Timestamp,
}

impl Tx {
    /// All methods of an account.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`] when one does not open.
    pub async fn methods(
        &mut self,
        account: &Id<id::Account>,
        keys: &KeyRing,
    ) -> Result<Vec<MethodRow>, StoreError> {
        let rows: Vec<Sealed> = on!(self, |c| query_as(OF_ACCOUNT)
            .bind(account.as_str())
            .fetch_all(c)
            .await?);
        rows.iter().map(|row| row.open(keys)).collect()
    }

    /// Keep a method in place of the one of its kind.
    ///
    /// # Errors
    /// [`StoreError::Down`]; [`StoreError::Taken`] when another request kept one at the same moment.
    pub async fn keep_method(
        &mut self,
        account: &Id<id::Account>,
        fresh: &Fresh<'_>,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        self.drop_method(account, fresh.kind).await?;
        let id: Id<id::Method> = Id::random(&mut Os);
        let plain = zeroize::Zeroizing::new(
            serde_json::to_vec(fresh.holding)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?,
        );
        let sealed = keys.seal(&place(id.as_str()), &plain, &mut Os);
        on!(self, |c| query(KEEP)
            .bind(id.as_str())
            .bind(account.as_str())
            .bind(fresh.kind.as_str())
            .bind(fresh.destination)
            .bind(sealed.as_slice())
            .bind(fresh.now.as_millis())
            .bind(fresh.usable_from.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Remove a method. False when there was none.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn drop_method(
        &mut self,
        account: &Id<id::Account>,
        kind: Kind,
    ) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(DROP)
            .bind(account.as_str())
            .bind(kind.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// How many other accounts hold this destination.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn others_with(
        &mut self,
        destination: &str,
        account: &Id<id::Account>,
    ) -> Result<i64, StoreError> {
        Ok(on!(self, |c| query_scalar(SHARED)
            .bind(destination)
            .bind(account.as_str())
            .fetch_one(c)
            .await?))
    }

    /// Count a wrong proof of a method, or end the row of wrong ones.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn mark_method(
        &mut self,
        account: &Id<id::Account>,
        kind: Kind,
        right: bool,
    ) -> Result<(), StoreError> {
        let sql = if right { RIGHT } else { WRONG };
        on!(self, |c| query(sql)
            .bind(account.as_str())
            .bind(kind.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}

impl Sealed {
    /// Open what it holds.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn open(&self, keys: &KeyRing) -> Result<MethodRow, StoreError> {
        let plain = keys.open(&place(&self.id), &self.holding)?;
        let holding = serde_json::from_slice(&plain).map_err(|_| self.corrupt("holding"))?;
        self.row(holding)
    }

    /// As the rules need it, without opening anything: a request about somebody registered must not take
    /// longer than one about a stranger.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn held(&self, wrong_for_life: u32) -> Result<Held, StoreError> {
        Ok(self.row(())?.held(wrong_for_life))
    }

    fn row<H>(&self, holding: H) -> Result<MethodRow<H>, StoreError> {
        Ok(MethodRow {
            kind: Kind::parse(&self.kind).ok_or_else(|| self.corrupt("kind"))?,
            holding,
            destination: self.destination.clone(),
            wrong: u32::try_from(self.wrong).unwrap_or(u32::MAX),
            usable_from: Timestamp::from_millis(self.usable_from),
        })
    }

    fn corrupt(&self, what: &str) -> StoreError {
        StoreError::Corrupt(format!("method {}: unknown {what}", self.id))
    }
}

fn place(row: &str) -> Place<'_> {
    Place {
        table: "methods",
        column: "sealed",
        row,
    }
}
