//! What the templates ask of the page structs: words, marked-up sentences, pictures.
//!
//! Begin with [`Chrome::t`] and [`Chrome::say`]. Keys that depend on a value are chosen here and not glued
//! together in templates, so that a search for a key finds its use.

use askama::filters::Safe;
use keymend_core::method::Channel;

use super::{Chrome, Sent, Shown, Step};
use crate::app::receipts::Arrival;
use crate::i18n::Arg;
pub use crate::i18n::own_name;

/// Brackets around a value while a sentence is put together: private-use characters, which become `<bdi>`.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// The frame that all pictures share.
macro_rules! svg {
    ($shape:literal) => {
        concat!(
            r#"<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">"#,
            $shape,
            "</svg>"
        )
    };
}

impl Chrome {
    /// A sentence without arguments.
    #[must_use]
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.t(key)
    }

    /// A sentence with numbers in it.
    #[must_use]
    pub fn count(&self, key: &str, numbers: &[(&str, usize)]) -> String {
        let args: Vec<(&str, Arg)> = numbers
            .iter()
            .map(|(name, number)| (*name, Arg::from(*number)))
            .collect();
        self.words.f(key, &args)
    }

    /// Which message a code stands in, and how long it is valid.
    #[must_use]
    pub fn code_times(&self, sent: &Sent) -> String {
        let at = ("at", Arg::from(sent.at.as_str()));
        let until = ("until", Arg::from(sent.until.as_str()));
        self.words.f("code-times", &[at, until])
    }

    /// A sentence with foreign text in it (`$value`): escaped, and the text kept from disturbing the
    /// direction of the words around it.
    #[must_use]
    pub fn say(&self, key: &str, value: &str) -> Safe<String> {
        let bare: String = value
            .chars()
            .filter(|c| ![OPEN, CLOSE].contains(c))
            .collect();
        let sentence = self
            .words
            .f(key, &[("value", Arg::Text(format!("{OPEN}{bare}{CLOSE}")))]);
        marked(&sentence)
    }

    /// The text of a row of the overview that is registered.
    #[must_use]
    pub fn row(&self, method: &str, value: &str) -> Safe<String> {
        match method {
            "phone" => self.say("row-phone-set", value),
            "email" => self.say("row-email-set", value),
            "app" => self.say("row-app-set", value),
            "passkey" => self.say("row-passkey-set", value),
            _ => {
                let count = value.trim().parse::<i64>().unwrap_or_default();
                let key = match method {
                    "codes" => "row-codes-set",
                    _ => "row-questions-set",
                };
                marked(&self.words.f(key, &[("count", Arg::Number(count))]))
            }
        }
    }

    /// "Step 1 of 2".
    #[must_use]
    pub fn step(&self, step: &Step) -> String {
        self.count("step", &[("gate", step.gate), ("gates", step.gates)])
    }
}

/// Escapes a sentence and turns the brackets around its value into markup.
fn marked(sentence: &str) -> Safe<String> {
    let mut markup = String::with_capacity(sentence.len() + 32);
    for c in sentence.chars() {
        match c {
            OPEN => markup.push_str("<bdi dir=\"ltr\">"),
            CLOSE => markup.push_str("</bdi>"),
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            _ => markup.push(c),
        }
    }
    Safe(markup)
}

/// Key of the text of a row that is not registered.
#[must_use]
pub fn missing(method: &str) -> &'static str {
    match method {
        "phone" => "row-phone-missing",
        "email" => "row-email-missing",
        "app" => "row-app-missing",
        "passkey" => "row-passkey-missing",
        "codes" => "row-codes-missing",
        _ => "row-questions-missing",
    }
}

/// Key of the text of the row that offers another one.
#[must_use]
pub fn another(method: &str) -> &'static str {
    match method {
        "passkey" => "row-passkey-another",
        _ => "row-app-another",
    }
}

/// Key of a method's name.
#[must_use]
pub fn method_name(method: &str) -> &'static str {
    match method {
        "phone" => "method-phone",
        "email" => "method-email",
        "app" => "method-app",
        "passkey" => "method-passkey",
        "codes" => "method-codes",
        _ => "method-questions",
    }
}

