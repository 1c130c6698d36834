//! The store: SQLite or PostgreSQL behind one SQL text.
//!
//! Begin with [`Store`] and [`Tx`]. Each noun has its file under `store/`; a query is a named
//! constant there and is written once: `on!` compiles its body for both drivers. Rules: no
//! network call while a [`Tx`] is open; a row that two requests may change carries a version and is
//! saved only as it was seen; what records an action commits with the action.

use std::ops::{Deref, DerefMut};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection,
    SqlitePool, Transaction,
};

/// Run one body against whichever driver is behind `$tx`. Written once, compiled twice.
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(side) => {
                let $c: &mut sqlx::SqliteConnection = &mut *side;
                $body
            }
            $crate::store::Tx::Postgres(side) => {
                let $c: &mut sqlx::PgConnection = &mut *side;
                $body
            }
        }
    };
}

pub mod accounts;
pub mod audit;
pub mod bindings;
pub mod claims;
pub mod deliveries;
pub mod demo;
pub mod evidence;
pub mod flows;
mod group;
pub mod local;
pub mod meta;
pub mod methods;
pub mod notices;
pub mod outbox;
pub mod passkeys;
pub mod people;
pub mod providers;
pub mod recovery;
pub mod sessions;
pub mod stops;
pub mod sweep;
pub mod throttles;

use group::{Group, Lease};

/// Every statement that is not built from these constants is a mistake; a test prepares them all.
#[cfg(test)]
pub const ALL: &[&[&str]] = &[
    accounts::ALL,
    audit::ALL,
    bindings::ALL,
    claims::ALL,
    deliveries::ALL,
    demo::ALL,
    evidence::ALL,
    flows::ALL,
    local::ALL,
    meta::ALL,
    methods::ALL,
    notices::ALL,
    outbox::ALL,
    passkeys::ALL,
    providers::ALL,
    people::ALL,
    recovery::ALL,
    sessions::ALL,
    stops::ALL,
    sweep::ALL,
    throttles::ALL,
];

/// Pages in the log before they are folded into the file: 16 MiB. SQLite's own 4 MiB writes the pages that
/// every start touches some twenty times a second.
const CHECKPOINT: &str = "4000";

/// A connection that was quiet for so long is asked whether it still stands.
const QUIET: Duration = Duration::from_secs(1);

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody was faster: the row is not as it was seen.
    #[error("the row was changed by somebody else")]
    Lost,
    /// A row with this key is there already.
    #[error("already there")]
    Taken,
    /// The database cannot be reached, or cannot write.
    #[error("the database does not answer: {0}")]
    Down(#[source] sqlx::Error),
    /// So much waits to be sent that whoever asks for more would wait in vain.
    #[error("too much waits to be sent")]
    Full,
    /// What is stored cannot be read: damaged, or sealed under another key.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => Self::Taken,
            // 40001 serialization failure, 40P01 deadlock: PostgreSQL asks to try again.
            sqlx::Error::Database(cause)
                if matches!(cause.code().as_deref(), Some("40001" | "40P01")) =>
            {
                Self::Lost
            }
            sqlx::Error::RowNotFound => Self::Lost,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Down(error),
        }
    }
}

/// Zero rows changed means that somebody was faster, and `slower` what that means to whoever was not.
fn changed(rows: u64, slower: StoreError) -> Result<(), StoreError> {
    if rows == 0 { Err(slower) } else { Ok(()) }
}

/// Why the store cannot be opened, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is of no kind that we know.
    #[error("database.url: `{0}` is neither `sqlite:PATH` nor `postgres://…`")]
    Url(String),
    /// No connection.
    #[error("database: cannot open {place}: {cause}")]
    Connect {
        /// The URL without its password.
        place: String,
        /// The driver's words.
        cause: sqlx::Error,
    },
    /// The schema is newer than this program.
    #[error(
        "database: {0} was written by a newer version (its schema is unknown here); install that version or restore a backup"
    )]
    Newer(String),
    /// A migration failed.
    #[error("database: cannot bring the schema up to date: {0}")]
    Migrate(#[source] MigrateError),
}

impl OpenError {
    /// May it be that another process was at the same file?
    fn is_overtaken(&self) -> bool {
        match self {
            Self::Migrate(_) => true,
            Self::Connect {
                cause: sqlx::Error::Database(cause),
                ..
            } => {
                // SQLITE_BUSY, whatever its upper bits add.
                let code = cause.code().and_then(|code| code.parse::<u32>().ok());
                code.is_some_and(|code| code & 0xff == 5)
            }
            _ => false,
        }
    }
}

/// How often a file's schema is brought up to date while other processes may be doing the same.
const OVERTAKEN: u32 = 10;

