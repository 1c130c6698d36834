//! Answers of a browser, true ones and every lie about one of their parts.

use super::*;
use authenticator::{Authenticator, Lies};

#[path = "../../tests/shared/authenticator.rs"]
pub mod authenticator;

const ORIGIN: &str = "https://reset.example";
const NONCE: [u8; 32] = [7; 32];
const HANDLE: [u8; 32] = [9; 32];
const LEFT: Duration = Duration::from_mins(5);

/// A root that vouches for nobody here.
pub const ROOT: &str = "-----BEGIN CERTIFICATE-----\n\
MIIBjDCCATGgAwIBAgIUIFED9wGBraPpYmjacN5FTgLvCpcwCgYIKoZIzj0EAwIw\n\
GjEYMBYGA1UEAwwPUm9vdCBvZiBhIG1ha2VyMCAXDTI2MTEyODE2MDI1MloYDzIx\n\
MjYxMTA0MTYwMjUyWjAaMRgwFgYDVQQDDA9Sb290IG9mIGEgbWFrZXIwWTATBgcq\n\
hkjOPQIBBggqhkjOPQMBBwNCAAQwvHAld5DqTnhZfSkNlITxh6PSXbaonmv3mCNy\n\
NrJbB6ShnJzGIJcwEQemul1/33JcgURTzD4MERqtJAHYK8vao1MwUTAdBgNVHQ4E\n\
FgQUPYk5YVNBy4H/gg2TpLemUy5fZP8wHwYDVR0jBBgwFoAUPYk5YVNBy4H/gg2T\n\
pLemUy5fZP8wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA3xjs\n\
yPlOfRgyKOvEd2w/maslDmMlopnzrdmoGomIC5YCIQCK+IiMHC7jFvFv6ko2D2kx\n\
rMU9CUQmlC1cZ0feThbDqg==\n\
-----END CERTIFICATE-----\n";

fn site() -> RelyingParty {
    RelyingParty::new("Example Campus", ORIGIN, "reset.example", None).unwrap()
}

