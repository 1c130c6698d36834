//! The servers of a directory: which one is asked, and what is remembered of each.
//!
//! They are asked in the order of the configuration. One that failed is left alone ([`Health`]) and
//! the next one is asked at once; a background task tries the failed one again, so that no request
//! waits for it, and from its return on it is asked again. With none left nobody waits at all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Short, PoisonError, Weak};
use std::time::Duration;

use keymend_core::password::NewPassword;
use ldap3::LdapConnSettings;
use rand_core::TryRng as _;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use super::connection::{self, Connection, Query, Trouble};
use super::health::Health;
use super::reply::Found;
use super::settings::LdapSettings;
use crate::chance::Os;
use crate::metrics::directory::Numbers;

/// A connection that lay idle for longer is not used again: a firewall may have forgotten it
/// without a word, and a write must not be what finds out.
const IDLE: Duration = Duration::from_mins(1);

/// Servers that hold the same entries, in order of preference.
pub struct Servers {
    all: Vec<Arc<Server>>,
}

impl Servers {
    /// Connects to nobody yet.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn new(settings: &LdapSettings, numbers: &Numbers) -> Result<Self, String> {
        let manners = connection::manners(settings)?;
        let group = Arc::new(Group {
            up: AtomicUsize::new(settings.url.iter().count()),
            numbers: numbers.clone(),
        });
        let server = |url: &Url| Arc::new(Server::new(url, settings, &manners, &group));
        let all: Vec<_> = settings.url.iter().map(server).collect();
        numbers.open(all.is_empty());
        Ok(Self { all })
    }

    /// All of them, well or not.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Server>> {
        self.all.iter()
    }

    /// One question to one server after the other, as long as the next one may do better.
    #[must_use]
    pub fn round(&self) -> Round<'_> {
        Round {
            servers: self,
            at: 0,
            last: None,
        }
    }

    /// Why nobody can be asked.
    fn none(&self) -> Trouble {
        let known = |server: &Arc<Server>| Some(format!("{}: {}", server.name, server.down()?));
        let all: Vec<String> = self.all.iter().filter_map(known).collect();
        Trouble::NotAsked(all.join("; "))
    }
}

/// A question on its way from server to server.
pub struct Round<'a> {
    servers: &'a Servers,
    at: usize,
    last: Option<Trouble>,
}

impl<'a> Round<'a> {
    /// The next server that is up.
    pub fn server(&mut self) -> Option<&'a Arc<Server>> {
        loop {
            let server = self.servers.all.get(self.at)?;
            self.at += 1;
            if server.down().is_none() {
                return Some(server);
            }
        }
    }

    /// What it said, if that is the end of it.
    pub fn heard<T>(
        &mut self,
        server: &Arc<Server>,
        said: Result<T, Trouble>,
    ) -> Option<Result<T, Trouble>> {
        match said {
            Err(trouble) if trouble.is_the_servers() => {
                // Busy or unavailable, in its own words: the others need not hear it again.
                if matches!(trouble, Trouble::Refused(_)) {
                    server.failed(&trouble);
                }
                self.last = Some(trouble);
                None
            }
            said => Some(said),
        }
    }

    /// Nobody is left to ask.
    pub fn end(self) -> Trouble {
        self.last.unwrap_or_else(|| self.servers.none())
    }
}

/// What the servers of a directory share.
struct Group {
    /// How many are up.
    up: AtomicUsize,
    numbers: Numbers,
}

/// One server.
pub struct Server {
    url: Url,
    name: String,
    manners: LdapConnSettings,
    account: (String, NewPassword),
    health: Short<Health>,
    /// The service account's connection: LDAP numbers its questions, so any number of them can be
    /// under way on one.
    line: Mutex<Option<Line>>,
    group: Arc<Group>,
}

struct Line {
    connection: Connection,
    used: Instant,
}

impl Server {
    fn new(
        url: &Url,
        settings: &LdapSettings,
        manners: &LdapConnSettings,
        group: &Arc<Group>,
    ) -> Self {
        let host = url.host_str().unwrap_or_default();
        let port = if url.scheme() == "ldaps" { 636 } else { 389 };
        let name = format!("{host}:{}", url.port().unwrap_or(port));
        group.numbers.up(&name, true);
        Self {
            url: url.clone(),
            name,
            manners: manners.clone(),
            account: (settings.bind_dn.clone(), settings.bind_password.clone()),
            health: Short::new(Health::new(Instant::now())),
            line: Mutex::new(None),
            group: Arc::clone(group),
        }
    }

    /// Its address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// A new connection to this very server, well or not; nobody is signed in on it.
    ///
    /// # Errors
    /// [`Trouble::NotAsked`].
    pub async fn connect(self: &Arc<Self>) -> Result<Connection, Trouble> {
        let began = Instant::now();
        let opened = connection::open(self, &self.url, &self.manners).await;
        let outcome = if opened.is_ok() {
            "answered"
        } else {
            "unreachable"
        };
        self.tally("connect", outcome, began.elapsed());
        if let Err(trouble) = &opened {
            self.failed(trouble);
        }
        opened
    }

