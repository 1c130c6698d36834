//! Limits about a method of a name: proofs that are offered of it, and codes that are asked for.
//!
//! Begin with [`App::count_proof`].

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::throttle::wait_after;
use keymend_core::time::Timestamp;

use super::{Client, Hit, for_each};
use crate::app::{App, AppError};
use crate::store::throttles::MOST;
use crate::store::{StoreError, Tx};

const HOUR: Duration = Duration::from_hours(1);
/// A hundred years.
const FOR_LIFE: Duration = Duration::from_hours(24 * 36_525);
/// Wrong proofs in a row of a method.
const WORN: &str = "wrong-for-life";
/// Wrong proofs for a name and method.
pub(in crate::app) const WRONG: &str = "wrong-per-method";
/// Sets of answers for a name.
pub(in crate::app) const SETS: &str = "question-sets";
const WRONG_ADDRESS: &str = "wrong-per-address";
const WRONG_SITE: &str = "wrong-per-site";
const WRONG_EVERYWHERE: &str = "wrong-everywhere";
const PAUSE: &str = "pause";
const SENDS_HOUR: &str = "sends-hour";
const SENDS_DAY: &str = "sends-day";

/// A proof that somebody offers.
pub struct Proof<'a> {
    /// Keyed indexes of the canonical sign-in name, one for each directory that may be meant.
    pub names: &'a [String],
    /// By which method.
    pub kind: Kind,
    /// Who offers it.
    pub client: &'a Client,
}

impl Proof<'_> {
    /// Whose tries are counted; nobody's where there is nothing to guess.
    fn methods(&self) -> Vec<String> {
        if self.kind.is_guessable() {
            methods(self.names, self.kind)
        } else {
            Vec::new()
        }
    }
}

impl App {
    /// Must this name and method wait after wrong proofs (LIM-5)? Asked before a try is counted, so
    /// that waiting costs none.
    ///
    /// # Errors
    /// [`AppError::TooMany`], [`AppError::Busy`].
    pub async fn waited(
        &self,
        tx: &mut Tx,
        proof: &Proof<'_>,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let methods = proof.methods();
        let buckets = methods.iter().map(|method| self.bucket(PAUSE, method));
        let pauses = tx.look(&buckets.collect::<Vec<_>>(), now).await?;
        let longest = pauses.into_iter().flatten().map(|row| row.until).max();
        longest.map_or(Ok(()), |until| {
            Err(AppError::TooMany {
                which: PAUSE,
                until,
            })
        })
    }

    /// Count a proof before it is compared: for the name and method, the client, the organisation, and as a set of answers.
    /// Too many wrong ones make everybody wait longer and longer (LIM-3, 5, 8, 9).
    ///
    /// # Errors
    /// [`AppError::TooMany`] in the inner result, to be answered after the commit.
    pub async fn count_proof(
        &self,
        tx: &mut Tx,
        proof: &Proof<'_>,
        now: Timestamp,
    ) -> Result<Result<(), AppError>, StoreError> {
        let methods = proof.methods();
        let (address, site) = (proof.client.address(), proof.client.site());
        let (clients, others) = self.wrong(&methods, &address, site.as_deref());
        let counted = self.count_in_turn(tx, [&clients, &others], now).await?;
        if let Err(AppError::TooMany {
            which: WRONG_EVERYWHERE,
            ..
        }) = &counted
        {
            tracing::error!(
                "wrong proofs in the whole organisation are over the limit: resets pause"
            );
        }
        let counters = match counted {
            Ok(counters) => counters,
            Err(error) => return Ok(Err(error)),
        };
        let mut pauses: Vec<_> = methods
            .iter()
            .zip(&counters)
            .map(|(method, counter)| (self.bucket(PAUSE, method), wait_after(counter.count)))
            .filter(|(_, wait)| !wait.is_zero())
            .collect();
        pauses.sort();
        for some in pauses.chunks(MOST) {
            tx.hit(some, now).await?;
        }
        self.count_set(tx, proof, now).await
    }

