//! Claim codes: made by a command for somebody who has nothing yet, used once at the sign-in page.
//!
//! Begin with [`App::claim`]. Whoever is named and whatever is typed, it asks the same and takes as long: only a right
//! code learns more.

use std::time::Duration;

use keymend_core::claim::{ClaimCode, NoClaim, Standing};
use keymend_core::id::Id;
use keymend_core::name::Choice;
use keymend_core::registration::Visit;
use keymend_core::secret::{CodeDigest, Token};
use keymend_core::time::Timestamp;

use super::limits::Client;
use super::session::{Entering, Place, Tongue};
use super::{App, AppError};
use crate::chance::Os;
use crate::directories::Found;
use crate::store::accounts::AccountRow;
use crate::store::audit::Event;
use crate::store::claims::ClaimRow;
use crate::store::{StoreError, Tx};

/// Two codes of the same look-up part are rare, however many are out; never so often in a row.
const DRAWS: u32 = 5;

/// What a claim came to.
pub enum Claimed {
    /// The session's token.
    In(Token),
    /// The right code of an account that has no use for one.
    Closed(NoClaim),
    /// One answer to a wrong name, a wrong code, one that was used, and one that is over.
    Out,
}

/// A code was made.
pub struct Made {
    /// Shown once.
    pub code: ClaimCode,
    /// Good until then.
    pub expires: Timestamp,
    /// There was another one, which is void.
    pub replaced: bool,
}

impl App {
    /// Use a code.
    ///
    /// # Errors
    /// [`AppError::TooMany`], [`AppError::Busy`].
    pub async fn claim(
        &self,
        name: &Choice,
        code: &ClaimCode,
        client: &Client,
        (browser, tongue): (&str, Tongue),
    ) -> Result<Claimed, AppError> {
        let now = self.now();
        let counting = self.counting(name, client);
        let (clients, names) = counting.hits(&self.policy.limits);
        let mut tx = self.store.begin().await?;
        let counted = self.count_in_turn(&mut tx, [&clients, &names], now).await?;
        tx.commit().await?;
        counted?;
        let found = self.directories.look(name).await.decided()?;
        let seen = found.as_ref().map(|found| (found.directory, &found.entry));
        let before = self.epoch(seen).await?;
        let right = self.right_claim(
            seen.map(|(of, entry)| (of, entry.subject.as_str())),
            code,
            now,
        );
        let right = right.await?;
        let source = client.0.to_string();
        let Some((found, row)) = found.zip(right) else {
            self.refused(&source, "claim", now).await?;
            return Ok(Claimed::Out);
        };
        let protected = self.is_protected(&found).await?;
        let mut visit = Visit::begin(Id::random(&mut Os), now);
        visit.claimed = true;
        let placed = self.placed(&found, Some(protected)).await;
        let entering = Entering {
            found,
            before,
            placed,
            visit,
            place: Place {
                browser,
                source: &source,
                tongue,
            },
            by: if protected {
                "claim protected"
            } else {
                "claim"
            },
        };
        let mut tx = self.store.begin().await?;
        // Asked when the account is held: it may have finished, or been frozen, since.
        let used = tx.use_claim(&row).await?;
        let token = self.enter(&mut tx, &entering, now).await?;
        let Some(token) = token.filter(|_| used) else {
            drop(tx);
            self.refused(&source, "claim", now).await?;
            return Ok(Claimed::Out);
        };
        let standing = self.claims_of(&mut tx, &entering.found, protected).await?;
        if let Err(why) = standing.allows() {
            drop(tx);
            self.refused(&source, why.word(), now).await?;
            return Ok(Claimed::Closed(why));
        }
        let hits = [clients.as_slice(), &names].concat();
        self.take_back(&mut tx, &hits, now).await?;
        tx.commit().await?;
        Ok(Claimed::In(token))
    }

