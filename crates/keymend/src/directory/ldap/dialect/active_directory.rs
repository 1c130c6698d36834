//! Active Directory: what [MS-ADTS] says of accounts and passwords, as far as we need it.

use std::fmt::Write as _;
use std::time::Duration;

use keymend_core::password::PasswordFault;
use keymend_core::time::Timestamp;
use ldap3::controls::RawControl;
use zeroize::Zeroizing;

use super::{NewSecret, State, Verdict};
use crate::directory::ldap::connection::{Change, Connection, Trouble};
use crate::directory::ldap::offers::Offers;
use crate::directory::ldap::reply::{Answer, Found};
use crate::directory::{Closed, DirectoryError};

/// Flags of an account ([MS-ADTS] 2.2.16).
const FLAGS: &str = "userAccountControl";
/// Flags that the server works out as it is asked: a lock that ran out is none ([MS-ADTS] 3.1.1.4.5.17).
const FLAGS_NOW: &str = "msDS-User-Account-Control-Computed";
/// Since when an account is locked; nothing, or 0, for one that is not.
const LOCKED: &str = "lockoutTime";
/// When the password was last set; 0 when it must be changed.
const SET: &str = "pwdLastSet";
/// When the entry was last touched.
const TOUCHED: &str = "whenChanged";
/// When the account ends; 0 or the greatest number for never.
const ENDS: &str = "accountExpires";
/// 1 for those whom the directory protects as administrators ([MS-ADTS] 3.1.1.6.1).
const ADMINISTRATOR: &str = "adminCount";
/// The password itself; it can be written, and never read.
const PASSWORD: &str = "unicodePwd";

const DISABLED: u64 = 0x2;
const LOCKED_OUT: u64 = 0x10;
const NEVER_EXPIRES: u64 = 0x1_0000;
const EXPIRED: u64 = 0x80_0000;

/// What [`state`] reads.
pub const ATTRIBUTES: &[&str] = &[FLAGS, FLAGS_NOW, LOCKED, SET, TOUCHED, ENDS, ADMINISTRATOR];

/// "Hold my password against history, though I am the one who resets" ([MS-ADTS] 3.1.1.3.4.1.27), and what it was called
/// before Windows Server 2012.
pub const POLICY_HINTS: [&str; 2] = ["1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066"];

/// What an entry says of its account.
pub fn state(found: &Found, now: Timestamp) -> State {
    let number = |attribute| found.only(attribute).and_then(|text| text.parse().ok());
    let flags: u64 = number(FLAGS).unwrap_or(0);
    let flags_now: Option<u64> = number(FLAGS_NOW);
    let set: Option<u64> = number(SET);
    let ended = number(ENDS)
        .and_then(filetime)
        .is_some_and(|ends| ends <= now);
    let asked = set == Some(0) && flags & NEVER_EXPIRES == 0;
    State {
        // An account whose flags cannot be read is not believed to be open.
        enabled: found.has(FLAGS) && flags & DISABLED == 0 && !ended,
        must_change: asked || flags_now.is_some_and(|now| now & EXPIRED != 0),
        locked: match flags_now {
            Some(now) => now & LOCKED_OUT != 0,
            None => number(LOCKED).is_some_and(|since: u64| since != 0),
        },
        changed: match set {
            // It must be changed: nobody set it, since that leaves a moment here.
            Some(0) => Some(Timestamp::from_millis(0)),
            set => set.and_then(filetime),
        },
        touched: found.only(TOUCHED).and_then(super::standard::moment),
        protected: number(ADMINISTRATOR).is_some_and(|count: u64| count != 0),
        ..State::default()
    }
}

/// What the answer to a bind means. The reasons behind the words come with the right password only, but for the lock
/// (775), which is told to anybody and so is "no" here.
pub fn verdict(answer: &Answer) -> Option<Verdict> {
    Some(match (answer.code, reason(&answer.words)) {
        (0, _) => Verdict::In,
        (49, Some(0x532 | 0x773)) => Verdict::Expired,
        (49, Some(0x533)) => Verdict::Closed(Closed::Disabled),
        (49, Some(0x701)) => Verdict::Closed(Closed::Ended),
        (49, Some(0x530 | 0x531)) => Verdict::Closed(Closed::NotNow),
        (32 | 34 | 49, _) => Verdict::Out,
        _ => return None,
    })
}

/// The number behind `data` in the words of a bind that failed: a Windows error.
fn reason(words: &str) -> Option<u32> {
    let (_, rest) = words.split_once(", data ")?;
    let number = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    u32::from_str_radix(number, 16).ok()
}

