//! One connection: TLS, time-outs, and a wall against a parser that panics.
//!
//! Every operation runs as a task of its own. A panic in it is an answer that never came, and a
//! request that goes away does not cut a write in two.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ldap3::controls::RawControl;
use ldap3::exop::PasswordModify;
use ldap3::{LdapConnAsync, LdapConnSettings, LdapError, Mod, Scope, SearchOptions};
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::policy;
use super::reply::{Answer, Found};
use super::room::Turn;
use super::servers::Server;
use super::settings::LdapSettings;
use crate::directory::DirectoryError;
use crate::tls;

/// Longest wait for a connection, TLS included.
const CONNECT: Duration = Duration::from_secs(3);
/// Longest wait for an answer.
pub const OPERATION: Duration = Duration::from_secs(5);

/// Why there is no answer that says yes or no.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Trouble {
    /// The question never left.
    #[error("{0}")]
    NotAsked(String),
    /// The connection broke after the question left.
    #[error("{0}")]
    Lost(String),
    /// No answer in time.
    #[error("no answer within {} seconds", OPERATION.as_secs())]
    Silent,
    /// An answer, and not one to go on with.
    #[error("{0}")]
    Refused(Answer),
    /// The service account is not let in.
    #[error("the service account is not let in: {0}")]
    LockedOut(Answer),
}

impl From<Trouble> for DirectoryError {
    fn from(trouble: Trouble) -> Self {
        Self::Down(trouble.to_string())
    }
}

impl Trouble {
    /// One word for the numbers.
    fn kind(&self) -> &'static str {
        match self {
            Self::NotAsked(_) => "unreachable",
            Self::Lost(_) => "lost",
            Self::Silent => "silent",
            Self::Refused(_) | Self::LockedOut(_) => "refused",
        }
    }

    /// Would another server of the directory do better? Not where this one said no.
    #[must_use]
    pub fn is_the_servers(&self) -> bool {
        match self {
            Self::NotAsked(_) | Self::Lost(_) | Self::Silent | Self::LockedOut(_) => true,
            // Busy, unavailable.
            Self::Refused(answer) => matches!(answer.code, 51 | 52),
        }
    }
}

/// Whom to believe, and how long to wait.
///
/// # Errors
/// In one line, when the certificate authority cannot be read.
pub fn manners(settings: &LdapSettings) -> Result<LdapConnSettings, String> {
    let connection = LdapConnSettings::new().set_conn_timeout(CONNECT);
    if settings.plain() {
        return Ok(connection);
    }
    let tls = tls::client("directory", settings.ca_file.as_deref())?;
    Ok(connection
        .set_config(Arc::new(tls))
        .set_starttls(settings.start_tls))
}

/// Open a connection to a server; nobody is signed in on it.
///
/// # Errors
/// [`Trouble::NotAsked`].
pub async fn open(
    server: &Arc<Server>,
    url: &Url,
    manners: &LdapConnSettings,
) -> Result<Connection, Trouble> {
    let (url, settings) = (url.clone(), manners.clone());
    let opened =
        guarded(async move { LdapConnAsync::from_url_with_settings(settings, &url).await });
    let (driven, ldap) = opened.await.map_err(|trouble| match trouble {
        Trouble::Silent => Trouble::NotAsked(format!(
            "no connection within {} seconds",
            CONNECT.as_secs()
        )),
        other => Trouble::NotAsked(other.to_string()),
    })?;
    tokio::spawn(async move {
        if let Err(error) = driven.drive().await {
            tracing::debug!(%error, "a connection to the directory ended");
        }
    });
    Ok(Connection {
        ldap,
        server: Arc::clone(server),
        marks: Arc::default(),
        turn: None,
    })
}

/// What to search for.
#[derive(Clone, Debug)]
pub struct Query {
    /// Where.
    pub base: String,
    /// How deep.
    pub scope: Scope,
    /// What, as RFC 4515 writes it.
    pub filter: String,
    /// What to bring.
    pub attributes: Vec<String>,
    /// No more than so many entries.
    pub most: i32,
}

