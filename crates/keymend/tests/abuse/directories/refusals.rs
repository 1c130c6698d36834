//! A directory that says no: each no is its own sentence, and costs no proof.

use super::answers::{AWAY, NOT_ALLOWED, Refusal};
use super::middle::spoilt;
use super::register;
use super::server::{OLD, Server, texts};
use crate::ldapx::{Fault, Op, Said};
use crate::walk::NEW;

on_each!(
    di_162_each_refusal_has_its_sentence_and_costs_no_proof,
    di_162_the_sixth_password_of_a_reset_does_not_reach_the_directory,
    di_162_a_refused_unlock_keeps_its_proof,
    di_162_a_refused_change_has_the_same_sentences,
);

/// Each refusal that a directory can say, on the way to a password that it takes in the end.
fn di_162_each_refusal_has_its_sentence_and_costs_no_proof(server: &Server) {
    let (middle, portal) = spoilt(server);
    // A reset may send five passwords: four that are refused, and the one that is not.
    for (number, cases) in (0..).zip(server.refusals.chunks(4)) {
        let person = server.another(&portal, number);
        register(&portal, &person);
        let mut browser = portal.browser();
        browser.prove(&portal, &person, "forgot");
        for Refusal(said, (status, sentence)) in cases.iter().copied() {
            let words = said.words;
            middle.once(Op::PasswordModify, Fault::Say(said));
            assert_eq!(
                browser.password(NEW),
                status,
                "{said:?}: {}",
                browser.page.body
            );
            let page = &browser.page.body;
            assert!(page.contains(sentence), "{said:?}: {page}");
            assert!(
                words.is_empty() || !page.contains(words),
                "{said:?}: {page}"
            );
            if status != 422 {
                assert!(
                    !page.contains("to guess."),
                    "not the password's fault: {page}"
                );
            }
            assert!(portal.lets_in(&person.name, OLD), "nothing was written");
        }
        assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
        assert!(portal.lets_in(&person.name, NEW));
    }
    let database = portal.database();
    let done = "SELECT COUNT(*) FROM audit WHERE event = 'reset.done'";
    assert_eq!(database.number(done), 4);
}

/// Five passwords a reset, whatever the directory says; then the reset is over.
fn di_162_the_sixth_password_of_a_reset_does_not_reach_the_directory(server: &Server) {
    let (middle, portal) = spoilt(server);
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    middle.always(Op::PasswordModify, Fault::Say(Said::code(19)));
    for _ in 0..5 {
        assert_eq!(browser.password(NEW), 422);
    }
    assert_ne!(browser.password(NEW), 422);
    assert_eq!(middle.asked(Op::PasswordModify), 5);
    middle.heal();
    assert_ne!(browser.password(NEW), 303);
    assert!(portal.lets_in(&person.name, OLD));
}

/// An unlock that is refused says so, and works once the directory allows it.
fn di_162_a_refused_unlock_keeps_its_proof(server: &Server) {
    let (middle, portal) = spoilt(server);
    let person = server.colleague(&portal);
    register(&portal, &person);
    for _ in 0..3 {
        assert!(!portal.lets_in(&person.name, "wrong"));
    }
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "locked");
    for (code, (status, sentence)) in [(50, NOT_ALLOWED), (51, AWAY)] {
        middle.once(Op::Modify, Fault::Say(Said::code(code)));
        assert_eq!(browser.post("/reset/unlock", &[]).status, status);
        let page = &browser.page.body;
        assert!(page.contains(sentence), "{page}");
    }
    assert_eq!(browser.post("/reset/unlock", &[]).status, 303);
    assert!(portal.lets_in(&person.name, OLD));
}

/// A change by somebody signed in meets the same directory.
fn di_162_a_refused_change_has_the_same_sentences(server: &Server) {
    let (middle, portal) = spoilt(server);
    let person = server.colleague(&portal);
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, OLD));
    browser.get("/password");
    let fields = [("current", OLD), ("password", NEW), ("confirm", NEW)];
    for Refusal(said, (status, sentence)) in server.refusals.iter().copied() {
        middle.once(Op::PasswordModify, Fault::Say(said));
        assert_eq!(
            browser.post("/password", &fields).status,
            status,
            "{said:?}"
        );
        let page = &browser.page.body;
        assert!(page.contains(sentence), "{said:?}: {page}");
        // A sign-in forgives what the tries of a password have counted.
        assert!(portal.lets_in(&person.name, OLD), "nothing was written");
        portal.database().run("DELETE FROM throttles");
    }
    assert_eq!(browser.post("/password", &fields).status, 303);
    assert!(portal.lets_in(&person.name, NEW));
}

/// The directory's own rules hold for the service account, which is nobody in particular there. Active Directory holds
/// its own against every reset but for history, see [`super::history`].
#[test]
fn di_164_the_directorys_rules_are_not_bypassed() {
    let Some(server) = Server::open_ldap() else {
        return;
    };
    let portal = server.portal();
    let person = server.colleague(&portal);
    let policy = format!(
        "cn=long-{},ou=policies,dc=campus,dc=example",
        portal.address.port()
    );
    let facts = texts([
        ("objectClass", "device"),
        ("objectClass", "pwdPolicy"),
        ("pwdAttribute", "userPassword"),
        ("pwdCheckQuality", "2"),
        ("pwdMinLength", "40"),
        ("pwdInHistory", "3"),
    ]);
    server.add(&policy, facts);
    server.set(&server.dn(&person.name), ("pwdPolicySubentry", &policy));
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    // Its owner learns the rule before typing, and the portal does not even ask.
    browser.get("/reset/password");
    assert!(browser.page.body.contains("At least 40 characters"));
    assert_eq!(browser.password(NEW), 422);
    assert!(browser.page.body.contains("Use at least 40 characters"));
    let long = "Quiet-Lantern-Gravel-57-Harbor-Violet-Kite-71";
    assert_eq!(browser.password(long), 303, "{}", browser.page.body);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    assert_eq!(browser.password(long), 422);
    assert!(browser.page.body.contains("used that password before"));

    // And it has no right to anything else, least of all to lift a rule.
    let refused = server.as_service(async |service| {
        let change = |attribute, value| vec![ldap3::Mod::Replace(attribute, [value].into())];
        let person = server.dn(&person.name);
        let mut codes = Vec::new();
        for (dn, change) in [
            (&person, change("cn", "Somebody Else")),
            (
                &person,
                change(
                    "pwdPolicySubentry",
                    "cn=young,ou=policies,dc=campus,dc=example",
                ),
            ),
            (&policy, change("pwdMinLength", "1")),
        ] {
            codes.push(service.modify(dn, change).await.unwrap().rc);
        }
        codes.push(service.delete(&person).await.unwrap().rc);
        // Nor does the directory take from it what the portal would not have sent.
        let short = ldap3::exop::PasswordModify {
            user_id: Some(&person),
            old_pass: None,
            new_pass: Some(NEW),
        };
        codes.push(service.extended(short).await.unwrap().1.rc);
        codes
    });
    assert!(
        refused.iter().all(|code| matches!(code, 19 | 32 | 50)),
        "{refused:?}"
    );
}
