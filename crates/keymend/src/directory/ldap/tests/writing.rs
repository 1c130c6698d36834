//! New passwords, unlocks, and servers that do not say what they did.

use std::time::Duration;

use super::super::dialect::standard::MUST_CHANGE;
use super::super::writing::CLOCKS;
use super::peer::until_back;
use super::*;
use crate::chance::Clock;

pub(super) const NEW: &str = "Quiet-Lantern-Gravel-57";

pub(super) async fn reset(ldap: &Ldap, name: &str, new: &str) -> Result<(), DirectoryError> {
    let entry = ldap.find(name).await.unwrap().unwrap();
    let prepared = Ldap::prepare(&entry.subject, &password(new)).unwrap();
    ldap.write(&prepared).await
}

pub(super) async fn change(
    ldap: &Ldap,
    name: &str,
    old: &str,
    new: &str,
) -> Result<(), DirectoryError> {
    let entry = ldap.find(name).await.unwrap().unwrap();
    ldap.change(&entry.subject, &password(old), &password(new))
        .await
}

pub(super) async fn lock(ldap: &Ldap, name: &str) {
    for _ in 0..3 {
        assert!(sign_in(ldap, name, "wrong").await.is_none());
    }
    assert!(sign_in(ldap, name, OLD).await.is_none());
}

pub(super) fn rejected(said: Result<(), DirectoryError>) -> PasswordFault {
    match said {
        Err(DirectoryError::Rejected(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_forgotten_password_is_set_under_the_directorys_rules() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    lock(&ldap, &name).await;
    let short = rejected(reset(&ldap, &name, "too-short").await);
    assert_eq!(short, PasswordFault::TooShortForDirectory);
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    let entry = sign_in(&ldap, &name, NEW).await;
    assert!(!entry.expect("a reset opens the lock").must_change);
    assert_eq!(
        rejected(reset(&ldap, &name, NEW).await),
        PasswordFault::Used
    );
    assert_eq!(
        rejected(reset(&ldap, &name, OLD).await),
        PasswordFault::Used
    );
    assert!(matches!(
        Ldap::prepare("", &password(NEW)),
        Err(DirectoryError::NotAllowed)
    ));
}

#[tokio::test]
async fn the_service_account_may_set_nobody_elses_password() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let ldap = peer.ldap();
    let dn = "cn=keymend,ou=services,dc=campus,dc=example";
    let refused = ldap.reset(forgotten(dn), &password(NEW)).await;
    assert!(
        matches!(refused, Err(DirectoryError::NotAllowed)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_known_password_is_changed_as_the_person() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    for wrong in ["wrong", ""] {
        let refused = change(&ldap, &name, wrong, NEW).await;
        assert!(matches!(refused, Err(DirectoryError::WrongPassword)));
    }
    let same = rejected(change(&ldap, &name, OLD, OLD).await);
    assert_eq!(same, PasswordFault::SameAsCurrent);
    let short = rejected(change(&ldap, &name, OLD, "too-short").await);
    assert_eq!(short, PasswordFault::TooShortForDirectory);
    change(&ldap, &name, OLD, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
    assert_eq!(
        rejected(change(&ldap, &name, NEW, OLD).await),
        PasswordFault::Used
    );

    let young = "pwdPolicySubentry: cn=young,ou=policies,dc=campus,dc=example";
    let name = peer.person(young).await;
    let soon = rejected(change(&ldap, &name, OLD, NEW).await);
    assert_eq!(soon, PasswordFault::TooSoon);
}

#[tokio::test]
async fn a_password_that_must_be_changed_leads_to_the_change() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, name) = (peer.ldap(), peer.person("").await);
    peer.set(&name, MUST_CHANGE, "TRUE").await;
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &name, OLD).await.unwrap().must_change);
    change(&ldap, &name, OLD, NEW).await.unwrap();
    assert!(!sign_in(&ldap, &name, NEW).await.unwrap().must_change);
}

#[tokio::test]
async fn an_expired_password_leads_to_the_change() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let aged = "pwdPolicySubentry: cn=aged,ou=policies,dc=campus,dc=example";
    let (ldap, name) = (peer.ldap(), peer.person(aged).await);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &name, OLD).await.unwrap().must_change);
    let wrong = change(&ldap, &name, "wrong", NEW).await;
    assert!(matches!(wrong, Err(DirectoryError::WrongPassword)));
    change(&ldap, &name, OLD, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
}

#[tokio::test]
async fn an_unlock_opens_the_lock_and_keeps_the_password() {
    let Some(peer) = Peer::new() else {
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
    // The failures are forgotten too: one wrong try does not lock again.
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
}

#[tokio::test]
async fn silence_after_a_write_is_unknown_until_the_directory_is_back() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (name, since) = (peer.person("").await, Clock::System.now());
    let (ldap, middle) = peer.through();
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    middle.always(Op::PasswordModify, Fault::Vanish);
    let said = reset(&ldap, &name, NEW).await;
    assert!(matches!(said, Err(DirectoryError::Unknown(_))), "{said:?}");
    let down = ldap.wrote(&subject, Goal::Reset, since).await;
    assert!(matches!(down, Err(DirectoryError::Down(_))));
    middle.heal();
    until_back(&ldap).await;
    assert!(ldap.wrote(&subject, Goal::Reset, since).await.unwrap());
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
}

#[tokio::test]
async fn a_write_that_never_arrived_is_not_taken_for_one() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let (ldap, middle) = peer.through();
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    middle.always(Op::PasswordModify, Fault::SwallowQuestion);
    let said = reset(&ldap, &name, NEW).await;
    assert!(matches!(said, Err(DirectoryError::Unknown(_))), "{said:?}");
    // The password that the account was made with is older than this write.
    let since = Clock::System.now().plus(CLOCKS + Duration::from_secs(5));
    assert!(!ldap.wrote(&subject, Goal::Reset, since).await.unwrap());
    middle.heal();
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
}

#[tokio::test]
async fn a_line_that_breaks_after_a_write_is_made_good_by_trying_the_password() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let (ldap, middle) = peer.through();
    middle.always(Op::PasswordModify, Fault::Cut);
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
}

#[tokio::test]
async fn a_new_password_whose_answer_does_not_come_is_tried() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let (ldap, middle) = peer.through();
    middle.always(Op::PasswordModify, Fault::SwallowAnswer);
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
}

#[tokio::test]
async fn a_stopped_server_is_down_and_comes_back() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let (ldap, middle) = peer.through();
    middle.vanish();
    let down = ldap.find(&name).await;
    assert!(matches!(down, Err(DirectoryError::Down(_))), "{down:?}");
    // Whoever comes next is told at once.
    let typed = ldap.name(&name).unwrap();
    for _ in 0..50 {
        let down = ldap.sign_in(&typed, &password(OLD)).await;
        assert!(matches!(down, Err(DirectoryError::Down(_))), "{down:?}");
    }
    middle.heal();
    until_back(&ldap).await;
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
}
