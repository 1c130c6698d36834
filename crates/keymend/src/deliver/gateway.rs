//! Gateways: providers of a channel. A closed set, ours.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use keymend_core::alphabet::segments;
use keymend_core::method::Channel;
use keymend_core::secret::Purpose;
use keymend_core::time::Timestamp;
use tokio::io::AsyncWriteExt as _;
use zeroize::Zeroizing;

pub mod http;
pub mod sip;
pub mod smpp;
pub mod smtp;
mod stream;

use self::http::Http;
use self::sip::Sip;
use self::smpp::Smpp;
use super::receipt::Heard;
use crate::app::App;
use crate::chance::Clock;
use crate::store::Store;
use crate::store::demo::DemoMessage;
use smtp::Smtp;

/// A message that is ready to leave.
pub struct Message {
    /// Idempotency key: the outbox row.
    pub id: String,
    /// How.
    pub channel: Channel,
    /// Number in E.164, or address.
    pub to: String,
    /// Country of the number (ISO 3166-1, two letters), where it has one.
    pub country: Option<String>,
    /// Subject of a mail, else empty.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The HTML part of a mail.
    pub html: Option<String>,
    /// Its language, as our texts are named.
    pub language: &'static str,
    /// The digits of a code, which a call speaks one by one; empty in a notice.
    pub code: Zeroizing<String>,
    /// What a call with a code is to say, sealed ([`super::call::Call`]).
    pub script: Option<String>,
    /// What the code is for; nothing in a notice or a test.
    pub purpose: Option<Purpose>,
    /// When the code ends; nothing in a notice.
    pub until: Option<Timestamp>,
}

/// What goes on after a message was taken, such as a call while it lasts: the gateway's own receipt.
pub type Rest = Pin<Box<dyn Future<Output = Heard> + Send>>;

/// A gateway has taken a message.
#[derive(Default)]
pub struct Taken {
    /// What the gateway calls it, for receipts and for asking its support.
    pub reference: Option<String>,
    /// What has to be waited for; nothing where receipts come by themselves, or not at all.
    pub rest: Option<Rest>,
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Taken");
        shown
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// Why a message did not leave, and what comes next.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Not now, or not by this gateway: another one may be asked.
    #[error("later: {1}")]
    Later(Duration, String),
    /// Nothing was heard: it may have been taken. Another one may be asked, and this one once more.
    #[error("later: {0}")]
    Silent(String),
    /// Not ever by this gateway, and no fault of it: another one may be able to.
    #[error("not by this gateway: {0}")]
    Elsewhere(String),
    /// Not ever, by nobody: it is the message, or whoever it is for.
    #[error("never: {0}")]
    Never(String),
}

/// A provider of a channel.
pub enum Gateway {
    /// The demo's message page.
    Demo {
        /// Where it reads.
        store: Store,
        /// What time it says.
        clock: Clock,
    },
    /// A mail server.
    Smtp(Box<Smtp>),
    /// A provider of text messages.
    Http(Box<Http>),
    /// An exchange that calls.
    Sip(Box<Sip>),
    /// A message centre.
    Smpp(Box<Smpp>),
    /// A folder that something else empties: a modem daemon, a pick-up directory.
    Folder(PathBuf),
}

impl Gateway {
    /// Connect where what becomes of messages is told over a connection that stays; `id` is the name in the configuration.
    pub fn listen(&self, app: &Arc<App>, id: &str) {
        if let Self::Smpp(smpp) = self {
            smpp.listen(app, id);
        }
    }

    /// In how many parts a message travels.
    #[must_use]
    pub fn parts(&self, message: &Message) -> usize {
        match (self, message.channel) {
            (Self::Smpp(smpp), _) => smpp.parts(message),
            (_, Channel::Sms) => segments(&message.body).count,
            (_, Channel::Voice | Channel::Email) => 1,
        }
    }

    /// Take leave of it.
    pub async fn close(&self) {
        if let Self::Smpp(smpp) = self {
            smpp.close().await;
        }
    }

    /// Hand a message over.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, message: &Message) -> Result<Taken, SendError> {
        match self {
            Self::Demo { store, clock } => {
                let shown = DemoMessage::new(
                    message.id.clone(),
                    message.channel.as_str(),
                    message.to.clone(),
                    message.subject.clone(),
                    message.body.clone(),
                    clock.now(),
                );
                let show = async {
                    let mut tx = store.begin().await?;
                    tx.show(&shown).await?;
                    tx.commit().await
                };
                show.await
                    .map(|()| Taken::default())
                    .map_err(|error| later(&error))
            }
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Http(http) => http.send(message).await,
            Self::Sip(sip) => sip.send(message).await,
            Self::Smpp(smpp) => smpp.send(message).await,
            Self::Folder(folder) => drop_off(folder, message)
                .await
                .map(|()| Taken::default())
                .map_err(|error| later(&error)),
        }
    }
}

/// One file for each message, named after the outbox row alone: nothing that a person typed becomes
/// part of a path. Written aside and renamed, so that whoever empties the folder sees whole ones.
async fn drop_off(folder: &Path, message: &Message) -> std::io::Result<()> {
    let subject = if message.subject.is_empty() {
        String::new()
    } else {
        format!("Subject: {}\n", message.subject)
    };
    let text = format!("To: {}\n{subject}\n{}\n", message.to, message.body);
    let part = folder.join(format!(".{}", message.id));
    let whole = folder.join(format!("{}-{}.txt", message.channel.as_str(), message.id));
    let mut file = tokio::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)
        .await?;
    file.write_all(text.as_bytes()).await?;
    file.sync_all().await?;
    tokio::fs::rename(&part, &whole).await
}

fn later(error: &dyn std::fmt::Display) -> SendError {
    SendError::Later(Duration::from_secs(5), error.to_string())
}
