//! What a message centre says later about a message (SMPP 3.4, 4.6 and Appendix B).

use rusmpp::pdus::{DataSm, DeliverSm};
use rusmpp::tlvs::{Tlv, TlvValue};

use crate::deliver::receipt::{Heard, Receipt};

/// `esm_class` of a receipt (SMPP 3.4, 5.2.12).
const RECEIPT: u8 = 0b0000_0100;
/// Where it says what kind of message it is.
const KIND: u8 = 0b0011_1100;

/// How the name of a message in a receipt is written, where the answer to it was written otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// As in the answer.
    Same,
    /// In decimal; the answer had it in hexadecimal digits.
    Decimal,
    /// In hexadecimal digits; the answer had it in decimal.
    Hexadecimal,
}

impl Names {
    /// As the answer had it.
    fn of_answer(self, name: &str) -> String {
        let turned = match self {
            Self::Same => None,
            Self::Decimal => name.parse().ok().map(|number: u128| format!("{number:x}")),
            Self::Hexadecimal => {
                let number = u128::from_str_radix(name, 16);
                number.ok().map(|number| number.to_string())
            }
        };
        turned.unwrap_or_else(|| name.to_owned())
    }

    /// The name in an answer, in the one way that [`Self::of_answer`] writes it.
    #[must_use]
    pub fn answered(self, name: &str) -> String {
        let number = match self {
            Self::Same => None,
            Self::Decimal => u128::from_str_radix(name, 16)
                .ok()
                .map(|number| format!("{number:x}")),
            Self::Hexadecimal => name.parse().ok().map(|number: u128| number.to_string()),
        };
        number.unwrap_or_else(|| name.to_owned())
    }
}

/// Read a receipt; nothing where it is something else, such as a text of a person, or where nothing is decided yet.
pub fn of_deliver(deliver: &DeliverSm, names: Names) -> Option<Receipt> {
    let class = u8::from(deliver.esm_class);
    read(
        class,
        deliver.short_message().as_ref(),
        deliver.tlvs(),
        names,
    )
}

/// The same, where it comes as data.
pub fn of_data(data: &DataSm, names: Names) -> Option<Receipt> {
    read(u8::from(data.esm_class), &[], data.tlvs(), names)
}

fn read(class: u8, text: &[u8], tlvs: &[Tlv], names: Names) -> Option<Receipt> {
    let (mut reference, mut state, mut payload) = (None, None, None);
    for value in tlvs.iter().filter_map(Tlv::value) {
        match value {
            TlvValue::ReceiptedMessageId(id) if !id.as_str().is_empty() => {
                reference = Some(names.answered(id.as_str()));
            }
            TlvValue::MessageState(told) => state = Some(u8::from(*told)),
            TlvValue::MessagePayload(told) => payload = Some(told.value.as_ref()),
            _ => {}
        }
    }
    if class & KIND != RECEIPT && reference.is_none() {
        return None;
    }
    let text = if text.is_empty() {
        payload.unwrap_or_default()
    } else {
        text
    };
    let text = String::from_utf8_lossy(text);
    let state = match state {
        Some(2) => Some(Heard::Arrived),
        Some(3..=5 | 8) => Some(Heard::Failed),
        Some(_) => None,
        None => field(&text, "stat:").and_then(spelled),
    }?;
    let reference = reference.or_else(|| Some(names.of_answer(field(&text, "id:")?)))?;
    Some(Receipt { reference, state })
}

/// What stands behind a name: `id:IIII sub:SSS … stat:DDDDDDD err:E text:…`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    // What the message said comes last, and may say anything.
    let told = text.split("text:").next()?.split("Text:").next()?;
    let mut words = told.split_whitespace();
    let value = words.find_map(|word| word.strip_prefix(name))?;
    (!value.is_empty()).then_some(value)
}

