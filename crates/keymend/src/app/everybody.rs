//! Everybody who ever signed in, or was registered, and how they stand.
//!
//! Begin with [`Everybody::page`]. Nothing but rows is read, in pages: memory stays as it is however many people there
//! are, and no directory is asked. Where somebody belongs is what the directory said when it was asked last, at a sign-in
//! or a reset. `keymend policy simulate` stands people so under two policies; [`App::count_everybody`] under today's, for
//! the number in `/metrics`.

use std::time::Duration;

use keymend_core::method::Kind;
use keymend_core::policy::{Belonging, Matched, Policy, Profiles};
use keymend_core::readiness::{Assessment, Readiness, assess};
use keymend_core::time::Timestamp;
use serde::Serialize;

use super::App;
use crate::store::people::PersonRow;
use crate::store::{Store, StoreError};

/// People of a page while others are being served: it takes a core for some milliseconds.
const FEW: u32 = 500;
/// Pause after such a page. A million people take a minute, and nobody waits behind them.
const PAUSE: Duration = Duration::from_millis(25);

/// How many stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Count {
    /// Could lose any one thing.
    pub ready: u64,
    /// Could reset.
    pub one_loss: u64,
    /// Could not.
    pub not_ready: u64,
}

impl Count {
    /// One more.
    pub fn add(&mut self, readiness: Readiness) {
        match readiness {
            Readiness::Ready => self.ready += 1,
            Readiness::OneLossFromLockout => self.one_loss += 1,
            Readiness::NotReady => self.not_ready += 1,
        }
    }
}

/// Somebody, as far as the rows say.
pub struct Somebody {
    /// Their row.
    pub row: PersonRow,
    /// Where they belong, where that was ever asked and some policy wants to know it.
    pub belonging: Option<Belonging>,
    held: Vec<(Kind, Timestamp)>,
}

impl Somebody {
    fn of(row: PersonRow, placed: bool) -> Self {
        // What cannot be read is not known.
        let belonging = row.belonging.as_deref().filter(|_| placed);
        Self {
            belonging: belonging.and_then(|text| serde_json::from_str(text).ok()),
            held: row.held().collect(),
            row,
        }
    }

    /// Which profiles are theirs.
    #[must_use]
    pub fn matched(&self, profiles: &Profiles) -> Matched {
        profiles.of(self.belonging.as_ref())
    }

    /// How they stand under a policy.
    #[must_use]
    pub fn stands(&self, policy: &Policy, now: Timestamp) -> Assessment {
        assess(policy, self.row.rank(), self.held.iter().copied(), now)
    }

    /// How they stand today: every profile that may be theirs is, as everywhere until the directory says otherwise.
    #[must_use]
    pub fn stands_today(&self, profiles: &Profiles, now: Timestamp) -> Assessment {
        let bits = self.matched(profiles).strictest();
        self.stands(profiles.policy(bits), now)
    }
}

/// Goes through everybody.
pub struct Everybody<'a> {
    store: &'a Store,
    directories: &'a [&'a str],
    placed: bool,
    behind: String,
    /// Left out so far: their directory is not configured.
    pub left_out: u64,
}

impl<'a> Everybody<'a> {
    /// From the first on. `directories` are those that are configured, `policies` what people will be stood under.
    #[must_use]
    pub fn new(store: &'a Store, directories: &'a [&'a str], policies: &[&Profiles]) -> Self {
        Self {
            store,
            directories,
            placed: policies.iter().any(|policy| !policy.all().is_empty()),
            behind: String::new(),
            left_out: 0,
        }
    }

    /// The next people, `most` at once, without those who are left out; `None` behind the last.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn page(&mut self, most: u32) -> Result<Option<Vec<Somebody>>, StoreError> {
        let mut tx = self.store.read().await?;
        let rows = tx.people_behind(&self.behind, most).await?;
        drop(tx);
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        self.behind.clone_from(&last.id);
        let all = rows.len();
        let rows = rows
            .into_iter()
            .filter(|row| self.directories.contains(&row.directory.as_str()));
        let people: Vec<_> = rows.map(|row| Somebody::of(row, self.placed)).collect();
        self.left_out += u64::try_from(all - people.len()).unwrap_or(0);
        Ok(Some(people))
    }
}

/// How many stand how under a policy, and how many are left out. Nobody who is served meanwhile waits behind it.
async fn count(
    store: &Store,
    profiles: &Profiles,
    directories: &[&str],
    now: Timestamp,
) -> Result<(Count, u64), StoreError> {
    let mut everybody = Everybody::new(store, directories, &[profiles]);
    let mut count = Count::default();
    while let Some(people) = everybody.page(FEW).await? {
        for somebody in &people {
            count.add(somebody.stands_today(profiles, now).readiness);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok((count, everybody.left_out))
}

impl App {
    /// Count how everybody stands under today's policy, for operators. It takes its time.
    ///
    /// # Errors
    /// [`StoreError::Down`]; then the numbers stay as they were.
    pub async fn count_everybody(&self) -> Result<(), StoreError> {
        let members = self.directories.members();
        let directories: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
        let counted = count(&self.store, &self.profiles, &directories, self.now());
        let (count, left_out) = counted.await?;
        for (readiness, people) in [
            (Readiness::Ready, count.ready),
            (Readiness::OneLossFromLockout, count.one_loss),
            (Readiness::NotReady, count.not_ready),
        ] {
            self.metrics.accounts(readiness.as_str(), people);
        }
        self.metrics.accounts("left-out", left_out);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
