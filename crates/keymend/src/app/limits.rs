//! Every limit of the product, counted in the store, one way for every entrance.
//!
//! A [`Hit`] names a bucket and its limit; [`App::count`] raises buckets and says whether one is
//! over. Buckets are keyed hashes: the table tells nobody who tried to sign in. A limit is about a
//! name as it was typed, never about an account that was found, so it cannot tell strangers apart.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::throttle::{Counter, Limit, wait_after};
use keymend_core::time::Timestamp;

use super::{App, AppError};
use crate::store::throttles::MOST;
use crate::store::{StoreError, Tx};

/// Who sends a request: the socket's address, or what a listed proxy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl Client {
    /// IPv4 whole, IPv6 by /64: what one connection is given.
    #[must_use]
    pub fn address(&self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => prefix(address, 4),
        }
    }

    /// IPv6 by /48: what one customer is given. `None` for IPv4.
    #[must_use]
    pub fn site(&self) -> Option<String> {
        match self.0.to_canonical() {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(prefix(address, 3)),
        }
    }
}

fn prefix(address: Ipv6Addr, groups: usize) -> String {
    let mut segments = address.segments();
    segments
        .iter_mut()
        .skip(groups)
        .for_each(|segment| *segment = 0);
    format!("{}/{}", Ipv6Addr::from(segments), groups * 16)
}

/// One more in one bucket.
#[derive(Clone, Copy)]
pub struct Hit<'a> {
    /// Name of the limit: part of the bucket, and what the log says.
    pub which: &'static str,
    /// Whose bucket.
    pub whose: &'a str,
    /// The limit.
    pub limit: Limit,
}

impl App {
    fn bucket(&self, which: &str, whose: &str) -> Vec<u8> {
        self.keys.index.index(which, whose).to_vec()
    }

