//! Texts with holes: the parts of a request into which a message is put.
//!
//! `{to}` and its like are a closed set ([`Name`]); `{{` and `}}` are braces. A value is escaped for the
//! place where it stands ([`Escape`]), so that none can end its place and begin another.

use std::borrow::Cow;
use std::fmt;

use super::facts::Facts;

/// What can be put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The number, E.164, with its `+`.
    To,
    /// The same without the `+`.
    ToDigits,
    /// The text.
    Text,
    /// The digits of a code alone; empty in a notice.
    Code,
    /// The language of the text, such as `en`.
    Language,
    /// `from` of the configuration.
    From,
    /// The message's own id, the same at each try.
    Id,
    /// `account` of the configuration; where it is not set, `user`.
    Account,
    /// `user` of the configuration; where it is not set, `account`.
    User,
    /// `secret` of the configuration.
    Secret,
    /// User and secret as RFC 7617 puts them together.
    Basic,
    /// When the request is made, seconds since 1970.
    Timestamp,
    /// HMAC-SHA256 with the secret over timestamp, full stop and body; in hexadecimal digits.
    Signature,
    /// When the request is made, as Amazon writes it in `X-Amz-Date`.
    AwsDate,
    /// User and secret proved by Amazon's Signature Version 4 of service `sns`, for `Authorization`.
    AwsSns,
    /// `0` where the text fits the basic alphabet of text messages, else `2` (UCS-2).
    Coding,
    /// The same as `text` and `unicode`.
    Alphabet,
    /// Where the provider asks what a call says: `/calls/` of the portal.
    Script,
    /// Where the provider tells what became of the message: `/receipts/` of the portal.
    Receipts,
}

impl Name {
    /// Those that stand in descriptions of ours only: who uses them must sign its requests as we know it.
    const OURS: [Self; 2] = [Self::Script, Self::Receipts];

    /// All that an operator can use, in the order of the documents.
    pub const ALL: [Self; 17] = [
        Self::To,
        Self::ToDigits,
        Self::Text,
        Self::Code,
        Self::Language,
        Self::From,
        Self::Id,
        Self::Account,
        Self::User,
        Self::Secret,
        Self::Basic,
        Self::Timestamp,
        Self::Signature,
        Self::AwsDate,
        Self::AwsSns,
        Self::Coding,
        Self::Alphabet,
    ];

    /// As it stands between the braces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::To => "to",
            Self::ToDigits => "to-digits",
            Self::Text => "text",
            Self::Code => "code",
            Self::Language => "language",
            Self::From => "from",
            Self::Id => "id",
            Self::Account => "account",
            Self::User => "user",
            Self::Secret => "secret",
            Self::Basic => "basic",
            Self::Timestamp => "timestamp",
            Self::Signature => "signature",
            Self::AwsDate => "aws-date",
            Self::AwsSns => "aws-sns",
            Self::Coding => "coding",
            Self::Alphabet => "alphabet",
            Self::Script => "script",
            Self::Receipts => "receipts",
        }
    }

    /// Is it known without a message?
    #[must_use]
    pub const fn is_known_without_message(self) -> bool {
        matches!(
            self,
            Self::From
                | Self::Account
                | Self::User
                | Self::Secret
                | Self::Basic
                | Self::Timestamp
                | Self::Signature
                | Self::AwsDate
                | Self::AwsSns
        )
    }

    /// Is it made from the rest of the request, so that it can stand in a header only?
    #[must_use]
    pub const fn is_over_request(self) -> bool {
        matches!(self, Self::Signature | Self::AwsSns)
    }
}

/// How a value is written where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// In a URL, as a part of its path or query: all but RFC 3986's unreserved characters in per cent.
    Url,
    /// In a header: refused when it holds what a header cannot.
    Header,
    /// In text or in an attribute of XML.
    Xml,
    /// Inside the quotes of a JSON string.
    Json,
    /// As it is: a plain text, or what is escaped as a whole afterwards.
    Nothing,
}

#[derive(Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Value(Name),
}

/// A text with holes.
#[derive(Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// Empty: an operator may have written a secret into it.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template(…)")
    }
}

