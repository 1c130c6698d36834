//! New passwords: the rules a password must meet before a directory is asked.
//!
//! Begin at [`PasswordRules::faults`]: it gives all the rules a password breaks, so that nobody has to mend one fault
//! after the other. There is no composition rule and nothing is trimmed; length counts code points. Huge input is
//! refused by its length alone, before anything is normalised or hashed.

mod banned;
mod common;
mod directory;
mod words;

pub use banned::{BannedWords, BannedWordsFault};
pub use common::{CommonPasswords, CommonPasswordsFault};
pub use directory::{DirectoryRules, Kind, Kinds, Least, Sentence, active_directory_names};

use std::fmt;

use subtle::ConstantTimeEq as _;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::time::Timestamp;

/// A password somebody wants. Wiped from memory when dropped; never shown.
#[derive(Clone)]
pub struct NewPassword(Zeroizing<String>);

impl NewPassword {
    /// Takes what was typed, exactly as it was typed.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }

    /// The password itself, for the directory.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The NFC form, for a directory that hashes it itself: the same password typed on another keyboard may arrive
    /// decomposed.
    #[must_use]
    pub fn nfc(&self) -> Zeroizing<String> {
        // NFC triples the bytes at worst: with the room reserved no half-grown copy is left behind in memory.
        let mut composed = Zeroizing::new(String::with_capacity(self.0.len().saturating_mul(3)));
        composed.extend(self.0.nfc());
        composed
    }

    /// Whether the second field holds the same, compared without a hint in time of where they part.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// What is known about the person and the place, for the own-words rule.
#[derive(Debug, Clone, Copy, Default)]
pub struct PasswordContext<'a> {
    /// The organisation's name.
    pub organisation: &'a str,
    /// The person's names as the directory has them.
    pub names: &'a [&'a str],
    /// The sign-in name; of one with an `@` only the part before it counts.
    pub sign_in: &'a str,
}

/// A rule that a password breaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFault {
    /// Fewer code points than the rules ask for.
    #[error("shorter than {min} characters")]
    TooShort {
        /// The least that is taken.
        min: usize,
    },
    /// More code points than the rules take.
    #[error("longer than {max} characters")]
    TooLong {
        /// The most that is taken.
        max: usize,
    },
    /// Holds a control character, which no sign-in page lets one type.
    #[error("contains a control character")]
    Control,
    /// Among the passwords that are tried first.
    #[error("among the most common passwords")]
    Common,
    /// Holds the person's or the organisation's name.
    #[error("contains a word of the person or the organisation")]
    OwnWord {
        /// The word, as it was given in the context.
        word: String,
    },
    /// Too little is left beside the words that the organisation banned.
    #[error("made of banned words")]
    Banned,
    /// The directory remembers it from before.
    #[error("used before")]
    Used,
    /// It is the current one.
    #[error("the same as the current password")]
    SameAsCurrent,
    /// The directory lets a password be changed only some time after the last change.
    #[error("changed too recently")]
    TooSoon,
    /// As [`Self::TooSoon`], and it is known when it may be changed.
    #[error("changed too recently")]
    TooSoonUntil {
        /// From then on.
        until: Timestamp,
    },
    /// Fewer kinds of characters than the directory asks for.
    #[error("made of fewer than {least} kinds of characters")]
    FewKinds {
        /// The least that it takes.
        least: usize,
    },
    /// Fewer characters of a kind than the directory asks for.
    #[error("too few characters of a kind that the directory asks for")]
    FewOf {
        /// Of which kind.
        kind: Kind,
        /// The least that it takes.
        least: usize,
    },
    /// One character more often in a row than the directory takes.
    #[error("one character more than {most} times in a row")]
    Repeats {
        /// The most that it takes.
        most: usize,
    },
    /// Holds a name that the directory does not take.
    #[error("contains a name that the directory does not take")]
    DirectoryName {
        /// The name, as the directory has it.
        word: String,
    },
    /// Too short for the directory, or too simple, or used before: it says only that it is one of these.
    #[error("refused by one of the directory's rules about length, characters and history")]
    OneOfThese,
    /// Shorter than the directory asks for; it does not say how much.
    #[error("too short for the directory")]
    TooShortForDirectory,
    /// The directory refuses it by a rule it does not name.
    #[error("refused by the directory")]
    Directory,
}

/// A value to fill into a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument<'a> {
    /// A number.
    Number(usize),
    /// A word, to be shown isolated from the text's direction.
    Text(&'a str),
    /// A moment, to be shown in the organisation's time zone.
    Moment(Timestamp),
}

