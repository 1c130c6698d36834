//! The write to the directory: before, after, and what a crash left open.
//!
//! `Applying` is committed before the directory is asked and settled afterwards. The password is
//! in memory only between the two, so a crash is settled by asking the directory what it did.

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::password::{NewPassword, PasswordFault};
use keymend_core::policy::Belonging;
use keymend_core::refusal::Refusal;
use keymend_core::reset::{Ask, Goal, Outcome, State, Subject};
use keymend_core::secret::Token;
use keymend_core::throttle::Limit;
use keymend_core::time::Timestamp;

use super::limits::{Client, Hit, for_each, method};
use super::password::Known;
use super::reset::Standing;
use super::{App, AppError};
use crate::deliver::job::Happened;
use crate::directory::{Directory, DirectoryError, Entry, Prepared, Protection};
use crate::store::evidence::goal_name;
use crate::store::{StoreError, Tx};

/// A write that is older than this was cut off.
pub const CUT_OFF: Duration = Duration::from_secs(30);

/// What came of a submit.
pub enum Submitted {
    /// Done. The cookie still shows the last page, and nothing else.
    Done(Option<Token>),
    /// The rules, ours or the directory's, refuse the password; the proof is kept.
    Faults(Option<Token>, Vec<PasswordFault>),
    /// The directory does not answer; nothing was written, the proof is kept.
    DirectoryDown(Option<Token>),
    /// The directory does not let us write this account; nothing was written, the proof is kept.
    NotAllowed(Option<Token>),
    /// The directory was asked and did not say what it did; a sweep will find out.
    Unknown(Option<Token>),
}

/// An entry, looked at once more before something is written to it.
struct Seen {
    entry: Entry,
    protection: Protection,
    belonging: Belonging,
}

impl App {
    /// Set the new password of a flow that has its proofs.
    ///
    /// # Errors
    /// [`AppError::Refused`], [`AppError::Gone`], [`AppError::Busy`].
    pub async fn submit_password(
        &self,
        cookie: &Token,
        new: &NewPassword,
        client: &Client,
    ) -> Result<Submitted, AppError> {
        let standing = self.standing(cookie).await?;
        let State::Proven { goal: Goal::Reset } = standing.row.flow.state else {
            return self.not_now(cookie, client).await;
        };
        let seen = match self.examine(&standing).await {
            Ok(seen) => seen,
            Err(error) => return Ok(self.away(&standing, &error)),
        };
        let known = Known {
            sign_in: &standing.row.name,
            display_name: seen.as_ref().map(|seen| seen.entry.display_name.as_str()),
        };
        let asked = self.rules_of(&standing).await;
        let faults = self.password_faults(new, &asked, known);
        if !faults.is_empty() {
            return Ok(Submitted::Faults(None, faults));
        }
        // Hashed, and held against history, before the intent is written: between intent and outcome
        // stands nothing that takes its time. Each try is counted, or history could be asked for ever.
        let id = standing.row.flow.id.as_str();
        let submits = Limit {
            most: self.policy.reset.password_submits,
            window: self.policy.reset.life,
        };
        let hit = Hit {
            which: "password-submits",
            whose: id,
            limit: submits,
        };
        let mut tx = self.store.begin().await?;
        let counted = self.count(&mut tx, &[hit], self.now()).await?;
        tx.commit().await?;
        counted?;
        let subject = seen.as_ref().map_or("", |seen| seen.entry.subject.as_str());
        let prepared = match self.home_of(&standing) {
            Ok(directory) => directory.prepare(subject, new).await,
            Err(gone) => Err(gone),
        };
        match prepared {
            Ok(prepared) => {
                let said = self.write(cookie, seen, Some(prepared), client).await?;
                Ok(match said {
                    Submitted::Faults(cookie, faults) => {
                        let explain = |fault| self.explained(fault, &asked);
                        Submitted::Faults(cookie, faults.into_iter().map(explain).collect())
                    }
                    other => other,
                })
            }
            Err(DirectoryError::Rejected(fault)) => Ok(Submitted::Faults(None, vec![fault])),
            // Disabled or gone meanwhile: the rules say so, and close the flow.
            Err(DirectoryError::NotAllowed) => self.write(cookie, None, None, client).await,
            Err(error) => Ok(self.away(&standing, &error)),
        }
    }

