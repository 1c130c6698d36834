//! The rules of a new password, and changing it while signed in.

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::passphrase;
use keymend_core::password::{DirectoryRules, NewPassword, PasswordContext, PasswordFault};
use keymend_core::secret::Token;

use super::limits::{Client, Hit};
use super::reset::Standing;
use super::session::Person;
use super::settle::CUT_OFF;
use super::{App, AppError};
use crate::chance::Os;
use crate::deliver::job::{Happened, Job};
use crate::directory::DirectoryError;
use crate::store::accounts::AccountRow;
use crate::store::audit::Event;
use crate::store::outbox::Ended;
use crate::store::{StoreError, Tx};

/// Longest wait for the directory's rules: the page can do without them.
const RULES_WAIT: Duration = Duration::from_secs(3);

/// What is known of the person who chooses a password.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Sign-in name.
    pub sign_in: &'a str,
    /// The person's name, where the directory was asked for it.
    pub display_name: Option<&'a str>,
}

impl Known<'_> {
    fn names(&self) -> Vec<&str> {
        let names = self.display_name.into_iter();
        names.flat_map(str::split_whitespace).collect()
    }
}

/// What came of a change.
pub enum Changed {
    /// Done; the session has a new token, all others ended.
    Done(Token),
    /// The current password is not right.
    WrongCurrent,
    /// The rules refuse the new one.
    Faults(Vec<PasswordFault>),
    /// The directory does not answer; nothing was written.
    DirectoryDown,
    /// The directory does not let this person's password be written.
    NotAllowed,
    /// The directory was asked and did not say what it did; the worker will find out, and tell.
    Unknown,
}

impl App {
    /// Every rule that a new password breaks, ours and those of the directory that are known.
    #[must_use]
    pub fn password_faults(
        &self,
        new: &NewPassword,
        directory: &DirectoryRules,
        person: Known<'_>,
    ) -> Vec<PasswordFault> {
        let names = person.names();
        let context = self.password_context(&names, person);
        self.rules
            .faults_with(directory, new, &context, self.common)
    }

    /// A passphrase that meets all the rules; `None` where there is hardly one.
    #[must_use]
    pub fn suggestion(&self, directory: &DirectoryRules, person: Known<'_>) -> Option<NewPassword> {
        let names = person.names();
        let context = self.password_context(&names, person);
        passphrase::suggest_for(&mut Os, &self.rules, directory, &context, self.common)
    }