/// A connection. Clones share it; it closes with the last one.
#[derive(Clone)]
pub struct Connection {
    ldap: ldap3::Ldap,
    server: Arc<Server>,
    marks: Arc<Marks>,
    /// Held while this clone is in use.
    turn: Option<Turn>,
}

#[derive(Default)]
struct Marks {
    /// An answer came at some time.
    answered: AtomicBool,
    /// An answer did not come: nobody asks on it again.
    spoiled: AtomicBool,
}

impl Connection {
    /// Did the server, or the network, end it; or did it let somebody down?
    pub fn closed(&mut self) -> bool {
        self.marks.spoiled.load(Ordering::Relaxed) || self.ldap.is_closed()
    }

    /// The same connection, for somebody who holds a turn.
    #[must_use]
    pub fn taking(mut self, turn: Turn) -> Self {
        self.turn = Some(turn);
        self
    }

    /// Where it leads.
    #[must_use]
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Ask, measure, and draw conclusions about connection and server.
    async fn asked<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, LdapError>> + Send + 'static,
    ) -> Result<T, Trouble> {
        let began = Instant::now();
        let said = guarded(work).await;
        let outcome = said.as_ref().map_or_else(Trouble::kind, |_| "answered");
        self.server.tally(operation, outcome, began.elapsed());
        match &said {
            Ok(_) => self.marks.answered.store(true, Ordering::Relaxed),
            Err(trouble) => {
                self.marks.spoiled.store(true, Ordering::Relaxed);
                // A line that was good once and is broken now says little: servers and firewalls
                // end idle ones. One that never was any good, or silence, says all.
                let answered = self.marks.answered.load(Ordering::Relaxed);
                if matches!(trouble, Trouble::Silent) || !answered {
                    self.server.failed(trouble);
                }
            }
        }
        said
    }

    /// Sign in. An empty password is refused here: servers take it for "nobody in particular" and say yes.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn bind(&self, dn: &str, password: &str) -> Result<Answer, Trouble> {
        if password.is_empty() {
            return Err(Trouble::NotAsked("an empty password".to_owned()));
        }
        let mut ldap = self.ldap.clone();
        let (dn, password) = (dn.to_owned(), Zeroizing::new(password.to_owned()));
        let bound = self.asked("bind", async move {
            ldap.with_timeout(OPERATION)
                .with_controls(policy::request());
            ldap.simple_bind(&dn, &password).await
        });
        bound.await.map(Answer::from)
    }

    /// Search. References to other servers are not followed.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn search(&self, query: Query) -> Result<Vec<Found>, Trouble> {
        let mut ldap = self.ldap.clone();
        let most = query.most;
        let found = self.asked("search", async move {
            let Query {
                base,
                scope,
                filter,
                attributes,
                most,
            } = query;
            ldap.with_search_options(SearchOptions::new().sizelimit(most));
            let search = ldap.search(&base, scope, &filter, attributes);
            tokio::time::timeout(OPERATION, search).await?
        });
        let ldap3::SearchResult(entries, result) = found.await?;
        let entries = entries.into_iter().filter(|entry| !entry.is_ref());
        // One that cannot be read is not left out: the others would look like all there are.
        let found: Option<Vec<Found>> = entries.map(|entry| Found::read(entry.0)).collect();
        let Some(found) = found else {
            return Err(Trouble::Lost("an entry that cannot be read".to_owned()));
        };
        let enough = usize::try_from(most).is_ok_and(|most| found.len() >= most);
        match result.rc {
            0 => Ok(found),
            // "More than you wanted" is what a size limit is for; but ours, not a smaller one of the server.
            4 if enough => Ok(found),
            _ => Err(Trouble::Refused(result.into())),
        }
    }

    /// Set a password by RFC 3062; with the old one when it is known.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn set_password(
        &self,
        dn: &str,
        old: Option<&str>,
        new: &str,
    ) -> Result<Answer, Trouble> {
        if new.is_empty() {
            return Err(Trouble::NotAsked("an empty password".to_owned()));
        }
        let secret = |text: &str| Zeroizing::new(text.to_owned());
        let mut ldap = self.ldap.clone();
        let (dn, old, new) = (dn.to_owned(), old.map(secret), secret(new));
        let set = self.asked("set", async move {
            ldap.with_timeout(OPERATION)
                .with_controls(policy::request());
            let wanted = PasswordModify {
                user_id: Some(&dn),
                old_pass: old.as_ref().map(|old| old.as_str()),
                new_pass: Some(&new),
            };
            ldap.extended(wanted).await
        });
        set.await
            .map(|ldap3::result::ExopResult(_, result)| result.into())
    }

    /// Ask for a change that cannot be made, to learn from the refusal what would be allowed.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn would(
        &self,
        dn: &str,
        impossible: Mod<Vec<u8>>,
        controls: Vec<RawControl>,
    ) -> Result<Answer, Trouble> {
        let mut ldap = self.ldap.clone();
        let dn = dn.to_owned();
        let said = self.asked("would", async move {
            ldap.with_timeout(OPERATION).with_controls(controls);
            ldap.modify(&dn, vec![impossible]).await
        });
        said.await.map(Answer::from)
    }

    /// Change an entry: all of it, or nothing.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn modify(
        &self,
        dn: &str,
        changes: Vec<Change>,
        mut controls: Vec<RawControl>,
    ) -> Result<Answer, Trouble> {
        let mut ldap = self.ldap.clone();
        let dn = dn.to_owned();
        controls.push(policy::request());
        let done = self.asked("modify", async move {
            let changes = changes.into_iter().map(Change::into_sent).collect();
            ldap.with_timeout(OPERATION).with_controls(controls);
            ldap.modify(&dn, changes).await
        });
        done.await.map(Answer::from)
    }
}

