//! Against a real mail server, which `cargo xtask test` starts: real STARTTLS and TLS, real refusals.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use keymend_core::id::{self, Id};
use keymend_core::method::Channel;

use super::*;
use crate::chance::Os;

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        println!("{name} is not set: the mail server is left out");
    }
    value
}

fn settings(address: &str, security: Security) -> SmtpSettings {
    let (_, port) = address.rsplit_once(':').unwrap();
    SmtpSettings {
        server: "localhost".to_owned(),
        port: port.parse().unwrap(),
        security,
        account: Some((
            std::env::var("KEYMEND_TEST_SMTP_USER").unwrap(),
            Zeroizing::new(std::env::var("KEYMEND_TEST_SMTP_PASSWORD").unwrap()),
        )),
        ca_file: std::env::var("KEYMEND_TEST_SMTP_CA")
            .ok()
            .map(PathBuf::from),
        from: "Example Campus <no-reply@campus.example>".parse().unwrap(),
        host: "reset.campus.example".to_owned(),
    }
}

fn message(to: &str) -> Message {
    let id: Id<id::Job> = Id::random(&mut Os);
    Message {
        id: id.as_str().to_owned(),
        channel: Channel::Email,
        to: to.to_owned(),
        country: None,
        subject: "Código de seguridad".to_owned(),
        body: "Hola,\n\n482913\n".to_owned(),
        html: Some("<p>482913</p>".to_owned()),
        language: "en",
        code: Zeroizing::default(),
        script: None,
    }
}

/// What the server keeps for an address, as JSON.
fn kept(to: &str) -> serde_json::Value {
    let api = std::env::var("KEYMEND_TEST_SMTP_HTTP").unwrap();
    let mut stream = TcpStream::connect(api).unwrap();
    write!(stream, "GET /mail?to={to} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn provider() {
    // Another test of the process may have been faster.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}

#[tokio::test]
async fn a_mail_arrives_over_starttls_and_over_tls() {
    provider();
    for (name, security, to) in [
        (
            "KEYMEND_TEST_SMTP",
            Security::Starttls,
            "starttls@mail.example",
        ),
        ("KEYMEND_TEST_SMTP_TLS", Security::Tls, "tls@mail.example"),
    ] {
        let Some(address) = variable(name) else {
            return;
        };
        let smtp = Smtp::new(&settings(&address, security)).unwrap();
        smtp.probe().await.unwrap();
        let sent = message(to);
        smtp.send(&sent).await.unwrap();
        let mails = kept(to);
        let mail = &mails[0];
        assert_eq!(mail["subject"], "Código de seguridad");
        assert_eq!((&mail["tls"], &mail["auth"]), (&true.into(), &true.into()));
        assert!(mail["text"].as_str().unwrap().contains("482913"));
        assert!(mail["html"].as_str().unwrap().contains("482913"));
        let headers = mail["headers"].to_string();
        assert!(headers.contains("auto-generated"), "{headers}");
        assert!(
            headers.contains(&format!("<{}@reset.campus.example>", sent.id)),
            "{headers}"
        );
    }
}

#[tokio::test]
async fn what_the_server_refuses_for_now_is_tried_again_and_for_good_is_not() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP") else {
        return;
    };
    let smtp = Smtp::new(&settings(&address, Security::Starttls)).unwrap();
    let later = smtp.send(&message("tempfail@mail.example")).await;
    assert!(matches!(later, Err(SendError::Later(..))), "{later:?}");
    let never = smtp.send(&message("noone@mail.example")).await;
    assert!(matches!(never, Err(SendError::Never(_))), "{never:?}");
}

#[tokio::test]
async fn a_server_that_does_not_let_us_in_is_no_fault_of_the_mail() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP") else {
        return;
    };
    let mut wrong = settings(&address, Security::Starttls);
    let password = Zeroizing::new("not-the-password".to_owned());
    wrong.account = wrong.account.map(|(name, _)| (name, password));
    let smtp = Smtp::new(&wrong).unwrap();
    let later = smtp.send(&message("locked-out@mail.example")).await;
    assert!(matches!(later, Err(SendError::Later(..))), "{later:?}");
}

#[tokio::test]
async fn a_server_with_a_certificate_of_nobody_we_know_gets_nothing() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP") else {
        return;
    };
    let unknown = SmtpSettings {
        ca_file: None,
        ..settings(&address, Security::Starttls)
    };
    let smtp = Smtp::new(&unknown).unwrap();
    assert!(smtp.probe().await.is_err());
    assert!(
        smtp.send(&message("unknown-ca@mail.example"))
            .await
            .is_err()
    );
    assert_eq!(kept("unknown-ca@mail.example"), serde_json::json!([]));
}

#[tokio::test]
async fn a_header_cannot_be_smuggled_in() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP") else {
        return;
    };
    let smtp = Smtp::new(&settings(&address, Security::Starttls)).unwrap();
    let refused = smtp
        .send(&message("a@mail.example\r\nBcc: evil@mail.example"))
        .await;
    assert!(matches!(refused, Err(SendError::Never(_))), "{refused:?}");
    let mut folded = message("fold@mail.example");
    folded.subject = "Hello\r\nBcc: evil@mail.example".to_owned();
    if smtp.send(&folded).await.is_ok() {
        assert_eq!(kept("evil@mail.example"), serde_json::json!([]));
        let headers = kept("fold@mail.example")[0]["headers"].to_string();
        assert!(!headers.contains("\"Bcc\""), "{headers}");
    }
}
