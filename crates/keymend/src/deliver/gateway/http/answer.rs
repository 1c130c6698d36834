//! What an answer means: sent, later or never.
//!
//! Rules are looked at in the order never, later, sent; the first that fits decides. An answer that fits
//! none means later. Nothing of an answer's own words gets into a reason: providers repeat the number and
//! the text in them.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::deliver::gateway::{SendError, Taken};

/// Wait after "later", unless the answer says how long.
const LATER: Duration = Duration::from_secs(5);
/// The longest wait that an answer can ask for.
const LONGEST: u64 = 600;
/// The longest reference that is kept, in bytes.
const REFERENCE: usize = 200;

/// Status codes, such as `202`, `"200-299"` or `[429, "500-599"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statuses(Vec<(u16, u16)>);

/// RFC 6901: where in a JSON document something stands, such as `/messages/0/status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(String);

/// A text, or a number that is compared as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(String);

/// When an answer is what the rule is about: everything that is said must be so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its status.
    pub status: Statuses,
    /// Something stands there in its JSON …
    pub at: Option<Pointer>,
    /// … and is one of these.
    #[serde(default)]
    pub is: Vec<Word>,
    /// It begins with this text.
    pub begins: Option<String>,
    /// One of these texts stands somewhere in it.
    #[serde(default)]
    pub has: Vec<String>,
}

/// Where the provider's own name of the message stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Reference {
    /// In the JSON.
    At(Pointer),
    /// In a header.
    Header(String),
    /// In the text behind these words, as far as the next blank or `<`.
    After(String),
}

/// How answers are read.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// The provider has taken the message.
    pub sent: Vec<Rule>,
    /// Another try may do.
    pub later: Vec<Rule>,
    /// It will never take it.
    pub never: Vec<Rule>,
    /// What it calls the message.
    pub reference: Option<Reference>,
}

/// An answer, as far as it is read.
pub struct Answer<'a> {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// The beginning of the body.
    pub body: &'a [u8],
}

impl Statuses {
    /// Exactly these, or from the first to the second.
    #[must_use]
    pub fn ours(ranges: &[(u16, u16)]) -> Self {
        Self(ranges.to_vec())
    }

    fn hold(&self, status: u16) -> bool {
        self.0
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&status))
    }
}

