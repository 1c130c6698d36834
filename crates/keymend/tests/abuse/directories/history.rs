//! DI-163: old passwords, where the server takes any from who may reset. Windows has a control against that ("policy
//! hints"), which no server of the tests knows; before Samba the password itself is asked.

use super::middle::spoilt;
use super::register;
use super::server::{AT_NO_HOUR, OLD, Server};
use crate::browser::Browser;
use crate::ldapx::{Fault, Op, Said};
use crate::walk::NEW;

on!(
    samba: di_163_the_last_password_is_refused_and_asking_for_it_locks_nobody_out,
    di_163_without_a_word_about_the_last_password_nothing_is_written,
    di_163_the_last_password_is_known_at_any_hour,
    di_163_a_change_is_held_against_all_of_history
);

const USED: &str = "You have used that password before.";

fn di_163_the_last_password_is_refused_and_asking_for_it_locks_nobody_out(server: &Server) {
    let (middle, portal) = spoilt(server);
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    // Three wrong passwords lock an account, and each of these was tried before it was refused.
    for _ in 0..3 {
        middle.once(Op::PasswordModify, Fault::Say(Said::code(19)));
        assert_eq!(browser.password(NEW), 422);
        assert_eq!(wrong(server, &person.name), "0");
    }
    assert_eq!(browser.password(OLD), 422);
    assert!(browser.page.body.contains(USED), "{}", browser.page.body);
    assert_eq!(middle.asked(Op::PasswordModify), 3, "not even sent");
    assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
    assert!(server.lets_in(&person.name, NEW));
}

/// Neither yes nor no: it may be the last one.
fn di_163_without_a_word_about_the_last_password_nothing_is_written(server: &Server) {
    let (middle, portal) = spoilt(server);
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    for code in [1, 80] {
        middle.once(Op::Bind, Fault::Say(Said::code(code)));
        assert_eq!(browser.password(OLD), 503, "{}", browser.page.body);
        assert_eq!(middle.asked(Op::PasswordModify), 0);
    }
    assert_eq!(browser.password(OLD), 422);
    assert_eq!(browser.password(NEW), 303);
}

/// Who may not sign in at this hour is told so by the right password only: that is an answer, too.
fn di_163_the_last_password_is_known_at_any_hour(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut signed_in = portal.browser();
    assert!(signed_in.sign_in(&person.name, OLD));
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    server.set(&server.dn(&person.name), AT_NO_HOUR);
    assert!(!portal.lets_in(&person.name, OLD));
    assert_eq!(browser.password(OLD), 422, "{}", browser.page.body);
    assert!(browser.page.body.contains(USED), "{}", browser.page.body);
    assert_eq!(change(&mut signed_in, OLD, NEW), (303, false));
}

/// Who knows the password is held against older ones too.
fn di_163_a_change_is_held_against_all_of_history(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, OLD));
    assert_eq!(change(&mut browser, OLD, NEW), (303, false));
    assert_eq!(change(&mut browser, NEW, OLD), (422, true));
    assert!(server.lets_in(&person.name, NEW));
}

/// How many wrong passwords the server has counted.
fn wrong(server: &Server, name: &str) -> String {
    server.get(&server.dn(name), "badPwdCount")
}

/// Change a password, signed in: the status, and whether it was used before.
fn change(browser: &mut Browser, old: &str, new: &str) -> (u16, bool) {
    browser.get("/password");
    let fields = [("current", old), ("password", new), ("confirm", new)];
    let answer = browser.post("/password", &fields);
    (answer.status, answer.body.contains(USED))
}