fn owner<'a>(own: &'a [&'a Passkey]) -> Owner<'a> {
    Owner {
        handle: &HANDLE,
        name: "ana",
        own,
    }
}

fn kept(name: &str, made: Made) -> Passkey {
    Passkey {
        name: Label::parse(name).unwrap(),
        credential: made.credential,
        discoverable: made.discoverable,
    }
}

/// A passkey for tests of what keeps it.
pub fn passkey(name: &str) -> Passkey {
    let (site, owner) = (site(), owner(&[]));
    let asked = site.creation(&owner, &NONCE, LEFT).unwrap();
    let (_, answer) = Authenticator::make(&asked, ORIGIN);
    kept(name, site.made(&answer, &owner, &NONCE).unwrap())
}

/// An authenticator and the passkey that is kept of it.
fn made(change: impl FnOnce(&mut Authenticator)) -> (Authenticator, Passkey) {
    let (site, owner) = (site(), owner(&[]));
    let asked = site.creation(&owner, &NONCE, LEFT).unwrap();
    let (authenticator, answer) =
        Authenticator::make_with(&asked, ORIGIN, change, &Lies::default());
    let made = site.made(&answer, &owner, &NONCE).unwrap();
    (authenticator, kept("mine", made))
}

/// Every lie that makes an answer somebody else's, of another page or of another moment.
fn lies() -> Vec<(&'static str, Lies)> {
    let origin = |origin: &str| Lies {
        origin: Some(origin.to_owned()),
        ..Lies::default()
    };
    let site = |site: &str| Lies {
        site: Some(site.to_owned()),
        ..Lies::default()
    };
    let framed = Lies {
        framed: true,
        ..Lies::default()
    };
    let challenge = Lies {
        challenge: Some(vec![8; 32]),
        ..Lies::default()
    };
    let absent = Lies {
        absent: true,
        ..Lies::default()
    };
    vec![
        ("an ending of ours", origin("https://badreset.example")),
        ("no TLS", origin("http://reset.example")),
        ("a sub-domain", origin("https://a.reset.example")),
        ("a parent", origin("https://example")),
        ("another port", origin("https://reset.example:8443")),
        ("a path behind it", origin("https://reset.example/x")),
        ("somebody in front", origin("https://u@reset.example")),
        ("capitals", origin("https://RESET.example")),
        ("no origin", origin("null")),
        ("another site", site("badreset.example")),
        ("a site below ours", site("a.reset.example")),
        ("inside another page", framed),
        ("an old challenge", challenge),
        ("nobody there", absent),
    ]
}

#[test]
fn a_passkey_is_made_and_signs() {
    let site = site();
    let (mut authenticator, passkey) = made(|_| {});
    assert_eq!(authenticator.handle, HANDLE);
    let asked = site.request(&[&passkey], &NONCE, LEFT).unwrap();
    let asked_of: Value = serde_json::from_str(&asked).unwrap();
    assert_eq!(asked_of["challenge"], BASE64URL_NOPAD.encode(&NONCE));
    assert_eq!(asked_of["rpId"], "reset.example");
    assert_eq!(asked_of["userVerification"], "preferred");
    assert_eq!(asked_of["allowCredentials"].as_array().unwrap().len(), 1);
    for verified in [true, false] {
        authenticator.verified = verified;
        let answer = Assertion::read(&authenticator.sign(&asked)).unwrap();
        assert_eq!(answer.credential_id(), authenticator.id);
        assert_eq!(answer.handle(), Some(&HANDLE[..]));
        let said = site.signed(&answer, Some(&passkey), &NONCE).unwrap();
        let expected = Said {
            count: authenticator.count,
            verified,
            backed_up: false,
        };
        assert_eq!(said, expected);
    }
}

#[test]
fn what_is_asked_to_be_made_says_nothing_of_the_owner_but_the_name() {
    let site = site();
    let own = passkey("old");
    let asked = site.creation(&owner(&[&own]), &NONCE, LEFT).unwrap();
    let asked: Value = serde_json::from_str(&asked).unwrap();
    assert_eq!(asked["user"]["id"], BASE64URL_NOPAD.encode(&HANDLE));
    assert_eq!(asked["attestation"], "none");
    assert_eq!(asked["timeout"], 300_000);
    let wanted = &asked["authenticatorSelection"];
    assert_eq!(wanted["residentKey"], "preferred");
    assert_eq!(wanted["requireResidentKey"], false);
    assert_eq!(wanted["userVerification"], "preferred");
    assert_eq!(asked["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(asked["extensions"]["credProps"], true);
}

#[test]
fn counting_is_left_to_the_rules() {
    let site = site();
    let (mut authenticator, passkey) = made(|made| made.count = 40);
    let asked = site.request(&[], &NONCE, LEFT).unwrap();
    authenticator.count = 3;
    let answer = Assertion::read(&authenticator.sign(&asked)).unwrap();
    let said = site.signed(&answer, Some(&passkey), &NONCE).unwrap();
    assert_eq!(said.count, 4);
}

#[test]
fn no_lie_makes_a_passkey() {
    let (site, owner) = (site(), owner(&[]));
    let asked = site.creation(&owner, &NONCE, LEFT).unwrap();
    let kind = Lies {
        kind: Some("webauthn.get"),
        ..Lies::default()
    };
    for (what, lie) in lies().into_iter().chain([("another ceremony", kind)]) {
        let (_, answer) = Authenticator::make_with(&asked, ORIGIN, |_| {}, &lie);
        assert!(site.made(&answer, &owner, &NONCE).is_err(), "{what}");
    }
    let (_, answer) = Authenticator::make(&asked, ORIGIN);
    assert!(site.made(&answer, &owner, &[8; 32]).is_err());
    // One that is there already is not made again.
    let passkey = kept("a", site.made(&answer, &owner, &NONCE).unwrap());
    let own = [&passkey];
    assert!(site.made(&answer, &self::owner(&own), &NONCE).is_err());
}

#[test]
fn no_lie_passes_for_a_signature() {
    let site = site();
    let (mut authenticator, passkey) = made(|_| {});
    let (_, other) = made(|_| {});
    let asked = site.request(&[], &NONCE, LEFT).unwrap();
    let kind = Lies {
        kind: Some("webauthn.create"),
        ..Lies::default()
    };
    let broken = Lies {
        broken: true,
        ..Lies::default()
    };
    let more = [("another ceremony", kind), ("a bit", broken)];
    for (what, lie) in lies().into_iter().chain(more) {
        let answer = Assertion::read(&authenticator.sign_with(&asked, &lie)).unwrap();
        let said = site.signed(&answer, Some(&passkey), &NONCE);
        assert!(said.is_err(), "{what}");
    }
    let answer = Assertion::read(&authenticator.sign(&asked)).unwrap();
    assert!(site.signed(&answer, Some(&other), &NONCE).is_err());
    assert!(site.signed(&answer, None, &NONCE).is_err());
    assert!(site.signed(&answer, Some(&passkey), &[8; 32]).is_err());
    assert!(site.signed(&answer, Some(&passkey), &NONCE).is_ok());
}

#[test]
fn what_was_never_in_several_places_is_not_suddenly() {
    let site = site();
    let asked = site.request(&[], &NONCE, LEFT).unwrap();
    for synced in [false, true] {
        let (mut authenticator, passkey) = made(|made| made.synced = synced);
        let answer = Assertion::read(&authenticator.sign(&asked)).unwrap();
        let said = site.signed(&answer, Some(&passkey), &NONCE).unwrap();
        assert_eq!(said.backed_up, synced);
        authenticator.synced = !synced;
        let answer = Assertion::read(&authenticator.sign(&asked)).unwrap();
        assert!(site.signed(&answer, Some(&passkey), &NONCE).is_err());
    }
}

#[test]
fn an_answer_is_short_and_names_itself_once() {
    let (mut authenticator, _) = made(|_| {});
    let asked = site().request(&[], &NONCE, LEFT).unwrap();
    let answer = authenticator.sign(&asked);
    let renamed = answer.replacen("\"id\":\"", "\"id\":\"A", 1);
    let long = format!("{answer}{}", " ".repeat(LONGEST_SIGNED));
    for bad in ["", "{}", "[]", &renamed, &long, &answer[1..]] {
        assert!(Assertion::read(bad).is_err());
    }
    assert!(Assertion::read(&answer).is_ok());
}

/// The state of a ceremony is the library's; what we put into it is read back from there.
#[test]
fn the_library_checks_our_nonce() {
    let site = site();
    let (_, state) = site.asking(Vec::new()).unwrap();
    let ours: AuthenticationState = with_nonce(&state, &NONCE).unwrap();
    let written = serde_json::to_value(&ours).unwrap();
    assert_eq!(written["challenge"], BASE64URL_NOPAD.encode(&NONCE));
    let before = serde_json::to_value(&state).unwrap();
    assert_ne!(before["challenge"], written["challenge"]);
}

#[test]
fn models_come_with_roots_and_are_read_before_anybody_needs_them() {
    let model = || vec!["ee882879-721c-4913-9775-3dfcce97072a".to_owned()];
    assert!(Models::new(&model(), ROOT).is_ok());
    assert!(Models::new(&model(), &format!("# ours\n{ROOT}{ROOT}")).is_ok());
    for (models, roots) in [
        (model(), ""),
        (
            model(),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ),
        (vec!["yubikey".to_owned()], ROOT),
        (Vec::new(), ROOT),
    ] {
        assert!(Models::new(&models, roots).is_err());
    }
}
