//! Text messages through a message centre (SMSC), by SMPP 3.4.
//!
//! Begin with [`Smpp::send`]: it makes [`submit`] of a message and hands it to the [`session`], which keeps a [`link`] open
//! as long as the process lives, sends over it ([`talk`]), and hears receipts ([`receipt`]). Frames are read and written by the
//! crate `rusmpp`.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use rusmpp::CommandStatus;
use rustls::ClientConfig;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use zeroize::Zeroizing;

mod ears;
mod link;
pub mod receipt;
mod session;
mod status;
pub mod submit;
mod talk;

use self::ears::Ears;
use self::link::{Link, Refused, Role};
use self::receipt::Names;
use self::session::Session;
use self::submit::Form;
use self::talk::{Request, Trouble, Waiting};
use super::{Message, SendError, Taken};
use crate::app::App;
use crate::chance::Clock;
use crate::tls;

/// What is usual for [`Habits::patience`].
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Wait while there is no link.
const SOON: Duration = Duration::from_secs(2);
/// Longest wait for a place among what is sent, and for the answer.
const TURN: Duration = Duration::from_secs(20);
/// Longest goodbye.
const GOODBYE: Duration = Duration::from_secs(3);
/// Messages that wait to be sent.
const WAITING: usize = 256;

/// Whom the centre lets in.
#[derive(Clone)]
pub struct Account {
    /// `system_id`: at most 15 letters.
    pub user: String,
    /// `password`: at most 8.
    pub secret: Zeroizing<String>,
}

/// Without the secret.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// In clear.
    Tcp,
    /// With TLS.
    Tls,
}

/// How we behave at a centre.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Messages that are not answered yet, at most.
    pub window: usize,
    /// Messages a second, at most; 0: as many as there are.
    pub per_second: u32,
    /// How long nothing is heard before we ask whether it is there.
    pub enquire: Duration,
    /// Longest wait for the answer to a message, or to the question whether it is there.
    pub patience: Duration,
    /// How receipts name messages.
    pub names: Names,
}

impl Habits {
    fn pause(&self) -> Option<Duration> {
        Duration::from_secs(1).checked_div(self.per_second)
    }
}

/// A message centre and how texts go through it.
#[derive(Clone, Debug)]
pub struct SmppSettings {
    /// Host name or address.
    pub server: String,
    /// Port.
    pub port: u16,
    /// How messages travel.
    pub transport: Transport,
    /// The only certificate authority that is believed, PEM; without it those of the system.
    pub ca_file: Option<PathBuf>,
    /// Whom it lets in.
    pub account: Account,
    /// What kind of client we are to it, where it wants to know (SMPP 3.4, 5.2.3).
    pub system_type: String,
    /// How we behave there.
    pub habits: Habits,
    /// How texts are handed over.
    pub form: Form,
}

/// What a link needs to know.
struct Place {
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    account: Account,
    system_type: String,
}

/// A session under way.
struct Running {
    codes: mpsc::Sender<Request>,
    notices: mpsc::Sender<Request>,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// A message centre.
pub struct Smpp {
    place: Arc<Place>,
    habits: Habits,
    form: Form,
    clock: Clock,
    running: OnceLock<Running>,
    /// It does not take how long a message is valid.
    timeless: AtomicBool,
}

impl fmt::Debug for Smpp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smpp").finish_non_exhaustive()
    }
}

