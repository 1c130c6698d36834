//! Recovery codes: each is taken once, and a set goes with what it was.

use futures_util::future::join_all;
use keymend_core::challenge::{Recognised, Spends};
use keymend_core::id;
use keymend_core::recovery::{self, MANY, RecoveryCode};
use keymend_core::registration::NewCodes;

use super::*;

fn fresh() -> NewCodes {
    NewCodes {
        set: Id::random(&mut Os),
        codes: recovery::set(&mut Os),
        at: NOW,
        until: NOW,
    }
}

async fn keep(store: &Store, keys: &KeyRing, who: &Id<id::Account>, new: &NewCodes) {
    let mut tx = store.begin().await.unwrap();
    tx.keep_codes(who, new, [NOW, NOW], keys).await.unwrap();
    tx.commit().await.unwrap();
}

/// What a code of somebody is recognised as.
async fn known(
    store: &Store,
    keys: &KeyRing,
    who: &Id<id::Account>,
    code: &RecoveryCode,
) -> Option<Recognised> {
    let mut tx = store.read().await.unwrap();
    let found = tx.recovery_code(who, code.look_up()).await.unwrap();
    recovery::check(code, found, &keys.codes)
}

async fn take(store: &Store, who: &Id<id::Account>, known: &Recognised) -> bool {
    let mut tx = store.begin().await.unwrap();
    let taken = tx.take(who, known, NOW).await;
    tx.commit().await.unwrap();
    taken.is_ok()
}

async fn left(store: &Store, keys: &KeyRing, who: &Id<id::Account>) -> Option<u32> {
    let mut tx = store.read().await.unwrap();
    let methods = tx.methods(who, keys).await.unwrap();
    methods.iter().find_map(|method| match method.holding {
        Holding::Codes { left } => Some(left),
        _ => None,
    })
}

#[tokio::test]
async fn a_code_is_its_owners_and_is_taken_once() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let (bo, cleo) = (account(store, "bo").await, account(store, "cleo").await);
        let set = fresh();
        keep(store, &keys, &bo, &set).await;
        keep(store, &keys, &cleo, &fresh()).await;
        assert_eq!(left(store, &keys, &bo).await, Some(10), "{name}");
        let code = &set.codes[4];
        assert_eq!(known(store, &keys, &cleo, code).await, None, "{name}");
        assert_eq!(known(store, &keys, &Id::nobodys(), code).await, None);
        let seen = known(store, &keys, &bo, code).await.unwrap();
        assert_eq!(seen.destination, set.set.as_str());
        assert!(!take(store, &cleo, &seen).await, "{name}: it is bo's");
        assert!(take(store, &bo, &seen).await, "{name}");
        assert!(!take(store, &bo, &seen).await, "{name}: again");
        assert_eq!(known(store, &keys, &bo, code).await, None, "{name}");
        assert_eq!(left(store, &keys, &bo).await, Some(9), "{name}");
        assert_eq!(left(store, &keys, &cleo).await, Some(10), "{name}");
    }
}

#[tokio::test]
async fn of_twenty_at_once_one_takes_a_code() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let set = fresh();
        keep(store, &keys, &bo, &set).await;
        let seen = known(store, &keys, &bo, &set.codes[0]).await.unwrap();
        let taken = join_all((0..20).map(|_| take(store, &bo, &seen))).await;
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{name}");
        assert_eq!(left(store, &keys, &bo).await, Some(9), "{name}");
    }
}

#[tokio::test]
async fn a_new_set_ends_the_old_one_whatever_was_seen_of_it() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let (old, new) = (fresh(), fresh());
        keep(store, &keys, &bo, &old).await;
        let seen = known(store, &keys, &bo, &old.codes[0]).await.unwrap();
        keep(store, &keys, &bo, &new).await;
        assert!(!take(store, &bo, &seen).await, "{name}: seen before");
        for code in &old.codes {
            assert_eq!(known(store, &keys, &bo, code).await, None, "{name}");
        }
        for code in &new.codes {
            assert!(known(store, &keys, &bo, code).await.is_some(), "{name}");
        }
        let mut tx = store.begin().await.unwrap();
        let rest = tx.codes_left(old.set.as_str()).await.unwrap();
        assert_eq!(rest, 0, "{name}: nothing of it stays");
        assert!(tx.drop_method(&bo, Kind::Codes).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(
            known(store, &keys, &bo, &new.codes[0]).await,
            None,
            "{name}"
        );
    }
}

#[tokio::test]
async fn of_sets_that_are_kept_at_once_one_whole_set_is_left() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let sets: Vec<_> = (0..6).map(|_| fresh()).collect();
        let keeping = sets.iter().map(async |set| {
            let mut tx = store.begin().await.unwrap();
            if tx.keep_codes(&bo, set, [NOW, NOW], &keys).await.is_ok() {
                tx.commit().await.unwrap();
            }
        });
        join_all(keeping).await;
        assert_eq!(left(store, &keys, &bo).await, Some(10), "{name}");
        let mut whole = 0;
        for set in &sets {
            let mut there = 0;
            for code in &set.codes {
                there += usize::from(known(store, &keys, &bo, code).await.is_some());
            }
            assert!([0, MANY].contains(&there), "{name}: {there}");
            whole += usize::from(there == MANY);
        }
        assert_eq!(whole, 1, "{name}");
    }
}

#[tokio::test]
async fn nothing_that_is_stored_shows_a_code() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let set = fresh();
        keep(store, &keys, &bo, &set).await;
        let mut tx = store.read().await.unwrap();
        for code in &set.codes {
            let kept = tx
                .recovery_code(&bo, code.look_up())
                .await
                .unwrap()
                .unwrap();
            let text = String::from(kept.digest);
            assert!(!text.contains(&code.shown()[5..9]), "{name}");
            let spends = Spends::Code {
                look_up: code.look_up().to_owned(),
            };
            assert_eq!(known(store, &keys, &bo, code).await.unwrap().spends, spends);
        }
    }
}
