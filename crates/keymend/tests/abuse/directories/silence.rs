//! A directory that does not say what it did, or dies with it: what is told is true.

use std::io::Write as _;

use super::middle::{Middle, spoilt};
use super::register;
use super::server::{AT_NO_HOUR, OLD, Server};
use crate::browser::{Browser, connect, read};
use crate::ldapx::{Fault, Op};
use crate::portal::{Message, Portal};
use crate::walk::{NEW, Person};

on_each!(
    di_166_a_write_without_an_answer_is_verified_by_a_sign_in,
    di_166_a_directory_that_dies_after_the_write_is_asked_when_it_is_back,
    di_166_a_write_that_never_arrived_costs_no_proof,
    di_166_a_directory_that_is_away_is_told_from_one_that_may_have_written,
    di_166_a_change_that_may_have_happened_is_told_so,
    di_174_killed_while_a_directory_writes,
);

/// Somebody at the page of the new password, whose old one is old.
fn at_the_write(server: &Server, portal: &Portal) -> (Person, Browser) {
    let person = server.colleague(portal);
    register(portal, &person);
    server.set(&server.dn(&person.name), server.old);
    let mut browser = portal.browser();
    browser.prove(portal, &person, "forgot");
    (person, browser)
}

fn count(portal: &Portal, event: &str) -> i64 {
    let counted = format!("SELECT COUNT(*) FROM audit WHERE event = '{event}'");
    portal.database().number(&counted)
}

/// What the sweep found out, as the audit log has it.
fn verified(portal: &Portal) -> Vec<String> {
    let found = "SELECT detail FROM audit WHERE event = 'reset.write-verified'";
    portal.database().texts(found)
}

/// The sweep comes once a minute, and at a start, to writes that are older than half a minute; neither
/// is waited for here.
fn sweep(portal: &mut Portal) {
    let old = "UPDATE flows SET body = json_set(body, '$.state.since', \
               json_extract(body, '$.state.since') - 60000) WHERE state = 'applying'";
    portal.database().run(old);
    portal.kill();
    portal.start();
    portal.wait("a settled flow", |portal| {
        let found = verified(portal);
        (!found.is_empty()).then_some(())
    });
}

fn told(portal: &Portal, to: &str) {
    portal.wait("a notice", |portal| {
        let told = |message: &Message| message.to == to && message.link().is_some();
        portal.messages().iter().any(told).then_some(())
    });
}

/// The line is cut after the write, or no answer comes: the new password itself tells.
fn di_166_a_write_without_an_answer_is_verified_by_a_sign_in(server: &Server) {
    for fault in [Fault::Cut, Fault::SwallowAnswer] {
        let (middle, portal) = spoilt(server);
        let (person, mut browser) = at_the_write(server, &portal);
        middle.once(Op::PasswordModify, fault);
        assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
        assert_eq!(browser.page.location(), "/reset/done");
        assert_eq!(middle.asked(Op::PasswordModify), 1, "never sent twice");
        assert!(portal.lets_in(&person.name, NEW));
        assert!(!portal.lets_in(&person.name, OLD));
        assert_eq!(count(&portal, "reset.done"), 1);
        told(&portal, &person.email);
    }
}

/// Who may not sign in at this hour is told so by the right password only, and so it is written.
#[test]
fn di_166_a_write_without_an_answer_is_verified_at_any_hour() {
    let Some(server) = Server::samba() else {
        return;
    };
    let (middle, portal) = spoilt(&server);
    let (person, mut browser) = at_the_write(&server, &portal);
    server.set(&server.dn(&person.name), AT_NO_HOUR);
    middle.once(Op::PasswordModify, Fault::Cut);
    assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
    assert_eq!(count(&portal, "reset.done"), 1);
}

/// The new password is tried after the silence, before Samba also before the write: no mistake of its owner's.
#[test]
fn di_166_a_write_without_an_answer_locks_nobody_out() {
    let Some(server) = Server::samba() else {
        return;
    };
    let (middle, portal) = spoilt(&server);
    let (person, mut browser) = at_the_write(&server, &portal);
    middle.once(Op::PasswordModify, Fault::SwallowQuestion);
    assert_eq!(browser.password(NEW), 202, "{}", browser.page.body);
    assert_eq!(server.get(&server.dn(&person.name), "badPwdCount"), "0");
}

