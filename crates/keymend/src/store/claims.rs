//! Claim codes: one for each person at most, as a keyed digest.

use keymend_core::secret::CodeDigest;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx};

const MAKE: &str = "INSERT INTO claims (directory, subject, name, lookup, digest, made, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const BY_LOOKUP: &str = "SELECT directory, subject, name, lookup, digest, made, expires FROM claims WHERE lookup = $1 AND expires > $2";
const USE: &str = "DELETE FROM claims WHERE lookup = $1 AND digest = $2";
const REVOKE: &str = "DELETE FROM claims WHERE directory = $1 AND subject = $2";
const LIVE: &str = "SELECT directory, subject, name, lookup, digest, made, expires FROM claims WHERE expires > $1 ORDER BY expires, lookup";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[MAKE, BY_LOOKUP, USE, REVOKE, LIVE];

/// A claim that is open.
#[derive(Clone, Debug, FromRow)]
pub struct ClaimRow {
    /// The directory that has the person.
    pub directory: String,
    /// The directory's immutable id of the person.
    pub subject: String,
    /// Sign-in name when it was made.
    pub name: String,
    /// The part of the code that is no secret.
    pub lookup: String,
    digest: String,
    made: i64,
    expires: i64,
}

impl ClaimRow {
    /// A new one.
    #[must_use]
    pub fn new(
        [directory, subject, name]: [&str; 3],
        lookup: &str,
        digest: CodeDigest,
        [made, expires]: [Timestamp; 2],
    ) -> Self {
        Self {
            directory: directory.to_owned(),
            subject: subject.to_owned(),
            name: name.to_owned(),
            lookup: lookup.to_owned(),
            digest: digest.into(),
            made: made.as_millis(),
            expires: expires.as_millis(),
        }
    }

    /// The code.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn digest(&self) -> Result<CodeDigest, StoreError> {
        let digest = CodeDigest::try_from(self.digest.clone());
        digest.map_err(|what| StoreError::Corrupt(format!("claim {}: {what}", self.lookup)))
    }

    /// When it was made.
    #[must_use]
    pub fn made(&self) -> Timestamp {
        Timestamp::from_millis(self.made)
    }

    /// Good until then.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        Timestamp::from_millis(self.expires)
    }
}

impl Tx {
    /// Keep a new claim.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the person has one, or another one has the same look-up part; [`StoreError::Down`].
    pub async fn make_claim(&mut self, claim: &ClaimRow) -> Result<(), StoreError> {
        on!(self, |c| query(MAKE)
            .bind(claim.directory.as_str())
            .bind(claim.subject.as_str())
            .bind(claim.name.as_str())
            .bind(claim.lookup.as_str())
            .bind(claim.digest.as_str())
            .bind(claim.made)
            .bind(claim.expires)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The claim of a code, while it is good.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn claim_by(
        &mut self,
        lookup: &str,
        now: Timestamp,
    ) -> Result<Option<ClaimRow>, StoreError> {
        Ok(on!(self, |c| query_as(BY_LOOKUP)
            .bind(lookup)
            .bind(now.as_millis())
            .fetch_optional(c)
            .await?))
    }

    /// Use it up, as it was seen. False when somebody was faster, or it is another one by now.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn use_claim(&mut self, claim: &ClaimRow) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(USE)
            .bind(claim.lookup.as_str())
            .bind(claim.digest.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// End the claim of a person. False when there is none.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn revoke_claim(
        &mut self,
        directory: &str,
        subject: &str,
    ) -> Result<bool, StoreError> {
        let rows = on!(self, |c| query(REVOKE)
            .bind(directory)
            .bind(subject)
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// All that are good, the first to expire first.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn claims(&mut self, now: Timestamp) -> Result<Vec<ClaimRow>, StoreError> {
        Ok(on!(self, |c| query_as(LIVE)
            .bind(now.as_millis())
            .fetch_all(c)
            .await?))
    }
}
