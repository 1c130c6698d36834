//! The service account: what it asks, and how many such questions are under way at once.

use super::connection::{Connection, Query, Trouble};
use super::reply::Found;
use super::room::Room;
use super::servers::Servers;
use crate::metrics::directory::Numbers;

/// Questions of the service account that are under way at once.
const AT_ONCE: usize = 64;

/// The service account.
pub struct Service {
    room: Room,
}

impl Service {
    /// Asks nobody yet.
    #[must_use]
    pub fn new(numbers: &Numbers) -> Self {
        Self {
            room: Room::new(AT_ONCE, numbers),
        }
    }

    /// A connection on which the service account is signed in.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn connection(&self, servers: &Servers) -> Result<Connection, Trouble> {
        let turn = self.room.enter().await?;
        let mut round = servers.round();
        while let Some(server) = round.server() {
            let opened = server.line().await;
            if let Some(opened) = round.heard(server, opened) {
                return opened.map(|(connection, _)| connection.taking(turn));
            }
        }
        Err(round.end())
    }

    /// Search; on the next server when one does not answer.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn search(&self, servers: &Servers, query: Query) -> Result<Vec<Found>, Trouble> {
        let _turn = self.room.enter().await?;
        let mut round = servers.round();
        while let Some(server) = round.server() {
            let said = server.search(&query).await;
            if let Some(said) = round.heard(server, said) {
                return said;
            }
        }
        Err(round.end())
    }
}
