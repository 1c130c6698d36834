//! MS: a mail as it reaches somebody else's server, which `cargo xtask test` starts.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use crate::portal::Setup;
use crate::walk::person;

/// Ask the server's read side.
fn ask(method: &str, target: &str, body: &str) -> Value {
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

/// The words of an HTML part, without what is not shown.
fn words(html: &str) -> Vec<String> {
    let (_, body) = html.split_once("<body").unwrap();
    let mut text = String::new();
    for part in body.split('<').skip(1) {
        text.push(' ');
        text.push_str(part.split_once('>').unwrap().1);
    }
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn ms_154_a_mail_is_signed_says_who_sent_it_and_shows_nothing_from_elsewhere() {
    let Ok(server) = std::env::var("KEYMEND_TEST_SMTP") else {
        println!("KEYMEND_TEST_SMTP is not set: the mail server is left out");
        return;
    };
    let (_, port) = server.rsplit_once(':').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("dkim.pem");
    let mut openssl = std::process::Command::new("openssl");
    let made = openssl
        .args([
            "genpkey",
            "-algorithm",
            "rsa",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
        ])
        .arg(&key)
        .output();
    assert!(made.unwrap().status.success());
    let text = |text: &str| format!("\"{text}\"");
    let variable = |name: &str| text(&std::env::var(name).unwrap());
    let portal = Setup::new()
        .people(1)
        .with("mail.real", "server", text("localhost"))
        .with("mail.real", "port", port)
        .with("mail.real", "ca-file", variable("KEYMEND_TEST_SMTP_CA"))
        .with("mail.real", "user", variable("KEYMEND_TEST_SMTP_USER"))
        .with(
            "mail.real",
            "password",
            variable("KEYMEND_TEST_SMTP_PASSWORD"),
        )
        .with(
            "mail.real",
            "from",
            text("Example Campus <no-reply@campus.example>"),
        )
        .with(
            "mail.real",
            "dkim-key-file",
            text(&key.display().to_string()),
        )
        .with("mail.real", "dkim-selector", text("portal"))
        .start();
    let somebody = person(0);
    let mut browser = portal.browser();
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.mail(), 303);
    portal.settled();
    let mails = ask("GET", &format!("/mail?to={}", somebody.email), "");
    let mails = mails.as_array().unwrap();
    let mail = mails.last().expect("a mail");
    assert_eq!(
        (&mail["tls"], &mail["auth"]),
        (&true.into(), &"PLAIN".into())
    );
    assert_eq!(mail["from"], "no-reply@campus.example");
    let header = |name: &str| {
        let headers = mail["headers"].as_array().unwrap().iter();
        let mut found = headers.filter(|header| header[0] == name);
        let value = found.next().unwrap_or_else(|| panic!("no {name}"))[1].as_str();
        assert!(found.next().is_none(), "{name} is there twice");
        value.unwrap().to_owned()
    };
    assert_eq!(header("From"), "Example Campus <no-reply@campus.example>");
    assert_eq!(header("To"), somebody.email);
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Content-Language"), "en");
    assert!(header("DKIM-Signature").contains("d=campus.example; s=portal;"));
    // The record that the operator is told to publish is the one that verifies it.
    let doctor = portal.command(&["doctor"], "");
    let (_, record) = doctor.split_once("v=DKIM1").unwrap();
    let record = format!("v=DKIM1{}", record.lines().next().unwrap());
    assert!(
        doctor.contains("portal._domainkey.campus.example"),
        "{doctor}"
    );
    let good = ask("POST", &format!("/dkim/{}", mail["n"]), &record);
    assert_eq!(good, true);
    let (plain, html) = (
        mail["text"].as_str().unwrap(),
        mail["html"].as_str().unwrap(),
    );
    let mut wanted = vec!["Example", "Campus"];
    wanted.extend(plain.split_whitespace());
    assert_eq!(words(html), wanted);
    for word in ["<img", "src=", "url(", "http:", "https:"] {
        assert!(!html.contains(word), "{word}");
    }
    let mut runs = plain.split(|c: char| !c.is_ascii_digit());
    let code = runs.find(|run| run.len() == 6).expect("a code");
    let log = portal.log();
    for secret in [code, &somebody.email, "mail-secret"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    assert_eq!(browser.verify(code), 303);
}