impl Pointer {
    /// One of ours; the tests of the ready descriptions read with it.
    #[must_use]
    pub fn ours(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What stands there: a string, a number or a truth as text.
    #[must_use]
    pub fn find(&self, json: &serde_json::Value) -> Option<String> {
        match json.pointer(&self.0)? {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

impl Rule {
    /// By status alone.
    #[must_use]
    pub fn status(ranges: &[(u16, u16)]) -> Self {
        Self {
            status: Statuses::ours(ranges),
            at: None,
            is: Vec::new(),
            begins: None,
            has: Vec::new(),
        }
    }

    /// And by what stands somewhere in the JSON.
    #[must_use]
    pub fn and(mut self, at: &str, is: &[&str]) -> Self {
        self.at = Some(Pointer::ours(at));
        self.is = is.iter().map(|word| Word((*word).to_owned())).collect();
        self
    }

    /// What of the answer made it fit, for a reason; nothing where it does not fit.
    fn fits(&self, answer: &Answer<'_>, json: Option<&serde_json::Value>) -> Option<String> {
        let begins = self.begins.as_ref().is_none_or(|words| {
            let body = answer.body.trim_ascii_start();
            body.starts_with(words.as_bytes())
        });
        if !self.status.hold(answer.status) || !begins {
            return None;
        }
        let stands = |words: &&String| {
            let mut places = answer.body.windows(words.len().max(1));
            places.any(|place| place == words.as_bytes())
        };
        let has = match self.has.iter().find(stands) {
            Some(words) => format!(", {words}"),
            None if self.has.is_empty() => String::new(),
            None => return None,
        };
        let Some(at) = &self.at else {
            return Some(has);
        };
        let found = at.find(json?)?;
        if self.is.is_empty() {
            return Some(has);
        }
        // The word is the configuration's own by now.
        let word = self.is.iter().find(|word| word.0 == found)?;
        Some(format!("{has}, {} at {at}", word.0))
    }
}

impl Answers {
    /// What came of a message.
    ///
    /// # Errors
    /// [`SendError`], with the status and the word that decided, and nothing else of the answer.
    pub fn judge(&self, answer: &Answer<'_>) -> Result<Taken, SendError> {
        let json = serde_json::from_slice(answer.body).ok();
        let first = |rules: &[Rule]| {
            let mut found = rules.iter();
            found.find_map(|rule| rule.fits(answer, json.as_ref()))
        };
        let said = |why: &str| format!("the gateway answered {}{why}", answer.status);
        if let Some(why) = first(&self.never) {
            return Err(SendError::Never(said(&why)));
        }
        if let Some(why) = first(&self.later) {
            return Err(SendError::Later(wait(answer.headers), said(&why)));
        }
        if first(&self.sent).is_some() {
            let reference = self.reference.as_ref();
            let reference = reference.and_then(|place| place.find(answer, json.as_ref()));
            return Ok(Taken {
                reference,
                rest: None,
            });
        }
        let why = said(", which no rule is about");
        Err(SendError::Later(wait(answer.headers), why))
    }

    /// What could not work: a key of the configuration and what is wrong with it.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, what: &str| faults.push((key.to_owned(), what.to_owned()));
        if self.sent.is_empty() {
            fault("sent", "no answer would mean that a message was sent");
        }
        for (key, rules) in [
            ("sent", &self.sent),
            ("later", &self.later),
            ("never", &self.never),
        ] {
            for rule in rules {
                if rule.at.is_none() && !rule.is.is_empty() {
                    fault(key, "`is` needs `at`");
                }
                if rule.has.iter().any(String::is_empty) {
                    fault(key, "`has` is empty: every answer has that");
                }
                if rule.begins.as_ref().is_some_and(String::is_empty) {
                    fault(key, "`begins` is empty: every answer begins with that");
                }
            }
        }
        match &self.reference {
            Some(Reference::Header(name)) if name.parse::<http::HeaderName>().is_err() => {
                fault("reference", "no header has such a name");
            }
            Some(Reference::After(words)) if words.is_empty() => {
                fault("reference", "`after` is empty");
            }
            _ => {}
        }
        faults
    }
}

impl Reference {
    /// What stands there, if it can be shown to people: a provider may answer with anything.
    fn find(&self, answer: &Answer<'_>, json: Option<&serde_json::Value>) -> Option<String> {
        let found = match self {
            Self::At(pointer) => pointer.find(json?)?,
            Self::Header(name) => answer.headers.get(name)?.to_str().ok()?.to_owned(),
            Self::After(words) => {
                let text = std::str::from_utf8(answer.body).ok()?;
                let (_, after) = text.split_once(words.as_str())?;
                let mut words = after.split(|c: char| c.is_whitespace() || c == '<');
                words.next()?.to_owned()
            }
        };
        let shown = !found.is_empty() && found.bytes().all(|byte| byte.is_ascii_graphic());
        (shown && found.len() <= REFERENCE).then_some(found)
    }
}

/// How long to wait: `Retry-After` in seconds, within reason.
fn wait(headers: &HeaderMap) -> Duration {
    let asked = headers.get(http::header::RETRY_AFTER);
    let asked = asked.and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    asked.map_or(LATER, |seconds| {
        Duration::from_secs(seconds.clamp(LATER.as_secs(), LONGEST))
    })
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number or a text, as TOML writes them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a number or a text")]
enum Scalar {
    Number(i64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a status such as 202, a range such as \"200-299\", or a list of these"
)]
enum OneOrMore {
    One(Scalar),
    More(Vec<Scalar>),
}

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let parts = match OneOrMore::deserialize(from)? {
            OneOrMore::One(part) => vec![part],
            OneOrMore::More(parts) => parts,
        };
        let ranges: Option<Vec<_>> = parts.iter().map(range).collect();
        ranges
            .filter(|ranges| !ranges.is_empty())
            .map(Self)
            .ok_or_else(|| D::Error::custom("statuses are 100 to 599, such as 202 or \"200-299\""))
    }
}

fn range(part: &Scalar) -> Option<(u16, u16)> {
    let (from, to) = match part {
        Scalar::Number(status) => {
            let status = u16::try_from(*status).ok()?;
            (status, status)
        }
        Scalar::Text(text) => {
            let (from, to) = text.split_once('-').unwrap_or((text, text));
            (from.trim().parse().ok()?, to.trim().parse().ok()?)
        }
    };
    (100 <= from && from <= to && to <= 599).then_some((from, to))
}

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let tildes = text.split('~').skip(1);
        let escaped = tildes.into_iter().all(|rest| rest.starts_with(['0', '1']));
        if text.starts_with('/') && escaped {
            Ok(Self(text))
        } else {
            Err(D::Error::custom(
                "a JSON pointer such as \"/messages/0/status\" (RFC 6901)",
            ))
        }
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(from)? {
            Scalar::Number(number) => number.to_string(),
            Scalar::Text(text) => text,
        }))
    }
}

#[cfg(test)]
mod tests;
