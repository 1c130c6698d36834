//! People who change under one's hands: deleted, made anew, promoted.

use super::{OLD, add, as_admin, colleague, dn, lets_in, one, portal, register, remove, secure};
use crate::portal::Portal;
use crate::walk::{NEW, Person};

/// A namesake made in the middle is somebody else: nothing is written, and nothing is sent.
#[test]
fn di_170_a_namesake_is_not_the_person() {
    let Some(portal) = portal() else { return };
    let person = colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    remove(&person.name);
    add(&person.name, None);
    assert_eq!(browser.password(NEW), 409);
    let page = &browser.page.body;
    assert!(page.contains("We cannot go on here"), "{page}");
    assert!(!lets_in(&person.name, NEW));
    assert!(lets_in(&person.name, OLD), "the namesake's is as it was");
    // From the start: the namesake has registered nothing.
    portal.forget_messages();
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    assert_eq!(browser.text(&person.phone), 303);
    portal.settled();
    assert!(portal.messages().is_empty());
}

/// Gone between the proof and the unlock.
#[test]
fn di_170_nobody_is_unlocked_in_the_place_of_a_deleted_person() {
    let Some(portal) = portal() else { return };
    let person = colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "locked");
    remove(&person.name);
    add(&person.name, None);
    for _ in 0..3 {
        assert!(!lets_in(&person.name, "wrong"));
    }
    assert_eq!(browser.post("/reset/unlock", &[]).status, 409);
    assert!(!lets_in(&person.name, OLD), "still locked");
}

/// A portal that wants one proof, but for the members of a group of its own.
fn guarded() -> Option<(Portal, String)> {
    let group = format!(
        "cn=guarded-{},ou=groups,dc=campus,dc=example",
        std::process::id()
    );
    let boss = one("uid=boss,ou=people,dc=campus,dc=example");
    let attributes = vec![
        ("objectClass".to_owned(), one("groupOfNames")),
        ("member".to_owned(), boss),
    ];
    let setup = secure()?
        .with("policy", "gates", 1)
        .with("policy", "code-digits", 8)
        .with("directory", "privileged-groups", format!("[\"{group}\"]"));
    as_admin(async |admin| {
        admin.delete(&group).await.unwrap();
        let added = admin.add(&group, attributes).await.unwrap();
        added.success().unwrap();
    });
    Some((setup.start(), group))
}

fn promote(group: &str, person: &Person) {
    let member = dn(&person.name);
    let member = ldap3::Mod::Add("member", [member.as_str()].into());
    as_admin(async |admin| {
        let added = admin.modify(group, vec![member]).await.unwrap();
        added.success().unwrap();
    });
}

/// One proof is enough for a colleague, not for a member of a protected group: neither when the reset
/// begins, nor when it is promoted in its middle.
#[test]
fn di_171_members_of_protected_groups_need_two_proofs() {
    let Some((portal, group)) = guarded() else {
        return;
    };
    let person = colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    browser.pass_phone(&portal, &person);
    assert_eq!(browser.get("/reset/password").status, 200, "one is enough");

    promote(&group, &person);
    assert_ne!(browser.password(NEW), 303, "not any more");
    assert!(lets_in(&person.name, OLD) && !lets_in(&person.name, NEW));

    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    browser.pass_phone(&portal, &person);
    assert_ne!(browser.get("/reset/password").status, 200, "one is too few");
    assert_ne!(browser.password(NEW), 303);
    browser.get("/reset/gate");
    browser.pass_mail(&portal, &person);
    assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
    assert!(lets_in(&person.name, NEW));
}
