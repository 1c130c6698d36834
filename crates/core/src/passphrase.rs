//! A passphrase to suggest: four words and two digits, `Harbor-Violet-Kite-71`.
//!
//! Four draws from 2,048 words and two from ten digits make 4 × 11 + 6.6 = 50.6 bits, all of them from chance and
//! none from the form, which anybody may know. The words are short, everyday, in nobody's way, and none begins
//! another, so that they can be read out. The list was picked by hand for this program; `words.txt` keeps it.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::password::{
    CommonPasswords, DirectoryRules, NewPassword, PasswordContext, PasswordRules,
};

/// A power of two, so that eleven bits of chance pick a word without favouring any.
const WORDS: usize = 2048;
static LIST: &str = include_str!("passphrase/words.txt");

/// Words beyond which no length is reached: the longest password that anybody may demand has 64 characters, and some
/// directories demand more.
const MOST_WORDS: usize = 32;
/// How often chance may miss the rules. Rules that leave less than about an eighth of all phrases would cost a
/// suggestion bits that nobody sees missing.
const TRIES: usize = 8;

/// A new passphrase of at least 18 characters, so that it always meets the default rules.
#[must_use]
pub fn suggest(rng: &mut dyn CryptoRng) -> NewPassword {
    phrase(rng, 4, 2)
}

/// A new passphrase that meets these rules, ours and a directory's: more words where it must be longer, more digits
/// where they are counted. `None` where that form cannot meet them.
#[must_use]
pub fn suggest_for(
    rng: &mut dyn CryptoRng,
    rules: &PasswordRules,
    directory: &DirectoryRules,
    context: &PasswordContext<'_>,
    common: CommonPasswords<'_>,
) -> Option<NewPassword> {
    let least = &directory.least;
    // Each word brings a capital and a hyphen, and at least two small letters.
    let by_kind = least.capitals.max(least.specials).max(4);
    let digits = least.digits.max(2);
    let (min, _) = rules.length_with(directory);
    for _ in 0..TRIES {
        let mut words = by_kind;
        while words <= MOST_WORDS {
            let suggestion = phrase(rng, words, digits);
            let short = min.saturating_sub(suggestion.expose().len());
            if short == 0 {
                let faults = rules.faults_with(directory, &suggestion, context, common);
                if faults.is_empty() {
                    return Some(suggestion);
                }
                break;
            }
            // No word adds more than nine characters, so this never overshoots by much.
            words += short.div_ceil(9);
        }
    }
    None
}

fn phrase(rng: &mut dyn CryptoRng, words: usize, digits: usize) -> NewPassword {
    // Room for the longest words: no half-grown copy is left behind in memory.
    let mut phrase = Zeroizing::new(String::with_capacity(words * 9 + digits));
    for _ in 0..words {
        let mut word = word(usize::try_from(below(rng, 2048)).unwrap_or_default()).chars();
        phrase.extend(word.next().map(|first| first.to_ascii_uppercase()));
        phrase.push_str(word.as_str());
        phrase.push('-');
    }
    for _ in 0..digits {
        phrase.extend(char::from_digit(below(rng, 10), 10));
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
    use crate::password::{Kinds, Least};
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

    fn for_rules(
        rng: &mut Chance,
        rules: &PasswordRules,
        asked: &DirectoryRules,
    ) -> Option<String> {
        let context = PasswordContext {
            organisation: "Harbor College",
            names: &["Violet", "Kite"],
            sign_in: "violet",
        };
        let none = CommonPasswords::default();
        let suggestion = suggest_for(rng, rules, asked, &context, none)?;
        let faults = rules.faults_with(asked, &suggestion, &context, none);
        assert_eq!(faults, [], "{}", suggestion.expose());
        Some(suggestion.expose().to_owned())
    }

    #[test]
    fn a_suggestion_grows_with_what_a_directory_asks_for() {
        let mut rng = Chance::new(3);
        let rules = PasswordRules::default();
        let asked = DirectoryRules {
            min: Some(60),
            kinds: Some(Kinds::ActiveDirectory),
            least: Least {
                digits: 4,
                specials: 6,
                ..Least::default()
            },
            ..DirectoryRules::default()
        };
        let phrase = for_rules(&mut rng, &rules, &asked).unwrap();
        assert!(phrase.len() >= 60 && phrase.len() < 80, "{phrase}");
        assert_eq!(phrase.chars().filter(char::is_ascii_digit).count(), 4);
        // Nothing of this form is as short as this: then there is none, rather than a weak one.
        let short = DirectoryRules {
            max: Some(19),
            ..DirectoryRules::default()
        };
        assert_eq!(for_rules(&mut rng, &rules, &short), None);
        let foreign = DirectoryRules {
            least: Least {
                foreign: 1,
                ..Least::default()
            },
            ..DirectoryRules::default()
        };
        assert_eq!(for_rules(&mut rng, &rules, &foreign), None);
    }

    proptest::proptest! {
        #[test]
        fn every_suggestion_meets_the_rules_that_it_is_for(
            seed: u64,
            own in 8_usize..=64,
            min in 0_usize..100,
            max in 24_usize..300,
            digits in 0_usize..5,
            capitals in 0_usize..8,
            specials in 0_usize..8,
            repeats in 1_usize..4,
            kinds in 0_usize..=5,
        ) {
            let rules = PasswordRules::new(own, 256, true, None).unwrap();
            let asked = DirectoryRules {
                min: Some(min),
                max: Some(max),
                kinds: Some(if kinds == 0 { Kinds::ActiveDirectory } else { Kinds::Ds389(kinds) }),
                least: Least { digits, capitals, specials, letters: 10, smalls: 8, foreign: 0 },
                repeats: Some(repeats),
                names: vec!["map".to_owned(), "Ann".to_owned()],
                ..DirectoryRules::default()
            };
            let found = for_rules(&mut Chance::new(seed), &rules, &asked);
            // With room to spare there always is one.
            if max > 160 && repeats > 2 && kinds < 5 {
                proptest::prop_assert!(found.is_some());
            }
        }
    }

    #[test]
    fn every_word_and_every_number_comes_up_about_as_often() {
        let mut rng = Chance::new(11);
        for bound in [2048_u32, 10] {
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