    fn password_context<'a>(
        &'a self,
        names: &'a [&'a str],
        person: Known<'a>,
    ) -> PasswordContext<'a> {
        PasswordContext {
            organisation: &self.site.organisation,
            names,
            sign_in: person.sign_in,
        }
    }

    /// What the directory asks of a new password of somebody who is proven or signed in. Where it does not say, the
    /// page does without: a reset never fails for it.
    pub async fn directory_rules(&self, home: &str, subject: &str) -> DirectoryRules {
        let asked = async { self.directories.of(home)?.rules(subject).await };
        let fault = match tokio::time::timeout(RULES_WAIT, asked).await {
            Ok(Ok(rules)) => return rules,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(%fault, "the directory's rules for passwords are not known now");
        DirectoryRules::unknown()
    }

    /// As [`App::directory_rules`], for somebody signed in.
    pub async fn rules_for(&self, account: &AccountRow) -> DirectoryRules {
        self.directory_rules(&account.directory, &account.subject)
            .await
    }

    /// As [`App::directory_rules`], for somebody whom a right proof has named.
    pub async fn rules_of(&self, standing: &Standing) -> DirectoryRules {
        match &standing.row.owner {
            Some(owner) => self.directory_rules(&owner.directory, &owner.subject).await,
            None => DirectoryRules::default(),
        }
    }

    /// What the directory said, with what is known beside it: from when on a password may be changed again.
    pub fn explained(&self, fault: PasswordFault, asked: &DirectoryRules) -> PasswordFault {
        // Active Directory counts age among the rules of which it does not say which.
        if !matches!(fault, PasswordFault::TooSoon | PasswordFault::OneOfThese) {
            return fault;
        }
        match asked.open_from {
            Some(until) if until > self.now() => PasswordFault::TooSoonUntil { until },
            _ => fault,
        }
    }

    /// Change the password of somebody signed in, who knows the old one.
    ///
    /// # Errors
    /// [`AppError::TooMany`], [`AppError::Busy`].
    pub async fn change_password(
        &self,
        person: &Person,
        current: &NewPassword,
        new: &NewPassword,
        client: &Client,
    ) -> Result<Changed, AppError> {
        let now = self.now();
        let account = &person.session.account;
        let subject = &person.account.subject;
        let home = &person.account.directory;
        let entry = match self.directories.entry(home, subject).await {
            Ok(entry) => entry.ok_or(AppError::Gone)?,
            Err(error) => return Ok(self.not_changed(home, &error)),
        };
        let known = Known {
            sign_in: &entry.name,
            display_name: Some(&entry.display_name),
        };
        let asked = self.directory_rules(home, subject).await;
        let faults = self.password_faults(new, &asked, known);
        if !faults.is_empty() {
            return Ok(Changed::Faults(faults));
        }
        // The same bucket as sign-ins: a session must not be a place to guess passwords.
        let name_key = self.name_key(home, &entry.name);
        let hit = Hit {
            which: "sign-ins",
            whose: &name_key,
            limit: self.policy.limits.wrong_sign_ins,
        };
        let mut tx = self.store.begin().await?;
        if let Err(refused) = self.count(&mut tx, &[hit], now).await? {
            tx.commit().await?;
            return Err(refused);
        }
        // Written down before the directory is asked: whatever becomes of this request, the change is told.
        let by = Id::<id::Job>::random(&mut Os);
        let pending = Job::Changed {
            account: account.clone(),
            subject: subject.clone(),
            by: by.as_str().to_owned(),
            since: now,
        };
        let pending = tx
            .queue_for(&pending, now.plus(CUT_OFF), now, &self.keys)
            .await?;
        tx.commit().await?;
        let by = by.as_str();
        let directory = self.directories.of(home)?;
        let changed = match directory.change(subject, current, new, by, now).await {
            Err(error @ DirectoryError::Unknown(_)) => {
                tracing::error!(%error, by, "the outcome of a change is not known");
                return Ok(Changed::Unknown);
            }
            other => other,
        };
        let token = Token::random(&mut Os);
        let session = &person.session.visit.id;
        let mut tx = self.store.begin().await?;
        // Whoever ends the job tells: this request, or the worker if this one took too long.
        let ours = tx.settle(&pending, Ended::Done, "", now).await?;
        if changed.is_ok() && ours {
            self.take_back(&mut tx, &[hit], now).await?;
            let source = client.0.to_string();
            self.changed(&mut tx, account, session.as_str(), &source)
                .await?;
            tx.free_session(session, &token.digest()).await?;
        }
        tx.commit().await?;
        match changed {
            Ok(()) if ours => {
                self.wake.notify_one();
                Ok(Changed::Done(token))
            }
            // Changed and told, and this session ended with the others.
            Ok(()) => Err(AppError::Gone),
            Err(DirectoryError::WrongPassword) => {
                self.note_wrong(person, client).await?;
                Ok(Changed::WrongCurrent)
            }
            Err(DirectoryError::Rejected(fault)) => {
                Ok(Changed::Faults(vec![self.explained(fault, &asked)]))
            }
            Err(error) => Ok(self.not_changed(home, &error)),
        }
    }

    /// The directory gave no word about the password itself.
    fn not_changed(&self, directory: &str, error: &DirectoryError) -> Changed {
        tracing::error!(%error, directory, "the directory did not change a password");
        if matches!(error, DirectoryError::NotAllowed) {
            return Changed::NotAllowed;
        }
        self.metrics.directory_down(directory);
        Changed::DirectoryDown
    }

    /// A password was changed by its owner: in the log, and [`App::end_and_tell`].
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn changed(
        &self,
        tx: &mut Tx,
        account: &Id<id::Account>,
        but: &str,
        source: &str,
    ) -> Result<(), StoreError> {
        self.end_and_tell(tx, account, but).await?;
        let event = Event {
            name: "password.changed",
            account: Some(account),
            flow: None,
            source,
            detail: "",
        };
        tx.record(&event, self.now()).await
    }

    /// After a password changed: the other sessions and every flow end, and everybody is told.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn end_and_tell(
        &self,
        tx: &mut Tx,
        account: &Id<id::Account>,
        but: &str,
    ) -> Result<(), StoreError> {
        tx.end_flows(account, "").await?;
        tx.end_sessions(account, but).await?;
        let now = self.now();
        self.notify(tx, account, Happened::Changed, None, Vec::new(), now)
            .await
    }

    async fn note_wrong(&self, person: &Person, client: &Client) -> Result<(), StoreError> {
        let source = client.0.to_string();
        let event = Event {
            name: "password.refused",
            account: Some(&person.session.account),
            flow: None,
            source: &source,
            detail: "current",
        };
        let mut tx = self.store.begin().await?;
        tx.record(&event, self.now()).await?;
        tx.commit().await
    }
}
