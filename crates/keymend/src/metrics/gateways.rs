//! Numbers of gateways.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

type Labels = Vec<(&'static str, String)>;

/// Upper ends of the classes of time, in seconds: a provider nearby, one far away, a call.
const CLASSES: [f64; 8] = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0];

fn histogram() -> Histogram {
    Histogram::new(CLASSES)
}

/// The numbers of all gateways.
#[derive(Clone)]
pub struct Gateways {
    said: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    receipts: Family<Labels, Histogram, fn() -> Histogram>,
    spent: Family<Labels, Counter<f64, AtomicU64>>,
    dead: Family<Labels, Counter>,
    served: Family<Labels, Gauge>,
    used: Family<Labels, Gauge>,
    stopped: Family<Labels, Gauge>,
    connected: Family<Labels, Gauge>,
}

impl Default for Gateways {
    fn default() -> Self {
        Self {
            said: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            receipts: Family::new_with_constructor(histogram),
            spent: Family::default(),
            dead: Family::default(),
            served: Family::default(),
            used: Family::default(),
            stopped: Family::default(),
            connected: Family::default(),
        }
    }
}

impl Gateways {
    /// Show them.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "gateway_messages",
            "Messages handed to a gateway, by what it said: sent, later, never",
            self.said.clone(),
        );
        registry.register(
            "gateway_seconds",
            "How long a gateway took to say it",
            self.seconds.clone(),
        );
        registry.register(
            "gateway_receipt_seconds",
            "How long after a message left its receipt came, by what it said: arrived, failed",
            self.receipts.clone(),
        );
        registry.register(
            "gateway_spent",
            "What messages have cost, in the currency of the gateway's price",
            self.spent.clone(),
        );
        registry.register(
            "gateway_dead",
            "Messages that were given up, by the gateway that was asked last and why: refused, expired, tries, unreadable",
            self.dead.clone(),
        );
        registry.register(
            "gateway_codes_used_percent",
            "Codes to phones of the last six hours that were used, by gateway",
            self.served.clone(),
        );
        registry.register(
            "codes_used_percent",
            "Codes to phones of the last six hours that were used, by country and what for: register, reset",
            self.used.clone(),
        );
        registry.register(
            "registering_stopped",
            "Countries whose numbers cannot be registered for a while",
            self.stopped.clone(),
        );
        registry.register(
            "gateway_connected",
            "Whether a gateway that keeps a connection has one",
            self.connected.clone(),
        );
    }

    /// There is a connection to a gateway that keeps one, or none.
    pub fn connected(&self, gateway: &str, connected: bool) {
        let labels = vec![("gateway", gateway.to_owned())];
        let state = i64::from(connected);
        self.connected.get_or_create(&labels).set(state);
    }

    /// A receipt came.
    pub fn heard(&self, gateway: &str, state: &str, after: Duration) {
        let labels = vec![("gateway", gateway.to_owned()), ("state", state.to_owned())];
        self.receipts
            .get_or_create(&labels)
            .observe(after.as_secs_f64());
    }

    /// A message was paid for.
    pub fn spent(&self, gateway: &str, price: f64) {
        let labels = vec![("gateway", gateway.to_owned())];
        self.spent.get_or_create(&labels).inc_by(price);
    }

    /// A message was given up; `gateway` is the one that was asked last.
    pub fn dead(&self, channel: &str, gateway: &str, reason: &'static str) {
        let labels = vec![
            ("channel", channel.to_owned()),
            ("gateway", gateway.to_owned()),
            ("reason", reason.to_owned()),
        ];
        self.dead.get_or_create(&labels).inc();
    }

    /// Before countries and gateways are told anew.
    pub fn forget_watched(&self) {
        self.served.clear();
        self.used.clear();
        self.stopped.clear();
    }

    /// So many percent of the codes that a gateway took were used.
    pub fn served(&self, channel: &str, gateway: &str, percent: u64) {
        let labels = vec![
            ("channel", channel.to_owned()),
            ("gateway", gateway.to_owned()),
        ];
        let percent = i64::try_from(percent).unwrap_or(100);
        self.served.get_or_create(&labels).set(percent);
    }

    /// So many percent of the codes to a country were used.
    pub fn used(&self, country: &str, errand: &'static str, percent: u64) {
        let labels = vec![
            ("country", country.to_owned()),
            ("errand", errand.to_owned()),
        ];
        let percent = i64::try_from(percent).unwrap_or(100);
        self.used.get_or_create(&labels).set(percent);
    }

    /// Numbers of a country cannot be registered.
    pub fn stopped(&self, country: &str) {
        let labels = vec![("country", country.to_owned())];
        self.stopped.get_or_create(&labels).set(1);
    }

    /// A gateway answered, or did not.
    pub fn said(&self, channel: &str, gateway: &str, outcome: &str, took: Duration) {
        let mut labels = vec![
            ("channel", channel.to_owned()),
            ("gateway", gateway.to_owned()),
        ];
        self.seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
        labels.push(("outcome", outcome.to_owned()));
        self.said.get_or_create(&labels).inc();
    }
}
