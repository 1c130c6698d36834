//! Whoever is named, a request does the same work: the same statements, as many rows, the same hashes, and nothing
//! opened for somebody known only. Time follows work, and work can be compared without a clock.
//!
//! A layer writes down what happens in the span of [`Portal::effort`]: the driver's log of statements, and the program's
//! lines about hashes and sealed texts.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, Once};

use sqlx::Executor as _;
use tracing::field::{Field, Visit};
use tracing::{Event, Instrument as _, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use super::portal::Portal;
use crate::store::Store;

/// What was done, and how often. Connections log on threads of their own, so the order tells nothing.
pub type Work = BTreeMap<String, u64>;

pub const READ: &str = "rows read";
const WRITTEN: &str = "rows written";

const SPAN: &str = "effort";
static WORK: Mutex<BTreeMap<u64, Work>> = Mutex::new(BTreeMap::new());

/// One line of the log.
#[derive(Default)]
struct Line {
    what: String,
    read: u64,
    written: u64,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.what = format!("{value:?} {}", self.what);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // A long statement comes twice: its first words, and whole.
        if field.name() != "summary" || !value.ends_with('…') {
            self.what = format!("{}{} ", self.what, value.trim());
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "rows_returned" => self.read = value,
            "rows_affected" => self.written = value,
            _ => self.what = format!("{}{value} ", self.what),
        }
    }
}

struct Recorder;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut spans = context.event_scope(event).into_iter().flatten();
        let Some(span) = spans.find(|span| span.name() == SPAN) else {
            return;
        };
        let costly = [
            "sqlx::query",
            "keymend::hashing",
            "keymend::keys",
            "keymend::webauthn",
        ];
        if !costly.contains(&event.metadata().target()) {
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        // After any other statement SQLite tells what an earlier one wrote.
        let writes = ["INSERT", "UPDATE", "DELETE"];
        if !writes.iter().any(|verb| line.what.starts_with(verb)) {
            line.written = 0;
        }
        let mut all = WORK.lock().unwrap();
        let work = all.entry(span.id().into_u64()).or_default();
        for (what, count) in [
            (line.what.trim_end(), 1),
            (READ, line.read),
            (WRITTEN, line.written),
        ] {
            *work.entry(what.to_owned()).or_default() += count;
        }
    }
}

impl Portal {
    /// Post a form: its status, and the work it took.
    pub async fn effort(&mut self, path: &str, fields: &[(&str, &str)]) -> (u16, Work) {
        static RECORDING: Once = Once::new();
        RECORDING.call_once(|| {
            let recorder = Registry::default().with(Recorder);
            tracing::subscriber::set_global_default(recorder).unwrap();
        });
        let span = tracing::info_span!(SPAN);
        let answer = self.post(path, fields).instrument(span.clone()).await;
        self.logged().await;
        let id = span.id().unwrap().into_u64();
        let work = WORK.lock().unwrap().remove(&id).unwrap_or_default();
        (answer.status, work)
    }

    /// A connection logs a statement when it is done with it, perhaps after the answer: have each do one more.
    async fn logged(&self) {
        let store = &self.app.store;
        let Store::Sqlite { read, .. } = store else {
            return;
        };
        let mut all = vec![store.begin().await.unwrap()];
        for _ in 0..read.options().get_max_connections() {
            all.push(store.read().await.unwrap());
        }
        for tx in &mut all {
            tx.meta("").await.unwrap();
        }
        for tx in all {
            tx.commit().await.unwrap();
        }
    }

    /// Change what is stored behind the program's back.
    pub async fn change(&self, sql: &'static str) {
        if let Store::Sqlite { read, .. } = &self.app.store {
            read.execute(sql).await.unwrap();
        }
    }
}

/// Who somebody is, their name, and what to change first to make them that.
type Class<'a> = (&'a str, &'a str, &'static str);

