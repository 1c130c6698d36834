//! One contract, both engines. PostgreSQL is there when `KEYMEND_TEST_POSTGRES` names a server;
//! `cargo xtask test` starts one.

use std::collections::BTreeSet;
use std::time::Duration;

use keymend_core::id::Id;
use keymend_core::method::{Channel, Kind, Way};
use keymend_core::policy::Policy;
use keymend_core::reset::{Evidence, Flow, Goal};
use keymend_core::throttle::Counter;
use keymend_core::time::Timestamp;
use rand_core::Rng as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::accounts::Placed;
use super::flows::Opening;
use super::methods::{Fresh, Holding};
use super::*;
use crate::chance::Os;
use crate::keys::KeyRing;

mod apps;
mod bindings;
mod grouped;
mod leaving;
mod passkeys;
mod recovery;
mod signing_in;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const MINUTE: Duration = Duration::from_mins(1);

/// A database of its own, gone with the test.
pub struct Engine {
    pub store: Store,
    pub name: &'static str,
    pub folder: tempfile::TempDir,
}

pub async fn sqlite() -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    Engine {
        store: Store::open(&url).await.unwrap(),
        name: "sqlite",
        folder,
    }
}

async fn postgres() -> Option<Engine> {
    let Ok(server) = std::env::var("KEYMEND_TEST_POSTGRES") else {
        println!("KEYMEND_TEST_POSTGRES is not set: PostgreSQL is left out");
        return None;
    };
    let name = format!("keymend_{:016x}", Os.next_u64());
    let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    let url = server
        .rsplit_once('/')
        .map(|(front, _)| format!("{front}/{name}"))
        .unwrap();
    Some(Engine {
        store: Store::open(&url).await.unwrap(),
        name: "postgres",
        folder: tempfile::tempdir().unwrap(),
    })
}

pub async fn engines() -> Vec<Engine> {
    let mut all = vec![sqlite().await];
    all.extend(postgres().await);
    all
}

