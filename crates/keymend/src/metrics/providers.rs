//! Numbers of identity providers.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Sign-ins by provider and outcome.
#[derive(Clone, Default)]
pub struct Providers {
    sign_ins: Family<Vec<(&'static str, String)>, Counter>,
}

impl Providers {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "provider_sign_ins",
            "Sign-ins by an identity provider, by what they came to",
            self.sign_ins.clone(),
        );
    }

    /// One came to an end.
    pub fn note(&self, provider: &str, outcome: &str) {
        let labels = vec![
            ("provider", provider.to_owned()),
            ("outcome", outcome.to_owned()),
        ];
        self.sign_ins.get_or_create(&labels).inc();
    }
}
