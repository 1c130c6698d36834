//! Receipts: what a gateway says later about a message that it took.

use std::fmt;
use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use keymend_core::time::Timestamp;
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::twilio::Form;

/// How far the clock of whoever signs may be from ours, and how long a receipt can be played again (MSG-7).
const FRESH: Duration = Duration::from_mins(5);

/// What a receipt says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// It has reached the phone.
    Arrived,
    /// It will not.
    Failed,
}

impl Heard {
    /// Stable name, in the store and in the numbers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Failed => "failed",
        }
    }

    /// What a stable name stands for.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Arrived, Self::Failed]
            .into_iter()
            .find(|heard| heard.as_str() == name)
    }
}

/// A receipt, as it is posted.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// What the gateway calls the message.
    pub reference: String,
    /// What became of it.
    pub state: Heard,
}

/// Who says how a request of a gateway is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// We: as our own webhooks are.
    Ours,
    /// Twilio.
    Twilio,
}

/// A request of a gateway.
pub struct Posted<'a> {
    /// Our address, as the gateway knows it.
    pub address: &'a str,
    /// What stands above it.
    pub headers: &'a HeaderMap,
    /// What it says.
    pub body: &'a [u8],
}

impl Posted<'_> {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// What proves that a request comes from the gateway.
#[derive(Clone)]
pub struct ReceiptKey {
    secret: Zeroizing<String>,
    signing: Signing,
}

impl ReceiptKey {
    /// From the configuration.
    #[must_use]
    pub fn new(secret: String, signing: Signing) -> Self {
        Self {
            secret: Zeroizing::new(secret),
            signing,
        }
    }

    /// How requests are signed with it.
    #[must_use]
    pub fn signing(&self) -> Signing {
        self.signing
    }

    /// Was this signed with it? Lately, where the signature says when; what Twilio says can be said again, so it must not
    /// matter.
    #[must_use]
    pub fn proves(&self, posted: &Posted<'_>, now: Timestamp) -> bool {
        match self.signing {
            Signing::Ours => {
                let stamp = posted.header("keymend-timestamp");
                let signature = posted.header("keymend-signature");
                self.signed(stamp, signature, posted.body, now)
            }
            Signing::Twilio => {
                let signature = posted.header("x-twilio-signature");
                Form::read(posted.body).is_signed(&self.secret, posted.address, signature)
            }
        }
    }

    /// What a proven request tells: nothing, where the message is still on its way.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, posted: &Posted<'_>) -> Result<Option<Receipt>, serde_json::Error> {
        match self.signing {
            Signing::Ours => serde_json::from_slice(posted.body).map(Some),
            Signing::Twilio => Ok(Form::read(posted.body).receipt()),
        }
    }

    /// `signature` is `sha256=` and HMAC-SHA256 over timestamp, full stop and body in hexadecimal digits, as above a
    /// webhook of ours.
    fn signed(&self, timestamp: &str, signature: &str, body: &[u8], now: Timestamp) -> bool {
        let Ok(seconds) = timestamp.parse::<i64>() else {
            return false;
        };
        let signed = Timestamp::from_millis(seconds.saturating_mul(1000));
        if signed < now.minus(FRESH) || signed > now.plus(FRESH) {
            return false;
        }
        let signature = signature.strip_prefix("sha256=").unwrap_or_default();
        let Ok(signature) = HEXLOWER.decode(signature.as_bytes()) else {
            return false;
        };
        // A key of any length will do for this function.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else {
            return false;
        };
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac.verify_slice(&signature).is_ok()
    }
}

/// Without the secret.
impl fmt::Debug for ReceiptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
    const BODY: &[u8] = br#"{"reference": "w-17", "state": "arrived"}"#;

    fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        format!("sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    #[test]
    fn only_a_fresh_signature_over_all_of_it_proves() {
        let key = ReceiptKey::new("key".to_owned(), Signing::Ours);
        let stamp = "1700000000";
        let signature = sign("key", stamp, BODY);
        assert!(key.signed(stamp, &signature, BODY, NOW));
        assert!(!key.signed(stamp, &signature, b"{}", NOW));
        assert!(!key.signed("1700000001", &signature, BODY, NOW));
        assert!(!key.signed(stamp, &sign("other", stamp, BODY), BODY, NOW));
        assert!(!key.signed(stamp, &signature.to_uppercase(), BODY, NOW));
        for wrong in ["", "sha256=", "sha256=00", "x"] {
            assert!(!key.signed(stamp, wrong, BODY, NOW), "{wrong}");
        }
        for stamp in [
            "",
            "x",
            "-1",
            "9223372036854775807",
            "1699999699",
            "1700000301",
        ] {
            assert!(
                !key.signed(stamp, &sign("key", stamp, BODY), BODY, NOW),
                "{stamp}"
            );
        }
        for stamp in ["1699999700", "1700000300"] {
            assert!(
                key.signed(stamp, &sign("key", stamp, BODY), BODY, NOW),
                "{stamp}"
            );
        }
        assert!(!format!("{key:?}").contains("key\""));
    }

    #[test]
    fn a_receipt_is_two_texts() {
        let receipt: Receipt = serde_json::from_slice(BODY).unwrap();
        assert_eq!(
            (receipt.reference.as_str(), receipt.state),
            ("w-17", Heard::Arrived)
        );
        for wrong in [
            "[]",
            "{}",
            r#"{"reference": "x", "state": "sent"}"#,
            r#"{"reference": ["x"], "state": "failed"}"#,
        ] {
            assert!(serde_json::from_str::<Receipt>(wrong).is_err(), "{wrong}");
        }
    }
}
