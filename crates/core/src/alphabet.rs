//! The two alphabets of text messages, and in how many pieces a text travels in them.
//!
//! The basic one has 7 bits a letter; a text with one letter of any other script travels in UCS-2, 16 bits a letter. A text
//! that does not fit into one message of 140 bytes is cut, each piece with 6 bytes that say its place, and each is paid for.
//!
//! [`segments`] counts, [`Alphabet::pieces`] cuts, [`Alphabet::encode`] writes.

/// The basic alphabet (3GPP TS 23.038, 6.2.1).
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its table of second choices, each of which takes the room of two letters (3GPP TS 23.038, 6.2.1.1).
const EXTENDED: &str = "\u{c}^{}\\[~]|€";
/// Where each of them stands in that table.
const PLACES: [u8; 10] = [0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65];
/// What stands before one of them; the basic alphabet has no letter there.
const ESCAPE: u8 = 0x1B;

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

    /// The one that a text travels in: the basic one where it has all of its letters.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if is_basic(text) {
            Self::Basic
        } else {
            Self::Ucs2
        }
    }

    /// Cut a text into what fits into one message each; a text that fits is one piece. No letter is cut in two.
    #[must_use]
    pub fn pieces(self, text: &str) -> Vec<&str> {
        let (alone, each) = self.room();
        let units: usize = text.chars().map(|letter| self.width(letter)).sum();
        if units <= alone {
            return vec![text];
        }
        let (mut pieces, mut begin, mut used) = (Vec::new(), 0, 0);
        for (at, letter) in text.char_indices() {
            let width = self.width(letter);
            if used + width > each {
                pieces.extend(text.get(begin..at));
                (begin, used) = (at, 0);
            }
            used += width;
        }
        pieces.extend(text.get(begin..));
        pieces
    }

    /// A text as it is handed to a message centre: a letter of the basic alphabet is a byte (second choices are two), one of
    /// the other is two bytes, the higher first. A letter that the alphabet lacks becomes a question mark.
    #[must_use]
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Basic => text.chars().flat_map(septets).collect(),
            Self::Ucs2 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
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
    let alphabet = Alphabet::of(text);
    Segments {
        alphabet,
        units: text.chars().map(|letter| alphabet.width(letter)).sum(),
        count: alphabet.pieces(text).len(),
    }
}

/// A letter in the basic alphabet.
fn septets(letter: char) -> impl Iterator<Item = u8> {
    let place = |table: &str| {
        let at = table.chars().position(|one| one == letter)?;
        u8::try_from(at).ok()
    };
    let basic = place(BASIC).map(|at| at + u8::from(at >= ESCAPE));
    let extended = || place(EXTENDED).and_then(|at| PLACES.get(usize::from(at)).copied());
    let (escape, code) = match (basic, extended()) {
        (Some(code), _) => (None, code),
        (None, Some(code)) => (Some(ESCAPE), code),
        (None, None) => (None, b'?'),
    };
    escape.into_iter().chain([code])
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

    #[test]
    fn letters_stand_where_the_standard_has_them() {
        for (text, bytes) in [
            ("@£$¥", &[0, 1, 2, 3][..]),
            (
                "ΞÆÉ Z§az\u{e0}",
                &[0x1A, 0x1C, 0x1F, 0x20, 0x5A, 0x5F, 0x61, 0x7A, 0x7F],
            ),
            (
                "\u{c}^{}\\[~]|€",
                &[
                    0x1B, 0x0A, 0x1B, 0x14, 0x1B, 0x28, 0x1B, 0x29, 0x1B, 0x2F, 0x1B, 0x3C, 0x1B,
                    0x3D, 0x1B, 0x3E, 0x1B, 0x40, 0x1B, 0x65,
                ],
            ),
            ("#4é", &[0x23, 0x34, 0x05]),
            ("ع", b"?"),
        ] {
            assert_eq!(Alphabet::Basic.encode(text), bytes, "{text}");
        }
        assert_eq!(
            Alphabet::Ucs2.encode("aع😀"),
            [0, 0x61, 6, 0x39, 0xD8, 0x3D, 0xDE, 0]
        );
        assert_eq!(BASIC.chars().count(), 127);
    }

    proptest! {
        #[test]
        fn pieces_are_the_text_and_fit(text in "[a€ع😀]{0,400}", basic: bool) {
            let alphabet = if basic { Alphabet::Basic } else { Alphabet::Ucs2 };
            let pieces = alphabet.pieces(&text);
            prop_assert_eq!(pieces.concat(), text.as_str());
            let bytes = |piece: &&str| alphabet.encode(piece).len();
            let most = match (alphabet, pieces.len()) {
                (Alphabet::Basic, 1) => 160,
                (Alphabet::Basic, _) => 153,
                (Alphabet::Ucs2, 1) => 140,
                (Alphabet::Ucs2, _) => 134,
            };
            prop_assert!(pieces.iter().all(|piece| bytes(piece) <= most));
        }

        #[test]
        fn pieces_hold_the_whole_text(text in "\\PC{0,400}") {
            let found = segments(&text);
            prop_assert!(found.units <= found.room());
            prop_assert!(found.count >= 1 && found.count <= 1 + found.units / 32);
        }
    }
}