    /// Unlock the account of a flow that has its proofs.
    ///
    /// # Errors
    /// [`AppError::Refused`], [`AppError::TooMany`], [`AppError::Gone`], [`AppError::Busy`].
    pub async fn submit_unlock(
        &self,
        cookie: &Token,
        client: &Client,
    ) -> Result<Submitted, AppError> {
        let standing = self.standing(cookie).await?;
        let State::Proven { goal: Goal::Unlock } = standing.row.flow.state else {
            return self.not_now(cookie, client).await;
        };
        let seen = match self.examine(&standing).await {
            Ok(seen) => seen,
            Err(error) => return Ok(self.away(&standing, &error)),
        };
        let limit = self.policy.limits.unlocks;
        let hits = for_each(&standing.row.name_keys, "unlocks", limit);
        let mut tx = self.store.begin().await?;
        let counted = self.count(&mut tx, &hits, self.now()).await?;
        tx.commit().await?;
        counted?;
        self.write(cookie, seen, None, client).await
    }

    /// Somebody skipped a step: refused by the rules, and in the audit log.
    async fn not_now(&self, cookie: &Token, client: &Client) -> Result<Submitted, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let standing = self.load(&mut tx, cookie).await?;
        let id = &standing.row.flow.id;
        let account = standing.row.account();
        self.note(
            &mut tx,
            "reset.illegal-step",
            id,
            account,
            client,
            "submit",
            now,
        )
        .await?;
        tx.commit().await?;
        Err(AppError::Refused(Refusal::NotNow))
    }

    /// The person's name, where the directory says it.
    pub async fn display_name_of(&self, standing: &Standing) -> Option<String> {
        let entry = self.entry_of(standing).await.ok()??;
        Some(entry.display_name)
    }

    /// The entry as it is now, whom a right proof has named.
    async fn entry_of(&self, standing: &Standing) -> Result<Option<Entry>, DirectoryError> {
        match &standing.row.owner {
            Some(owner) => {
                self.directories
                    .entry(&owner.directory, &owner.subject)
                    .await
            }
            None => Ok(None),
        }
    }

    /// The same, with how the directory protects it.
    async fn examine(&self, standing: &Standing) -> Result<Option<Seen>, DirectoryError> {
        let Some(entry) = self.entry_of(standing).await? else {
            return Ok(None);
        };
        let protection = self.home_of(standing)?.protection(&entry).await?;
        let belonging = self.belonging(standing.row.directory(), &entry).await?;
        Ok(Some(Seen {
            entry,
            protection,
            belonging,
        }))
    }

    /// Nothing was asked of the directory that could have changed anything.
    fn away(&self, standing: &Standing, error: &DirectoryError) -> Submitted {
        let directory = standing.row.directory();
        tracing::error!(%error, directory, "the directory cannot be asked");
        self.metrics.directory_down(directory);
        Submitted::DirectoryDown(None)
    }

    /// Where whom a right proof has named lives.
    fn home_of(&self, standing: &Standing) -> Result<&Directory, DirectoryError> {
        match &standing.row.owner {
            Some(owner) => self.directories.of(&owner.directory),
            None => Err(DirectoryError::NotAllowed),
        }
    }

    async fn write(
        &self,
        cookie: &Token,
        seen: Option<Seen>,
        new: Option<Prepared>,
        client: &Client,
    ) -> Result<Submitted, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut standing = self.load(&mut tx, cookie).await?;
        // Checked again at the write: disabled or promoted since the start.
        if let Subject::Known {
            open, privileged, ..
        } = &mut standing.subject
        {
            let protection = seen.as_ref().map(|seen| seen.protection);
            *open = *open
                && seen.as_ref().is_some_and(|seen| seen.entry.enabled)
                && protection != Some(Protection::Refused);
            *privileged = *privileged || protection == Some(Protection::Floor);
        }
        if let Some(seen) = &seen {
            standing.profiles |= self.profiles.of(Some(&seen.belonging)).strictest();
        }
        let done = self
            .decide_and_save(&mut tx, &standing, Ask::Submit, client, now)
            .await?;
        tx.commit().await?;
        done.answer?;
        let cookie = done.cookie;
        let subject = seen.map(|seen| seen.entry.subject).unwrap_or_default();
        let by = standing.row.flow.id.as_str();
        let written = match (self.home_of(&standing), new) {
            (Ok(directory), Some(new)) => directory.write(new, by).await,
            (Ok(directory), None) => directory.unlock(&subject, by, now).await,
            (Err(gone), _) => Err(gone),
        };
        let (outcome, said) = match written {
            Ok(()) => (Outcome::Done, Submitted::Done(cookie)),
            Err(DirectoryError::Rejected(fault)) => {
                (Outcome::Refused, Submitted::Faults(cookie, vec![fault]))
            }
            Err(DirectoryError::Unknown(cause)) => {
                tracing::error!(%cause, flow = by, "the outcome of a write is not known");
                self.note_unknown(&standing, client).await?;
                return Ok(Submitted::Unknown(cookie));
            }
            Err(error @ DirectoryError::NotAllowed) => {
                let directory = standing.row.directory();
                tracing::error!(%error, directory, flow = by, "the directory did not write");
                (Outcome::Refused, Submitted::NotAllowed(cookie))
            }
            Err(error) => {
                let directory = standing.row.directory();
                tracing::error!(%error, directory, flow = by, "the directory did not write");
                self.metrics.directory_down(directory);
                (Outcome::Refused, Submitted::DirectoryDown(cookie))
            }
        };
        self.settle(&standing.row.flow.id, outcome, client).await?;
        Ok(said)
    }

    /// In the audit log until the sweep has found out, and after.
    async fn note_unknown(&self, standing: &Standing, client: &Client) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let (id, account) = (&standing.row.flow.id, standing.row.account());
        let name = "reset.write-unknown";
        self.note(&mut tx, name, id, account, client, "", self.now())
            .await?;
        Ok(tx.commit().await?)
    }

    async fn settle(
        &self,
        flow: &Id<id::Flow>,
        outcome: Outcome,
        client: &Client,
    ) -> Result<(), AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = tx.flow(flow, &self.keys).await?.ok_or(AppError::Gone)?;
        let standing = self.standing_of(&mut tx, row).await?;
        let done = self
            .decide_and_save(&mut tx, &standing, Ask::Settle(outcome), client, now)
            .await?;
        let word = match outcome {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
        };
        if done.answer.is_ok() {
            tx.settle_write(flow, word, now).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        done.answer?;
        Ok(())
    }

    /// Settle what a crash, or a silent directory, left in the middle of a write. One that cannot be
    /// settled stands in nobody's way.
    pub async fn settle_cut_off(&self) {
        let flows = async { self.store.read().await?.flows_applying().await };
        let flows = flows.await.unwrap_or_else(|error| {
            tracing::error!(%error, "writes that were cut off cannot be looked for");
            Vec::new()
        });
        for id in flows {
            match self.settle_one(&id).await {
                Ok(()) | Err(AppError::Moved | AppError::Gone | AppError::Refused(_)) => {}
                Err(error) => tracing::error!(%error, flow = %id, "a write cannot be settled"),
            }
        }
    }

    async fn settle_one(&self, id: &Id<id::Flow>) -> Result<(), AppError> {
        let mut tx = self.store.read().await?;
        let row = tx.flow(id, &self.keys).await?.ok_or(AppError::Gone)?;
        let standing = self.standing_of(&mut tx, row).await?;
        drop(tx);
        let State::Applying { goal, since } = standing.row.flow.state else {
            return Ok(());
        };
        if self.now() < since.plus(CUT_OFF) {
            return Ok(());
        }
        let wrote = match self.entry_of(&standing).await? {
            Some(entry) => {
                self.home_of(&standing)?
                    .wrote(&entry.subject, id.as_str(), goal, since)
                    .await?
            }
            None => false,
        };
        let (outcome, found) = if wrote {
            (Outcome::Done, "written")
        } else {
            (Outcome::Refused, "not-written")
        };
        tracing::warn!(flow = %id, wrote, "a write that was cut off is settled");
        let here = Client(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
        self.settle(id, outcome, &here).await?;
        let mut tx = self.store.begin().await?;
        let (name, account) = ("reset.write-verified", standing.row.account());
        self.note(&mut tx, name, id, account, &here, found, self.now())
            .await?;
        Ok(tx.commit().await?)
    }

    /// Full success: notices, and the end of every other flow, code and session of the account.
    pub(super) async fn finish(
        &self,
        tx: &mut Tx,
        standing: &Standing,
        goal: Goal,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = &standing.row;
        let Some(account) = row.account() else {
            return Ok(());
        };
        tx.end_flows(account, row.flow.id.as_str()).await?;
        tx.end_sessions(account, "").await?;
        for used in &standing.evidence {
            self.forgive_method(tx, &self.mine(row), used.kind).await?;
        }
        let happened = match goal {
            Goal::Reset => Happened::Reset,
            Goal::Unlock => Happened::Unlock,
        };
        self.notify(tx, account, happened, None, Vec::new(), now)
            .await?;
        self.metrics.finished(goal_name(goal));
        let event = match goal {
            Goal::Reset => "reset.done",
            Goal::Unlock => "unlock.done",
        };
        self.note(tx, event, &row.flow.id, Some(account), client, "", now)
            .await
    }

    async fn forgive_method(
        &self,
        tx: &mut Tx,
        name_key: &str,
        kind: Kind,
    ) -> Result<(), StoreError> {
        let whose = method(name_key, kind);
        self.forgive(tx, super::limits::WRONG, &whose).await?;
        if kind == Kind::Questions {
            self.forgive(tx, super::limits::SETS, name_key).await?;
        }
        Ok(())
    }
}
