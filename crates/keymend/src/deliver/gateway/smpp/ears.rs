//! Where receipts are kept.

use std::sync::Arc;

use rusmpp::CommandStatus;

use crate::app::App;
use crate::deliver::receipt::Heard;

/// Who hears the receipts of a gateway.
#[derive(Clone)]
pub struct Ears {
    app: Arc<App>,
    gateway: Arc<str>,
}

impl Ears {
    /// Those of the gateway of a name.
    pub fn new(app: Arc<App>, gateway: &str) -> Self {
        let gateway = gateway.into();
        Self { app, gateway }
    }

    /// Keep what became of a message. What is answered: the centre tries again what we could not keep.
    pub async fn keep(&self, reference: &str, heard: Heard) -> CommandStatus {
        match self.app.became(&self.gateway, reference, heard).await {
            Ok(()) => CommandStatus::EsmeRok,
            Err(_) => CommandStatus::EsmeRxTAppn,
        }
    }

    /// Say whether there is a link.
    pub fn connected(&self, connected: bool) {
        self.app
            .metrics
            .gateways
            .connected(&self.gateway, connected);
    }
}
