//! Identifiers that cannot be mixed up: one type for each noun.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Timestamp;

/// Marks the identifiers of accounts: people as this installation knows them.
pub enum Account {}
/// Marks the identifiers of reset and unlock flows.
pub enum Flow {}
/// Marks the identifiers of challenges: one code, or one asking of the questions.
pub enum Challenge {}
/// Marks the identifiers of registered methods.
pub enum Method {}
/// Marks the identifiers of signed-in sessions.
pub enum Session {}
/// Marks the identifiers of outbox rows.
pub enum Job {}

/// 128 bits, random or nearly, written as 26 characters of five bits each, in the order of ASCII: texts are ordered as their
/// bits are.
pub struct Id<K> {
    text: String,
    kind: PhantomData<fn() -> K>,
}

/// The text is not an identifier.
#[derive(Debug, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

impl<K> Id<K> {
    /// A new one.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self::from_bits(u128::from_be_bytes(bytes))
    }

    /// One that names nothing, for work that is the same whether something is named or not.
    #[must_use]
    pub fn nobodys() -> Self {
        Self::from_bits(0)
    }

    /// A new one that begins with the time: 48 bits of Unix milliseconds, then 80 random ones, like a
    /// version 7 UUID (RFC 9562, 5.7). Rows that are made together then stand together in an index, and those made later
    /// behind them.
    pub fn ordered(now: Timestamp, rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; 16];
        let (time, random) = bytes.split_at_mut(6);
        let [_, _, millis @ ..] = now.as_millis().to_be_bytes();
        time.copy_from_slice(&millis);
        rng.fill_bytes(random);
        Self::from_bits(u128::from_be_bytes(bytes))
    }

    fn from_bits(bits: u128) -> Self {
        // 26 characters hold 130 bits; the last two are zero.
        let digit = |place: u32| {
            let five = match place {
                0 => bits << 2,
                _ => bits >> (5 * place - 2),
            };
            let low = five.to_le_bytes()[0] & 31;
            char::from(if low < 6 { b'2' + low } else { b'a' + low - 6 })
        };
        Self::from_text((0..26).rev().map(digit).collect())
    }

    /// Reads one back.
    ///
    /// # Errors
    /// When the text has another length or other characters.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let shape = text.len() == 26
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
        if shape {
            Ok(Self::from_text(text.to_owned()))
        } else {
            Err(NotAnId)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn from_text(text: String) -> Self {
        Self {
            text,
            kind: PhantomData,
        }
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self::from_text(self.text.clone())
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testing::Chance;

    #[test]
    fn an_identifier_is_26_characters_and_reads_back() {
        let id = Id::<Flow>::random(&mut Chance::new(1));
        assert_eq!(id.as_str().len(), 26);
        assert!(Id::<Flow>::parse(id.as_str()).unwrap() == id);
        assert_eq!(
            (id.to_string(), format!("{id:?}")),
            (id.as_str().into(), id.as_str().into())
        );
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert!(serde_json::from_str::<Id<Flow>>(&json).unwrap() == id);
    }

    #[test]
    fn anything_else_is_refused() {
        let right = "abcdefghijklmnopqrstuvwx27";
        assert!(Id::<Account>::parse(right).is_ok());
        let long = format!("{right}a");
        let texts = ["", &right[1..], &long, "ABCDEFGHIJKLMNOPQRSTUVWX27"];
        let others = [
            "abcdefghijklmnopqrstuvwx21",
            "abcdefghijklmnopqrstuvwx28",
            "abcdefghijklmnopqrstuvwx2'",
            "abcdefghijklmnopqrstuvwx2{",
            "abcdefghijklmnopqrstuvwxé",
        ];
        for text in texts.into_iter().chain(others) {
            assert!(Id::<Account>::parse(text).is_err(), "{text:?}");
            assert!(
                serde_json::from_value::<Id<Account>>(text.into()).is_err(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn ordered_identifiers_begin_with_their_time_and_end_by_chance() {
        let mut rng = Chance::new(3);
        let now = Timestamp::from_millis(1_790_000_000_000);
        let mut made = |after: u64| {
            let at = now.plus(std::time::Duration::from_millis(after));
            Id::<Job>::ordered(at, &mut rng)
        };
        let (one, other, later) = (made(0), made(0), made(256));
        // Nine characters are 45 of the 48 bits.
        assert_eq!(one.as_str()[..9], other.as_str()[..9]);
        assert_ne!(one.as_str()[10..], other.as_str()[10..]);
        assert_ne!(one.as_str()[..9], later.as_str()[..9]);
        assert!(Id::<Job>::parse(one.as_str()).is_ok());
    }

    #[test]
    fn ordered_identifiers_are_in_the_order_of_their_times() {
        let mut rng = Chance::new(4);
        let begin = Timestamp::from_millis(1_790_000_000_000);
        let times = (0..5000).map(|step| begin.plus(std::time::Duration::from_millis(step * 7)));
        let ids: Vec<_> = times.map(|at| Id::<Job>::ordered(at, &mut rng)).collect();
        assert!(ids.is_sorted());
        assert_eq!(Id::<Job>::from_bits(0).as_str(), "2".repeat(26));
        assert_eq!(
            Id::<Job>::from_bits(u128::MAX).as_str(),
            format!("{}w", "z".repeat(25))
        );
    }

    #[test]
    fn two_identifiers_differ_and_are_ordered_and_hashed_by_their_text() {
        let mut rng = Chance::new(2);
        let ids: Vec<_> = (0..100).map(|_| Id::<Job>::random(&mut rng)).collect();
        let set: HashSet<_> = ids.iter().cloned().collect();
        assert_eq!(set.len(), 100);
        for pair in ids.windows(2) {
            assert_ne!(pair[0], pair[1]);
            let texts = pair[0].as_str().cmp(pair[1].as_str());
            assert_eq!(
                (pair[0].cmp(&pair[1]), pair[0].partial_cmp(&pair[1])),
                (texts, Some(texts))
            );
        }
    }
}
