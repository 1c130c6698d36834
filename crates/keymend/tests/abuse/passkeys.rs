//! QT, EN: passkeys. Nobody else's, of no other page or moment, none that was copied; and nobody learns who has one.

use crate::authenticator::{Authenticator, Lies, asked};
use crate::browser::{Answer, Browser};
use crate::database::on_each_store;
use crate::portal::{Portal, Setup};
use crate::race::{count, race};
use crate::walk::{NEW, Person, person};

const CONFIRM: &str = "/register/confirm-it-is-you";

on_each_store! {
    /// A's valid assertion in V's flow: the answer, and the page, of nobody's.
    qt_187_somebody_elses_passkey_is_refused => super::wrong_owner;
    /// A counter that goes back is refused, written down and told.
    qt_190_a_counter_that_goes_back_is_refused => super::back_refused;
    /// Or told only, where policy says so.
    qt_190_a_counter_that_goes_back_is_told => super::back_told;
    /// One answer, offered twenty times at one moment: one gate.
    qt_194_of_many_at_once_one_answer_passes => super::at_once;
}

fn with_passkeys(setup: Setup, people: u32) -> Portal {
    let methods = "[\"passkey\", \"phone\", \"email\"]";
    let setup = setup.loose().with("policy", "methods", methods);
    setup.people(people).start()
}

/// Prove it by mail, then register a passkey.
fn register(portal: &Portal, somebody: &Person, from: u32, verified: bool) -> Authenticator {
    let mut browser = portal.browser().from(&format!("203.0.113.{from}"));
    assert!(browser.sign_in(&somebody.name, &somebody.password));
    browser.get(CONFIRM);
    let chosen = browser.post(CONFIRM, &[("method", "email")]);
    assert_eq!(chosen.status, 303);
    let code = portal.code("email", &somebody.email);
    let verify = "/register/confirm-it-is-you/verify";
    assert_eq!(browser.post(verify, &[("code", &code)]).status, 303);
    browser.get("/register/passkey");
    let begun = browser.post("/register/passkey", &[("name", "My laptop")]);
    assert_eq!(begun.status, 303);
    let asked = asked(&browser.get("/register/passkey").body);
    let (mut made, answer) = Authenticator::make(&asked, &origin(portal));
    made.verified = verified;
    let fields = [("answer", answer.as_str()), ("why", "")];
    let kept = browser.post("/register/passkey/made", &fields);
    assert_eq!(kept.location(), "/register?news=passkey");
    made
}

fn origin(portal: &Portal) -> String {
    format!("http://{}", portal.host)
}

fn gate(portal: &Portal, name: &str, from: u32) -> (Browser, String) {
    let mut browser = portal.browser().from(&format!("198.51.100.{from}"));
    browser.begin_for(name, "forgot");
    let send = browser.post("/reset/send", &[("method", "passkey")]);
    assert_eq!(send.status, 303);
    portal.settled();
    let asked = asked(&browser.get("/reset/gate").body);
    (browser, asked)
}

fn offer<'a>(browser: &'a mut Browser, answer: &str) -> &'a Answer {
    browser.post("/reset/passkey", &[("answer", answer), ("why", "")])
}

