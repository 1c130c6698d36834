//! The rules that real servers have, and that they hold to what is told of them.

use std::collections::HashSet;
use std::time::Duration;

use keymend_core::password::{DirectoryRules, Kinds};
use keymend_core::time::Timestamp;
use ldap3::{LdapConnAsync, Mod};

use super::domain::Domain;
use super::*;
use crate::chance::Clock;

async fn rules(ldap: &Ldap, name: &str) -> DirectoryRules {
    let entry = ldap.find(name).await.unwrap().unwrap();
    ldap.rules(&entry.subject).await.unwrap()
}

fn under(policy: &str) -> String {
    format!("pwdPolicySubentry: cn={policy},ou=policies,dc=campus,dc=example")
}

async fn told(ldap: &Ldap, name: &str, new: &str) -> Option<PasswordFault> {
    let entry = ldap.find(name).await.unwrap().unwrap();
    let prepared = Ldap::prepare(&entry.subject, &password(new)).unwrap();
    match ldap.write(&prepared).await {
        Ok(()) => None,
        Err(DirectoryError::Rejected(fault)) => Some(fault),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_policy_of_an_entry_comes_before_the_one_for_all() {
    let Some(peer) = Peer::new() else { return };
    let ldap = peer.ldap();
    let everybody = rules(&ldap, &peer.person("").await).await;
    assert_eq!((everybody.min, everybody.history), (Some(12), Some(4)));
    assert!(!everybody.more && everybody.open_from.is_none());

    let before = Clock::System.now().minus(Duration::from_secs(5));
    let strict = rules(&ldap, &peer.person(&under("strict")).await).await;
    assert_eq!((strict.min, strict.history), (Some(20), Some(6)));
    assert_eq!(strict.max_age, Some(Duration::from_hours(60 * 24)));
    let day = Duration::from_hours(24);
    assert_eq!(strict.min_age, Some(day));
    let soon = |at: Timestamp| at >= before.plus(day);
    assert!(strict.open_from.is_some_and(soon));
}

#[tokio::test]
async fn a_policy_that_may_not_be_read_is_not_taken_for_the_one_for_all() {
    let Some(peer) = Peer::new() else { return };
    let hidden = peer.person(&under("hidden")).await;
    assert_eq!(
        rules(&peer.ldap(), &hidden).await,
        DirectoryRules::unknown()
    );
    let unnamed = peer.ldap_with(|settings| settings.policy = None);
    let person = peer.person("").await;
    assert_eq!(rules(&unnamed, &person).await, DirectoryRules::unknown());
    let wrong = "cn=hidden,ou=policies,dc=campus,dc=example";
    let wrong = peer.ldap_with(|settings| settings.policy = Some(wrong.to_owned()));
    assert_eq!(rules(&wrong, &person).await, DirectoryRules::unknown());
    let findings = wrong.probe(None).await;
    let said = findings.into_iter().find(|(what, _)| *what == "rules");
    assert!(said.unwrap().1.unwrap_err().contains("directory.policy"));
}

#[tokio::test]
async fn a_policy_is_read_once_a_minute() {
    let Some(peer) = Peer::new() else { return };
    let ldap = peer.ldap();
    let name = peer.person("").await;
    let place = format!("cn={},ou=policies,dc=campus,dc=example", peer::unique());
    let one = |value: &str| HashSet::from([value.to_owned()]);
    let attributes = vec![
        (
            "objectClass".to_owned(),
            HashSet::from(["device".to_owned(), "pwdPolicy".to_owned()]),
        ),
        ("pwdAttribute".to_owned(), one("userPassword")),
        ("pwdCheckQuality".to_owned(), one("2")),
        ("pwdMinLength".to_owned(), one("17")),
    ];
    let mut admin = peer.admin().await;
    let added = admin.add(&place, attributes).await;
    added.unwrap().success().unwrap();
    peer.set(&name, "pwdPolicySubentry", &place).await;
    assert_eq!(rules(&ldap, &name).await.min, Some(17));
    let longer = Mod::Replace("pwdMinLength", HashSet::from(["18"]));
    let changed = admin.modify(&place, vec![longer]).await;
    changed.unwrap().success().unwrap();
    assert_eq!(rules(&ldap, &name).await.min, Some(17));
    assert_eq!(rules(&peer.ldap(), &name).await.min, Some(18));
}

#[tokio::test]
async fn hints_are_texts_and_nothing_else() {
    let Some(peer) = Peer::new() else { return };
    let name = peer.person("mail: ana.home@mail.example").await;
    peer.set(&name, "mobile", "+1 212 555 0142").await;
    peer.set(&name, "preferredLanguage", "es-MX, en;q=0.5")
        .await;
    let hints = peer.ldap().find(&name).await.unwrap().unwrap().hints;
    assert_eq!(hints.mail, ["ana.home@mail.example"]);
    assert_eq!(hints.phone, ["+1 212 555 0142"]);
    assert_eq!(hints.language.as_deref(), Some("es-MX, en;q=0.5"));
    let change = Mod::Replace(
        b"jpegPhoto".to_vec(),
        HashSet::from([vec![0xff, 0xd8, 0xff]]),
    );
    let changed = peer
        .admin()
        .await
        .modify(&peer.dn(&name), vec![change])
        .await;
    changed.unwrap().success().unwrap();
    let binary = peer.ldap_with(|settings| {
        settings.mail_attribute = "jpegPhoto".to_owned();
        settings.phone_attribute = "telexNumber".to_owned();
    });
    let hints = binary.find(&name).await.unwrap().unwrap().hints;
    assert!(hints.mail.is_empty() && hints.phone.is_empty());
}

/// The running 389 Directory Server, and its administrator.
async fn ds389() -> Option<(LdapSettings, ldap3::Ldap)> {
    let Ok(plain) = std::env::var("KEYMEND_TEST_389") else {
        println!("KEYMEND_TEST_389 is not set: 389 Directory Server is left out");
        return None;
    };
    let mut settings = Peer::new()?.settings();
    settings.url = std::env::var("KEYMEND_TEST_389S").unwrap().parse().unwrap();
    settings.ca_file = std::env::var("KEYMEND_TEST_389_CA").ok().map(Into::into);
    settings.id_attribute = "nsUniqueId".to_owned();
    settings.policy = Some("cn=config".to_owned());
    let (driven, mut admin) = LdapConnAsync::new(&plain).await.unwrap();
    tokio::spawn(driven.drive());
    let bound = admin.simple_bind("cn=Directory Manager", "admin-secret-1");
    bound.await.unwrap().success().unwrap();
    Some((settings, admin))
}

async fn person_of_389(admin: &mut ldap3::Ldap, policy: Option<&str>) -> String {
    let name = peer::unique();
    let one = |value: &str| HashSet::from([value.to_owned()]);
    let mut attributes = vec![
        ("objectClass".to_owned(), one("inetOrgPerson")),
        ("cn".to_owned(), one("Thornbury Test")),
        ("sn".to_owned(), one("Thornbury")),
        ("uid".to_owned(), one(&name)),
        ("userPassword".to_owned(), one(OLD)),
    ];
    if let Some(policy) = policy {
        let place = format!("cn={policy},ou=policies,dc=campus,dc=example");
        attributes.push(("pwdPolicySubentry".to_owned(), one(&place)));
    }
    let dn = format!("uid={name},ou=people,dc=campus,dc=example");
    let added = admin.add(&dn, attributes).await;
    added.unwrap().success().unwrap();
    name
}

#[tokio::test]
async fn the_policies_of_389_are_read_and_hold() {
    let Some((settings, mut admin)) = ds389().await else {
        return;
    };
    let ldap = Ldap::new(settings).unwrap();
    let everybody = rules(&ldap, &person_of_389(&mut admin, None).await).await;
    assert_eq!((everybody.min, everybody.history), (Some(10), Some(4)));
    let name = person_of_389(&mut admin, Some("strict")).await;
    let strict = rules(&ldap, &name).await;
    assert_eq!((strict.min, strict.history), (Some(12), Some(7)));
    assert_eq!(strict.kinds, Some(Kinds::Ds389(3)));
    assert_eq!((strict.least.digits, strict.repeats), (3, Some(2)));
    assert!(!strict.more);
    // What we call a fault the server calls one, and what we let pass it takes.
    for new in [
        "quiet-lantern-42",
        "Quiet-Lantern-Gravel",
        "quietlantern427",
        "Quieeet-Lantern-427",
        "My-Thornbury-42759",
        "Quiet-Lantern-427",
        "Quiett-Lantern-4275",
        "ΜμΜμ-Ωω-Garden-4271",
    ] {
        let faults = strict.faults(&password(new));
        let said = told(&ldap, &name, new).await;
        assert_eq!(
            faults.is_empty(),
            said.is_none(),
            "{new}: {faults:?} {said:?}"
        );
    }
}

#[tokio::test]
async fn the_policies_of_a_domain_are_read_and_hold() {
    let Some(domain) = Domain::new() else { return };
    let (ldap, name) = (domain.ldap(), domain.person().await);
    let everybody = rules(&ldap, &name).await;
    assert_eq!((everybody.min, everybody.history), (Some(8), Some(3)));
    assert_eq!(everybody.max_age, Some(Duration::from_hours(42 * 24)));
    assert_eq!(everybody.kinds, Some(Kinds::ActiveDirectory));
    assert!(everybody.names.contains(&"Person".to_owned()));
    for new in [
        "correct horse battery",
        "Correct horse battery",
        "Correct-horse-battery",
        "correct-horse-5",
        "مرحبا-بكم-57",
        "Éété57été",
    ] {
        let faults = everybody.faults(&password(new));
        let said = told(&ldap, &name, new).await;
        assert_eq!(
            faults.is_empty(),
            said.is_none(),
            "{new}: {faults:?} {said:?}"
        );
    }
    let vip = "CN=vip,OU=Groups,DC=ad,DC=campus,DC=example";
    let dn = domain.dn(&name);
    let change = Mod::Add("member", HashSet::from([dn.as_str()]));
    let changed = domain.admin().await.modify(vip, vec![change]).await;
    changed.unwrap().success().unwrap();
    let strict = rules(&ldap, &name).await;
    assert_eq!((strict.min, strict.history), (Some(16), Some(5)));
    assert!(!everybody.more && !strict.more);
    assert!(told(&ldap, &name, "Quiet-Lantern-5").await.is_some());
}
