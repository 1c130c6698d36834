//! How many may be with the directory at once. A slow one holds so many requests and no more;
//! everybody else is told at once that it is busy.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::Trouble;
use crate::metrics::directory::Numbers;

/// Those who wait for a turn, for each who has one.
const QUEUE: usize = 4;
/// Longest wait for a turn.
const PATIENCE: Duration = Duration::from_secs(1);

/// So many turns, and a short queue before them.
pub struct Room {
    turns: Arc<Semaphore>,
    seats: Arc<Semaphore>,
    numbers: Numbers,
}

/// A turn; it ends when the last clone is dropped.
#[derive(Clone)]
pub struct Turn {
    _turn: Arc<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

impl Room {
    /// Room for so many at once.
    pub fn new(turns: usize, numbers: &Numbers) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(turns)),
            seats: Arc::new(Semaphore::new(turns * (1 + QUEUE))),
            numbers: numbers.clone(),
        }
    }

    /// A turn, at once or within a second.
    ///
    /// # Errors
    /// [`Trouble::NotAsked`] when too many are there already.
    pub async fn enter(&self) -> Result<Turn, Trouble> {
        let busy = || {
            self.numbers.busy();
            Trouble::NotAsked("too many questions under way; it is slow".to_owned())
        };
        let seat = Arc::clone(&self.seats).try_acquire_owned();
        let seat = seat.map_err(|_| busy())?;
        let turn = Arc::clone(&self.turns).acquire_owned();
        match tokio::time::timeout(PATIENCE, turn).await {
            Ok(Ok(turn)) => Ok(Turn {
                _turn: Arc::new((turn, seat)),
            }),
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_told_at_once() {
        let numbers = crate::metrics::directory::Directories::default().of("ldap", "all");
        let room = Room::new(2, &numbers);
        let mut asking = Context::from_waker(Waker::noop());
        let turns = [room.enter().await.unwrap(), room.enter().await.unwrap()];
        let mut queue: Vec<_> = (0..2 * QUEUE).map(|_| Box::pin(room.enter())).collect();
        for one in &mut queue {
            assert!(one.as_mut().poll(&mut asking).is_pending());
        }
        let late = pin!(room.enter()).poll(&mut asking);
        assert!(matches!(late, Poll::Ready(Err(Trouble::NotAsked(_)))));
        // Who goes away leaves a seat, and a turn goes to the next in the queue.
        queue.pop();
        assert!(pin!(room.enter()).poll(&mut asking).is_pending());
        drop(turns);
        assert!(queue.remove(0).await.is_ok());
    }
}
