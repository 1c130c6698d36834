//! What a server answers, read without believing it: whatever has another shape than it should is
//! left out or refused, never a panic.

use std::collections::HashMap;
use std::fmt;

use lber::structure::{PL, StructureTag};
use ldap3::LdapResult;

use super::policy::{self, PolicyFault};

/// Longest words of a server that are kept.
const WORDS: usize = 200;

/// The answer to an operation.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Result code of RFC 4511.
    pub code: u32,
    /// The server's words, for the log.
    pub words: String,
    /// What its password policy has to say.
    pub fault: Option<PolicyFault>,
}

impl From<LdapResult> for Answer {
    fn from(result: LdapResult) -> Self {
        let words = result.text.chars().filter(|c| !c.is_control());
        Self {
            code: result.rc,
            words: words.take(WORDS).collect(),
            fault: policy::fault(result.rc, &result.ctrls),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "result {} ({})", self.code, name(self.code))?;
        if !self.words.is_empty() {
            write!(f, ": {}", self.words)?;
        }
        match self.fault {
            Some(fault) => write!(f, " [password policy: {fault}]"),
            None => Ok(()),
        }
    }
}

/// What RFC 4511 calls the codes that one meets.
fn name(code: u32) -> &'static str {
    match code {
        0 => "success",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        8 => "stronger authentication required",
        10 => "referral",
        11 => "administrative limit exceeded",
        13 => "confidentiality required",
        16 => "no such attribute",
        19 => "constraint violation",
        32 => "no such object",
        34 => "invalid DN",
        48 => "inappropriate authentication",
        49 => "invalid credentials",
        50 => "insufficient access rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling to perform",
        _ => "see RFC 4511",
    }
}

/// An entry that a search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it is now.
    pub dn: String,
    attributes: HashMap<String, Vec<Vec<u8>>>,
}

impl Found {
    /// Read a search result entry; `None` when it is none.
    #[must_use]
    pub fn read(tag: StructureTag) -> Option<Self> {
        let mut parts = tag.match_id(4)?.expect_constructed()?.into_iter();
        let dn = text(parts.next()?)?;
        let mut attributes = HashMap::new();
        for attribute in parts.next()?.expect_constructed()? {
            let mut parts = attribute.expect_constructed()?.into_iter();
            let name = text(parts.next()?)?.to_ascii_lowercase();
            let values = parts.next()?.expect_constructed()?;
            let values = values
                .into_iter()
                .filter_map(StructureTag::expect_primitive);
            attributes.insert(name, values.collect());
        }
        Some(Self { dn, attributes })
    }

    /// The values of an attribute that are texts.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.attributes.get(&name.to_ascii_lowercase());
        values
            .into_iter()
            .flatten()
            .filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The values of an attribute as they came.
    pub fn raw(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let values = self.attributes.get(&name.to_ascii_lowercase());
        values.into_iter().flatten().map(Vec::as_slice)
    }

    /// The value of an attribute that has exactly one, and it a text.
    #[must_use]
    pub fn only(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// The value of an attribute that has exactly one.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        match self.attributes.get(&name.to_ascii_lowercase())?.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Has the attribute any value?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.attributes
            .get(&name.to_ascii_lowercase())
            .is_some_and(|values| !values.is_empty())
    }
}

fn text(tag: StructureTag) -> Option<String> {
    match tag.payload {
        PL::P(bytes) => String::from_utf8(bytes).ok(),
        PL::C(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use lber::common::TagClass;
    use proptest::prelude::*;

    use super::*;

    fn of(id: u64, payload: PL) -> StructureTag {
        StructureTag {
            class: TagClass::Universal,
            id,
            payload,
        }
    }

    fn word(text: &[u8]) -> StructureTag {
        of(4, PL::P(text.to_vec()))
    }

    #[test]
    fn binary_values_are_no_texts_and_harm_nobody() {
        let values = of(17, PL::C(vec![word(b"\xff\xfe"), word(b"ana@example.org")]));
        let attributes = of(16, PL::C(vec![of(16, PL::C(vec![word(b"Mail"), values]))]));
        let entry = of(4, PL::C(vec![word(b"uid=ana,dc=example"), attributes]));
        let found = Found::read(entry).unwrap();
        assert_eq!(found.texts("mail").collect::<Vec<_>>(), ["ana@example.org"]);
        assert_eq!(found.only("mail"), None);
        assert!(found.has("MAIL") && !found.has("cn"));
    }

    fn any_tag() -> impl Strategy<Value = StructureTag> {
        let leaf = (0_u64..8, proptest::collection::vec(any::<u8>(), 0..6));
        let leaf = leaf.prop_map(|(id, bytes)| of(id, PL::P(bytes)));
        leaf.prop_recursive(4, 24, 4, |inner| {
            (0_u64..8, proptest::collection::vec(inner, 0..4))
                .prop_map(|(id, inside)| of(id, PL::C(inside)))
        })
    }

    proptest! {
        #[test]
        fn no_shape_of_an_entry_panics(tag in any_tag()) {
            let _ = Found::read(tag);
        }
    }
}
