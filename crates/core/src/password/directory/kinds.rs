//! Kinds of characters, as directories count them.

/// How many kinds of characters a password must have, and who counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// Active Directory: capital letters, small letters, digits, punctuation, letters that are neither capital nor
    /// small; three of these five, always.
    ///
    /// Source: "Password must meet complexity requirements", Microsoft Learn.
    ActiveDirectory,
    /// 389 Directory Server: digits, capital letters, small letters and other characters of ASCII, and those outside
    /// of it; so many of these five (`passwordMinCategories`).
    Ds389(usize),
}

/// What Active Directory takes for punctuation. A space is not there, nor is a currency sign other than `$`.
const PUNCTUATION: &str = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/";

impl Kinds {
    /// The sentence before typing.
    pub(super) const fn key(&self) -> &'static str {
        match self {
            Self::ActiveDirectory => "directory-rule-kinds",
            Self::Ds389(_) => "directory-rule-kinds-ascii",
        }
    }

    /// How many there must be.
    #[must_use]
    pub const fn least(&self) -> usize {
        match self {
            Self::ActiveDirectory => 3,
            Self::Ds389(least) => *least,
        }
    }

    /// How many there are.
    pub(super) fn found_in(self, text: &str) -> usize {
        let kinds: [fn(char) -> bool; 5] = match self {
            Self::ActiveDirectory => [
                |c| two_bytes(c) && c.is_uppercase(),
                |c| two_bytes(c) && c.is_lowercase(),
                |c| c.is_ascii_digit(),
                |c| PUNCTUATION.contains(c),
                |c| two_bytes(c) && c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase(),
            ],
            Self::Ds389(_) => [
                |c| Kind::Digits.is(c),
                |c| Kind::Capitals.is(c),
                |c| Kind::Smalls.is(c),
                |c| Kind::Specials.is(c),
                |c| Kind::Foreign.is(c),
            ],
        };
        kinds
            .into_iter()
            .filter(|kind| text.chars().any(kind))
            .count()
    }
}

/// Windows looks at UTF-16 units, and half of a pair is no letter.
fn two_bytes(c: char) -> bool {
    c.len_utf16() == 1
}

/// A kind of characters of which there must be some, as 389 Directory Server counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `0` to `9`.
    Digits,
    /// `A` to `Z` and `a` to `z`.
    Letters,
    /// `A` to `Z`.
    Capitals,
    /// `a` to `z`.
    Smalls,
    /// The rest of ASCII, the space included.
    Specials,
    /// All that is not ASCII.
    Foreign,
}

impl Kind {
    fn is(self, c: char) -> bool {
        match self {
            Self::Digits => c.is_ascii_digit(),
            Self::Letters => c.is_ascii_alphabetic(),
            Self::Capitals => c.is_ascii_uppercase(),
            Self::Smalls => c.is_ascii_lowercase(),
            Self::Specials => c.is_ascii() && !c.is_ascii_alphanumeric(),
            Self::Foreign => !c.is_ascii(),
        }
    }

    pub(super) fn count(self, text: &str) -> usize {
        text.chars().filter(|c| self.is(*c)).count()
    }

    /// The sentence before typing.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Digits => "directory-rule-digits",
            Self::Letters => "directory-rule-letters",
            Self::Capitals => "directory-rule-capitals",
            Self::Smalls => "directory-rule-smalls",
            Self::Specials => "directory-rule-specials",
            Self::Foreign => "directory-rule-foreign",
        }
    }

    /// The sentence when there are too few.
    pub(in crate::password) const fn fault(self) -> &'static str {
        match self {
            Self::Digits => "fault-password-few-digits",
            Self::Letters => "fault-password-few-letters",
            Self::Capitals => "fault-password-few-capitals",
            Self::Smalls => "fault-password-few-smalls",
            Self::Specials => "fault-password-few-specials",
            Self::Foreign => "fault-password-few-foreign",
        }
    }
}

/// How many characters of each kind there must be; zero is "any number".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Least {
    /// `passwordMinDigits`
    pub digits: usize,
    /// `passwordMinAlphas`
    pub letters: usize,
    /// `passwordMinUppers`
    pub capitals: usize,
    /// `passwordMinLowers`
    pub smalls: usize,
    /// `passwordMinSpecials`
    pub specials: usize,
    /// `passwordMin8bit`
    pub foreign: usize,
}

impl Least {
    /// The kinds of which there must be some.
    pub(super) fn wanted(self) -> impl Iterator<Item = (Kind, usize)> {
        [
            (Kind::Digits, self.digits),
            (Kind::Letters, self.letters),
            (Kind::Capitals, self.capitals),
            (Kind::Smalls, self.smalls),
            (Kind::Specials, self.specials),
            (Kind::Foreign, self.foreign),
        ]
        .into_iter()
        .filter(|(_, least)| *least > 0)
    }
}
