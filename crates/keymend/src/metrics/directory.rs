//! Numbers of directories and their servers.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

type Labels = Vec<(&'static str, String)>;

/// Upper ends of the classes of time, in seconds: a directory nearby, one far away, one that is slow.
const CLASSES: [f64; 10] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0, 5.0];

fn histogram() -> Histogram {
    Histogram::new(CLASSES)
}

/// The numbers of all directories.
#[derive(Clone)]
pub struct Directories {
    up: Family<Labels, Gauge>,
    open: Family<Labels, Gauge>,
    asked: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    busy: Family<Labels, Counter>,
}

impl Default for Directories {
    fn default() -> Self {
        Self {
            up: Family::default(),
            open: Family::default(),
            asked: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            busy: Family::default(),
        }
    }
}

impl Directories {
    /// Show them.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "directory_server_up",
            "Is the server asked (1), or left alone after a failure (0)",
            self.up.clone(),
        );
        registry.register(
            "directory_breaker_open",
            "No server is up: everybody is told at once (1)",
            self.open.clone(),
        );
        registry.register(
            "directory_operations",
            "Questions to a server, by kind and outcome",
            self.asked.clone(),
        );
        registry.register(
            "directory_operation_seconds",
            "How long a server took, by kind",
            self.seconds.clone(),
        );
        registry.register(
            "directory_busy",
            "Requests turned away because too many were under way",
            self.busy.clone(),
        );
    }

    /// Those of one directory. `serves` says what its servers are for: `all`, or `look-ups`.
    #[must_use]
    pub fn of(&self, directory: &str, serves: &str) -> Numbers {
        Numbers {
            all: self.clone(),
            labels: vec![
                ("directory", directory.to_owned()),
                ("serves", serves.to_owned()),
            ],
        }
    }
}

/// The numbers of the servers of one directory.
#[derive(Clone)]
pub struct Numbers {
    all: Directories,
    labels: Labels,
}

impl Numbers {
    fn with<const N: usize>(&self, more: [(&'static str, &str); N]) -> Labels {
        let more = more.map(|(name, value)| (name, value.to_owned()));
        self.labels.iter().cloned().chain(more).collect()
    }

    /// A server is asked, or left alone.
    pub fn up(&self, server: &str, up: bool) {
        let labels = self.with([("server", server)]);
        self.all.up.get_or_create(&labels).set(i64::from(up));
    }

    /// No server is left, or one is back.
    pub fn open(&self, open: bool) {
        self.all
            .open
            .get_or_create(&self.labels)
            .set(i64::from(open));
    }

    /// A server was asked something.
    pub fn asked(
        &self,
        server: &str,
        operation: &'static str,
        outcome: &'static str,
        took: Duration,
    ) {
        let labels = self.with([("server", server), ("operation", operation)]);
        let seconds = self.all.seconds.get_or_create(&labels);
        seconds.observe(took.as_secs_f64());
        drop(seconds);
        let outcome = [("outcome", outcome.to_owned())];
        let labels: Labels = labels.into_iter().chain(outcome).collect();
        self.all.asked.get_or_create(&labels).inc();
    }

    /// Somebody was turned away.
    pub fn busy(&self) {
        self.all.busy.get_or_create(&self.labels).inc();
    }
}
