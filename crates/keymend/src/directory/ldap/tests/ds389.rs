//! Against a real 389 Directory Server, which `cargo xtask test` starts: where it answers otherwise than OpenLDAP.

use keymend_core::time::Timestamp;
use ldap3::Scope;

use super::super::writing::CLOCKS;
use super::writing::{NEW, change, lock, rejected, reset};
use super::*;
use crate::chance::Clock;

fn policy(name: &str) -> String {
    format!("cn={name},ou=policies,dc=campus,dc=example")
}

#[tokio::test]
async fn a_person_of_389_is_known_by_an_id_that_a_rename_keeps_and_a_namesake_does_not_get() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let entry = ldap.find(&name).await.unwrap().unwrap();
    assert_eq!((&entry.name, &*entry.display_name), (&name, "Test Person"));
    assert!(entry.enabled && !entry.must_change);
    let renamed = format!("{name}-renamed");
    let mut admin = peer.admin().await;
    let (dn, rdn) = (peer.dn(&name), format!("uid={renamed}"));
    let moved = admin.modifydn(&dn, &rdn, true, None);
    moved.await.unwrap().success().unwrap();
    assert!(ldap.find(&name).await.unwrap().is_none());
    let again = ldap.entry(&entry.subject).await.unwrap().unwrap();
    assert_eq!(again.name, renamed);
    peer.add(&name, "").await;
    let other = ldap.find(&name).await.unwrap().unwrap();
    assert_ne!(other.subject, entry.subject);
    admin.delete(&peer.dn(&renamed)).await.unwrap();
    assert!(ldap.entry(&entry.subject).await.unwrap().is_none());
}

#[tokio::test]
async fn an_entry_of_389_with_every_special_character_is_an_entry() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let ldap = peer.ldap();
    // As 389 is delivered, names are ASCII.
    let name = format!("{}, o'x\"+;<=>#\\ (*)", peer::unique());
    peer.add(&name, "").await;
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
}

#[tokio::test]
async fn only_the_right_password_of_an_open_account_of_389_lets_in() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    assert!(sign_in(&ldap, &peer::unique(), OLD).await.is_none());
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(!sign_in(&ldap, &name, OLD).await.unwrap().must_change);
    lock(&ldap, &name).await;
    assert!(ldap.find(&name).await.unwrap().unwrap().enabled);
}

#[tokio::test]
async fn a_disabled_account_of_389_stays_closed() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("nsAccountLock: TRUE").await);
    let entry = ldap.find(&name).await.unwrap().unwrap();
    assert!(!entry.enabled);
    // 389 says so before it looks at the password: nothing is said to anybody.
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    let refused = ldap.unlock(&entry.subject).await;
    assert!(matches!(refused, Err(DirectoryError::NotAllowed)));
    for refused in [
        reset(&ldap, &name, NEW).await,
        change(&ldap, &name, OLD, NEW).await,
    ] {
        assert!(matches!(refused, Err(DirectoryError::NotAllowed)));
    }
}

#[tokio::test]
async fn a_password_that_389_wants_changed_leads_to_the_change() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    peer.set(&name, "pwdPolicySubentry", &policy("renew")).await;
    assert!(!sign_in(&ldap, &name, OLD).await.unwrap().must_change);
    // Set by somebody else, it must be changed: `passwordMustChange` does that by itself.
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(ldap.find(&name).await.unwrap().unwrap().must_change);
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &name, NEW).await.unwrap().must_change);
    let own = "Copper-Meadow-Sail-29";
    change(&ldap, &name, NEW, own).await.unwrap();
    assert!(!sign_in(&ldap, &name, own).await.unwrap().must_change);
    assert!(!ldap.find(&name).await.unwrap().unwrap().must_change);
}

#[tokio::test]
async fn a_password_that_is_expired_in_389_leads_to_the_change() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    peer.set(&name, "pwdPolicySubentry", &policy("aged")).await;
    peer.set(&name, "passwordExpirationTime", "20200101000000Z")
        .await;
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &name, OLD).await.unwrap().must_change);
    let wrong = change(&ldap, &name, "wrong", NEW).await;
    assert!(matches!(wrong, Err(DirectoryError::WrongPassword)));
    change(&ldap, &name, OLD, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
}

