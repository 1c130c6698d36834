//! Authenticator apps: several of one account, and a step that is taken once.

use keymend_core::id;
use keymend_core::label::Label;
use keymend_core::totp::{App, Seen};

use super::*;

async fn add(store: &Store, keys: &KeyRing, account: &Id<id::Account>, name: &str, step: i64) {
    let app = App::new(Label::parse(name).unwrap(), &mut Os);
    let mut tx = store.begin().await.unwrap();
    tx.keep_app(account, &app, step, [NOW, NOW], keys)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn apps_stand_beside_each_other_and_other_methods_do_not() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        for app in ["one", "two"] {
            add(store, &keys, &bo, app, 7).await;
        }
        let holding = Holding::Questions {
            ids: Vec::new(),
            hash: String::new(),
        };
        let fresh = Fresh {
            holding: &holding,
            kind: Kind::Questions,
            destination: "q",
            now: NOW,
            usable_from: NOW,
        };
        let mut tx = store.begin().await.unwrap();
        for _ in 0..2 {
            tx.keep_method(&bo, &fresh, &keys).await.unwrap();
        }
        let methods = tx.methods(&bo, &keys).await.unwrap();
        let kinds: Vec<_> = methods.iter().map(|method| method.kind).collect();
        assert_eq!(kinds, [Kind::App, Kind::App, Kind::Questions], "{name}");
        let which = methods[0].destination.clone();
        assert_ne!(which, methods[1].destination);
        tx.drop_one(&bo, Kind::App, &which).await.unwrap();
        assert_eq!(tx.methods(&bo, &keys).await.unwrap().len(), 2, "{name}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn as_many_apps_are_read_and_opened_for_everybody() {
    let most = Kind::App.most();
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let cleo = account(store, "cleo").await;
        for at in 0..most {
            add(store, &keys, &bo, &format!("app {at}"), 3).await;
        }
        add(store, &keys, &cleo, "one", 9).await;
        let mut tx = store.begin().await.unwrap();
        let known = |apps: &[keymend_core::totp::Registered]| {
            apps.iter().filter(|app| app.used != i64::MAX).count()
        };
        for (who, real) in [(Some(&bo), most), (Some(&cleo), 1), (None, 0)] {
            let apps = tx.apps(who, &keys).await.unwrap();
            assert_eq!((apps.len(), known(&apps)), (most, real), "{name}");
        }
        let apps = tx.apps(Some(&cleo), &keys).await.unwrap();
        assert_eq!((apps[0].used, apps[0].app.name.as_str()), (9, "one"));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn of_requests_at_once_one_takes_a_step_and_no_older_one_is_taken() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let bo = account(store, "bo").await;
        let cleo = account(store, "cleo").await;
        add(store, &keys, &bo, "one", 7).await;
        let mut tx = store.read().await.unwrap();
        let destination = tx.apps(Some(&bo), &keys).await.unwrap()[0]
            .destination
            .clone();
        drop(tx);
        let take = async |who: &Id<id::Account>, step: i64| {
            let seen = Seen {
                destination: destination.clone(),
                step,
            };
            let mut tx = store.begin().await.unwrap();
            let taken = tx.take(who, &seen.into(), NOW).await;
            tx.commit().await.unwrap();
            taken.is_ok()
        };
        assert!(!take(&bo, 7).await, "{name}: the code that confirmed it");
        assert!(!take(&cleo, 8).await, "{name}: it is bo's");
        let many = futures_util::future::join_all((0..8).map(|_| take(&bo, 9))).await;
        assert_eq!(many.iter().filter(|taken| **taken).count(), 1, "{name}");
        assert!(!take(&bo, 8).await, "{name}: an older one");
        assert!(take(&bo, 10).await, "{name}");
    }
}
