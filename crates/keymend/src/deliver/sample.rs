//! Every message that people get, with examples for what it tells: to be read, and judged, before anybody gets one.
//!
//! Begin with [`Samples`].

use keymend_core::contact::{EmailAddress, PhoneNumber};
use keymend_core::id::{self, Id};
use keymend_core::method::{Channel, Kind};
use keymend_core::registration::Destination;
use keymend_core::secret::Purpose;
use keymend_core::time::Timestamp;
use keymend_core::wording::{code_faults, notice_faults};

use super::alert::Alert;
use super::compose::{Carrier, CodeText};
use super::gateway::Message;
use super::job::{Happened, Notice};
use crate::app::Site;
use crate::chance::Os;
use crate::i18n::{Catalogue, LANGUAGES, Words};

/// What messages are for, in the order in which they are shown.
pub const PURPOSES: [&str; 17] = [
    "reset",
    "unlock",
    "enrol",
    "confirm",
    "test",
    "notice-reset",
    "notice-unlock",
    "notice-changed",
    "notice-method-added",
    "notice-method-changed",
    "notice-method-removed",
    "notice-code-used",
    "notice-frozen",
    "notice-unfrozen",
    "alert-stopped",
    "alert-unused",
    "alert-spent",
];

/// As many digits as a code can have; nobody's.
const CODE: &str = "482913507264";
/// 2026-11-23 14:32, in UTC.
const MOMENT: Timestamp = Timestamp::from_millis(1_795_444_320_000);
const NAME: &str = "areyes7";
/// As long as a real one; it opens nothing.
const TOKEN: &str = "pB7xExampleExampleExam";

/// What is needed to write examples of all messages.
#[derive(Clone, Copy)]
pub struct Samples<'a> {
    /// The organisation and its clock.
    pub site: &'a Site,
    /// The words.
    pub catalogue: &'a Catalogue,
    /// Digits of a code.
    pub digits: u8,
}

/// An example of a message.
pub struct Sample {
    /// What it is for, one of [`PURPOSES`].
    pub purpose: String,
    /// The message that is its text, as our texts name it.
    pub key: String,
    /// As it would leave.
    pub message: Message,
}

