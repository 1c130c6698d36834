//! What is written beside a password, and servers without the password modify operation (RFC 3062), against real ones.

use std::time::Duration;

use super::super::offers::{Offers, PASSWORD_MODIFY};
use super::writing::{NEW, change, lock, rejected, reset};
use super::*;
use crate::chance::Clock;

fn peers() -> Vec<Peer> {
    [Peer::new(), Peer::ds389()].into_iter().flatten().collect()
}

fn seconds() -> i64 {
    Clock::System.now().as_millis() / 1000
}

async fn number(peer: &Peer, name: &str, attribute: &str) -> Option<i64> {
    peer.value(name, attribute).await?.parse().ok()
}

#[tokio::test]
async fn a_password_is_replaced_where_the_operation_for_it_is_missing() {
    for peer in peers() {
        let (ldap, name) = (peer.ldap(), peer.person("").await);
        let mut root = ldap.ask_offers().await.unwrap();
        assert!(!root.lacks(PASSWORD_MODIFY));
        root.forget(PASSWORD_MODIFY);
        assert!(root.lacks(PASSWORD_MODIFY));
        ldap.offers.set(root).unwrap();
        lock(&ldap, &name).await;
        let short = rejected(reset(&ldap, &name, "Short-1a").await);
        assert_eq!(short, PasswordFault::TooShortForDirectory);
        reset(&ldap, &name, NEW).await.unwrap();
        assert!(sign_in(&ldap, &name, OLD).await.is_none());
        assert!(sign_in(&ldap, &name, NEW).await.is_some());
        let kept = peer.value(&name, "userPassword").await.unwrap();
        assert!(kept.starts_with('{'), "the server hashes it");
        assert_eq!(
            rejected(reset(&ldap, &name, OLD).await),
            PasswordFault::Used
        );
        let own = "Copper-Meadow-Sail-29";
        change(&ldap, &name, NEW, own).await.unwrap();
        assert!(sign_in(&ldap, &name, own).await.is_some());
    }
}

#[test]
fn a_server_that_says_nothing_is_taken_to_have_the_operation() {
    assert!(!Offers::default().lacks(PASSWORD_MODIFY));
}

#[tokio::test]
async fn a_reset_can_ask_for_another_password_at_the_next_sign_in() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let ldap = peer.ldap_with(|settings| settings.must_change_after_reset = true);
    let name = peer.person("").await;
    lock(&ldap, &name).await;
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.unwrap().must_change);
    assert_eq!(
        rejected(reset(&ldap, &name, OLD).await),
        PasswordFault::Used
    );
    let own = "Copper-Meadow-Sail-29";
    change(&ldap, &name, NEW, own).await.unwrap();
    assert!(!sign_in(&ldap, &name, own).await.unwrap().must_change);
    // Whoever changes an expired password has chosen one already.
    let aged = "pwdPolicySubentry: cn=aged,ou=policies,dc=campus,dc=example";
    let name = peer.person(aged).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    change(&ldap, &name, OLD, NEW).await.unwrap();
    assert_ne!(peer.value(&name, "pwdReset").await.as_deref(), Some("TRUE"));
}

#[tokio::test]
async fn the_day_of_the_last_password_is_kept_for_unix_accounts() {
    for peer in peers() {
        let ldap = peer.ldap_with(|settings| settings.along.shadow = true);
        let unix = peer
            .person("objectClass: shadowAccount\nshadowLastChange: 1")
            .await;
        let today = seconds() / 86_400;
        reset(&ldap, &unix, NEW).await.unwrap();
        let day = number(&peer, &unix, "shadowLastChange").await.unwrap();
        assert!((today..=today + 1).contains(&day));
        peer.set(&unix, "shadowLastChange", "1").await;
        change(&ldap, &unix, NEW, "Copper-Meadow-Sail-29")
            .await
            .unwrap();
        let day = number(&peer, &unix, "shadowLastChange").await.unwrap();
        assert!((today..=today + 1).contains(&day));
        // Nothing is refused for it, and nothing written elsewhere.
        let other = peer.person("").await;
        reset(&ldap, &other, NEW).await.unwrap();
        assert_eq!(number(&peer, &other, "shadowLastChange").await, None);
        // A password that is refused leaves the day alone.
        peer.set(&unix, "shadowLastChange", "1").await;
        assert_eq!(
            rejected(reset(&ldap, &unix, "Short-1a").await),
            PasswordFault::TooShortForDirectory
        );
        assert_eq!(number(&peer, &unix, "shadowLastChange").await, Some(1));
    }
}

#[tokio::test]
async fn the_hash_of_samba_accounts_is_kept() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let ldap = peer.ldap_with(|settings| settings.along.samba = true);
    let name = peer
        .person("objectClass: sambaSamAccount\nsambaSID: S-1-5-21-1-2-3-1000")
        .await;
    let before = seconds();
    reset(&ldap, &name, NEW).await.unwrap();
    let hash = peer.value(&name, "sambaNTPassword").await.unwrap();
    assert_eq!(hash.len(), 32);
    let set = number(&peer, &name, "sambaPwdLastSet").await.unwrap();
    assert!((before..=seconds()).contains(&set));
    change(&ldap, &name, NEW, "Copper-Meadow-Sail-29")
        .await
        .unwrap();
    assert_ne!(peer.value(&name, "sambaNTPassword").await.unwrap(), hash);
}

#[tokio::test]
async fn what_the_operator_names_is_set_by_a_reset_alone() {
    for peer in peers() {
        let ldap = peer.ldap_with(|settings| {
            let note = ("description".to_owned(), "reset {now-unix}".to_owned());
            settings.along.on_reset = vec![note];
        });
        let (name, before) = (peer.person("description: none").await, seconds());
        reset(&ldap, &name, NEW).await.unwrap();
        let note = peer.value(&name, "description").await.unwrap();
        let at: i64 = note.strip_prefix("reset ").unwrap().parse().unwrap();
        assert!((before..=seconds()).contains(&at));
        peer.set(&name, "description", "none").await;
        change(&ldap, &name, NEW, "Copper-Meadow-Sail-29")
            .await
            .unwrap();
        assert_eq!(
            peer.value(&name, "description").await.as_deref(),
            Some("none")
        );
        // What may not be written fails the whole reset, and nobody is told that it went well.
        let ldap = peer.ldap_with(|settings| {
            settings.along.on_reset = vec![("sn".to_owned(), "Other".to_owned())];
        });
        let refused = reset(&ldap, &name, "Maple-Orbit-Tin-83").await;
        assert!(matches!(refused, Err(DirectoryError::NotAllowed)));
        assert!(
            sign_in(&ldap, &name, "Copper-Meadow-Sail-29")
                .await
                .is_some()
        );
    }
}
