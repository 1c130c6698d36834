//! The same people on both engines, counted for operators and by a simulation.

use keymend_core::id::{self, Id};
use keymend_core::policy::{Preset, Profile, Selectors, Terms};

use super::*;
use crate::chance::Os;
use crate::cli::policy::simulate::simulate;
use crate::keys::KeyRing;
use crate::store::methods::{Fresh, Holding};
use crate::store::tests::{Engine, engines, keys};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Somebody who signed in once, and registered these.
async fn join(store: &Store, keys: &KeyRing, directory: &str, kinds: &[Kind]) {
    let mut tx = store.begin().await.unwrap();
    let id: Id<id::Account> = Id::random(&mut Os);
    let row = tx
        .see_account(&id, directory, id.as_str(), id.as_str(), "en", NOW)
        .await
        .unwrap();
    let account = row.id().unwrap();
    // Nothing is unsealed, so it does not matter what they hold.
    let holding = Holding::Questions {
        ids: Vec::new(),
        hash: String::new(),
    };
    for kind in kinds {
        let fresh = Fresh {
            holding: &holding,
            kind: *kind,
            destination: kind.as_str(),
            now: NOW,
            usable_from: NOW,
        };
        tx.keep_method(&account, &fresh, keys).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Three proofs of clerks, two of everybody else; nobody was asked yet who is one.
fn clerks() -> Vec<Profile> {
    let selectors = Selectors {
        groups: vec!["clerks".to_owned()],
        ..Selectors::default()
    };
    let terms = Terms {
        gates: Some(3),
        ..Terms::default()
    };
    let name = "clerks".to_owned();
    vec![Profile {
        name,
        selectors,
        terms,
    }]
}

#[tokio::test]
async fn operators_are_told_what_a_simulation_says_of_today() {
    let keys = keys();
    let base = Preset::Seed.policy();
    let policies = [Vec::new(), clerks()].map(|profiles| Profiles::new(&base, profiles));
    for Engine { store, name, .. } in &engines().await {
        for kinds in [
            &[Kind::Phone, Kind::Email, Kind::Questions][..],
            &[Kind::Phone, Kind::Email],
            &[Kind::Email, Kind::Questions],
            &[Kind::Phone],
            &[],
            &[],
        ] {
            join(store, &keys, "local", kinds).await;
        }
        join(store, &keys, "gone", &[Kind::Phone]).await;
        for (today, [ready, one_loss, not_ready]) in policies.iter().zip([[1, 2, 3], [0, 1, 5]]) {
            let counted = count(store, today, &["local"], NOW).await.unwrap();
            let right = Count {
                ready,
                one_loss,
                not_ready,
            };
            assert_eq!(counted, (right, 1), "{name}");
            let tally = simulate(store, [today, &policies[0]], &["local"], NOW, None).await;
            let tally = tally.unwrap();
            assert_eq!((tally.today, tally.left_out), counted, "{name}");
        }
    }
}

#[tokio::test]
async fn everybody_is_on_one_page_however_many_fit_on_it() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        for directory in ["local", "gone", "gone", "local", "local"] {
            join(store, &keys, directory, &[]).await;
        }
        for most in 1..=6 {
            let mut everybody = Everybody::new(store, &["local"], &[]);
            let mut seen = Vec::new();
            while let Some(people) = everybody.page(most).await.unwrap() {
                seen.extend(people.into_iter().map(|somebody| somebody.row.id));
            }
            assert!(seen.is_sorted() && seen.len() == 3, "{name}: {seen:?}");
            assert_eq!(everybody.left_out, 2, "{name}, {most} at once");
        }
    }
}
