//! Passkeys: one of a name in the whole house, and a counter that is set on once.

use keymend_core::challenge::{Recognised, Spends};
use keymend_core::id;

use super::*;
use crate::webauthn::tests::passkey;

async fn add(
    store: &Store,
    keys: &KeyRing,
    account: &Id<id::Account>,
    destination: &str,
    count: u32,
) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let passkey = passkey(destination);
    tx.keep_passkey(account, &passkey, destination, count, [NOW, NOW], keys)
        .await?;
    tx.commit().await
}

#[tokio::test]
async fn a_passkey_belongs_to_one_account_and_is_found_by_its_name() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let cleo = account(store, "cleo").await;
        for destination in ["one", "two"] {
            add(store, &keys, &bo, destination, 7).await.unwrap();
        }
        for who in [&bo, &cleo] {
            let again = add(store, &keys, who, "one", 0).await;
            assert!(matches!(again, Err(StoreError::Taken)), "{name}");
        }
        let mut tx = store.read().await.unwrap();
        let found = tx.passkey("two", &keys).await.unwrap().unwrap();
        assert_eq!(found.account, bo, "{name}");
        assert_eq!(found.passkey.name.as_str(), "two");
        assert!(tx.passkey("three", &keys).await.unwrap().is_none());
        for (who, which, count) in [
            (Some(&bo), "one", Some(7)),
            (Some(&cleo), "one", None),
            (Some(&bo), "three", None),
            (None, "one", None),
        ] {
            let kept = tx.passkey_count(who, which).await.unwrap();
            assert_eq!(kept, count, "{name} {which}");
        }
        assert_eq!(tx.methods(&bo, &keys).await.unwrap().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn of_signatures_at_once_one_sets_the_counter_on() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let cleo = account(store, "cleo").await;
        add(store, &keys, &bo, "one", 7).await.unwrap();
        let take = async |who: &Id<id::Account>, kept: u32, count: u32| {
            let known = Recognised {
                kind: Kind::Passkey,
                destination: "one".to_owned(),
                verified: true,
                spends: Spends::Signature {
                    kept,
                    count,
                    backed_up: true,
                },
            };
            let mut tx = store.begin().await.unwrap();
            let taken = tx.take(who, &known, NOW).await;
            tx.commit().await.unwrap();
            taken.is_ok()
        };
        assert!(!take(&cleo, 7, 8).await, "{name}: it is bo's");
        let many = futures_util::future::join_all((8..16).map(|count| take(&bo, 7, count))).await;
        assert_eq!(many.iter().filter(|taken| **taken).count(), 1, "{name}");
        let mut tx = store.read().await.unwrap();
        let kept = tx.passkey_count(Some(&bo), "one").await.unwrap().unwrap();
        assert!((8..16).contains(&kept), "{name}");
        drop(tx);
        // The same counter again: for those that never count, and where policy only tells.
        assert!(take(&bo, kept, kept).await, "{name}");
        assert!(take(&bo, kept, kept).await, "{name}");
        assert!(!take(&bo, 7, 20).await, "{name}: seen before others");
    }
}
