//! Signing a mail for its domain (DKIM, RFC 6376; Ed25519, RFC 8463), relaxed in headers and body.

use std::fmt;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use data_encoding::BASE64;
use keymend_core::contact::Domain;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};

/// Signed where they are there.
const SIGNED: [&str; 10] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-language",
    "auto-submitted",
    "x-auto-response-suppress",
];
/// Signed once more than they are there, so that nobody can add another one (RFC 6376, 8.15).
const ALONE: [&str; 6] = ["from", "to", "subject", "date", "reply-to", "cc"];
/// Letters of the signature on a line.
const LINE: usize = 72;

/// What signs for a domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// Without the key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.place())
    }
}

impl Signer {
    /// With a private key in PEM: RSA of at least 2048 bits, or Ed25519.
    ///
    /// # Errors
    /// A key of the configuration, and what is wrong with it.
    pub fn new(
        domain: &Domain,
        selector: &str,
        pem: &str,
    ) -> Result<Self, (&'static str, &'static str)> {
        let label = |label: &str| {
            let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
            (1..=63).contains(&label.len())
                && label.chars().all(known)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if selector.len() > 200 || !selector.split('.').all(label) {
            return Err(("dkim-selector", "a name such as `mail` or `2026.portal`"));
        }
        let key = Key::read(pem);
        let wanted = "a private key in PEM: RSA of at least 2048 bits, or Ed25519";
        Ok(Self {
            domain: domain.as_str().to_owned(),
            selector: selector.to_owned(),
            key: key.ok_or(("dkim-key", wanted))?,
        })
    }

    /// Where verifiers look for the public key.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// What they must find there (TXT).
    #[must_use]
    pub fn record(&self) -> String {
        let (kind, key) = match &self.key {
            Key::Rsa(pair) => {
                let der = pair.public_key().as_der();
                // A key that was read can be written.
                let der = der.map(|der| BASE64.encode(der.as_ref()));
                ("rsa", der.unwrap_or_default())
            }
            Key::Ed25519(pair) => ("ed25519", BASE64.encode(pair.public_key().as_ref())),
        };
        format!("v=DKIM1; k={kind}; p={key}")
    }

    /// The same mail with its signature on top.
    ///
    /// # Errors
    /// When there is no mail, or the library fails.
    pub fn sign(&self, mail: &[u8]) -> Result<Vec<u8>, &'static str> {
        let (head, body) = split(mail).ok_or("a mail without an end of its headers")?;
        let fields = fields(head);
        let mut names: Vec<&str> = Vec::new();
        let mut signed = Vec::new();
        for name in SIGNED {
            for field in fields.iter().filter(|field| field.name == name) {
                names.push(name);
                signed.extend_from_slice(&field.relaxed);
                signed.extend_from_slice(b"\r\n");
            }
        }
        names.extend(ALONE);
        let algorithm = match &self.key {
            Key::Rsa(_) => "rsa",
            Key::Ed25519(_) => "ed25519",
        };
        let (domain, selector) = (&self.domain, &self.selector);
        let names = names.join(":");
        let digest = BASE64.encode(&Sha256::digest(relaxed(body)));
        // Folded by hand: a line of a mail has at most 998 octets, and better 78 (RFC 5322, 2.1.1).
        let names = names.replace(":message-id:", ":\r\n\tmessage-id:");
        let names = names.replace(":x-auto", ":\r\n\tx-auto");
        let own = format!(
            "DKIM-Signature: v=1; a={algorithm}-sha256; c=relaxed/relaxed;\r\n\td={domain}; s={selector};\r\n\t\
             h={names};\r\n\tbh={digest};\r\n\tb="
        );
        for field in self::fields(own.as_bytes()) {
            signed.extend_from_slice(&field.relaxed);
        }
        let signature = self.key.sign(&signed).ok_or("the key does not sign")?;
        let signature = BASE64.encode(&signature);
        let mut out = own.into_bytes();
        for line in signature.as_bytes().chunks(LINE) {
            out.extend_from_slice(b"\r\n\t");
            out.extend_from_slice(line);
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(mail);
        Ok(out)
    }
}

impl Key {
    fn read(pem: &str) -> Option<Self> {
        match PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()? {
            PrivateKeyDer::Pkcs1(der) => {
                let pair = RsaKeyPair::from_der(der.secret_pkcs1_der()).ok()?;
                Some(Self::Rsa(Box::new(pair)))
            }
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match RsaKeyPair::from_pkcs8(der) {
                    Ok(pair) => Some(Self::Rsa(Box::new(pair))),
                    Err(_) => Ed25519KeyPair::from_pkcs8(der).ok().map(Self::Ed25519),
                }
            }
            _ => None,
        }
    }

