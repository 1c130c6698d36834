//! A directory that says no: each no is its own sentence, and costs no proof.

use super::{OLD, SERVICE, another, as_admin, colleague, dn, one, portal, register, set, spoilt};
use crate::ldapx::{Fault, Op, Said};
use crate::walk::NEW;

const RULE: (u16, &str) = (422, "Your directory does not accept this password.");
const NOT_ALLOWED: (u16, &str) = (403, "does not let us change this account");
const AWAY: (u16, &str) = (503, "We cannot reach the place where passwords are kept.");

/// Result code, the server's words, `error` of the policy control; status and sentence.
type Case = (u8, &'static str, Option<u8>, (u16, &'static str));

const CASES: [Case; 16] = [
    (19, "Password fails quality checking policy", None, RULE),
    (19, "", Some(5), RULE),
    (
        19,
        "",
        Some(6),
        (422, "That password is too short for your directory."),
    ),
    (
        19,
        "",
        Some(7),
        (422, "This password was changed only a short while ago."),
    ),
    (
        19,
        "",
        Some(8),
        (422, "You have used that password before."),
    ),
    (19, "", Some(3), NOT_ALLOWED),
    (19, "", Some(4), NOT_ALLOWED),
    (
        19,
        "0000052D: Constraint violation - check_password_restrictions",
        None,
        RULE,
    ),
    (50, "no write access", None, NOT_ALLOWED),
    (53, "the server is read-only", None, NOT_ALLOWED),
    (32, "", None, NOT_ALLOWED),
    (8, "stronger authentication is wanted", None, AWAY),
    (13, "TLS is wanted", None, AWAY),
    (51, "try later", None, AWAY),
    (52, "shutting down", None, AWAY),
    (80, "internal error <script>alert(1)</script>", None, AWAY),
];

/// Each refusal that a directory can say, on the way to a password that it takes in the end.
#[test]
fn di_162_each_refusal_has_its_sentence_and_costs_no_proof() {
    let Some((middle, portal)) = spoilt() else {
        return;
    };
    // A reset may send five passwords: four that are refused, and the one that is not.
    for (number, cases) in (0..).zip(CASES.chunks(4)) {
        let person = another(&portal, number);
        register(&portal, &person);
        let mut browser = portal.browser();
        browser.prove(&portal, &person, "forgot");
        for (code, words, policy, (status, sentence)) in cases.iter().copied() {
            let said = Said {
                code,
                words,
                policy,
            };
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
#[test]
fn di_162_the_sixth_password_of_a_reset_does_not_reach_the_directory() {
    let Some((middle, portal)) = spoilt() else {
        return;
    };
    let person = colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    let said = Said {
        code: 19,
        words: "",
        policy: Some(8),
    };
    middle.always(Op::PasswordModify, Fault::Say(said));
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
#[test]
fn di_162_a_refused_unlock_keeps_its_proof() {
    let Some((middle, portal)) = spoilt() else {
        return;
    };
    let person = colleague(&portal);
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
#[test]
fn di_162_a_refused_change_has_the_same_sentences() {
    let Some((middle, portal)) = spoilt() else {
        return;
    };
    let person = colleague(&portal);
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, OLD));
    browser.get("/password");
    let fields = [("current", OLD), ("password", NEW), ("confirm", NEW)];
    for (code, words, policy, (status, sentence)) in CASES {
        let said = Said {
            code,
            words,
            policy,
        };
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

/// The directory's own rules hold for the service account, which is nobody in particular there.
#[test]
fn di_164_the_directorys_rules_are_not_bypassed() {
    let Some(portal) = portal() else { return };
    let person = colleague(&portal);
    let policy = format!(
        "cn=long-{},ou=policies,dc=campus,dc=example",
        portal.address.port()
    );
    let attributes = vec![
        (
            "objectClass".to_owned(),
            ["device", "pwdPolicy"].map(str::to_owned).into(),
        ),
        ("pwdAttribute".to_owned(), one("userPassword")),
        ("pwdCheckQuality".to_owned(), one("2")),
        ("pwdMinLength".to_owned(), one("40")),
        ("pwdInHistory".to_owned(), one("3")),
    ];
    as_admin(async |admin| {
        admin.delete(&policy).await.unwrap();
        let added = admin.add(&policy, attributes).await.unwrap();
        added.success().unwrap();
    });
    set(&dn(&person.name), "pwdPolicySubentry", &policy);
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
    let refused = as_service(async |service| {
        let change = |attribute, value| vec![ldap3::Mod::Replace(attribute, [value].into())];
        let person = dn(&person.name);
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

/// Ask the directory as the portal does.
fn as_service<T>(ask: impl AsyncFnOnce(&mut ldap3::Ldap) -> T) -> T {
    as_admin(async |line| {
        let bound = line.simple_bind(SERVICE, "service-secret").await.unwrap();
        bound.success().unwrap();
        ask(line).await
    })
}
