//! Every limit of the product, counted in the store, one way for every entrance.
//!
//! A [`Hit`] names a bucket and its limit; [`App::count`] raises buckets and says whether one is
//! over. Buckets are keyed hashes: the table tells nobody who tried to sign in. A limit is about a
//! name as it was typed, never about an account that was found, so it cannot tell strangers apart.
//! A name that may mean somebody in each of several directories counts for all of them; only whom a
//! right proof named is forgiven ([`keymend_core::name::Choice`]).

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use ipnet::IpNet;
use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::name::{Choice, counter};
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

impl App {
    /// Does a client sit in a network that the organisation knows? A listed proxy's own address says nothing about who asks.
    #[must_use]
    pub fn knows(&self, client: &Client) -> bool {
        let address = client.0.to_canonical();
        let among = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        among(&self.site.known_networks) && !among(&self.site.proxies)
    }
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
    /// Keyed indexes of a sign-in name, for every limit about it.
    #[must_use]
    pub fn name_keys(&self, name: &Choice) -> Vec<String> {
        let counters = self.directories.counters(name);
        counters
            .iter()
            .map(|counter| self.index("name", counter))
            .collect()
    }

    /// Keyed index of a name in a directory.
    #[must_use]
    pub fn name_key(&self, directory: &str, name: &str) -> String {
        self.index("name", &counter(directory, name))
    }

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
        let wanted = hits.iter().enumerate();
        let mut wanted: Vec<_> = wanted
            .map(|(at, hit)| (self.bucket(hit.which, hit.whose), hit.limit.window, at))
            .collect();
        // In one order over all statements, so that no two transactions wait for each other.
        wanted.sort();
        let mut counted = Vec::with_capacity(hits.len());
        for chunk in wanted.chunks(MOST) {
            let buckets: Vec<_> = chunk
                .iter()
                .map(|(bucket, window, _)| (bucket.clone(), *window))
                .collect();
            let places = chunk.iter().map(|(.., at)| *at);
            counted.extend(places.zip(tx.hit(&buckets, now).await?));
        }
        counted.sort_by_key(|(at, _)| *at);
        Ok(counted.into_iter().map(|(_, counter)| counter).collect())
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

    /// Raise all buckets by an amount, whatever they hold.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn add(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        amount: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let buckets = hits.iter();
        let mut buckets: Vec<_> = buckets
            .map(|hit| (self.bucket(hit.which, hit.whose), hit.limit.window))
            .collect();
        buckets.sort();
        for bucket in &buckets {
            tx.add(bucket, amount, now).await?;
        }
        Ok(())
    }

    /// What buckets hold, in the order asked. Counts nothing.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn counted(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<Vec<Option<Counter>>, StoreError> {
        let buckets = hits.iter().map(|hit| self.bucket(hit.which, hit.whose));
        tx.look(&buckets.collect::<Vec<_>>(), now).await
    }

    /// Is there room for one more in each? Counts nothing.
    ///
    /// # Errors
    /// [`AppError::TooMany`] with the first that has none; [`AppError::Busy`].
    pub async fn room(
        &self,
        tx: &mut Tx,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<(), AppError> {
        for (hit, counter) in hits.iter().zip(self.counted(tx, hits, now).await?) {
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
        if let Ok(counters) = &counted {
            let mut pauses: Vec<_> = methods
                .iter()
                .zip(counters)
                .map(|(method, counter)| (self.bucket(PAUSE, method), wait_after(counter.count)))
                .filter(|(_, wait)| !wait.is_zero())
                .collect();
            pauses.sort();
            for some in pauses.chunks(MOST) {
                tx.hit(some, now).await?;
            }
        }
        Ok(counted.map(drop))
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

/// The same limit for each of several.
pub(super) fn for_each<'a>(whose: &'a [String], which: &'static str, limit: Limit) -> Vec<Hit<'a>> {
    whose
        .iter()
        .map(|whose| Hit {
            which,
            whose,
            limit,
        })
        .collect()
}

fn methods(names: &[String], kind: Kind) -> Vec<String> {
    names.iter().map(|name| method(name, kind)).collect()
}

/// A method of a name, as buckets know it.
pub(super) fn method(name: &str, kind: Kind) -> String {
    format!("{name} {}", kind.as_str())
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
