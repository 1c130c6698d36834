//! Sign-ins that are under way at a provider, sessions that came from one, and claims.

use keymend_core::claim::ClaimCode;
use keymend_core::registration::Visit;

use super::*;
use crate::store::claims::ClaimRow;
use crate::store::providers::Pending;
use crate::store::sessions::{Begun, SessionRow};

#[tokio::test]
async fn a_sign_in_is_taken_once_by_whom_it_is_of() {
    for engine in engines().await {
        let (store, keys) = (&engine.store, keys());
        let pending = Pending {
            state: "state",
            browser: "browser",
            provider: "campus",
        };
        let mut tx = store.begin().await.unwrap();
        let until = NOW.plus(MINUTE);
        tx.add_pending(&pending, b"kept", until, &keys)
            .await
            .unwrap();
        for wrong in [
            Pending {
                state: "other",
                ..pending
            },
            Pending {
                browser: "other",
                ..pending
            },
            Pending {
                provider: "other",
                ..pending
            },
        ] {
            assert!(tx.take_pending(&wrong, NOW, &keys).await.unwrap().is_none());
        }
        assert!(
            tx.take_pending(&pending, until, &keys)
                .await
                .unwrap()
                .is_none()
        );
        let taken = tx.take_pending(&pending, NOW, &keys).await.unwrap();
        assert_eq!(taken.unwrap(), b"kept", "{}", engine.name);
        assert!(
            tx.take_pending(&pending, NOW, &keys)
                .await
                .unwrap()
                .is_none()
        );
        // What nobody came back for is thrown away.
        tx.add_pending(&pending, b"kept", until, &keys)
            .await
            .unwrap();
        tx.sweep(until.plus(MINUTE)).await.unwrap();
        assert!(
            tx.take_pending(&pending, NOW, &keys)
                .await
                .unwrap()
                .is_none()
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn where_a_session_came_from_goes_with_it() {
    for engine in engines().await {
        let (store, keys) = (&engine.store, keys());
        let mut tx = store.begin().await.unwrap();
        let account = tx
            .see_account(&Id::random(&mut Os), "local", "1", "ana", "en", NOW)
            .await
            .unwrap();
        let session = SessionRow {
            visit: Visit::begin(Id::random(&mut Os), NOW),
            account: account.id().unwrap(),
            must_change: false,
            seen: NOW,
            version: 0,
        };
        let begun = Begun {
            expires: NOW.plus(MINUTE),
            browser: "",
            source: "",
        };
        tx.add_session(&session, b"token", &begun, &keys)
            .await
            .unwrap();
        let id = &session.visit.id;
        assert!(tx.came_by(id, &keys).await.unwrap().is_none());
        tx.came_from(id, "campus", "e30.e30.x", &keys)
            .await
            .unwrap();
        let came = tx.came_by(id, &keys).await.unwrap().unwrap();
        assert_eq!(came, ("campus".to_owned(), "e30.e30.x".to_owned()));
        tx.end_session(id).await.unwrap();
        assert!(
            tx.came_by(id, &keys).await.unwrap().is_none(),
            "{}",
            engine.name
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_person_has_one_claim_which_is_used_once() {
    for engine in engines().await {
        let (store, keys) = (&engine.store, keys());
        let claim = |subject: &str| {
            let code = ClaimCode::random(&mut Os);
            let digest = code.digest(&keys.codes, "local", subject);
            let until = NOW.plus(MINUTE);
            ClaimRow::new(
                ["local", subject, "ana"],
                code.lookup(),
                digest,
                [NOW, until],
            )
        };
        let (first, second, other) = (claim("1"), claim("1"), claim("2"));
        let mut tx = store.begin().await.unwrap();
        tx.make_claim(&first).await.unwrap();
        assert!(tx.revoke_claim("local", "1").await.unwrap());
        tx.make_claim(&second).await.unwrap();
        tx.make_claim(&other).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let open: Vec<_> = tx.claims(NOW).await.unwrap();
        assert_eq!(open.len(), 2, "{}", engine.name);
        assert!(tx.claim_by(&first.lookup, NOW).await.unwrap().is_none());
        let late = NOW.plus(MINUTE);
        assert!(tx.claim_by(&second.lookup, late).await.unwrap().is_none());
        let found = tx.claim_by(&second.lookup, NOW).await.unwrap().unwrap();
        assert!(found.digest().unwrap().matches(&second.digest().unwrap()));
        assert!(tx.use_claim(&found).await.unwrap());
        assert!(!tx.use_claim(&found).await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let twice = tx.make_claim(&other).await;
        assert!(matches!(twice, Err(StoreError::Taken)), "{}", engine.name);
    }
}
