//! Security questions: the bank, what counts as the same answer, and which answers are refused.
//!
//! Begin at [`check`] for registering and at [`canonical_set`] for storing and comparing. The bank asks for memories:
//! things with very many possible answers that nobody can look up. Its texts live in the catalogue as
//! `question-<id>`; people cannot write questions of their own.

mod answer;
mod bank;

pub use answer::{canonical, canonical_set};
pub use bank::QuestionId;

use std::collections::HashSet;
use std::sync::LazyLock;

use answer::LONGEST;

/// Why a chosen question is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum QuestionFault {
    /// Not a question of the bank: the form was tampered with, or is from before an upgrade.
    #[error("no such question")]
    Unknown,
    /// Chosen twice.
    #[error("this question is chosen twice")]
    Repeated,
    /// None was chosen.
    #[error("no question chosen")]
    Missing,
}

impl QuestionFault {
    /// The message for the person.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unknown => "fault-question-unknown",
            Self::Repeated => "fault-question-repeated",
            Self::Missing => "fault-question-missing",
        }
    }
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AnswerFault {
    /// Nothing, or nothing but punctuation.
    #[error("no answer given")]
    Empty,
    /// Fewer code points, counted in the canonical form, than policy asks for.
    #[error("shorter than {min} characters")]
    TooShort {
        /// The least that is taken.
        min: u8,
    },
    /// More code points as typed than an answer may have.
    #[error("longer than {LONGEST} characters")]
    TooLong,
    /// Among the answers that are tried first.
    #[error("easily guessed")]
    TooCommon,
    /// Part of its own question.
    #[error("found in the question")]
    InQuestion,
    /// Part of the person's name, sign-in name, address or number.
    #[error("found in the name or an address")]
    InNameOrAddress,
    /// The same as an answer before it.
    #[error("the same as another answer")]
    SameAnswer,
}

impl AnswerFault {
    /// The message for the person.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "fault-answer-empty",
            Self::TooShort { .. } => "fault-answer-too-short",
            Self::TooLong => "fault-answer-too-long",
            Self::TooCommon => "fault-answer-too-common",
            Self::InQuestion => "fault-answer-in-question",
            Self::InNameOrAddress => "fault-answer-in-name-or-address",
            Self::SameAnswer => "fault-answer-same",
        }
    }

    /// The one argument of that message, if it has one.
    #[must_use]
    pub fn argument(self) -> Option<(&'static str, usize)> {
        match self {
            Self::TooShort { min } => Some(("min", usize::from(min))),
            Self::TooLong => Some(("max", LONGEST)),
            _ => None,
        }
    }
}

/// A fault of one line of the form: of its question or of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SetFault {
    /// Of the question.
    #[error(transparent)]
    Question(#[from] QuestionFault),
    /// Of the answer.
    #[error(transparent)]
    Answer(#[from] AnswerFault),
}

impl SetFault {
    /// The message for the person.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Question(fault) => fault.key(),
            Self::Answer(fault) => fault.key(),
        }
    }

    /// The one argument of that message, if it has one.
    #[must_use]
    pub fn argument(self) -> Option<(&'static str, usize)> {
        match self {
            Self::Question(_) => None,
            Self::Answer(fault) => fault.argument(),
        }
    }
}

/// What is known about the person, none of which may be an answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnswerContext<'a> {
    /// The person's names as the directory has them.
    pub names: &'a [&'a str],
    /// Mail addresses and phone numbers.
    pub addresses: &'a [&'a str],
    /// The sign-in name.
    pub sign_in: &'a str,
}

/// Looks at a whole set of questions and answers: the question, its answer as typed, and the question's text in the
/// language in which it was shown. Gives the position and the fault of every line that is refused, at most one for
/// the question and one for the answer; empty when the set may be stored.
#[must_use]
pub fn check(
    set: &[(QuestionId, &str, &str)],
    context: &AnswerContext<'_>,
    min: u8,
) -> Vec<(usize, SetFault)> {
    let mut faults = Vec::new();
    let mut questions = HashSet::new();
    let mut answers = HashSet::new();
    for (line, (question, typed, text)) in set.iter().enumerate() {
        if !questions.insert(*question) {
            faults.push((line, QuestionFault::Repeated.into()));
        }
        let fault = answer_fault(typed, text, context, min)
            .or_else(|| (!answers.insert(squeezed(typed))).then_some(AnswerFault::SameAnswer));
        faults.extend(fault.map(|fault| (line, fault.into())));
    }
    faults
}

fn answer_fault(
    typed: &str,
    question: &str,
    context: &AnswerContext<'_>,
    min: u8,
) -> Option<AnswerFault> {
    // First, so that nothing long is normalised.
    if typed.trim().chars().take(LONGEST + 1).count() > LONGEST {
        return Some(AnswerFault::TooLong);
    }
    let answer = canonical(typed);
    let known = || {
        context
            .names
            .iter()
            .chain(context.addresses)
            .copied()
            .chain(Some(context.sign_in))
    };
    if answer.is_empty() {
        Some(AnswerFault::Empty)
    } else if answer.chars().count() < usize::from(min) {
        Some(AnswerFault::TooShort { min })
    } else if common(&answer) {
        Some(AnswerFault::TooCommon)
    } else if format!(" {} ", canonical(question)).contains(&format!(" {answer} ")) {
        Some(AnswerFault::InQuestion)
    } else if known().any(|text| {
        canonical(text).contains(&answer) || squeezed(text).contains(&squeezed(&answer))
    }) {
        Some(AnswerFault::InNameOrAddress)
    } else {
        None
    }
}

/// "new york" and "newyork" are one answer to whoever guesses.
fn squeezed(text: &str) -> String {
    canonical(text).replace(' ', "")
}

/// One character over and over, a run of digits or keys, or an answer that people give to any question.
fn common(answer: &str) -> bool {
    static COMMON: LazyLock<HashSet<String>> = LazyLock::new(|| {
        bank::COMMON_ANSWERS
            .split_whitespace()
            .map(squeezed)
            .collect()
    });
    const RUNS: [&str; 6] = [
        "01234567890123456789",
        "98765432109876543210",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
    ];
    let squeezed = answer.replace(' ', "");
    let mut letters = squeezed.chars();
    let first = letters.next();
    letters.all(|c| Some(c) == first)
        || RUNS.iter().any(|run| run.contains(&squeezed))
        || COMMON.contains(&squeezed)
}

#[cfg(test)]
mod tests;
