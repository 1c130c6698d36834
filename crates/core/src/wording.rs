//! What a text message must say, and what not: MSG-1 and MSG-2 of our security requirements.
//!
//! Somebody who is talked into passing a code on has only the message to see through it: so what the code is for stands
//! where a locked screen shows it, and nothing in it can be pressed.

use crate::alphabet::{Alphabet, Segments, foreign, segments};

/// What the code is for stands within so many characters: as much as the preview of a locked phone shows.
pub const OPENING: usize = 40;

/// Messages that a code travels in at most, in the basic alphabet: one that is cut arrives late or not at all.
const CODE_BASIC: usize = 1;
/// The same in the other alphabet, which has less than half the room: name, warning and last line fit into no fewer.
const CODE_OTHER: usize = 2;
/// Messages that a notice travels in at most.
const NOTICE: usize = 3;

/// Why a text cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordingFault {
    /// No browser could read the code for our page (WICG, Origin-bound one-time codes, 3).
    #[error("its last line must be `@{0} #` and the code, and nothing else")]
    Unbound(String),
    /// Whoever types it looks for it in the sentence.
    #[error("it must say the code before its last line")]
    NoCode,
    /// What it is for comes too late, or never.
    #[error("one of these words must stand in its first {OPENING} characters: {0}")]
    Purpose(String),
    /// Something in it can be pressed.
    #[error("`{0}` looks like a link")]
    Link(String),
    /// It costs more than it is worth, and its pieces may part on their way.
    #[error("it takes {units} letters of {room}{}: {found} text messages instead of {most}", because(*foreign))]
    Long {
        /// The first letter that the basic alphabet lacks: without such there is more than twice the room.
        foreign: Option<char>,
        /// Letters that it has.
        units: usize,
        /// Letters that it may have.
        room: usize,
        /// Messages that it takes.
        found: usize,
        /// Messages that it may take.
        most: usize,
    },
}

/// What is wrong with a text message that tells a code. `host` is that of the portal; `words`, divided by commas, are those
/// of which one says what the code is for, whole or the stem of it.
#[must_use]
pub fn code_faults(text: &str, host: &str, code: &str, words: &str) -> Vec<WordingFault> {
    let mut faults = Vec::new();
    let bound = format!("@{host} #{code}");
    let before = text
        .strip_suffix(&bound)
        .and_then(|rest| rest.strip_suffix('\n'));
    if before.is_none() {
        faults.push(WordingFault::Unbound(host.to_owned()));
    }
    let lines = text.trim_end().rsplit_once('\n');
    let before = before.or(lines.map(|(rest, _)| rest)).unwrap_or(text);
    if !before.contains(code) {
        faults.push(WordingFault::NoCode);
    }
    let opening: String = before.chars().take(OPENING).collect();
    let opening = opening.to_lowercase();
    let mut known = words
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    if !known.any(|word| opening.contains(&word.to_lowercase())) {
        faults.push(WordingFault::Purpose(words.to_owned()));
    }
    faults.extend(link(before).map(|link| WordingFault::Link(link.to_owned())));
    faults.extend(long(text, CODE_BASIC, CODE_OTHER));
    faults
}

/// What is wrong with a text message that tells what happened; `own` is the link in it that is ours.
#[must_use]
pub fn notice_faults(text: &str, own: &str) -> Vec<WordingFault> {
    let rest = text.replace(own, "");
    let link = link(&rest).map(|link| WordingFault::Link(link.to_owned()));
    link.into_iter().chain(long(text, NOTICE, NOTICE)).collect()
}

fn because(foreign: Option<char>) -> String {
    foreign.map_or_else(String::new, |letter| {
        format!(", as the basic alphabet has no `{letter}`")
    })
}

/// Does a text take too many messages?
fn long(text: &str, basic: usize, other: usize) -> Option<WordingFault> {
    let found = segments(text);
    let most = match found.alphabet {
        Alphabet::Basic => basic,
        Alphabet::Ucs2 => other,
    };
    let room = Segments {
        count: most,
        ..found
    }
    .room();
    (found.count > most).then_some(WordingFault::Long {
        foreign: foreign(text),
        units: found.units,
        room,
        found: found.count,
        most,
    })
}

/// The first part of a text that a phone would make a link of: an address with or without a scheme, and also a mail address.
#[must_use]
pub fn link(text: &str) -> Option<&str> {
    let words = text.split_whitespace();
    let mut words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.find(|word| {
        let mut parts = word.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-'));
        word.contains("://") || parts.any(is_domain)
    })
}