/// Key of the question that the remove page asks.
#[must_use]
pub fn remove_title(method: &str) -> &'static str {
    match method {
        "phone" => "remove-phone-title",
        "email" => "remove-email-title",
        "app" => "remove-app-title",
        "passkey" => "remove-passkey-title",
        "codes" => "remove-codes-title",
        _ => "remove-questions-title",
    }
}

/// Key of the name of a way to prove who one is.
#[must_use]
pub fn way(way: &str) -> &'static str {
    match way {
        "sms" => "way-sms",
        "voice" => "way-voice",
        "email" => "way-email",
        "app" => "way-app",
        "passkey" => "way-passkey",
        "codes" => "way-codes",
        _ => "way-questions",
    }
}

/// Key of the line below that name while nothing is proven: the same for everybody.
#[must_use]
pub fn way_hint(way: &str) -> &'static str {
    match way {
        "sms" => "way-sms-hint",
        "voice" => "way-voice-hint",
        "email" => "way-email-hint",
        "app" => "way-app-hint",
        "passkey" => "way-passkey-hint",
        "codes" => "way-codes-hint",
        _ => "way-questions-hint",
    }
}

/// Path of a method's own page.
#[must_use]
pub fn method_path(method: &str) -> &'static str {
    match method {
        "phone" => "/register/phone",
        "email" => "/register/email",
        "app" => "/register/app",
        "passkey" => "/register/passkey",
        "codes" => "/register/codes",
        _ => "/register/questions",
    }
}

impl Sent {
    /// Key of the sentence for somebody who is signed in.
    #[must_use]
    pub fn told(&self) -> &'static str {
        match self.channel {
            Channel::Sms => "sent-sms",
            Channel::Voice => "sent-voice",
            Channel::Email => "sent-email",
        }
    }

    /// Will something be told of it later?
    #[must_use]
    pub fn waits(&self) -> bool {
        self.arrival == Some(Arrival::Waiting)
    }

    /// Key of the sentence about what became of it.
    #[must_use]
    pub fn arrived(&self) -> Option<&'static str> {
        let is_call = self.channel == Channel::Voice;
        Some(match (self.arrival?, is_call) {
            (Arrival::Waiting, false) => "arrival-waiting-sms",
            (Arrival::Waiting, true) => "arrival-waiting-voice",
            (Arrival::Arrived, false) => "arrival-arrived-sms",
            (Arrival::Arrived, true) => "arrival-arrived-voice",
            (Arrival::Failed, false) => "arrival-failed-sms",
            (Arrival::Failed, true) => "arrival-failed-voice",
        })
    }

    /// Key of the sentence for somebody whom we do not know: it confirms nothing.
    #[must_use]
    pub fn hinted(&self) -> &'static str {
        match self.channel {
            Channel::Sms => "code-sms",
            Channel::Voice => "code-voice",
            Channel::Email => "code-email",
        }
    }
}

impl Shown {
    /// The text in pieces, each with whether it is an address of ours that may be followed.
    #[must_use]
    pub fn pieces(&self) -> Vec<(bool, &str)> {
        self.body
            .split_inclusive(char::is_whitespace)
            .flat_map(|piece| {
                let word = piece.trim_end();
                let link = word.starts_with("http://") || word.starts_with("https://");
                let (word, space) = piece.split_at(word.len());
                [(link, word), (false, space)]
            })
            .filter(|(_, piece)| !piece.is_empty())
            .collect()
    }

    /// Clock time of sending, to the second.
    #[must_use]
    pub fn clock(&self) -> &str {
        self.sent_at.get(11..19).unwrap_or(&self.sent_at)
    }

    /// Key of the channel's name.
    #[must_use]
    pub fn channel_name(&self) -> &'static str {
        match self.channel {
            "sms" => "channel-sms",
            "voice" => "channel-voice",
            _ => "channel-email",
        }
    }
}

