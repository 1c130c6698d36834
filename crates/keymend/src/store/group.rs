//! Group commit for SQLite: writers that wait for one another share one `COMMIT`.
//!
//! SQLite has one writer, and with the disk sync on a commit costs a disk flush. The first writer
//! begins the transaction, each later one runs in a savepoint of its own. Who finishes while others
//! wait hands the connection on and waits; who finishes last commits for all. A [`Lease::commit`]
//! that returned `Ok` is on the disk, and a lease that is dropped takes back only its own part.
//! Every call crosses to the connection's thread and back, so calls that follow each other are one.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tracing::Instrument as _;

use super::StoreError;

/// Writers that may share a commit. Bounds how long the first of them waits.
const MOST: usize = 64;

type Waiter = oneshot::Sender<bool>;

/// The one connection that writes.
#[derive(Clone)]
pub struct Group {
    shared: Arc<Shared>,
}

struct Shared {
    seat: Arc<Mutex<Seat>>,
    queue: AtomicUsize,
}

struct Seat {
    connection: Option<SqliteConnection>,
    open: bool,
    waiters: Vec<Waiter>,
}

/// The right to write, until committed or dropped.
pub struct Lease {
    seat: Option<OwnedMutexGuard<Seat>>,
    shared: Arc<Shared>,
    /// Others wait for the same commit, so this one stands in a savepoint.
    joined: bool,
}

/// Stands in the queue. Leaving it unserved wakes a flush: somebody may have counted on us.
struct Place {
    shared: Arc<Shared>,
    served: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.queue.fetch_sub(1, Ordering::SeqCst);
        if !self.served {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move {
                let mut seat = Arc::clone(&shared.seat).lock_owned().await;
                seat.flush().await;
            });
        }
    }
}

impl Group {
    /// Over an open connection.
    pub fn new(connection: SqliteConnection) -> Self {
        Self {
            shared: Arc::new(Shared {
                seat: Arc::new(Mutex::new(Seat {
                    connection: Some(connection),
                    open: false,
                    waiters: Vec::new(),
                })),
                queue: AtomicUsize::new(0),
            }),
        }
    }

    /// Wait for the turn to write.
    pub async fn lease(&self) -> Result<Lease, StoreError> {
        self.shared.queue.fetch_add(1, Ordering::SeqCst);
        let mut place = Place {
            shared: Arc::clone(&self.shared),
            served: false,
        };
        let seat = Arc::clone(&self.shared.seat).lock_owned().await;
        place.served = true;
        drop(place);
        let mut lease = Lease {
            seat: Some(seat),
            shared: Arc::clone(&self.shared),
            joined: false,
        };
        // Marked before it is so: whoever is cancelled in here takes it back as if it were.
        let joined = lease.seat()?.open;
        lease.joined = joined;
        let seat = lease.seat()?;
        seat.open = true;
        let begin = if joined {
            "SAVEPOINT writer"
        } else {
            "BEGIN IMMEDIATE"
        };
        seat.run(begin).await?;
        Ok(lease)
    }

    /// Commit what waits and close the connection.
    pub async fn close(&self) {
        let mut seat = self.shared.seat.lock().await;
        seat.flush().await;
        if let Some(connection) = seat.connection.take() {
            // Closing cleanly folds the log into the file; a failure here loses nothing.
            drop(connection.close().await);
        }
    }
}

impl Seat {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection
            .as_mut()
            .ok_or(StoreError::Down(sqlx::Error::PoolClosed))
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.connection()?.execute(sql).await?;
        Ok(())
    }

    /// A part is done: hand on or, when nobody waits, commit for everybody.
    async fn end(&mut self, joined: bool, shared: &Shared) {
        let last = shared.queue.load(Ordering::SeqCst) == 0 || self.waiters.len() >= MOST;
        let ended = match (joined, last) {
            (true, true) => self.run("RELEASE writer; COMMIT").await,
            (false, true) => self.run("COMMIT").await,
            (true, false) => self.run("RELEASE writer").await,
            (false, false) => Ok(()),
        };
        match ended {
            Ok(()) if last => self.tell(true),
            Ok(()) => {}
            Err(error) => self.fail(&error).await,
        }
    }

    async fn flush(&mut self) {
        if !self.open {
            return;
        }
        match self.run("COMMIT").await {
            Ok(()) => self.tell(true),
            Err(error) => self.fail(&error).await,
        }
    }

    /// Nothing since the last commit happened. A full disk leaves the transaction open; the next writer
    /// must begin afresh.
    async fn fail(&mut self, error: &StoreError) {
        tracing::error!(%error, "the database did not take a commit");
        drop(self.run("ROLLBACK").await);
        self.tell(false);
    }

    fn tell(&mut self, done: bool) {
        self.open = false;
        for waiter in self.waiters.drain(..) {
            // Nobody listens when the request went away: its work is committed or rolled back anyhow.
            let _ = waiter.send(done);
        }
    }
}

impl Lease {
    fn seat(&mut self) -> Result<&mut Seat, StoreError> {
        self.seat
            .as_deref_mut()
            .ok_or(StoreError::Down(sqlx::Error::PoolClosed))
    }

    /// Make it durable, alone or together with those who wait.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let (waiter, committed) = oneshot::channel();
        if let Some(mut seat) = self.seat.take() {
            let (shared, joined) = (Arc::clone(&self.shared), self.joined);
            seat.waiters.push(waiter);
            // Where nobody cancels it: others may wait for the same commit.
            let end = async move { seat.end(joined, &shared).await };
            tokio::spawn(end.in_current_span());
        }
        match committed.await {
            Ok(true) => Ok(()),
            _ => Err(StoreError::Down(sqlx::Error::WorkerCrashed)),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut seat) = self.seat.take() else {
            return;
        };
        let (shared, joined) = (Arc::clone(&self.shared), self.joined);
        tokio::spawn(async move {
            let undo = if joined {
                "ROLLBACK TO writer; RELEASE writer"
            } else {
                "ROLLBACK"
            };
            match seat.run(undo).await {
                Ok(()) if !joined => seat.open = false,
                Ok(()) if shared.queue.load(Ordering::SeqCst) == 0 => seat.flush().await,
                Ok(()) => {}
                // The savepoint is gone, so the whole transaction is (a full disk does that).
                Err(error) => seat.fail(&error).await,
            }
        });
    }
}

impl Deref for Lease {
    type Target = SqliteConnection;

    #[expect(
        clippy::expect_used,
        reason = "a lease holds its seat and the seat its connection until they are consumed"
    )]
    fn deref(&self) -> &SqliteConnection {
        self.seat
            .as_ref()
            .and_then(|seat| seat.connection.as_ref())
            .expect("a lease holds its connection")
    }
}

impl DerefMut for Lease {
    #[expect(
        clippy::expect_used,
        reason = "a lease holds its seat and the seat its connection until they are consumed"
    )]
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.seat
            .as_mut()
            .and_then(|seat| seat.connection.as_mut())
            .expect("a lease holds its connection")
    }
}