pub fn keys() -> KeyRing {
    KeyRing::parse("1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

async fn flow(store: &Store, keys: &KeyRing) -> Flow {
    let flow = Flow::begin(&Policy::default(), NOW, &mut Os);
    let cookie = flow.id.as_str().as_bytes();
    let opening = Opening {
        cookie,
        name_keys: &["key".to_owned()],
        name: "bo",
        home: None,
        language: "en",
    };
    let mut tx = store.begin().await.unwrap();
    tx.add_flow(&flow, &opening, keys).await.unwrap();
    tx.commit().await.unwrap();
    flow
}

/// Somebody who has signed in once.
async fn account(store: &Store, name: &str) -> Id<keymend_core::id::Account> {
    let mut tx = store.begin().await.unwrap();
    let row = tx
        .see_account(&Id::random(&mut Os), "local", name, name, "en", NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    row.id().unwrap()
}

fn evidence(gate: u8, kind: Kind, destination: &str) -> Evidence {
    Evidence {
        gate,
        goal: Goal::Reset,
        kind,
        way: match kind {
            Kind::Phone => Way::Sms,
            Kind::Email => Way::Email,
            Kind::Questions => Way::Questions,
            Kind::App => Way::App,
            Kind::Passkey => Way::Passkey,
            Kind::Codes => Way::Codes,
        },
        destination: destination.to_owned(),
        challenge: Id::random(&mut Os),
        verified: kind == Kind::Passkey,
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    for engine in engines().await {
        let mut tx = engine.store.read().await.unwrap();
        for sql in ALL.iter().copied().flatten() {
            let prepared = tx.prepare(sql).await;
            assert!(prepared.is_ok(), "{}: {sql}: {prepared:?}", engine.name);
        }
    }
}

#[tokio::test]
async fn a_flow_is_saved_only_as_it_was_seen() {
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        let flow = flow(store, &keys).await;
        let mut tx = store.begin().await.unwrap();
        let seen = tx.flow(&flow.id, &keys).await.unwrap().unwrap();
        assert_eq!(
            (seen.name.as_str(), seen.resolved, seen.version),
            ("bo", false, 0)
        );
        tx.save_flow(&flow, 0).await.unwrap();
        assert!(matches!(
            tx.save_flow(&flow, 0).await,
            Err(StoreError::Lost)
        ));
        tx.commit().await.unwrap();
        let again = store
            .read()
            .await
            .unwrap()
            .flow(&flow.id, &keys)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(again.version, 1);
    }
}

#[tokio::test]
async fn a_kind_a_destination_and_a_gate_serve_once() {
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        let flow = flow(store, &keys).await;
        let first = evidence(1, Kind::Phone, "a");
        let mut tx = store.begin().await.unwrap();
        tx.pass_gate(&flow.id, &first, NOW).await.unwrap();
        tx.commit().await.unwrap();
        for second in [
            evidence(1, Kind::Email, "b"),
            evidence(2, Kind::Phone, "b"),
            evidence(2, Kind::Email, "a"),
            Evidence {
                challenge: first.challenge.clone(),
                ..evidence(2, Kind::Email, "b")
            },
        ] {
            let mut tx = store.begin().await.unwrap();
            let refused = tx.pass_gate(&flow.id, &second, NOW).await;
            assert!(matches!(refused, Err(StoreError::Taken)), "{second:?}");
        }
        let rows = store
            .read()
            .await
            .unwrap()
            .evidence(&flow.id)
            .await
            .unwrap();
        assert_eq!(rows, [first]);
    }
}

#[tokio::test]
async fn the_database_refuses_a_write_without_its_evidence() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let flow = flow(store, &keys).await;
        let intend = async |needed: u8, goal: Goal, gates: &[u8]| {
            let mut tx = store.begin().await.unwrap();
            tx.intend_write(&flow.id, goal, needed, gates, NOW).await?;
            tx.commit().await
        };
        assert!(
            intend(1, Goal::Reset, &[1]).await.is_err(),
            "{name}: nothing is proven"
        );
        let mut tx = store.begin().await.unwrap();
        tx.pass_gate(&flow.id, &evidence(1, Kind::Phone, "a"), NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(
            intend(2, Goal::Reset, &[1, 2]).await.is_err(),
            "{name}: one is missing"
        );
        assert!(
            intend(2, Goal::Reset, &[1]).await.is_err(),
            "{name}: too few are named"
        );
        assert!(
            intend(2, Goal::Reset, &[1, 1]).await.is_err(),
            "{name}: one twice"
        );
        assert!(
            intend(1, Goal::Unlock, &[1]).await.is_err(),
            "{name}: proven for something else"
        );
        assert!(
            intend(0, Goal::Reset, &[1]).await.is_err(),
            "{name}: nothing needed"
        );
        assert!(
            intend(1, Goal::Reset, &[]).await.is_err(),
            "{name}: none is named"
        );
        intend(1, Goal::Reset, &[1]).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.pass_gate(&flow.id, &evidence(2, Kind::Email, "b"), NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        intend(2, Goal::Reset, &[1, 2]).await.unwrap();
    }
}

#[tokio::test]
async fn a_flow_brings_all_about_its_owner_in_one_row() {
    let keys = keys();
    for Engine { store, name, .. } in &engines().await {
        let flow = flow(store, &keys).await;
        let mut tx = store.begin().await.unwrap();
        let bo = Id::random(&mut Os);
        tx.see_account(&bo, "local", "entry", "bo", "en", NOW)
            .await
            .unwrap();
        let placed = Placed {
            belonging: Some("{}".to_owned()),
            privileged: true,
        };
        let found = Some((&bo, &placed));
        tx.resolve_flow(&flow.id, found).await.unwrap();
        tx.place_account(&bo, &placed, NOW).await.unwrap();
        let account = tx.account(&bo).await.unwrap().unwrap();
        assert_eq!(account.belonging.as_deref(), Some("{}"), "{name}");
        assert!(account.privileged);
        // Where somebody belongs could not be said; what they are could.
        tx.place_account(&bo, &Placed::default(), NOW.plus(MINUTE))
            .await
            .unwrap();
        let account = tx.account(&bo).await.unwrap().unwrap();
        assert_eq!(account.belonging.as_deref(), Some("{}"), "{name}");
        assert!(!account.privileged, "{name}");
        let owner = tx.flow(&flow.id, &keys).await.unwrap().unwrap().owner;
        assert!(owner.unwrap().held.is_empty(), "{name}: nothing registered");
        for kind in Kind::ALL {
            let holding = Holding::Questions {
                ids: Vec::new(),
                hash: String::new(),
            };
            let fresh = Fresh {
                holding: &holding,
                kind,
                destination: kind.as_str(),
                now: NOW,
                usable_from: NOW,
            };
            tx.keep_method(&bo, &fresh, &keys).await.unwrap();
        }
        tx.wear_out(&bo, Kind::Phone).await.unwrap();
        let row = tx.flow(&flow.id, &keys).await.unwrap().unwrap();
        let owner = row.owner.unwrap();
        assert_eq!((&owner.account, owner.subject.as_str()), (&bo, "entry"));
        assert!(owner.privileged && !owner.frozen && !row.proven, "{name}");
        assert_eq!(owner.held.len(), Kind::ALL.len(), "{name}: every kind");
        for held in owner.held {
            assert_eq!(held.destination, held.kind.as_str());
            let serves = held.usable_from <= NOW;
            assert_eq!(serves, held.kind != Kind::Phone, "{name}: worn out");
        }
        assert!(tx.freeze(&bo, NOW).await.unwrap());
        let row = tx.flow(&flow.id, &keys).await.unwrap().unwrap();
        assert!(row.owner.unwrap().frozen, "{name}");
        tx.resolve_flow(&flow.id, None).await.unwrap();
        let row = tx.flow(&flow.id, &keys).await.unwrap().unwrap();
        assert!(row.resolved && row.owner.is_some(), "{name}: once for all");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn counters_follow_the_rules_arithmetic() {
    for Engine { store, name, .. } in &engines().await {
        let window = Duration::from_mins(1);
        let mut expected = None;
        for seconds in [0, 10, 59, 60, 61, 200, 259, 261] {
            let now = NOW.plus(Duration::from_secs(seconds));
            expected = Some(Counter::hit(expected, now, window));
            let mut tx = store.begin().await.unwrap();
            let other = (b"other".to_vec(), Duration::from_secs(1));
            let found = tx
                .hit(&[other, (b"one".to_vec(), window)], now)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            assert_eq!(found.get(1).copied(), expected, "{name} at {seconds}");
            let looked = store
                .read()
                .await
                .unwrap()
                .look(&[b"one".to_vec()], now)
                .await
                .unwrap();
            assert_eq!(looked, [expected], "{name} at {seconds}");
        }
        let now = NOW.plus(Duration::from_secs(261));
        let mut tx = store.begin().await.unwrap();
        tx.lower(b"one", now).await.unwrap();
        let lowered = tx.look(&[b"one".to_vec()], now).await.unwrap()[0];
        assert_eq!(lowered.unwrap().count, expected.unwrap().count - 1);
        tx.clear(b"one").await.unwrap();
        assert_eq!(tx.look(&[b"one".to_vec()], now).await.unwrap(), [None]);
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_hit_is_lost_between_writers() {
    for Engine { store, name, .. } in engines().await {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            tasks.spawn(async move {
                let mut seen = Vec::new();
                for _ in 0..25 {
                    let mut tx = store.begin().await.unwrap();
                    let buckets =
                        ["b", "a"].map(|name| (name.as_bytes().to_vec(), Duration::from_mins(1)));
                    let found = tx.hit(&buckets, NOW).await.unwrap();
                    tx.commit().await.unwrap();
                    seen.push(found[0].count);
                }
                seen
            });
        }
        let mut all = BTreeSet::new();
        while let Some(seen) = tasks.join_next().await {
            all.extend(seen.unwrap());
        }
        assert_eq!(
            all,
            (1..=200).collect(),
            "{name}: every count is given out once"
        );
    }
}

#[tokio::test]
async fn nothing_of_a_transaction_that_is_dropped_happened() {
    for Engine { store, .. } in &engines().await {
        let mut tx = store.begin().await.unwrap();
        tx.set_meta("a", "1").await.unwrap();
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.meta("a").await.unwrap(), None);
        tx.set_meta("b", "1").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            store
                .read()
                .await
                .unwrap()
                .meta("b")
                .await
                .unwrap()
                .as_deref(),
            Some("1")
        );
    }
}

/// sqlx 0.9.0 hands a PostgreSQL connection back inside a transaction when `begin` is cancelled.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cancelled_begin_poisons_no_connection() {
    for Engine { store, .. } in engines().await {
        for round in 0..200_u64 {
            let begin = tokio::spawn({
                let store = store.clone();
                async move { drop(store.begin().await) }
            });
            tokio::time::sleep(Duration::from_micros(round * 5)).await;
            begin.abort();
        }
        let mut tx = store.begin().await.unwrap();
        tx.set_meta("after", "1").await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..20 {
            let found = store.read().await.unwrap().meta("after").await.unwrap();
            assert_eq!(found.as_deref(), Some("1"), "seen by every connection");
        }
    }
}

#[tokio::test]
async fn what_is_over_is_swept_and_what_is_live_stays() {
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        let flow = flow(store, &keys).await;
        let mut tx = store.begin().await.unwrap();
        tx.pass_gate(&flow.id, &evidence(1, Kind::Phone, "a"), NOW)
            .await
            .unwrap();
        tx.sweep(NOW).await.unwrap();
        assert!(tx.flow(&flow.id, &keys).await.unwrap().is_some());
        tx.sweep(flow.expires.plus(Duration::from_secs(1)))
            .await
            .unwrap();
        assert!(tx.flow(&flow.id, &keys).await.unwrap().is_none());
        assert!(
            tx.evidence(&flow.id).await.unwrap().is_empty(),
            "goes with its flow"
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let store = Store::open(&url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    on!(&mut tx, |c| {
        sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
         VALUES (9999, 'later', '2030-01-01', TRUE, $1, 0)"
    )
    .bind(&b"x"[..])
    .execute(c)
    .await
    .unwrap()
    .rows_affected()
    });
    tx.commit().await.unwrap();
    store.close().await;
    let refused = Store::open(&url).await.err().unwrap();
    assert!(matches!(refused, OpenError::Newer(_)), "{refused}");
}

#[tokio::test]
async fn a_url_is_shown_without_its_password() {
    let shown = without_password("postgres://keymend:s3cret@db.example/keymend");
    assert!(
        !shown.contains("s3cret") && shown.contains("db.example"),
        "{shown}"
    );
    assert!(matches!(
        Store::open("mysql://x").await,
        Err(OpenError::Url(_))
    ));
}

#[test]
fn processes_that_begin_at_once_share_one_new_file() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let url = format!("sqlite:{}/{round}.db", folder.path().display());
        let open = || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(Store::open(&url)).map(drop).unwrap();
        };
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(open);
            }
        });
    }
}