impl Template {
    /// Take a text apart.
    ///
    /// # Errors
    /// In one line, for the operator: a name that is not in the set, a brace without its other half.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_with(text, &Name::ALL)
    }

    fn parse_with(text: &str, known: &[Name]) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut words = String::new();
        let mut rest = text.chars();
        while let Some(letter) = rest.next() {
            let doubled = rest.as_str().starts_with(letter);
            match letter {
                '{' | '}' if doubled => {
                    rest.next();
                    words.push(letter);
                }
                '{' => {
                    let (name, after) = rest
                        .as_str()
                        .split_once('}')
                        .ok_or("`{` without `}`; a brace itself is `{{`")?;
                    let value = known.iter().find(|known| known.as_str() == name);
                    let value = value.ok_or_else(|| unknown(name))?;
                    pieces.push(Piece::Words(std::mem::take(&mut words)));
                    pieces.push(Piece::Value(*value));
                    rest = after.chars();
                }
                '}' => return Err("`}` without `{`; a brace itself is `}}`".to_owned()),
                other => words.push(other),
            }
        }
        pieces.push(Piece::Words(words));
        Ok(Self(pieces))
    }

    /// One of ours. A fault in it becomes words, which the tests of the ready descriptions find.
    #[must_use]
    pub fn ours(text: &str) -> Self {
        let known = [&Name::ALL[..], &Name::OURS].concat();
        let parsed = Self::parse_with(text, &known);
        parsed.unwrap_or_else(|_| Self(vec![Piece::Words(text.to_owned())]))
    }

    /// What is put in.
    pub fn names(&self) -> impl Iterator<Item = Name> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Value(name) => Some(*name),
            Piece::Words(_) => None,
        })
    }

    /// The words around the values.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Words(words) => Some(words.as_str()),
            Piece::Value(_) => None,
        })
    }

    /// With a word instead of each value.
    #[must_use]
    pub fn sample(&self, instead: &str) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Value(_) => instead.to_owned(),
        };
        self.0.iter().map(piece).collect()
    }

    /// Put the values in.
    ///
    /// # Errors
    /// In one line and without the value, when one cannot stand here.
    pub fn fill(&self, facts: &Facts<'_>, escape: Escape) -> Result<String, String> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Value(name) => {
                    let value = facts.value(*name)?;
                    let value = escape.apply(&value);
                    let value = value.ok_or_else(|| {
                        let name = name.as_str();
                        format!("{{{name}}} holds what cannot stand in a header")
                    })?;
                    text.push_str(&value);
                }
            }
        }
        Ok(text)
    }
}

fn unknown(name: &str) -> String {
    // Between unbalanced braces stands anything, a secret too.
    let known = Name::ALL.map(|name| format!("{{{}}}", name.as_str()));
    let short = name.len() <= 20 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let what = if short { name } else { "…" };
    format!("{{{what}}} is unknown; known are {}", known.join(", "))
}

impl Escape {
    /// The value as it may stand; nothing where it may not.
    #[must_use]
    pub fn apply(self, value: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Url => Some(value.bytes().map(in_url).collect::<String>().into()),
            Self::Header => can_be_header(value).then_some(value.into()),
            Self::Xml => Some(value.chars().map(in_xml).collect::<String>().into()),
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                let inner = quoted.get(1..quoted.len().saturating_sub(1));
                Some(inner.unwrap_or_default().to_owned().into())
            }
            Self::Nothing => Some(value.into()),
        }
    }
}

/// Printable ASCII, as far as every server agrees on it.
#[must_use]
pub fn can_be_header(value: &str) -> bool {
    value.chars().all(|c| c == ' ' || c.is_ascii_graphic())
}

fn in_url(byte: u8) -> Cow<'static, str> {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string().into()
    } else {
        format!("%{byte:02X}").into()
    }
}

fn in_xml(letter: char) -> Cow<'static, str> {
    match letter {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        '\'' => "&apos;".into(),
        // A reader of attributes would make a blank of them.
        '\n' => "&#10;".into(),
        '\r' => "&#13;".into(),
        '\t' => "&#9;".into(),
        // No document of XML 1.0 can hold these.
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => " ".into(),
        c => c.to_string().into(),
    }
}

#[cfg(test)]
mod tests;
