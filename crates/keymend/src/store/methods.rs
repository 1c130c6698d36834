//! Registered methods: sealed destinations and apps, and one hash for a set of answers.

use keymend_core::challenge::{Recognised, Spends};
use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::registration::Destination;
use keymend_core::reset::Held;
use keymend_core::time::Timestamp;
use keymend_core::totp::{self, Registered};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::passkeys::SetOn;
use super::recovery::Taken;
use super::{StoreError, Tx, changed};
use crate::chance::Os;
use crate::keys::{KeyRing, Place};
use crate::webauthn::Passkey;

macro_rules! columns {
    () => {
        "id, kind, destination, sealed, verified, usable_from, served, \
         (SELECT COUNT(*) FROM recovery_codes WHERE recovery_codes.method = methods.id AND recovery_codes.used IS NULL) AS codes_left"
    };
}
const OF_ACCOUNT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM methods WHERE account = $1 ORDER BY kind, verified, id"
);
const KEEP: &str = "INSERT INTO methods (id, account, kind, destination, sealed, verified, usable_from, used) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const DROP: &str = "DELETE FROM methods WHERE account = $1 AND kind = $2";
const DROP_ALL: &str = "DELETE FROM methods WHERE account = $1";
const DROP_ONE: &str = "DELETE FROM methods WHERE account = $1 AND kind = $2 AND destination = $3";
/// Always as many rows, whoever is asked about: fetching a row takes time.
const APPS: &str = "WITH places (place) AS (VALUES (1), (2), (3), (4), (5)) \
     SELECT id, sealed, used FROM places LEFT JOIN \
     (SELECT id, sealed, used, ROW_NUMBER() OVER (ORDER BY verified, id) AS at FROM methods WHERE account = $1 AND kind = 'app') apps \
     ON apps.at = places.place ORDER BY places.place";
const TAKE: &str = "UPDATE methods SET used = $1 WHERE account = $2 AND kind = 'app' AND destination = $3 AND used < $1";
const SERVED: &str =
    "UPDATE methods SET served = $1 WHERE account = $2 AND kind = $3 AND destination = $4";
const SHARED: &str = "SELECT COUNT(*) FROM methods WHERE destination = $1 AND account <> $2";
const WEAR_OUT: &str = "UPDATE methods SET usable_from = $1 WHERE account = $2 AND kind = $3";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[
    OF_ACCOUNT, KEEP, DROP, DROP_ALL, DROP_ONE, APPS, TAKE, SERVED, SHARED, WEAR_OUT,
];

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    destination: String,
    sealed: Vec<u8>,
    verified: i64,
    usable_from: i64,
    served: Option<i64>,
    codes_left: i64,
}

#[derive(FromRow)]
struct AppRow {
    id: Option<String>,
    sealed: Option<Vec<u8>>,
    used: Option<i64>,
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
    /// What an authenticator app and we share.
    App(totp::App),
    /// The public key of a passkey.
    Passkey(Box<Passkey>),
    /// Recovery codes; they are in a table of their own.
    Codes {
        /// How many are not used yet.
        #[serde(skip)]
        left: u32,
    },
}

/// A registered method.
#[derive(Clone, Debug)]
pub struct MethodRow {
    /// What it is.
    pub kind: Kind,
    /// What it holds.
    pub holding: Holding,
    /// Keyed index of the destination.
    pub destination: String,
    /// When it was registered.
    pub verified: Timestamp,
    /// It serves a reset from then on.
    pub usable_from: Timestamp,
    /// When it proved somebody last.
    pub served: Option<Timestamp>,
}

impl MethodRow {
    /// As the rules need it.
    #[must_use]
    pub fn held(&self) -> Held {
        Held {
            kind: self.kind,
            destination: self.destination.clone(),
            usable_from: self.usable_from,
        }
    }

    /// Recovery codes of which none is left.
    #[must_use]
    pub fn spent(&self) -> bool {
        matches!(self.holding, Holding::Codes { left: 0 })
    }

    /// Can it prove somebody now? It waits no more, and something of it is left.
    #[must_use]
    pub fn serves(&self, now: Timestamp) -> bool {
        self.usable_from <= now && !self.spent()
    }

    /// Too many wrong proofs in a row: it serves nothing until another is kept in its place (LIM-4).
    #[must_use]
    pub fn worn(&self) -> bool {
        self.usable_from == NEVER
    }
}

