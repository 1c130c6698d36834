//! The most common passwords, as a sorted array of short digests.
//!
//! The array is made by `cargo xtask common-passwords` and handed in by the caller; this crate reads no file. Five
//! bytes of SHA-256 are enough: with 200,000 entries one good password in five million is refused by chance, and
//! nobody can read the list of passwords out of the program.

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

const MAGIC: &[u8; 8] = b"KMCOMMON";
const VERSION: u8 = 1;
const WIDTH: usize = 5;

/// A common password as it is kept: the start of the SHA-256 of its lower-cased NFC form.
type Key = [u8; WIDTH];

/// The list, borrowed from the bytes it was read from.
#[derive(Debug, Clone, Copy, Default)]
pub struct CommonPasswords<'a>(&'a [Key]);

/// Bytes that are no list of common passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommonPasswordsFault {
    /// Another kind of file, or another version of this one.
    #[error("not a list of common passwords of version {VERSION}")]
    Header,
    /// Cut short, or longer than it says.
    #[error("the list of common passwords does not have the length that it states")]
    Length,
    /// Damaged: a search would miss entries.
    #[error("the list of common passwords is not in order")]
    Order,
}

impl<'a> CommonPasswords<'a> {
    /// Reads the list: eight bytes of magic, version, width, two zero bytes, the number of entries as a 32-bit
    /// little-endian number, then the entries in ascending order, none twice.
    ///
    /// # Errors
    /// When the header, the length or the order is not right. Looking at the order costs less than a millisecond and
    /// is done once, when the program starts.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CommonPasswordsFault> {
        let rest = bytes
            .strip_prefix(MAGIC)
            .ok_or(CommonPasswordsFault::Header)?;
        let [VERSION, 5, 0, 0, a, b, c, d, body @ ..] = rest else {
            return Err(CommonPasswordsFault::Header);
        };
        let (keys, left_over) = body.as_chunks::<WIDTH>();
        let stated = u32::from_le_bytes([*a, *b, *c, *d]);
        if !left_over.is_empty() || u32::try_from(keys.len()) != Ok(stated) {
            return Err(CommonPasswordsFault::Length);
        }
        if keys.is_sorted_by(|one, next| one < next) {
            Ok(Self(keys))
        } else {
            Err(CommonPasswordsFault::Order)
        }
    }

    /// How many passwords are on the list.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `password` is on the list, in any capitals, or repeats something that is (`passwordpassword`), or
    /// repeats so little (`abcabcabc…`) that it needs no list.
    #[must_use]
    pub fn contains(&self, password: &str) -> bool {
        let unit = repeated(password);
        let trifle = unit.len() < password.len() && unit.chars().count() < 5;
        trifle || self.lists(password) || (unit.len() < password.len() && self.lists(unit))
    }

    fn lists(&self, password: &str) -> bool {
        self.0.binary_search(&key(password)).is_ok()
    }
}

/// Character by character into the hash: no copy of the password is left in memory.
fn key(password: &str) -> Key {
    let mut hash = Sha256::new();
    let mut buffer = [0; 4];
    for c in password.nfc().flat_map(char::to_lowercase) {
        hash.update(c.encode_utf8(&mut buffer).as_bytes());
    }
    hash.finalize().first_chunk().copied().unwrap_or_default()
}

/// The shortest piece that `text` is a whole number of times; `text` itself when there is no shorter one.
fn repeated(text: &str) -> &str {
    let length = text.len();
    (1..=length / 2)
        .filter(|unit| length.is_multiple_of(*unit))
        // A text that is the same when shifted by `unit` repeats its first `unit` bytes.
        .filter_map(|unit| {
            Some((
                text.get(..unit)?,
                text.get(unit..)?,
                text.get(..length - unit)?,
            ))
        })
        .find_map(|(unit, shifted, start)| (shifted == start).then_some(unit))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(passwords: &[&str]) -> Vec<u8> {
        let mut keys: Vec<Key> = passwords.iter().map(|one| key(one)).collect();
        keys.sort_unstable();
        let mut bytes = b"KMCOMMON\x01\x05\0\0".to_vec();
        bytes.extend(u32::try_from(keys.len()).unwrap().to_le_bytes());
        bytes.extend(keys.iter().flatten());
        bytes
    }

    #[test]
    fn the_key_is_the_start_of_sha256() {
        // The generator in xtask has the same two vectors: the two must never drift apart.
        assert_eq!(key("password"), [0x5e, 0x88, 0x48, 0x98, 0xda]);
        assert_eq!(key("PassWord"), key("password"));
        assert_eq!(key("letmein"), [0x1c, 0x8b, 0xfe, 0x8f, 0x80]);
        assert_eq!(key("Cafe\u{301}"), key("CAF\u{c9}"));
    }

    #[test]
    fn what_is_on_the_list_is_found_in_any_capitals_and_repeated() {
        let bytes = list(&["password", "letmein", "trustno1", "sunshine2024"]);
        let common = CommonPasswords::parse(&bytes).unwrap();
        assert_eq!(common.len(), 4);
        for listed in [
            "password",
            "PASSWORD",
            "LetMeIn",
            "passwordpassword",
            "trustno1trustno1trustno1",
            "aaaaaaaaaaaaaaa",
            "abcdabcdabcdabcd",
            "سسسسسسسسسس",
        ] {
            assert!(common.contains(listed), "{listed}");
        }
        for other in [
            "",
            "a",
            "passwor",
            "password ",
            " password",
            "Harbor-Violet-Kite-71",
            "kestrelkestrel",
        ] {
            assert!(!common.contains(other), "{other}");
        }
    }

    #[test]
    fn damaged_lists_are_refused() {
        let bytes = list(&["password", "letmein", "trustno1"]);
        assert!(CommonPasswords::parse(&list(&[])).unwrap().is_empty());
        for cut in 0..16 {
            assert_eq!(
                CommonPasswords::parse(&bytes[..cut]).unwrap_err(),
                CommonPasswordsFault::Header
            );
        }
        for cut in 16..bytes.len() {
            assert_eq!(
                CommonPasswords::parse(&bytes[..cut]).unwrap_err(),
                CommonPasswordsFault::Length
            );
        }
        let mut swapped = bytes.clone();
        swapped[16..26].rotate_left(5);
        assert_eq!(
            CommonPasswords::parse(&swapped).unwrap_err(),
            CommonPasswordsFault::Order
        );
        let mut wide = bytes;
        wide[9] = 6;
        assert_eq!(
            CommonPasswords::parse(&wide).unwrap_err(),
            CommonPasswordsFault::Header
        );
    }
}
