//! RP: replays, and many requests at one moment.

use serde_json::Value;

use crate::browser::Browser;
use crate::database::on_each_store;
use crate::portal::{Portal, Setup};
use crate::race::{count, race};
use crate::walk::{NEW, person, portal};

const ROUNDS: u32 = 8;

on_each_store! {
    /// Fifty times the right code at once: one gate, one answer that leads on.
    rp_036_one_of_fifty_right_codes_passes => super::right_codes;
    /// Fifty different guesses at once: no more than five are compared.
    rp_037_five_of_fifty_guesses_are_compared => super::guesses;
    /// Fifty times "text me" at once: one message.
    rp_038_fifty_sends_send_one_message => super::sends;
    /// Fifty starts at once: the limit's number of flows, and no failure.
    rp_039_fifty_starts_make_five_flows => super::starts;
    /// Ten new passwords at once: one is written, and it is the one whose answer said so.
    rp_040_one_of_ten_passwords_is_written => super::passwords;
    /// A right code and "cancel" at once, many times: never half of each.
    rp_042_verify_against_cancel => super::verify_against_cancel;
    /// Empty and odd proofs while the challenge is being made: never a pass, never a failure.
    rp_046_odd_proofs_while_a_challenge_is_made => super::odd_proofs;
    /// One link of a notice, pressed ten times at once, freezes once.
    rp_152_a_link_serves_once => super::link;
    /// Ten unlocks at once count once and unlock once.
    rp_030_parallel_unlocks => super::unlocks;
    /// Ten right codes of a registration at once keep the method once.
    rp_193_parallel_registration => super::registration;
}

/// No answer tells of a failure of ours, and nothing was left out.
fn sound(answers: &[crate::browser::Answer]) {
    for answer in answers {
        assert!(
            (200..500).contains(&answer.status),
            "{} {}",
            answer.status,
            answer.body
        );
    }
}

fn waiting_for_code(portal: &Portal, number: u32) -> (Browser, String) {
    let somebody = person(number);
    let mut browser = portal
        .browser()
        .from(&format!("198.51.100.{}", number % 250));
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.text(&somebody.phone), 303);
    (browser, portal.code("sms", &somebody.phone))
}

fn right_codes(setup: Setup) {
    let portal = setup.loose().people(ROUNDS).start();
    let database = portal.database();
    for round in 0..ROUNDS {
        let (browser, code) = waiting_for_code(&portal, round);
        let request = browser.posting("/reset/verify", &[("code", &code)]);
        let answers = race(portal.address, &vec![request; 50]);
        sound(&answers);
        assert_eq!(count(&answers, 303), 1);
        assert_eq!(
            database.number("SELECT COUNT(*) FROM evidence"),
            i64::from(round) + 1
        );
    }
    assert_eq!(
        database.number("SELECT COUNT(DISTINCT flow) FROM evidence"),
        i64::from(ROUNDS)
    );
}

fn guesses(setup: Setup) {
    let portal = setup.loose().people(ROUNDS).start();
    let database = portal.database();
    for round in 0..ROUNDS {
        let (browser, code) = waiting_for_code(&portal, round);
        let guesses = (0..50)
            .map(|guess| format!("{guess:06}"))
            .filter(|guess| *guess != code);
        let requests: Vec<_> = guesses
            .map(|guess| browser.posting("/reset/verify", &[("code", &guess)]))
            .collect();
        let answers = race(portal.address, &requests);
        sound(&answers);
        assert_eq!(count(&answers, 303), 0);
        // A guess is compared only after its try was counted and committed.
        let body: Value =
            serde_json::from_str(&database.texts("SELECT body FROM flows")[0]).unwrap();
        let tries = body
            .pointer("/state/challenge/tries")
            .unwrap()
            .as_u64()
            .unwrap();
        assert!((1..=5).contains(&tries), "{tries} tries");
        assert_eq!(body.get("wrong").unwrap().as_u64(), Some(tries));
        database.run("DELETE FROM flows");
    }
    assert_eq!(database.number("SELECT COUNT(*) FROM evidence"), 0);
}