#[tokio::test]
async fn a_forgotten_password_is_set_under_the_rules_of_389() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    lock(&ldap, &name).await;
    let short = rejected(reset(&ldap, &name, "Short-1a").await);
    assert_eq!(short, PasswordFault::TooShortForDirectory);
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    let entry = sign_in(&ldap, &name, NEW).await;
    assert!(!entry.expect("a reset opens the lock").must_change);
    // It leaves the moment of the lock behind, which is no lock.
    let since = Clock::System.now();
    assert!(ldap.wrote(&subject, Goal::Unlock, since).await.unwrap());
    // Of the current password 389 says nothing but "no" at first.
    for used in [OLD, NEW] {
        assert_eq!(
            rejected(reset(&ldap, &name, used).await),
            PasswordFault::Used
        );
    }
    let simple = rejected(reset(&ldap, &name, "onlylowercaseletters").await);
    assert_eq!(simple, PasswordFault::Directory);
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
    let young = format!("pwdPolicySubentry: {}", policy("young"));
    let name = peer.person(&young).await;
    change(&ldap, &name, OLD, NEW).await.unwrap();
    let soon = rejected(reset(&ldap, &name, "Copper-Meadow-Sail-29").await);
    assert_eq!(soon, PasswordFault::TooSoon);
}

#[tokio::test]
async fn a_known_password_is_changed_in_389_as_the_person() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let wrong = change(&ldap, &name, "wrong", NEW).await;
    assert!(matches!(wrong, Err(DirectoryError::WrongPassword)));
    let same = rejected(change(&ldap, &name, OLD, OLD).await);
    assert_eq!(same, PasswordFault::SameAsCurrent);
    let short = rejected(change(&ldap, &name, OLD, "Short-1a").await);
    assert_eq!(short, PasswordFault::TooShortForDirectory);
    change(&ldap, &name, OLD, NEW).await.unwrap();
    assert_eq!(
        rejected(change(&ldap, &name, NEW, OLD).await),
        PasswordFault::Used
    );
    peer.set(&name, "pwdPolicySubentry", &policy("young")).await;
    let next = "Copper-Meadow-Sail-29";
    change(&ldap, &name, NEW, next).await.unwrap();
    let soon = rejected(change(&ldap, &name, next, "Maple-Orbit-Tin-83").await);
    assert_eq!(soon, PasswordFault::TooSoon);
}

#[tokio::test]
async fn an_unlock_opens_a_lock_of_389_and_keeps_the_password() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    ldap.unlock(&subject).await.unwrap();
    lock(&ldap, &name).await;
    let since = Clock::System.now();
    assert!(!ldap.wrote(&subject, Goal::Unlock, since).await.unwrap());
    ldap.unlock(&subject).await.unwrap();
    assert!(ldap.wrote(&subject, Goal::Unlock, since).await.unwrap());
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
}

#[tokio::test]
async fn the_moment_of_the_last_password_of_389_tells_whether_it_was_written() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    let begun: Timestamp = Clock::System.now();
    // Nothing but the moment of the entry tells yet.
    let soon = begun.plus(CLOCKS + std::time::Duration::from_secs(5));
    assert!(!ldap.wrote(&subject, Goal::Reset, soon).await.unwrap());
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(ldap.wrote(&subject, Goal::Reset, begun).await.unwrap());
    let later = begun.plus(std::time::Duration::from_mins(10));
    assert!(!ldap.wrote(&subject, Goal::Reset, later).await.unwrap());
}

#[tokio::test]
async fn the_service_account_of_389_has_its_rights_and_no_more() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    reset(&ldap, &name, NEW).await.unwrap();
    let itself = "cn=keymend,ou=services,dc=campus,dc=example";
    let refused = ldap.reset(forgotten(itself), &password(NEW)).await;
    assert!(
        matches!(refused, Err(DirectoryError::NotAllowed)),
        "{refused:?}"
    );
    let secrets = ["userPassword", "passwordHistory"];
    let dn = peer.dn(&name);
    let found = ldap.look(&dn, Scope::Base, "(objectClass=*)", &secrets, 1);
    let found = found.await.unwrap();
    assert!(secrets.iter().all(|secret| !found[0].has(secret)));
}

#[tokio::test]
async fn doctor_finds_389_in_order() {
    let Some(peer) = Peer::ds389() else {
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
}

#[tokio::test]
async fn a_piece_of_the_name_is_what_389_and_its_rules_refuse() {
    let Some(peer) = Peer::ds389() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    // Eight letters in a row out of "Test Person" are enough; the whole name is not there.
    let close = "Kite-est perso-71";
    let rules = ldap.rules(&subject).await.unwrap();
    let word = "est Pers".to_owned();
    assert!(
        rules
            .faults(&password(close))
            .contains(&PasswordFault::DirectoryName { word })
    );
    let said = rejected(reset(&ldap, &name, close).await);
    assert_eq!(said, PasswordFault::Directory);
    assert_eq!(rules.faults(&password("Kite-est per-71")), []);
    reset(&ldap, &name, "Kite-est per-71").await.unwrap();
}
