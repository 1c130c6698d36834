//! MS: several gateways of a channel, and one of them fails.

use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tempfile::TempDir;

use crate::portal::{Message, Portal, Setup};
use crate::post::in_folder;
use crate::provider::{Provider, SECRET};
use crate::walk::{Person, person};

/// A portal with two gateways for text messages, and their folders.
struct Two {
    portal: Portal,
    place: TempDir,
}

impl Two {
    fn start() -> Self {
        let place = TempDir::new().unwrap();
        let path = |name: &str| format!("\"{}\"", place.path().join(name).display());
        for name in ["first", "second"] {
            std::fs::create_dir(place.path().join(name)).unwrap();
        }
        let setup = Setup::new()
            .people(2)
            .with("sms.first", "folder", path("first"))
            .with("sms.first", "priority", 1)
            .with("sms.second", "folder", path("second"))
            .with("sms.second", "priority", 2);
        let portal = setup.start();
        Self { portal, place }
    }

    fn folder(&self, name: &str) -> std::path::PathBuf {
        self.place.path().join(name)
    }

    fn forgot(&self, somebody: &Person) {
        let mut browser = self.portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        assert_eq!(browser.text(&somebody.phone), 303);
    }

    fn arrives(&self, name: &str, to: &str) -> Message {
        let folder = self.folder(name);
        self.portal
            .wait(&format!("a message to {to} by the {name} gateway"), |_| {
                newest(&folder, to)
            })
    }
}

fn newest(folder: &Path, to: &str) -> Option<Message> {
    let all = in_folder(folder, "sms");
    all.into_iter().find(|message| message.to == to)
}

#[test]
fn ms_160_whoever_asks_again_is_served_by_another_gateway() {
    let two = Two::start();
    let somebody = person(0);
    two.forgot(&somebody);
    two.arrives("first", &somebody.phone);
    two.forgot(&somebody);
    two.arrives("second", &somebody.phone);
    // Others are served by the first as ever.
    let other = person(1);
    two.forgot(&other);
    two.arrives("first", &other.phone);
}

#[test]
fn ms_161_a_gateway_that_fails_is_passed_over_and_the_log_names_it_but_nobody() {
    let two = Two::start();
    let somebody = person(0);
    std::fs::remove_dir(two.folder("first")).unwrap();
    two.forgot(&somebody);
    let message = two.arrives("second", &somebody.phone);
    // What the process writes is read a little later than its messages.
    let line = two.portal.wait("a line in the log", |portal| {
        let log = portal.log();
        let mut lines = log.lines();
        let found = lines.find(|line| line.contains("a gateway did not take a message"));
        found.map(str::to_owned)
    });
    assert!(line.contains("first"), "{line}");
    let log = two.portal.log();
    assert!(!log.contains(&message.code().unwrap()), "{log}");
    assert!(!log.contains(&somebody.phone), "{log}");
}

/// Post a receipt of the first gateway; the status of the answer.
fn receipt(portal: &Portal, gateway: &str, [stamp, signature]: [&str; 2], body: &str) -> u16 {
    let headers = [
        ("Content-Type", "application/json"),
        ("Keymend-Timestamp", stamp),
        ("Keymend-Signature", signature),
    ];
    let target = format!("/receipts/{gateway}");
    let body = Some(body.as_bytes());
    portal
        .browser()
        .send("POST", &target, &headers, body)
        .status
}

/// A signature as above a webhook of ours.
pub fn signed(secret: &str, stamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{stamp}.{body}").as_bytes());
    let digits = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("sha256={digits}")
}

#[test]
fn ms_162_a_receipt_is_believed_when_it_is_proven_and_once() {
    let provider = Provider::start();
    let place = TempDir::new().unwrap();
    let portal = Setup::new()
        .people(1)
        .with("sms.first", "kind", "\"webhook\"")
        .with("sms.first", "url", format!("\"{}\"", provider.url))
        .with("sms.first", "secret", format!("\"{SECRET}\""))
        .with("sms.first", "receipt-secret", "\"receipt-key-88\"")
        .with("sms.first", "priority", 1)
        .with(
            "sms.second",
            "folder",
            format!("\"{}\"", place.path().display()),
        )
        .start();
    let somebody = person(0);
    let forgot = || {
        let mut browser = portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        assert_eq!(browser.text(&somebody.phone), 303);
    };
    forgot();
    portal.wait("a message by the webhook", |_| {
        provider.newest(&somebody.phone)
    });
    portal.settled();
    let state = "SELECT COUNT(*) FROM deliveries WHERE state = 'arrived' AND reference = 'w-17'";
    let database = portal.database();
    let body = "{\"reference\": \"w-17\", \"state\": \"arrived\"}";
    let now = seconds();
    let (stamp, old) = (now.to_string(), (now - 400).to_string());
    let good = signed("receipt-key-88", &stamp, body);
    for (gateway, proof) in [
        ("first", [stamp.as_str(), "sha256=00"]),
        ("first", [&stamp, ""]),
        ("first", [&stamp, &signed(SECRET, &stamp, body)]),
        ("first", [&old, &signed("receipt-key-88", &old, body)]),
        // No receipts are heard of this one, nor of one that there is not.
        ("second", [&stamp, &good]),
        ("third", [&stamp, &good]),
        ("..", [&stamp, &good]),
    ] {
        assert!(
            matches!(receipt(&portal, gateway, proof, body), 403 | 404),
            "{gateway} {proof:?}"
        );
    }
    assert_eq!(database.number(state), 0);
    let odd = "{\"reference\": [\"w-17\"], \"state\": \"arrived\"}";
    let proof = signed("receipt-key-88", &stamp, odd);
    assert_eq!(receipt(&portal, "first", [&stamp, &proof], odd), 400);
    let long = "x".repeat(5000);
    let proof = signed("receipt-key-88", &stamp, &long);
    assert_eq!(receipt(&portal, "first", [&stamp, &proof], &long), 413);
    // Played again it is answered alike, and counts once.
    for _ in 0..2 {
        assert_eq!(receipt(&portal, "first", [&stamp, &good], body), 204);
        assert_eq!(database.number(state), 1);
    }
    let news = portal.log().matches("a receipt came").count();
    assert_eq!(news, 1);
    // It delivers: whoever asks again is served by it as before.
    forgot();
    portal.settled();
    assert!(newest(place.path(), &somebody.phone).is_none());
}

/// Seconds since 1970, as a provider's own clock has them.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the same clock"
)]
pub fn seconds() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}
