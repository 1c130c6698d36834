//! An organisation's banned words, scored the way Entra ID's custom list is, so that a policy moves over unchanged.
//!
//! A password is lower-cased and `0 1 $ @` are read as `o l s a`. Every banned word in it is worth one point, and so
//! is every character beside them; five points are enough. A password that holds the person's or the organisation's
//! name is refused whatever its points.
//!
//! The public description also matches words "within an edit distance of one" without saying where. Two readings
//! agree with all of its examples: comparing a word with the *whole* password, or with any part that no exact match
//! took. This is the first. Under the second every four-letter word near a banned one would cost its length
//! ("ball", "fill" and "full" for a banned "fall"), which refuses long passphrases for a reason nobody could explain.

use std::collections::HashSet;

use super::PasswordContext;
use super::words::{plain, words_of};

/// Enough to be accepted.
const ENOUGH: usize = 5;
const MOST_WORDS: usize = 1000;
const SHORTEST: usize = 4;
const LONGEST: usize = 16;

/// At most 1,000 words of 4 to 16 characters, capitals and substitutions ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BannedWords(HashSet<Box<[char]>>);

/// A list of banned words that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BannedWordsFault {
    /// More words than are taken.
    #[error("more than {MOST_WORDS} banned words")]
    TooMany,
    /// A word of an odd length: shorter ones would be in everything, longer ones in nothing.
    #[error("the banned word “{0}” must have between {SHORTEST} and {LONGEST} characters")]
    Length(String),
}

impl BannedWords {
    /// Takes the organisation's list.
    ///
    /// # Errors
    /// When there are too many words, or one of them is too short or too long.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, BannedWordsFault> {
        let mut kept = HashSet::new();
        for word in words {
            let letters: Box<[char]> = plain(word.trim()).chars().collect();
            if !(SHORTEST..=LONGEST).contains(&letters.len()) {
                return Err(BannedWordsFault::Length(word.to_owned()));
            }
            kept.insert(letters);
        }
        if kept.len() > MOST_WORDS {
            Err(BannedWordsFault::TooMany)
        } else {
            Ok(Self(kept))
        }
    }

    /// Whether `password` may be used.
    #[must_use]
    pub fn accepts(&self, password: &str, context: &PasswordContext<'_>) -> bool {
        let normal = plain(password);
        let names = std::iter::once(context.organisation).chain(context.names.iter().copied());
        if names
            .flat_map(words_of)
            .any(|name| normal.contains(plain(&name).as_str()))
        {
            return false;
        }
        let letters: Vec<char> = normal.chars().collect();
        !self.0.iter().any(|word| within_one_edit(word, &letters))
            && self.points(&letters) >= ENOUGH
    }

    fn points(&self, letters: &[char]) -> usize {
        // The fewest points for the first n characters, for every n: where words overlap, the cheapest way counts.
        let mut fewest = vec![0_usize];
        for end in 1..=letters.len() {
            let alone = fewest.last().copied().unwrap_or_default();
            let word = (SHORTEST..=LONGEST.min(end))
                .filter(|length| {
                    letters
                        .get(end - length..end)
                        .is_some_and(|part| self.0.contains(part))
                })
                .filter_map(|length| fewest.get(end - length).copied())
                .min();
            fewest.push(alone.min(word.unwrap_or(usize::MAX)).saturating_add(1));
        }
        fewest.last().copied().unwrap_or_default()
    }
}

/// Whether one substitution, insertion or deletion, or none, leads from `a` to `b`.
fn within_one_edit(a: &[char], b: &[char]) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same_start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let same_end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    same_start + same_end + 1 >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(banned: &BannedWords, password: &str) -> usize {
        let letters: Vec<char> = plain(password).chars().collect();
        banned.points(&letters)
    }

    type Vector = (
        &'static str,
        &'static [&'static str],
        &'static str,
        Option<usize>,
        bool,
    );

    /// The published examples, with their points where no near match or name decides.
    const VECTORS: &[Vector] = &[
        ("Bl@nK", &["blank"], "", Some(1), false),
        ("abcdeg", &["abcdef"], "", None, false),
        ("abcdefg", &["abcdef"], "", None, false),
        ("abcde", &["abcdef"], "", None, false),
        ("p0LL23fb", &[], "Poll", None, false),
        ("C0ntos0Blank12", &["contoso", "blank"], "", Some(4), false),
        ("ContoS0Bl@nkf9!", &["contoso", "blank"], "", Some(5), true),
        (
            "Contoso!1",
            &["contoso", "london", "widget"],
            "",
            Some(3),
            false,
        ),
        (
            "Contoso@London",
            &["contoso", "london", "widget"],
            "",
            Some(3),
            false,
        ),
        (
            "ContosoWidget",
            &["contoso", "london", "widget"],
            "",
            Some(2),
            false,
        ),
        (
            "!Contoso",
            &["contoso", "london", "widget"],
            "",
            Some(2),
            false,
        ),
        (
            "LondonHQ",
            &["contoso", "london", "widget"],
            "",
            Some(3),
            false,
        ),
    ];

    #[test]
    fn every_published_example_comes_out_as_published() {
        for (password, words, name, points, accepted) in VECTORS {
            let banned = BannedWords::new(words.iter().copied()).unwrap();
            let names = [*name];
            let context = PasswordContext {
                names: &names,
                ..PasswordContext::default()
            };
            assert_eq!(banned.accepts(password, &context), *accepted, "{password}");
            if let Some(points) = points {
                assert_eq!(score(&banned, password), *points, "{password}");
            }
        }
    }

    #[test]
    fn the_organisations_name_is_refused_outright_from_four_letters_on() {
        let banned = BannedWords::default();
        let context = PasswordContext {
            organisation: "Acme University",
            names: &["Bo"],
            ..PasswordContext::default()
        };
        assert!(!banned.accepts("my-@CME-anvil-collection", &context));
        assert!(banned.accepts("bo-likes-orange-anvils", &context));
    }

    #[test]
    fn overlapping_words_cost_the_fewest_points() {
        let banned = BannedWords::new(["abcd", "cdef", "abcdefgh"]).unwrap();
        assert_eq!(score(&banned, "xabcdefy"), 5);
        assert_eq!(score(&banned, "xxxabcdefghxx"), 6);
        assert_eq!(score(&banned, ""), 0);
        assert_eq!(score(&banned, "ééé"), 3);
    }

    #[test]
    fn a_list_is_checked_when_it_is_read() {
        assert_eq!(
            BannedWords::new(["abc"]),
            Err(BannedWordsFault::Length("abc".to_owned()))
        );
        assert!(BannedWords::new(["a".repeat(17).as_str()]).is_err());
        let many: Vec<String> = (0..1001).map(|n| format!("word-{n}")).collect();
        assert_eq!(
            BannedWords::new(many.iter().map(String::as_str)),
            Err(BannedWordsFault::TooMany)
        );
        assert!(BannedWords::new(many.iter().map(String::as_str).take(1000)).is_ok());
    }
}
