//! The two alphabets of text messages: the basic one of 7 bits a letter, and UCS-2 for everything else.

/// The basic alphabet, with its table of second choices (3GPP TS 23.038, 6.2.1).
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\u{c}^{}\\[~]|€";

/// Can the whole text leave in the basic alphabet?
#[must_use]
pub fn is_basic(text: &str) -> bool {
    text.chars().all(|letter| BASIC.contains(letter))
}

#[cfg(test)]
mod tests {
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
}
