//! Codes that people read, say and type: Douglas Crockford's base 32, which leaves out the letters that look like others.

use zeroize::Zeroizing;

/// The letters, by value.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of a group.
const GROUP: usize = 4;

/// Five bits each, the high ones first; what is over at the end is filled up with zeros.
#[must_use]
pub fn write(bytes: &[u8]) -> String {
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    (0..(bytes.len() * 8).div_ceil(5))
        .map(|place| {
            let value = (0..5).fold(0, |value, offset| value << 1 | bit(place * 5 + offset));
            u8::try_from(value).map_or('0', letter)
        })
        .collect()
}

/// The letter of a value below 32.
#[must_use]
pub fn letter(value: u8) -> char {
    LETTERS
        .get(usize::from(value))
        .copied()
        .map_or('0', char::from)
}

/// The value of a letter, as it is written.
#[must_use]
pub fn value(letter: u8) -> Option<u8> {
    let at = LETTERS.iter().position(|known| *known == letter)?;
    u8::try_from(at).ok()
}

/// What somebody typed, as it was written. Case, spaces and dashes do not matter, O is 0, I and L are 1, and letters and
/// digits may be wide ones (U+FF01 to U+FF5E) or Arabic digits. `None` when it cannot be one of these codes, or is longer
/// than `most` letters.
#[must_use]
pub fn read(typed: &str, most: usize) -> Option<Zeroizing<String>> {
    // Of one length, so that no part of a secret is left behind where it grew.
    let mut kept = Zeroizing::new(String::with_capacity(most));
    for c in typed.chars().filter(|c| !is_space(*c)) {
        if kept.len() == most {
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_five_bits_each() {
        assert_eq!(write(&[]), "");
        assert_eq!(write(&[0xFF; 5]), "ZZZZZZZZ");
        assert_eq!(write(&[0x00, 0x44, 0x32, 0x14, 0xC7]), "01234567");
        assert_eq!(write(&[0x80]), "G0");
        assert_eq!(*grouped("01234567AB", '-'), "0123-4567-AB");
        for at in 0..32 {
            let byte = u8::try_from(letter(at)).unwrap();
            assert_eq!(value(byte), Some(at));
        }
    }

    #[test]
    fn what_looks_like_another_letter_is_it() {
        let typed = " olI l-0 1\u{2011}a\u{661}\u{FF22}";
        assert_eq!(*read(typed, 9).unwrap(), "011101A1B");
        assert_eq!(read(typed, 8), None, "too long");
        for odd in ["U", "É", "a_b", "\u{17f}"] {
            assert_eq!(read(odd, 40), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let text = write(&bytes);
            let typed = grouped(&text, '-').to_lowercase();
            let read = read(&typed, 64).unwrap();
            prop_assert_eq!(&*read, &text);
        }
    }
}