    /// The connection of the service account, and whether it was opened just now.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn line(self: &Arc<Self>) -> Result<(Connection, bool), Trouble> {
        let mut line = self.line.lock().await;
        if let Some(open) = &mut *line
            && open.used.elapsed() < IDLE
            && !open.connection.closed()
        {
            open.used = Instant::now();
            return Ok((open.connection.clone(), false));
        }
        *line = None;
        // Whoever waited for the lock while somebody else found out need not try again.
        if let Some(why) = self.down() {
            return Err(Trouble::NotAsked(why));
        }
        let connection = self.sign_in().await?;
        let used = Instant::now();
        *line = Some(Line {
            connection: connection.clone(),
            used,
        });
        Ok((connection, true))
    }

    /// A new connection with the service account signed in.
    async fn sign_in(self: &Arc<Self>) -> Result<Connection, Trouble> {
        let open = self.connect().await?;
        let (dn, password) = &self.account;
        let answer = open.bind(dn, password.expose()).await?;
        if answer.code == 0 {
            return Ok(open);
        }
        let trouble = Trouble::LockedOut(answer);
        self.failed(&trouble);
        Err(trouble)
    }

    /// Search as the service account; once more on a new connection when the old one had gone.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn search(self: &Arc<Self>, query: &Query) -> Result<Vec<Found>, Trouble> {
        let (line, new) = self.line().await?;
        let mut said = line.search(query.clone()).await;
        if !new && matches!(said, Err(Trouble::Lost(_) | Trouble::NotAsked(_))) {
            said = self.line().await?.0.search(query.clone()).await;
        }
        if let Err(trouble @ Trouble::Lost(_)) = &said {
            self.failed(trouble);
        }
        said
    }

    /// As if nothing had been asked on the service account's connection for so long.
    #[cfg(test)]
    pub async fn idle_for(&self, time: Duration) {
        if let Some(line) = &mut *self.line.lock().await
            && let Some(before) = line.used.checked_sub(time)
        {
            line.used = before;
        }
    }

    /// Why it is left alone; `None` while it is asked.
    pub fn down(&self) -> Option<String> {
        self.health().down().map(str::to_owned)
    }

    fn health(&self) -> std::sync::MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Note how an operation went.
    pub fn tally(&self, operation: &'static str, outcome: &'static str, took: Duration) {
        let numbers = &self.group.numbers;
        numbers.asked(&self.name, operation, outcome, took);
    }

    /// It cannot be reached, stays silent, or does not let the service account in.
    pub fn failed(self: &Arc<Self>, trouble: &Trouble) {
        let locked_out = matches!(trouble, Trouble::LockedOut(_));
        let (why, now) = (trouble.to_string(), Instant::now());
        let mut health = self.health();
        let news = health.failed(why, locked_out, now, chance());
        let fall = health.fall();
        drop(health);
        let Some(wait) = news else {
            return;
        };
        let group = &self.group;
        let left = group.up.fetch_sub(1, Ordering::Relaxed) - 1;
        group.numbers.up(&self.name, false);
        group.numbers.open(left == 0);
        let server = &self.name;
        if left == 0 {
            tracing::error!(server, %trouble, "no connection to the directory: no server is left");
        } else {
            tracing::error!(server, %trouble, left, "a server of the directory is down");
        }
        tokio::spawn(bring_back(Arc::downgrade(self), fall, wait));
    }

    /// It was asked although it is down, and answered.
    pub fn answers(&self) {
        if self.down().is_some() {
            self.back();
        }
    }

    fn back(&self) {
        if !self.health().back(Instant::now()) {
            return;
        }
        let group = &self.group;
        group.up.fetch_add(1, Ordering::Relaxed);
        group.numbers.up(&self.name, true);
        group.numbers.open(false);
        tracing::info!(server = self.name, "a server of the directory is back");
    }
}

/// Try a server that is down until it is well, or nobody wants it any more. If it fell again
/// meanwhile, there is another task for that.
async fn bring_back(server: Weak<Server>, fall: u64, mut wait: Duration) {
    loop {
        tokio::time::sleep(wait).await;
        let Some(server) = server.upgrade() else {
            return;
        };
        let over = || server.down().is_none() || server.health().fall() != fall;
        if over() {
            return;
        }
        match server.sign_in().await {
            Ok(connection) => {
                let used = Instant::now();
                *server.line.lock().await = Some(Line { connection, used });
                server.back();
                return;
            }
            Err(_) if over() => return,
            Err(trouble) => {
                let locked_out = matches!(trouble, Trouble::LockedOut(_));
                let why = trouble.to_string();
                wait = server.health().still_down(why, locked_out, chance());
            }
        }
    }
}

fn chance() -> u8 {
    let number = Os.try_next_u32().unwrap_or_default();
    number.to_le_bytes()[0]
}
