//! The connection of the service account: one, shared, opened again when it broke.
//!
//! LDAP numbers its questions, so any number of them can be under way on one connection.

use std::time::Duration;

use keymend_core::password::NewPassword;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::connection::{Connection, Query, Server, Trouble};
use super::reply::Found;

/// After a failure nobody tries again for so long: those who wait are told at once, and a wrong
/// password does not hammer its own account.
const BACK_OFF: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Line {
    open: Option<Connection>,
    failed: Option<(Instant, Trouble)>,
}

/// The service account's line to the directory.
pub struct Service {
    dn: String,
    password: NewPassword,
    line: Mutex<Line>,
}

impl Service {
    /// Connects at the first question.
    #[must_use]
    pub fn new(dn: String, password: NewPassword) -> Self {
        Self {
            dn,
            password,
            line: Mutex::default(),
        }
    }

    /// A connection on which the service account is signed in.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn connection(&self, server: &Server) -> Result<Connection, Trouble> {
        let mut line = self.line.lock().await;
        if let Some(open) = &mut line.open
            && !open.closed()
        {
            return Ok(open.clone());
        }
        line.open = None;
        if let Some((when, trouble)) = &line.failed
            && when.elapsed() < BACK_OFF
        {
            return Err(trouble.clone());
        }
        match self.open(server).await {
            Ok(open) => {
                line.failed = None;
                line.open = Some(open.clone());
                Ok(open)
            }
            Err(trouble) => {
                tracing::error!(%trouble, "no connection to the directory");
                line.failed = Some((Instant::now(), trouble.clone()));
                Err(trouble)
            }
        }
    }

    async fn open(&self, server: &Server) -> Result<Connection, Trouble> {
        let open = server.connect().await?;
        let answer = open.bind(&self.dn, self.password.expose()).await?;
        match answer.code {
            0 => Ok(open),
            _ => Err(Trouble::Refused(answer)),
        }
    }

    /// The connection gave no answer: the next question gets another one.
    pub async fn forget(&self) {
        self.line.lock().await.open = None;
    }

    /// Search; once more on a fresh connection when the old one had gone without a word.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn search(&self, server: &Server, query: Query) -> Result<Vec<Found>, Trouble> {
        let first = self.connection(server).await?.search(query.clone()).await;
        match first {
            Err(Trouble::Lost(_) | Trouble::NotAsked(_)) => {
                self.forget().await;
                let again = self.connection(server).await?.search(query).await;
                if matches!(again, Err(Trouble::Lost(_) | Trouble::Silent)) {
                    self.forget().await;
                }
                again
            }
            Err(Trouble::Silent) => {
                self.forget().await;
                first
            }
            other => other,
        }
    }
}
