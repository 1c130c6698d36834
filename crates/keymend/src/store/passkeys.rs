//! Passkeys among the registered methods: found by what they are called, and set on with every signature.

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::methods::{Fresh, Holding, place};
use super::{StoreError, Tx, changed};
use crate::chance::Os;
use crate::keys::KeyRing;
use crate::webauthn::Passkey;

/// Always one row, whoever has it or nobody: fetching a row takes time.
const FIND: &str = "SELECT id, account, sealed FROM (SELECT 1 AS one) here \
     LEFT JOIN methods ON methods.kind = 'passkey' AND methods.destination = $1";
/// Always one row, as well.
const COUNT: &str =
    "SELECT MAX(used) FROM methods WHERE account = $1 AND kind = 'passkey' AND destination = $2";
const SET_ON: &str = "UPDATE methods SET used = $1, backed_up = $2 \
     WHERE account = $3 AND kind = 'passkey' AND destination = $4 AND used = $5";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[FIND, COUNT, SET_ON];

#[derive(FromRow)]
struct Row {
    id: Option<String>,
    account: Option<String>,
    sealed: Option<Vec<u8>>,
}

/// A passkey and whose it is.
pub struct Owned {
    /// The account.
    pub account: Id<id::Account>,
    /// The passkey.
    pub passkey: Passkey,
}

/// How a signature sets a passkey on.
pub struct SetOn {
    /// Its counter as it was seen.
    pub kept: u32,
    /// Its counter from now on.
    pub count: u32,
    /// It is kept in more than one place.
    pub backed_up: bool,
}

impl Tx {
    /// Keep a passkey beside others, with its counter. `destination` is the index of its name.
    ///
    /// # Errors
    /// [`StoreError::Down`]; [`StoreError::Taken`] when somebody has it: it belongs to one account.
    pub async fn keep_passkey(
        &mut self,
        account: &Id<id::Account>,
        passkey: &Passkey,
        destination: &str,
        count: u32,
        [now, usable_from]: [Timestamp; 2],
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let fresh = Fresh {
            holding: &Holding::Passkey(Box::new(passkey.clone())),
            kind: Kind::Passkey,
            destination,
            now,
            usable_from,
        };
        let id: Id<id::Method> = Id::random(&mut Os);
        self.add_method(account, &id, &fresh, i64::from(count), keys)
            .await
    }

    /// The passkey of this name, whoever has it. As much is read and opened where nobody does.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`] when it does not open.
    pub async fn passkey(
        &mut self,
        destination: &str,
        keys: &KeyRing,
    ) -> Result<Option<Owned>, StoreError> {
        let row: Row = on!(self, |c| query_as(FIND)
            .bind(destination)
            .fetch_one(c)
            .await?);
        let (Some(id), Some(account), Some(sealed)) = (row.id, row.account, row.sealed) else {
            keys.open_nothing(&place(""));
            return Ok(None);
        };
        let corrupt = |what: &str| StoreError::Corrupt(format!("method {id}: {what}"));
        let plain = keys.open(&place(&id), &sealed)?;
        match serde_json::from_slice(&plain) {
            Ok(Holding::Passkey(passkey)) => Ok(Some(Owned {
                account: Id::parse(&account).map_err(|_| corrupt("whose it is"))?,
                passkey: *passkey,
            })),
            _ => Err(corrupt("not a passkey")),
        }
    }

    /// The counter of a passkey of this account (`None` is a stranger); nothing when it has none of this name.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn passkey_count(
        &mut self,
        account: Option<&Id<id::Account>>,
        destination: &str,
    ) -> Result<Option<u32>, StoreError> {
        let used: Option<i64> = on!(self, |c| query_scalar(COUNT)
            .bind(account.map_or("", Id::as_str))
            .bind(destination)
            .fetch_one(c)
            .await?);
        let corrupt = |_| StoreError::Corrupt("the counter of a passkey".to_owned());
        used.map(u32::try_from).transpose().map_err(corrupt)
    }

    /// Set a passkey on, if nobody did meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when somebody did; [`StoreError::Down`].
    pub async fn set_passkey_on(
        &mut self,
        account: &Id<id::Account>,
        destination: &str,
        on: &SetOn,
    ) -> Result<(), StoreError> {
        let rows = on!(self, |c| query(SET_ON)
            .bind(i64::from(on.count))
            .bind(on.backed_up)
            .bind(account.as_str())
            .bind(destination)
            .bind(i64::from(on.kept))
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Taken)
    }
}
