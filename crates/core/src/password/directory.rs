//! What a directory asks of a new password, as far as it lets us know.
//!
//! None of these rules are ours: they are mirrored so that people read them before they type, under the directory's
//! name, and mend everything at once. Begin at [`DirectoryRules::sentences`] and [`DirectoryRules::faults`]. What only
//! the directory can judge, its history above all, is left to the directory.

mod kinds;

use std::time::Duration;

pub use kinds::{Kind, Kinds, Least};

use super::{NewPassword, PasswordFault};
use crate::time::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The rules of a directory for one person. What is `None` is not asked for, or not known; [`DirectoryRules::more`]
/// says whether there may be anything not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryRules {
    /// The least length.
    pub min: Option<usize>,
    /// The greatest length.
    pub max: Option<usize>,
    /// How many passwords it remembers, the current one included; none of them may come back.
    pub history: Option<usize>,
    /// How long its owner must keep a password.
    pub min_age: Option<Duration>,
    /// How long its owner may keep a password.
    pub max_age: Option<Duration>,
    /// How many kinds of characters there must be.
    pub kinds: Option<Kinds>,
    /// How many characters of each kind there must be.
    pub least: Least,
    /// How often one character may stand in a row.
    pub repeats: Option<usize>,
    /// Names that may not stand in it, in any capitals.
    pub names: Vec<String>,
    /// It may ask for more: a check of its own, or a policy that we may not read.
    pub more: bool,
    /// Before this its owner may not change it.
    pub open_from: Option<Timestamp>,
}

/// A sentence about a rule: a message, and the number to fill into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Key of the message.
    pub key: &'static str,
    /// Its one argument.
    pub number: Option<(&'static str, usize)>,
}

impl DirectoryRules {
    /// Of a directory that does not let us know.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            more: true,
            ..Self::default()
        }
    }

    /// The rules in the order in which the page lists them. Length and history are not among them: they are told
    /// together with our own, in one sentence ([`super::PasswordRules::length_with`]).
    #[must_use]
    pub fn sentences(&self) -> Vec<Sentence> {
        let mut all = Vec::new();
        let mut say = |key, number| all.push(Sentence { key, number });
        if let Some(kinds) = &self.kinds {
            say(kinds.key(), Some(("count", kinds.least())));
        }
        for (kind, least) in self.least.wanted() {
            say(kind.rule(), Some(("count", least)));
        }
        if let Some(most) = self.repeats {
            say("directory-rule-repeats", Some(("count", most)));
        }
        if !self.names.is_empty() {
            say("directory-rule-names", None);
        }
        if let Some(age) = self.max_age {
            let (unit, number) = rounded(age);
            let key = match unit {
                DAY => "directory-rule-max-age-days",
                HOUR => "directory-rule-max-age-hours",
                _ => "directory-rule-max-age-minutes",
            };
            say(key, Some(("count", number)));
        }
        if self.more {
            say("directory-rule-more", None);
        }
        all
    }

    /// How long a password must be kept; for the page on which its owner changes one.
    #[must_use]
    pub fn keeping(&self) -> Option<Sentence> {
        let (unit, number) = rounded(self.min_age?);
        let key = match unit {
            DAY => "directory-rule-min-age-days",
            HOUR => "directory-rule-min-age-hours",
            _ => "directory-rule-min-age-minutes",
        };
        Some(Sentence {
            key,
            number: Some(("count", number)),
        })
    }

    /// What the directory would refuse for certain, length aside ([`super::PasswordRules::faults_with`]).
    #[must_use]
    pub fn faults(&self, password: &NewPassword) -> Vec<PasswordFault> {
        let text = password.expose();
        let mut faults = Vec::new();
        if let Some(kinds) = &self.kinds
            && kinds.found_in(text) < kinds.least()
        {
            faults.push(PasswordFault::FewKinds {
                least: kinds.least(),
            });
        }
        for (kind, least) in self.least.wanted() {
            if kind.count(text) < least {
                faults.push(PasswordFault::FewOf { kind, least });
            }
        }
        if let Some(most) = self.repeats
            && longest_run(text) > most
        {
            faults.push(PasswordFault::Repeats { most });
        }
        let lower = zeroize::Zeroizing::new(text.to_lowercase());
        let held = |name: &&String| lower.contains(&name.to_lowercase());
        faults.extend(
            self.names
                .iter()
                .find(held)
                .map(|name| PasswordFault::DirectoryName {
                    word: name.to_owned(),
                }),
        );
        faults
    }
}

/// The largest unit that tells a time exactly, and how many of it; minutes are rounded up.
fn rounded(span: Duration) -> (u64, usize) {
    let seconds = span.as_secs();
    let unit = [DAY, HOUR]
        .into_iter()
        .find(|unit| seconds >= *unit && seconds.is_multiple_of(*unit))
        .unwrap_or(MINUTE);
    let number = usize::try_from(seconds.div_ceil(unit)).unwrap_or(usize::MAX);
    (unit, number.max(1))
}

/// The most often that one character stands in a row.
fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    let mut last = None;
    for c in text.chars() {
        run = if last == Some(c) { run + 1 } else { 1 };
        last = Some(c);
        longest = longest.max(run);
    }
    longest
}

/// The names that Active Directory does not take in a password: the account's name, whole, and the pieces of the
/// display name between comma, period, dash, underscore, space, pound sign and tab; each from three characters on.
///
/// Source: "Password must meet complexity requirements", Microsoft Learn.
#[must_use]
pub fn active_directory_names(account: &str, display: &str) -> Vec<String> {
    let long = |name: &&str| name.encode_utf16().count() >= 3;
    let between = [',', '.', '-', '_', ' ', '#', '\t'];
    let mut names: Vec<String> = Vec::new();
    for name in std::iter::once(account)
        .chain(display.split(between))
        .filter(long)
    {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests;
