//! Numbers for operators, in the Prometheus text format. No label holds anything personal.

pub mod directory;
pub mod drift;
pub mod gateways;
pub mod providers;

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

type Labelled = Family<Vec<(&'static str, &'static str)>, Counter>;
type Gauges = Family<Vec<(&'static str, &'static str)>, Gauge>;

/// All of them.
pub struct Metrics {
    registry: Registry,
    starts: Counter,
    proofs: Labelled,
    finished: Labelled,
    limits: Labelled,
    messages: Labelled,
    ended: Labelled,
    reserve: Labelled,
    responses: Labelled,
    directory: Family<Vec<(&'static str, String)>, Counter>,
    accounts: Gauges,
    freezes: Counter,
    passkeys_back: Counter,
    waiting: Gauges,
    overdue: Gauges,
    oldest: Gauges,
    /// Codes of authenticator apps that belong to another time.
    pub drift: drift::Drift,
    /// Those that directories keep themselves.
    pub directories: directory::Directories,
    /// Those of gateways.
    pub gateways: gateways::Gateways,
    /// Those of identity providers.
    pub providers: providers::Providers,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("keymend");
        macro_rules! register {
            ($name:literal, $help:literal) => {{
                let metric = Default::default();
                registry.register($name, $help, Clone::clone(&metric));
                metric
            }};
        }
        let directories = directory::Directories::default();
        directories.register(&mut registry);
        let gateways = gateways::Gateways::default();
        gateways.register(&mut registry);
        let providers = providers::Providers::default();
        providers.register(&mut registry);
        let drift = drift::Drift::default();
        drift.register(&mut registry);
        Self {
            drift,
            directories,
            gateways,
            providers,
            starts: register!("flow_starts", "Reset and unlock flows that were started"),
            proofs: register!("proofs", "Proofs that were compared, by outcome"),
            finished: register!("flows_finished", "Flows that reached their goal, by goal"),
            limits: register!("limits_reached", "Requests refused by a limit, by limit"),
            messages: register!("messages", "Messages, by channel and outcome"),
            ended: register!(
                "outbox_settled",
                "Outbox rows that were settled, by how they ended"
            ),
            reserve: register!(
                "reserve_messages",
                "Messages that known networks took from their reserve, by the budget that was spent"
            ),
            responses: register!("responses", "Responses, by class of status"),
            directory: register!(
                "directory_failures",
                "Writes that a directory did not take, by directory"
            ),
            accounts: register!(
                "accounts",
                "People who ever signed in, by whether they could reset"
            ),
            freezes: register!("freezes", "Times that somebody said it was not them"),
            passkeys_back: register!(
                "passkey_counters_back",
                "Passkeys whose counter of signatures went back: there may be copies of them"
            ),
            waiting: register!("outbox_waiting", "Rows that wait in the outbox, by lane"),
            overdue: register!(
                "outbox_overdue_seconds",
                "How long the first row of a lane has been due"
            ),
            oldest: register!(
                "outbox_oldest_seconds",
                "How long the oldest row of a lane has waited, tries that failed included"
            ),
            registry,
        }
    }
}

impl Metrics {
    /// A flow was started.
    pub fn started(&self) {
        self.starts.inc();
    }

    /// A proof was compared.
    pub fn proof(&self, right: bool) {
        let outcome = if right { "right" } else { "wrong" };
        self.proofs.get_or_create(&vec![("outcome", outcome)]).inc();
    }

    /// A flow reached its goal.
    pub fn finished(&self, goal: &'static str) {
        self.finished.get_or_create(&vec![("goal", goal)]).inc();
    }

    /// A limit refused a request.
    pub fn limit(&self, which: &'static str) {
        self.limits.get_or_create(&vec![("limit", which)]).inc();
    }

    /// A message was sent, postponed, dropped or given up.
    pub fn message(&self, channel: &'static str, outcome: &'static str) {
        self.messages
            .get_or_create(&vec![("channel", channel), ("outcome", outcome)])
            .inc();
    }

    /// An outbox row was settled: sent, dropped or dead.
    pub fn ended(&self, how: &'static str) {
        self.ended.get_or_create(&vec![("how", how)]).inc();
    }

    /// A message leaves from the reserve of known networks.
    pub fn reserve(&self, budget: &'static str) {
        self.reserve.get_or_create(&vec![("budget", budget)]).inc();
    }

    /// A response was given.
    pub fn response(&self, status: u16) {
        let class = match status {
            0..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.responses.get_or_create(&vec![("class", class)]).inc();
    }

    /// A directory did not write.
    pub fn directory_down(&self, id: &str) {
        let label = vec![("directory", id.to_owned())];
        self.directory.get_or_create(&label).inc();
    }

    /// Somebody said that it was not them.
    pub fn frozen(&self) {
        self.freezes.inc();
    }

    /// The counter of a passkey went back.
    pub fn passkey_back(&self) {
        self.passkeys_back.inc();
    }

    /// So many people stand so; `left-out` are those whose directory is not configured.
    pub fn accounts(&self, readiness: &'static str, people: u64) {
        let people = i64::try_from(people).unwrap_or(i64::MAX);
        let label = vec![("readiness", readiness)];
        self.accounts.get_or_create(&label).set(people);
    }

    /// Rows that wait in a lane of the outbox, for how long the first of them has been due, and how long the oldest has waited.
    pub fn waiting(&self, lane: &'static str, rows: i64, overdue: Duration, oldest: Duration) {
        let labels = vec![("lane", lane)];
        self.waiting.get_or_create(&labels).set(rows);
        let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        self.overdue.get_or_create(&labels).set(seconds(overdue));
        self.oldest.get_or_create(&labels).set(seconds(oldest));
    }

    /// All numbers as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut out, &self.registry);
        out
    }
}
