//! OpenLDAP and its like: the password policy of draft-behera-ldap-password-policy.

use keymend_core::password::PasswordFault;
use keymend_core::time::Timestamp;

use super::{State, Verdict};
use crate::directory::DirectoryError;
use crate::directory::ldap::connection::Change;
use crate::directory::ldap::policy::PolicyFault;
use crate::directory::ldap::reply::{Answer, Found};

/// Attribute that says since when an account is locked.
pub const LOCKED: &str = "pwdAccountLockedTime";
/// In it: by an administrator, for good.
pub const LOCKED_FOR_GOOD: &str = "000001010000Z";
/// Attribute that says that a password must be changed.
pub const MUST_CHANGE: &str = "pwdReset";
/// Attribute that says when the password was last set.
const CHANGED: &str = "pwdChangedTime";

/// What [`state`] reads.
pub const ATTRIBUTES: &[&str] = &[LOCKED, MUST_CHANGE, CHANGED];

/// What an entry says of its account.
pub fn state(found: &Found) -> State {
    State {
        enabled: found.only(LOCKED) != Some(LOCKED_FOR_GOOD),
        must_change: found.only(MUST_CHANGE) == Some("TRUE"),
        locked: found.has(LOCKED),
        changed: found.only(CHANGED).and_then(moment),
        protected: false,
    }
}

/// What the answer to a bind means.
pub fn verdict(answer: &Answer) -> Option<Verdict> {
    Some(match (answer.code, answer.fault) {
        (0, Some(PolicyFault::MustChange)) => Verdict::MustChange,
        (0, _) => Verdict::In,
        (49, Some(PolicyFault::Expired)) => Verdict::Expired,
        (19 | 32 | 48 | 49 | 50 | 53, _) => Verdict::Out,
        _ => return None,
    })
}

/// Why a new password was not taken.
pub fn refusal(answer: &Answer) -> DirectoryError {
    let fault = match (answer.fault, answer.code) {
        (Some(PolicyFault::TooShort), _) => PasswordFault::TooShortForDirectory,
        (Some(PolicyFault::InHistory), _) => PasswordFault::Used,
        (Some(PolicyFault::TooYoung), _) => PasswordFault::TooSoon,
        // 389 calls every rule "quality"; a constraint without a reason is a rule as well.
        (Some(PolicyFault::Quality), _) | (None, 19) => PasswordFault::Directory,
        (Some(PolicyFault::NotAllowed | PolicyFault::OldWanted), _) | (None, 32 | 50 | 53) => {
            tracing::error!(%answer, "the directory does not let this password be written");
            return DirectoryError::NotAllowed;
        }
        _ => return DirectoryError::Down(format!("it did not take a password: {answer}")),
    };
    DirectoryError::Rejected(fault)
}

/// What opens a lock.
pub fn opening() -> Vec<Change> {
    vec![Change::remove(LOCKED)]
}

/// A moment as LDAP writes it (RFC 4517, 3.3.13): `20261123195512Z`, perhaps with a fraction.
pub fn moment(text: &str) -> Option<Timestamp> {
    let (whole, rest) = text.split_at_checked(14)?;
    if !rest.ends_with('Z') || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let at = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_nonsense_is_none() {
        let read = |text| moment(text).map(Timestamp::as_millis);
        assert_eq!(read("20261123195512Z"), Some(1_795_463_712_000));
        assert_eq!(read("20261123195512.123456Z"), Some(1_795_463_712_000));
        for text in [
            "",
            "Z",
            "20261323195512Z",
            "20261123195512",
            "2026112319551é2Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
