//! A message centre that speaks SMPP 3.4 and shows what it took (`tests/peers/smsc.mjs`), with a certificate authority of
//! its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::keeper::{Folder, Keeper, free_port};
use crate::{install, run};

/// A running message centre.
pub struct Smsc {
    keeper: Keeper,
    smpp: u16,
    tls: u16,
    http: u16,
}

impl Smsc {
    /// Install the library that it is made of, make the certificates, and start it at this port.
    pub fn start(smpp: u16) -> Result<Self> {
        let node = node().context("node is missing (Debian: nodejs)")?;
        let peers = run::root().join("tests/peers");
        install::npm_packages(&peers)?;
        let folder = Folder::new("smsc")?;
        run::check(Command::new(peers.join("make-ca.sh")).arg(folder.path()))?;
        let (tls, http) = (free_port()?, free_port()?);
        let mut server = Command::new(node);
        server.arg(peers.join("smsc.mjs")).arg(folder.path());
        server.args([smpp, tls, http].map(|port| port.to_string()));
        let keeper = Keeper::start("the message centre", "TERM", folder, &server)?;
        for port in [smpp, tls, http] {
            keeper.wait_for(port)?;
        }
        Ok(Self {
            keeper,
            smpp,
            tls,
            http,
        })
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let ca = self.keeper.folder().join("ca.pem");
        vec![
            ("KEYMEND_TEST_SMPP", format!("127.0.0.1:{}", self.smpp)),
            ("KEYMEND_TEST_SMPP_TLS", format!("localhost:{}", self.tls)),
            ("KEYMEND_TEST_SMPP_HTTP", format!("127.0.0.1:{}", self.http)),
            ("KEYMEND_TEST_SMPP_CA", ca.display().to_string()),
        ]
    }
}

/// Node, if it is there.
pub fn node() -> Option<PathBuf> {
    run::find("node")
}
