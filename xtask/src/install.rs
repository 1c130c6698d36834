//! What the tests need from the system, and how it gets there.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{ds389, kannel, mailsink, oidc, postgres, run, samba, sip, slapd};

/// The version that `cargo install` is asked for, where a machine has none.
pub const MUTANTS: &str = "27.1.0";

/// Install the Debian packages whose programs are missing. Says which before it does.
pub fn system_packages() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if run::find("apt-get").is_none() {
        bail!("this machine has no apt-get; the tests need what Debian calls: {list}");
    }
    let sudo = if postgres::is_root() {
        None
    } else if run::find("sudo").is_some() {
        Some("sudo")
    } else {
        bail!("neither root nor sudo: ask somebody who is to install {list}");
    };
    println!("   installing {list}");
    let apt = |words: &[&str]| {
        let mut command = Command::new(sudo.unwrap_or("env"));
        if sudo.is_some() {
            command.arg("env");
        }
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"])
            .args(words);
        run::check(&mut command)
    };
    apt(&["update"])?;
    let mut words = vec!["install", "-y", "--no-install-recommends"];
    words.extend(&missing);
    apt(&words)
}

fn missing() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if postgres::programs().is_none() {
        packages.push("postgresql");
    }
    if mailsink::python().is_none() {
        packages.extend([
            "python3",
            "python3-aiosmtpd",
            "python3-dkim",
            "python3-nacl",
        ]);
    }
    if !oidc::has_pip() {
        packages.extend(["python3", "python3-pip"]);
    }
    if !kannel::is_there() {
        packages.extend(["kannel", "kannel-extras"]);
    }
    if !sip::is_there() {
        packages.extend(["kamailio", "baresip-core"]);
    }
    if slapd::program().is_none() {
        packages.push("slapd");
    }
    if samba::program().is_none() {
        packages.extend([
            "samba",
            "samba-ad-dc",
            "samba-ad-provision",
            "samba-dsdb-modules",
            "winbind",
        ]);
    }
    if ds389::program().is_none() {
        packages.extend(["389-ds-base", "ldap-utils"]);
    }
    if run::find("openssl").is_none() {
        packages.push("openssl");
    }
    if run::find("chromium").is_none() {
        packages.push("chromium");
    }
    // Without a font that has the script, a page in Arabic is measured in empty boxes.
    if !Path::new("/usr/share/fonts/truetype/noto").is_dir() {
        packages.push("fonts-noto-core");
    }
    if run::find("node").is_none() {
        packages.push("nodejs");
    }
    if run::find("npm").is_none() {
        packages.push("npm");
    }
    packages
}

/// Install what the lock file of a folder names, unless that is there.
pub fn npm_packages(folder: &Path) -> Result<()> {
    if !stale(folder) {
        return Ok(());
    }
    run::check(
        run::command("npm")
            .current_dir(folder)
            .args(["ci", "--no-audit", "--no-fund"]),
    )
}

/// npm leaves a copy of the lock file in what it installed; an older one belongs to an older lock.
fn stale(folder: &Path) -> bool {
    let changed = |path: &str| fs::metadata(folder.join(path)).and_then(|file| file.modified());
    match (
        changed("package-lock.json"),
        changed("node_modules/.package-lock.json"),
    ) {
        (Ok(wanted), Ok(installed)) => wanted > installed,
        _ => true,
    }
}

/// Is this cargo sub-command there?
pub fn has_cargo(command: &str) -> bool {
    run::works(run::cargo().args([command, "--version"]))
}
