//! A passphrase to suggest: four words and two digits, `Harbor-Violet-Kite-71`.
//!
//! Four draws from 2,048 words and one from 100 numbers make 4 × 11 + 6.6 = 50.6 bits, all of them from chance and
//! none from the form, which anybody may know. The words are short, everyday, in nobody's way, and none begins
//! another, so that they can be read out. The list was picked by hand for this program; `words.txt` keeps it.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::password::NewPassword;

/// A power of two, so that eleven bits of chance pick a word without favouring any.
const WORDS: usize = 2048;
static LIST: &str = include_str!("passphrase/words.txt");

/// A new passphrase of at least 18 characters, so that it always meets the default rules.
#[must_use]
pub fn suggest(rng: &mut dyn CryptoRng) -> NewPassword {
    // Room for four of the longest words: no half-grown copy is left behind in memory.
    let mut phrase = Zeroizing::new(String::with_capacity(64));
    for _ in 0..4 {
        let mut word = word(usize::try_from(below(rng, 2048)).unwrap_or_default()).chars();
        phrase.extend(word.next().map(|first| first.to_ascii_uppercase()));
        phrase.push_str(word.as_str());
        phrase.push('-');
    }
    let number = below(rng, 100);
    for digit in [number / 10, number % 10] {
        phrase.extend(char::from_digit(digit, 10));
    }
    NewPassword::new(std::mem::take(&mut *phrase))
}

fn word(number: usize) -> &'static str {
    LIST.lines().nth(number % WORDS).unwrap_or_default()
}

/// A number below `bound`, all equally likely: draws from the uneven top of the range are thrown away.
fn below(rng: &mut dyn CryptoRng, bound: u32) -> u32 {
    let limit = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = rng.next_u32();
        if drawn < limit {
            return drawn % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{CommonPasswords, PasswordContext, PasswordRules};
    use crate::testing::Chance;
    use std::collections::HashSet;

    #[test]
    fn there_are_2048_plain_words_and_none_begins_another() {
        let all: Vec<&str> = LIST.lines().collect();
        assert_eq!(all.len(), WORDS);
        assert!(
            all.iter().all(|word| (3..=8).contains(&word.len())
                && word.bytes().all(|b| b.is_ascii_lowercase()))
        );
        // In a sorted list, a word that begins another stands right before one that it begins.
        assert!(
            all.windows(2)
                .all(|pair| pair[0] < pair[1] && !pair[1].starts_with(pair[0]))
        );
    }

    #[test]
    fn every_suggestion_has_its_form_and_meets_the_default_rules() {
        let mut rng = Chance::new(7);
        let rules = PasswordRules::default();
        let mut seen = HashSet::new();
        for _ in 0..2_000 {
            let suggestion = suggest(&mut rng);
            let parts: Vec<&str> = suggestion.expose().split('-').collect();
            assert_eq!(parts.len(), 5, "{}", suggestion.expose());
            assert!(
                parts[..4]
                    .iter()
                    .all(|word| LIST.lines().any(|one| one == word.to_lowercase()))
            );
            assert!(
                parts[..4]
                    .iter()
                    .all(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
            );
            assert!(parts[4].len() == 2 && parts[4].bytes().all(|b| b.is_ascii_digit()));
            assert_eq!(
                rules.faults(
                    &suggestion,
                    &PasswordContext::default(),
                    CommonPasswords::default()
                ),
                []
            );
            assert!(
                seen.insert(suggestion.expose().to_owned()),
                "the same one twice"
            );
        }
    }

    #[test]
    fn every_word_and_every_number_comes_up_about_as_often() {
        let mut rng = Chance::new(11);
        for bound in [2048_u32, 100] {
            let mut counts = vec![0_u32; bound as usize];
            for _ in 0..bound * 200 {
                counts[below(&mut rng, bound) as usize] += 1;
            }
            assert!(
                counts.iter().all(|count| (120..=290).contains(count)),
                "bound {bound}"
            );
        }
    }
}
