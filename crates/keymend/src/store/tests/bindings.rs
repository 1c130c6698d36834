//! Every method that was ever bound.

use keymend_core::contact::EmailAddress;
use keymend_core::registration::Destination;

use super::*;
use crate::store::bindings::Earlier;

#[tokio::test]
async fn what_was_bound_is_known_when_it_is_gone() {
    for engine in engines().await {
        let keys = keys();
        let account: Id<keymend_core::id::Account> = Id::random(&mut Os);
        let mut tx = engine.store.begin().await.unwrap();
        let seen = tx.see_account(&account, "local", "subject", "bo", "en", NOW);
        seen.await.unwrap();
        let address = EmailAddress::parse("bo.home@mail.example", &[]).unwrap();
        let holding = Holding::Destination(Destination::Email(address));
        let mut at = NOW;
        for destination in ["first", "second"] {
            let fresh = Fresh {
                holding: &holding,
                kind: Kind::Email,
                destination,
                now: at,
                usable_from: at,
            };
            tx.keep_method(&account, &fresh, &keys).await.unwrap();
            tx.record_bindings(&account, "192.0.2.1", at).await.unwrap();
            at = at.plus(MINUTE);
        }
        let first = Earlier {
            kind: Kind::Email,
            bound: NOW,
            ended: NOW.plus(MINUTE),
        };
        assert_eq!(tx.earlier_methods(&account).await.unwrap(), [first]);
        tx.drop_method(&account, Kind::Email).await.unwrap();
        // Said twice, told once.
        for _ in 0..2 {
            tx.record_bindings(&account, "192.0.2.2", at).await.unwrap();
        }
        let second = Earlier {
            kind: Kind::Email,
            bound: NOW.plus(MINUTE),
            ended: at,
        };
        let earlier = tx.earlier_methods(&account).await.unwrap();
        assert_eq!(earlier, [second, first], "{}", engine.name);
    }
}

#[tokio::test]
async fn a_method_that_served_says_when() {
    for engine in engines().await {
        let keys = keys();
        let account: Id<keymend_core::id::Account> = Id::random(&mut Os);
        let mut tx = engine.store.begin().await.unwrap();
        let seen = tx.see_account(&account, "local", "subject", "bo", "en", NOW);
        seen.await.unwrap();
        let holding = Holding::Questions {
            ids: vec!["one".to_owned()],
            hash: String::new(),
        };
        let fresh = Fresh {
            holding: &holding,
            kind: Kind::Questions,
            destination: "set",
            now: NOW,
            usable_from: NOW,
        };
        tx.keep_method(&account, &fresh, &keys).await.unwrap();
        assert_eq!(tx.methods(&account, &keys).await.unwrap()[0].served, None);
        let later = NOW.plus(MINUTE);
        for (destination, expected) in [("other", None), ("set", Some(later))] {
            let served = tx.served(&account, Kind::Questions, destination, later);
            served.await.unwrap();
            let methods = tx.methods(&account, &keys).await.unwrap();
            assert_eq!(methods[0].served, expected, "{}", engine.name);
        }
    }
}
