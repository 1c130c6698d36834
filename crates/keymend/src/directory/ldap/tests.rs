//! Against a real OpenLDAP, which `cargo xtask test` starts. Every test makes people of its own.

mod active_directory;
mod along;
mod doctor;
mod domain;
mod ds389;
#[expect(dead_code, reason = "the black-box tests use the rest")]
#[path = "../../../tests/shared/ldapx.rs"]
mod ldapx;
pub mod peer;
mod rules;
mod servers;
mod writing;

use keymend_core::password::NewPassword;

use super::super::Protection;
use super::along::{Along, Classes};
use super::writing::Whose;
use super::*;
use crate::directory::Directory;
use dialect::standard::{LOCKED, LOCKED_FOR_GOOD};
use keymend_core::password::PasswordFault;
use keymend_core::policy::below;
use keymend_core::reset::Goal;
use ldapx::{Fault, Ldapx, Op, Said};
use peer::{OLD, Peer};

/// A mistake in the configuration.
type Spoil = fn(&mut LdapSettings);

fn password(text: &str) -> NewPassword {
    NewPassword::new(text.to_owned())
}

/// Somebody at this place who forgot the password.
fn forgotten(dn: &str) -> Whose<'_> {
    Whose {
        dn,
        classes: Classes::default(),
        forgotten: true,
    }
}

async fn sign_in(ldap: &Ldap, name: &str, typed: &str) -> Option<Entry> {
    let name = ldap.name(name).unwrap();
    match ldap.sign_in(&name, &password(typed)).await.unwrap() {
        SignIn::In(entry) => Some(entry),
        SignIn::Closed(_) | SignIn::Out => None,
    }
}

#[tokio::test]
async fn a_person_is_found_by_name_and_afterwards_by_an_id_that_a_rename_keeps() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let entry = ldap.find(&name).await.unwrap().unwrap();
    assert_eq!(entry.name, name);
    assert_eq!(entry.display_name, "Test Person");
    assert!(entry.enabled && !entry.must_change && !entry.protected);
    // The same people by any case, and by no other spelling.
    let upper = ldap.name(&name.to_uppercase()).unwrap();
    let upper = ldap.find(upper.lookup().unwrap()).await.unwrap().unwrap();
    assert_eq!(upper.subject, entry.subject);

    let renamed = format!("{name}-renamed");
    let mut admin = peer.admin().await;
    admin
        .modifydn(&peer.dn(&name), &format!("uid={renamed}"), true, None)
        .await
        .unwrap()
        .success()
        .unwrap();
    assert!(ldap.find(&name).await.unwrap().is_none());
    let again = ldap.entry(&entry.subject).await.unwrap().unwrap();
    assert_eq!(again.name, renamed);
    // Somebody else under the old name is somebody else.
    peer.add(&name, "").await;
    let other = ldap.find(&name).await.unwrap().unwrap();
    assert_ne!(other.subject, entry.subject);
    admin.delete(&peer.dn(&renamed)).await.unwrap();
    assert!(ldap.entry(&entry.subject).await.unwrap().is_none());
}

#[tokio::test]
async fn no_name_is_a_filter() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let front = &name[..name.len() - 1];
    for typed in [
        "*",
        &format!("{front}*"),
        &format!("{name})(objectClass=*"),
        &format!("*)(|(uid={name})"),
        &format!("{name}\\2a"),
        "\\",
        "(",
        &format!("uid={name},ou=people,dc=campus,dc=example"),
    ] {
        assert!(ldap.find(typed).await.unwrap().is_none(), "{typed}");
        assert!(sign_in(&ldap, typed, OLD).await.is_none(), "{typed}");
        assert!(ldap.entry(typed).await.unwrap().is_none(), "{typed}");
    }
}

#[tokio::test]
async fn two_people_of_one_name_are_nobody() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let other = peer.person(&format!("uid: {name}")).await;
    assert!(ldap.find(&name).await.unwrap().is_none());
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    assert!(ldap.find(&other).await.unwrap().is_some());
}