/// A method that is worn out stays registered and never becomes usable again.
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
        let rows: Vec<Row> = on!(self, |c| query_as(OF_ACCOUNT)
            .bind(account.as_str())
            .fetch_all(c)
            .await?);
        rows.into_iter().map(|row| row.opened(keys)).collect()
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
        self.add_method(account, &id, fresh, -1, keys).await
    }

    /// Keep an authenticator app beside others. Its row is its destination; codes up to `step` are not taken.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn keep_app(
        &mut self,
        account: &Id<id::Account>,
        app: &totp::App,
        step: i64,
        [now, usable_from]: [Timestamp; 2],
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let id: Id<id::Method> = Id::random(&mut Os);
        let fresh = Fresh {
            holding: &Holding::App(app.clone()),
            kind: Kind::App,
            destination: id.as_str(),
            now,
            usable_from,
        };
        self.add_method(account, &id, &fresh, step, keys).await
    }

    pub(super) async fn add_method(
        &mut self,
        account: &Id<id::Account>,
        id: &Id<id::Method>,
        fresh: &Fresh<'_>,
        used: i64,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
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
            .bind(used)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// A method proved somebody just now.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn served(
        &mut self,
        account: &Id<id::Account>,
        kind: Kind,
        destination: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(SERVED)
            .bind(now.as_millis())
            .bind(account.as_str())
            .bind(kind.as_str())
            .bind(destination)
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

    /// Remove all methods of an account.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn drop_methods(&mut self, account: &Id<id::Account>) -> Result<(), StoreError> {
        on!(self, |c| query(DROP_ALL)
            .bind(account.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Remove one of several.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn drop_one(
        &mut self,
        account: &Id<id::Account>,
        kind: Kind,
        destination: &str,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(DROP_ONE)
            .bind(account.as_str())
            .bind(kind.as_str())
            .bind(destination)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The authenticator apps of an account, filled up with nobody's: reading and opening them is the same work for
    /// a stranger (`None`) and for everybody else.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`] when one does not open.
    pub async fn apps(
        &mut self,
        account: Option<&Id<id::Account>>,
        keys: &KeyRing,
    ) -> Result<Vec<Registered>, StoreError> {
        let rows: Vec<AppRow> = on!(self, |c| query_as(APPS)
            .bind(account.map_or("", Id::as_str))
            .fetch_all(c)
            .await?);
        rows.into_iter().map(|row| row.opened(keys)).collect()
    }

    /// A proof is taken: what it uses up is used up.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when that was used up meanwhile.
    pub async fn take(
        &mut self,
        account: &Id<id::Account>,
        known: &Recognised,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match &known.spends {
            Spends::Step(step) => self.take_step(account, &known.destination, *step).await,
            Spends::Signature {
                kept,
                count,
                backed_up,
            } => {
                let on = SetOn {
                    kept: *kept,
                    count: *count,
                    backed_up: *backed_up,
                };
                self.set_passkey_on(account, &known.destination, &on).await
            }
            Spends::Code { look_up } => {
                let code = Taken {
                    set: &known.destination,
                    look_up,
                    at: now,
                };
                self.take_code(account, &code).await
            }
        }
    }

    async fn take_step(
        &mut self,
        account: &Id<id::Account>,
        app: &str,
        step: i64,
    ) -> Result<(), StoreError> {
        let rows = on!(self, |c| query(TAKE)
            .bind(step)
            .bind(account.as_str())
            .bind(app)
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Taken)
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

    /// A method serves nothing any more, until another is kept in its place (LIM-4).
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn wear_out(
        &mut self,
        account: &Id<id::Account>,
        kind: Kind,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(WEAR_OUT)
            .bind(NEVER.as_millis())
            .bind(account.as_str())
            .bind(kind.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}

impl Row {
    fn opened(self, keys: &KeyRing) -> Result<MethodRow, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("method {}: {what}", self.id));
        let plain = keys.open(&place(&self.id), &self.sealed)?;
        let mut holding = serde_json::from_slice(&plain).map_err(|_| corrupt("unknown holding"))?;
        if let Holding::Codes { left } = &mut holding {
            *left = u32::try_from(self.codes_left).unwrap_or(0);
        }
        Ok(MethodRow {
            kind: Kind::parse(&self.kind).ok_or_else(|| corrupt("unknown kind"))?,
            holding,
            destination: self.destination,
            verified: Timestamp::from_millis(self.verified),
            usable_from: Timestamp::from_millis(self.usable_from),
            served: self.served.map(Timestamp::from_millis),
        })
    }
}

impl AppRow {
    fn opened(self, keys: &KeyRing) -> Result<Registered, StoreError> {
        let (Some(id), Some(sealed), Some(used)) = (self.id, self.sealed, self.used) else {
            keys.open_nothing(&place(""));
            return Ok(Registered::nobody(&mut Os));
        };
        let plain = keys.open(&place(&id), &sealed)?;
        match serde_json::from_slice(&plain) {
            Ok(Holding::App(app)) => Ok(Registered {
                destination: id,
                app,
                used,
            }),
            _ => Err(StoreError::Corrupt(format!("method {id}: not an app"))),
        }
    }
}

pub(super) fn place(row: &str) -> Place<'_> {
    Place {
        table: "methods",
        column: "sealed",
        row,
    }
}
