//! Several servers: who is asked when one does not answer, and what is never asked twice.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ldap3::Mod;
use ldap3::controls::RelaxRules;

use super::super::dialect::standard::MUST_CHANGE;
use super::peer::{until_back, url};
use super::*;
use crate::chance::Clock;
use crate::metrics::Metrics;

const NEW: &str = "Quiet-Lantern-Gravel-57";

/// Somebody who takes what is said, and says nothing.
fn silence(middle: &Ldapx) {
    for op in [Op::Bind, Op::Search, Op::PasswordModify] {
        middle.always(op, Fault::SwallowQuestion);
    }
}

/// Which servers are up, in the order of the configuration.
fn up(ldap: &Ldap) -> Vec<bool> {
    let servers = ldap.server.iter();
    servers.map(|server| server.down().is_none()).collect()
}

async fn reset(ldap: &Ldap, name: &str) -> Result<(), DirectoryError> {
    let entry = ldap.find(name).await.unwrap().unwrap();
    let prepared = Ldap::prepare(&entry.subject, &password(NEW)).unwrap();
    ldap.write(&prepared).await
}

#[tokio::test]
async fn the_next_server_serves_until_the_preferred_one_is_back() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (name, one, other) = (peer.person("").await, peer.middle(), peer.middle());
    let ldap = peer.ldap_over(&[&one, &other]);
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
    assert_eq!(other.asked(Op::Bind), 0, "nobody asks the second one");

    one.vanish();
    // The first one notices, and is served all the same.
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(ldap.find(&peer::unique()).await.unwrap().is_none());
    assert_eq!(up(&ldap), [false, true]);
    reset(&ldap, &name).await.unwrap();

    one.heal();
    until_back(&ldap).await;
    let before = other.asked(Op::Bind);
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
    assert_eq!(
        other.asked(Op::Bind),
        before,
        "the preferred one is asked again"
    );
}

#[tokio::test]
async fn a_server_that_stays_silent_costs_one_wait_and_no_answer() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (name, one, other) = (peer.person("").await, peer.middle(), peer.middle());
    silence(&one);
    let ldap = peer.ldap_over(&[&one, &other]);
    assert!(ldap.find(&name).await.unwrap().is_some());
    assert_eq!(up(&ldap), [false, true]);
    assert_eq!(one.asked(Op::Bind), 1);
    // And one that goes silent on a line that was good.
    silence(&other);
    let down = ldap.find(&name).await;
    assert!(matches!(down, Err(DirectoryError::Down(_))), "{down:?}");
    assert!(!up(&ldap)[1]);
}

#[tokio::test]
async fn a_sign_in_is_finished_on_the_next_server() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (name, one, other) = (peer.person("").await, peer.middle(), peer.middle());
    let ldap = peer.ldap_over(&[&one, &other]);
    assert!(ldap.find(&name).await.unwrap().is_some());
    // It answers look-ups, and says "busy" or nothing to those who sign in.
    let busy = Said {
        code: 51,
        words: "busy",
        policy: None,
    };
    for fault in [Fault::Say(busy), Fault::Cut] {
        one.once(Op::Bind, fault);
        assert!(sign_in(&ldap, &name, OLD).await.is_some());
        assert_eq!(up(&ldap), [false, true]);
        until_back(&ldap).await;
    }
    // Afterwards it is asked again, as if nothing had been.
    let before = other.asked(Op::Bind);
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
    assert_eq!(other.asked(Op::Bind), before);
}

#[tokio::test]
async fn strangers_and_colleagues_hear_the_same_of_a_directory_that_is_down() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (name, one, other) = (peer.person("").await, peer.middle(), peer.middle());
    // Not let in, they are left alone for so long that nothing comes between.
    let ldap = peer.ldap_with(|settings| {
        settings.bind_password = password("wrong");
        settings.url = [&one, &other].map(url).into_iter().collect();
    });
    assert!(ldap.find(&name).await.is_err());
    assert_eq!(up(&ldap), [false, false]);
    let before = one.asked(Op::Bind) + other.asked(Op::Bind);
    let mut said = HashSet::new();
    for typed in [&name, &peer::unique()] {
        for _ in 0..25 {
            said.insert(ldap.find(typed).await.unwrap_err().to_string());
            let name = ldap.name(typed).unwrap();
            let refused = ldap.sign_in(&name, &password(OLD)).await;
            said.insert(refused.unwrap_err().to_string());
        }
    }
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said.iter().all(|said| said.contains("not let in")));
    assert_eq!(
        one.asked(Op::Bind) + other.asked(Op::Bind),
        before,
        "nobody tried"
    );
}