#[tokio::test]
async fn an_entry_with_every_special_character_is_an_entry() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let ldap = peer.ldap();
    let name = format!("{}, o'x\"+;<=>#\\ (*)é", peer::unique());
    peer.add(&name, "").await;
    let entry = ldap.find(&name).await.unwrap().unwrap();
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
    let prepared = Ldap::prepare(&entry.subject, &password("Quiet-Lantern-57")).unwrap();
    ldap.write(&prepared).await.unwrap();
    assert!(sign_in(&ldap, &name, "Quiet-Lantern-57").await.is_some());
}

#[tokio::test]
async fn only_the_right_password_of_an_open_account_lets_in() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &peer::unique(), OLD).await.is_none());
    // The service account has no name here, and an empty password never leaves.
    assert!(sign_in(&ldap, "keymend", "service-secret").await.is_none());
    assert!(sign_in(&ldap, &name, "").await.is_none());
    assert!(!sign_in(&ldap, &name, OLD).await.unwrap().must_change);
    // Three wrong ones lock; the right one is then as wrong as they were.
    for _ in 0..3 {
        assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    }
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    let entry = ldap.find(&name).await.unwrap().unwrap();
    assert!(entry.enabled, "such a lock can be opened");
}

#[tokio::test]
async fn an_account_locked_by_an_administrator_stays_locked() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    peer.set(&name, LOCKED, LOCKED_FOR_GOOD).await;
    let entry = ldap.find(&name).await.unwrap().unwrap();
    assert!(!entry.enabled);
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    let refused = ldap.unlock(&entry.subject).await;
    assert!(matches!(refused, Err(DirectoryError::NotAllowed)));
    let prepared = Ldap::prepare(&entry.subject, &password("Quiet-Lantern-57")).unwrap();
    let refused = ldap.write(&prepared).await;
    assert!(matches!(refused, Err(DirectoryError::NotAllowed)));
    let (old, new) = (password(OLD), password("Quiet-Lantern-57"));
    let refused = ldap.change(&entry.subject, &old, &new).await;
    assert!(matches!(refused, Err(DirectoryError::NotAllowed)));
}

#[tokio::test]
async fn members_of_a_protected_group_are_privileged() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let group = "cn=protected,ou=groups,dc=campus,dc=example";
    let ldap = peer.ldap_with(|settings| settings.privileged_groups = vec![group.to_owned()]);
    assert_eq!(protection(&ldap, "boss").await, Ok(Protection::Floor));
    let name = peer.person("").await;
    assert_eq!(protection(&ldap, &name).await, Ok(Protection::None));
    let strict = peer.ldap_with(|settings| {
        settings.privileged_groups = vec![group.to_owned()];
        settings.refuse_protected = true;
    });
    let refused = protection(&strict, "boss").await;
    assert_eq!(refused, Ok(Protection::Refused));
    // Through a group in a group in it, and round in a circle.
    let [inner, outer] = [peer::unique(), peer::unique()];
    let at = |group: &str| format!("cn={group},ou=groups,dc=campus,dc=example");
    peer.group(&inner, &[&peer.dn(&name), &at(&outer)]).await;
    assert_eq!(protection(&ldap, &name).await, Ok(Protection::None));
    peer.group(&outer, &[&at(&inner)]).await;
    assert_eq!(protection(&ldap, &name).await, Ok(Protection::None));
    peer.join(group, &at(&outer)).await;
    assert_eq!(protection(&ldap, &name).await, Ok(Protection::Floor));
    // One that cannot be read protects everybody.
    let gone = format!("{group},dc=gone");
    let ldap = peer.ldap_with(|settings| settings.privileged_groups = vec![gone]);
    let down = protection(&ldap, &name).await.unwrap_err();
    assert!(down.contains("the group"), "{down}");
}