fn spelled(state: &str) -> Option<Heard> {
    match state.to_ascii_uppercase().as_str() {
        "DELIVRD" => Some(Heard::Arrived),
        "EXPIRED" | "DELETED" | "UNDELIV" | "REJECTD" => Some(Heard::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rusmpp::tlvs::MessageDeliveryRequestTlvValue as Value;
    use rusmpp::types::{COctetString, OctetString};
    use rusmpp::values::{EsmClass, MessageState};

    use super::*;

    fn deliver(class: u8, text: &str) -> DeliverSm {
        let mut deliver = DeliverSm::default();
        deliver.esm_class = EsmClass::from(class);
        deliver.set_short_message(OctetString::from_vec(text.as_bytes().to_vec()).unwrap());
        deliver
    }

    fn told(deliver: &DeliverSm, names: Names) -> Option<(String, Heard)> {
        let receipt = of_deliver(deliver, names)?;
        Some((receipt.reference, receipt.state))
    }

    #[test]
    fn the_text_of_a_receipt_is_read() {
        let line = |id: &str, stat: &str| {
            format!(
                "id:{id} sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:{stat} err:000 text:id:7 stat:DELIVRD"
            )
        };
        for (stat, wanted) in [
            ("DELIVRD", Some(Heard::Arrived)),
            ("delivrd", Some(Heard::Arrived)),
            ("UNDELIV", Some(Heard::Failed)),
            ("EXPIRED", Some(Heard::Failed)),
            ("REJECTD", Some(Heard::Failed)),
            ("ENROUTE", None),
            ("ACCEPTD", None),
            ("", None),
        ] {
            let found = told(&deliver(4, &line("0a1B", stat)), Names::Same);
            assert_eq!(
                found,
                wanted.map(|heard| ("0a1B".to_owned(), heard)),
                "{stat}"
            );
        }
        assert_eq!(told(&deliver(4, "stat:DELIVRD"), Names::Same), None);
        // A person who sends a text like it is not believed.
        assert_eq!(told(&deliver(0, &line("1", "DELIVRD")), Names::Same), None);
        assert_eq!(
            told(&deliver(0x20, &line("1", "DELIVRD")), Names::Same),
            None
        );
    }

    #[test]
    fn fields_of_their_own_come_before_the_text() {
        let mut deliver = deliver(4, "id:16 stat:UNDELIV");
        deliver.push_tlv(Value::ReceiptedMessageId(
            COctetString::from_slice(b"10\0").unwrap(),
        ));
        deliver.push_tlv(Value::MessageState(MessageState::Delivered));
        let found = told(&deliver, Names::Decimal);
        assert_eq!(found, Some(("10".to_owned(), Heard::Arrived)));
    }

    #[test]
    fn a_field_is_written_as_the_answer_was_and_an_empty_one_is_none() {
        for (id, wanted) in [(&b"0000001A\0"[..], "1a"), (b"\0", "10")] {
            let mut deliver = deliver(4, "id:16 stat:DELIVRD");
            deliver.push_tlv(Value::ReceiptedMessageId(
                COctetString::from_slice(id).unwrap(),
            ));
            let found = told(&deliver, Names::Decimal);
            assert_eq!(found, Some((wanted.to_owned(), Heard::Arrived)));
        }
    }

    #[test]
    fn names_are_turned_where_the_centre_writes_them_in_two_ways() {
        let receipt = deliver(4, "id:26 stat:DELIVRD");
        for (names, answered, wanted) in [
            (Names::Same, "26", "26"),
            (Names::Decimal, "0000001A", "1a"),
            (Names::Hexadecimal, "0038", "38"),
        ] {
            assert_eq!(
                told(&receipt, names),
                Some((wanted.to_owned(), Heard::Arrived))
            );
            assert_eq!(names.answered(answered), wanted);
        }
        let odd = deliver(4, "id:x-7 stat:DELIVRD");
        assert_eq!(told(&odd, Names::Decimal).unwrap().0, "x-7");
        assert_eq!(Names::Decimal.answered("x-7"), "x-7");
    }
}
