//! Group commit for SQLite: writers that wait for one another share one `COMMIT`.
//!
//! SQLite has one writer, and with the disk sync on a commit costs a disk flush. Each writer runs in
//! a savepoint of its own. Who finishes while others wait hands the connection on and waits; who
//! finishes last commits for all. A [`Lease::commit`] that returned `Ok` is on the disk, and a lease
//! that is dropped takes back only its own savepoint.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

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
        };
        let seat = lease.seat()?;
        if !seat.open {
            seat.run("BEGIN IMMEDIATE").await?;
            seat.open = true;
        }
        seat.run("SAVEPOINT writer").await?;
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

    async fn flush(&mut self) {
        if !self.open {
            return;
        }
        let committed = self.run("COMMIT").await;
        let done = committed.is_ok();
        if let Err(error) = committed {
            tracing::error!(%error, "the database did not take a commit");
            // A full disk leaves the transaction open; the next writer must begin afresh.
            drop(self.run("ROLLBACK").await);
        }
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
        let shared = Arc::clone(&self.shared);
        let seat = self.seat()?;
        seat.run("RELEASE writer").await?;
        let (waiter, committed) = oneshot::channel();
        seat.waiters.push(waiter);
        if shared.queue.load(Ordering::SeqCst) == 0 || seat.waiters.len() >= MOST {
            seat.flush().await;
        }
        self.seat = None;
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
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            if seat.run("ROLLBACK TO writer").await.is_err()
                || seat.run("RELEASE writer").await.is_err()
            {
                // The savepoint is gone, so the whole transaction is (a full disk does that).
                drop(seat.run("ROLLBACK").await);
                seat.open = false;
                seat.waiters.clear();
            } else if shared.queue.load(Ordering::SeqCst) == 0 {
                seat.flush().await;
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
