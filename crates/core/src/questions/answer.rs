//! What counts as the same answer.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;
use zeroize::Zeroizing;

use super::QuestionId;

/// The most code points an answer may have as typed.
pub(super) const LONGEST: usize = 40;

/// No registered answer is that long in any form, so what lies beyond cannot make a wrong answer right.
const LOOKED_AT: usize = 256;

/// The form in which answers are compared: what a person means, whatever the keyboard made of it.
///
/// In this order: compatibility forms are resolved (NFKC: full-width letters, ligatures), accents and vowel marks are
/// dropped (`é` is `e`, in Arabic the harakat and the hamza on its carrier), case is folded (`ß` is `ss`), digits of
/// Arabic and Persian keyboards become ASCII, `ة` and `ى` become `ه` and `ي`, hyphens become spaces, all other
/// punctuation and every symbol is dropped, and spaces are trimmed and collapsed. Doing it twice changes nothing.
#[must_use]
pub fn canonical(answer: &str) -> String {
    let mut folded = Zeroizing::new(String::with_capacity(answer.len().min(4 * LOOKED_AT)));
    folded.extend(bare(answer.trim().chars().take(LOOKED_AT)).flat_map(fold_case));
    // Folding may make new pairs that decompose or compose, so a second round settles them.
    let settled = bare(folded.chars())
        .flat_map(fold_case)
        .map(fold_letter)
        .filter(|c| c.is_alphanumeric() || *c == ' ');
    let kept: Zeroizing<String> = Zeroizing::new(settled.collect());
    let mut plain = String::with_capacity(kept.len());
    for word in kept.split(' ').filter(|word| !word.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word.nfc());
    }
    plain
}

fn bare(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    text.nfkd().filter(|c| canonical_combining_class(*c) == 0)
}

/// Upper and then lower case, letter by letter: full case folding but for a handful of letters nobody types.
fn fold_case(c: char) -> impl Iterator<Item = char> {
    c.to_uppercase().flat_map(char::to_lowercase)
}

fn fold_letter(c: char) -> char {
    match c {
        '\u{660}'..='\u{669}' => ascii_digit(c, 0x660),
        '\u{6f0}'..='\u{6f9}' => ascii_digit(c, 0x6f0),
        'ة' => 'ه',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        // The Arabic stretching line counts as a letter, but is only ornament.
        '\u{640}' => '\'',
        '-' | '_' | '/' | '\u{2010}'..='\u{2015}' => ' ',
        _ if c.is_whitespace() => ' ',
        _ => c,
    }
}

fn ascii_digit(c: char, zero: u32) -> char {
    char::from_digit(u32::from(c).saturating_sub(zero), 10).unwrap_or(c)
}

/// All answers as one input for one password hash: ordered by question, each with its question and both with their
/// lengths before them, so that no answer can lend letters to the next.
///
/// One hash for all means that nobody can test one answer at a time, neither through the page nor with the database
/// in hand.
#[must_use]
pub fn canonical_set(answers: &[(QuestionId, &str)]) -> Zeroizing<Vec<u8>> {
    let mut ordered: Vec<(QuestionId, Zeroizing<String>)> = answers
        .iter()
        .map(|(question, answer)| (*question, Zeroizing::new(canonical(answer))))
        .collect();
    ordered.sort_by_key(|(question, _)| *question);
    let length = ordered
        .iter()
        .map(|(question, answer)| question.as_str().len() + answer.len() + 8)
        .sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    for (question, answer) in &ordered {
        for part in [question.as_str(), answer.as_str()] {
            bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
    }
    bytes
}