/// A picture of 24 × 24, drawn in the colour of the text; screen readers pass it over.
#[must_use]
pub fn icon(name: &str) -> Safe<&'static str> {
    Safe(match name {
        "tick" => svg!(r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#),
        "sms" => svg!(r#"<path d="M4 5h16v11H9.5L5 20v-4H4z"/><path d="M8 9.5h8M8 12.5h5"/>"#),
        "phone" => {
            svg!(r#"<rect x="7" y="2.5" width="10" height="19" rx="2.5"/><path d="M11 18.5h2"/>"#)
        }
        "voice" => svg!(
            r#"<path d="M5 4h4l1.6 4.2-2.3 1.7a12 12 0 0 0 5.8 5.8l1.7-2.3L20 15v4a1.6 1.6 0 0 1-1.7 1.6A15.6 15.6 0 0 1 3.4 5.7 1.6 1.6 0 0 1 5 4z"/>"#
        ),
        "email" => {
            svg!(r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m4 7 8 6 8-6"/>"#)
        }
        "app" => svg!(
            r#"<rect x="6" y="2.5" width="12" height="19" rx="2.5"/><circle cx="12" cy="11" r="3.5"/><path d="M12 9.2V11l1.2 1"/>"#
        ),
        "questions" => svg!(
            r#"<circle cx="12" cy="12" r="9"/><path d="M9.4 9.3a2.7 2.7 0 0 1 5.2.9c0 1.8-2.6 2.2-2.6 3.8M12 17v.1"/>"#
        ),
        "passkey" => svg!(
            r#"<circle cx="9" cy="8" r="4"/><path d="M2.5 20a6.5 6.5 0 0 1 9.8-5.6"/><circle cx="17" cy="13.5" r="2.5"/><path d="M17 16v5.5l1.8-1.6L17 18.3"/>"#
        ),
        "codes" => svg!(
            r#"<rect x="4" y="3" width="16" height="18" rx="2"/><path d="M8 8h3M13.5 8H16M8 12h3M13.5 12H16M8 16h3M13.5 16H16"/>"#
        ),
        "key" => {
            svg!(r#"<circle cx="8" cy="14.5" r="4.5"/><path d="m11.3 11.3 8.2-8.2M16 6.6l3 3"/>"#)
        }
        "unlock" => svg!(
            r#"<rect x="4.5" y="10.5" width="15" height="10" rx="2"/><path d="M8 10.5V7a4 4 0 0 1 7.8-1.2M12 14.5v2"/>"#
        ),
        "shield" => svg!(
            r#"<path d="M12 3 5 5.6v5.6c0 4.4 2.9 7.9 7 9.8 4.1-1.9 7-5.4 7-9.8V5.6z"/><path d="m9 12 2.2 2.2L15 10"/>"#
        ),
        "pencil" => {
            svg!(r#"<path d="m4 20 1-4.5L16.5 4 20 7.5 8.5 19z"/><path d="m14 6.5 3.5 3.5"/>"#)
        }
        "next" => svg!(r#"<path d="m9 5.5 6.5 6.5L9 18.5"/>"#),
        "globe" => svg!(
            r#"<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5.2 5 12.8 0 18-5-5.2-5-12.8 0-18z"/>"#
        ),
        "moon" => svg!(r#"<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>"#),
        "sun" => svg!(
            r#"<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>"#
        ),
        "clock" => svg!(r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.3 2"/>"#),
        _ => svg!(r#"<circle cx="12" cy="12" r="9"/><path d="M12 7.5V13M12 16.4v.1"/>"#),
    })
}

#[cfg(test)]
mod tests {
    use super::{CLOSE, OPEN, Shown, marked};

    #[test]
    fn a_value_is_isolated_and_everything_is_escaped() {
        let sentence = format!("Sent to {OPEN}<b>\"&'{CLOSE} now");
        assert_eq!(
            marked(&sentence).0,
            "Sent to <bdi dir=\"ltr\">&lt;b&gt;&quot;&amp;&#39;</bdi> now"
        );
    }

    #[test]
    fn a_message_falls_into_words_and_links_and_nothing_gets_lost() {
        let shown = Shown {
            channel: "email",
            to: String::new(),
            subject: String::new(),
            body: "Not you?\n\nhttps://reset.example/n/abc \n@reset.example #123456".to_owned(),
            sent_at: "2026-11-23T14:32:05Z".to_owned(),
        };
        let pieces = shown.pieces();
        assert_eq!(
            pieces.iter().map(|(_, text)| *text).collect::<String>(),
            shown.body
        );
        let links: Vec<_> = pieces.iter().filter(|(link, _)| *link).collect();
        assert_eq!(links, [&(true, "https://reset.example/n/abc")]);
        assert_eq!(shown.clock(), "14:32:05");
    }
}