    /// RFC 6376, 3.7, and RFC 8463, 3: both over the SHA-256 of what is signed.
    fn sign(&self, signed: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let random = SystemRandom::new();
                pair.sign(&RSA_PKCS1_SHA256, &random, signed, &mut signature)
                    .ok()?;
                Some(signature)
            }
            Self::Ed25519(pair) => {
                let digest = Sha256::digest(signed);
                Some(pair.sign(&digest).as_ref().to_vec())
            }
        }
    }
}

/// A header field.
struct Field {
    name: String,
    /// RFC 6376, 3.4.2, without the end of the line.
    relaxed: Vec<u8>,
}

/// Headers and body.
fn split(mail: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((mail.get(..end)?, mail.get(end + 4..)?))
}

fn fields(head: &[u8]) -> Vec<Field> {
    let mut whole: Vec<Vec<u8>> = Vec::new();
    for line in lines(head) {
        match whole.last_mut() {
            // What a field is folded into.
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => {
                last.extend_from_slice(line);
            }
            _ => whole.push(line.to_vec()),
        }
    }
    let field = |line: Vec<u8>| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let name = String::from_utf8_lossy(name)
            .trim_end()
            .to_ascii_lowercase();
        let value = value.get(1..)?.trim_ascii();
        let mut relaxed = format!("{name}:").into_bytes();
        relaxed.extend(narrow(value));
        Some(Field { name, relaxed })
    };
    whole.into_iter().filter_map(field).collect()
}

/// RFC 6376, 3.4.4.
fn relaxed(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut empty = 0;
    for line in lines(body) {
        let line = narrow(line);
        let line = line.strip_suffix(b" ").unwrap_or(&line);
        if line.is_empty() {
            empty += 1;
            continue;
        }
        out.extend(b"\r\n".repeat(empty));
        empty = 0;
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// One blank for any run of them.
fn narrow(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b' ' | b'\t' if out.last() == Some(&b' ') => {}
            b' ' | b'\t' => out.push(b' '),
            other => out.push(*other),
        }
    }
    out
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| line.strip_suffix(b"\r\n").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8463, A.3: the key of `brisbane._domainkey.football.example.com`, as PKCS#8.
    const ED25519: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
        -----END PRIVATE KEY-----\n";

    fn signer() -> Signer {
        let domain = Domain::parse("football.example.com").unwrap();
        Signer::new(&domain, "brisbane", ED25519).unwrap()
    }

    #[test]
    fn the_record_is_that_of_the_standard() {
        let signer = signer();
        assert_eq!(signer.place(), "brisbane._domainkey.football.example.com");
        let wanted = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        assert_eq!(signer.record(), wanted);
        assert!(!format!("{signer:?}").contains("nWGx"));
    }

    /// RFC 6376, 3.4.5.
    #[test]
    fn blanks_do_not_count() {
        let relaxed_head: Vec<Vec<u8>> = fields(b"A: X\r\nB : Y\t\r\n\tZ  ")
            .into_iter()
            .map(|field| field.relaxed)
            .collect();
        assert_eq!(relaxed_head, [b"a:X".to_vec(), b"b:Y Z".to_vec()]);
        assert_eq!(relaxed(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed(b"a\r\n\r\nb"), b"a\r\n\r\nb\r\n");
        assert_eq!(relaxed(b"\r\n \r\n"), b"");
    }

    #[test]
    fn a_field_that_is_added_later_was_signed_as_missing() {
        let signed = signer().sign(b"From: a@b.example\r\nX: y\r\n\r\nHello\r\n");
        let text = String::from_utf8(signed.unwrap()).unwrap();
        let (own, rest) = text.split_once("\r\nFrom: ").unwrap();
        assert!(rest.ends_with("\r\n\r\nHello\r\n"), "{text}");
        assert!(
            own.contains("h=from:from:to:subject:date:reply-to:cc;"),
            "{own}"
        );
        assert!(own.lines().all(|line| line.len() <= 78), "{own}");
    }

    #[test]
    fn what_is_no_key_or_no_name_is_told_apart() {
        let domain = Domain::parse("b.example").unwrap();
        for pem in [
            "",
            "x",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            assert_eq!(Signer::new(&domain, "s", pem).unwrap_err().0, "dkim-key");
        }
        for selector in ["", ".", "a b", "a..b", "a;b", "-a", "\u{e9}"] {
            let fault = Signer::new(&domain, selector, ED25519).unwrap_err();
            assert_eq!(fault.0, "dkim-selector", "{selector}");
        }
        assert!(Signer::new(&domain, "2026.portal", ED25519).is_ok());
    }
}