    /// The claim that this code opens for this person. The same work for everybody.
    async fn right_claim(
        &self,
        who: Option<(&str, &str)>,
        code: &ClaimCode,
        now: Timestamp,
    ) -> Result<Option<ClaimRow>, AppError> {
        let mut tx = self.store.read().await?;
        let row = tx.claim_by(code.lookup(), now).await?;
        drop(tx);
        let (directory, subject) = who.unwrap_or_default();
        let digest = code.digest(&self.keys.codes, directory, subject);
        let stored = match &row {
            Some(row) => row.digest()?,
            None => CodeDigest::nobodys(),
        };
        let right = digest.matches(&stored) && who.is_some();
        Ok(row.filter(|_| right))
    }

    async fn claims_of(
        &self,
        tx: &mut Tx,
        found: &Found<'_>,
        protected: bool,
    ) -> Result<Standing, AppError> {
        let account = tx.account_of(found.directory, &found.entry.subject).await?;
        let registered = match &account {
            Some(account) => !tx.methods(&account.id()?, &self.keys).await?.is_empty(),
            None => false,
        };
        Ok(Standing {
            enabled: found.entry.enabled,
            frozen: account.as_ref().is_some_and(AccountRow::frozen),
            finished: account.as_ref().is_some_and(AccountRow::finished),
            registered,
            by_provider: protected && self.providers.keeps_protected(),
        })
    }

    /// Make a code for somebody; an older one is void. `start_over`: what was registered and not finished is removed, and
    /// its sessions end, since whoever had the code before may not be who it was for. The inner result: there is none for
    /// this account.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn make_claim(
        &self,
        found: &Found<'_>,
        life: Duration,
        start_over: bool,
    ) -> Result<Result<Made, NoClaim>, AppError> {
        let now = self.now();
        let protected = self.is_protected(found).await?;
        let (directory, entry) = (found.directory, &found.entry);
        let expires = now.plus(life);
        for _ in 0..DRAWS {
            let code = ClaimCode::random(&mut Os);
            let mut tx = self.store.begin().await?;
            if start_over {
                self.forget_begun(&mut tx, found, now).await?;
            }
            if let Err(why) = self.claims_of(&mut tx, found, protected).await?.allows() {
                return Ok(Err(why));
            }
            let replaced = tx.revoke_claim(directory, &entry.subject).await?;
            let digest = code.digest(&self.keys.codes, directory, &entry.subject);
            let whose = [directory, &entry.subject, &entry.name];
            let row = ClaimRow::new(whose, code.lookup(), digest, [now, expires]);
            match tx.make_claim(&row).await {
                Err(StoreError::Taken) => continue,
                made => made?,
            }
            self.record_claim(&mut tx, "claim.made", found, protected, now)
                .await?;
            tx.commit().await?;
            return Ok(Ok(Made {
                code,
                expires,
                replaced,
            }));
        }
        Err(AppError::Moved)
    }

    /// Remove what somebody registered who never finished, and end their sessions.
    async fn forget_begun(
        &self,
        tx: &mut Tx,
        found: &Found<'_>,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let account = tx.account_of(found.directory, &found.entry.subject).await?;
        let Some(account) = account.filter(|account| !account.finished()) else {
            return Ok(());
        };
        let id = account.id()?;
        tx.drop_methods(&id).await?;
        tx.record_bindings(&id, "command", now).await?;
        tx.end_sessions(&id, "").await?;
        tx.end_flows(&id, "").await?;
        Ok(())
    }

    /// Void the code of somebody. False when there is none.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn revoke_claim(&self, found: &Found<'_>) -> Result<bool, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let revoked = tx
            .revoke_claim(found.directory, &found.entry.subject)
            .await?;
        if revoked {
            self.record_claim(&mut tx, "claim.revoked", found, false, now)
                .await?;
        }
        tx.commit().await?;
        Ok(revoked)
    }

    async fn record_claim(
        &self,
        tx: &mut Tx,
        name: &'static str,
        found: &Found<'_>,
        protected: bool,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let account = tx.account_of(found.directory, &found.entry.subject).await?;
        let account = account.map(|account| account.id()).transpose()?;
        let noted = if protected { " protected" } else { "" };
        let detail = format!("{}{noted}", found.entry.name);
        let event = Event {
            name,
            account: account.as_ref(),
            flow: None,
            source: "command",
            detail: &detail,
        };
        tx.record(&event, now).await?;
        Ok(())
    }
}
