//! Requests that Twilio makes to us: who proves them, and what they tell.
//!
//! <https://www.twilio.com/docs/usage/security>, "Validating signatures".

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::receipt::{Heard, Receipt};

/// A form, as it is posted.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Read a body.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = url::form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        // A field that is there twice with the same value is signed as one.
        fields.sort();
        fields.dedup();
        Self(fields)
    }

    /// The value of a field; nothing where there is none, or more than one.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let mut values = self.0.iter().filter(|(known, _)| known == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => value,
            _ => "",
        }
    }

    /// Was it posted to this address by somebody who knows the auth token? HMAC-SHA1 over the address and all fields in
    /// the order of their names, in base64. The port of an address may be written or not, whatever it was called with.
    #[must_use]
    pub fn is_signed(&self, token: &str, address: &str, signature: &str) -> bool {
        let Ok(signature) = BASE64.decode(signature.as_bytes()) else {
            return false;
        };
        spellings(address).iter().any(|address| {
            // A key of any length will do for this function.
            let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.as_bytes()) else {
                return false;
            };
            mac.update(address.as_bytes());
            for (name, value) in &self.0 {
                mac.update(name.as_bytes());
                mac.update(value.as_bytes());
            }
            mac.verify_slice(&signature).is_ok()
        })
    }

    /// What it says of a message that has arrived, or of one or a call that will not any more. Whoever heard their code
    /// has pressed a key, and we knew it then: a call that ends without that has not arrived.
    #[must_use]
    pub fn receipt(&self) -> Option<Receipt> {
        let (reference, state) = match (self.get("MessageStatus"), self.get("CallStatus")) {
            ("delivered", _) => ("MessageSid", Heard::Arrived),
            ("undelivered" | "failed" | "canceled", _) => ("MessageSid", Heard::Failed),
            (_, "completed" | "busy" | "no-answer" | "failed" | "canceled") => {
                ("CallSid", Heard::Failed)
            }
            _ => return None,
        };
        Some(Receipt {
            reference: self.get(reference).to_owned(),
            state,
        })
    }
}

/// An address with its port and without.
fn spellings(address: &str) -> [String; 2] {
    let Some((scheme, rest)) = address.split_once("://") else {
        return [address.to_owned(), address.to_owned()];
    };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let port = if scheme == "https" { 443 } else { 80 };
    let other = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
        _ => format!("{host}:{port}"),
    };
    [address.to_owned(), format!("{scheme}://{other}{path}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Twilio's documentation.
    const ADDRESS: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const BODY: &[u8] =
        b"To=%2B18005551212&Digits=1234&CallSid=CA1234567890ABCDE&Caller=%2B14158675309\
        &From=%2B14158675309";
    const SIGNATURE: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";

    #[test]
    fn twilios_own_examples_are_proven_and_nothing_else() {
        let form = Form::read(BODY);
        assert!(form.is_signed("12345", ADDRESS, SIGNATURE));
        assert!(!form.is_signed("12346", ADDRESS, SIGNATURE));
        assert!(!form.is_signed("12345", "https://mycompany.com/myapp.php?foo=1", SIGNATURE));
        for wrong in [
            "",
            "x",
            "RSOYDt4T1cUTdK1PDd93/VVr8B9=",
            "RSOYDt4T1cUTdK1PDd93",
        ] {
            assert!(!form.is_signed("12345", ADDRESS, wrong), "{wrong}");
        }
        let changed = Form::read(&[BODY, b"&Digits=1"].concat());
        assert!(!changed.is_signed("12345", ADDRESS, SIGNATURE));
        // Of a library of theirs: a field that is there more than once.
        let twice = Form::read(b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234");
        assert!(twice.is_signed("12345", ADDRESS, "IK+Dwps556ElfBT0I3Rgjkr1wJU="));
        assert_eq!((twice.get("Digits"), twice.get("Sid")), ("", "CA123"));
    }

    #[test]
    fn the_port_may_be_written_or_not() {
        let cases = [
            ("https://a.example/b?c", "https://a.example:443/b?c"),
            ("https://a.example:8443/b", "https://a.example/b"),
            ("http://a.example", "http://a.example:80"),
        ];
        for (address, other) in cases {
            assert_eq!(spellings(address), [address, other]);
        }
    }

    #[test]
    fn a_call_that_is_over_without_a_key_has_not_arrived() {
        let said = |what: &str| Form::read(what.as_bytes()).receipt();
        for status in ["completed", "busy", "no-answer", "failed", "canceled"] {
            let receipt = said(&format!("CallSid=CA1&CallStatus={status}")).unwrap();
            let wanted = ("CA1", Heard::Failed);
            assert_eq!((receipt.reference.as_str(), receipt.state), wanted);
        }
        for status in ["", "ringing", "in-progress"] {
            let under_way = said(&format!("CallSid=CA1&CallStatus={status}"));
            assert_eq!(under_way, None, "{status}");
        }
    }

    #[test]
    fn a_text_has_arrived_when_it_is_delivered() {
        let said = |status: &str| {
            let form = Form::read(format!("MessageSid=SM1&MessageStatus={status}").as_bytes());
            form.receipt().map(|receipt| receipt.state)
        };
        assert_eq!(said("delivered"), Some(Heard::Arrived));
        assert_eq!(said("undelivered"), Some(Heard::Failed));
        for under_way in ["queued", "sent", "accepted", "scheduled"] {
            assert_eq!(said(under_way), None, "{under_way}");
        }
    }
}
