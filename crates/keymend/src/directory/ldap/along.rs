//! What some directories keep beside the password, and must be written with it: when it was set, for Unix accounts
//! (RFC 2307) and for Samba's, a hash for Samba's old protocols, and whatever the operator names.

use std::fmt::Write as _;

use keymend_core::time::Timestamp;
use md4::{Digest as _, Md4};
use zeroize::Zeroizing;

use super::connection::Change;
use super::reply::Found;

/// Attribute that says what an entry is.
pub const CLASSES: &str = "objectClass";

const DAY: i64 = 86_400;

/// What is written beside a password, as the operator says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Along {
    /// `shadowLastChange`, where an entry is a `shadowAccount`.
    pub shadow: bool,
    /// `sambaNTPassword` and `sambaPwdLastSet`, where an entry is a `sambaSamAccount`.
    pub samba: bool,
    /// Attributes and their values after a reset, as [`fault`] allows them.
    pub on_reset: Vec<(String, String)>,
}

/// What of it an entry can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    shadow: bool,
    samba: bool,
}

impl Classes {
    /// What the entry says it is.
    pub fn of(found: &Found) -> Self {
        let is = |class: &str| {
            let mut all = found.texts(CLASSES);
            all.any(|value| value.eq_ignore_ascii_case(class))
        };
        Self {
            shadow: is("shadowAccount"),
            samba: is("sambaSamAccount"),
        }
    }
}

/// A password that is written now.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The new password.
    pub new: &'a str,
    /// Now.
    pub now: Timestamp,
    /// It was forgotten: what belongs to a reset is written.
    pub forgotten: bool,
    /// To be changed at the next sign-in.
    pub must_change: bool,
}

impl Along {
    /// What to write into an entry of these classes.
    pub fn changes(&self, classes: Classes, at: Moment<'_>) -> Vec<Change> {
        let seconds = at.now.as_millis().div_euclid(1000);
        // "Never" is how both say "to be changed".
        let since = |now: i64| if at.must_change { 0 } else { now };
        let text = |text: String| Zeroizing::new(text.into_bytes());
        let mut changes = Vec::new();
        if self.shadow && classes.shadow {
            let days = since(seconds.div_euclid(DAY));
            changes.push(Change::set("shadowLastChange", text(days.to_string())));
        }
        if self.samba && classes.samba {
            changes.push(Change::set("sambaNTPassword", nt_hash(at.new)));
            let set = since(seconds).to_string();
            changes.push(Change::set("sambaPwdLastSet", text(set)));
        }
        if at.forgotten {
            let own = self.on_reset.iter();
            changes.extend(own.map(|(attribute, value)| {
                Change::set(attribute.clone(), text(filled(value, seconds)))
            }));
        }
        changes
    }
}

/// What is wrong with a value of [`Along::on_reset`].
#[must_use]
pub fn fault(value: &str) -> Option<&'static str> {
    let rest = filled(value, 0);
    if value.is_empty() {
        Some("a value, not nothing")
    } else if rest.contains(['{', '}']) {
        Some("in braces only {now-generalized}, {now-unix} and {now-days}")
    } else {
        None
    }
}

fn filled(value: &str, seconds: i64) -> String {
    let generalized = jiff::Timestamp::from_second(seconds)
        .map(|at| at.strftime("%Y%m%d%H%M%SZ").to_string())
        .unwrap_or_default();
    value
        .replace("{now-generalized}", &generalized)
        .replace("{now-unix}", &seconds.to_string())
        .replace("{now-days}", &seconds.div_euclid(DAY).to_string())
}

/// MD4 of UTF-16, little end first, in hexadecimal ([MS-NLMP] 3.3.1). As good as the password itself to whoever reads
/// it: only for directories whose Samba still needs it.
fn nt_hash(password: &str) -> Zeroizing<Vec<u8>> {
    // Reserved, so that no half-grown copy is left behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(password.len() * 2));
    for unit in password.encode_utf16() {
        bytes.extend(unit.to_le_bytes());
    }
    let mut text = Zeroizing::new(String::with_capacity(32));
    for byte in Md4::digest(&*bytes) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    Zeroizing::new(text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_for_samba_is_the_one_that_everybody_knows() {
        // [MS-NLMP] 4.2.2.1.2, the password "Password".
        let known = b"A4F49C406510BDCAB6824EE7C30FD852";
        assert_eq!(&**nt_hash("Password"), known);
    }

    #[test]
    fn a_moment_has_three_spellings_and_nothing_else_stands_in_braces() {
        let all = "{now-generalized} {now-unix} {now-days}";
        assert_eq!(
            filled(all, 1_795_463_712),
            "20261123195512Z 1795463712 20780"
        );
        assert_eq!(fault(all), None);
        for value in ["", "{now}", "{", "a}"] {
            assert!(fault(value).is_some(), "{value}");
        }
    }
}
