//! DI-163: old passwords, where the server takes any from who may reset. Windows has a control against that ("policy
//! hints"), which no server of the tests knows; before Samba the password itself is asked.

use super::middle::spoilt;
use super::register;
use super::server::{OLD, Server};
use crate::ldapx::{Fault, Op, Said};
use crate::walk::NEW;

on!(samba: di_163_the_last_password_is_refused_and_asking_for_it_locks_nobody_out, di_163_a_change_is_held_against_all_of_history);

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

/// Who knows the password is held against older ones too.
fn di_163_a_change_is_held_against_all_of_history(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, OLD));
    let mut change = |old, new| {
        browser.get("/password");
        let fields = [("current", old), ("password", new), ("confirm", new)];
        let answer = browser.post("/password", &fields);
        (answer.status, answer.body.contains(USED))
    };
    assert_eq!(change(OLD, NEW), (303, false));
    assert_eq!(change(NEW, OLD), (422, true));
    assert!(server.lets_in(&person.name, NEW));
}

/// How many wrong passwords the server has counted.
fn wrong(server: &Server, name: &str) -> String {
    server.get(&server.dn(name), "badPwdCount")
}
