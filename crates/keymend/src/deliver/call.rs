//! What a call says, on its way through the provider that places it.
//!
//! The provider asks for the script while the call runs, and any node may be asked. So the address that it asks at holds
//! everything: sealed, so that it shows nothing in anybody's log, and worth nothing once the code has no life left.

use data_encoding::BASE64URL_NOPAD;
use keymend_core::id::{self, Id};
use keymend_core::secret::Purpose;
use keymend_core::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::keys::{KeyRing, Place};

/// Longest token that is opened, in bytes: five times what ours have.
const LONGEST: usize = 2048;

/// No row: the place keeps a sealed text of any other table from being one of these.
const PLACE: Place<'static> = Place {
    table: "calls",
    column: "script",
    row: "",
};

/// A call that tells a code.
#[derive(Serialize, Deserialize)]
pub struct Call {
    /// Number that it goes to, E.164.
    pub to: String,
    /// Language, as our texts are named.
    pub language: String,
    /// What the code is for; nothing: to try a gateway.
    pub purpose: Option<Purpose>,
    /// The digits.
    pub code: String,
    /// They are valid until then.
    pub until: Timestamp,
    /// The flow whose challenge they answer; nothing for somebody who is signed in.
    pub flow: Option<(Id<id::Flow>, Id<id::Challenge>)>,
}

impl Call {
    /// As a part of an address.
    #[must_use]
    pub fn seal(&self, keys: &KeyRing, rng: &mut dyn CryptoRng) -> String {
        // Texts and numbers only: there is nothing that could not be written.
        let plain = Zeroizing::new(serde_json::to_vec(self).unwrap_or_default());
        BASE64URL_NOPAD.encode(&keys.seal(&PLACE, &plain, rng))
    }

    /// From a part of an address, if we sealed it.
    #[must_use]
    pub fn open(keys: &KeyRing, token: &str) -> Option<Self> {
        let short = (token.len() <= LONGEST).then_some(token)?;
        let sealed = BASE64URL_NOPAD.decode(short.as_bytes()).ok()?;
        let plain = keys.open(&PLACE, &sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Os;

    fn keys(byte: u8) -> KeyRing {
        let key = data_encoding::BASE64.encode(&[byte; 32]);
        KeyRing::parse(&format!("1 {key}\n")).unwrap()
    }

    #[test]
    fn only_what_we_sealed_opens_and_shows_nothing() {
        let call = Call {
            to: "+12125550142".to_owned(),
            language: "ar".to_owned(),
            purpose: Some(Purpose::Unlock),
            code: "482913".to_owned(),
            until: Timestamp::from_millis(1_700_000_000_000),
            flow: Some((Id::random(&mut Os), Id::random(&mut Os))),
        };
        let keys = keys(7);
        let token = call.seal(&keys, &mut Os);
        assert!(token.len() < LONGEST / 3, "{}", token.len());
        let opened = Call::open(&keys, &token).unwrap();
        assert_eq!(
            (&opened.to, &opened.code, opened.purpose, opened.until),
            (&call.to, &call.code, call.purpose, call.until)
        );
        assert_eq!(opened.flow, call.flow);
        // Another sealing of the same looks like nothing seen before.
        assert_ne!(call.seal(&keys, &mut Os), token);
        assert!(Call::open(&self::keys(8), &token).is_none());
        let elsewhere = keys.seal(
            &Place {
                table: "methods",
                ..PLACE
            },
            b"{}",
            &mut Os,
        );
        for wrong in [
            "",
            ".",
            "\u{e9}",
            token.get(1..).unwrap(),
            &format!("{token}AA"),
            &"A".repeat(LONGEST * 8),
            &BASE64URL_NOPAD.encode(&elsewhere),
        ] {
            assert!(Call::open(&keys, wrong).is_none(), "{wrong}");
        }
    }
}
