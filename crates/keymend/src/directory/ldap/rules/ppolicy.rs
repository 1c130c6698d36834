//! The password policy of OpenLDAP (slapo-ppolicy, draft-behera-ldap-password-policy).

use keymend_core::password::DirectoryRules;

use super::{number, seconds, some};
use crate::directory::ldap::dialect::standard::moment;
use crate::directory::ldap::reply::Found;

/// On a person: the policy that holds. 389 Directory Server calls it the same.
pub const POLICY: &str = "pwdPolicySubentry";

/// What is read of a person.
pub const OF_PERSON: &[&str] = &[POLICY, "pwdChangedTime"];

/// What is read of a policy.
pub const ATTRIBUTES: &[&str] = &[
    "pwdMinLength",
    "pwdMaxLength",
    "pwdInHistory",
    "pwdMinAge",
    "pwdMaxAge",
    "pwdCheckQuality",
    "pwdUseCheckModule",
    "pwdCheckModule",
];

/// What a policy asks for.
pub fn rules(policy: &Found, person: &Found) -> DirectoryRules {
    // Without it not even the length is looked at.
    let looked_at = number(policy, "pwdCheckQuality").is_some_and(|level| level > 0);
    let length = |attribute| some(policy, attribute).filter(|_| looked_at);
    // It keeps so many old ones, and compares with the current one as well.
    let history = some(policy, "pwdInHistory").map_or(0, |old| old.saturating_add(1));
    let module = policy.only("pwdUseCheckModule") == Some("TRUE") || policy.has("pwdCheckModule");
    let min_age = seconds(policy, "pwdMinAge");
    let changed = person.only("pwdChangedTime").and_then(moment);
    DirectoryRules {
        min: length("pwdMinLength"),
        max: length("pwdMaxLength"),
        history: Some(history),
        min_age,
        max_age: seconds(policy, "pwdMaxAge"),
        more: looked_at && module,
        open_from: min_age.zip(changed).map(|(age, at)| at.plus(age)),
        ..DirectoryRules::default()
    }
}
