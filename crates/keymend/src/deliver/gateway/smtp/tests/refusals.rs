//! Each way to fail, and whose fault it is.

use std::sync::atomic::Ordering;
use std::time::Duration;

use zeroize::Zeroizing;

use super::failing::{Failing, Says};
use super::message;
use crate::chance::Clock;
use crate::deliver::gateway::smtp::sign_in::Proof;
use crate::deliver::gateway::smtp::{Security, Smtp, SmtpSettings};
use crate::deliver::gateway::{Gateway, SendError};
use crate::deliver::gateways::{Gateways, Route};
use crate::metrics::Metrics;
use Says::{Cut, Line, Nothing};

/// At a step, what the server says, and what comes of it.
const FAILURES: &[(&str, Says, &str)] = &[
    (
        "greeting",
        Line("421 4.3.2 closing"),
        "later: the mail server answered 421",
    ),
    (
        "greeting",
        Line("554 5.7.1 go away"),
        "later: the mail server answered 554",
    ),
    ("greeting", Cut, "later: response error"),
    ("greeting", Nothing, "later: the mail server stays silent"),
    ("greeting", Line("hello"), "later: response error"),
    (
        "EHLO",
        Line("502 what"),
        "later: the mail server answered 502",
    ),
    (
        "EHLO",
        Line("250 mail.test"),
        "later: the mail server does not offer PLAIN or LOGIN",
    ),
    (
        "AUTH",
        Line("535 5.7.8 wrong"),
        "later: the mail server answered 535",
    ),
    (
        "AUTH",
        Line("454 4.7.0 not now"),
        "later: the mail server answered 454",
    ),
    ("AUTH", Cut, "later: response error"),
    (
        "MAIL",
        Line("451 4.3.0 not now"),
        "later: the mail server answered 451",
    ),
    (
        "MAIL",
        Line("550 5.1.8 not you"),
        "later: the mail server answered 550",
    ),
    ("MAIL", Nothing, "later: the mail server stays silent"),
    (
        "RCPT",
        Line("452 4.2.2 full"),
        "later: the mail server answered 452",
    ),
    (
        "RCPT",
        Line("550 5.1.1 nobody"),
        "never: the mail server answered 550",
    ),
    (
        "RCPT",
        Line("553 nobody"),
        "never: the mail server answered 553",
    ),
    (
        "RCPT",
        Line("530 5.7.0 sign in"),
        "later: the mail server answered 530",
    ),
    (
        "RCPT",
        Line("554 5.7.1 no relay"),
        "later: the mail server answered 554",
    ),
    (
        "DATA",
        Line("554 5.5.0 no"),
        "never: the mail server answered 554",
    ),
    (
        "DATA",
        Line("451 4.3.0 no"),
        "later: the mail server answered 451",
    ),
    (
        "content",
        Line("554 5.6.0 no"),
        "never: the mail server answered 554",
    ),
    (
        "content",
        Line("452 4.3.1 no"),
        "later: the mail server answered 452",
    ),
    ("content", Cut, "later: response error"),
    ("content", Nothing, "later: the mail server stays silent"),
];

fn plain(port: u16, account: bool) -> Smtp {
    let proof = Proof::Password(Zeroizing::new("mail-secret".to_owned()));
    let settings = SmtpSettings {
        server: "localhost".to_owned(),
        port,
        security: Security::None,
        account: account.then(|| ("portal".to_owned(), proof)),
        ca_file: None,
        from: "Example Campus <no-reply@campus.example>".parse().unwrap(),
        host: "reset.campus.example".to_owned(),
        dkim: None,
    };
    Smtp::new(&settings)
        .unwrap()
        .patient(Duration::from_millis(500))
}

#[tokio::test]
async fn each_way_to_fail_says_what_comes_next() {
    for (step, says, wanted) in FAILURES.iter().copied() {
        let failing = Failing::at(step, says).await;
        let smtp = plain(failing.port, true);
        let said = smtp.send(&message("somebody@mail.example")).await;
        let words = said.unwrap_err().to_string();
        assert!(words.starts_with(wanted), "{step} {says:?}: {words}");
        assert!(!words.contains("somebody"), "{words}");
    }
}

#[tokio::test]
async fn connections_are_used_again_and_never_after_a_refusal() {
    let good = Failing::at("nothing", Says::Cut).await;
    let smtp = plain(good.port, true);
    for _ in 0..3 {
        smtp.send(&message("bo@mail.example")).await.unwrap();
    }
    assert_eq!(good.connections.load(Ordering::SeqCst), 1);
    assert_eq!(good.taken.load(Ordering::SeqCst), 3);
    // One that ended meanwhile is not noticed by whoever gets the mail.
    let forgetful = Failing::at("NOOP", Says::Cut).await;
    let smtp = plain(forgetful.port, false);
    for _ in 0..3 {
        smtp.send(&message("bo@mail.example")).await.unwrap();
    }
    assert_eq!(forgetful.connections.load(Ordering::SeqCst), 3);
    let picky = Failing::at("RCPT", Says::Line("550 5.1.1 nobody")).await;
    let smtp = plain(picky.port, false);
    for _ in 0..2 {
        assert!(smtp.send(&message("bo@mail.example")).await.is_err());
    }
    assert_eq!(picky.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_address_that_one_server_cannot_be_told_of_goes_to_the_next() {
    let old = Failing::at("nothing", Cut).await;
    let able = "250-mail.test\r\n250-SMTPUTF8\r\n250 8BITMIME";
    let able = Failing::at("EHLO", Line(able)).await;
    let route = |failing: &Failing| {
        Route::only("mail", Gateway::Smtp(Box::new(plain(failing.port, false))))
    };
    let gateways = |email| Gateways {
        email,
        ..Gateways::default()
    };
    let metrics = Metrics::default();
    let foreign = message("\u{7528}\u{6237}@mail.example");
    let both = gateways(vec![route(&old), route(&able)]);
    assert!(
        both.send(&foreign, &[], &Clock::System, &metrics)
            .await
            .is_ok()
    );
    assert_eq!(able.taken.load(Ordering::SeqCst), 1);
    let only = gateways(vec![route(&old)]);
    let unsent = only.send(&foreign, &[], &Clock::System, &metrics).await;
    let Err(SendError::Never(why)) = unsent.map_err(|unsent| unsent.why) else {
        panic!("not given up");
    };
    assert!(why.contains("SMTPUTF8"), "{why}");
    assert_eq!(old.taken.load(Ordering::SeqCst), 0);
    // Where the other one may take it later, it waits for that.
    let down = Failing::at("greeting", Line("421 4.3.2 closing")).await;
    let later = gateways(vec![route(&old), route(&down)]);
    let said = later.send(&foreign, &[], &Clock::System, &metrics).await;
    let unsent = said.err().map(|unsent| unsent.why);
    assert!(matches!(unsent, Some(SendError::Later(..))));
}
