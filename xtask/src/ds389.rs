//! A 389 Directory Server of our own, with the data that `tests/peers/ds389.sh` makes.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::keeper::{Folder, Keeper, free_port};
use crate::{postgres, prepared, run};

/// A running directory.
pub struct Ds389 {
    keeper: Keeper,
    ldap: u16,
    ldaps: u16,
}

impl Ds389 {
    /// Make its data (the first time), and start it.
    pub fn start() -> Result<Self> {
        let slapd = program().context("389 Directory Server is missing (Debian: 389-ds-base)")?;
        let peers = run::root().join("tests/peers");
        let folder = Folder::new("ds389")?;
        let script = peers.join("ds389.sh");
        prepared::into(
            &folder,
            "ds389",
            &[&script, &peers.join("ds389.ldif"), &slapd],
            |made| {
                let ports = [free_port()?, free_port()?].map(|port| port.to_string());
                run::check(Command::new(&script).arg(made).args(ports))
            },
        )?;
        let (ldap, ldaps) = (free_port()?, free_port()?);
        let settings = folder.path().join("root/etc/dirsrv/slapd-keymend");
        for name in ["dse.ldif", "pkcs11.txt"] {
            let file = settings.join(name);
            // Written in place: the file stays its owner's.
            let text = fs::read_to_string(&file)?
                .replace("@FOLDER@", &folder.path().display().to_string())
                .replace("@LDAP@", &ldap.to_string())
                .replace("@LDAPS@", &ldaps.to_string());
            fs::write(&file, text)?;
        }
        let mut server = Command::new("setpriv");
        server.args(["--reuid=dirsrv", "--regid=dirsrv", "--clear-groups"]);
        server.arg(slapd).arg("-D").arg(&settings).arg("-i");
        server.arg(folder.path().join("root/run/dirsrv/slapd-keymend.pid"));
        // In the foreground, and silent.
        server.args(["-d", "0"]);
        // It takes four seconds to put affairs in order that nobody needs afterwards.
        let keeper = Keeper::start("389 Directory Server", "KILL", folder, &server)?;
        keeper.wait_for(ldap)?;
        keeper.wait_for(ldaps)?;
        Ok(Self {
            keeper,
            ldap,
            ldaps,
        })
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let ca = self.keeper.folder().join("ca.pem");
        vec![
            (
                "KEYMEND_TEST_389",
                format!("ldap://localhost:{}", self.ldap),
            ),
            (
                "KEYMEND_TEST_389S",
                format!("ldaps://localhost:{}", self.ldaps),
            ),
            ("KEYMEND_TEST_389_CA", ca.display().to_string()),
        ]
    }
}

/// The server, where everything it needs is there.
pub fn program() -> Option<PathBuf> {
    let tools = run::find("ldapmodify").is_some() && prepared::program("dscreate").is_some();
    prepared::program("ns-slapd").filter(|_| tools)
}

/// May it be started here? It runs as a user of its own, and only root can become somebody else.
pub fn may_start() -> bool {
    postgres::is_root()
}
