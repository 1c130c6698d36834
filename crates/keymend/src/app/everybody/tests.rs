//! The same people on both engines, counted for operators and by a simulation.

use keymend_core::id::{self, Id};

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

#[tokio::test]
async fn whoever_counts_everybody_counts_as_a_simulation_does() {
    let keys = keys();
    let profiles = Profiles::new(&Policy::default(), Vec::new());
    for Engine { store, name, .. } in &engines().await {
        for kinds in [
            &[Kind::Phone, Kind::Email, Kind::Questions][..],
            &[Kind::Phone, Kind::Email],
            &[Kind::Email, Kind::Phone],
            &[Kind::Phone],
            &[],
            &[],
        ] {
            join(store, &keys, "local", kinds).await;
        }
        join(store, &keys, "gone", &[Kind::Phone]).await;
        let counted = count(store, &profiles, &["local"], NOW).await.unwrap();
        let count = Count {
            ready: 1,
            one_loss: 2,
            not_ready: 3,
        };
        assert_eq!(counted, (count, 1), "{name}");
        let policies = [&profiles, &profiles];
        let tally = simulate(store, policies, &["local"], NOW, None).await;
        let tally = tally.unwrap();
        assert_eq!((tally.today, tally.left_out), counted, "{name}");
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