/// Labels with dots between them, and the last one no number: phones do not ask whether it exists.
fn is_domain(part: &str) -> bool {
    let mut labels = part.trim_matches('.').rsplit('.');
    let top = labels.next().unwrap_or_default();
    let mut others = labels.peekable();
    top.chars().count() > 1
        && top.chars().all(char::is_alphabetic)
        && others.peek().is_some()
        && others.all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOST: &str = "reset.example.org";
    const GOOD: &str = "Password reset, Campus: 482913. Never share it. \
                        Not you? Tell the desk.\n\n@reset.example.org #482913";

    fn faults(text: &str) -> Vec<WordingFault> {
        code_faults(text, HOST, "482913", "passphrase, PASSWORD")
    }

    #[test]
    fn a_text_that_says_what_it_must_is_fine() {
        assert_eq!(faults(GOOD), []);
        assert_eq!(faults(&GOOD.replace("\n\n", "\n")), []);
        let arabic = "إعادة تعيين كلمة المرور: 482913\n\n@reset.example.org #482913";
        assert_eq!(code_faults(arabic, HOST, "482913", "كلمة المرور"), []);
    }

    #[test]
    fn nothing_but_the_exact_last_line_binds_a_code() {
        let unbound = [WordingFault::Unbound(HOST.to_owned())];
        for (old, new) in [
            ("@reset", "See @reset"),
            ("@reset", " @reset"),
            ("org #", "org  #"),
            ("org #", "org#"),
            ("org #", "org:8443 #"),
        ] {
            assert_eq!(faults(&GOOD.replace(old, new)), unbound, "{new}");
        }
        for end in [" ", "\n", ".", "7"] {
            assert_eq!(faults(&format!("{GOOD}{end}")), unbound, "{end:?}");
        }
        let elsewhere = GOOD.replace("@reset.example.org", "@example.org");
        assert_eq!(faults(&elsewhere), unbound);
        assert_eq!(faults("Password: 482913"), unbound);
    }

    #[test]
    fn the_purpose_comes_at_once_and_the_code_in_the_sentence() {
        let late = format!("{:<33}{GOOD}", "Hello from the whole of us,");
        assert!(
            matches!(faults(&late)[..], [WordingFault::Purpose(_)]),
            "{late}"
        );
        let just = format!("{:<32}{GOOD}", "Hello from the whole of us,");
        assert_eq!(faults(&just), []);
        let without = GOOD.replace(": 482913", "");
        assert_eq!(faults(&without), [WordingFault::NoCode]);
        assert!(!code_faults(GOOD, HOST, "482913", " , ").is_empty());
    }

    #[test]
    fn a_code_travels_in_one_message_or_in_two_of_the_other_alphabet() {
        for (letter, room, found, most) in [("a", 160, 2, 1), ("ع", 134, 3, 2)] {
            let fill = |more: usize| {
                let rest = letter.repeat(room - GOOD.chars().count() + more);
                GOOD.replace("desk", &format!("desk {rest}"))
                    .replace("desk ", "desk")
            };
            assert_eq!(faults(&fill(0)), [], "{letter}");
            let units = room + 1;
            let long = WordingFault::Long {
                foreign: (letter == "ع").then_some('ع'),
                units,
                room,
                found,
                most,
            };
            assert_eq!(faults(&fill(1)), [long], "{letter}");
        }
    }

    #[test]
    fn a_notice_has_our_link_and_no_other() {
        let own = "https://reset.example.org/n/abc";
        let text = format!("Campus: your password was reset. Not you? {own}");
        assert_eq!(notice_faults(&text, own), []);
        let other = notice_faults(&format!("{text} campus.edu"), own);
        assert_eq!(other, [WordingFault::Link("campus.edu".to_owned())]);
        let long = notice_faults(&format!("{text}{}", "x".repeat(400)), own);
        assert!(
            matches!(long[..], [WordingFault::Long { most: 3, .. }]),
            "{long:?}"
        );
    }

    #[test]
    fn whatever_a_phone_would_make_a_link_of_is_found() {
        for link in [
            "https://evil.example/x",
            "http://10.0.0.1",
            "www.campus",
            "campus.edu",
            "help@campus.edu",
            "campus.edu/reset",
            "münchen.de",
            "app://open",
        ] {
            let text = GOOD.replace("the desk", &format!("({link})"));
            assert!(
                matches!(&faults(&text)[..], [WordingFault::Link(_)]),
                "{link}"
            );
        }
        for plain in [
            "e.g. 12.50",
            "U.S. office",
            "wait...",
            "+1 212 555 0100",
            "24/7",
            "a.m.",
        ] {
            assert_eq!(link(plain), None, "{plain}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in "[\\PC\n@#.]{0,200}", code in "[0-9]{6,12}", words in "\\PC{0,20}") {
            let _ = code_faults(&text, HOST, &code, &words);
            let bound = format!("Password {code}\n{text}\n@{HOST} #{code}");
            let bound = code_faults(&bound, HOST, &code, "password");
            let other = |fault: &WordingFault| !matches!(fault, WordingFault::Link(_) | WordingFault::Long { .. });
            prop_assert_eq!(bound.into_iter().find(other), None);
        }
    }
}
