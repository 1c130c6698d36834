//! MS: codes that leave through a real message centre, by SMPP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use crate::portal::{Portal, Setup};
use crate::walk::person;

const SECRET: &str = "smsc-key";
const ARRIVED: &str = "The text has reached your phone.";
const FAILED: &str = "The text could not be delivered.";

/// A portal whose texts leave through the message centre of the peers, if there is one.
fn portal(people: u32) -> Option<Portal> {
    let Ok(place) = std::env::var("KEYMEND_TEST_SMPP") else {
        println!("KEYMEND_TEST_SMPP is not set: the message centre is left out");
        return None;
    };
    let (server, port) = place.rsplit_once(':').unwrap();
    let setup = Setup::new()
        .loose()
        .people(people)
        .with("sms", "kind", "\"smpp\"")
        .with("sms", "server", format!("\"{server}\""))
        .with("sms", "port", port)
        .with("sms", "transport", "\"tcp\"")
        .with("sms", "user", "\"portal\"")
        .with("sms", "secret", format!("\"{SECRET}\""))
        .with("sms", "from", "\"Campus\"")
        .variable("KEYMEND_LOG", "trace");
    Some(setup.start())
}

/// The newest message to a number, whole.
fn taken(number: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(std::env::var("KEYMEND_TEST_SMPP_HTTP").unwrap()).unwrap();
    stream.write_all(b"GET /messages HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let all: Vec<Value> = serde_json::from_str(body).unwrap();
    let digits = number.trim_start_matches('+');
    let own = |message: &Value| {
        let to = message["to"].as_str().unwrap_or_default();
        to.trim_start_matches('+') == digits && message["text"].is_string()
    };
    all.into_iter().rev().find(own)
}

/// The newest text to a number.
fn newest(number: &str) -> Option<String> {
    taken(number)?["text"].as_str().map(str::to_owned)
}

/// The code in a text: the end of its last line.
fn code(text: &str) -> String {
    text.rsplit('#').next().unwrap().to_owned()
}

/// Somebody walks through a reset; the owner sees that the text arrived, once something was proven.
#[test]
fn ms_175_a_code_arrives_through_a_message_centre_and_its_owner_sees_it() {
    let Some(portal) = portal(3) else { return };
    for (number, told) in [(0, ARRIVED), (2, FAILED)] {
        let somebody = person(number);
        let mut browser = portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        browser.pass_mail(&portal, &somebody);
        assert_eq!(browser.text(&somebody.phone), 303);
        let page = browser.page.location().to_owned();
        portal.wait("what became of the text", |_| {
            let shown = browser.get(&page).body.clone();
            shown.contains(told).then_some(())
        });
        let text = newest(&somebody.phone).unwrap();
        assert!(text.contains("Example Campus"), "{text}");
        assert_eq!(browser.verify(&code(&text)), 303, "{}", browser.page.body);
        let log = portal.log();
        for hidden in [&somebody.phone[1..], &code(&text), SECRET] {
            assert!(!log.contains(hidden), "{hidden} stands in the log");
        }
    }
    let doctor = portal.command(&["doctor"], "");
    assert!(doctor.contains("`TESTSMSC` lets us in"), "{doctor}");
    let words = [
        "messages",
        "send-test",
        "--gateway",
        "sms",
        "--to",
        "+12122009920",
    ];
    let said = portal.command(&words, "");
    assert!(said.contains("taken, as `"), "{said}");
    assert!(newest("+12122009920").unwrap().contains("123456"));
}

/// A receipt may be here before the answer, come as data, come twice, or never.
#[test]
fn ms_175_a_receipt_that_comes_early_late_or_again_counts_once() {
    let Some(mut portal) = portal(12) else { return };
    for number in [8, 9, 11] {
        let somebody = person(number);
        let mut browser = portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        browser.pass_mail(&portal, &somebody);
        assert_eq!(browser.text(&somebody.phone), 303);
        let page = browser.page.location().to_owned();
        portal.wait("the receipt", |_| {
            let shown = browser.get(&page).body.clone();
            shown.contains(ARRIVED).then_some(())
        });
    }
    let log = portal.log();
    assert_eq!(log.matches("a receipt came").count(), 3, "{log}");
    // A process that dies signs in again, and goes on.
    portal.kill();
    portal.start();
    let somebody = person(4);
    let mut browser = portal.browser();
    browser.begin_for(&somebody.name, "forgot");
    browser.pass_mail(&portal, &somebody);
    assert_eq!(browser.text(&somebody.phone), 303);
    let page = browser.page.location().to_owned();
    let text = portal.wait("a text", |_| newest(&somebody.phone));
    // Nobody tells what became of this one.
    assert!(browser.get(&page).body.contains("still on its way"));
    assert_eq!(browser.verify(&code(&text)), 303);
}

/// Kannel, which others use for the same, hands the centre the same text: alphabet, pieces and letters.
#[test]
fn ms_175_the_centre_gets_from_us_what_it_gets_from_kannel() {
    let Some(ours) = portal(0) else { return };
    let Ok(address) = std::env::var("KEYMEND_TEST_KANNEL") else {
        println!("KEYMEND_TEST_KANNEL is not set: Kannel is left out");
        return;
    };
    let theirs = Setup::new()
        .with("sms", "kind", "\"kannel\"")
        .with("sms", "url", format!("\"{address}\""))
        .with("sms", "user", "\"keymend\"")
        .with("sms", "secret", "\"kannel-secret\"")
        .with("sms", "from", "\"Campus\"")
        .start();
    for (at, language) in ["en", "es", "ar"].into_iter().enumerate() {
        let same = [(&ours, 2 * at), (&theirs, 2 * at + 1)].map(|(portal, at)| {
            // Kannel knows these for the centre's.
            let number = format!("+121249000{}", 20 + at);
            let words = ["messages", "send-test", "--gateway", "sms", "--to", &number];
            let words: Vec<&str> = words.into_iter().chain(["--lang", language]).collect();
            portal.command(&words, "");
            let message = portal.wait("a text", |_| taken(&number));
            ["text", "coding", "pieces", "from", "ton", "npi"].map(|key| message[key].clone())
        });
        let [ours, theirs] = same;
        assert_eq!(ours, theirs, "{language}");
    }
}
