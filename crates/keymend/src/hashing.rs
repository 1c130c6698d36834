//! Password and answer hashes: Argon2id (RFC 9106) with a pepper that lives outside the database.
//!
//! Hashing is the one thing here that costs real time and memory, on purpose. [`Hasher`] runs it
//! away from the async workers and never more than a few at once, so that a flood of sign-ins
//! slows sign-ins and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE64_NOPAD;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Memory in KiB. OWASP asks for 19 MiB with two passes at least.
const MEMORY: u32 = 19 * 1024;
/// Passes. More than the minimum: the machine is bounded in memory before it is in time.
const PASSES: u32 = 6;
const LANES: u32 = 1;
const SALT: usize = 16;

/// Makes and checks hashes.
#[derive(Clone)]
pub struct Hasher {
    pepper: Arc<Zeroizing<[u8; 32]>>,
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

/// A hash with its parameters, in the PHC string format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    memory: u32,
    passes: u32,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

/// Hashing did not happen.
#[derive(Debug, thiserror::Error)]
#[error("hashing failed: {0}")]
pub struct HashError(String);

impl Hasher {
    /// With a pepper; at most `at_once` hashes run at a time.
    #[must_use]
    pub fn new(pepper: &[u8; 32], at_once: usize) -> Self {
        Self {
            pepper: Arc::new(Zeroizing::new(*pepper)),
            places: Arc::new(Semaphore::new(at_once.max(1))),
            waiting: Arc::default(),
        }
    }

    /// A fresh hash.
    ///
    /// # Errors
    /// [`HashError`] when there is no memory for it.
    pub fn hash<'a>(
        &'a self,
        secret: &'a [u8],
        rng: &mut dyn CryptoRng,
    ) -> impl Future<Output = Result<Hash, HashError>> + Send + use<'a> {
        let like = Hash::empty(salt(rng));
        async move { self.hash_with(secret, &like).await }
    }

    /// A hash that costs next to nothing, for the demo's people. The first sign-in replaces it.
    ///
    /// # Errors
    /// [`HashError`] when there is no memory for it.
    pub fn hash_cheaply<'a>(
        &'a self,
        secret: &'a [u8],
        rng: &mut dyn CryptoRng,
    ) -> impl Future<Output = Result<Hash, HashError>> + Send + use<'a> {
        let like = Hash {
            memory: 8,
            passes: 1,
            ..Hash::empty(salt(rng))
        };
        async move { self.hash_with(secret, &like).await }
    }

    /// Hash under the salt and parameters of another hash, so that several old hashes that share
    /// them cost one computation to compare with.
    ///
    /// # Errors
    /// [`HashError`] when there is no memory for it.
    pub async fn hash_with(&self, secret: &[u8], like: &Hash) -> Result<Hash, HashError> {
        let failed = |error: &dyn std::fmt::Display| HashError(error.to_string());
        tracing::trace!(like.memory, like.passes, "hashes");
        let _queue = Queue::join(&self.waiting)?;
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|error| failed(&error))?;
        let pepper = Arc::clone(&self.pepper);
        let secret = Zeroizing::new(secret.to_vec());
        let mut hash = like.clone();
        tokio::task::spawn_blocking(move || {
            let _place = place;
            hash.digest = digest(&secret, &pepper, &hash).map_err(|error| failed(&error))?;
            Ok(hash)
        })
        .await
        .map_err(|error| failed(&error))?
    }

    /// Is this the secret?
    ///
    /// # Errors
    /// [`HashError`] when there is no memory for it.
    pub async fn verify(&self, secret: &[u8], hash: &Hash) -> Result<bool, HashError> {
        Ok(self.hash_with(secret, hash).await?.same(hash))
    }

    /// As much work as a check, for somebody who is not there.
    ///
    /// # Errors
    /// [`HashError`] when there is no memory for it.
    pub async fn waste(&self, secret: &[u8]) -> Result<(), HashError> {
        self.hash_with(secret, &Hash::empty(vec![0; SALT]))
            .await
            .map(drop)
    }
}

