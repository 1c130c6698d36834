//! Recovery codes: of each a keyed digest and when it was used. Their set is a method, and goes with it.

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::recovery::Kept;
use keymend_core::registration::NewCodes;
use keymend_core::secret::CodeDigest;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::methods::{Fresh, Holding};
use super::{StoreError, Tx, changed};
use crate::keys::KeyRing;

const ADD: &str = "INSERT INTO recovery_codes (method, look_up, digest) VALUES ($1, $2, $3)";
/// Always one row, whatever is looked up: fetching a row takes time.
const FIND: &str = "WITH one (place) AS (VALUES (1)) SELECT method, digest FROM one LEFT JOIN \
     (SELECT recovery_codes.method, recovery_codes.digest FROM recovery_codes JOIN methods ON methods.id = recovery_codes.method \
     WHERE methods.account = $1 AND recovery_codes.look_up = $2 AND recovery_codes.used IS NULL) found ON 1 = 1";
const TAKE: &str = "UPDATE recovery_codes SET used = $1 WHERE used IS NULL AND look_up = $2 \
     AND method = (SELECT id FROM methods WHERE id = $3 AND account = $4 AND kind = 'codes')";
const LEFT: &str = "SELECT COUNT(*) FROM recovery_codes WHERE method = $1 AND used IS NULL";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[ADD, FIND, TAKE, LEFT];

#[derive(FromRow)]
struct Row {
    method: Option<String>,
    digest: Option<String>,
}

/// One code that is taken.
pub struct Taken<'a> {
    /// Its set.
    pub set: &'a str,
    /// The part that finds it.
    pub look_up: &'a str,
    /// When.
    pub at: Timestamp,
}

impl Tx {
    /// Keep a set of recovery codes in place of the one that is there.
    ///
    /// # Errors
    /// [`StoreError::Down`]; [`StoreError::Taken`] when another request kept one at the same moment.
    pub async fn keep_codes(
        &mut self,
        account: &Id<id::Account>,
        new: &NewCodes,
        [now, usable_from]: [Timestamp; 2],
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        self.drop_method(account, Kind::Codes).await?;
        let fresh = Fresh {
            holding: &Holding::Codes { left: 0 },
            kind: Kind::Codes,
            destination: new.set.as_str(),
            now,
            usable_from,
        };
        self.add_method(account, &new.set, &fresh, -1, keys).await?;
        for code in &new.codes {
            let digest = String::from(code.digest(&new.set, &keys.codes));
            on!(self, |c| query(ADD)
                .bind(new.set.as_str())
                .bind(code.look_up())
                .bind(digest.as_str())
                .execute(c)
                .await?
                .rows_affected());
        }
        Ok(())
    }

    /// The unused code of an account with this look-up part.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn recovery_code(
        &mut self,
        account: &Id<id::Account>,
        look_up: &str,
    ) -> Result<Option<Kept>, StoreError> {
        let row: Row = on!(self, |c| query_as(FIND)
            .bind(account.as_str())
            .bind(look_up)
            .fetch_one(c)
            .await?);
        let (Some(set), Some(digest)) = (row.method, row.digest) else {
            return Ok(None);
        };
        let corrupt = || StoreError::Corrupt(format!("recovery code of method {set}"));
        Ok(Some(Kept {
            digest: CodeDigest::try_from(digest).map_err(|_| corrupt())?,
            set: Id::parse(&set).map_err(|_| corrupt())?,
        }))
    }

    /// A code is used up.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when it was used meanwhile, or its set is gone.
    pub(super) async fn take_code(
        &mut self,
        account: &Id<id::Account>,
        code: &Taken<'_>,
    ) -> Result<(), StoreError> {
        let rows = on!(self, |c| query(TAKE)
            .bind(code.at.as_millis())
            .bind(code.look_up)
            .bind(code.set)
            .bind(account.as_str())
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Taken)
    }

    /// How many codes of a set are left.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn codes_left(&mut self, set: &str) -> Result<u32, StoreError> {
        let left: i64 = on!(self, |c| query_scalar(LEFT).bind(set).fetch_one(c).await?);
        Ok(u32::try_from(left).unwrap_or(0))
    }
}
