//! The real counterparts of the Rust tests, as far as this machine can start them, and `cargo xtask peers`, which runs
//! one command beside them.

use anyhow::Result;

use crate::mailsink::{self, Mailsink};
use crate::postgres::{self, Postgres};
use crate::slapd::{self, Slapd};
use crate::{Usage, run as programs};

/// Running peers; they end when this is dropped.
pub struct Peers {
    postgres: Option<Postgres>,
    mail: Option<Mailsink>,
    directory: Option<Slapd>,
}

impl Peers {
    /// Start what can be started, and say what cannot.
    pub fn start() -> Result<Self> {
        let postgres = postgres::programs()
            .map(|_| Postgres::start())
            .transpose()?;
        if postgres.is_none() {
            println!("   no PostgreSQL here: its tests are skipped");
        }
        let mail = mailsink::python().map(|_| Mailsink::start()).transpose()?;
        if mail.is_none() {
            println!("   no aiosmtpd here: the mail tests are skipped");
        }
        let directory = slapd::program().map(|_| Slapd::start()).transpose()?;
        if directory.is_none() {
            println!("   no slapd here: the LDAP tests are skipped");
        }
        Ok(Self {
            postgres,
            mail,
            directory,
        })
    }

    /// How the tests find them (`tests/peers/README.md`).
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let database = self
            .postgres
            .as_ref()
            .map(|server| ("KEYMEND_TEST_POSTGRES", server.url()));
        let mail = self
            .mail
            .as_ref()
            .map(Mailsink::environment)
            .unwrap_or_default();
        let directory = self
            .directory
            .as_ref()
            .map(Slapd::environment)
            .unwrap_or_default();
        database.into_iter().chain(mail).chain(directory).collect()
    }
}

/// Run the command that the words make.
pub fn run(words: &[String]) -> Result<()> {
    let [program, rest @ ..] = words else {
        return Err(
            Usage("a command is wanted, such as: cargo nextest run store".to_owned()).into(),
        );
    };
    let peers = Peers::start()?;
    programs::check(
        programs::command(program)
            .args(rest)
            .envs(peers.environment()),
    )
}