    /// Raise all buckets. The counts are to be committed whatever the answer is.
    ///
    /// # Errors
    /// [`AppError::TooMany`] with the first that is over; [`AppError::Busy`].
    pub async fn count(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<Result<Vec<Counter>, AppError>, StoreError> {
        let counted = self.raise(tx, hits, now).await?;
        Ok(self.admit(hits, &counted).map(|()| counted))
    }

    async fn raise(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<Vec<Counter>, StoreError> {
        let mut counted = Vec::with_capacity(hits.len());
        for chunk in hits.chunks(MOST) {
            let buckets: Vec<_> = chunk
                .iter()
                .map(|hit| (self.bucket(hit.which, hit.whose), hit.limit.window))
                .collect();
            counted.extend(tx.hit(&buckets, now).await?);
        }
        Ok(counted)
    }

    fn admit(&self, hits: &[Hit<'_>], counted: &[Counter]) -> Result<(), AppError> {
        for (hit, counter) in hits.iter().zip(counted) {
            hit.limit.admits(*counter).map_err(|until| {
                self.metrics.limit(hit.which);
                AppError::TooMany {
                    which: hit.which,
                    until,
                }
            })?;
        }
        Ok(())
    }

    /// Raise the buckets of a client and of others, but those of others only when the client's own have
    /// room: who is over his own limit must not be able to use up a name's or the organisation's. One
    /// statement for all; what is others' is taken back where the client is refused.
    ///
    /// # Errors
    /// As [`App::count`]; the counters are those of `others`.
    pub async fn count_in_turn(
        &self,
        tx: &mut Tx,
        [client, others]: [&[Hit<'_>]; 2],
        now: Timestamp,
    ) -> Result<Result<Vec<Counter>, AppError>, StoreError> {
        let hits = [client, others].concat();
        let mut counted = self.raise(tx, &hits, now).await?;
        if let Err(refused) = self.admit(client, &counted) {
            self.take_back(tx, others, now).await?;
            return Ok(Err(refused));
        }
        let counted = counted.split_off(client.len());
        Ok(self.admit(others, &counted).map(|()| counted))
    }

    /// Is there room for one more in each? Counts nothing.
    ///
    /// # Errors
    /// [`AppError::TooMany`] with the first that has none; [`AppError::Busy`].
    pub async fn room<const N: usize>(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>; N],
        now: Timestamp,
    ) -> Result<(), AppError> {
        let buckets = hits.each_ref().map(|hit| self.bucket(hit.which, hit.whose));
        for (hit, counter) in hits.iter().zip(tx.look(&buckets, now).await?) {
            hit.limit.has_room(counter, now).map_err(|until| {
                self.metrics.limit(hit.which);
                AppError::TooMany {
                    which: hit.which,
                    until,
                }
            })?;
        }
        Ok(())
    }

    /// Take one back in each: it was right.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn take_back(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let buckets = hits.iter().map(|hit| self.bucket(hit.which, hit.whose));
        let mut buckets: Vec<_> = buckets.collect();
        // In the order in which they are raised: no two transactions wait for each other.
        buckets.sort();
        for bucket in buckets {
            tx.lower(&bucket, now).await?;
        }
        Ok(())
    }

    /// Empty a bucket after full success (LIM-15).
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn forgive(
        &self,
        tx: &mut Tx,
        which: &'static str,
        whose: &str,
    ) -> Result<(), StoreError> {
        tx.clear(&self.bucket(which, whose)).await
    }

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
        let bucket = self.bucket(PAUSE, &proof.method());
        let [pause] = tx.look(&[bucket], now).await?;
        pause.map_or(Ok(()), |row| {
            Err(AppError::TooMany {
                which: PAUSE,
                until: row.until,
            })
        })
    }

    /// Count a proof before it is compared: for the name and method, the client, the organisation.
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
        let method = proof.method();
        let pause = self.bucket(PAUSE, &method);
        let (address, site) = (proof.client.address(), proof.client.site());
        let (clients, others) = self.wrong(&method, &address, site.as_deref());
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
        if let Ok(counters) = &counted {
            let wrong = counters.first().map_or(0, |counter| counter.count);
            let wait = wait_after(wrong);
            if !wait.is_zero() {
                tx.hit(&[(pause, wait)], now).await?;
            }
        }
        Ok(counted.map(drop))
    }

    /// The proof was right: take back what [`App::count_proof`] counted.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn uncount_proof(
        &self,
        tx: &mut Tx,
        proof: &Proof<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let method = proof.method();
        let (address, site) = (proof.client.address(), proof.client.site());
        let (clients, others) = self.wrong(&method, &address, site.as_deref());
        let hits = [clients.as_slice(), &others].concat();
        self.take_back(tx, &hits, now).await?;
        self.forgive(tx, PAUSE, &method).await?;
        if proof.kind == Kind::Questions {
            self.take_back(tx, &[self.set(proof)], now).await?;
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
            let bucket = self.bucket("wears-nothing", &proof.method());
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

    /// Count a set of answers, whole, before it is compared (LIM-14). Other proofs are none.
    ///
    /// # Errors
    /// [`AppError::TooMany`] in the inner result, to be answered after the commit.
    pub async fn count_set(
        &self,
        tx: &mut Tx,
        proof: &Proof<'_>,
        now: Timestamp,
    ) -> Result<Result<(), AppError>, StoreError> {
        if proof.kind != Kind::Questions {
            return Ok(Ok(()));
        }
        Ok(self.count(tx, &[self.set(proof)], now).await?.map(drop))
    }

    fn set<'a>(&self, proof: &Proof<'a>) -> Hit<'a> {
        Hit {
            which: SETS,
            whose: proof.name_key,
            limit: self.policy.limits.question_sets,
        }
    }

