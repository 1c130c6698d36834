//! How a number is dialled: what an exchange wants to stand before and behind it.

/// What may stand in a pattern beside the number; all of it may stand in a SIP URI as it is (RFC 3261, 25.1).
const PLAIN: &str = "+*-._";

/// A pattern such as `9{to-digits}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    before: String,
    plus: bool,
    after: String,
}

impl Dial {
    /// Read a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn parse(pattern: &str) -> Result<Self, &'static str> {
        const WANTED: &str =
            "`{to}` or `{to-digits}` once, with letters, digits and `+*#-._` around it";
        let parts = [("{to}", true), ("{to-digits}", false)].into_iter();
        let mut found = parts.filter_map(|(name, plus)| Some((pattern.split_once(name)?, plus)));
        let ((before, after), plus) = found.next().ok_or(WANTED)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '#' || PLAIN.contains(c);
        if found.next().is_some() || !before.chars().chain(after.chars()).all(fits) {
            return Err(WANTED);
        }
        // The only one that has to be hidden in a URI.
        let hidden = |part: &str| part.replace('#', "%23");
        Ok(Self {
            before: hidden(before),
            plus,
            after: hidden(after),
        })
    }

    /// The user part of the address that is called.
    #[must_use]
    pub fn number(&self, to: &str) -> String {
        let digits = to.trim_start_matches('+');
        let plus = if self.plus { "+" } else { "" };
        format!("{}{plus}{digits}{}", self.before, self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_as_the_exchange_wants_it() {
        for (pattern, wanted) in [
            ("{to}", "+12125550142"),
            ("{to-digits}", "12125550142"),
            ("00{to-digits}", "0012125550142"),
            ("*31#{to-digits}-x", "*31%2312125550142-x"),
        ] {
            let dial = Dial::parse(pattern).unwrap();
            assert_eq!(dial.number("+12125550142"), wanted);
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
        ] {
            assert!(Dial::parse(pattern).is_err(), "{pattern}");
        }
    }
}
