//! People who change under one's hands: deleted, made anew, promoted.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::register;
use super::server::{OLD, Server};
use crate::portal::{Portal, Setup};
use crate::walk::{NEW, Person};

on_each!(
    di_170_a_namesake_is_not_the_person,
    di_170_nobody_is_unlocked_in_the_place_of_a_deleted_person,
    di_171_members_of_protected_groups_need_two_proofs,
    di_171_members_of_protected_groups_are_strangers_where_they_are_refused,
    si_305_a_password_says_nothing_where_protected_people_come_in_by_a_provider,
);

/// A namesake made in the middle is somebody else: nothing is written, and nothing is sent.
fn di_170_a_namesake_is_not_the_person(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    server.make_anew(&person.name);
    assert_eq!(browser.password(NEW), 409);
    let page = &browser.page.body;
    assert!(page.contains("We cannot go on here"), "{page}");
    assert!(!server.lets_in(&person.name, NEW));
    assert!(
        server.lets_in(&person.name, OLD),
        "the namesake's is as it was"
    );
    // From the start: the namesake has registered nothing.
    portal.forget_messages();
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    assert_eq!(browser.text(&person.phone), 303);
    portal.settled();
    assert!(portal.messages().is_empty());
}

/// Gone between the proof and the unlock.
fn di_170_nobody_is_unlocked_in_the_place_of_a_deleted_person(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "locked");
    server.make_anew(&person.name);
    for _ in 0..3 {
        assert!(!server.lets_in(&person.name, "wrong"));
    }
    assert_eq!(browser.post("/reset/unlock", &[]).status, 409);
    assert!(!server.lets_in(&person.name, OLD), "still locked");
}

/// A portal that wants one proof, but for the members of a group, which are those of a group in it.
fn guarded(server: &Server, protected: &str) -> (Portal, String) {
    let (setup, inner) = guarded_setup(server);
    let setup = setup.with("directory", "protected", format!("\"{protected}\""));
    (setup.start(), inner)
}

fn guarded_setup(server: &Server) -> (Setup, String) {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    let name = |what: &str| format!("{what}-{}-{made}", std::process::id());
    // A group of nobody would not do everywhere.
    let holder = name("holder");
    server.make_anew(&holder);
    let inner = server.group(&name("inner"), &server.dn(&holder));
    let outer = server.group(&name("outer"), &inner);
    let setup = server
        .setup()
        .with("policy", "gates", 1)
        .with("policy", "code-digits", 8)
        .with("directory", "privileged-groups", format!("[\"{outer}\"]"));
    (setup, inner)
}

/// One proof is enough for a colleague, not for somebody protected: neither when the reset begins, nor
/// when it is promoted in its middle.
fn need_two_proofs(server: &Server, promote: impl FnOnce(&str, &Person)) {
    let (portal, group) = guarded(server, "two-proofs");
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    browser.pass_phone(&portal, &person);
    assert_eq!(browser.get("/reset/password").status, 200, "one is enough");

    promote(&group, &person);
    assert_ne!(browser.password(NEW), 303, "not any more");
    assert!(server.lets_in(&person.name, OLD) && !server.lets_in(&person.name, NEW));

    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    browser.pass_phone(&portal, &person);
    assert_ne!(browser.get("/reset/password").status, 200, "one is too few");
    assert_ne!(browser.password(NEW), 303);
    browser.get("/reset/gate");
    browser.pass_mail(&portal, &person);
    assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
    assert!(server.lets_in(&person.name, NEW));
}

/// Through a group in the protected one.
fn di_171_members_of_protected_groups_need_two_proofs(server: &Server) {
    need_two_proofs(server, |group, person| {
        server.join(group, &server.dn(&person.name));
    });
}

/// Not that it was right, nor that there is such a name; also not while nobody can say who is protected.
fn si_305_a_password_says_nothing_where_protected_people_come_in_by_a_provider(server: &Server) {
    let by_provider = |setup: Setup| {
        setup
            .with("oidc.campus", "issuer", "\"http://127.0.0.1:9\"")
            .with("oidc.campus", "client-id", "\"portal\"")
            .with("oidc.campus", "label", "\"Campus\"")
            .with("oidc.campus", "protected-amr", "[\"mfa\"]")
            .start()
    };
    let (setup, group) = guarded_setup(server);
    let portal = by_provider(setup);
    let person = server.colleague(&portal);
    server.join(&group, &server.dn(&person.name));
    let gone = format!("[\"cn=gone,{}\"]", server.base);
    let unread = server.setup().with("directory", "privileged-groups", gone);
    for (portal, status) in [(portal, 422), (by_provider(unread), 503)] {
        for (name, password) in [
            (person.name.as_str(), OLD),
            (&person.name, "not the password"),
            ("nobody-at-all", OLD),
        ] {
            let mut browser = portal.browser();
            assert!(!browser.sign_in(name, password), "{name} {password}");
            assert_eq!(browser.page.status, status, "{name} {password}");
        }
    }
}

/// The primary group is on no list of members. Only Active Directory has one.
#[test]
fn di_171_a_protected_primary_group_needs_two_proofs() {
    let Some(server) = Server::samba() else {
        return;
    };
    need_two_proofs(&server, |group, person| {
        let dn = server.dn(&person.name);
        server.join(group, &dn);
        let number = server.get(group, "primaryGroupToken");
        server.set(&dn, ("primaryGroupID", &number));
    });
}

/// Who is, or was, an administrator bears the mark of Active Directory.
#[test]
fn di_171_a_marked_administrator_needs_two_proofs() {
    let Some(server) = Server::samba() else {
        return;
    };
    need_two_proofs(&server, |_, person| {
        server.set(&server.dn(&person.name), ("adminCount", "1"));
    });
}

/// Refused, a member is told what a stranger is told, and is sent nothing.
fn di_171_members_of_protected_groups_are_strangers_where_they_are_refused(server: &Server) {
    let (portal, group) = guarded(server, "refused");
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    browser.pass_phone(&portal, &person);
    server.join(&group, &server.dn(&person.name));
    assert_ne!(browser.password(NEW), 303, "promoted in the middle");
    assert!(server.lets_in(&person.name, OLD) && !server.lets_in(&person.name, NEW));
    portal.settled();
    portal.forget_messages();
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    assert_eq!(browser.text(&person.phone), 303);
    portal.settled();
    assert!(portal.messages().is_empty());
}