/// Everybody must cause the work that the first does.
pub async fn compare(
    open: impl AsyncFn() -> Portal,
    classes: &[Class<'_>],
    work: impl AsyncFn(&mut Portal, &str) -> Vec<(u16, Work)>,
) {
    let mut first = None;
    for (class, name, change) in classes {
        let mut portal = open().await;
        // Puts a real hash in place of the demo's cheap one.
        assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
        portal.other_browser();
        portal.change(change).await;
        // Opens all connections: not the work of whoever comes first.
        portal.logged().await;
        let done = work(&mut portal, name).await;
        let expected = first.get_or_insert_with(|| done.clone());
        for (step, (expected, done)) in expected.iter().zip(&done).enumerate() {
            assert_eq!(expected.0, done.0, "{class}, step {step}");
            assert!(done.1.contains_key("COMMIT"), "it was written down");
            let only = |one: &Work, other: &Work| -> Work {
                let mut own = one.clone();
                own.retain(|what, count| other.get(what) != Some(count));
                own
            };
            let differ = (only(&expected.1, &done.1), only(&done.1, &expected.1));
            assert_eq!(differ, (Work::new(), Work::new()), "{class}, step {step}");
        }
    }
}

#[tokio::test]
async fn a_reset_is_the_same_work_whoever_is_named() {
    let disabled = "UPDATE local_accounts SET enabled = FALSE";
    let locked = "UPDATE local_accounts SET locked_until = 9000000000000";
    let privileged = "UPDATE local_accounts SET groups = '[\"administrators\"]'";
    let one = "DELETE FROM methods WHERE kind <> 'phone'";
    let classes = [
        ("registered", "bo", ""),
        ("unknown", "nobody", ""),
        ("disabled", "bo", disabled),
        ("locked", "bo", locked),
        ("privileged", "bo", privileged),
        ("frozen", "bo", "UPDATE accounts SET frozen = 1"),
        (
            "worn out",
            "bo",
            "UPDATE methods SET usable_from = 9000000000000",
        ),
        ("registered a phone only", "bo", one),
        (
            "registered another number",
            "bo",
            "UPDATE methods SET destination = id",
        ),
        ("registered nothing", "bo", "DELETE FROM methods"),
        ("never signed in", "ana", ""),
    ];
    compare(Portal::open, &classes, reset).await;
}

/// The steps of a reset, with wrong codes.
pub async fn reset(portal: &mut Portal, name: &str) -> Vec<(u16, Work)> {
    portal.get("/reset").await;
    let number = [
        ("method", "sms"),
        ("country", "US"),
        ("number", "2125550142"),
    ];
    let steps: [(&str, &[(&str, &str)]); 7] = [
        ("/reset", &[("name", name), ("seal", ""), ("work", "")]),
        ("/reset/what", &[("goal", "forgot")]),
        ("/reset/send", &number),
        ("/reset/verify", &[("code", "000000")]),
        ("/reset/verify", &[("code", "000000")]),
        ("/reset/verify", &[("code", "")]),
        ("/reset/other", &[]),
    ];
    let mut done = Vec::new();
    for (path, fields) in steps {
        done.push(portal.effort(path, fields).await);
        portal.deliver().await;
    }
    done
}

#[tokio::test]
async fn a_wrong_password_is_the_same_work_whoever_is_named() {
    let disabled = "UPDATE local_accounts SET enabled = FALSE";
    let locked = "UPDATE local_accounts SET locked_until = 9000000000000";
    let classes = [
        ("registered", "bo", ""),
        ("unknown", "nobody", ""),
        ("disabled", "bo", disabled),
        ("locked", "bo", locked),
        (
            "must change",
            "bo",
            "UPDATE local_accounts SET must_change = TRUE",
        ),
        ("registered nothing", "bo", "DELETE FROM methods"),
    ];
    compare(Portal::open, &classes, wrong_passwords).await;
}

/// Two sign-ins with a wrong password.
pub async fn wrong_passwords(portal: &mut Portal, name: &str) -> Vec<(u16, Work)> {
    portal.get("/sign-in").await;
    let fields = [
        ("name", name),
        ("password", "not the password"),
        ("next", "register"),
    ];
    let mut done = Vec::new();
    for _ in 0..2 {
        let (status, mut work) = portal.effort("/sign-in", &fields).await;
        let hashes = work.keys().filter(|what| what.starts_with("hashes"));
        assert_eq!(hashes.count(), 1, "{work:?}");
        // A row more or less is lost beside a hash.
        work.remove(READ);
        work.remove(WRITTEN);
        done.push((status, work));
    }
    done
}

#[tokio::test]
async fn a_password_that_is_too_long_costs_no_hash() {
    let hashes = |work: &Work| work.keys().any(|what| what.starts_with("hashes"));
    let mut portal = Portal::open().await;
    portal.get("/sign-in").await;
    for (length, hashed) in [(30, true), (50_000, false)] {
        let long = "a".repeat(length);
        let fields = [("name", "bo"), ("password", &long), ("next", "register")];
        let (status, work) = portal.effort("/sign-in", &fields).await;
        assert_eq!((status, hashes(&work)), (422, hashed), "{length}");
    }
    portal.other_browser();
    portal.proven("bo", "2125550142", "forgot").await;
    portal.get("/reset/password").await;
    for length in [257, 10_000] {
        // All the same letter would be refused for another reason.
        let long: String = ('!'..='~').cycle().take(length).collect();
        let (refused, work) = portal
            .effort("/reset/password", &[("password", &long)])
            .await;
        assert_eq!((refused, hashes(&work)), (422, false), "{length}");
    }
}
