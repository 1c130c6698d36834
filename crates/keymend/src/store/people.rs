//! Everybody, in pages, with what the assessment of readiness needs: nothing is unsealed.

use keymend_core::method::Kind;
use keymend_core::readiness::Rank;
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query_as};

use super::{StoreError, Tx};

/// In the order of their ids, behind one of them. One row for each person, since fetching a row takes time.
const PAGE: &str = "SELECT id, directory, name, frozen, privileged, belonging, belonging_at, \
     (SELECT STRING_AGG(kind || ' ' || usable_from, ',') FROM methods WHERE methods.account = accounts.id \
     AND (kind <> 'codes' OR EXISTS (SELECT 1 FROM recovery_codes WHERE method = methods.id AND used IS NULL))) AS held \
     FROM accounts WHERE id > $1 ORDER BY id LIMIT $2";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[PAGE];

/// Somebody, as readiness sees them.
#[derive(Clone, Debug, FromRow)]
pub struct PersonRow {
    /// The account.
    pub id: String,
    /// The directory that has the entry.
    pub directory: String,
    /// Sign-in name when last seen.
    pub name: String,
    frozen: Option<i64>,
    privileged: bool,
    /// Where the directory said that the person belongs, as JSON.
    pub belonging: Option<String>,
    belonging_at: Option<i64>,
    held: Option<String>,
}

impl PersonRow {
    /// Rank and freeze.
    #[must_use]
    pub fn rank(&self) -> Rank {
        Rank {
            privileged: self.privileged,
            frozen: self.frozen.is_some(),
        }
    }

    /// When the directory was asked where the person belongs.
    #[must_use]
    pub fn placed_at(&self) -> Option<Timestamp> {
        self.belonging_at.map(Timestamp::from_millis)
    }

    /// What is registered, each with the time from which on it serves.
    pub fn held(&self) -> impl Iterator<Item = (Kind, Timestamp)> + Clone + '_ {
        let each = self.held.iter().flat_map(|held| held.split(','));
        each.filter_map(|one| {
            let (kind, from) = one.split_once(' ')?;
            let from = Timestamp::from_millis(from.parse().ok()?);
            Some((Kind::parse(kind)?, from))
        })
    }
}

impl Tx {
    /// The next people behind an account, `most` of them.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn people_behind(
        &mut self,
        behind: &str,
        most: u32,
    ) -> Result<Vec<PersonRow>, StoreError> {
        Ok(on!(self, |c| query_as(PAGE)
            .bind(behind)
            .bind(i64::from(most))
            .fetch_all(c)
            .await?))
    }
}