/// One change of an entry.
#[derive(Clone)]
pub struct Change {
    how: How,
    attribute: Cow<'static, str>,
    value: Option<Zeroizing<Vec<u8>>>,
}

#[derive(Clone, Copy)]
enum How {
    Add,
    Remove,
    Set,
}

impl Change {
    /// One more value.
    #[must_use]
    pub fn add(attribute: &'static str, value: Zeroizing<Vec<u8>>) -> Self {
        Self::new(How::Add, attribute, Some(value))
    }

    /// Exactly this value.
    #[must_use]
    pub fn set(attribute: impl Into<Cow<'static, str>>, value: Zeroizing<Vec<u8>>) -> Self {
        Self::new(How::Set, attribute, Some(value))
    }

    /// Without this value.
    #[must_use]
    pub fn take(attribute: &'static str, value: Zeroizing<Vec<u8>>) -> Self {
        Self::new(How::Remove, attribute, Some(value))
    }

    /// No value at all; refused where there was none.
    #[must_use]
    pub fn remove(attribute: &'static str) -> Self {
        Self::new(How::Remove, attribute, None)
    }

    /// No value at all, whether there was one or not.
    #[must_use]
    pub fn clear(attribute: &'static str) -> Self {
        Self::new(How::Set, attribute, None)
    }

    fn new(
        how: How,
        attribute: impl Into<Cow<'static, str>>,
        value: Option<Zeroizing<Vec<u8>>>,
    ) -> Self {
        Self {
            how,
            attribute: attribute.into(),
            value,
        }
    }

    fn into_sent(self) -> Mod<Vec<u8>> {
        let attribute = self.attribute.as_bytes().to_vec();
        let values: HashSet<Vec<u8>> = self.value.iter().map(|value| value.to_vec()).collect();
        match self.how {
            How::Add => Mod::Add(attribute, values),
            How::Remove => Mod::Delete(attribute, values),
            How::Set => Mod::Replace(attribute, values),
        }
    }
}

async fn guarded<T: Send + 'static>(
    work: impl Future<Output = Result<T, LdapError>> + Send + 'static,
) -> Result<T, Trouble> {
    match tokio::spawn(work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(LdapError::Timeout { .. })) => Err(Trouble::Silent),
        Ok(Err(error @ LdapError::OpSend { .. })) => Err(Trouble::NotAsked(error.to_string())),
        Ok(Err(LdapError::ResultRecv { .. } | LdapError::EndOfStream)) => {
            Err(Trouble::Lost("the connection ended".to_owned()))
        }
        Ok(Err(error)) => Err(Trouble::Lost(error.to_string())),
        Err(_) => Err(Trouble::Lost("an answer that cannot be read".to_owned())),
    }
}