impl PasswordFault {
    /// The message for the person.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "fault-password-too-short",
            Self::TooLong { .. } => "fault-password-too-long",
            Self::Control => "fault-password-control",
            Self::Common => "fault-password-common",
            Self::OwnWord { .. } => "fault-password-own-word",
            Self::Banned => "fault-password-banned",
            Self::Used => "fault-password-used",
            Self::SameAsCurrent => "fault-password-same-as-current",
            Self::TooSoon => "fault-password-too-soon",
            Self::TooSoonUntil { .. } => "fault-password-too-soon-until",
            Self::FewKinds { .. } => "fault-password-few-kinds",
            Self::FewOf { kind, .. } => kind.fault(),
            Self::Repeats { .. } => "fault-password-repeats",
            Self::DirectoryName { .. } => "fault-password-directory-name",
            Self::OneOfThese => "fault-password-one-of-these",
            Self::TooShortForDirectory => "fault-password-too-short-for-directory",
            Self::Directory => "fault-password-directory",
        }
    }

    /// The one argument of that message, if it has one.
    #[must_use]
    pub fn argument(&self) -> Option<(&'static str, Argument<'_>)> {
        match self {
            Self::TooShort { min } => Some(("min", Argument::Number(*min))),
            Self::TooLong { max } => Some(("max", Argument::Number(*max))),
            Self::OwnWord { word } | Self::DirectoryName { word } => {
                Some(("word", Argument::Text(word)))
            }
            Self::TooSoonUntil { until } => Some(("until", Argument::Moment(*until))),
            Self::FewKinds { least } | Self::FewOf { least, .. } => {
                Some(("count", Argument::Number(*least)))
            }
            Self::Repeats { most } => Some(("count", Argument::Number(*most))),
            _ => None,
        }
    }
}

/// The rules of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordRules {
    min: usize,
    max: usize,
    own_words: bool,
    banned: Option<BannedWords>,
}

/// Rules that policy may not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRulesFault {
    /// Shorter is guessable even online; more than 64 nobody may demand.
    #[error("the minimum length must be between 8 and 64")]
    Min,
    /// A passphrase or a manager's password must fit.
    #[error("the maximum length must be between 64 and 256")]
    Max,
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self {
            min: 15,
            max: 256,
            own_words: true,
            banned: None,
        }
    }
}

impl PasswordRules {
    /// Rules with lengths in code points.
    ///
    /// # Errors
    /// When `min` is not within 8 to 64 or `max` not within 64 to 256.
    pub fn new(
        min: usize,
        max: usize,
        own_words: bool,
        banned: Option<BannedWords>,
    ) -> Result<Self, PasswordRulesFault> {
        if !(8..=64).contains(&min) {
            return Err(PasswordRulesFault::Min);
        }
        if !(64..=256).contains(&max) {
            return Err(PasswordRulesFault::Max);
        }
        Ok(Self {
            min,
            max,
            own_words,
            banned,
        })
    }

    /// The least length, in code points.
    #[must_use]
    pub const fn min(&self) -> usize {
        self.min
    }

    /// The greatest length, in code points.
    #[must_use]
    pub const fn max(&self) -> usize {
        self.max
    }

    /// Whether names of the person and the organisation are refused.
    #[must_use]
    pub const fn own_words(&self) -> bool {
        self.own_words
    }

    /// The organisation's banned words.
    #[must_use]
    pub const fn banned(&self) -> Option<&BannedWords> {
        self.banned.as_ref()
    }

    /// The least and the greatest length where a directory's rules hold as well: each time the stricter one.
    #[must_use]
    pub fn length_with(&self, directory: &DirectoryRules) -> (usize, usize) {
        let min = directory.min.unwrap_or_default().max(self.min);
        let max = directory.max.unwrap_or(usize::MAX).min(self.max);
        (min, max)
    }

    /// Every rule that `password` breaks, in the order in which the page lists the rules; empty when it may be used.
    #[must_use]
    pub fn faults(
        &self,
        password: &NewPassword,
        context: &PasswordContext<'_>,
        common: CommonPasswords<'_>,
    ) -> Vec<PasswordFault> {
        self.faults_with(&DirectoryRules::default(), password, context, common)
    }

    /// As [`Self::faults`], with what a directory would refuse: all that is known, to be mended at once.
    #[must_use]
    pub fn faults_with(
        &self,
        directory: &DirectoryRules,
        password: &NewPassword,
        context: &PasswordContext<'_>,
        common: CommonPasswords<'_>,
    ) -> Vec<PasswordFault> {
        let (min, max) = self.length_with(directory);
        let text = password.expose();
        // A code point is at most four bytes, so most of what is too long is known without reading it; and nothing
        // that is too long is looked at any further.
        let length = if text.len() > max.saturating_mul(4) {
            usize::MAX
        } else {
            text.chars().count()
        };
        if length > max {
            return vec![PasswordFault::TooLong { max }];
        }
        let mut faults = Vec::new();
        if length < min {
            faults.push(PasswordFault::TooShort { min });
        }
        if text.chars().any(char::is_control) {
            faults.push(PasswordFault::Control);
        }
        if common.contains(text) {
            faults.push(PasswordFault::Common);
        }
        if self.own_words {
            faults.extend(
                words::own_words_in(text, context)
                    .into_iter()
                    .map(|word| PasswordFault::OwnWord { word }),
            );
        }
        if self
            .banned
            .as_ref()
            .is_some_and(|banned| !banned.accepts(text, context))
        {
            faults.push(PasswordFault::Banned);
        }
        let known = own_words(&faults);
        faults.extend(directory.faults(password).into_iter().filter(|fault| {
            // Said already, in our own words.
            !matches!(fault, PasswordFault::DirectoryName { word } if known.contains(&word.to_lowercase()))
        }));
        faults
    }
}

fn own_words(faults: &[PasswordFault]) -> Vec<String> {
    let words = faults.iter().filter_map(|fault| match fault {
        PasswordFault::OwnWord { word } => Some(word.to_lowercase()),
        _ => None,
    });
    words.collect()
}

#[cfg(test)]
mod tests;