impl Samples<'_> {
    /// All messages in one language, in the order of [`PURPOSES`], each by every channel that carries it.
    #[must_use]
    pub fn of(&self, language: &str) -> Vec<Sample> {
        let purposes = Purpose::ALL.map(Some).into_iter().chain([None]);
        let codes = purposes.flat_map(|purpose| {
            let channels = [Channel::Sms, Channel::Voice, Channel::Email].into_iter();
            channels.filter_map(move |channel| self.code(language, purpose, channel))
        });
        let notices = Happened::ALL.into_iter().flat_map(|happened| {
            let channels = [Channel::Sms, Channel::Email].into_iter();
            channels.filter_map(move |channel| self.notice(language, happened, channel))
        });
        let alerts = Alert::examples().into_iter();
        let alerts = alerts.filter_map(|alert| self.alert(language, &alert));
        codes.chain(notices).chain(alerts).collect()
    }

    /// The digits that stand for a code.
    fn digits(&self) -> &'static str {
        CODE.get(..usize::from(self.digits)).unwrap_or(CODE)
    }

    fn carrier(&self, language: &str) -> Carrier<'_> {
        Carrier {
            site: self.site,
            words: self.catalogue.words(language),
        }
    }

    fn code(&self, language: &str, purpose: Option<Purpose>, channel: Channel) -> Option<Sample> {
        let text = CodeText {
            purpose,
            code: self.digits(),
            until: MOMENT,
            flow: None,
        };
        let purpose = text.purpose();
        let key = match channel {
            Channel::Sms => format!("sms-code-{purpose}"),
            Channel::Voice => format!("voice-code-{purpose}"),
            Channel::Email => format!("mail-code-{purpose}-body"),
        };
        let carrier = self.carrier(language);
        let destination = example(channel)?;
        Some(Sample {
            purpose: purpose.to_owned(),
            key,
            message: carrier.code(&Id::random(&mut Os), channel, &destination, &text),
        })
    }

    fn alert(&self, language: &str, alert: &Alert) -> Option<Sample> {
        let (carrier, id) = (self.carrier(language), Id::random(&mut Os));
        let destination = example(Channel::Email)?;
        let purpose = format!("alert-{}", alert.as_str());
        Some(Sample {
            key: format!("{purpose}-body"),
            purpose,
            message: carrier.alert(&id, &destination, alert, MOMENT),
        })
    }

    fn notice(&self, language: &str, happened: Happened, channel: Channel) -> Option<Sample> {
        let method = matches!(
            happened,
            Happened::MethodAdded | Happened::MethodChanged | Happened::MethodRemoved
        );
        let notice = Notice {
            account: Id::<id::Account>::random(&mut Os),
            happened,
            method: method.then_some(Kind::Phone),
            at: MOMENT,
            token: TOKEN.to_owned(),
        };
        let happened = happened.as_str();
        let key = match channel {
            Channel::Email => format!("notice-{happened}-body"),
            Channel::Sms | Channel::Voice => format!("notice-{happened}-sms"),
        };
        let (carrier, id) = (self.carrier(language), Id::random(&mut Os));
        let destination = example(channel)?;
        Some(Sample {
            purpose: format!("notice-{happened}"),
            key,
            message: carrier.notice(&id, channel, &destination, &notice, NAME),
        })
    }

    /// What is wrong with the texts. One of ours is written so that it is right; what a long name of the organisation makes
    /// of it is worth a note.
    ///
    /// # Errors
    /// One line for each fault of an operator's own text, with file and message.
    pub fn judge(&self) -> Result<Vec<String>, Vec<String>> {
        let (mut faults, mut notes) = (Vec::new(), Vec::new());
        for language in LANGUAGES {
            let words = self.catalogue.words(language);
            let offered = self.site.languages.contains(&language);
            for sample in self.of(language) {
                for (key, fault) in self.faults_of(&sample, words) {
                    let own = words.own(&key).or_else(|| words.own(&sample.words()));
                    match own {
                        Some(file) => faults.push(format!("{}: {key}: {fault}", file.display())),
                        None if offered => notes.push(format!(
                            "{key} ({language}): {fault}, with this name of the organisation and this host"
                        )),
                        None => {}
                    }
                }
            }
        }
        if faults.is_empty() {
            Ok(notes)
        } else {
            Err(faults)
        }
    }

    /// The message of ours that is wrong, and why.
    fn faults_of(&self, sample: &Sample, words: &Words) -> Vec<(String, String)> {
        let Sample { key, message, .. } = sample;
        let mut faults = Vec::new();
        if message.subject.contains(char::is_control) {
            let subject = key.replace("-body", "-subject");
            faults.push((subject, "a subject has one line".to_owned()));
        }
        if message.channel != Channel::Sms {
            return faults;
        }
        let (text, code) = (&message.body, &message.code);
        let wording = if code.is_empty() {
            notice_faults(text, &format!("{}/n/{TOKEN}", self.site.origin))
        } else {
            let known = sample.words();
            code_faults(text, &self.site.host, code, words.t(&known))
        };
        let said = wording.iter().map(|fault| (key.clone(), fault.to_string()));
        faults.extend(said);
        faults
    }
}

impl Sample {
    /// The message that names the words for what this one is for.
    fn words(&self) -> String {
        format!("sms-words-{}", self.purpose)
    }
}

/// Nobody's number, nobody's address.
fn example(channel: Channel) -> Option<Destination> {
    Some(match channel {
        Channel::Sms | Channel::Voice => {
            Destination::Phone(PhoneNumber::try_from("+12125550142".to_owned()).ok()?)
        }
        Channel::Email => {
            Destination::Email(EmailAddress::try_from("ana.reyes@mail.example".to_owned()).ok()?)
        }
    })
}

#[cfg(test)]
mod tests;
