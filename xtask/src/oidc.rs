//! Two identity providers that people run: `oidc-provider` (`tests/peers/oidc.mjs`), and `django-oauth-toolkit`
//! (`tests/peers/oidc.py`), which `tests/peers/oidc-django.txt` pins with all that it needs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::keeper::{Folder, Keeper, free_port};
use crate::{install, run, smsc};

/// Running providers.
pub struct Oidc {
    node: Server,
    django: Option<Server>,
}

/// One of them.
struct Server {
    port: u16,
    keeper: Keeper,
}

impl Oidc {
    /// Install what they are made of, and start them.
    pub fn start() -> Result<Self> {
        let node = smsc::node().context("node is missing (Debian: nodejs)")?;
        let peers = run::root().join("tests/peers");
        install::npm_packages(&peers)?;
        // First, for it takes the longest to be there.
        let django = packages()?.map(|packages| {
            let folder = Folder::new("oidc-django")?;
            let mut server = Command::new("python3");
            server.env("PYTHONPATH", packages);
            server.arg(peers.join("oidc.py")).arg(folder.path());
            Server::start("the provider of Django", folder, server)
        });
        let mut server = Command::new(node);
        server.arg(peers.join("oidc.mjs"));
        let folder = Folder::new("oidc-node")?;
        let all = Self {
            node: Server::start("the provider of node", folder, server)?,
            django: django.transpose()?,
        };
        for server in std::iter::once(&all.node).chain(&all.django) {
            server.keeper.wait_for(server.port)?;
        }
        Ok(all)
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let node = format!("http://127.0.0.1:{}", self.node.port);
        let django = self.django.as_ref().map(|server| {
            let issuer = format!("http://127.0.0.1:{}/o", server.port);
            ("KEYMEND_TEST_OIDC_DJANGO", issuer)
        });
        let node = std::iter::once(("KEYMEND_TEST_OIDC", node));
        node.chain(django).collect()
    }
}

impl Server {
    /// Start one; `command` is told a port as its last word.
    fn start(name: &str, folder: Folder, mut command: Command) -> Result<Self> {
        let port = free_port()?;
        command.arg(port.to_string());
        let keeper = Keeper::start(name, "TERM", folder, &command)?;
        Ok(Self { port, keeper })
    }
}

/// The folder with the packages of the second one, installed unless they are there; `None` where this machine has no pip.
fn packages() -> Result<Option<PathBuf>> {
    let wanted = run::root().join("tests/peers/oidc-django.txt");
    let folder = run::root().join("target/peers/oidc-django");
    let stamp = folder.join("installed.txt");
    let list = fs::read(&wanted).with_context(|| wanted.display().to_string())?;
    if fs::read(&stamp).is_ok_and(|installed| installed == list) {
        return Ok(Some(folder));
    }
    if !has_pip() {
        println!("   no pip here: the tests of the second identity provider are skipped");
        return Ok(None);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    run::check(
        run::command("python3")
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args([
                "--root-user-action=ignore",
                "--only-binary=:all:",
                "--no-deps",
            ])
            .arg("--target")
            .arg(&folder)
            .arg("--requirement")
            .arg(&wanted),
    )?;
    fs::write(stamp, list)?;
    Ok(Some(folder))
}

/// Is there a pip?
pub fn has_pip() -> bool {
    run::works(Command::new("python3").args(["-m", "pip", "--version"]))
}
