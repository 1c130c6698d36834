//! Codes that people read, say and type, in Douglas Crockford's base 32, which leaves out the letters that look like others.
//!
//! A code is 32 letters: 31 by chance, and one that checks them, so that a slip of the pen is found on the spot, asks
//! nobody and costs no try. Begin with [`random`] and [`typed`].

use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The letters, by value.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of a code.
pub const LENGTH: usize = 32;

/// Longest text that is read, in bytes: with whatever is put between the letters.
const LONGEST: usize = 16 * LENGTH;

/// Letters of a group.
const GROUP: usize = 4;

/// A new code.
pub fn random(rng: &mut dyn CryptoRng) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; LENGTH - 1]);
    rng.fill_bytes(bytes.as_mut());
    // 256 is a multiple of 32: every letter is equally likely.
    let values = Zeroizing::new(bytes.map(|byte| byte & 31));
    let mut text = Zeroizing::new(String::with_capacity(LENGTH));
    text.extend(values.iter().copied().map(letter));
    // The letter that leaves no remainder.
    text.push(letter(doubled(remainder(values.as_ref()))));
    text
}

/// A code as somebody typed it. Case, spaces and dashes do not matter, O is 0, I and L are 1, and letters and digits may
/// be wide ones (U+FF01 to U+FF5E) or Arabic digits. `None` for what is no code of anybody: the answer is the same whoever
/// types it, so it needs no try.
#[must_use]
pub fn typed(text: &str) -> Option<Zeroizing<String>> {
    if text.len() > LONGEST {
        return None;
    }
    read(text).filter(|text| is_whole(text))
}

/// Is this a code, as it is written?
#[must_use]
pub fn is_whole(text: &str) -> bool {
    let mut values = Zeroizing::new([0; LENGTH]);
    if text.len() != LENGTH {
        return false;
    }
    for (place, byte) in values.iter_mut().zip(text.bytes()) {
        let Some(value) = value(byte) else {
            return false;
        };
        *place = value;
    }
    remainder(values.as_ref()) == 0
}

/// The letter of a value below 32.
fn letter(value: u8) -> char {
    LETTERS
        .get(usize::from(value))
        .copied()
        .map_or('0', char::from)
}

/// The value of a letter, as it is written.
fn value(letter: u8) -> Option<u8> {
    let at = LETTERS.iter().position(|known| *known == letter)?;
    u8::try_from(at).ok()
}

/// Twice a value in the field of 32 elements (modulo x⁵ + x² + 1, in which powers of x are all but zero).
fn doubled(value: u8) -> u8 {
    let twice = value << 1;
    if twice & 32 == 0 {
        twice
    } else {
        twice ^ 0b10_0101
    }
}

/// Zero for a whole code. Each place weighs another power of x, so one wrong letter shows always, and two that changed
/// places unless they are the first and the last.
fn remainder(values: &[u8]) -> u8 {
    values.iter().fold(0, |sum, value| doubled(sum) ^ value)
}

/// The letters that somebody meant; `None` when there are others among them, or too many.
fn read(typed: &str) -> Option<Zeroizing<String>> {
    // Of one length, so that no part of a secret is left behind where it grew.
    let mut kept = Zeroizing::new(String::with_capacity(LENGTH));
    for c in typed.chars().filter(|c| !is_space(*c)) {
        if kept.len() == LENGTH {
            return None;
        }
        kept.push(folded(c)?);
    }
    Some(kept)
}

/// In groups of four, for paper and for the telephone.
#[must_use]
pub fn grouped(text: &str, between: char) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() + text.len() / GROUP));
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            out.push(between);
        }
        out.push(letter);
    }
    out
}

/// Spaces, dashes and marks of direction: what a sheet, a page or a keyboard puts in between.
fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}'
        )
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The letter or digit that somebody meant.
fn folded(c: char) -> Option<char> {
    let from = |first: char, to: char| {
        let off = u32::from(c).checked_sub(u32::from(first))?;
        char::from_u32(u32::from(to) + off)
    };
    let plain = match c {
        '\u{FF01}'..='\u{FF5E}' => from('\u{FF01}', '!')?,
        '\u{0660}'..='\u{0669}' => from('\u{0660}', '0')?,
        '\u{06F0}'..='\u{06F9}' => from('\u{06F0}', '0')?,
        _ => c,
    };
    let letter = match plain.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(letter)
        .is_ok_and(|byte| LETTERS.contains(&byte))
        .then_some(letter)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::Chance;

    fn code(seed: u64) -> Zeroizing<String> {
        random(&mut Chance::new(seed))
    }

    #[test]
    fn every_letter_is_read_as_it_is_written() {
        for at in 0..32 {
            let byte = u8::try_from(letter(at)).unwrap();
            assert_eq!(value(byte), Some(at));
        }
        assert_eq!(*grouped("01234567AB", '-'), "0123-4567-AB");
    }

    #[test]
    fn every_place_takes_every_letter_whatever_its_neighbours_are() {
        let mut seen: Vec<HashSet<char>> = vec![HashSet::new(); LENGTH];
        let mut rng = Chance::new(7);
        for _ in 0..2000 {
            for (place, c) in seen.iter_mut().zip(random(&mut rng).chars()) {
                place.insert(c);
            }
        }
        assert!(seen.iter().all(|place| place.len() == 32));
    }

    #[test]
    fn what_looks_like_another_letter_is_it() {
        let typed = " olI l-0 1\u{2011}a\u{661}\u{FF22}";
        assert_eq!(*read(typed).unwrap(), "011101A1B");
        assert_eq!(read(&typed.repeat(4)), None, "too long");
        for odd in ["U", "É", "a_b", "\u{17f}"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        let shown = grouped(&code(4), ' ');
        for text in [
            "",
            "123456",
            &shown[1..],
            &format!("{}0", *shown),
            &shown.replacen(' ', "U", 1),
            &format!("{}{}", *shown, " ".repeat(600)),
            &"é".repeat(32),
        ] {
            assert_eq!(typed(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(seed: u64) {
            let code = code(seed);
            prop_assert_eq!(typed(&grouped(&code, '-').to_lowercase()), Some(code));
        }

        #[test]
        fn every_wrong_letter_is_found(seed: u64, at in 0..LENGTH, other in 0..32_u8) {
            let mut letters = code(seed).as_bytes().to_vec();
            let other = u8::try_from(letter(other)).unwrap();
            prop_assume!(letters[at] != other);
            letters[at] = other;
            prop_assert!(!is_whole(&String::from_utf8(letters).unwrap()));
        }

        #[test]
        fn every_two_that_changed_places_are_found_but_the_first_with_the_last(
            seed: u64, one in 0..LENGTH, other in 0..LENGTH,
        ) {
            let mut letters = code(seed).as_bytes().to_vec();
            let ends = one.min(other) == 0 && one.max(other) == LENGTH - 1;
            prop_assume!(letters[one] != letters[other] && !ends);
            letters.swap(one, other);
            prop_assert!(!is_whole(&String::from_utf8(letters).unwrap()));
        }

        #[test]
        fn no_text_is_read_as_something_that_shows_differently(text in "\\PC{0,80}") {
            if let Some(code) = typed(&text) {
                prop_assert_eq!(typed(&grouped(&code, ' ')), Some(code));
            }
        }
    }
}