fn wrong_owner(setup: Setup) {
    let portal = with_passkeys(setup, 2);
    let (victim, attacker) = (person(0), person(1));
    let mut theirs = register(&portal, &victim, 1, true);
    let mut own = register(&portal, &attacker, 2, true);
    let mut pages = Vec::new();
    for (from, name) in [(1, victim.name.as_str()), (2, "nobody-0000000")] {
        let (mut browser, asked) = gate(&portal, name, from);
        let said_as = Lies {
            handle: Some(theirs.handle.clone()),
            ..Lies::default()
        };
        let answers = [own.sign(&asked), own.sign_with(&asked, &said_as)];
        for answer in answers {
            let refused = offer(&mut browser, &answer);
            assert_eq!(refused.status, 422);
            pages.push(refused.shape());
        }
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM evidence"), 0);
    // Nor does the attacker's flow take the victim's, had they got hold of an answer.
    let (mut browser, asked) = gate(&portal, &attacker.name, 3);
    let (mut victims, asked_there) = gate(&portal, &victim.name, 4);
    assert_eq!(offer(&mut browser, &theirs.sign(&asked)).status, 422);
    // The owners pass, each in a flow of their own.
    let answer = own.sign(&asked);
    assert_eq!(offer(&mut browser, &answer).location(), "/reset/password");
    let answer = theirs.sign(&asked_there);
    assert_eq!(offer(&mut victims, &answer).location(), "/reset/password");
    assert_eq!(victims.password(NEW), 303);
}

/// An old challenge, another flow's, another page's and another site's: all refused, and the right one passes after them.
#[test]
fn qt_188_what_was_signed_elsewhere_is_refused() {
    let portal = with_passkeys(Setup::new().with("policy", "code-tries", 10), 1);
    let bo = person(0);
    let mut passkey = register(&portal, &bo, 1, true);
    let (mut first, asked_first) = gate(&portal, &bo.name, 1);
    let old = passkey.sign(&asked_first);
    // Asked again: the challenge before is over.
    first.post("/reset/send", &[("method", "passkey")]);
    assert_eq!(offer(&mut first, &old).status, 422, "an old challenge");
    let (mut browser, asked) = gate(&portal, &bo.name, 2);
    assert_eq!(offer(&mut browser, &old).status, 422, "another flow's");
    let port = portal.address.port();
    let mut lies: Vec<(String, Lies)> = [
        format!("http://badlocalhost:{port}"),
        format!("https://localhost:{port}"),
        format!("http://a.localhost:{port}"),
        format!("http://localhost:{}", port - 1),
        "http://localhost".to_owned(),
        format!("http://localhost:{port}/"),
    ]
    .into_iter()
    .map(|origin| {
        let lies = Lies {
            origin: Some(origin.clone()),
            ..Lies::default()
        };
        (origin, lies)
    })
    .collect();
    let site = Lies {
        site: Some("badlocalhost".to_owned()),
        ..Lies::default()
    };
    lies.push(("another site".to_owned(), site));
    for (what, lies) in lies {
        portal.database().skip_waits();
        let answer = passkey.sign_with(&asked, &lies);
        assert_eq!(offer(&mut browser, &answer).status, 422, "{what}");
    }
    portal.database().skip_waits();
    let answer = passkey.sign(&asked);
    assert_eq!(offer(&mut browser, &answer).location(), "/reset/password");
}

fn counter_back(setup: Setup, policy: &str, status: u16) {
    let policy = format!("\"{policy}\"");
    let portal = with_passkeys(setup.with("policy", "passkey-counter-back", policy), 1);
    let database = portal.database();
    let bo = person(0);
    let mut passkey = register(&portal, &bo, 1, true);
    passkey.count = 90;
    let (mut browser, asked) = gate(&portal, &bo.name, 1);
    let answer = passkey.sign(&asked);
    assert_eq!(offer(&mut browser, &answer).status, 303);
    passkey.count = 3;
    let (mut browser, asked) = gate(&portal, &bo.name, 2);
    let answer = passkey.sign(&asked);
    assert_eq!(offer(&mut browser, &answer).status, status);
    let kept = "SELECT used FROM methods WHERE kind = 'passkey'";
    assert_eq!(database.number(kept), 91, "it is not set back");
    let events = "SELECT COUNT(*) FROM audit WHERE event = 'passkey.counter-back'";
    assert_eq!(database.number(events), 1);
    portal.settled();
    let told = |text: &str| text.contains("its counter had gone back");
    assert!(portal.messages().iter().any(|one| told(&one.text)));
    assert!(portal.log().contains("the counter of a passkey went back"));
}

fn back_refused(setup: Setup) {
    counter_back(setup, "refuse", 422);
}

fn back_told(setup: Setup) {
    counter_back(setup, "tell", 303);
}

fn at_once(setup: Setup) {
    let portal = with_passkeys(setup, 1);
    let bo = person(0);
    let mut passkey = register(&portal, &bo, 1, true);
    let (browser, asked) = gate(&portal, &bo.name, 1);
    let answer = passkey.sign(&asked);
    let fields = [("answer", answer.as_str()), ("why", "")];
    let request = browser.posting("/reset/passkey", &fields);
    let answers = race(portal.address, &vec![request; 20]);
    for answer in &answers {
        assert!((200..500).contains(&answer.status), "{}", answer.status);
    }
    assert_eq!(count(&answers, 303), 1);
    let passed = "SELECT COUNT(*) FROM evidence WHERE kind = 'passkey'";
    assert_eq!(portal.database().number(passed), 1);
}

/// With a passkey, without one, and nobody: the gate is the same, up to the last try.
#[test]
fn en_006_a_passkey_shows_nowhere() {
    let portal = with_passkeys(Setup::new(), 2);
    let mut passkey = register(&portal, &person(0), 1, true);
    passkey.id = vec![7; 32];
    passkey.handle.clear();
    let names = [person(0).name, person(1).name, "nobody-0000000".to_owned()];
    let tours: Vec<_> = names
        .iter()
        .zip(1..)
        .map(|(name, from)| {
            let (mut browser, asked) = gate(&portal, name, from);
            let mut seen = vec![browser.get("/reset/gate").shape()];
            let answer = passkey.sign(&asked);
            for answer in [answer.as_str(), "", "{}", &answer, &answer, &answer] {
                seen.push(offer(&mut browser, answer).shape());
            }
            let silent = [("answer", ""), ("why", "cancelled")];
            seen.push(browser.post("/reset/passkey", &silent).shape());
            seen
        })
        .collect();
    assert_eq!(tours[0], tours[1]);
    assert_eq!(tours[0], tours[2]);
}

/// Without its owner known a passkey is one proof, and a second of the kind is none.
#[test]
fn qt_195_an_unverified_passkey_is_one_of_two() {
    let portal = with_passkeys(Setup::new(), 1);
    let bo = person(0);
    let mut passkey = register(&portal, &bo, 1, false);
    let (mut browser, asked) = gate(&portal, &bo.name, 1);
    let answer = passkey.sign(&asked);
    assert_eq!(offer(&mut browser, &answer).location(), "/reset/gate");
    assert!(browser.get("/reset/gate").body.contains("Step 2 of 2"));
    let again = browser.post("/reset/send", &[("method", "passkey")]);
    assert_eq!(again.status, 422);
    assert_eq!(browser.password(NEW), 409);
}
