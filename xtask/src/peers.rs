//! The real counterparts of the Rust tests, as far as this machine can start them, and `cargo xtask peers`, which runs
//! one command beside them.

use std::thread;

use anyhow::{Result, anyhow};

use crate::ds389::{self, Ds389};
use crate::kannel::{self, Kannel};
use crate::keeper::free_port;
use crate::mailsink::{self, Mailsink};
use crate::oidc::Oidc;
use crate::postgres::{self, Postgres};
use crate::samba::{self, Samba};
use crate::sip::{self, Sip};
use crate::slapd::{self, Slapd};
use crate::smsc::{self, Smsc};
use crate::{Usage, run as programs};

/// Running peers; they end when this is dropped.
pub struct Peers {
    postgres: Option<Postgres>,
    mail: Option<Mailsink>,
    kannel: Option<Kannel>,
    sip: Option<Sip>,
    smsc: Option<Smsc>,
    oidc: Option<Oidc>,
    openldap: Option<Slapd>,
    samba: Option<Samba>,
    ds389: Option<Ds389>,
}

impl Peers {
    /// Start what can be started, all at the same time, and say what cannot.
    pub fn start() -> Result<Self> {
        let postgres = postgres::programs().is_some();
        if !postgres {
            println!("   no PostgreSQL here: its tests are skipped");
        }
        let mail = mailsink::python().is_some();
        if !mail {
            println!("   no aiosmtpd here: the mail tests are skipped");
        }
        let kannel = may("Kannel", kannel::is_there(), true);
        let sip = may("telephone exchange", sip::is_there(), true);
        let smsc = may("node", smsc::node().is_some(), true);
        // Packages are installed once, before anybody else asks for them.
        let oidc = smsc.then(Oidc::start).transpose()?;
        let openldap = slapd::program().is_some();
        if !openldap {
            println!("   no slapd here: the OpenLDAP tests are skipped");
        }
        let samba = may("Samba", samba::program().is_some(), samba::may_start());
        let ds389 = may("389 DS", ds389::program().is_some(), ds389::may_start());
        // Kannel asks for it until it is there.
        let centre = free_port()?;
        thread::scope(|scope| {
            let postgres = scope.spawn(move || postgres.then(Postgres::start).transpose());
            let mail = scope.spawn(move || mail.then(Mailsink::start).transpose());
            let kannel = scope.spawn(move || kannel.then(|| Kannel::start(centre)).transpose());
            let sip = scope.spawn(move || sip.then(Sip::start).transpose());
            let smsc = scope.spawn(move || smsc.then(|| Smsc::start(centre)).transpose());
            let openldap = scope.spawn(move || openldap.then(Slapd::start).transpose());
            let samba = scope.spawn(move || samba.then(Samba::start).transpose());
            let ds389 = scope.spawn(move || ds389.then(Ds389::start).transpose());
            Ok(Self {
                postgres: joined(postgres)?,
                mail: joined(mail)?,
                kannel: joined(kannel)?,
                sip: joined(sip)?,
                smsc: joined(smsc)?,
                oidc,
                openldap: joined(openldap)?,
                samba: joined(samba)?,
                ds389: joined(ds389)?,
            })
        })
    }

    /// How the tests find them (`tests/peers/README.md`).
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let database = self
            .postgres
            .as_ref()
            .map(|server| ("KEYMEND_TEST_POSTGRES", server.url()));
        let mail = self.mail.as_ref().map(Mailsink::environment);
        let kannel = self.kannel.as_ref().map(Kannel::environment);
        let sip = self.sip.as_ref().map(Sip::environment);
        let smsc = self.smsc.as_ref().map(Smsc::environment);
        let oidc = self.oidc.as_ref().map(Oidc::environment);
        let openldap = self.openldap.as_ref().map(Slapd::environment);
        let samba = self.samba.as_ref().map(Samba::environment);
        let ds389 = self.ds389.as_ref().map(Ds389::environment);
        let others = [mail, kannel, sip, smsc, oidc, openldap, samba, ds389]
            .into_iter()
            .flatten();
        database.into_iter().chain(others.flatten()).collect()
    }
}

/// Is it there, and may it be started? Says so when not.
fn may(name: &str, there: bool, allowed: bool) -> bool {
    if !there {
        println!("   no {name} here: its tests are skipped");
    } else if !allowed {
        println!("   {name} can only be started by root: its tests are skipped");
    }
    there && allowed
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    let ended = thread.join();
    ended.map_err(|_| anyhow!("starting a peer panicked"))?
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
