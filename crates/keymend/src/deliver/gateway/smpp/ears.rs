//! Where receipts are kept.

use std::sync::Arc;
use std::time::Duration;

use rusmpp::CommandStatus;
use tokio::time::sleep;

use crate::app::App;
use crate::deliver::receipt::Heard;

/// A receipt can be here before it is written down that its message left: waits before each look.
const LOOKS: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(400),
    Duration::from_secs(1),
];

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
        let mut status = CommandStatus::EsmeRok;
        for wait in LOOKS {
            sleep(wait).await;
            match self.app.became(&self.gateway, reference, heard).await {
                Ok(true) => return CommandStatus::EsmeRok,
                // About nothing that we know, or nothing new.
                Ok(false) => status = CommandStatus::EsmeRok,
                Err(_) => status = CommandStatus::EsmeRxTAppn,
            }
        }
        status
    }

    /// Say whether there is a link.
    pub fn connected(&self, connected: bool) {
        self.app
            .metrics
            .gateways
            .connected(&self.gateway, connected);
    }
}
