//! Sign-in names: what is looked up, and which bucket a spelling belongs to.
//!
//! Two questions that must not be mixed up. *Which account is meant?* is answered strictly: only a
//! name that is already in canonical form, apart from the case of its letters, can match, and then
//! byte for byte. *Which bucket do tries count in?* is answered loosely, so that no spelling buys a
//! further try.

mod choice;

use unicode_normalization::UnicodeNormalization as _;

pub use choice::{Choice, Realm, counter};

/// Most code points of a name.
pub const MOST: usize = 128;

/// A name as somebody typed it, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInName {
    lookup: Option<String>,
    bucket: String,
}

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing there.
    #[error("empty")]
    Empty,
    /// More than [`MOST`] code points.
    #[error("too long")]
    TooLong,
    /// A control character: no keyboard makes one here.
    #[error("a control character")]
    Control,
}

impl NameFault {
    /// Message key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty | Self::Control => "fault-name-empty",
            Self::TooLong => "fault-name-long",
        }
    }
}

impl SignInName {
    /// Read a typed name. `domains` are those whose people may leave them away: `name`,
    /// `name@domain` and `DOMAIN\name` (the first label) mean the same.
    ///
    /// # Errors
    /// [`NameFault`].
    pub fn parse(typed: &str, domains: &[String]) -> Result<Self, NameFault> {
        if typed.len() > MOST * 8 {
            return Err(NameFault::TooLong);
        }
        let trimmed = typed.trim();
        if trimmed.is_empty() {
            return Err(NameFault::Empty);
        }
        if trimmed.chars().count() > MOST {
            return Err(NameFault::TooLong);
        }
        if trimmed.chars().any(char::is_control) {
            return Err(NameFault::Control);
        }
        let folded: String = trimmed.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        let folded = folded.trim();
        let canonical = trimmed.nfkc().eq(trimmed.chars());
        Ok(Self {
            lookup: canonical.then(|| without_domain(folded, domains).to_owned()),
            bucket: without_domain(folded, domains).to_owned(),
        })
    }

    /// What the directory is asked for; `None` when this spelling can be nobody's.
    #[must_use]
    pub fn lookup(&self) -> Option<&str> {
        self.lookup.as_deref()
    }

    /// The same spelling, as if it could be nobody's.
    #[must_use]
    pub fn of_nobody(&self) -> Self {
        Self {
            lookup: None,
            bucket: self.bucket.clone(),
        }
    }

    /// What limits count under.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }
}

fn without_domain<'a>(name: &'a str, domains: &[String]) -> &'a str {
    let bare = |name: &'a str| {
        if let Some((front, domain)) = name.rsplit_once('@') {
            return domains.iter().any(|own| own == domain).then_some(front);
        }
        let (short, rest) = name.split_once('\\')?;
        let first = |own: &String| own.split('.').next() == Some(short) || own == short;
        domains.iter().any(first).then_some(rest)
    };
    bare(name).filter(|bare| !bare.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str) -> SignInName {
        SignInName::parse(typed, &["campus.example".to_owned()]).unwrap()
    }

    #[test]
    fn every_spelling_of_a_name_shares_its_bucket() {
        for typed in [
            "bo",
            "Bo",
            " bo ",
            "bo@campus.example",
            "BO@CAMPUS.EXAMPLE",
            "campus\\bo",
            "CAMPUS\\Bo",
            "ｂｏ",
            "ＢＯ@campus.example",
        ] {
            assert_eq!(read(typed).bucket(), "bo", "{typed}");
        }
    }

    #[test]
    fn only_a_canonical_spelling_can_be_somebody() {
        for typed in ["bo", "BO", "bo@campus.example", "campus\\bo"] {
            assert_eq!(read(typed).lookup(), Some("bo"), "{typed}");
        }
        // Full-width, Kelvin sign, ligature: they fold to a name but are not it.
        for typed in ["ｂｏ", "\u{212A}", "\u{FB01}"] {
            assert_eq!(read(typed).lookup(), None, "{typed}");
        }
        // Cyrillic, dotless i, combining mark, joiner: other names, byte for byte.
        for typed in ["bо", "mıke", "bo\u{301}", "b\u{200D}o", "bo.", "ß"] {
            assert_ne!(read(typed).lookup(), Some("bo"), "{typed}");
            assert_ne!(read(typed).lookup(), Some("mike"), "{typed}");
            assert_ne!(read(typed).lookup(), Some("ss"), "{typed}");
        }
    }

    #[test]
    fn a_foreign_domain_stays_part_of_the_name() {
        assert_eq!(read("bo@other.example").lookup(), Some("bo@other.example"));
        assert_eq!(read("other\\bo").lookup(), Some("other\\bo"));
        assert_eq!(read("@campus.example").lookup(), Some("@campus.example"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let parse = |typed: &str| SignInName::parse(typed, &[]);
        assert_eq!(parse("  "), Err(NameFault::Empty));
        assert_eq!(parse("a\0b"), Err(NameFault::Control));
        assert_eq!(parse(&"a".repeat(129)), Err(NameFault::TooLong));
        assert!(parse(&"a".repeat(128)).is_ok());
        assert_eq!(parse(&"é".repeat(1000)), Err(NameFault::TooLong));
    }

    proptest! {
        #[test]
        fn a_lookup_is_its_own_bucket(typed in "\\PC{0,40}") {
            if let Ok(name) = SignInName::parse(&typed, &[])
                && let Some(lookup) = name.lookup()
            {
                prop_assert_eq!(lookup, name.bucket());
            }
        }
    }
}
