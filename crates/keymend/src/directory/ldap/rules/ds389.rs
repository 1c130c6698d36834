//! The password policy of 389 Directory Server: a policy entry of a subtree or a person, or `cn=config`.

use std::collections::BTreeSet;

use keymend_core::password::{DirectoryRules, Kinds, Least};

use super::{number, seconds, some};
use crate::directory::ldap::dialect::standard::moment;
use crate::directory::ldap::reply::Found;

/// What is read of a person: what may not stand in a password, and from when on it may be changed.
pub const OF_PERSON: &[&str] = &[
    "uid",
    "cn",
    "sn",
    "givenName",
    "ou",
    "mail",
    "passwordAllowChangeTime",
];

/// What is read of a policy.
pub const ATTRIBUTES: &[&str] = &[
    "passwordCheckSyntax",
    "passwordMinLength",
    "passwordMinDigits",
    "passwordMinAlphas",
    "passwordMinUppers",
    "passwordMinLowers",
    "passwordMinSpecials",
    "passwordMin8bit",
    "passwordMinCategories",
    "passwordMaxRepeats",
    "passwordMinTokenLength",
    "passwordMaxSequence",
    "passwordMaxSeqSets",
    "passwordMaxClassChars",
    "passwordPalindrome",
    "passwordDictCheck",
    "passwordBadWords",
    "passwordUserAttributes",
    "passwordHistory",
    "passwordInHistory",
    "passwordMinAge",
    "passwordExp",
    "passwordMaxAge",
];

/// Rules without a sentence of their own: it is said that there are more.
const UNSAID: [&str; 3] = [
    "passwordMaxSequence",
    "passwordMaxSeqSets",
    "passwordMaxClassChars",
];

/// What a policy asks for.
pub fn rules(policy: &Found, person: &Found) -> DirectoryRules {
    let on = |attribute| {
        let value = policy.only(attribute);
        value.is_some_and(|value| value.eq_ignore_ascii_case("on"))
    };
    // It compares with the current one as well.
    let history = if on("passwordHistory") {
        some(policy, "passwordInHistory").map(|old| old.saturating_add(1))
    } else {
        policy.has("passwordHistory").then_some(0)
    };
    let ages = DirectoryRules {
        history,
        min_age: seconds(policy, "passwordMinAge"),
        max_age: seconds(policy, "passwordMaxAge").filter(|_| on("passwordExp")),
        open_from: person.only("passwordAllowChangeTime").and_then(moment),
        ..DirectoryRules::default()
    };
    if !on("passwordCheckSyntax") {
        // Switched off, or not to be read.
        return DirectoryRules {
            more: !policy.has("passwordCheckSyntax"),
            ..ages
        };
    }
    let count = |attribute| some(policy, attribute).unwrap_or(0);
    let unsaid = UNSAID.into_iter().any(|rule| count(rule) > 0)
        || on("passwordPalindrome")
        || on("passwordDictCheck")
        || policy.has("passwordBadWords")
        || policy.has("passwordUserAttributes");
    // What is not there has a default, and which one depends on the version.
    let wanted = [
        "passwordMinLength",
        "passwordMinCategories",
        "passwordMinTokenLength",
    ];
    let silent = wanted.into_iter().any(|attribute| !policy.has(attribute));
    DirectoryRules {
        min: some(policy, "passwordMinLength"),
        kinds: some(policy, "passwordMinCategories").map(|least| Kinds::Ds389(least.min(5))),
        least: Least {
            digits: count("passwordMinDigits"),
            letters: count("passwordMinAlphas"),
            capitals: count("passwordMinUppers"),
            smalls: count("passwordMinLowers"),
            specials: count("passwordMinSpecials"),
            foreign: count("passwordMin8bit"),
        },
        repeats: some(policy, "passwordMaxRepeats"),
        names: number(policy, "passwordMinTokenLength")
            .map(|least| names(person, least))
            .unwrap_or_default(),
        more: unsaid || silent,
        ..ages
    }
}

/// What may not stand in a password: every `least` characters in a row of a value.
fn names(person: &Found, least: u64) -> Vec<String> {
    let least = usize::try_from(least).unwrap_or(usize::MAX).max(1);
    let attributes = ["uid", "cn", "sn", "givenName", "ou", "mail"];
    let values = attributes
        .into_iter()
        .flat_map(|attribute| person.texts(attribute));
    let mut pieces = BTreeSet::new();
    for value in values {
        let characters: Vec<char> = value.chars().collect();
        pieces.extend(characters.windows(least).map(String::from_iter));
    }
    pieces.into_iter().collect()
}