impl Smpp {
    /// Connects when it is told to [`Self::listen`], or at the first message.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn new(settings: &SmppSettings, clock: Clock) -> Result<Self, String> {
        let tls = match settings.transport {
            Transport::Tls => {
                let config = tls::client("sms", settings.ca_file.as_deref())?;
                Some(Arc::new(config))
            }
            Transport::Tcp => None,
        };
        let place = Place {
            host: settings.server.clone(),
            port: settings.port,
            tls,
            account: settings.account.clone(),
            system_type: settings.system_type.clone(),
        };
        Ok(Self {
            place: Arc::new(place),
            habits: settings.habits,
            form: settings.form.clone(),
            clock,
            running: OnceLock::new(),
            timeless: AtomicBool::new(false),
        })
    }

    /// Sign in, and keep what the centre tells about messages, as what the gateway of this name tells.
    pub fn listen(&self, app: &Arc<App>, gateway: &str) {
        let ears = Ears::new(Arc::clone(app), gateway);
        self.running.get_or_init(|| self.begin(Some(ears)));
    }

    fn begin(&self, ears: Option<Ears>) -> Running {
        let (codes, wanted) = mpsc::channel(WAITING);
        let (notices, less_wanted) = mpsc::channel(WAITING);
        let (stop, stopped) = watch::channel(false);
        let session = Session {
            place: Arc::clone(&self.place),
            habits: self.habits,
            ears,
            waiting: Waiting {
                codes: wanted,
                notices: less_wanted,
            },
            stop: stopped,
        };
        Running {
            codes,
            notices,
            stop,
            task: Mutex::new(Some(tokio::spawn(session.run()))),
        }
    }

    /// In how many parts a text travels.
    #[must_use]
    pub fn parts(&self, message: &Message) -> usize {
        self.form.count(&message.body)
    }

    /// Say goodbye to the centre.
    pub async fn close(&self) {
        let Some(running) = self.running.get() else {
            return;
        };
        running.stop.send_replace(true);
        let task = running
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            // Whoever does not let us go is left.
            let _ = timeout(GOODBYE, task).await;
        }
    }

    /// Hand a text over: back when the centre has answered.
    ///
    /// # Errors
    /// [`SendError`]; its words have neither the number nor the text nor a secret in them.
    pub async fn send(&self, message: &Message) -> Result<Taken, SendError> {
        let now = self.clock.now();
        let validity = message.until.map(|until| now.until(until));
        let validity = validity.filter(|_| !self.timeless.load(Ordering::Relaxed));
        let mut sent = self.submit(message, validity).await;
        if validity.is_some()
            && matches!(sent, Err(Trouble::Refused(CommandStatus::EsmeRinvexpiry)))
        {
            self.timeless.store(true, Ordering::Relaxed);
            sent = self.submit(message, None).await;
        }
        match sent {
            Ok(reference) => Ok(Taken {
                reference: Some(reference).filter(|reference| !reference.is_empty()),
                rest: None,
            }),
            Err(Trouble::Down(what)) => Err(SendError::Later(SOON, what)),
            Err(Trouble::Silent) => Err(SendError::Silent("no answer in time".to_owned())),
            Err(Trouble::Refused(status)) => Err(status::refused(status)),
        }
    }

    /// All parts of a text; what the centre calls the last one.
    async fn submit(
        &self,
        message: &Message,
        validity: Option<Duration>,
    ) -> Result<String, Trouble> {
        let running = self.running.get_or_init(|| self.begin(None));
        let queue = if message.code.is_empty() {
            &running.notices
        } else {
            &running.codes
        };
        let left = Arc::new(AtomicBool::new(false));
        let parts = self.form.parts(message, validity);
        let handing = parts.into_iter().map(|part| async {
            let (answer, said) = oneshot::channel();
            let over = || Trouble::Down("we are stopping".to_owned());
            let left = Arc::clone(&left);
            let request = Request { part, left, answer };
            queue.send(request).await.map_err(|_| over())?;
            said.await.map_err(|_| over())?
        });
        let handed = timeout(TURN, join_all(handing)).await;
        let handed = handed.map_err(|_| {
            if left.load(Ordering::Relaxed) {
                Trouble::Silent
            } else {
                Trouble::Down("more messages wait than it takes".to_owned())
            }
        })?;
        let mut last = String::new();
        for said in handed {
            last = said?;
        }
        Ok(last)
    }

    /// Try the centre: sign in beside whoever else is signed in, and ask whether it is there. Nothing is sent.
    ///
    /// # Errors
    /// In one line for the operator, without secrets.
    pub async fn probe(&self) -> Result<String, String> {
        let mut link = match Link::open(&self.place, Role::Transmitter).await {
            Ok(link) => link,
            Err(Refused::Out(CommandStatus::EsmeRalybnd)) => {
                return Ok("answers, and somebody is signed in with our name already".to_owned());
            }
            Err(refused) => return Err(refused.words()),
        };
        link.probe().await?;
        let name = link.name.clone();
        link.close().await;
        Ok(match name.as_str() {
            "" => "lets us in".to_owned(),
            name => format!("`{name}` lets us in"),
        })
    }
}

#[cfg(test)]
mod tests;
