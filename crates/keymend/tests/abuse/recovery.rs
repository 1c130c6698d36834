//! QT, ER, EN, BF: recovery codes. Each serves once, a set is shown once, and nobody learns who has one.

use crate::browser::Browser;
use crate::database::on_each_store;
use crate::portal::{Message, Portal, Setup};
use crate::race::{count, race};
use crate::walk::{NEW, Person, person};

on_each_store! {
    /// The same code in two resets and at a sign-in, and a code of an old set: refused; whoever used one is told.
    qt_191_a_recovery_code_serves_once => super::replays;
    /// Twenty resets with one code at one moment: one gate, and no failure.
    qt_191_of_many_at_once_one_takes_the_code => super::at_once;
}

const PAGE: &str = "/register/codes";
const CONFIRM: &str = "/register/confirm-it-is-you";
const VERIFY: &str = "/register/confirm-it-is-you/verify";

fn with_codes(setup: Setup, people: u32) -> Portal {
    let methods = "[\"phone\", \"email\", \"codes\"]";
    let setup = setup.loose().with("policy", "methods", methods);
    setup.people(people).start()
}

fn signed_in(portal: &Portal, somebody: &Person) -> Browser {
    let mut browser = portal.browser().from("203.0.113.9");
    assert!(browser.sign_in(&somebody.name, &somebody.password));
    browser
}

fn confirm(portal: &Portal, browser: &mut Browser, somebody: &Person) {
    browser.get(CONFIRM);
    let chosen = browser.post(CONFIRM, &[("method", "email")]);
    assert_eq!(chosen.status, 303);
    let code = portal.code("email", &somebody.email);
    assert_eq!(browser.post(VERIFY, &[("code", &code)]).status, 303);
}

/// The codes that a page shows.
fn shown(page: &str) -> Vec<String> {
    let list = page
        .split_once("id=\"codes\">")
        .map_or("", |(_, list)| list);
    let list = list.split("</ol>").next().unwrap();
    let code = |part: &str| part.split('<').next().unwrap().to_owned();
    list.split("<bdi dir=\"ltr\">").skip(1).map(code).collect()
}

/// Make a set; it is not kept yet.
fn make(browser: &mut Browser) -> Vec<String> {
    browser.get(PAGE);
    assert_eq!(browser.post(PAGE, &[]).status, 303);
    shown(&browser.get(PAGE).body)
}

fn keep(browser: &mut Browser) -> u16 {
    let set = browser.page.field("set").unwrap().to_owned();
    let fields = [("set", &*set), ("saved", "yes")];
    browser.post("/register/codes/keep", &fields).status
}

/// Prove it by mail, then register a set.
fn register(portal: &Portal, somebody: &Person) -> (Browser, Vec<String>) {
    let mut browser = signed_in(portal, somebody);
    confirm(portal, &mut browser, somebody);
    let codes = make(&mut browser);
    assert_eq!(codes.len(), 10);
    assert_eq!(keep(&mut browser), 303);
    (browser, codes)
}

/// At the gate after the mail.
fn gate(portal: &Portal, somebody: &Person, from: u32) -> Browser {
    let mut browser = portal.browser().from(&format!("198.51.100.{from}"));
    browser.begin_for(&somebody.name, "forgot");
    browser.pass_mail(portal, somebody);
    let send = browser.post("/reset/send", &[("method", "codes")]);
    assert_eq!(send.status, 303);
    browser
}

fn told(portal: &Portal, text: &str) -> Vec<Message> {
    portal.settled();
    let messages = portal.messages().into_iter();
    messages.filter(|told| told.text.contains(text)).collect()
}

fn replays(setup: Setup) {
    let portal = with_codes(setup, 1);
    let bo = person(0);
    let (mut browser, old) = register(&portal, &bo);
    assert_eq!(gate(&portal, &bo, 1).verify(&old[0]), 303);
    let notices = told(&portal, "was used");
    let mut to: Vec<_> = notices.iter().map(|told| told.to.clone()).collect();
    to.sort();
    assert_eq!(to, [bo.phone.clone(), bo.email.clone()]);
    assert!(notices.iter().all(|told| told.link().is_some()));
    let mut other = gate(&portal, &bo, 2);
    assert_eq!(other.verify(&old[0]), 422, "in another reset");
    browser.get(CONFIRM);
    browser.post(CONFIRM, &[("method", "codes")]);
    let used = browser.post(VERIFY, &[("code", &old[0])]).status;
    assert_eq!(used, 422, "at a sign-in");
    assert_eq!(browser.post(VERIFY, &[("code", &old[1])]).status, 303);
    assert_eq!(other.verify(&old[1]), 422);
    assert_eq!(other.verify(&old[2]), 303);

    // That reset stands on the old set until there is a new one.
    let new = make(&mut browser);
    assert_eq!(keep(&mut browser), 303);
    assert!(new.iter().all(|code| !old.contains(code)));
    other.get("/reset/password");
    assert_ne!(other.password(NEW), 303, "a proof by the old set");
    assert!(portal.lets_in(&bo.name, &bo.password));
    let mut third = gate(&portal, &bo, 3);
    assert_eq!(third.verify(&old[3]), 422, "of the old set");
    assert_eq!(third.verify(&new[3]), 303);
    third.get("/reset/password");
    assert_eq!(third.password(NEW), 303);
}

