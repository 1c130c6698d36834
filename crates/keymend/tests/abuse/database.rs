//! What is stored, read and changed behind the back of the portal.

use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool, query, query_scalar};
use tokio::runtime::Runtime;

/// A connection to the database of a portal.
pub struct Database {
    runtime: Runtime,
    pool: Pool,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

macro_rules! on {
    ($self:expr, |$pool:ident| $work:expr) => {
        $self.runtime.block_on(async {
            match &$self.pool {
                Pool::Sqlite($pool) => $work.await,
                Pool::Postgres($pool) => $work.await,
            }
        })
    };
}

impl Database {
    /// Open what a configuration names.
    pub fn open(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let pool = runtime.block_on(async {
            let Some(path) = url.strip_prefix("sqlite:") else {
                // One: others that are open are the portal's.
                let options = PgPoolOptions::new().max_connections(1);
                return Pool::Postgres(options.connect(url).await.unwrap());
            };
            let options = sqlx::sqlite::SqliteConnectOptions::new()
                .filename(path)
                .foreign_keys(true)
                .busy_timeout(crate::portal::PATIENCE);
            Pool::Sqlite(SqlitePool::connect_with(options).await.unwrap())
        });
        Self { runtime, pool }
    }

    /// Is it a server, and no file?
    pub fn is_postgres(&self) -> bool {
        matches!(self.pool, Pool::Postgres(_))
    }

    /// One number.
    pub fn number(&self, sql: &str) -> i64 {
        on!(self, |pool| query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(pool))
        .unwrap()
    }

    /// One column of texts.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        on!(self, |pool| query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_all(pool))
        .unwrap()
    }

    /// Change something; gives the number of rows.
    pub fn run(&self, sql: &str) -> u64 {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let done = query(AssertSqlSafe(sql.to_owned())).execute(pool);
                self.runtime.block_on(done).unwrap().rows_affected()
            }
            Pool::Postgres(pool) => {
                let done = query(AssertSqlSafe(sql.to_owned())).execute(pool);
                self.runtime.block_on(done).unwrap().rows_affected()
            }
        }
    }

    /// Forget the growing waits after wrong proofs, as if they had been waited for; every other limit stays.
    pub fn skip_waits(&self) {
        // The latest event tells the time: waits end within the hour, other windows later.
        const FIFTY_MINUTES: i64 = 3_000_000;
        let soon = self.number("SELECT MAX(at) FROM audit") + FIFTY_MINUTES;
        self.run(&format!("DELETE FROM throttles WHERE until < {soon}"));
    }

    /// Forget when codes were asked for, as if the wait before another had been waited for.
    pub fn skip_send_waits(&self) {
        for body in self.texts("SELECT body FROM flows") {
            let mut flow: serde_json::Value = serde_json::from_str(&body).unwrap();
            for sent in flow["sends"].as_array_mut().unwrap() {
                sent["last"] = serde_json::json!(1_000_000);
            }
            let (id, flow) = (flow["id"].as_str().unwrap().to_owned(), flow.to_string());
            self.run(&format!(
                "UPDATE flows SET body = '{flow}', version = version + 1 WHERE id = '{id}'"
            ));
        }
    }

    /// Take time out of the newest flow: its challenge, or all of it, ends now.
    pub fn age_flow(&self, challenge_only: bool) {
        let body = &self.texts("SELECT body FROM flows")[0];
        let mut body: serde_json::Value = serde_json::from_str(body).unwrap();
        let place = if challenge_only {
            body.pointer_mut("/state/challenge/until").unwrap()
        } else {
            body.pointer_mut("/expires").unwrap()
        };
        *place = serde_json::json!(1_000_000);
        let body = body.to_string().replace('\'', "''");
        assert_eq!(
            self.run(&format!(
                "UPDATE flows SET body = '{body}', version = version + 1"
            )),
            1
        );
    }
}

/// A PostgreSQL database of its own, dropped at the end.
pub struct Postgres {
    server: String,
    name: String,
    /// Its URL.
    pub url: String,
}

impl Postgres {
    /// Make one, where `KEYMEND_TEST_POSTGRES` names a server.
    pub fn new() -> Option<Self> {
        let Ok(server) = std::env::var("KEYMEND_TEST_POSTGRES") else {
            println!("KEYMEND_TEST_POSTGRES is not set: not tried on PostgreSQL");
            return None;
        };
        let mut random = [0; 8];
        getrandom::fill(&mut random).unwrap();
        let name = format!("abuse_{:016x}", u64::from_ne_bytes(random));
        Database::open(&server).run(&format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Some(Self {
            server,
            url: url.to_string(),
            name,
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        Database::open(&self.server).run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// The same story on every database that the product runs on.
macro_rules! on_each_store {
    ($($(#[$doc:meta])* $name:ident => $story:path;)+) => {
        $($(#[$doc])* mod $name {
            #[test]
            fn on_sqlite() {
                $story(crate::portal::Setup::new());
            }

            #[test]
            fn on_postgres() {
                if let Some(postgres) = crate::database::Postgres::new() {
                    $story(crate::portal::Setup::new().database(&postgres.url));
                }
            }
        })+
    };
}
pub(crate) use on_each_store;