/// The directory dies with the write: unknown, until it is back.
fn di_166_a_directory_that_dies_after_the_write_is_asked_when_it_is_back(server: &Server) {
    let (middle, mut portal) = spoilt(server);
    let (person, mut browser) = at_the_write(server, &portal);
    middle.once(Op::PasswordModify, Fault::Vanish);
    assert_eq!(browser.password(NEW), 202);
    let page = &browser.page.body;
    assert!(
        page.contains("We do not know yet whether it worked"),
        "{page}"
    );
    assert!(!page.contains("Nothing was changed") && !page.contains("Nothing has changed"));
    assert_eq!(count(&portal, "reset.write-unknown"), 1);
    assert_eq!(count(&portal, "reset.done"), 0);
    // Nobody can do it twice meanwhile.
    assert_eq!(browser.get("/reset/gate").status, 202);
    assert_ne!(browser.password("Another-Lantern-Gravel-58"), 303);
    middle.heal();
    sweep(&mut portal);
    assert_eq!(verified(&portal), ["written"]);
    assert_eq!(browser.get("/reset/gate").location(), "/reset/done");
    assert_eq!(browser.get("/reset/done").status, 200);
    assert_eq!(count(&portal, "reset.done"), 1);
    told(&portal, &person.email);
    assert!(portal.lets_in(&person.name, NEW));
    assert_eq!(middle.asked(Op::PasswordModify), 1, "never sent twice");
}

/// The write never arrived: unknown first, then the proof is there for another try.
fn di_166_a_write_that_never_arrived_costs_no_proof(server: &Server) {
    let (middle, mut portal) = spoilt(server);
    let (person, mut browser) = at_the_write(server, &portal);
    middle.once(Op::PasswordModify, Fault::SwallowQuestion);
    assert_eq!(browser.password(NEW), 202);
    assert_eq!(count(&portal, "reset.write-unknown"), 1);
    assert!(portal.lets_in(&person.name, OLD));
    sweep(&mut portal);
    assert_eq!(verified(&portal), ["not-written"]);
    assert_eq!(count(&portal, "reset.done"), 0);
    assert_eq!(browser.get("/reset/password").status, 200);
    assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
    assert!(portal.lets_in(&person.name, NEW));
    assert_eq!(count(&portal, "reset.done"), 1);
}

/// Dead before the write: said as it is, and nothing is lost.
fn di_166_a_directory_that_is_away_is_told_from_one_that_may_have_written(server: &Server) {
    let (middle, portal) = spoilt(server);
    let (person, mut browser) = at_the_write(server, &portal);
    middle.vanish();
    assert_eq!(browser.password(NEW), 503);
    let page = &browser.page.body;
    assert!(
        page.contains("We cannot reach the place where passwords are kept."),
        "{page}"
    );
    middle.heal();
    portal.wait("a directory that is back", |portal| {
        portal.database().run("DELETE FROM throttles");
        (browser.password(NEW) == 303).then_some(())
    });
    assert!(portal.lets_in(&person.name, NEW));
}

/// A change whose outcome nobody knows does not say that nothing has changed.
fn di_166_a_change_that_may_have_happened_is_told_so(server: &Server) {
    let (middle, portal) = spoilt(server);
    let person = server.colleague(&portal);
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, OLD));
    browser.get("/password");
    middle.once(Op::PasswordModify, Fault::Vanish);
    let fields = [("current", OLD), ("password", NEW), ("confirm", NEW)];
    assert_eq!(browser.post("/password", &fields).status, 202);
    let page = &browser.page.body;
    assert!(
        page.contains("We do not know yet whether it worked"),
        "{page}"
    );
    assert!(!page.contains("Nothing was changed"));
}

/// `kill -9` while the directory writes: it happened, so it is told; it did not, so the proof is there.
fn di_174_killed_while_a_directory_writes(server: &Server) {
    for (fault, written) in [
        (Fault::SwallowAnswer, true),
        (Fault::SwallowQuestion, false),
    ] {
        let (middle, mut portal) = spoilt(server);
        let (person, mut browser) = at_the_write(server, &portal);
        middle.once(Op::PasswordModify, fault);
        let request = browser.posting("/reset/password", &[("password", NEW)]);
        let mut stream = connect(portal.address);
        stream.write_all(&request).unwrap();
        asked(&middle, &portal);
        if written {
            // The directory has it; the portal does not know.
            let changed = || server.lets_in(&person.name, NEW);
            portal.wait("the new password", |_| changed().then_some(()));
        }
        portal.kill();
        assert!(read(&mut stream, false).is_err(), "no answer");
        sweep(&mut portal);
        assert_eq!(
            verified(&portal),
            [if written { "written" } else { "not-written" }]
        );
        assert_eq!(count(&portal, "reset.done"), i64::from(written));
        assert_eq!(portal.lets_in(&person.name, NEW), written);
        if written {
            told(&portal, &person.email);
        } else {
            // The answer with the new cookie never came: the old one must not open it either.
            assert_ne!(browser.password(NEW), 200);
        }
    }
}

fn asked(middle: &Middle, portal: &Portal) {
    portal.wait("the write", |_| {
        (middle.asked(Op::PasswordModify) > 0).then_some(())
    });
}
