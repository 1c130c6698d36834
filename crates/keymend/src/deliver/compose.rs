//! The text of messages: one purpose, one language, one channel.
//!
//! What goes in is closed: the organisation, the sign-in name, a code, a time, a link of ours. A
//! text message of a code ends with the domain-bound line that browsers fill in by (WICG
//! origin-bound one-time codes).

mod mail;

use std::sync::Arc;

use keymend_core::id::{self, Id};
use keymend_core::method::Channel;
use keymend_core::registration::Destination;
use keymend_core::secret::Purpose;
use keymend_core::time::Timestamp;
use zeroize::Zeroizing;

use super::alert::Alert;
use super::call::Call;
use super::gateway::Message;
use super::job::Notice;
use crate::app::Site;
use crate::chance::Os;
use crate::i18n::{Arg, Words};
use crate::keys::KeyRing;
use mail::Mail;

/// A code to be told.
pub struct CodeText<'a> {
    /// What for; nothing: to try a gateway.
    pub purpose: Option<Purpose>,
    /// The digits.
    pub code: &'a str,
    /// They are valid until then.
    pub until: Timestamp,
    /// The flow whose challenge they answer; nothing for somebody who is signed in.
    pub flow: Option<(&'a Id<id::Flow>, &'a Id<id::Challenge>)>,
}

impl CodeText<'_> {
    /// What it is for, as a part of message keys.
    #[must_use]
    pub fn purpose(&self) -> &'static str {
        self.purpose.map_or("test", Purpose::as_str)
    }
}

/// Writes messages in one language.
pub struct Carrier<'a> {
    /// The organisation and its clock.
    pub site: &'a Site,
    /// The language.
    pub words: &'a Arc<Words>,
}

