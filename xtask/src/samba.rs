//! An Active Directory domain controller of our own: Samba with the data that `tests/peers/samba.sh` makes.
//!
//! Samba's ports cannot be chosen, so each one that runs has a loopback address of its own.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::keeper::{Folder, Keeper};
use crate::{postgres, prepared, run};

/// LDAP, LDAPS, Kerberos and its password changes.
const PORTS: [u16; 4] = [389, 636, 88, 464];
/// A port that Samba leaves alone. Who holds it holds the address.
const CLAIM: u16 = 42;

/// A running domain controller.
pub struct Samba {
    keeper: Keeper,
    address: Ipv4Addr,
    /// Ours for as long as this lives.
    _claim: TcpListener,
}

impl Samba {
    /// Make its data (the first time) and its certificate, and start it.
    pub fn start() -> Result<Self> {
        let samba = program().context("Samba is missing (Debian: samba samba-ad-dc)")?;
        let peers = run::root().join("tests/peers");
        let folder = Folder::new("samba")?;
        let script = peers.join("samba.sh");
        prepared::into(
            &folder,
            "samba",
            &[&script, &peers.join("smb.conf"), &samba],
            |made| run::check(Command::new(&script).arg(made)),
        )?;
        let (address, claim) = free_address()?;
        run::check(
            Command::new(peers.join("make-ca.sh"))
                .arg(folder.path())
                .arg(format!("DNS:dc1.ad.campus.example,IP:{address}")),
        )?;
        fs::create_dir(folder.path().join("run"))?;
        let settings = fs::read_to_string(peers.join("smb.conf"))?
            .replace("FOLDER", &folder.path().display().to_string())
            .replace("ADDRESS", &address.to_string());
        let file = folder.path().join("smb.conf");
        fs::write(&file, settings)?;
        let mut server = Command::new(samba);
        server.arg(format!("--configfile={}", file.display()));
        server.args(["--interactive", "--model=single", "--no-process-group"]);
        // Nothing of it is wanted afterwards: it need not put its affairs in order.
        let keeper = Keeper::start("Samba", "KILL", folder, &server)?;
        for port in PORTS {
            keeper.wait_for_at(address, port)?;
        }
        Ok(Self {
            keeper,
            address,
            _claim: claim,
        })
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let ca = self.keeper.folder().join("ca.pem");
        vec![
            ("KEYMEND_TEST_AD", format!("ldaps://{}", self.address)),
            ("KEYMEND_TEST_AD_CA", ca.display().to_string()),
        ]
    }
}

/// The server, where everything it needs is there.
pub fn program() -> Option<PathBuf> {
    let provision = PathBuf::from("/usr/share/samba/setup/provision.ldif").is_file();
    let tools = run::find("samba-tool").is_some() && provision;
    prepared::program("samba").filter(|_| tools)
}

/// May it be started here? It gives files away to other users, and its ports are below 1024.
pub fn may_start() -> bool {
    postgres::is_root()
}

/// A loopback address on which nobody listens at a port of Samba's, and the claim to it.
fn free_address() -> Result<(Ipv4Addr, TcpListener)> {
    for last in 88..=254 {
        let address = Ipv4Addr::new(127, 0, 0, last);
        let Ok(claim) = TcpListener::bind((address, CLAIM)) else {
            continue;
        };
        if PORTS
            .iter()
            .all(|port| TcpListener::bind((address, *port)).is_ok())
        {
            return Ok((address, claim));
        }
    }
    bail!("no address from 127.0.0.88 to 127.0.0.254 has the ports {PORTS:?} free");
}
