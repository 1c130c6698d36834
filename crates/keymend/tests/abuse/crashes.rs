//! `kill -9` in the middle of things, and what the next start finds.

use std::io::Write as _;
use std::thread;
use std::time::Duration;

use crate::browser::{connect, read};
use crate::database::Database;
use crate::portal::{Message, Portal, Setup};
use crate::walk::{NEW, person};

/// Send a request and kill the server so many microseconds later; true when the answer came back all the same.
fn cut(portal: &mut Portal, request: &[u8], after: u64) -> bool {
    let mut stream = connect(portal.address);
    stream.write_all(request).unwrap();
    thread::sleep(Duration::from_micros(after));
    portal.kill();
    read(&mut stream, false).is_ok_and(|answer| answer.status == 303)
}

/// A claim that a crash left holds for a while; it is not waited for here.
fn release_claims(database: &Database) {
    database.run("UPDATE outbox SET due = 0 WHERE state = 'queued'");
}

impl Portal {
    /// Wait for a notice.
    fn told(&self, to: &str) {
        self.wait("a notice", |portal| {
            let told = |message: &Message| message.to == to && message.link().is_some();
            portal.messages().iter().any(told).then_some(())
        });
    }
}

const ROUNDS: u32 = 8;

/// In the middle of a right code: the gate is passed once, or not at all and the try was counted.
#[test]
fn rp_047_killed_while_a_code_is_checked() {
    let mut portal = Setup::new().loose().people(ROUNDS).start();
    for round in 0..ROUNDS {
        let somebody = person(round);
        let mut browser = portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        browser.text(&somebody.phone);
        let code = portal.code("sms", &somebody.phone);
        let request = browser.posting("/reset/verify", &[("code", &code)]);
        let answered = cut(&mut portal, &request, u64::from(round) * 1500);
        portal.start();
        let database = portal.database();
        let passed = database.number("SELECT COUNT(*) FROM evidence");
        let state = database.texts("SELECT state FROM flows")[0].clone();
        assert_eq!(
            (passed, state.as_str()),
            if state == "waiting" {
                (0, "waiting")
            } else {
                (1, "choosing")
            }
        );
        assert!(!answered || passed == 1, "what was answered was stored");
        if passed == 0 {
            assert_eq!(browser.verify(&code), 303, "not passed, so it can still be");
        } else {
            assert_eq!(
                browser.verify(&code),
                410,
                "passed, so the old cookie is dead"
            );
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM evidence"), 1);
        database.run("DELETE FROM flows");
    }
}

/// In the middle of a new password: the old one or the new one, never both or neither, and the flow agrees.
#[test]
fn rp_048_killed_while_a_password_is_written() {
    let mut portal = Setup::new().loose().people(ROUNDS).start();
    for round in 0..ROUNDS {
        let somebody = person(round);
        let mut browser = portal.browser();
        browser.prove(&portal, &somebody, "forgot");
        let request = browser.posting("/reset/password", &[("password", NEW)]);
        let answered = cut(&mut portal, &request, u64::from(round) * 40_000);
        let database = portal.database();
        // A write that is older than half a minute was cut off; it is not waited for here.
        let old = "UPDATE flows SET body = json_set(body, '$.state.since', 1000000) WHERE state = 'applying'";
        database.run(old);
        release_claims(&database);
        portal.start();
        portal.wait("a settled flow", |_| {
            let open = database.number("SELECT COUNT(*) FROM flows WHERE state = 'applying'");
            (open == 0).then_some(())
        });
        let new = portal.lets_in(&somebody.name, NEW);
        assert_ne!(new, portal.lets_in(&somebody.name, &somebody.password));
        assert!(new || !answered, "what was answered was written");
        let state = database.texts("SELECT state FROM flows")[0].clone();
        assert_eq!(state, if new { "done" } else { "proven" });
        let told = database.number("SELECT COUNT(*) FROM audit WHERE event = 'reset.done'");
        assert_eq!(told, i64::from(new), "in the log exactly when it happened");
        if new {
            portal.told(&somebody.email);
        }
        database.run("DELETE FROM flows");
        database.run("DELETE FROM audit");
    }
}

/// In the middle of a change by somebody signed in: the log, the notice and the end of sessions come with it.
#[test]
fn killed_while_a_password_is_changed() {
    let mut portal = Setup::new().loose().people(ROUNDS).start();
    for round in 0..ROUNDS {
        let somebody = person(round);
        let mut browser = portal.browser();
        assert!(browser.sign_in(&somebody.name, &somebody.password));
        browser.get("/password");
        let fields = [("current", somebody.password.as_str()), ("password", NEW)];
        let request = browser.posting("/password", &fields);
        let stored = format!(
            "SELECT password FROM local_accounts WHERE name = '{}'",
            somebody.name
        );
        let before = portal.database().texts(&stored);
        let answered = cut(&mut portal, &request, u64::from(round) * 60_000);
        let database = portal.database();
        let new = database.texts(&stored) != before;
        assert!(new || !answered, "what was answered was written");
        release_claims(&database);
        portal.start();
        if new {
            // First: a sign-in that begins before all sessions end is void.
            portal.told(&somebody.email);
        }
        assert_eq!(portal.lets_in(&somebody.name, NEW), new);
        assert_eq!(portal.lets_in(&somebody.name, &somebody.password), !new);
        let told = database.number("SELECT COUNT(*) FROM audit WHERE event = 'password.changed'");
        assert_eq!(told, i64::from(new), "in the log exactly when it happened");
        assert_eq!(browser.is_in(), !new, "sessions end with the password");
        database.run("DELETE FROM audit");
    }
}

/// In the middle of sending: the code arrives, it is the same one, and it still serves.
#[test]
fn ms_147_killed_while_a_message_is_sent() {
    let mut portal = Setup::new().loose().people(ROUNDS).start();
    for round in 0..ROUNDS {
        let somebody = person(round);
        let mut browser = portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        let request = browser.texting(&somebody);
        let mut stream = connect(portal.address);
        stream.write_all(&request).unwrap();
        let sent = read(&mut stream, false).unwrap();
        assert_eq!(sent.status, 303);
        thread::sleep(Duration::from_micros(u64::from(round) * 1500));
        portal.kill();
        let early = portal
            .messages()
            .into_iter()
            .find(|message| message.to == somebody.phone);
        let database = portal.database();
        release_claims(&database);
        portal.start();
        let code = portal.code("sms", &somebody.phone);
        portal.settled();
        if let Some(early) = early {
            assert_eq!(
                early.code().unwrap(),
                code,
                "sent twice perhaps, but never another code"
            );
        }
        assert_eq!(browser.verify(&code), 303);
        database.run("DELETE FROM flows");
    }
}