    /// The proof was right: take back what [`App::count_proof`] counted. `mine` is the counter of
    /// whom it named: nobody else's wait is over.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn uncount_proof(
        &self,
        tx: &mut Tx,
        proof: &Proof<'_>,
        mine: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let methods = proof.methods();
        let (address, site) = (proof.client.address(), proof.client.site());
        let (clients, others) = self.wrong(&methods, &address, site.as_deref());
        let hits = [clients, others].concat();
        self.take_back(tx, &hits, now).await?;
        self.forgive(tx, PAUSE, &method(mine, proof.kind)).await?;
        if proof.kind == Kind::Questions {
            self.take_back(tx, &self.sets(proof), now).await?;
        }
        Ok(())
    }

    /// Count a try against the life of a method (LIM-4): too many wrong ones in a row and it serves
    /// nothing until it is registered anew. `wears` is whose method could have been opened by it; a try
    /// that could open none writes as much, to a bucket that nobody reads.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn wear(
        &self,
        tx: &mut Tx,
        proof: &Proof<'_>,
        wears: Option<&Id<id::Account>>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(account) = wears else {
            let bucket = self.bucket("wears-nothing", &proof.methods().concat());
            return tx.hit(&[(bucket, HOUR)], now).await.map(drop);
        };
        let bucket = self.bucket(WORN, &worn(account, proof.kind));
        let counted = tx.hit(&[(bucket, FOR_LIFE)], now).await?;
        let wrong = counted.first().map_or(0, |counter| counter.count);
        if wrong >= self.policy.limits.wrong_for_life {
            tx.wear_out(account, proof.kind).await?;
            tracing::warn!(%account, kind = proof.kind.as_str(), "a method is worn out by wrong proofs");
        }
        Ok(())
    }

    /// The row of wrong proofs of a method is over: one was right, or it was registered anew.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn mend(
        &self,
        tx: &mut Tx,
        account: &Id<id::Account>,
        kind: Kind,
    ) -> Result<(), StoreError> {
        self.forgive(tx, WORN, &worn(account, kind)).await
    }

    /// Count a set of answers, whole (LIM-14). Other proofs are none.
    async fn count_set(
        &self,
        tx: &mut Tx,
        proof: &Proof<'_>,
        now: Timestamp,
    ) -> Result<Result<(), AppError>, StoreError> {
        if proof.kind != Kind::Questions {
            return Ok(Ok(()));
        }
        Ok(self.count(tx, &self.sets(proof), now).await?.map(drop))
    }

    fn sets<'a>(&self, proof: &Proof<'a>) -> Vec<Hit<'a>> {
        for_each(proof.names, SETS, self.policy.limits.question_sets)
    }

    /// The buckets of a proof: those of the client, those of others, the methods first.
    fn wrong<'a>(
        &self,
        methods: &'a [String],
        address: &'a str,
        site: Option<&'a str>,
    ) -> (Vec<Hit<'a>>, Vec<Hit<'a>>) {
        let limits = &self.policy.limits;
        let hit = |which, whose, limit| Hit {
            which,
            whose,
            limit,
        };
        let mut clients = vec![hit(WRONG_ADDRESS, address, limits.wrong_per_address)];
        clients.extend(site.map(|site| hit(WRONG_SITE, site, limits.wrong_per_site)));
        let mut others = for_each(methods, WRONG, limits.wrong_per_method);
        // What cannot be guessed is no part of what the organisation's budget is for (LIM-9).
        if !methods.is_empty() {
            others.push(hit(WRONG_EVERYWHERE, "", limits.wrong_everywhere));
        }
        (clients, others)
    }

    /// May a code be asked for? A method that rests after too many wrong proofs sends none, and the
    /// bucket is the name's, so it rests for a stranger as well.
    ///
    /// # Errors
    /// [`AppError::TooMany`], [`AppError::Busy`].
    pub async fn room_to_send(
        &self,
        tx: &mut Tx,
        names: &[String],
        kind: Kind,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let methods = methods(names, kind);
        let [hour, day] = self.policy.limits.sends_per_destination;
        let wrong = self.policy.limits.wrong_per_method;
        let hits = [(WRONG, wrong), (SENDS_HOUR, hour), (SENDS_DAY, day)];
        let hits = hits.map(|(which, limit)| for_each(&methods, which, limit));
        self.room(tx, &hits.concat(), now).await
    }

    /// Count a code about to be sent, for the name and method as they were asked for.
    ///
    /// # Errors
    /// [`AppError::TooMany`] in the inner result, to be answered after the commit.
    pub async fn count_send(
        &self,
        tx: &mut Tx,
        names: &[String],
        kind: Kind,
        now: Timestamp,
    ) -> Result<Result<(), AppError>, StoreError> {
        let methods = methods(names, kind);
        let [hour, day] = self.policy.limits.sends_per_destination;
        let hits = [(SENDS_HOUR, hour), (SENDS_DAY, day)];
        let hits = hits.map(|(which, limit)| for_each(&methods, which, limit));
        Ok(self.count(tx, &hits.concat(), now).await?.map(drop))
    }
}

fn methods(names: &[String], kind: Kind) -> Vec<String> {
    names.iter().map(|name| method(name, kind)).collect()
}

/// A method of a name, as buckets know it.
pub(in crate::app) fn method(name: &str, kind: Kind) -> String {
    format!("{name} {}", kind.as_str())
}

fn worn(account: &Id<id::Account>, kind: Kind) -> String {
    format!("{account} {}", kind.as_str())
}
