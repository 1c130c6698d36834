//! Against a real mail server, which `cargo xtask test` starts: real STARTTLS and TLS, real refusals.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use keymend_core::id::{self, Id};
use keymend_core::method::Channel;
use zeroize::Zeroizing;

use super::*;
use crate::chance::Os;

mod failing;
mod refusals;
mod signing;
mod tokens;

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
            Proof::Password(Zeroizing::new(
                std::env::var("KEYMEND_TEST_SMTP_PASSWORD").unwrap(),
            )),
        )),
        ca_file: std::env::var("KEYMEND_TEST_SMTP_CA")
            .ok()
            .map(PathBuf::from),
        from: "Example Campus <no-reply@campus.example>".parse().unwrap(),
        host: "reset.campus.example".to_owned(),
        dkim: None,
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
        purpose: None,
        until: None,
    }
}

/// What the server keeps for an address, as JSON.
fn kept(to: &str) -> serde_json::Value {
    ask("GET", &format!("/mail?to={to}"), "")
}

fn ask(method: &str, target: &str, body: &str) -> serde_json::Value {
    let api = std::env::var("KEYMEND_TEST_SMTP_HTTP").unwrap();
    let mut stream = TcpStream::connect(api).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {target} HTTP/1.0\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
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
        let wanted = (&true.into(), &"PLAIN".into());
        assert_eq!((&mail["tls"], &mail["auth"]), wanted);
        assert!(mail["text"].as_str().unwrap().contains("482913"));
        assert!(mail["html"].as_str().unwrap().contains("482913"));
        let header = |name: &str| {
            let headers = mail["headers"].as_array().unwrap().iter();
            let found: Vec<_> = headers.filter(|header| header[0] == name).collect();
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            found[0][1].as_str().unwrap().to_owned()
        };
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        assert_eq!(header("Content-Language"), "en");
        let id = format!("<{}@reset.campus.example>", sent.id);
        assert_eq!(header("Message-ID"), id);
        assert_eq!(header("To"), to);
        assert!(header("Date").ends_with("+0000"), "{}", header("Date"));
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
    let password = Proof::Password(Zeroizing::new("not-the-password".to_owned()));
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

#[tokio::test]
async fn a_server_that_knows_no_better_gets_the_password_by_login() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP_OLD") else {
        return;
    };
    let smtp = Smtp::new(&settings(&address, Security::Starttls)).unwrap();
    smtp.send(&message("login@mail.example")).await.unwrap();
    assert_eq!(kept("login@mail.example")[0]["auth"], "LOGIN");
    // A token is of no use there, and nothing is sent without one.
    let token = Proof::TokenFile("/dev/null".into());
    let with_token = SmtpSettings {
        account: Some(("portal".to_owned(), token)),
        ..settings(&address, Security::Starttls)
    };
    let refused = Smtp::new(&with_token).unwrap().probe().await.unwrap_err();
    assert_eq!(refused, "the mail server does not offer XOAUTH2");
}

#[tokio::test]
async fn a_server_with_the_certificate_of_another_gets_nothing() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP") else {
        return;
    };
    // The same machine under a name that its certificate does not have.
    let other = SmtpSettings {
        server: "::ffff:127.0.0.1".to_owned(),
        ..settings(&address, Security::Starttls)
    };
    let said = Smtp::new(&other).unwrap().probe().await.unwrap_err();
    assert!(said.contains("certificate not valid for name"), "{said}");
}

#[tokio::test]
async fn an_address_in_another_script_is_written_to_where_the_server_can() {
    provider();
    let (Some(able), Some(old)) = (
        variable("KEYMEND_TEST_SMTP"),
        variable("KEYMEND_TEST_SMTP_OLD"),
    ) else {
        return;
    };
    let smtp = |address: &str| Smtp::new(&settings(address, Security::Starttls)).unwrap();
    let [able, old] = [able, old].map(|address| smtp(&address));
    let foreign = "\u{7528}\u{6237}@b\u{fc}cher.example";
    able.send(&message(foreign)).await.unwrap();
    let all = kept("");
    let mail = all.as_array().unwrap().iter().rev().find(|mail| {
        let to = mail["to"][0].as_str().unwrap();
        to == "\u{7528}\u{6237}@xn--bcher-kva.example"
    });
    let options = mail.unwrap()["options"].to_string();
    assert!(options.contains("SMTPUTF8"), "{options}");
    assert!(options.contains("BODY=8BITMIME"), "{options}");
    let said = old.send(&message(foreign)).await.unwrap_err();
    assert!(matches!(said, SendError::Elsewhere(_)), "{said:?}");
    assert!(said.to_string().contains("SMTPUTF8"), "{said}");
    // Where only the domain is in another script, every server can.
    old.send(&message("bo@b\u{fc}cher.example")).await.unwrap();
    let mails = kept("bo@xn--bcher-kva.example");
    assert_eq!(mails.as_array().unwrap().len(), 1);
    assert!(!mails[0]["options"].to_string().contains("SMTPUTF8"));
}