impl Carrier<'_> {
    /// A message with a code.
    #[must_use]
    pub fn code(
        &self,
        id: &Id<id::Job>,
        channel: Channel,
        destination: &Destination,
        text: &CodeText<'_>,
    ) -> Message {
        let purpose = text.purpose();
        let organisation = ("organisation", Arg::from(&*self.site.organisation));
        let code = ("code", Arg::from(text.code));
        let (subject, body) = match channel {
            Channel::Sms => {
                let host = ("host", Arg::from(self.site.host.as_str()));
                let args = [organisation, code, host];
                (
                    String::new(),
                    self.words.f(&format!("sms-code-{purpose}"), &args),
                )
            }
            Channel::Voice => {
                let opening = self
                    .words
                    .f(&format!("voice-code-{purpose}"), &[organisation]);
                (String::new(), self.call(&opening, text.code))
            }
            Channel::Email => {
                let until = ("until", Arg::from(self.site.clock_time(text.until)));
                let args = [organisation, code, until];
                (
                    self.words.f(&format!("mail-code-{purpose}-subject"), &args),
                    self.words.f(&format!("mail-code-{purpose}-body"), &args),
                )
            }
        };
        self.message(id, channel, destination, subject, body, Some(text))
    }

    /// The whole of a call, for whoever speaks a text as it stands.
    fn call(&self, opening: &str, code: &str) -> String {
        let digits: Vec<String> = code.chars().map(String::from).collect();
        let (digits, words) = (digits.join(", "), self.words);
        let [first, again, goodbye] =
            ["voice-digits", "voice-once-more", "voice-goodbye"].map(|key| words.t(key));
        format!("{opening} {first} {digits}. {again} {digits}. {goodbye}")
    }

    /// What a call needs to say a code piece by piece ([`Message::script`]).
    #[must_use]
    pub fn script(&self, keys: &KeyRing, destination: &Destination, text: &CodeText<'_>) -> String {
        let call = Call {
            to: destination.as_str().to_owned(),
            language: self.words.language().to_owned(),
            purpose: text.purpose,
            code: text.code.to_owned(),
            until: text.until,
            flow: text
                .flow
                .map(|(flow, challenge)| (flow.clone(), challenge.clone())),
        };
        call.seal(keys, &mut Os)
    }

    /// A notice.
    #[must_use]
    pub fn notice(
        &self,
        id: &Id<id::Job>,
        channel: Channel,
        destination: &Destination,
        notice: &Notice,
        name: &str,
    ) -> Message {
        let happened = notice.happened.as_str();
        let method = notice.method.map_or("", |kind| match kind {
            keymend_core::method::Kind::Phone => "method-phone",
            keymend_core::method::Kind::Email => "method-email",
            keymend_core::method::Kind::Questions => "method-questions",
            keymend_core::method::Kind::App => "method-app",
            keymend_core::method::Kind::Passkey => "method-passkey",
            keymend_core::method::Kind::Codes => "method-codes",
        });
        let method = if method.is_empty() {
            ""
        } else {
            self.words.t(method)
        };
        let link = format!("{}/n/{}", self.site.origin, notice.token);
        let at = self.site.date_time(notice.at);
        // Every sign of a text message counts.
        let (name, at) = match channel {
            Channel::Email => (self.words.isolated(name), self.words.isolated(&at)),
            Channel::Sms | Channel::Voice => (name.to_owned(), at),
        };
        let args = [
            ("organisation", Arg::from(&*self.site.organisation)),
            ("name", Arg::from(name)),
            ("at", Arg::from(at)),
            ("link", Arg::from(link.as_str())),
            ("method", Arg::from(method)),
            ("left", Arg::from(i64::from(notice.happened.left()))),
        ];
        let (subject, key) = match channel {
            Channel::Email => (
                self.words.f(&format!("notice-{happened}-subject"), &args),
                format!("notice-{happened}-body"),
            ),
            Channel::Sms | Channel::Voice => (String::new(), format!("notice-{happened}-sms")),
        };
        let body = self.words.f(&key, &args);
        self.message(id, channel, destination, subject, body, None)
    }

    /// A mail to an administrator.
    #[must_use]
    pub fn alert(
        &self,
        id: &Id<id::Job>,
        destination: &Destination,
        alert: &Alert,
        at: Timestamp,
    ) -> Message {
        let (what, host) = (alert.as_str(), self.site.host.as_str());
        let mut args = vec![
            ("organisation", Arg::from(&*self.site.organisation)),
            ("host", Arg::from(host)),
            (
                "at",
                Arg::from(self.words.isolated(&self.site.date_time(at))),
            ),
        ];
        let number = |number: u64| Arg::from(number.to_string());
        match alert {
            Alert::Stopped {
                country,
                sent,
                used,
                hours,
            } => args.extend([
                ("country", Arg::from(country.as_str())),
                ("sent", number(*sent)),
                ("used", number(*used)),
                ("hours", number(*hours)),
            ]),
            Alert::Unused {
                country,
                sent,
                used,
            } => args.extend([
                ("country", Arg::from(country.as_str())),
                ("sent", number(*sent)),
                ("used", number(*used)),
            ]),
            Alert::Spent { budget } => args.push(("budget", Arg::from(budget.as_str()))),
        }
        let subject = self.words.f(&format!("alert-{what}-subject"), &args);
        let body = self.words.f(&format!("alert-{what}-body"), &args);
        self.message(id, Channel::Email, destination, subject, body, None)
    }

    fn message(
        &self,
        id: &Id<id::Job>,
        channel: Channel,
        destination: &Destination,
        subject: String,
        body: String,
        text: Option<&CodeText<'_>>,
    ) -> Message {
        let code = text.map_or("", |text| text.code);
        let site = self.site;
        let (organisation, origin) = (&site.organisation, &site.origin);
        let html = (channel == Channel::Email).then(|| {
            Mail::new(self.words, organisation, origin, &subject, (&body, code)).document()
        });
        Message {
            id: id.as_str().to_owned(),
            channel,
            to: destination.as_str().to_owned(),
            country: destination.country(),
            subject,
            body,
            html,
            language: self.words.language(),
            code: Zeroizing::new(code.to_owned()),
            script: None,
            purpose: text.and_then(|text| text.purpose),
            until: text.map(|text| text.until),
        }
    }
}
