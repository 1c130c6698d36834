//! What is said to a mail server (RFC 5321), and whose fault it is when it says no.
//!
//! The library's own transport does not tell which command was refused, so it only lends its connection. A server that
//! will not have us at all answers 554 like one that will not have the mail; the first can be mended, and the next server
//! may not mind.

use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Category;
use tokio::time::Instant;

use super::sign_in::SignIn;
use crate::deliver::gateway::SendError;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// A connection that was not used for so long is closed: servers close them too, and say so when it is too late.
const IDLE: Duration = Duration::from_mins(1);
/// Connections that are kept open.
const KEPT: usize = 8;
/// Wait after a server refused us.
const REFUSED: Duration = Duration::from_secs(5);
/// Wait after a connection broke that may have brought the mail to its end.
const UNKNOWN: Duration = Duration::from_secs(30);

/// How a connection is protected.
pub enum Protection {
    /// STARTTLS, refused when the server does not offer it.
    Starttls(TlsParameters),
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// Plain text.
    None,
}

/// A mail on its way.
pub struct Parcel<'a> {
    /// Sender of the envelope.
    pub from: &'a Address,
    /// Recipient.
    pub to: &'a Address,
    /// All of it, with CRLF.
    pub content: &'a [u8],
}

/// A mail server, and the connections to it.
pub struct Post {
    server: String,
    port: u16,
    protection: Protection,
    sign_in: Option<SignIn>,
    hello: ClientId,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Post {
    /// Connects at the first mail.
    pub fn new(server: String, port: u16, protection: Protection, sign_in: Option<SignIn>) -> Self {
        Self {
            server,
            port,
            protection,
            sign_in,
            hello: ClientId::default(),
            idle: Mutex::default(),
        }
    }

    /// Connect, protect the connection, sign in.
    ///
    /// # Errors
    /// In one line, without anybody's address.
    pub async fn open(&self) -> Result<AsyncSmtpConnection, String> {
        let tls = match &self.protection {
            Protection::Tls(tls) => Some(tls.clone()),
            Protection::Starttls(_) | Protection::None => None,
        };
        let server = (self.server.as_str(), self.port);
        let opened =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), &self.hello, tls, None);
        let mut connection = opened.await.map_err(|error| words(&error))?;
        if let Protection::Starttls(tls) = &self.protection {
            let started = connection.starttls(tls.clone(), &self.hello).await;
            started.map_err(|error| words(&error))?;
        }
        if let Some(sign_in) = &self.sign_in {
            sign_in.prove(&mut connection).await?;
        }
        Ok(connection)
    }

    /// Hand a mail over.
    ///
    /// # Errors
    /// [`SendError`], without anybody's address.
    pub async fn send(&self, parcel: &Parcel<'_>) -> Result<(), SendError> {
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => self
                .open()
                .await
                .map_err(|words| SendError::Later(REFUSED, words))?,
        };
        let said = say(&mut connection, parcel).await;
        match &said {
            Ok(()) => self.keep(connection),
            // Whatever was begun is forgotten with the connection.
            Err(_) => connection.abort().await,
        }
        said
    }

    /// A connection that is still good.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = self.idle().pop()?;
            if since.elapsed() < IDLE && connection.test_connected().await {
                return Some(connection);
            }
            connection.abort().await;
        }
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push((connection, Instant::now()));
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn say(connection: &mut AsyncSmtpConnection, parcel: &Parcel<'_>) -> Result<(), SendError> {
    let mut parameters = Vec::new();
    let offers = |extension| connection.server_info().supports_feature(extension);
    // RFC 6531: an address in another script than ASCII, in the envelope and in the mail itself.
    if !parcel.to.user().is_ascii() {
        if !offers(Extension::SmtpUtfEight) {
            let what = "the mail server does not offer SMTPUTF8, which this address needs";
            return Err(SendError::Elsewhere(what.to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !parcel.content.is_ascii() && offers(Extension::EightBitMime) {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let later = |error: Error| SendError::Later(REFUSED, words(&error));
    let mail = Mail::new(Some(parcel.from.clone()), parameters);
    connection.command(mail).await.map_err(later)?;
    let to = Rcpt::new(parcel.to.clone(), Vec::new());
    connection.command(to).await.map_err(|error| {
        if is_forever(&error) && !is_about_us(&error) {
            SendError::Never(words(&error))
        } else {
            later(error)
        }
    })?;
    connection
        .command(Data)
        .await
        .map_err(|error| content(&error))?;
    let taken = connection.message(parcel.content).await;
    taken.map_err(|error| content(&error))?;
    Ok(())
}

/// The mail itself was refused, or nobody knows whether it was.
fn content(error: &Error) -> SendError {
    if is_forever(error) {
        SendError::Never(words(error))
    } else if error.status().is_some() {
        SendError::Later(REFUSED, words(error))
    } else {
        SendError::Later(UNKNOWN, words(error))
    }
}

/// RFC 5321, 4.2.1: `x5z` is about the mail system; others, such as 530, about what was or was not said before.
fn is_forever(error: &Error) -> bool {
    let system =
        |code: lettre::transport::smtp::response::Code| code.category == Category::MailSystem;
    error.is_permanent() && error.status().is_none_or(system)
}

/// RFC 3463, 3.8: `X.7` is about who may send: relaying that is denied, a sign-in that is missing.
fn is_about_us(error: &Error) -> bool {
    let said = error.source().map(ToString::to_string);
    said.is_some_and(|said| said.starts_with("5.7."))
}

/// What may stand in a log: servers repeat the recipient in their words.
pub fn words(error: &Error) -> String {
    error.status().map_or_else(
        || error.to_string(),
        |code| format!("the mail server answered {code}"),
    )
}
