//! Mail by SMTP, over STARTTLS or TLS.
//!
//! Begin with [`Smtp::send`]: a [`Letter`] is written and handed to a [`Post`], which holds the connections.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, TlsParameters};

pub mod conversation;
pub mod dkim;
pub mod grant;
pub mod letter;
pub mod sign_in;

use super::{Message, SendError, Taken};
use conversation::{Parcel, Post, Protection};
use dkim::Signer;
use letter::Letter;
use sign_in::{Proof, SignIn};

/// A server that stays silent holds a connection no longer than this. The library's own time-out
/// covers only the connect.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// STARTTLS, refused when the server does not offer it.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Plain text, on this machine only.
    None,
}

/// A mail server and how to talk to it.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Host name, as its certificate says.
    pub server: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// Sign-in name, and what proves it.
    pub account: Option<(String, Proof)>,
    /// Own certificate authority, PEM.
    pub ca_file: Option<PathBuf>,
    /// Sender.
    pub from: Mailbox,
    /// Host of the portal, for message ids.
    pub host: String,
    /// What signs for the sender's domain.
    pub dkim: Option<Arc<Signer>>,
}

/// A mail server.
pub struct Smtp {
    post: Post,
    from: Mailbox,
    host: String,
    dkim: Option<Arc<Signer>>,
    patience: Duration,
}

impl Smtp {
    /// Connects at the first message.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn new(settings: &SmtpSettings) -> Result<Self, String> {
        let tls = || -> Result<TlsParameters, String> {
            let mut builder = TlsParameters::builder(settings.server.clone());
            if let Some(path) = &settings.ca_file {
                let pem = std::fs::read(path)
                    .map_err(|error| format!("ca-file: {}: {error}", path.display()))?;
                let ca = Certificate::from_pem(&pem)
                    .map_err(|error| format!("ca-file: {}: {error}", path.display()))?;
                builder = builder.add_root_certificate(ca);
            }
            builder.build().map_err(|error| format!("server: {error}"))
        };
        let protection = match settings.security {
            Security::Starttls => Protection::Starttls(tls()?),
            Security::Tls => Protection::Tls(tls()?),
            Security::None => Protection::None,
        };
        let account = settings.account.clone();
        let sign_in = account.map(|(user, proof)| SignIn::new(user, &proof));
        let server = settings.server.clone();
        Ok(Self {
            post: Post::new(server, settings.port, protection, sign_in.transpose()?),
            from: settings.from.clone(),
            host: settings.host.clone(),
            dkim: settings.dkim.clone(),
            patience: PATIENCE,
        })
    }

    /// Try the server: connect, TLS, sign in.
    ///
    /// # Errors
    /// The server's words.
    pub async fn probe(&self) -> Result<(), String> {
        let tried = async {
            let mut connection = self.post.open().await?;
            // It let us in; how it says goodbye is its own affair.
            connection.abort().await;
            Ok(())
        };
        match tokio::time::timeout(self.patience, tried).await {
            Ok(said) => said,
            Err(_) => Err("the server stays silent".to_owned()),
        }
    }

    /// Send a mail.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, message: &Message) -> Result<Taken, SendError> {
        let mut letter =
            Letter::write(message, &self.from, &self.host).map_err(SendError::Never)?;
        if let Some(signer) = &self.dkim {
            let signed = signer.sign(&letter.content);
            letter.content = signed.map_err(|why| SendError::Never(why.to_owned()))?;
        }
        let parcel = Parcel {
            from: &self.from.email,
            to: &letter.to,
            content: &letter.content,
        };
        let sent = tokio::time::timeout(self.patience, self.post.send(&parcel)).await;
        let silent = "the mail server stays silent";
        sent.unwrap_or_else(|_| Err(SendError::Later(Duration::from_secs(30), silent.to_owned())))
            .map(|()| Taken::default())
    }

    /// With other patience: a test cannot wait as long as a person.
    #[cfg(test)]
    fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

#[cfg(test)]
mod tests;