/// Why a new password was not taken. The words begin with a Windows error of eight digits.
pub fn refusal(answer: &Answer) -> DirectoryError {
    let error = answer
        .words
        .get(..8)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match (answer.code, error) {
        // ERROR_PASSWORD_RESTRICTION: length, complexity, history or age; it does not say which.
        (_, Some(0x52D)) => DirectoryError::Rejected(restriction(&answer.words)),
        // ERROR_INVALID_PASSWORD: the old one that came along.
        (_, Some(0x56)) => DirectoryError::WrongPassword,
        // ERROR_PWD_TOO_SHORT, ERROR_PWD_TOO_RECENT, ERROR_PWD_HISTORY_CONFLICT.
        (_, Some(0x26C)) => DirectoryError::Rejected(PasswordFault::TooShortForDirectory),
        (_, Some(0x26D)) => DirectoryError::Rejected(PasswordFault::TooSoon),
        (_, Some(0x26E)) => DirectoryError::Rejected(PasswordFault::Used),
        (19, None) => DirectoryError::Rejected(PasswordFault::Directory),
        (19 | 32 | 50 | 53, _) => {
            tracing::error!(%answer, "the directory does not let this password be written");
            DirectoryError::NotAllowed
        }
        _ => DirectoryError::Down(format!("it did not take a password: {answer}")),
    }
}

/// Samba says which rule it was; Windows does not.
fn restriction(words: &str) -> PasswordFault {
    let says = |what| words.contains(what);
    if says("in history") {
        PasswordFault::Used
    } else if says("too short") {
        PasswordFault::TooShortForDirectory
    } else if says("too young") {
        PasswordFault::TooSoon
    } else if says("complexity") {
        PasswordFault::FewKinds { least: 3 }
    } else {
        PasswordFault::OneOfThese
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
    let mut changes = changes(&secret);
    changes.extend(secret.along);
    let hints = match secret.old {
        Some(_) => None,
        None => policy_hints(offers),
    };
    on.modify(secret.dn, changes, Vec::from_iter(hints)).await
}

/// What writes a password. With the old one it is a change, which history and minimum age hold for; without it, it
/// is a reset, which opens the lock as well: Active Directory would leave it.
fn changes(secret: &NewSecret<'_>) -> Vec<Change> {
    if let Some(old) = secret.old {
        return vec![
            Change::take(PASSWORD, quoted(old)),
            Change::add(PASSWORD, quoted(secret.new)),
        ];
    }
    let mut changes = vec![Change::set(PASSWORD, quoted(secret.new))];
    changes.extend(opening());
    if secret.must_change {
        changes.push(Change::set(SET, Zeroizing::new(b"0".to_vec())));
    }
    changes
}

/// What opens a lock.
pub fn opening() -> Vec<Change> {
    vec![Change::set(LOCKED, Zeroizing::new(b"0".to_vec()))]
}

/// A password as `unicodePwd` wants it: in quotation marks, UTF-16, little end first ([MS-ADTS] 3.1.1.3.1.5.1).
fn quoted(password: &str) -> Zeroizing<Vec<u8>> {
    // Reserved, so that no half-grown copy is left behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 4));
    for unit in std::iter::once('"')
        .chain(password.chars())
        .chain(std::iter::once('"'))
    {
        let mut pair = [0; 2];
        for unit in unit.encode_utf16(&mut pair) {
            bytes.extend(unit.to_le_bytes());
        }
    }
    bytes
}

/// The control that makes history hold, where the server has it.
pub fn policy_hints(offers: &Offers) -> Option<RawControl> {
    let name = POLICY_HINTS.into_iter().find(|name| offers.control(name))?;
    Some(RawControl {
        ctype: name.to_owned(),
        crit: true,
        // SEQUENCE { flags INTEGER 1 }
        val: Some(vec![0x30, 3, 2, 1, 1]),
    })
}

/// 100-nanosecond steps since 1601, as a moment of ours; `None` for "never".
pub fn filetime(steps: u64) -> Option<Timestamp> {
    const UNIX_EPOCH: i64 = 11_644_473_600_000;
    if steps == 0 {
        return None;
    }
    // The greatest number a server writes means never; its milliseconds are not a moment of any calendar.
    let since_1601 = i64::try_from(steps)
        .ok()
        .filter(|steps| *steps < i64::MAX)?
        / 10_000;
    let at = Timestamp::from_millis(since_1601 - UNIX_EPOCH);
    (at < Timestamp::from_millis(0).plus(Duration::from_secs(253_402_300_799))).then_some(at)
}

/// An id as administrators read it. The first three numbers stand with their little end first.
pub fn guid(bytes: &[u8]) -> Option<String> {
    let bytes: &[u8; 16] = bytes.try_into().ok()?;
    Some(uuid_text(&uuid_order(*bytes)))
}

/// The id back again, as a filter wants its bytes (RFC 4515).
pub fn guid_in_filter(text: &str) -> Option<String> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
    let pairs = digits.chunks_exact(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Vec<u8> = pairs.collect::<Option<_>>()?;
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    if uuid_text(&bytes) != text {
        return None;
    }
    Some(escaped(&uuid_order(bytes)))
}

/// Bytes as a filter wants them (RFC 4515).
pub fn escaped(bytes: &[u8]) -> String {
    let mut escaped = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(escaped, "\\{byte:02x}");
    }
    escaped
}

/// From the order of the directory to that of a text, and back.
fn uuid_order(bytes: [u8; 16]) -> [u8; 16] {
    let mut turned = bytes;
    turned[..4].reverse();
    turned[4..6].reverse();
    turned[6..8].reverse();
    turned
}

