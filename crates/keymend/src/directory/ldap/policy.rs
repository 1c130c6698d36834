//! The password policy control (draft-behera-ldap-password-policy): how a directory says why.

use std::fmt;

use lber::common::TagClass;
use lber::parse::parse_tag;
use lber::structure::StructureTag;
use ldap3::controls::{Control, RawControl};

/// Its object identifier.
pub const CONTROL: &str = "1.3.6.1.4.1.42.2.27.8.5.1";
/// "Expired", in an answer nobody asked for (draft-vchu-ldap-pwd-policy): after a bind that went well, "must be changed".
const EXPIRED: &str = "2.16.840.1.113730.3.4.4";

/// What the policy of a directory objects to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyFault {
    /// The password is right, and too old.
    Expired,
    /// Locked; tells nothing about the password.
    Locked,
    /// The password is right, and somebody else's: it must be changed.
    MustChange,
    /// Passwords may not be changed here.
    NotAllowed,
    /// The old password must be sent along.
    OldWanted,
    /// Too simple, or refused by a check of the directory's own.
    Quality,
    /// Too short.
    TooShort,
    /// The last change was a short while ago.
    TooYoung,
    /// Used before.
    InHistory,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "the password is expired",
            Self::Locked => "the account is locked",
            Self::MustChange => "the password must be changed",
            Self::NotAllowed => "passwords may not be changed",
            Self::OldWanted => "the old password must be sent along",
            Self::Quality => "the password is too simple",
            Self::TooShort => "the password is too short",
            Self::TooYoung => "the password is too young to be changed",
            Self::InHistory => "the password is in the history",
        })
    }
}

/// "Tell me why", to go with an operation.
#[must_use]
pub fn request() -> RawControl {
    RawControl {
        ctype: CONTROL.to_owned(),
        crit: false,
        val: None,
    }
}

/// What the controls in an answer say, `code` being its result. Another shape than the drafts' says nothing.
#[must_use]
pub fn fault(code: u32, controls: &[Control]) -> Option<PolicyFault> {
    let older = || {
        let mut all = controls.iter();
        let said = all.any(|Control(_, control)| control.ctype == EXPIRED);
        match code {
            0 if said => Some(PolicyFault::MustChange),
            49 if said => Some(PolicyFault::Expired),
            _ => None,
        }
    };
    explained(controls).or_else(older)
}

fn explained(controls: &[Control]) -> Option<PolicyFault> {
    let Control(_, control) = controls
        .iter()
        .find(|Control(_, control)| control.ctype == CONTROL)?;
    let (_, value) = parse_tag(control.val.as_deref()?).ok()?;
    let error = value
        .expect_constructed()?
        .into_iter()
        .filter_map(|part| part.match_class(TagClass::Context)?.match_id(1))
        .find_map(StructureTag::expect_primitive)?;
    Some(match error.as_slice() {
        [0] => PolicyFault::Expired,
        [1] => PolicyFault::Locked,
        [2] => PolicyFault::MustChange,
        [3] => PolicyFault::NotAllowed,
        [4] => PolicyFault::OldWanted,
        [5] => PolicyFault::Quality,
        [6] => PolicyFault::TooShort,
        [7] => PolicyFault::TooYoung,
        [8] => PolicyFault::InHistory,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(value: &[u8]) -> Option<PolicyFault> {
        let control = RawControl {
            val: Some(value.to_vec()),
            ..request()
        };
        fault(19, &[Control(None, control)])
    }

    #[test]
    fn the_reason_is_found_behind_a_warning_and_in_long_lengths() {
        assert_eq!(says(&[0x30, 3, 0x81, 1, 6]), Some(PolicyFault::TooShort));
        // A warning (120 seconds before expiry) comes first.
        let warned = [0x30, 8, 0xa0, 3, 0x80, 1, 120, 0x81, 1, 2];
        assert_eq!(says(&warned), Some(PolicyFault::MustChange));
        // 389 writes its lengths in four bytes.
        let long = [0x30, 0x84, 0, 0, 0, 3, 0x81, 1, 8];
        assert_eq!(says(&long), Some(PolicyFault::InHistory));
    }

    #[test]
    fn the_older_control_means_two_things() {
        let control = RawControl {
            ctype: EXPIRED.to_owned(),
            crit: false,
            val: Some(b"0".to_vec()),
        };
        let said = [Control(None, control)];
        assert_eq!(fault(0, &said), Some(PolicyFault::MustChange));
        assert_eq!(fault(49, &said), Some(PolicyFault::Expired));
        assert_eq!(fault(53, &said), None);
    }

    #[test]
    fn nonsense_says_nothing() {
        for value in [
            &[][..],
            &[0x30],
            &[0x30, 0],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 3, 0x81, 1, 77],
            &[0x30, 2, 0x81, 0],
            &[4, 1, 6],
        ] {
            assert_eq!(says(value), None, "{value:?}");
        }
        assert_eq!(fault(19, &[Control(None, request())]), None);
    }
}
