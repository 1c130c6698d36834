//! A text message as a message centre takes it: `submit_sm` (SMPP 3.4, 4.4.1).

use std::time::Duration;

use keymend_core::alphabet::Alphabet;
use rusmpp::pdus::SubmitSm;
use rusmpp::tlvs::MessageSubmissionRequestTlvValue;
use rusmpp::types::{COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, MessagePayload, Npi, RegisteredDelivery, Ton};

use crate::deliver::gateway::Message;

/// What the centre takes for the alphabet of letters that the basic one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letters {
    /// The basic alphabet itself, a letter a byte: `data_coding` 0.
    Gsm,
    /// ISO 8859-1: `data_coding` 3. A text with a letter that it lacks travels in UCS-2.
    #[serde(rename = "latin-1")]
    Latin1,
}

/// How a text leaves that is too long for one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Long {
    /// In pieces that the phone puts together (3GPP TS 23.040, 9.2.3.24.1).
    Pieces,
    /// Whole, in `message_payload`: the centre cuts it.
    Payload,
}

/// Who people see as the sender.
#[derive(Clone, Debug)]
pub struct From {
    address: COctetString<1, 21>,
    ton: Ton,
    npi: Npi,
}

impl From {
    /// A number with its `+`, a short one of the network, or a name; and of which type it is and in which plan, where that
    /// does not say it (SMPP 3.4, 5.2.5 and 5.2.6).
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str, ton: Option<u8>, npi: Option<u8>) -> Result<Self, &'static str> {
        let what = "a number such as `+12125550100`, a short one such as `82828`, or a name of at most 11 letters";
        let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let (address, own_ton, own_npi) = match text.strip_prefix('+') {
            Some(digits) if is_number(digits) && digits.len() <= 15 => {
                (digits, Ton::International, Npi::Isdn)
            }
            None if is_number(text) && text.len() <= 8 => {
                (text, Ton::NetworkSpecific, Npi::Unknown)
            }
            None if is_number(text) && text.len() <= 15 => (text, Ton::International, Npi::Isdn),
            None if is_name(text) => (text, Ton::Alphanumeric, Npi::Unknown),
            _ => return Err(what),
        };
        Ok(Self {
            address: string(address).ok_or(what)?,
            ton: ton.map_or(own_ton, Ton::from),
            npi: npi.map_or(own_npi, Npi::from),
        })
    }
}

/// Of letters that stand at the same place in ASCII and in the basic alphabet.
fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || " !\"#%&'()*+,-./:;<=>?".contains(c);
    (1..=11).contains(&text.len()) && text.chars().all(fits)
}

/// How texts are handed over.
#[derive(Clone, Debug)]
pub struct Form {
    /// The sender.
    pub from: From,
    /// The alphabet of most texts.
    pub letters: Letters,
    /// What is done with a long text.
    pub long: Long,
}

impl Form {
    /// A message in as many parts as it needs. The receipt is asked for the last of them. A phone does not show a text whose
    /// code has run out before it was reached: `validity`.
    #[must_use]
    pub fn parts(&self, message: &Message, validity: Option<Duration>) -> Vec<SubmitSm> {
        let text = message.body.as_str();
        let (alphabet, coding) = self.alphabet(text);
        let encode = |piece: &str| match coding {
            DataCoding::Latin1 => piece.chars().filter_map(|c| u8::try_from(c).ok()).collect(),
            _ => alphabet.encode(piece),
        };
        let pieces = alphabet.pieces(text);
        let draft = self.draft(message, coding, validity);
        let count = u8::try_from(pieces.len()).unwrap_or(u8::MAX);
        if count == 1 {
            return vec![alone(draft, encode(text))];
        }
        if self.long == Long::Payload {
            let payload =
                MessagePayload::new(rusmpp::types::AnyOctetString::from_vec(encode(text)));
            let mut whole = alone(draft, Vec::new());
            whole.push_tlv(MessageSubmissionRequestTlvValue::MessagePayload(payload));
            return vec![whole];
        }
        let mark = mark(&message.id);
        let part = |(place, piece): (u8, &str)| {
            let mut bytes = vec![5, 0, 3, mark, count, place];
            bytes.extend(encode(piece));
            let mut part = alone(draft.clone().with_udhi_indicator(), bytes);
            if place != count {
                part.registered_delivery = RegisteredDelivery::from(0);
            }
            part
        };
        (1..=count).zip(pieces).map(part).collect()
    }

    /// In how many messages a text reaches the phone, whoever cuts it.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        let (alphabet, _) = self.alphabet(text);
        alphabet.pieces(text).len()
    }

    fn alphabet(&self, text: &str) -> (Alphabet, DataCoding) {
        let latin = || text.chars().all(|letter| u8::try_from(letter).is_ok());
        match (Alphabet::of(text), self.letters) {
            (Alphabet::Basic, Letters::Gsm) => (Alphabet::Basic, DataCoding::McSpecific),
            (Alphabet::Basic, Letters::Latin1) if latin() => (Alphabet::Basic, DataCoding::Latin1),
            (Alphabet::Basic, Letters::Latin1) | (Alphabet::Ucs2, _) => {
                (Alphabet::Ucs2, DataCoding::Ucs2)
            }
        }
    }

    fn draft(&self, message: &Message, coding: DataCoding, validity: Option<Duration>) -> SubmitSm {
        let to = message.to.trim_start_matches('+');
        let validity = validity.map(period).unwrap_or_default();
        SubmitSm::builder()
            .source_addr_ton(self.from.ton)
            .source_addr_npi(self.from.npi)
            .source_addr(self.from.address.clone())
            .dest_addr_ton(Ton::International)
            .dest_addr_npi(Npi::Isdn)
            .destination_addr(string(to).unwrap_or_default())
            .esm_class(EsmClass::from(0))
            .validity_period(EmptyOrFullCOctetString::from_string(validity).unwrap_or_default())
            .registered_delivery(RegisteredDelivery::from(1))
            .data_coding(coding)
            .build()
    }
}

fn alone(draft: SubmitSm, bytes: Vec<u8>) -> SubmitSm {
    draft.with_short_message(OctetString::from_vec(bytes).unwrap_or_default())
}

/// A string of the protocol; nothing when it is too long, or not ASCII.
pub fn string<const MIN: usize, const MAX: usize>(text: &str) -> Option<COctetString<MIN, MAX>> {
    COctetString::from_string(text.to_owned()).ok()
}

/// What pieces of one text have in common: the same when it is sent again, so that a phone can put pieces of both together.
fn mark(id: &str) -> u8 {
    id.bytes()
        .fold(0, |mark: u8, byte| mark.wrapping_mul(31).wrapping_add(byte))
}

/// A time from now (SMPP 3.4, 7.1.1.2), at least a minute and less than a day.
fn period(time: Duration) -> String {
    let seconds = time.as_secs().clamp(60, 24 * 3600 - 1);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("000000{hours:02}{minutes:02}{seconds:02}000R")
}

#[cfg(test)]
mod tests;