fn uuid_text(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The SID of a person's primary group: it stands in no list of members. The domain's SID with another last number.
pub fn primary_group(found: &Found) -> Option<Vec<u8>> {
    let mut sid = found.bytes("objectSid")?.to_vec();
    let group: u32 = found.only("primaryGroupID")?.parse().ok()?;
    let last = sid.len().checked_sub(4).filter(|at| *at >= 8)?;
    sid.splice(last.., group.to_le_bytes());
    Some(sid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bind_says(words: &str) -> Option<Verdict> {
        verdict(&Answer {
            code: 49,
            words: words.to_owned(),
            fault: None,
        })
    }

    #[test]
    fn the_reason_of_a_bind_is_told_only_to_who_knows_the_password() {
        let words = |data: &str| {
            format!(
                "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {data}, v1db1"
            )
        };
        for (data, wanted) in [
            ("525", Verdict::Out),
            ("52e", Verdict::Out),
            ("530", Verdict::Closed(Closed::NotNow)),
            ("531", Verdict::Closed(Closed::NotNow)),
            ("532", Verdict::Expired),
            ("533", Verdict::Closed(Closed::Disabled)),
            ("701", Verdict::Closed(Closed::Ended)),
            ("773", Verdict::Expired),
            ("775", Verdict::Out),
            ("ffffffffff", Verdict::Out),
            ("", Verdict::Out),
        ] {
            assert_eq!(bind_says(&words(data)), Some(wanted), "{data}");
        }
        assert_eq!(bind_says(""), Some(Verdict::Out));
        let busy = Answer {
            code: 51,
            words: words("533"),
            fault: None,
        };
        assert_eq!(verdict(&busy), None);
    }

    #[test]
    fn a_refusal_says_what_it_can() {
        let says = |code, words: &str| {
            let said = refusal(&Answer {
                code,
                words: words.to_owned(),
                fault: None,
            });
            match said {
                DirectoryError::Rejected(fault) => Some(fault),
                _ => None,
            }
        };
        let windows = "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0";
        assert_eq!(says(53, windows), Some(PasswordFault::OneOfThese));
        assert_eq!(says(19, windows), Some(PasswordFault::OneOfThese));
        let samba = "0000052D: Constraint violation - check_password_restrictions: the password was already used (in history)!";
        assert_eq!(says(19, samba), Some(PasswordFault::Used));
        assert_eq!(
            says(50, "00002098: SecErr: DSID-03150F94, problem 4003"),
            None
        );
        assert_eq!(
            says(53, "0000001F: SvcErr: DSID-031A12D2, problem 5003"),
            None
        );
        for odd in ["", "é", "0000é52D: x", "ééééé"] {
            assert_eq!(says(80, odd), None, "{odd}");
        }
    }

    #[test]
    fn a_password_is_quoted_in_utf_16() {
        assert_eq!(**quoted("a"), *b"\"\0a\0\"\0");
        assert_eq!(**quoted("𝄞"), [0x22, 0, 0x34, 0xd8, 0x1e, 0xdd, 0x22, 0]);
    }

    #[test]
    fn moments_are_those_of_windows() {
        let read = |steps| filetime(steps).map(Timestamp::as_millis);
        assert_eq!(read(116_444_736_000_000_000), Some(0));
        assert_eq!(read(134_399_432_261_845_640), Some(1_795_469_626_184));
        assert_eq!(read(0), None);
        assert_eq!(read(9_223_372_036_854_775_807), None);
        assert_eq!(read(u64::MAX), None);
    }

    #[test]
    fn an_id_reads_as_administrators_know_it() {
        let bytes = [
            0x4d, 0x66, 0x5f, 0x22, 0xe2, 0x00, 0x18, 0x4b, 0xae, 0x7f, 0xc5, 0x7c, 0x03, 0xbb,
            0x45, 0xf6,
        ];
        let text = guid(&bytes).unwrap();
        assert_eq!(text, "225f664d-00e2-4b18-ae7f-c57c03bb45f6");
        assert_eq!(
            guid_in_filter(&text).unwrap(),
            r"\4d\66\5f\22\e2\00\18\4b\ae\7f\c5\7c\03\bb\45\f6"
        );
        for nonsense in [
            "",
            "*",
            "225f664d",
            "225F664D-00E2-4B18-AE7F-C57C03BB45F6",
            "225f664d00e24b18ae7fc57c03bb45f6",
            "225f664d-00e2-4b18-ae7f-c57c03bb45f6)(a=*",
            "225f664d-00e2-4b18-ae7f-c57c03bb45é",
        ] {
            assert_eq!(guid_in_filter(nonsense), None, "{nonsense}");
        }
        assert_eq!(guid(&bytes[1..]), None);
    }

    proptest! {
        #[test]
        fn every_id_comes_back(bytes: [u8; 16]) {
            let text = guid(&bytes).unwrap();
            prop_assert_eq!(guid_in_filter(&text), Some(escaped(&bytes)));
        }

        #[test]
        fn no_words_panic(words in "\\PC*", code in 0_u32..130) {
            let answer = Answer { code, words, fault: None };
            let _ = (verdict(&answer), refusal(&answer));
        }
    }
}