fn at_once(setup: Setup) {
    let portal = with_codes(setup, 1);
    let bo = person(0);
    let (_, codes) = register(&portal, &bo);
    let browsers: Vec<_> = (0..20).map(|from| gate(&portal, &bo, from)).collect();
    let requests: Vec<_> = browsers
        .iter()
        .map(|browser| browser.posting("/reset/verify", &[("code", &codes[0])]))
        .collect();
    let answers = race(portal.address, &requests);
    for answer in &answers {
        assert!((200..500).contains(&answer.status), "{}", answer.status);
    }
    assert_eq!(count(&answers, 303), 1);
    let database = portal.database();
    let passed = "SELECT COUNT(*) FROM evidence WHERE kind = 'codes'";
    assert_eq!(database.number(passed), 1);
    let used = "SELECT COUNT(*) FROM recovery_codes WHERE used IS NOT NULL";
    assert_eq!(database.number(used), 1);
    assert_eq!(told(&portal, "was used").len(), 2);
}

/// A set is on no page, in no message, log or column that could be read, once it is kept.
#[test]
fn qt_191_codes_are_shown_once() {
    let portal = with_codes(Setup::new(), 1);
    let (mut browser, codes) = register(&portal, &person(0));
    assert_eq!(gate(&portal, &person(0), 1).verify(&codes[9]), 303);
    let parts: Vec<_> = codes
        .iter()
        .flat_map(|code| code.split(' ').skip(1))
        .collect();
    let file = "/register/codes/recovery-codes.txt";
    for page in ["/register", PAGE, file, CONFIRM, "/register/security"] {
        let body = &browser.get(page).body;
        assert!(parts.iter().all(|part| !body.contains(part)), "{page}");
    }
    portal.settled();
    let bare: Vec<_> = codes.iter().map(|code| code.replace(' ', "")).collect();
    let secret = |text: &str| {
        bare.iter().any(|code| text.contains(&code[4..12]))
            || codes.iter().any(|code| text.contains(&code[5..14]))
    };
    assert!(portal.messages().iter().all(|told| !secret(&told.text)));
    assert!(!secret(&portal.log()));
    let stored = "SELECT digest || detail FROM recovery_codes, audit UNION ALL SELECT hex(visit) FROM sessions UNION ALL SELECT body FROM flows";
    let stored = portal.database().texts(stored).concat();
    assert!(!secret(&stored));
    for code in &bare {
        assert!(!stored.contains(&data_encoding::HEXUPPER.encode(&code.as_bytes()[4..12])));
    }
}

/// Another set is a change, and whoever looks at an unlocked session makes none.
#[test]
fn er_192_another_set_needs_a_fresh_proof() {
    let portal = with_codes(Setup::new(), 1);
    let bo = person(0);
    let (_, codes) = register(&portal, &bo);
    let mut browser = signed_in(&portal, &bo);
    assert_eq!(browser.get(PAGE).location(), CONFIRM);
    assert_eq!(browser.post(PAGE, &[]).location(), CONFIRM);
    let gone = [("method", "codes")];
    assert_eq!(browser.post("/register/remove", &gone).location(), CONFIRM);
    let forged = [("set", "aaaaaaaaaaaaaaaaaaaaaaaaaa"), ("saved", "yes")];
    assert_eq!(browser.post("/register/codes/keep", &forged).status, 409);
    assert_eq!(gate(&portal, &bo, 1).verify(&codes[0]), 303);
}

/// Codes that were made and not said to be saved serve nothing.
#[test]
fn er_194_codes_that_are_only_shown_serve_nothing() {
    let portal = with_codes(Setup::new(), 1);
    let bo = person(0);
    let mut browser = signed_in(&portal, &bo);
    confirm(&portal, &mut browser, &bo);
    let codes = make(&mut browser);
    assert_eq!(gate(&portal, &bo, 1).verify(&codes[0]), 422);
    let stored = "SELECT COUNT(*) FROM recovery_codes";
    assert_eq!(portal.database().number(stored), 0);
}