#[tokio::test]
async fn a_write_that_was_not_answered_is_sent_to_nobody_else() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (name, one, other) = (peer.person("").await, peer.middle(), peer.middle());
    let (since, ldap) = (Clock::System.now(), peer.ldap_over(&[&one, &other]));
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    one.always(Op::PasswordModify, Fault::SwallowQuestion);
    let said = reset(&ldap, &name).await;
    assert!(matches!(said, Err(DirectoryError::Unknown(_))), "{said:?}");
    assert_eq!(
        (
            one.asked(Op::PasswordModify),
            other.asked(Op::PasswordModify)
        ),
        (1, 0)
    );
    assert!(sign_in(&ldap, &name, OLD).await.is_some());

    until_back(&ldap).await;
    one.always(Op::PasswordModify, Fault::Vanish);
    let said = reset(&ldap, &name).await;
    assert!(matches!(said, Err(DirectoryError::Unknown(_))), "{said:?}");
    assert_eq!(
        (
            one.asked(Op::PasswordModify),
            other.asked(Op::PasswordModify)
        ),
        (2, 0)
    );
    // It was written, and the other one can tell.
    assert!(ldap.wrote(&subject, Goal::Reset, since).await.unwrap());
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
}

#[tokio::test]
async fn a_line_that_lay_idle_or_was_cut_does_not_fail_a_request() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let (ldap, middle) = peer.through();
    assert!(ldap.find(&name).await.unwrap().is_some());
    assert!(ldap.find(&name).await.unwrap().is_some());
    assert_eq!(middle.asked(Op::Bind), 1, "one line serves");
    // A firewall forgets idle connections and tells nobody: such a line is not used again.
    for server in ldap.server.iter() {
        server.idle_for(Duration::from_secs(61)).await;
    }
    reset(&ldap, &name).await.unwrap();
    assert_eq!((middle.asked(Op::Bind), up(&ldap)), (2, vec![true]));
    // A restart, while the line was good.
    middle.vanish();
    middle.heal();
    assert!(ldap.find(&name).await.unwrap().is_some());
    // A server that ends the line at the next question.
    middle.once(Op::Search, Fault::Cut);
    assert!(ldap.find(&name).await.unwrap().is_some());
    assert_eq!((middle.asked(Op::Bind), up(&ldap)), (4, vec![true]));
}

#[tokio::test]
async fn a_slow_directory_holds_so_many_and_tells_the_others_at_once() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (ldap, middle) = peer.through();
    silence(&middle);
    let (ldap, mut asking) = (Arc::new(ldap), Vec::new());
    for _ in 0..400 {
        let ldap = Arc::clone(&ldap);
        asking.push(tokio::spawn(async move { ldap.find("boss").await }));
    }
    let mut busy = 0;
    for one in asking {
        let said = one.await.unwrap().unwrap_err().to_string();
        busy += usize::from(said.contains("too many questions"));
    }
    assert!(busy >= 400 - 64 * 5, "{busy}");
    assert_eq!(middle.asked(Op::Bind), 1, "they share one line");
}