    /// The buckets of a proof: those of the client, those of others.
    fn wrong<'a>(
        &self,
        method: &'a str,
        address: &'a str,
        site: Option<&'a str>,
    ) -> (Vec<Hit<'a>>, [Hit<'a>; 2]) {
        let limits = &self.policy.limits;
        let hit = |which, whose, limit| Hit {
            which,
            whose,
            limit,
        };
        let mut clients = vec![hit(WRONG_ADDRESS, address, limits.wrong_per_address)];
        clients.extend(site.map(|site| hit(WRONG_SITE, site, limits.wrong_per_site)));
        let others = [
            hit(WRONG, method, limits.wrong_per_method),
            hit(WRONG_EVERYWHERE, "", limits.wrong_everywhere),
        ];
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
        name_key: &str,
        kind: Kind,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let whose = format!("{name_key} {}", kind.as_str());
        let [hour, day] = self.policy.limits.sends_per_destination;
        let wrong = self.policy.limits.wrong_per_method;
        let hits = [(WRONG, wrong), (SENDS_HOUR, hour), (SENDS_DAY, day)];
        let hits = hits.map(|(which, limit)| Hit {
            which,
            whose: &whose,
            limit,
        });
        self.room(tx, &hits, now).await
    }

    /// Count a code about to be sent, for the name and method as they were asked for.
    ///
    /// # Errors
    /// [`AppError::TooMany`] in the inner result, to be answered after the commit.
    pub async fn count_send(
        &self,
        tx: &mut Tx,
        name_key: &str,
        kind: Kind,
        now: Timestamp,
    ) -> Result<Result<(), AppError>, StoreError> {
        let whose = format!("{name_key} {}", kind.as_str());
        let [hour, day] = self.policy.limits.sends_per_destination;
        let hits = [
            Hit {
                which: SENDS_HOUR,
                whose: &whose,
                limit: hour,
            },
            Hit {
                which: SENDS_DAY,
                whose: &whose,
                limit: day,
            },
        ];
        Ok(self.count(tx, &hits, now).await?.map(drop))
    }
}

/// A proof that somebody offers.
pub struct Proof<'a> {
    /// Keyed index of the canonical sign-in name.
    pub name_key: &'a str,
    /// By which method.
    pub kind: Kind,
    /// Who offers it.
    pub client: &'a Client,
}

impl Proof<'_> {
    fn method(&self) -> String {
        format!("{} {}", self.name_key, self.kind.as_str())
    }
}

fn worn(account: &Id<id::Account>, kind: Kind) -> String {
    format!("{account} {}", kind.as_str())
}

const HOUR: Duration = Duration::from_hours(1);
/// A hundred years.
const FOR_LIFE: Duration = Duration::from_hours(24 * 36_525);
/// Wrong proofs in a row of a method.
const WORN: &str = "wrong-for-life";
/// Wrong proofs for a name and method.
pub(super) const WRONG: &str = "wrong-per-method";
/// Sets of answers for a name.
pub(super) const SETS: &str = "question-sets";
const WRONG_ADDRESS: &str = "wrong-per-address";
const WRONG_SITE: &str = "wrong-per-site";
const WRONG_EVERYWHERE: &str = "wrong-everywhere";
const PAUSE: &str = "pause";
const SENDS_HOUR: &str = "sends-hour";
const SENDS_DAY: &str = "sends-day";

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Client {
        Client(text.parse().unwrap())
    }

    #[test]
    fn addresses_count_by_what_one_customer_holds() {
        assert_eq!(client("192.0.2.7").address(), "192.0.2.7");
        assert_eq!(client("::ffff:192.0.2.7").address(), "192.0.2.7");
        assert_eq!(client("192.0.2.7").site(), None);
        assert_eq!(
            client("2001:db8:1:2:3:4:5:6").address(),
            "2001:db8:1:2::/64"
        );
        assert_eq!(
            client("2001:db8:1:2:ffff::1").address(),
            client("2001:db8:1:2::9").address()
        );
        assert_eq!(client("2001:db8:1:2::1").site().unwrap(), "2001:db8:1::/48");
        assert_ne!(
            client("2001:db8:1:2::1").address(),
            client("2001:db8:1:3::1").address()
        );
    }
}
