//! A text message gateway of our own: Kannel (`tests/peers/kannel.conf`) with its pretended phone behind it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::keeper::{Folder, Keeper, free_port};
use crate::{prepared, run};

/// A running Kannel. Its programs end in this order.
pub struct Kannel {
    phone: Keeper,
    _sender: Keeper,
    _bearer: Keeper,
    send: u16,
}

struct Programs {
    bearer: PathBuf,
    sender: PathBuf,
    phone: PathBuf,
}

impl Kannel {
    /// Start its three programs, each when the one before listens. It hands some numbers to the message centre at a port.
    pub fn start(centre: u16) -> Result<Self> {
        let programs = programs().context("Kannel is missing (Debian: kannel kannel-extras)")?;
        let folder = Folder::new("kannel")?;
        let ports = [free_port()?, free_port()?, free_port()?, free_port()?];
        let [admin, inner, send, phone] = ports;
        let mut settings = fs::read_to_string(run::root().join("tests/peers/kannel.conf"))?;
        settings = settings.replace("@CENTRE@", &centre.to_string());
        for (name, port) in ["@ADMIN@", "@BOX@", "@SEND@", "@PHONE@"].iter().zip(ports) {
            settings = settings.replace(name, &port.to_string());
        }
        let file = folder.path().join("kannel.conf");
        fs::write(&file, settings)?;
        let mut command = Command::new(programs.bearer);
        command.args(["-v", "2"]).arg(&file);
        let bearer = Keeper::start("Kannel's bearerbox", "TERM", folder, &command)?;
        for port in [admin, inner, phone] {
            bearer.wait_for(port)?;
        }
        let mut command = Command::new(programs.sender);
        command.args(["-v", "2"]).arg(&file);
        let sender = Keeper::start("Kannel's smsbox", "TERM", Folder::new("smsbox")?, &command)?;
        sender.wait_for(send)?;
        let folder = Folder::new("phone")?;
        // It ends with its standard input, and a pipe that it holds open itself never ends.
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "mkfifo \"$1/in\" && exec \"$2\" -v 0 -m 0 -H 127.0.0.1 -r \"$3\" <>\"$1/in\"",
            "sh",
        ]);
        command
            .arg(folder.path())
            .arg(programs.phone)
            .arg(phone.to_string());
        let phone = Keeper::start("Kannel's fakesmsc", "TERM", folder, &command)?;
        Ok(Self {
            phone,
            _sender: sender,
            _bearer: bearer,
            send,
        })
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let seen = self.phone.folder().join("log");
        vec![
            (
                "KEYMEND_TEST_KANNEL",
                format!("http://127.0.0.1:{}/cgi-bin/sendsms", self.send),
            ),
            ("KEYMEND_TEST_KANNEL_PHONE", seen.display().to_string()),
        ]
    }
}

/// Is all of it there?
pub fn is_there() -> bool {
    programs().is_some()
}

fn programs() -> Option<Programs> {
    // Only Debian's package of extras has it.
    let phone = Path::new("/usr/lib/kannel/test/fakesmsc");
    Some(Programs {
        bearer: prepared::program("bearerbox")?,
        sender: prepared::program("smsbox")?,
        phone: phone.is_file().then(|| phone.to_owned())?,
    })
}
