//! The two alphabets of text messages, and in how many pieces a text travels in them.
//!
//! The basic one has 7 bits a letter; a text with one letter of any other script travels in UCS-2, 16 bits a letter. A text
//! that does not fit into one message of 140 bytes is cut, each piece with 6 bytes that say its place, and each is paid for.

/// The basic alphabet (3GPP TS 23.038, 6.2.1).
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its table of second choices, each of which takes the room of two letters (3GPP TS 23.038, 6.2.1.1).
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// The alphabet that a text travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// The basic one of 7 bits a letter.
    Basic,
    /// UCS-2, or UTF-16, which phones take for it: 16 bits a letter, 32 for those beyond its first plane.
    Ucs2,
}

impl Alphabet {
    /// Letters that fit into a message that travels alone, and into each of several (3GPP TS 23.040, 9.2.3.24.1).
    const fn room(self) -> (usize, usize) {
        match self {
            Self::Basic => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }

    /// The room that a letter takes.
    fn width(self, letter: char) -> usize {
        match self {
            Self::Basic => 1 + usize::from(EXTENDED.contains(letter)),
            Self::Ucs2 => letter.len_utf16(),
        }
    }
}

/// How a text travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// In which alphabet.
    pub alphabet: Alphabet,
    /// The room that it takes, in letters of that alphabet.
    pub units: usize,
    /// In so many pieces.
    pub count: usize,
}

impl Segments {
    /// The room of so many pieces, in letters.
    #[must_use]
    pub fn room(self) -> usize {
        let (alone, each) = self.alphabet.room();
        if self.count <= 1 {
            alone
        } else {
            each.saturating_mul(self.count)
        }
    }
}

/// Can the whole text leave in the basic alphabet?
#[must_use]
pub fn is_basic(text: &str) -> bool {
    foreign(text).is_none()
}

/// The first letter that the basic alphabet lacks.
#[must_use]
pub fn foreign(text: &str) -> Option<char> {
    text.chars()
        .find(|letter| !BASIC.contains(*letter) && !EXTENDED.contains(*letter))
}

/// How a text travels. No letter is cut in two.
#[must_use]
pub fn segments(text: &str) -> Segments {
    let alphabet = if is_basic(text) {
        Alphabet::Basic
    } else {
        Alphabet::Ucs2
    };
    let (alone, each) = alphabet.room();
    let units = text.chars().map(|letter| alphabet.width(letter)).sum();
    let (mut count, mut used) = (1_usize, 0);
    if units > alone {
        for width in text.chars().map(|letter| alphabet.width(letter)) {
            if used + width > each {
                (count, used) = (count.saturating_add(1), 0);
            }
            used += width;
        }
    }
    Segments {
        alphabet,
        units,
        count,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_letter_of_another_script_needs_the_other_alphabet() {
        assert!(is_basic(
            "Contraseña: 482913\n\n@reset.example.org #482913 €{}"
        ));
        for text in ["é ê", "مرحبا", "\u{2068}x", "😀", "`"] {
            assert!(!is_basic(text), "{text}");
        }
    }

    #[test]
    fn pieces_are_as_long_as_the_standard_says() {
        for (letter, alone, each, width) in [
            ("a", 160, 153, 1),
            ("ع", 70, 67, 1),
            ("€", 80, 76, 2),
            ("😀", 35, 33, 2),
        ] {
            for (letters, count) in [
                (1, 1),
                (alone, 1),
                (alone + 1, 2),
                (2 * each, 2),
                (2 * each + 1, 3),
            ] {
                let found = segments(&letter.repeat(letters));
                assert_eq!(
                    (found.count, found.units),
                    (count, letters * width),
                    "{letters} {letter}"
                );
            }
        }
        let empty = segments("");
        assert_eq!((empty.count, empty.units, empty.room()), (1, 0, 160));
        assert_eq!(segments(&"a".repeat(161)).room(), 306);
    }

    #[test]
    fn a_letter_of_double_width_is_not_cut_in_two() {
        // The 153rd place of the first piece stays empty.
        let text = format!("{}€{}", "a".repeat(152), "b".repeat(151));
        assert_eq!((segments(&text).units, segments(&text).count), (305, 2));
        let text = format!("{text}b");
        assert_eq!((segments(&text).units, segments(&text).count), (306, 3));
        let text = format!("{}😀{}", "ع".repeat(66), "ع".repeat(66));
        assert_eq!((segments(&text).units, segments(&text).count), (134, 3));
    }

    proptest! {
        #[test]
        fn pieces_hold_the_whole_text(text in "\\PC{0,400}") {
            let found = segments(&text);
            prop_assert!(found.units <= found.room());
            prop_assert!(found.count >= 1 && found.count <= 1 + found.units / 32);
        }
    }
}