/// Hashes that may wait: some seconds of work. Whoever comes later is told to come again.
const MOST: usize = 64;

/// A place among those that wait.
struct Queue<'a>(&'a AtomicUsize);

impl<'a> Queue<'a> {
    fn join(waiting: &'a AtomicUsize) -> Result<Self, HashError> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::SeqCst) < MOST {
            Ok(place)
        } else {
            Err(HashError("too many wait for a hash".to_owned()))
        }
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn salt(rng: &mut dyn CryptoRng) -> Vec<u8> {
    let mut salt = vec![0; SALT];
    rng.fill_bytes(&mut salt);
    salt
}

fn digest(secret: &[u8], pepper: &[u8; 32], like: &Hash) -> Result<Vec<u8>, argon2::Error> {
    let params = Params::new(like.memory, like.passes, LANES, Some(32))?;
    let mut out = vec![0; 32];
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)?
        .hash_password_into(secret, &like.salt, &mut out)?;
    Ok(out)
}

impl Hash {
    fn empty(salt: Vec<u8>) -> Self {
        Self {
            memory: MEMORY,
            passes: PASSES,
            salt,
            digest: Vec::new(),
        }
    }

    /// Equal, in constant time.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        !self.digest.is_empty() && bool::from(self.digest.ct_eq(&other.digest))
    }

    /// Made with the parameters of today?
    #[must_use]
    pub fn current(&self) -> bool {
        self.memory == MEMORY && self.passes == PASSES
    }

    /// Salt and parameters agree, so one computation serves both.
    #[must_use]
    pub fn alike(&self, other: &Self) -> bool {
        self.memory == other.memory && self.passes == other.passes && self.salt == other.salt
    }

    /// As a PHC string.
    #[must_use]
    pub fn to_phc(&self) -> String {
        format!(
            "$argon2id$v=19$m={},t={},p={LANES}${}${}",
            self.memory,
            self.passes,
            BASE64_NOPAD.encode(&self.salt),
            BASE64_NOPAD.encode(&self.digest)
        )
    }

    /// Reads [`Hash::to_phc`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$argon2id$v=19$m=")?.split('$');
        let (memory, rest) = parts.next()?.split_once(",t=")?;
        let passes = rest.strip_suffix(",p=1")?;
        let decode = |part: &str| BASE64_NOPAD.decode(part.as_bytes()).ok();
        let hash = Self {
            memory: memory.parse().ok()?,
            passes: passes.parse().ok()?,
            salt: decode(parts.next()?)?,
            digest: decode(parts.next()?)?,
        };
        parts.next().is_none().then_some(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Os;

    #[tokio::test]
    async fn a_hash_knows_its_secret_and_needs_its_pepper() {
        let hasher = Hasher::new(&[1; 32], 2);
        let hash = hasher
            .hash(b"Harbor-Violet-Kite-71", &mut Os)
            .await
            .unwrap();
        let stored = Hash::parse(&hash.to_phc()).unwrap();
        assert_eq!(stored, hash);
        assert!(stored.current());
        assert!(
            hasher
                .verify(b"Harbor-Violet-Kite-71", &stored)
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(b"harbor-violet-kite-71", &stored)
                .await
                .unwrap()
        );
        assert!(
            !Hasher::new(&[2; 32], 2)
                .verify(b"Harbor-Violet-Kite-71", &stored)
                .await
                .unwrap()
        );
        let other = hasher
            .hash(b"Harbor-Violet-Kite-71", &mut Os)
            .await
            .unwrap();
        assert!(!other.alike(&hash) && !other.same(&hash));
    }

    #[test]
    fn nothing_else_reads_as_a_hash() {
        for text in [
            "",
            "$argon2id$",
            "$argon2i$v=19$m=1,t=1,p=1$AAAA$AAAA",
            "$argon2id$v=19$m=x,t=1,p=1$AAAA$AAAA",
            "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA$AAAA",
        ] {
            assert_eq!(Hash::parse(text), None, "{text}");
        }
        assert!(!Hash::empty(vec![]).same(&Hash::empty(vec![])));
    }
}
