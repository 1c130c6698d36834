//! Mail by SMTP, over STARTTLS or TLS.

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Category;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use zeroize::Zeroizing;

use super::{Message, SendError, Taken};

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
    /// Sign-in name and password.
    pub account: Option<(String, Zeroizing<String>)>,
    /// Own certificate authority, PEM.
    pub ca_file: Option<PathBuf>,
    /// Sender.
    pub from: Mailbox,
    /// Host of the portal, for message ids.
    pub host: String,
}

/// A connection pool to a mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
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
        let tls = match settings.security {
            Security::Starttls => Tls::Required(tls()?),
            Security::Tls => Tls::Wrapper(tls()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.server)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(10)));
        if let Some((name, password)) = &settings.account {
            builder = builder.credentials(Credentials::new(name.clone(), password.to_string()));
        }
        Ok(Self {
            transport: builder.build(),
            from: settings.from.clone(),
            host: settings.host.clone(),
        })
    }

    /// Try the server: connect, TLS, sign in.
    ///
    /// # Errors
    /// The server's words.
    pub async fn probe(&self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the server does not answer to NOOP".to_owned()),
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => Err("the server stays silent".to_owned()),
        }
    }

    /// Send a mail.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, message: &Message) -> Result<Taken, SendError> {
        let mail = self.mail(message).map_err(SendError::Never)?;
        match tokio::time::timeout(PATIENCE, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(Taken::default()),
            Ok(Err(error)) if of_the_mail(&error) => Err(SendError::Never(reason(&error))),
            Ok(Err(error)) => Err(SendError::Later(Duration::from_secs(5), reason(&error))),
            Err(_) => Err(SendError::Later(
                Duration::from_secs(30),
                "the mail server stays silent".to_owned(),
            )),
        }
    }

    fn mail(&self, message: &Message) -> Result<lettre::Message, String> {
        let to: Mailbox = message
            .to
            .parse()
            .map_err(|_| "not an address".to_owned())?;
        let html = message.html.clone().unwrap_or_default();
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject.clone())
            .message_id(Some(format!("<{}@{}>", message.id, self.host)))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(
                message.body.clone(),
                html,
            ))
            .map_err(|error| error.to_string())
    }
}

/// Is it the mail, or whoever it is for, that is refused for ever (RFC 5321, 4.2.1: `x5z`, the mail system)? What a server
/// has against us, such as our password, may be mended, and another server may not mind.
fn of_the_mail(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status();
    error.is_permanent() && code.is_none_or(|code| code.category == Category::MailSystem)
}

/// What may stand in a log: servers repeat the recipient in their words.
fn reason(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(
        || error.to_string(),
        |code| format!("the mail server answered {code}"),
    )
}

#[cfg(test)]
mod tests;
