//! What people call the one among several: an authenticator app, a passkey.

use serde::{Deserialize, Serialize};

/// Most characters of a name.
const LONGEST: usize = 40;

/// A name of one of several apps or passkeys, or of the device that it is on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label(String);

/// Why a text is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelFault {
    /// Nothing, or spaces.
    Empty,
    /// More than 40 characters.
    Long,
    /// Control characters, or signs that turn the text around them.
    Signs,
}

impl LabelFault {
    /// Key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "fault-label-empty",
            Self::Long => "fault-label-long",
            Self::Signs => "fault-label-signs",
        }
    }
}

impl Label {
    /// Reads what somebody typed; spaces around it are dropped.
    ///
    /// # Errors
    /// [`LabelFault`].
    pub fn parse(text: &str) -> Result<Self, LabelFault> {
        let turns = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let text = text.trim();
        if text.is_empty() {
            Err(LabelFault::Empty)
        } else if text.chars().count() > LONGEST {
            Err(LabelFault::Long)
        } else if text.chars().any(|c| c.is_control() || turns(c)) {
            Err(LabelFault::Signs)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_short_and_turns_nothing_around_it() {
        assert_eq!(Label::parse("  My phone ").unwrap().as_str(), "My phone");
        assert_eq!(Label::parse("هاتفي").unwrap().as_str(), "هاتفي");
        assert_eq!(Label::parse(" \t"), Err(LabelFault::Empty));
        assert_eq!(Label::parse(&"é".repeat(41)), Err(LabelFault::Long));
        assert!(Label::parse(&"é".repeat(40)).is_ok());
        for turned in ["a\u{202E}b", "a\u{2067}b", "a\nb", "a\u{7}b"] {
            assert_eq!(Label::parse(turned), Err(LabelFault::Signs));
        }
        for fault in [LabelFault::Empty, LabelFault::Long, LabelFault::Signs] {
            assert!(fault.key().starts_with("fault-label-"));
        }
    }
}
