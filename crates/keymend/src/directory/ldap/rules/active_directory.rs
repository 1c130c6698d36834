//! The policies of Active Directory: the domain's, and fine-grained ones ([MS-ADTS] 3.1.1.4.5.36, [MS-SAMR] 3.1.1.7).

use std::time::Duration;

use keymend_core::password::{DirectoryRules, Kinds, active_directory_names};

use super::{number, some};
use crate::directory::ldap::dialect::active_directory::filetime;
use crate::directory::ldap::reply::Found;

/// On a person: the fine-grained policy that holds.
pub const RESULTANT: &str = "msDS-ResultantPSO";

/// What is read of a person.
pub const OF_PERSON: &[&str] = &[RESULTANT, "sAMAccountName", "displayName", "pwdLastSet"];

/// What is read of the domain.
pub const DOMAIN: &[&str] = &[
    "minPwdLength",
    "pwdHistoryLength",
    "pwdProperties",
    "minPwdAge",
    "maxPwdAge",
];

/// What is read of a fine-grained policy.
pub const FINE_GRAINED: &[&str] = &[
    "msDS-MinimumPasswordLength",
    "msDS-PasswordHistoryLength",
    "msDS-PasswordComplexityEnabled",
    "msDS-MinimumPasswordAge",
    "msDS-MaximumPasswordAge",
];

/// In `pwdProperties`: passwords must be complex.
const COMPLEX: u64 = 1;

/// What the domain asks for.
pub fn domain(policy: &Found, person: &Found) -> DirectoryRules {
    let complex = number(policy, "pwdProperties").map(|flags| flags & COMPLEX != 0);
    rules(policy, person, DOMAIN, complex)
}

/// What a fine-grained policy asks for.
pub fn fine_grained(policy: &Found, person: &Found) -> DirectoryRules {
    let complex = match policy.only("msDS-PasswordComplexityEnabled") {
        Some("TRUE") => Some(true),
        Some("FALSE") => Some(false),
        _ => None,
    };
    rules(policy, person, FINE_GRAINED, complex)
}

fn rules(
    policy: &Found,
    person: &Found,
    attributes: &[&'static str],
    complex: Option<bool>,
) -> DirectoryRules {
    let [length, history, _, min_age, max_age] = attributes else {
        return DirectoryRules::unknown();
    };
    let text = |attribute| person.only(attribute).unwrap_or_default();
    let names = active_directory_names(text("sAMAccountName"), text("displayName"));
    let min_age = span(policy, min_age);
    let changed = number(person, "pwdLastSet").and_then(filetime);
    DirectoryRules {
        min: some(policy, length),
        history: number(policy, history).and_then(|count| usize::try_from(count).ok()),
        min_age,
        max_age: span(policy, max_age),
        kinds: complex.unwrap_or(false).then_some(Kinds::ActiveDirectory),
        names: if complex.unwrap_or(false) {
            names
        } else {
            Vec::new()
        },
        // A policy without one of these is one that may not be read in full.
        more: complex.is_none() || !policy.has(length) || !policy.has(history),
        open_from: min_age.zip(changed).map(|(age, at)| at.plus(age)),
        ..DirectoryRules::default()
    }
}

/// A span of time: steps of 100 nanoseconds below zero. Zero and the least number are "none".
fn span(policy: &Found, attribute: &str) -> Option<Duration> {
    let steps: i64 = policy.only(attribute)?.parse().ok()?;
    let steps = steps.checked_neg().filter(|steps| *steps > 0)?;
    let steps = u64::try_from(steps).ok()?;
    Some(Duration::from_millis(steps / 10_000))
}
