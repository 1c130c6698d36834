//! Signatures, verified by a program that is not ours.

use std::sync::Arc;

use keymend_core::contact::Domain;

use super::{ask, kept, message, provider, settings, variable};
use crate::deliver::gateway::smtp::dkim::Signer;
use crate::deliver::gateway::smtp::{Security, Smtp, SmtpSettings};

/// A private key by OpenSSL, as an operator makes one.
fn key(arguments: &[&str]) -> String {
    let made = std::process::Command::new("openssl")
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8(made.stdout).unwrap()
}

#[tokio::test]
async fn another_program_finds_our_signature_good() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP") else {
        return;
    };
    let bits = ["-pkeyopt", "rsa_keygen_bits:2048"];
    for (to, pem) in [
        (
            "rsa@mail.example",
            key(&["genpkey", "-algorithm", "rsa", bits[0], bits[1]]),
        ),
        (
            "old-rsa@mail.example",
            key(&["genrsa", "-traditional", "2048"]),
        ),
        (
            "ed@mail.example",
            key(&["genpkey", "-algorithm", "ed25519"]),
        ),
    ] {
        let domain = Domain::parse("campus.example").unwrap();
        let signer = Arc::new(Signer::new(&domain, "portal", &pem).unwrap());
        let with_key = SmtpSettings {
            dkim: Some(Arc::clone(&signer)),
            ..settings(&address, Security::Starttls)
        };
        let smtp = Smtp::new(&with_key).unwrap();
        let mut long = message(to);
        long.subject = "\u{627}\u{644}\u{631}\u{645}\u{632} and a subject that is folded into more than one line of its header"
            .to_owned();
        long.body = ". a dot\n\nblanks  \n\t and an empty end\n\n\n".to_owned();
        smtp.send(&long).await.unwrap();
        let number = &kept(to)[0]["n"];
        let record = signer.record();
        assert_eq!(
            ask("POST", &format!("/dkim/{number}"), &record),
            true,
            "{to}"
        );
        let other = key(&["genpkey", "-algorithm", "ed25519"]);
        let other = Signer::new(&domain, "portal", &other).unwrap().record();
        assert_eq!(
            ask("POST", &format!("/dkim/{number}"), &other),
            false,
            "{to}"
        );
    }
}
