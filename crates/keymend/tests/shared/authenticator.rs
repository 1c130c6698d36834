//! An authenticator without a device: makes passkeys and signs with them (WebAuthn level 3, 6), and lies when told to.
//! Begin with [`Authenticator::make`].

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Present, known, may be backed up, is backed up, with a key (6.1).
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;

/// One passkey in one authenticator.
pub struct Authenticator {
    pair: EcdsaKeyPair,
    /// What the passkey is called.
    pub id: Vec<u8>,
    /// Whose it is, as it was told.
    pub handle: Vec<u8>,
    /// Where it was made.
    pub origin: String,
    /// For whom.
    pub site: String,
    /// Signatures so far; one that never counts stays at nothing.
    pub count: u32,
    /// How many a signature counts.
    pub step: u32,
    /// It knows its owner.
    pub verified: bool,
    /// It may be in several places, and is.
    pub synced: bool,
}

/// What is said besides the truth.
#[derive(Default)]
pub struct Lies {
    /// Of the ceremony: `webauthn.create` or `webauthn.get`.
    pub kind: Option<&'static str>,
    /// Another challenge.
    pub challenge: Option<Vec<u8>>,
    /// Another page.
    pub origin: Option<String>,
    /// Inside a foreign page.
    pub framed: bool,
    /// For another site.
    pub site: Option<String>,
    /// Another owner.
    pub handle: Option<Vec<u8>>,
    /// Nobody touched it.
    pub absent: bool,
    /// One bit of the signature.
    pub broken: bool,
}

impl Authenticator {
    /// Make a passkey as asked; the answer of a browser at `origin`.
    pub fn make(asked: &str, origin: &str) -> (Self, String) {
        Self::make_with(asked, origin, |_| {}, &Lies::default())
    }

    /// Make another kind of one, with lies.
    pub fn make_with(
        asked: &str,
        origin: &str,
        change: impl FnOnce(&mut Self),
        lies: &Lies,
    ) -> (Self, String) {
        let asked: Value = serde_json::from_str(asked).unwrap();
        let mut id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        let mut made = Self {
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id,
            handle: octets(&asked["user"]["id"]),
            origin: origin.to_owned(),
            site: asked["rp"]["id"].as_str().unwrap().to_owned(),
            count: 0,
            step: 1,
            verified: true,
            synced: false,
        };
        change(&mut made);
        let client = made.client_data("webauthn.create", &asked, lies);
        let mut data = made.data(ATTESTED, lies);
        data.extend([0; 16]);
        data.extend(u16::try_from(made.id.len()).unwrap().to_be_bytes());
        data.extend(&made.id);
        data.extend(made.cose());
        // {"fmt": "none", "attStmt": {}, "authData": data} (RFC 8949).
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        let answer = json!({
            "id": text(&made.id),
            "rawId": text(&made.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": text(&client),
                "attestationObject": text(&object),
                "transports": ["internal"],
            },
            "clientExtensionResults": { "credProps": { "rk": true } },
        });
        (made, answer.to_string())
    }

    /// Sign what is asked.
    pub fn sign(&mut self, asked: &str) -> String {
        self.sign_with(asked, &Lies::default())
    }

    /// Sign it with lies.
    pub fn sign_with(&mut self, asked: &str, lies: &Lies) -> String {
        let asked: Value = serde_json::from_str(asked).unwrap();
        self.count += self.step;
        let client = self.client_data("webauthn.get", &asked, lies);
        let data = self.data(0, lies);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let mut signature = signature.as_ref().to_vec();
        if lies.broken {
            *signature.last_mut().unwrap() ^= 1;
        }
        let handle = lies.handle.as_ref().unwrap_or(&self.handle);
        let answer = json!({
            "id": text(&self.id),
            "rawId": text(&self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": text(&client),
                "authenticatorData": text(&data),
                "signature": text(&signature),
                "userHandle": text(handle),
            },
            "clientExtensionResults": {},
        });
        answer.to_string()
    }

    fn client_data(&self, kind: &str, asked: &Value, lies: &Lies) -> Vec<u8> {
        let challenge = lies.challenge.clone();
        let challenge = challenge.unwrap_or_else(|| octets(&asked["challenge"]));
        let said = json!({
            "type": lies.kind.unwrap_or(kind),
            "challenge": text(&challenge),
            "origin": lies.origin.as_ref().unwrap_or(&self.origin),
            "crossOrigin": lies.framed,
        });
        said.to_string().into_bytes()
    }

    fn data(&self, more: u8, lies: &Lies) -> Vec<u8> {
        let site = lies.site.as_ref().unwrap_or(&self.site);
        let mut flags = more;
        for (there, flag) in [
            (!lies.absent, PRESENT),
            (self.verified, VERIFIED),
            (self.synced, ELIGIBLE | BACKED_UP),
        ] {
            if there {
                flags |= flag;
            }
        }
        let mut data = Sha256::digest(site).to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    /// The public key (RFC 9053, 7.1.1): a map of key type, algorithm, curve, x and y.
    fn cose(&self) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        key.extend(&point[1..33]);
        key.extend(b"\x22\x58\x20");
        key.extend(&point[33..65]);
        key
    }
}

/// What a page asks the browser, out of its markup.
pub fn asked(html: &str) -> String {
    let (_, rest) = html
        .split_once("data-passkey=\"")
        .expect("a passkey is asked for");
    let markup = rest.split('"').next().unwrap();
    markup
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#38;", "&")
}

fn octets(text: &Value) -> Vec<u8> {
    BASE64URL_NOPAD
        .decode(text.as_str().unwrap().as_bytes())
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}