/// DI-167. Two places of one server stand for a directory and a copy that is late.
#[tokio::test]
async fn a_copy_that_is_late_decides_nothing() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let mut admin = peer.admin().await;
    let (name, place) = (peer::unique(), peer::unique());
    let one = |value: &str| HashSet::from([value.to_owned()]);
    let here = format!("ou={place},ou=people,dc=campus,dc=example");
    let late = format!("ou=late,{here}");
    let now = format!("ou=now,{here}");
    for (ou, dn) in [(place.as_str(), &here), ("late", &late), ("now", &now)] {
        let attributes = vec![("objectClass", one("organizationalUnit")), ("ou", one(ou))];
        let attributes = attributes
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect();
        admin.add(dn, attributes).await.unwrap().success().unwrap();
    }
    let id = format!("a76df3c6-7bd2-1041-9939-{:012x}", rand_number());
    for (base, rdn, shown) in [(&late, &name, "Late"), (&now, &peer::unique(), "Now")] {
        let attributes = vec![
            ("objectClass".to_owned(), one("inetOrgPerson")),
            ("cn".to_owned(), one(shown)),
            ("sn".to_owned(), one("Test")),
            ("userPassword".to_owned(), one(OLD)),
            ("uid".to_owned(), HashSet::from([name.clone(), rdn.clone()])),
            ("entryUUID".to_owned(), one(&id)),
        ];
        let dn = format!("uid={rdn},{base}");
        let relaxed = admin.with_controls(RelaxRules);
        relaxed
            .add(&dn, attributes)
            .await
            .unwrap()
            .success()
            .unwrap();
        if shown == "Late" {
            let change = Mod::Replace(MUST_CHANGE, HashSet::from(["TRUE"]));
            let set = admin.modify(&dn, vec![change]).await;
            set.unwrap().success().unwrap();
        }
    }
    let copy = peer.middle();
    let mut ldap = peer.ldap_with(|settings| settings.base = now);
    ldap.copies = Some(Box::new(peer.ldap_with(|settings| {
        settings.base = late;
        settings.url = [url(&copy)].into_iter().collect();
    })));

    // By name: what the copy says. By id: what is so.
    let found = ldap.find(&name).await.unwrap().unwrap();
    assert_eq!(
        (found.display_name.as_str(), found.must_change),
        ("Late", true)
    );
    let entry = ldap.entry(&found.subject).await.unwrap().unwrap();
    assert_eq!(
        (entry.display_name.as_str(), entry.must_change),
        ("Now", false)
    );
    // Moved and changed meanwhile: the sign-in goes where the entry is now.
    let entry = sign_in(&ldap, &name, OLD).await.unwrap();
    assert!(
        !entry.must_change,
        "a change that was made is not asked for again"
    );
    assert!(sign_in(&ldap, &name, "wrong").await.is_none());
    assert!(sign_in(&ldap, &peer::unique(), OLD).await.is_none());
    // The copy never hears of the new password, and nobody says that it failed.
    let since = Clock::System.now();
    reset(&ldap, &name).await.unwrap();
    assert!(
        ldap.wrote(&found.subject, Goal::Reset, since)
            .await
            .unwrap()
    );
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
    // Without the copy the others are asked.
    copy.vanish();
    let found = ldap.find(&name).await.unwrap().unwrap();
    assert_eq!(found.display_name, "Now");
    assert!(ldap.copies.as_ref().is_some_and(|it| up(it) == [false]));
}

fn rand_number() -> u64 {
    use rand_core::TryRng as _;
    Os.try_next_u64().unwrap() & 0xffff_ffff_ffff
}

#[tokio::test]
async fn the_numbers_tell_who_is_down() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (middle, metrics) = (peer.middle(), Metrics::default());
    let mut settings = peer.settings();
    settings.url = [url(&middle)].into_iter().collect();
    let ldap = Ldap::measured(settings, &metrics.directories, "campus").unwrap();
    let of = |name: &str| {
        let server = middle.address;
        format!("keymend_directory_{name}{{directory=\"campus\",serves=\"all\",server=\"{server}\"")
    };
    let open = "keymend_directory_breaker_open{directory=\"campus\",serves=\"all\"}";
    assert!(ldap.find("boss").await.unwrap().is_some());
    let text = metrics.text();
    assert!(text.contains(&format!("{}}} 1", of("server_up"))), "{text}");
    assert!(text.contains(&format!("{open} 0")), "{text}");
    let answered = ",operation=\"search\",outcome=\"answered\"} 1";
    let answered = format!("{}{answered}", of("operations_total"));
    assert!(text.contains(&answered), "{text}");
    let took = format!("{},operation=\"bind\"}} 1", of("operation_seconds_count"));
    assert!(text.contains(&took), "{text}");
    middle.vanish();
    assert!(ldap.find("boss").await.is_err());
    let text = metrics.text();
    assert!(text.contains(&format!("{}}} 0", of("server_up"))), "{text}");
    assert!(text.contains(&format!("{open} 1")), "{text}");
}
