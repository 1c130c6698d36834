//! Calls through the organisation's own exchange, or a trunk, by SIP.
//!
//! Begin with [`Sip::send`]; [`call`] is a call from its first ring to its end, [`script`] what it says. The voice is
//! recorded ([`sound`]), the code comes after a key was pressed.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

mod agent;
mod call;
pub mod dial;
pub mod digest;
mod dtmf;
mod g711;
mod line;
mod message;
mod rtp;
mod script;
mod sdp;
mod sound;
pub mod wire;

use self::agent::{Agent, Target, Trouble};
use self::call::{Call, End, Errand, Refused};
use self::dial::Dial;
use self::digest::Account;
use self::sound::Voice;
use self::wire::{Place, Transport};
use super::{Message, SendError, Taken};
use crate::chance::Clock;
use crate::deliver::receipt::Heard;
use crate::tls;

/// Wait after another failure, and for a free line.
const SOON: Duration = Duration::from_secs(5);
/// Longest wait for a free line.
const FREE: Duration = Duration::from_secs(10);
/// Longest wait for an answer to our question.
const PROBE: Duration = Duration::from_secs(5);

/// An exchange and how calls go through it.
#[derive(Clone, Debug)]
pub struct SipSettings {
    /// Host name or address.
    pub server: String,
    /// Port.
    pub port: u16,
    /// How messages travel.
    pub transport: Transport,
    /// The only certificate authority that is believed, PEM; without it those of the system.
    pub ca_file: Option<PathBuf>,
    /// Who we are to the exchange, where it asks.
    pub account: Option<Account>,
    /// Who calls, as whoever is called sees it: a number, or a name of the exchange.
    pub caller: String,
    /// What stands behind the `@` of addresses.
    pub domain: String,
    /// How a number is dialled.
    pub dial: Dial,
    /// Calls at the same time.
    pub lines: usize,
    /// How long a phone rings.
    pub ring: Duration,
    /// Wait before an extension is dialled.
    pub extension_pause: Duration,
}

/// What a call needs to know.
#[derive(Clone)]
struct Settings {
    place: Arc<Place>,
    account: Option<Account>,
    caller: String,
    domain: String,
    ring: Duration,
    extension_pause: Duration,
}

/// An exchange.
pub struct Sip {
    settings: Settings,
    dial: Dial,
    lines: Arc<Semaphore>,
}

impl fmt::Debug for Sip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sip").finish_non_exhaustive()
    }
}

impl Sip {
    /// Connects at the first call.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn new(settings: &SipSettings) -> Result<Self, String> {
        let tls = match settings.transport {
            Transport::Tls => {
                let config = tls::client("voice", settings.ca_file.as_deref())?;
                Some(Arc::new(config))
            }
            Transport::Udp | Transport::Tcp => None,
        };
        let place = Place {
            host: settings.server.clone(),
            port: settings.port,
            transport: settings.transport,
            tls,
        };
        Ok(Self {
            settings: Settings {
                place: Arc::new(place),
                account: settings.account.clone(),
                caller: settings.caller.clone(),
                domain: settings.domain.clone(),
                ring: settings.ring,
                extension_pause: settings.extension_pause,
            },
            dial: settings.dial.clone(),
            lines: Arc::new(Semaphore::new(settings.lines)),
        })
    }

    /// Call somebody: back when it rings. What became of the call is told by the rest of what was taken.
    ///
    /// # Errors
    /// [`SendError`]; its words have neither the number nor the code nor a secret in them.
    pub async fn send(&self, message: &Message) -> Result<Taken, SendError> {
        if message.code.is_empty() {
            return Err(SendError::Never("a call can tell a code only".to_owned()));
        }
        let free = timeout(FREE, Arc::clone(&self.lines).acquire_owned()).await;
        let Ok(Ok(line)) = free else {
            return Err(SendError::Later(SOON, "all lines are busy".to_owned()));
        };
        let errand = Errand {
            dialled: self.dial.number(&message.to),
            voice: Voice::of(message.language),
            purpose: message.purpose,
            code: Zeroizing::clone(&message.code),
            ends: message.until.map(|until| {
                let left = Clock::System.now().until(until);
                Instant::now() + left
            }),
        };
        let call = Call::place(&self.settings, errand).await;
        let call = call.map_err(|refused| match refused {
            Refused::Elsewhere(what) => SendError::Elsewhere(what),
            Refused::Later(what) => SendError::Later(SOON, what),
            Refused::Silent(what) => SendError::Silent(what),
        })?;
        let reference = call.id().to_owned();
        let told = reference.clone();
        let rest = async move {
            let end = call.go_on().await;
            drop(line);
            tracing::info!(reference = told, end = end.as_str(), "a call is over");
            match end {
                End::Told => Heard::Arrived,
                _ => Heard::Failed,
            }
        };
        Ok(Taken {
            reference: Some(reference),
            rest: Some(Box::pin(rest)),
        })
    }

    /// Try the exchange: connect, and ask what it can do. No phone rings.
    ///
    /// # Errors
    /// In one line for the operator, without secrets.
    pub async fn probe(&self) -> Result<String, String> {
        let mut agent = Agent::new(&self.settings).await?;
        let uri = format!("sip:{}", self.settings.domain);
        let target = Target {
            to: format!("<{uri}>"),
            uri,
            ..Target::default()
        };
        let response = agent.ask("OPTIONS", &target, PROBE).await;
        let response = response.map_err(|trouble| match trouble {
            Trouble::Silent => format!("no answer within {} seconds", PROBE.as_secs()),
            Trouble::Broken(what) => what,
        })?;
        let words = response.words();
        match response.status {
            401 | 407 if self.settings.account.is_none() => Err(format!(
                "it wants a proof of who calls ({words}): set `user` and `secret`"
            )),
            401 | 407 => Err(format!("it does not take `user` and `secret` ({words})")),
            403 => Err(format!("it does not let us in ({words})")),
            500..=699 => Err(format!("it answered {words}")),
            _ if agent.has_proven() => Ok(format!("answered {words}, took user and secret")),
            _ => Ok(format!(
                "answered {words}; only a call proves that it lets us call"
            )),
        }
    }
}

#[cfg(test)]
mod tests;