#[tokio::test]
async fn nobody_costs_what_somebody_in_no_group_costs() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let middle = peer.middle();
    let through = |group: &str| {
        peer.ldap_with(|settings| {
            settings.url = [peer::url(&middle)].into_iter().collect();
            settings.privileged_groups = vec![group.to_owned()];
        })
    };
    let ldap = through("cn=protected,ou=groups,dc=campus,dc=example");
    let name = peer.person("").await;
    let entry = ldap.find(&name).await.unwrap().unwrap();
    let asked = || middle.asked(Op::Search);
    let before = asked();
    ldap.protection(&entry).await.unwrap();
    let between = asked();
    ldap.protection_of_nobody().await.unwrap();
    assert_eq!(asked() - between, between - before);
    let gone = through("cn=gone,ou=groups,dc=campus,dc=example");
    assert!(gone.protection_of_nobody().await.is_err());
}

#[tokio::test]
async fn members_of_a_profiles_group_are_found_directly_and_through_others() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let at = |group: &str| format!("cn={group},ou=groups,dc=campus,dc=example");
    let name = peer.person("").await;
    let [inner, outer, other] = [peer::unique(), peer::unique(), peer::unique()];
    peer.group(&inner, &[&peer.dn(&name)]).await;
    peer.group(&outer, &[&at(&inner)]).await;
    peer.group(&other, &[&peer.dn("boss")]).await;
    let groups = [at(&inner), at(&outer), at(&other)];
    let ldap = peer.ldap_with(|settings| settings.ask_about(groups.iter()));
    let directory = Directory::Ldap(Box::new(ldap));
    let entry = directory.find(&name).await.unwrap().unwrap();
    let elsewhere = "cn=staff,ou=groups,dc=elsewhere";
    let asked = [&groups[0], &groups[1], &groups[2], elsewhere, "clerks"];
    let said = directory.member_of(&entry, &asked).await.unwrap();
    let said: Vec<bool> = said.into_iter().map(|(_, member)| member).collect();
    assert_eq!(said, [true, true, false, false, false]);
    assert!(below(&entry.place, "OU=People, dc=campus,dc=example"));
    // One that is gone must not let anybody out of its profile.
    let gone = at("gone");
    let down = directory.member_of(&entry, &[&gone]).await;
    assert!(matches!(down, Err(DirectoryError::Down(_))), "{down:?}");
}

#[tokio::test]
async fn a_group_that_shows_no_members_protects_everybody() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let blind = peer.ldap_with(|settings| {
        settings.privileged_groups = vec!["ou=groups,dc=campus,dc=example".to_owned()];
    });
    let down = protection(&blind, &name).await.unwrap_err();
    assert!(down.contains("no members to be seen"), "{down}");
}

#[tokio::test]
async fn a_server_that_holds_entries_back_is_not_believed() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let (ldap, middle) = peer.through();
    let entry = ldap.find(&name).await.unwrap().unwrap();
    middle.always(Op::Search, Fault::Say(Said::code(4)));
    let down = ldap.find(&name).await;
    assert!(matches!(down, Err(DirectoryError::Down(_))), "{down:?}");
    let guarded = "cn=protected,ou=groups,dc=campus,dc=example";
    let guarding = peer.ldap_with(|settings| {
        settings.url = [peer::url(&middle)].into_iter().collect();
        settings.privileged_groups = vec![guarded.to_owned()];
    });
    assert!(guarding.protection(&entry).await.is_err());
}

#[tokio::test]
async fn a_whole_name_of_one_and_the_short_name_of_another_are_nobody() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let ldap = peer.ldap_with(|settings| {
        settings.name_attributes = ["uid", "mail"].map(str::to_owned).to_vec();
    });
    let (owner, whole) = (peer.person("").await, peer::unique());
    let other = peer.person(&format!("mail: {whole}@campus.example")).await;
    // Domains may be left away from a whole name, too.
    let found = ldap.find(&whole).await.unwrap().unwrap();
    assert_eq!(found.name, other);
    let address = format!("{owner}@campus.example");
    peer.set(&other, "mail", &address).await;
    for typed in [owner.clone(), address] {
        let name = ldap.name(&typed).unwrap();
        assert!(ldap.find(name.lookup().unwrap()).await.unwrap().is_none());
        assert!(sign_in(&ldap, &typed, OLD).await.is_none());
    }
}

