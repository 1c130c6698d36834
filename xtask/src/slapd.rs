//! An OpenLDAP server of our own (`tests/peers/slapd.conf`, `tests/peers/people.ldif`), with a certificate authority of
//! its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::keeper::{Folder, Keeper, free_port};
use crate::{prepared, run};

/// A running directory.
pub struct Slapd {
    keeper: Keeper,
    ldap: u16,
    ldaps: u16,
}

impl Slapd {
    /// Make the certificates and the first people, and start it.
    pub fn start() -> Result<Self> {
        Self::with(|settings| settings, "")
    }

    /// The same with other settings (`slapd.conf`) and more people (LDIF).
    pub fn with(change: impl FnOnce(String) -> String, people: &str) -> Result<Self> {
        let slapd = program().context("slapd is missing (Debian: slapd)")?;
        let folder = Folder::new("slapd")?;
        let peers = run::root().join("tests/peers");
        run::check(Command::new(peers.join("make-ca.sh")).arg(folder.path()))?;
        fs::create_dir(folder.path().join("db"))?;
        fs::copy(
            peers.join("samba.schema"),
            folder.path().join("samba.schema"),
        )?;
        let settings = fs::read_to_string(peers.join("slapd.conf"))?;
        let place = folder.path().display().to_string();
        let file = folder.path().join("slapd.conf");
        fs::write(&file, change(settings.replace("FOLDER", &place)))?;
        let all = folder.path().join("people.ldif");
        let first = fs::read_to_string(peers.join("people.ldif"))?;
        fs::write(&all, format!("{first}\n{people}"))?;
        let mut first = Command::new(&slapd);
        first.args(["-T", "add", "-q", "-f"]).arg(&file);
        run::check(first.arg("-l").arg(all))?;
        let (ldap, ldaps) = (free_port()?, free_port()?);
        let mut server = Command::new(&slapd);
        server.args(["-d", "none", "-f"]).arg(&file);
        server.args([
            "-h",
            &format!("ldap://127.0.0.1:{ldap} ldaps://127.0.0.1:{ldaps}"),
        ]);
        let keeper = Keeper::start("OpenLDAP", "TERM", folder, &server)?;
        keeper.wait_for(ldap)?;
        keeper.wait_for(ldaps)?;
        Ok(Self {
            keeper,
            ldap,
            ldaps,
        })
    }

    /// The port that wants TLS from the first byte.
    pub fn ldaps(&self) -> u16 {
        self.ldaps
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.keeper.pid
    }

    /// The authority's certificate.
    pub fn ca(&self) -> PathBuf {
        self.keeper.folder().join("ca.pem")
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let ca = self.ca();
        vec![
            (
                "KEYMEND_TEST_LDAP",
                format!("ldap://localhost:{}", self.ldap),
            ),
            (
                "KEYMEND_TEST_LDAPS",
                format!("ldaps://localhost:{}", self.ldaps),
            ),
            ("KEYMEND_TEST_LDAP_CA", ca.display().to_string()),
        ]
    }
}

/// The server.
pub fn program() -> Option<PathBuf> {
    prepared::program("slapd")
}