fn sends(setup: Setup) {
    let portal = setup.people(1).start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    let answers = race(portal.address, &vec![browser.texting(&person(0)); 50]);
    sound(&answers);
    assert_eq!(count(&answers, 303), 1);
    portal.settled();
    assert_eq!(
        portal
            .database()
            .number("SELECT COUNT(*) FROM outbox WHERE state = 'sent'"),
        1
    );
}

fn starts(setup: Setup) {
    let portal = setup.people(1).start();
    let request = |number: u32| {
        let mut browser = portal.browser().from(&format!("203.0.113.{number}"));
        browser.get("/reset");
        let seal = browser.page.field("seal").unwrap().to_owned();
        // One spelling or another: it is one name.
        let name = person(0).name;
        let name = if number.is_multiple_of(2) {
            name
        } else {
            name.to_uppercase()
        };
        browser.posting("/reset", &[("name", &name), ("seal", &seal), ("work", "0")])
    };
    let requests: Vec<_> = (0..50).map(request).collect();
    let answers = race(portal.address, &requests);
    assert_eq!((count(&answers, 303), count(&answers, 429)), (5, 45));
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM flows"), 5);
}

fn passwords(setup: Setup) {
    let portal = setup.people(1).start();
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    let candidates: Vec<_> = (0..10).map(|number| format!("{NEW}-{number}")).collect();
    let requests: Vec<_> = candidates
        .iter()
        .map(|new| browser.posting("/reset/password", &[("password", new)]))
        .collect();
    let answers = race(portal.address, &requests);
    sound(&answers);
    assert_eq!(count(&answers, 303), 1);
    let won = answers
        .iter()
        .position(|answer| answer.status == 303)
        .unwrap();
    assert!(portal.lets_in(&person(0).name, &candidates[won]));
    assert!(!portal.lets_in(&person(0).name, &candidates[(won + 1) % 10]));
    assert!(!portal.lets_in(&person(0).name, &person(0).password));
    let database = portal.database();
    assert_eq!(
        database.number("SELECT COUNT(*) FROM audit WHERE event = 'reset.done'"),
        1
    );
    assert_eq!(database.texts("SELECT outcome FROM writes"), ["done"]);
    let history = &database.texts("SELECT history FROM local_accounts")[0];
    let history: Vec<String> = serde_json::from_str(history).unwrap();
    assert_eq!(history.len(), 1, "one write, so one earlier password");
}

fn verify_against_cancel(setup: Setup) {
    let portal = setup.loose().people(ROUNDS * 2).start();
    let database = portal.database();
    for round in 0..ROUNDS * 2 {
        let (browser, code) = waiting_for_code(&portal, round);
        let verify = browser.posting("/reset/verify", &[("code", &code)]);
        let cancel = browser.posting("/reset/cancel", &[]);
        let answers = race(portal.address, &[verify, cancel]);
        sound(&answers);
        let state = &database.texts("SELECT state FROM flows")[0];
        let rows = database.number("SELECT COUNT(*) FROM evidence");
        let mut after = browser.copy();
        after.keep(answers[0].clone());
        match state.as_str() {
            "closed" => {
                assert_eq!((answers[1].status, rows), (303, 0));
                assert_eq!(after.mail(), 410);
            }
            "choosing" => {
                assert_eq!((answers[0].status, rows), (303, 1));
                assert_eq!(after.mail(), 303);
            }
            // Cancelled between counting and comparing, and refused because of it: the code was not used.
            "waiting" => assert_eq!((answers[1].status, rows), (409, 0)),
            other => panic!("{other}"),
        }
        assert_eq!(after.copy().password(NEW) / 100, 4);
        database.run("DELETE FROM flows");
    }
}

fn odd_proofs(setup: Setup) {
    let portal = setup.loose().people(1).start();
    for _ in 0..4 {
        let mut browser = portal.browser();
        browser.begin_for(&person(0).name, "forgot");
        let mut requests = vec![browser.texting(&person(0))];
        for odd in [
            &[("code", "")][..],
            &[("code[]", "")],
            &[("code", "null")],
            &[],
            &[("code", "{}")],
        ] {
            for target in [
                "/reset/verify",
                "/reset/answers",
                "/reset/password",
                "/reset/unlock",
            ] {
                requests.push(browser.posting(target, odd));
            }
        }
        let answers = race(portal.address, &requests);
        sound(&answers);
        assert_eq!(count(&answers[1..], 303), 0);
    }
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM evidence"), 0);
}

