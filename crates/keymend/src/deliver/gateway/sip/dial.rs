//! How a number is dialled: what an exchange wants to stand before and behind it, and what is pressed after the answer.

/// What may stand in a pattern beside the number; all of it may stand in a SIP URI as it is (RFC 3261, 25.1).
const PLAIN: &str = "+*-._";
const TO: &str = "{to}";
const DIGITS: &str = "{to-digits}";

/// A pattern such as `9{to-digits}`, or `{to},42#` with an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    called: String,
    pressed: Option<String>,
}

/// A number as the exchange wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// The user part of the address that is called.
    pub called: String,
    /// What is pressed when somebody answers.
    pub pressed: Option<String>,
}

impl Dial {
    /// Read a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn parse(pattern: &str) -> Result<Self, &'static str> {
        const WANTED: &str = "`{to}` or `{to-digits}` once, with letters, digits and `+*#-._` around it; \
             behind a comma, what is pressed after the answer: digits, `*`, `#`, `{to-digits}`";
        let (called, pressed) = match pattern.split_once(',') {
            Some((called, pressed)) => (called, Some(pressed)),
            None => (pattern, None),
        };
        let rest = |part: &str| part.replace(DIGITS, "").replace(TO, "");
        let can_call = |c: char| c.is_ascii_alphanumeric() || c == '#' || PLAIN.contains(c);
        let can_press = |c: char| c.is_ascii_digit() || "*#".contains(c);
        let numbers = pattern.matches(TO).count() + pattern.matches(DIGITS).count();
        let fits = numbers == 1
            && !called.is_empty()
            && rest(called).chars().all(can_call)
            && pressed.is_none_or(|part| {
                !part.is_empty() && !part.contains(TO) && rest(part).chars().all(can_press)
            });
        // `#` is the only one that has to be hidden in a URI.
        fits.then(|| Self {
            called: called.replace('#', "%23"),
            pressed: pressed.map(str::to_owned),
        })
        .ok_or(WANTED)
    }

    /// With the number that is called, in E.164.
    #[must_use]
    pub fn number(&self, to: &str) -> Dialled {
        let digits = to.trim_start_matches('+');
        let fill = |part: &String| {
            let part = part.replace(DIGITS, digits);
            part.replace(TO, &format!("+{digits}"))
        };
        Dialled {
            called: fill(&self.called),
            pressed: self.pressed.as_ref().map(fill),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_as_the_exchange_wants_it() {
        for (pattern, called, pressed) in [
            ("{to}", "+12125550142", None),
            ("{to-digits}", "12125550142", None),
            ("00{to-digits}", "0012125550142", None),
            ("*31#{to-digits}-x", "*31%2312125550142-x", None),
            ("{to},42#", "+12125550142", Some("42#")),
            ("disa,99*{to-digits}#", "disa", Some("99*12125550142#")),
        ] {
            let dial = Dial::parse(pattern).unwrap();
            let dialled = dial.number("+12125550142");
            assert_eq!(dialled.called, called);
            assert_eq!(dialled.pressed.as_deref(), pressed);
        }
    }

    #[test]
    fn what_cannot_be_dialled_is_refused() {
        for pattern in [
            "",
            "9",
            "{to",
            "{to}{to}",
            "{to}{to-digits}",
            "{to}@x",
            "{to} ",
            "{text}",
            "{to},",
            ",{to-digits}",
            "disa,{to}",
            "{to},4a",
            "{to},4,2",
        ] {
            assert!(Dial::parse(pattern).is_err(), "{pattern}");
        }
    }
}