/// Codes made with nothing but the password wait a day, and everybody known is told at once.
#[test]
fn er_195_codes_that_nobody_vouched_for_wait() {
    let portal = with_codes(Setup::new(), 1);
    let bo = person(0);
    portal.database().run("UPDATE accounts SET finished = 1");
    let mut intruder = signed_in(&portal, &bo);
    let codes = make(&mut intruder);
    assert_eq!(keep(&mut intruder), 303);
    assert_eq!(told(&portal, "Recovery Codes").len(), 2);
    assert_eq!(gate(&portal, &bo, 1).verify(&codes[0]), 422);
    intruder.get(CONFIRM);
    let chosen = intruder.post(CONFIRM, &[("method", "codes")]);
    assert_eq!(chosen.status, 422, "nor do they vouch for anything");
    let waits = "SELECT MIN(usable_from - verified) FROM methods WHERE kind = 'codes'";
    assert!(portal.database().number(waits) >= 24 * 3_600_000);
}

/// "This wasn't me" under a notice about codes, made or used, stops recovery and whoever is signed in.
#[test]
fn er_196_this_was_not_me_works_for_codes() {
    for used in [false, true] {
        let portal = with_codes(Setup::new(), 1);
        let bo = person(0);
        portal.database().run("UPDATE accounts SET finished = 1");
        let (mut intruder, codes) = register(&portal, &bo);
        let mut reset = gate(&portal, &bo, 1);
        let text = if used {
            assert_eq!(reset.verify(&codes[0]), 303);
            "was used"
        } else {
            "Recovery Codes"
        };
        let notices = told(&portal, text);
        let link = notices.iter().find_map(Message::link).unwrap();
        let mut owner = portal.browser();
        owner.get(&link);
        assert_eq!(owner.post(&link, &[]).status, 200);
        assert!(!intruder.is_in());
        assert_ne!(reset.get("/reset/password").status, 200);
        let mut again = portal.browser().from("198.51.100.7");
        again.begin_for(&bo.name, "forgot");
        assert_eq!(
            again.post("/reset/send", &[("method", "email")]).status,
            303
        );
        portal.settled();
        assert_eq!(again.verify(&codes[1]), 422);
        assert_eq!(
            portal
                .database()
                .number("SELECT COUNT(*) FROM accounts WHERE frozen IS NOT NULL"),
            1
        );
    }
}

/// With codes, without them, and nobody: the first gate is the same, and asking for one is refused alike.
#[test]
fn en_006_recovery_codes_show_nowhere() {
    let portal = with_codes(Setup::new(), 2);
    let (_, codes) = register(&portal, &person(0));
    let tour = |name: &str, from: u32| {
        let mut browser = portal.browser().from(&format!("198.51.100.{from}"));
        browser.begin_for(name, "forgot");
        let mut seen = vec![browser.get("/reset/gate").shape()];
        let asked = browser.post("/reset/send", &[("method", "codes")]);
        assert_eq!(asked.status, 422);
        seen.push(browser.page.shape());
        browser.mail();
        portal.settled();
        for code in ["000000", &codes[0], "A7K2"] {
            browser.verify(code);
            seen.push(browser.page.shape());
        }
        seen
    };
    let names = [person(0).name, person(1).name, "nobody-0000000".to_owned()];
    let tours: Vec<_> = names
        .iter()
        .zip(1..)
        .map(|(name, from)| tour(name, from))
        .collect();
    assert_eq!(tours[0], tours[1]);
    assert_eq!(tours[0], tours[2]);
}

/// Wrong codes count like all other proofs; what is no code of anybody does not, and tells nothing.
#[test]
fn bf_019_wrong_recovery_codes_count() {
    let setup = Setup::new()
        .loose()
        .with("policy", "methods", "[\"phone\", \"email\", \"codes\"]")
        .with("limits", "wrong-per-method-day", 10);
    let portal = setup.people(2).start();
    let bo = person(0);
    let (_, codes) = register(&portal, &bo);
    let (_, elses) = register(&portal, &person(1));
    let slip = format!(
        "{}{}",
        &codes[0][..38],
        if codes[0].ends_with('0') { "1" } else { "0" }
    );
    for from in [1, 2] {
        let mut browser = gate(&portal, &bo, from);
        for _ in 0..6 {
            assert_eq!(browser.verify(&slip), 422);
        }
        for _ in 0..5 {
            portal.database().skip_waits();
            assert_eq!(browser.verify(&elses[0]), 422);
        }
    }
    let mut browser = portal.browser().from("198.51.100.3");
    browser.begin_for(&bo.name, "forgot");
    browser.pass_mail(&portal, &bo);
    let send = browser.post("/reset/send", &[("method", "codes")]);
    // Nobody guesses one, so wrong ones rest nobody's sheet: they count for the reset and the address.
    assert_eq!(send.status, 303);
    assert_eq!(browser.verify(&codes[0]), 303);
}
