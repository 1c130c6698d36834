//! Two identity providers of different make: `oidc-provider` (`tests/peers/oidc.mjs`), and `oidc-provider-mock`, which
//! `tests/peers/oidc-mock.txt` pins with all that it needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::keeper::{Folder, Keeper, free_port};
use crate::{install, run, smsc};

/// Whom the second one knows: one person with a verified address, one without.
const PEOPLE: [&str; 2] = [
    r#"{"sub": "bo", "email": "bo@campus.example", "email_verified": true}"#,
    r#"{"sub": "ana", "email": "ana@campus.example"}"#,
];

/// Running providers.
pub struct Oidc {
    port: u16,
    mock: Option<u16>,
    _keepers: Vec<Keeper>,
}

impl Oidc {
    /// Install what they are made of, and start them.
    pub fn start() -> Result<Self> {
        let node = smsc::node().context("node is missing (Debian: nodejs)")?;
        let peers = run::root().join("tests/peers");
        install::npm_packages(&peers)?;
        let port = free_port()?;
        let mut server = Command::new(node);
        server.arg(peers.join("oidc.mjs")).arg(port.to_string());
        let folder = Folder::new("oidc")?;
        let keeper = Keeper::start("the identity provider", "TERM", folder, &server)?;
        keeper.wait_for(port)?;
        let mut keepers = vec![keeper];
        let mut mock = None;
        if let Some(packages) = packages()? {
            let (port, keeper) = start_mock(&packages)?;
            mock = Some(port);
            keepers.push(keeper);
        }
        Ok(Self {
            port,
            mock,
            _keepers: keepers,
        })
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let first = format!("http://127.0.0.1:{}", self.port);
        let mock = |port| ("KEYMEND_TEST_OIDC_MOCK", format!("http://localhost:{port}"));
        let all = std::iter::once(("KEYMEND_TEST_OIDC", first)).chain(self.mock.map(mock));
        all.collect()
    }
}

fn start_mock(packages: &Path) -> Result<(u16, Keeper)> {
    let port = free_port()?;
    let mut server = Command::new("python3");
    server.env("PYTHONPATH", packages).args([
        "-m",
        "oidc_provider_mock",
        "--port",
        &port.to_string(),
    ]);
    for person in PEOPLE {
        server.args(["--user-claims", person]);
    }
    let folder = Folder::new("oidc-mock")?;
    let keeper = Keeper::start("the other identity provider", "TERM", folder, &server)?;
    keeper.wait_for(port)?;
    Ok((port, keeper))
}

/// The folder with the packages of the second one, installed unless they are there; `None` where this machine has no pip.
fn packages() -> Result<Option<PathBuf>> {
    let wanted = run::root().join("tests/peers/oidc-mock.txt");
    let folder = run::root().join("target/peers/oidc-mock");
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
