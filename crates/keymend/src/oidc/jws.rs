//! Signatures of ID tokens (RFC 7515, 7517, 7518, 8037), as far as they are needed: read only, public keys only.
//!
//! Begin with [`verify`]. `none` and the algorithms of shared secrets are not here, so that no key can be mistaken for
//! one of them (RFC 8725, 3.1).

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaVerificationAlgorithm,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    UnparsedPublicKey,
};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

/// Longest token that is read.
const LONGEST: usize = 32 * 1024;
/// As many keys are tried where a token does not say which.
const TRIED: usize = 16;

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsigned {
    /// It is not a signed token, or one of a kind that is not taken.
    Shape(&'static str),
    /// None of the keys is the one it names.
    UnknownKey,
    /// The signature is wrong.
    Wrong,
}

/// A set of keys, as a provider publishes it. Those of kinds that are not known here are left out.
#[derive(Debug, Deserialize)]
pub struct KeySet {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// Those that may have signed a token.
    #[must_use]
    pub fn readable(&self) -> Vec<Key> {
        let read = |key: &serde_json::Value| Key::of(serde_json::from_value(key.clone()).ok()?);
        self.keys.iter().filter_map(read).collect()
    }
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// One public key.
pub struct Key {
    kid: Option<String>,
    alg: Option<String>,
    material: Material,
}

enum Material {
    Rsa(PublicKeyComponents<Vec<u8>>),
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Key {
    fn of(jwk: Jwk) -> Option<Self> {
        if jwk.usage.is_some_and(|usage| usage != "sig") {
            return None;
        }
        let bytes = |text: &Option<String>| BASE64URL_NOPAD.decode(text.as_ref()?.as_bytes()).ok();
        // Uncompressed (SEC 1, 2.3.3).
        let point = |length: usize| {
            let (x, y) = (bytes(&jwk.x)?, bytes(&jwk.y)?);
            (x.len() == length && y.len() == length).then(|| [vec![4], x, y].concat())
        };
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", None) => {
                let number = |text: &Option<String>| {
                    let bytes = bytes(text)?;
                    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
                    bytes.get(zeros..).map(<[u8]>::to_vec)
                };
                Material::Rsa(PublicKeyComponents {
                    n: number(&jwk.n)?,
                    e: number(&jwk.e)?,
                })
            }
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes(&jwk.x)?),
            _ => return None,
        };
        Some(Self {
            kid: jwk.kid,
            alg: jwk.alg,
            material,
        })
    }

    fn fits(&self, header: &Header) -> bool {
        let named = header.kid.is_none() || header.kid == self.kid;
        named && self.alg.as_ref().is_none_or(|alg| *alg == header.alg)
    }

    /// `None` where the algorithm is not one of this key's kind.
    fn verifies(&self, alg: &str, text: &[u8], signature: &[u8]) -> Option<bool> {
        let curve = |algorithm: &'static EcdsaVerificationAlgorithm, point: &[u8]| {
            UnparsedPublicKey::new(algorithm, point)
                .verify(text, signature)
                .is_ok()
        };
        match (&self.material, alg) {
            (Material::Rsa(numbers), _) => {
                let verified = numbers.verify(rsa(alg)?, text, signature);
                Some(verified.is_ok())
            }
            (Material::P256(point), "ES256") => Some(curve(&ECDSA_P256_SHA256_FIXED, point)),
            (Material::P384(point), "ES384") => Some(curve(&ECDSA_P384_SHA384_FIXED, point)),
            // "Ed25519" is the name in RFC 9864.
            (Material::Ed25519(point), "EdDSA" | "Ed25519") => {
                let key = UnparsedPublicKey::new(&ED25519, point);
                Some(key.verify(text, signature).is_ok())
            }
            _ => None,
        }
    }
}

fn rsa(alg: &str) -> Option<&'static RsaParameters> {
    match alg {
        "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Some(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Some(&RSA_PKCS1_2048_8192_SHA512),
        "PS256" => Some(&RSA_PSS_2048_8192_SHA256),
        "PS384" => Some(&RSA_PSS_2048_8192_SHA384),
        "PS512" => Some(&RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

/// Is a token signed by one of these that is taken at all?
#[must_use]
fn is_taken(alg: &str) -> bool {
    rsa(alg).is_some() || matches!(alg, "ES256" | "ES384" | "EdDSA" | "Ed25519")
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
}

/// What a token says, if one of these keys signed it.
///
/// # Errors
/// [`Unsigned`].
pub fn verify(token: &str, keys: &[Key]) -> Result<Vec<u8>, Unsigned> {
    let odd = Unsigned::Shape("it is no signed token");
    if token.len() > LONGEST {
        return Err(Unsigned::Shape("it is too long"));
    }
    let (text, signature) = token.rsplit_once('.').ok_or(odd)?;
    let (header, payload) = text.split_once('.').ok_or(odd)?;
    let decoded = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| odd);
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| odd)?;
    if !is_taken(&header.alg) {
        return Err(Unsigned::Shape("its algorithm is not taken"));
    }
    // We know no extension, so none can be critical to us (RFC 7515, 4.1.11).
    if header.crit.is_some() {
        return Err(Unsigned::Shape("it demands an extension"));
    }
    // A token of another kind by the same issuer is no ID token (RFC 8725, 3.11).
    if header
        .typ
        .as_ref()
        .is_some_and(|typ| !typ.eq_ignore_ascii_case("jwt"))
    {
        return Err(Unsigned::Shape("it is a token of another kind"));
    }
    let (payload, signature) = (decoded(payload)?, decoded(signature)?);
    let fitting = keys.iter().filter(|key| key.fits(&header)).take(TRIED);
    let mut known = false;
    for key in fitting {
        match key.verifies(&header.alg, text.as_bytes(), &signature) {
            Some(true) => return Ok(payload),
            Some(false) => known = true,
            None => {}
        }
    }
    // Without a name, a key that came since may be the one.
    if known && header.kid.is_some() {
        Err(Unsigned::Wrong)
    } else {
        Err(Unsigned::UnknownKey)
    }
}

#[cfg(test)]
mod tests;
