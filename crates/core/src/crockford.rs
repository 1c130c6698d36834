//! Codes that people read, say and type: Douglas Crockford's base 32, which leaves out the letters that look like others.

/// The letters, by value.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters between two hyphens.
const GROUP: usize = 4;

/// Five bits each, the high ones first; what is over at the end is filled up with zeros.
#[must_use]
pub fn write(bytes: &[u8]) -> String {
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    (0..(bytes.len() * 8).div_ceil(5))
        .map(|letter| {
            let value = (0..5).fold(0, |value, offset| value << 1 | bit(letter * 5 + offset));
            LETTERS.get(value).copied().map_or('0', char::from)
        })
        .collect()
}

/// What somebody typed, as it was written: capitals, without blanks and hyphens, and with what they may have taken for
/// another letter. `None` when it cannot be one of these codes.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let kept = typed
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{2011}'));
    kept.map(|c| {
        let letter = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let known = u8::try_from(letter).is_ok_and(|byte| LETTERS.contains(&byte));
        known.then_some(letter)
    })
    .collect()
}

/// In groups of four, for paper and for the telephone.
#[must_use]
pub fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / GROUP);
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            out.push('-');
        }
        out.push(letter);
    }
    out
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
        assert_eq!(grouped("01234567AB"), "0123-4567-AB");
    }

    #[test]
    fn what_looks_like_another_letter_is_it() {
        assert_eq!(read(" olI l-0 1\u{2011}a").unwrap(), "011101A");
        for odd in ["U", "É", "0\u{661}", "a_b", "\u{17f}"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let text = write(&bytes);
            prop_assert_eq!(read(&grouped(&text).to_lowercase()), Some(text));
        }
    }
}