fn link(setup: Setup) {
    let portal = setup.people(1).start();
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    assert_eq!(browser.password(NEW), 303);
    let notice = portal.wait("a notice", |portal| {
        portal
            .messages()
            .into_iter()
            .find(|message| message.to == person(0).email && message.link().is_some())
    });
    let mut other = portal.browser();
    let link = notice.link().unwrap();
    assert_eq!(other.get(&link).status, 200);
    let answers = race(portal.address, &vec![other.posting(&link, &[]); 10]);
    sound(&answers);
    let database = portal.database();
    assert_eq!(
        database.number("SELECT COUNT(*) FROM audit WHERE event = 'recovery.frozen'"),
        1
    );
    assert_eq!(
        database.number("SELECT COUNT(*) FROM accounts WHERE frozen IS NOT NULL"),
        1
    );
}

fn unlocks(setup: Setup) {
    let portal = setup.people(1).start();
    let database = portal.database();
    database.run("UPDATE local_accounts SET locked_until = 9000000000000");
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "locked");
    let answers = race(
        portal.address,
        &vec![browser.posting("/reset/unlock", &[]); 10],
    );
    sound(&answers);
    assert_eq!(count(&answers, 303), 1);
    assert_eq!(
        database.number("SELECT COUNT(*) FROM audit WHERE event = 'unlock.done'"),
        1
    );
    assert!(portal.lets_in(&person(0).name, &person(0).password));
}

fn registration(setup: Setup) {
    let portal = setup.people(1).start();
    let database = portal.database();
    database.run("DELETE FROM methods");
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    browser.get("/register/phone");
    let fields = [
        ("country", "US"),
        ("number", "+12125550199"),
        ("channel", "sms"),
    ];
    assert_eq!(browser.post("/register/phone", &fields).status, 303);
    let code = portal.code("sms", "+12125550199");
    let answers = race(
        portal.address,
        &vec![browser.posting("/register/phone/verify", &[("code", &code)]); 10],
    );
    sound(&answers);
    assert_eq!(database.number("SELECT COUNT(*) FROM methods"), 1);
    assert_eq!(
        database.number("SELECT COUNT(*) FROM audit WHERE event = 'method.added'"),
        1
    );
}

/// The right code a second time, with the old cookie and with the new one: one gate.
#[test]
fn rp_032_a_code_serves_once() {
    let portal = portal(1);
    let (mut browser, code) = waiting_for_code(&portal, 0);
    let mut old = browser.copy();
    assert_eq!(browser.verify(&code), 303);
    assert_eq!(old.verify(&code), 410);
    assert_eq!(browser.verify(&code), 409);
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM evidence"), 1);
}

/// The code of the first message after a second one was asked for.
#[test]
fn rp_034_an_older_code_is_dead() {
    let portal = portal(1);
    let (mut browser, old) = waiting_for_code(&portal, 0);
    portal.database().skip_send_waits();
    assert_eq!(browser.post("/reset/again", &[]).status, 303);
    let new = portal.code("sms", &person(0).phone);
    assert_eq!(browser.verify(&old), 422);
    let body = &portal.database().texts("SELECT body FROM flows")[0];
    assert!(body.contains("\"tries\":1"), "the try was counted: {body}");
    assert_eq!(browser.verify(&new), 303);
}

/// A right code after its life, and after the life of the flow.
#[test]
fn rp_035_a_late_code_is_refused() {
    let portal = portal(1);
    let (mut browser, code) = waiting_for_code(&portal, 0);
    let database = portal.database();
    database.age_flow(true);
    assert_eq!(browser.verify(&code), 422);
    assert!(browser.page.body.contains("has expired"));
    database.age_flow(false);
    assert_eq!(browser.verify(&code), 410);
    assert_eq!(database.number("SELECT COUNT(*) FROM evidence"), 0);
}