async fn protection(ldap: &Ldap, name: &str) -> Result<Protection, String> {
    let entry = ldap.find(name).await.unwrap().unwrap();
    let said = ldap.protection(&entry).await;
    said.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_server_that_cannot_be_believed_is_not_asked() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let url = |variable: &str| -> Addresses { std::env::var(variable).unwrap().parse().unwrap() };
    for (start_tls, variable) in [(true, "KEYMEND_TEST_LDAP"), (false, "KEYMEND_TEST_LDAPS")] {
        let name = peer.person("").await;
        let good = peer.ldap_with(|settings| {
            settings.start_tls = start_tls;
            settings.url = url(variable);
        });
        assert!(good.find(&name).await.unwrap().is_some());
        // Without its authority, which nobody else knows.
        let unknown = peer.ldap_with(|settings| {
            settings.start_tls = start_tls;
            settings.url = url(variable);
            settings.ca_file = None;
        });
        let refused = unknown.find(&name).await.unwrap_err().to_string();
        assert!(refused.contains("certificate"), "{refused}");
    }
    // Under a name that the certificate does not have.
    let server = std::env::var("KEYMEND_TEST_LDAPS").unwrap();
    let middle = Ldapx::before(&server, "127.0.0.2:0");
    let elsewhere = peer.ldap_with(|settings| {
        settings.url = format!("ldaps://{}", middle.address).parse().unwrap();
    });
    let refused = elsewhere.find("boss").await.unwrap_err().to_string();
    assert!(refused.contains("not valid for name"), "{refused}");
}

#[tokio::test]
async fn a_server_without_tls_does_not_see_the_password() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let server = std::env::var("KEYMEND_TEST_LDAP").unwrap();
    let stripper = Ldapx::before(&server, "127.0.0.1:0");
    // What a server says that knows no StartTLS.
    let no = Said {
        code: 2,
        words: "unsupported extended operation",
        policy: None,
    };
    stripper.always(Op::StartTls, Fault::Say(no));
    let ldap = peer.ldap_with(|settings| {
        settings.url = format!("ldap://{}", stripper.address).parse().unwrap();
        settings.start_tls = true;
    });
    assert!(ldap.find("boss").await.is_err());
    assert_eq!(stripper.asked(Op::StartTls), 1);
    assert_eq!(stripper.asked(Op::Bind), 0);
    assert!(!stripper.heard(b"service-secret"));
}

#[tokio::test]
async fn what_is_set_up_wrongly_is_said_in_one_line() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let fine = peer.ldap_with(|settings| {
        let group = "cn=protected,ou=groups,dc=campus,dc=example";
        settings.privileged_groups = vec![group.to_owned()];
    });
    let findings = fine.probe(None).await;
    assert!(
        findings.iter().all(|(_, said)| said.is_ok()),
        "{findings:?}"
    );
    assert_eq!(findings.len(), 8, "{findings:?}");
    let faults: [(Spoil, &str); 6] = [
        (|it| it.ca_file = None, "directory.ca-file"),
        (
            |it| it.bind_password = password("wrong"),
            "directory.bind-dn",
        ),
        (
            |it| it.base = "ou=none,dc=campus,dc=example".to_owned(),
            "directory.base",
        ),
        (
            |it| it.person_filter = "(uid=nobody-at-all)".to_owned(),
            "directory.person-filter",
        ),
        (
            |it| it.id_attribute = "telexNumber".to_owned(),
            "directory.id-attribute",
        ),
        (
            |it| it.url = "ldaps://localhost:1".parse().unwrap(),
            "directory.url",
        ),
    ];
    for (spoil, key) in faults {
        let findings = peer.ldap_with(spoil).probe(None).await;
        let all: Vec<String> = findings
            .into_iter()
            .filter_map(|(_, said)| said.err())
            .collect();
        assert!(all.iter().any(|line| line.contains(key)), "{key}: {all:?}");
        assert!(all.iter().all(|line| !line.contains('\n')), "{all:?}");
    }
}
