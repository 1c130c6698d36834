//! OpenLDAP and its like: the password policy of draft-behera-ldap-password-policy; and 389, which has one of its own.

use keymend_core::password::PasswordFault;
use keymend_core::time::Timestamp;

use zeroize::Zeroizing;

use super::{NewSecret, State, Verdict};
use crate::directory::DirectoryError;
use crate::directory::ldap::along::{self, Classes};
use crate::directory::ldap::connection::{Change, Connection, Trouble};
use crate::directory::ldap::offers::{Kind, Offers, PASSWORD_MODIFY};
use crate::directory::ldap::policy::PolicyFault;
use crate::directory::ldap::reply::{Answer, Found};

/// Attribute of passwords (RFC 4519, 2.41).
const PASSWORD: &str = "userPassword";
/// Attribute that says since when an account is locked.
pub const LOCKED: &str = "pwdAccountLockedTime";
/// In it: by an administrator, for good.
pub const LOCKED_FOR_GOOD: &str = "000001010000Z";
/// Attribute that says that a password must be changed.
pub const MUST_CHANGE: &str = "pwdReset";
/// Attribute that says when the password was last set.
const CHANGED: &str = "pwdChangedTime";

/// The same in 389, with `passwordTrackUpdateTime`.
const CHANGED_389: &str = "pwdUpdateTime";
/// Attribute of 389 that says until when an account is locked. A reset opens the lock and leaves this behind.
const LOCKED_389: &str = "accountUnlockTime";
/// Attribute of 389 that counts wrong passwords.
const TRIES_389: &str = "passwordRetryCount";
/// Attribute of 389 that says when it forgets them.
const FORGOTTEN_389: &str = "retryCountResetTime";
/// Attribute of 389 that closes an account for good.
const DISABLED_389: &str = "nsAccountLock";

/// Attribute that says when the entry was last changed: by a password, too (RFC 4512, 3.4).
const TOUCHED: &str = "modifyTimestamp";

/// What [`state`] reads.
pub const ATTRIBUTES: &[&str] = &[
    TOUCHED,
    LOCKED,
    MUST_CHANGE,
    CHANGED,
    CHANGED_389,
    LOCKED_389,
    TRIES_389,
    DISABLED_389,
    along::CLASSES,
];

/// What an entry says of its account.
pub fn state(found: &Found) -> State {
    let is_true = |name| {
        let value = found.only(name);
        value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    };
    let wrong_tries = found.only(TRIES_389).is_none_or(|tries| tries != "0");
    let counted = found.has(LOCKED_389) && wrong_tries;
    let changed = |name| found.only(name).and_then(moment);
    State {
        enabled: found.only(LOCKED) != Some(LOCKED_FOR_GOOD) && !is_true(DISABLED_389),
        must_change: is_true(MUST_CHANGE),
        locked: found.has(LOCKED) || counted,
        counted,
        changed: changed(CHANGED).or_else(|| changed(CHANGED_389)),
        touched: found.only(TOUCHED).and_then(moment),
        protected: false,
        classes: Classes::of(found),
    }
}

/// What the answer to a bind means.
pub fn verdict(answer: &Answer) -> Option<Verdict> {
    Some(match (answer.code, answer.fault) {
        (0, Some(PolicyFault::MustChange)) => Verdict::MustChange,
        (0, _) => Verdict::In,
        (49, Some(PolicyFault::Expired)) => Verdict::Expired,
        (19 | 32 | 34 | 48 | 49 | 50 | 53, _) => Verdict::Out,
        _ => return None,
    })
}

/// Why a new password was not taken.
pub fn refusal(answer: &Answer) -> DirectoryError {
    let fault = match (answer.fault, answer.code) {
        (Some(PolicyFault::TooShort), _) => PasswordFault::TooShortForDirectory,
        (Some(PolicyFault::InHistory), _) => PasswordFault::Used,
        (Some(PolicyFault::TooYoung), _) => PasswordFault::TooSoon,
        // 389 calls most rules "quality", or nothing at all, and says in words which one it was.
        (Some(PolicyFault::Quality), _) | (None, 19) => rule(&answer.words),
        (Some(PolicyFault::NotAllowed | PolicyFault::OldWanted), _) | (None, 32 | 50 | 53) => {
            tracing::error!(%answer, "the directory does not let this password be written");
            return DirectoryError::NotAllowed;
        }
        _ => return DirectoryError::Down(format!("it did not take a password: {answer}")),
    };
    DirectoryError::Rejected(fault)
}

/// Which rule the words of 389 name.
fn rule(words: &str) -> PasswordFault {
    if words.contains("in history") {
        PasswordFault::Used
    } else if words.contains("characters long") {
        PasswordFault::TooShortForDirectory
    } else {
        PasswordFault::Directory
    }
}

/// Write a password, once. What it brings along is written with it, or nothing is.
///
/// # Errors
/// [`Trouble`].
pub async fn write(
    on: &Connection,
    secret: NewSecret<'_>,
    offers: &Offers,
) -> Result<Answer, Trouble> {
    let plain = || {
        let value = Zeroizing::new(secret.new.as_bytes().to_vec());
        Change::set(PASSWORD, value)
    };
    let mut more = secret.along;
    // 389 does it by itself, where the policy says so, and lets nobody write it.
    if secret.must_change && offers.kind() != Kind::Directory389 {
        more.push(Change::set(MUST_CHANGE, Zeroizing::new(b"TRUE".to_vec())));
    }
    if !more.is_empty() || offers.lacks(PASSWORD_MODIFY) {
        more.insert(0, plain());
        return on.modify(secret.dn, more, Vec::new()).await;
    }
    let said = on.set_password(secret.dn, secret.old, secret.new).await?;
    if offers.kind() == Kind::Directory389
        && said.code == 19
        && matches!(said.fault, None | Some(PolicyFault::Quality))
    {
        // It names the rule only when it is asked this way; what it refused once it refuses again.
        return on.modify(secret.dn, vec![plain()], Vec::new()).await;
    }
    Ok(said)
}

/// What opens a lock: one of 389, which counts wrong passwords, or that of a password policy.
pub fn opening(counted: bool) -> Vec<Change> {
    if counted {
        let all = [TRIES_389, FORGOTTEN_389, LOCKED_389];
        return all.map(Change::clear).to_vec();
    }
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
