//! The built-in directory: accounts with Argon2id passwords in our own database.
//!
//! All passwords of an account, old and new, share a salt, so that one computation tells whether a
//! new one was used before and is the new hash at the same time. The salt is per account and
//! random; what equal salts reveal, that two passwords of one account are equal, history refuses.

use std::time::Duration;

use keymend_core::name::SignInName;
use keymend_core::password::{DirectoryRules, NewPassword, PasswordFault};
use keymend_core::time::Timestamp;

use super::{DirectoryError, Entry, Hints, SignIn};
use crate::chance::Os;
use crate::hashing::{Hash, HashError, Hasher};
use crate::store::local::{LocalRow, NewLocal, PasswordWrite};
use crate::store::{Store, StoreError};

/// Group whose members are privileged.
pub const ADMINISTRATORS: &str = "administrators";

/// A lock that only an unlock opens.
pub const FOR_GOOD: Timestamp = Timestamp::from_millis(i64::MAX / 2);

/// What the operator decides about the built-in directory.
#[derive(Clone, Debug)]
pub struct LocalPolicy {
    /// Domains that people may leave away from their names.
    pub domains: Vec<String>,
    /// Wrong passwords in a row that lock.
    pub lock_after: u32,
    /// How long a lock lasts.
    pub lock_for: Duration,
    /// Earlier passwords that may not come back.
    pub history: usize,
}

/// The built-in directory.
pub struct Local {
    store: Store,
    hasher: Hasher,
    policy: LocalPolicy,
}

/// A new password that history does not know, hashed, for the row as it was seen.
pub struct Prepared {
    row: LocalRow,
    password: String,
    history: String,
}

/// A new account.
pub struct NewAccount<'a> {
    /// Canonical sign-in name.
    pub name: &'a str,
    /// The person's name.
    pub display_name: &'a str,
    /// Names of groups.
    pub groups: &'a [String],
    /// Must choose a new password at the first sign-in.
    pub must_change: bool,
}

impl From<HashError> for DirectoryError {
    fn from(error: HashError) -> Self {
        Self::Down(error.to_string())
    }
}

impl Local {
    /// Over the store.
    #[must_use]
    pub fn new(store: Store, hasher: Hasher, policy: LocalPolicy) -> Self {
        Self {
            store,
            hasher,
            policy,
        }
    }

    pub(super) fn domains(&self) -> &[String] {
        &self.policy.domains
    }

    pub(super) async fn find(&self, name: &str) -> Result<Option<Entry>, DirectoryError> {
        let row = self.store.read().await?.local_by_name(name).await?;
        Ok(row.map(|row| entry(&row)))
    }

    pub(super) async fn entry(&self, subject: &str) -> Result<Option<Entry>, DirectoryError> {
        let row = self.store.read().await?.local(subject).await?;
        Ok(row.map(|row| entry(&row)))
    }

    pub(super) async fn member_of(
        &self,
        subject: &str,
        groups: &[&str],
    ) -> Result<Vec<bool>, DirectoryError> {
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let row = self.store.read().await?.local(subject).await?;
        let own: Vec<String> = row
            .and_then(|row| serde_json::from_str(&row.groups).ok())
            .unwrap_or_default();
        let member = |group: &&str| own.iter().any(|own| own == group);
        Ok(groups.iter().map(member).collect())
    }

    /// History is all that it asks for beyond our own rules.
    pub(super) fn rules(&self) -> DirectoryRules {
        DirectoryRules {
            history: Some(self.policy.history.saturating_add(1)),
            ..DirectoryRules::default()
        }
    }

