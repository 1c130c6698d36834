//! Receipts: what a gateway says later about a message that it took.

use std::fmt;
use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use keymend_core::time::Timestamp;
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroizing;

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

/// What proves that a receipt comes from the gateway.
#[derive(Clone)]
pub struct ReceiptKey(Zeroizing<String>);

impl ReceiptKey {
    /// From the configuration.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// Was this body signed with it, and lately? `signature` is `sha256=` and HMAC-SHA256 over timestamp, full stop and
    /// body in hexadecimal digits, as above a webhook of ours.
    #[must_use]
    pub fn proves(&self, timestamp: &str, signature: &str, body: &[u8], now: Timestamp) -> bool {
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
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else {
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
        let key = ReceiptKey::new("key".to_owned());
        let stamp = "1700000000";
        let signature = sign("key", stamp, BODY);
        assert!(key.proves(stamp, &signature, BODY, NOW));
        assert!(!key.proves(stamp, &signature, b"{}", NOW));
        assert!(!key.proves("1700000001", &signature, BODY, NOW));
        assert!(!key.proves(stamp, &sign("other", stamp, BODY), BODY, NOW));
        assert!(!key.proves(stamp, &signature.to_uppercase(), BODY, NOW));
        for wrong in ["", "sha256=", "sha256=00", "x"] {
            assert!(!key.proves(stamp, wrong, BODY, NOW), "{wrong}");
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
                !key.proves(stamp, &sign("key", stamp, BODY), BODY, NOW),
                "{stamp}"
            );
        }
        for stamp in ["1699999700", "1700000300"] {
            assert!(
                key.proves(stamp, &sign("key", stamp, BODY), BODY, NOW),
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
