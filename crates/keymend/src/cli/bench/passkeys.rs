//! How many passkeys a core checks in a second, beside the bare check of a signature.

use std::time::{Duration, Instant};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use keymend_core::label::Label;
use sha2::{Digest as _, Sha256};
use webauthn_rs_core::proto::{COSEKeyType, PublicKeyCredential};

use super::super::Outcome;
use crate::webauthn::{Assertion, Owner, Passkey, RelyingParty};

/// What an authenticator of the standard made and signed (WebAuthn level 3, 16.2), as a browser sends it.
const MADE: &str = concat!(
    r#"{"id":"-R85HbTJsv3g6nAYnLo_tj9Xm6YSKzOtlP8-wzAIS-Q","rawId":"-R85HbTJsv3g6nAYnLo_tj9Xm6YSKzOtlP8-wzA"#,
    r#"IS-Q","type":"public-key","response":{"attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikv"#,
    r#"6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LVZAAAAAIRGzLmrHbN0dQsjZ_9vOh8AIPkfOR20ybL94OpwGJy6P7Y_V5umE"#,
    r#"iszrZT_PsMwCEvkpQECAyYgASFYIK_voW-XypstI-uGzLZAmNINuQhWBi6yScM6m2cvJt9hIlggkwpWuHovymYzSwNFir-HlxfBL"#,
    r#"MaO1zKQry4mZHlrkiA","clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQU1NUHQ0VX"#,
    r#"h4R1RTdG5jZHE0MTdZRHdCRmk4dnBJYS1wdzhvT3VWVzRUQSIsIm9yaWdpbiI6Imh0dHBzOi8vZXhhbXBsZS5vcmciLCJjcm9zc0"#,
    r#"9yaWdpbiI6ZmFsc2UsImV4dHJhRGF0YSI6ImNsaWVudERhdGFKU09OIG1heSBiZSBleHRlbmRlZCB3aXRoIGFkZGl0aW9uYWwgZm"#,
    r#"llbGRzIGluIHRoZSBmdXR1cmUsIHN1Y2ggYXMgdGhpczogQmtRZURqZGNUQnJYQmlBd0pUTEU1USJ9"}}"#
);
const SIGNED: &str = concat!(
    r#"{"id":"-R85HbTJsv3g6nAYnLo_tj9Xm6YSKzOtlP8-wzAIS-Q","rawId":"-R85HbTJsv3g6nAYnLo_tj9Xm6YSKzOtlP8-wzA"#,
    r#"IS-Q","type":"public-key","response":{"authenticatorData":"v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5"#,
    r#"LUZAAAAAA","clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiT2NEblVoUVh1bFRVUG8zSlV"#,
    r#"YVDBJOTdwdnp6WUJQOXRaY2hYeWF2MDFBZyIsIm9yaWdpbiI6Imh0dHBzOi8vZXhhbXBsZS5vcmciLCJjcm9zc09yaWdpbiI6ZmF"#,
    r#"sc2V9","signature":"MEYCIQD1Ck4uRAkknEqFO6NhKC8JhB303UVHoTqHeAIY3v_NOAIhAISArA8Lk1OBdPV1vxGh3V14xuSG"#,
    r#"AT-TcpXqE2U-Mx6H"}}"#
);
const MADE_FOR: [u8; 32] = *b"\x00\xc3\x0f\xb7\x85\x31\xc4\x64\xd2\xb6\x77\x1d\xab\x8d\x7b\x60\x3c\x01\x16\x2f\x2f\xa4\x86\xbe\xa7\x0f\x28\x3a\xe5\x56\xe1\x30";
const SIGNED_FOR: [u8; 32] = *b"\x39\xc0\xe7\x52\x14\x17\xba\x54\xd4\x3e\x8d\xc9\x51\x74\xf4\x23\xde\xe9\xbf\x3c\xd8\x04\xff\x6d\x65\xc8\x57\xc9\xab\xf4\xd4\x08";

/// Print how many of each this core does in a second.
pub fn run(seconds: u64) -> Outcome {
    measured(Duration::from_secs(seconds)).map_err(|line| vec![line])
}

/// The passkey of the standard's example.
pub fn example() -> Result<Passkey, String> {
    let owner = Owner {
        handle: &[9; 32],
        name: "ana",
        own: &[],
    };
    let made = site()?.made(MADE, &owner, &MADE_FOR);
    let made = made.map_err(|fault| fault.to_string())?;
    Ok(Passkey {
        name: Label::default(),
        credential: made.credential,
        discoverable: made.discoverable,
    })
}

fn site() -> Result<RelyingParty, String> {
    RelyingParty::new("Example", "https://example.org", "example.org", None)
}

fn measured(span: Duration) -> Result<(), String> {
    let (site, passkey) = (site()?, example()?);
    let whole = || {
        let assertion = Assertion::read(SIGNED).ok()?;
        site.signed(&assertion, Some(&passkey), &SIGNED_FOR).ok()
    };
    let answer: PublicKeyCredential =
        serde_json::from_str(SIGNED).map_err(|error| error.to_string())?;
    let signature = answer.response.signature;
    let mut signed = answer.response.authenticator_data;
    signed.extend(Sha256::digest(&answer.response.client_data_json));
    let key = &passkey.credential.cred;
    let bare = || {
        key.verify_signature(&signature, &signed)
            .ok()
            .filter(|right| *right)
    };
    let mut point = vec![4];
    if let COSEKeyType::EC_EC2(key) = &key.key {
        point.extend(key.x.iter().chain(&key.y));
    }
    let point = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point);
    let other = || point.verify(&signed, &signature).ok();
    let passkeys = rate(span, || whole().is_some())?;
    let bare = rate(span, || bare().is_some())?;
    let other = rate(span, || other().is_some())?;
    println!("{passkeys:.0} passkeys/s on one core");
    println!(
        "{bare:.0} signatures/s alone, by the same library: {:.2} of it",
        passkeys / bare
    );
    println!(
        "{other:.0} signatures/s alone, by AWS-LC: {:.2} of it",
        passkeys / other
    );
    Ok(())
}

/// How often something is right within a second.
fn rate(span: Duration, mut right: impl FnMut() -> bool) -> Result<f64, String> {
    let began = Instant::now();
    let mut times = 0_u32;
    while began.elapsed() < span {
        if !right() {
            return Err("a signature of the standard is not right".to_owned());
        }
        times += 1;
    }
    Ok(f64::from(times) / began.elapsed().as_secs_f64())
}