    pub(super) async fn sign_in(
        &self,
        name: &SignInName,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<SignIn, DirectoryError> {
        let found = match name.lookup() {
            Some(lookup) => self.store.read().await?.local_by_name(lookup).await?,
            None => None,
        };
        let open = found
            .as_ref()
            .filter(|row| row.enabled && !row.locked(now))
            .and_then(|row| Some((row, Hash::parse(&row.password)?)));
        let typed = password.nfc();
        // One hash and one write, whoever it is: a stranger must cost what a colleague costs.
        let right = if let Some((_, hash)) = &open {
            self.verify(typed.as_bytes(), hash).await?
        } else {
            self.hasher.waste(typed.as_bytes()).await?;
            false
        };
        let id = open.as_ref().map_or("", |(row, _)| row.id.as_str());
        let mut tx = self.store.begin().await?;
        if right {
            tx.calm_local(id).await?;
        } else {
            let until = now.plus(self.policy.lock_for);
            tx.fail_local(id, self.policy.lock_after, until, now)
                .await?;
        }
        tx.commit().await?;
        match open {
            Some((row, hash)) if right => {
                if !hash.current() {
                    self.rehash(row, &typed).await?;
                }
                Ok(SignIn::In(entry(row)))
            }
            _ => Ok(SignIn::Out),
        }
    }

    /// As much work for a hash of older, cheaper parameters as for one of today.
    async fn verify(&self, typed: &[u8], hash: &Hash) -> Result<bool, DirectoryError> {
        if !hash.current() {
            self.hasher.waste(typed).await?;
        }
        Ok(self.hasher.verify(typed, hash).await?)
    }

    async fn rehash(&self, row: &LocalRow, typed: &str) -> Result<(), DirectoryError> {
        let fresh = self.hasher.hash(typed.as_bytes(), &mut Os).await?;
        let mut tx = self.store.begin().await?;
        tx.rehash_local(row, &fresh.to_phc()).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn prepare(
        &self,
        subject: &str,
        new: &NewPassword,
    ) -> Result<Prepared, DirectoryError> {
        let row = self.open_row(subject).await?;
        self.hashed(row, new).await
    }

    pub(super) async fn change(
        &self,
        subject: &str,
        current: &NewPassword,
        new: &NewPassword,
        by: &str,
        now: Timestamp,
    ) -> Result<(), DirectoryError> {
        let row = self.open_row(subject).await?;
        let right = match Hash::parse(&row.password) {
            Some(hash) if !row.locked(now) => {
                self.hasher.verify(current.nfc().as_bytes(), &hash).await?
            }
            _ => false,
        };
        if !right {
            let mut tx = self.store.begin().await?;
            let until = now.plus(self.policy.lock_for);
            tx.fail_local(&row.id, self.policy.lock_after, until, now)
                .await?;
            tx.commit().await?;
            return Err(DirectoryError::WrongPassword);
        }
        if current.same_as(new) {
            return Err(DirectoryError::Rejected(PasswordFault::SameAsCurrent));
        }
        let prepared = self.hashed(row, new).await?;
        self.store_it(prepared, by, false).await
    }

    pub(super) async fn unlock(
        &self,
        subject: &str,
        by: &str,
        _now: Timestamp,
    ) -> Result<(), DirectoryError> {
        let row = self.open_row(subject).await?;
        let mut tx = self.store.begin().await?;
        tx.unlock_local(&row.id, by).await?;
        tx.commit().await.map_err(unknown)
    }

    pub(super) async fn wrote(&self, subject: &str, by: &str) -> Result<bool, DirectoryError> {
        let row = self.store.read().await?.local(subject).await?;
        Ok(row.is_some_and(|row| row.was_written_by(by)))
    }

    async fn open_row(&self, subject: &str) -> Result<LocalRow, DirectoryError> {
        let row = self.store.read().await?.local(subject).await?;
        row.filter(|row| row.enabled)
            .ok_or(DirectoryError::NotAllowed)
    }

    /// Hash a password unless history knows it.
    async fn hashed(&self, row: LocalRow, new: &NewPassword) -> Result<Prepared, DirectoryError> {
        let typed = new.nfc();
        let earlier: Vec<String> = serde_json::from_str(&row.history).unwrap_or_default();
        let known: Vec<Hash> = std::iter::once(&row.password)
            .chain(&earlier)
            .filter_map(|text| Hash::parse(text))
            .collect();
        let mut fresh: Option<Hash> = None;
        let mut tried: Vec<Hash> = Vec::new();
        for old in &known {
            let computed = if let Some(hash) = tried.iter().find(|hash| hash.alike(old)) {
                hash.clone()
            } else {
                let hash = self.hasher.hash_with(typed.as_bytes(), old).await?;
                tried.push(hash.clone());
                hash
            };
            if computed.same(old) {
                return Err(DirectoryError::Rejected(PasswordFault::Used));
            }
            if computed.current() {
                fresh = Some(computed);
            }
        }
        let fresh = match fresh {
            Some(hash) => hash,
            None => self.hasher.hash(typed.as_bytes(), &mut Os).await?,
        };
        let history: Vec<String> = std::iter::once(row.password.clone())
            .chain(earlier)
            .take(self.policy.history)
            .collect();
        let history = serde_json::to_string(&history).unwrap_or_else(|_| "[]".to_owned());
        Ok(Prepared {
            row,
            password: fresh.to_phc(),
            history,
        })
    }

    /// Write what is prepared over the row that was seen.
    pub(super) async fn store_it(
        &self,
        prepared: Prepared,
        by: &str,
        must_change: bool,
    ) -> Result<(), DirectoryError> {
        let write = PasswordWrite {
            password: &prepared.password,
            history: &prepared.history,
            must_change,
            by,
        };
        let mut tx = self.store.begin().await?;
        tx.set_local_password(&prepared.row, &write).await?;
        tx.commit().await.map_err(unknown)
    }

    /// Add an account.
    ///
    /// # Errors
    /// [`StoreError::Taken`] inside [`DirectoryError::Down`] never: a taken name is `Ok(false)`.
    pub async fn add(
        &self,
        account: &NewAccount<'_>,
        password: &NewPassword,
    ) -> Result<bool, DirectoryError> {
        let hash = self.hasher.hash(password.nfc().as_bytes(), &mut Os).await?;
        let id: keymend_core::id::Id<keymend_core::id::Account> =
            keymend_core::id::Id::random(&mut Os);
        let groups = serde_json::to_string(account.groups).unwrap_or_else(|_| "[]".to_owned());
        let mut tx = self.store.begin().await?;
        let added = tx
            .add_local(&NewLocal {
                id: id.as_str(),
                name: account.name,
                display_name: account.display_name,
                password: &hash.to_phc(),
                groups: &groups,
                must_change: account.must_change,
            })
            .await;
        match added {
            Ok(()) => {
                tx.commit().await?;
                Ok(true)
            }
            Err(StoreError::Taken) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Set a password as an administrator. History holds here too.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn set_password(
        &self,
        row: &LocalRow,
        new: &NewPassword,
        must_change: bool,
    ) -> Result<(), DirectoryError> {
        let prepared = self.hashed(row.clone(), new).await?;
        self.store_it(prepared, "", must_change).await
    }
}

/// A commit that failed may still have happened: the connection can break after the server wrote.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` wants"
)]
fn unknown(error: StoreError) -> DirectoryError {
    DirectoryError::Unknown(error.to_string())
}

fn entry(row: &LocalRow) -> Entry {
    let groups: Vec<String> = serde_json::from_str(&row.groups).unwrap_or_default();
    Entry {
        subject: row.id.clone(),
        name: row.name.clone(),
        display_name: row.display_name.clone(),
        enabled: row.enabled,
        must_change: row.must_change,
        protected: groups.iter().any(|group| group == ADMINISTRATORS),
        place: String::new(),
        hints: Hints::default(),
    }
}