/// The database.
#[derive(Clone)]
pub enum Store {
    /// One file, one writer at a time, many readers.
    Sqlite {
        /// Writers, committed in groups.
        write: Group,
        /// Readers.
        read: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// A transaction, or a connection for reading only.
pub enum Tx {
    /// On SQLite.
    Sqlite(SqliteSide),
    /// On PostgreSQL.
    Postgres(PostgresSide),
}

/// A connection to SQLite.
pub enum SqliteSide {
    /// With the right to write.
    Write(Lease),
    /// For reading.
    Read(PoolConnection<Sqlite>),
}

/// A connection to PostgreSQL.
pub enum PostgresSide {
    /// In a transaction.
    Write(Transaction<'static, Postgres>),
    /// For reading.
    Read(PoolConnection<Postgres>),
}

impl Deref for SqliteSide {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Write(lease) => lease,
            Self::Read(connection) => connection,
        }
    }
}

impl DerefMut for SqliteSide {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Write(lease) => lease,
            Self::Read(connection) => connection,
        }
    }
}

impl Deref for PostgresSide {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match self {
            Self::Write(transaction) => transaction,
            Self::Read(connection) => connection,
        }
    }
}

impl DerefMut for PostgresSide {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Write(transaction) => transaction,
            Self::Read(connection) => connection,
        }
    }
}

impl Store {
    /// Open the database and bring its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`], in one line that says what to do.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else {
            Err(OpenError::Url(without_password(url)))
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, OpenError> {
        let connect = |cause| OpenError::Connect {
            place: url.to_owned(),
            cause,
        };
        let options = SqliteConnectOptions::from_str(url)
            .map_err(connect)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", CHECKPOINT)
            .optimize_on_close(true, None);
        // Tests read in the log what a request costs, see `web/tests/effort.rs`.
        #[cfg(not(test))]
        let options = options.disable_statement_logging();
        // A file has no lock that its journal's mode and migrations could wait for. Whoever was overtaken by another process that
        // began at the same moment finds them done.
        let mut tries = 0..OVERTAKEN;
        let connection = loop {
            let opened = async {
                let mut connection = options.connect().await.map_err(connect)?;
                migrate(&mut connection, url).await?;
                Ok::<_, OpenError>(connection)
            };
            match opened.await {
                Ok(connection) => break connection,
                Err(error) if error.is_overtaken() && tries.next().is_some() => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => return Err(error),
            }
        };
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            // A file does not hang up; the ping would cost as much as a query.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Ok(Self::Sqlite {
            write: Group::new(connection),
            read,
        })
    }

    async fn open_postgres(url: &str) -> Result<Self, OpenError> {
        let place = without_password(url);
        let connect = |cause| OpenError::Connect {
            place: place.clone(),
            cause,
        };
        let mut options = PgConnectOptions::from_str(url).map_err(connect)?;
        // The driver's default falls back to plain text. Only a database on this machine may do that.
        let local = matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1")
            || options.get_host().starts_with('/');
        if !local && !url.contains("sslmode=") {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .before_acquire(|connection, idle| {
                Box::pin(async move {
                    // A server that went away is noticed here; one that answered just now is not asked.
                    if idle.idle_for >= QUIET {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options.disable_statement_logging())
            .await
            .map_err(connect)?;
        let mut connection = pool.acquire().await.map_err(connect)?;
        migrate(&mut *connection, &place).await?;
        drop(connection);
        Ok(Self::Postgres(pool))
    }

    /// Begin a transaction that may write.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(SqliteSide::Write(write.lease().await?)),
            Self::Postgres(pool) => {
                // sqlx 0.9.0 hands a connection back inside a transaction when `begin` is cancelled, so
                // it runs where nobody cancels it; what it began for nobody is rolled back.
                let pool = pool.clone();
                let begun = tokio::spawn(async move { pool.begin().await }).await;
                let begun = begun.map_err(|_| StoreError::Down(sqlx::Error::WorkerCrashed))?;
                Tx::Postgres(PostgresSide::Write(begun?))
            }
        })
    }

    /// A connection for reading only: it never waits for a writer.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(SqliteSide::Read(read.acquire().await?)),
            Self::Postgres(pool) => Tx::Postgres(PostgresSide::Read(pool.acquire().await?)),
        })
    }

    /// Finish what is under way and close.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Make everything since `begin` durable; nothing has left the house before this line.
    ///
    /// # Errors
    /// [`StoreError::Down`]: then nothing of it happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(SqliteSide::Write(lease)) => lease.commit().await,
            Self::Postgres(PostgresSide::Write(transaction)) => Ok(transaction.commit().await?),
            Self::Sqlite(SqliteSide::Read(_)) | Self::Postgres(PostgresSide::Read(_)) => Ok(()),
        }
    }

    /// Parse a statement on the engine without running it.
    ///
    /// # Errors
    /// The engine's words.
    #[cfg(test)]
    pub async fn prepare(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        on!(self, |c| c.prepare(sql.into_sql_str()).await.map(|_| ()))
    }
}

async fn migrate<'a, C>(connection: C, place: &str) -> Result<(), OpenError>
where
    C: sqlx::Acquire<'a>,
    <C::Connection as Deref>::Target: sqlx::migrate::Migrate,
{
    sqlx::migrate!("./migrations")
        .run(connection)
        .await
        .map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
                OpenError::Newer(place.to_owned())
            }
            other => OpenError::Migrate(other),
        })
}

/// A database URL that may be shown.
#[must_use]
pub fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() => {
            let _ = parsed.set_password(Some("…"));
            parsed.to_string()
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
pub mod tests;
