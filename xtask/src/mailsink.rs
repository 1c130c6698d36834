//! The mail server that shows what it took (`tests/peers/mailsink.py`), with a certificate authority of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::keeper::{Folder, Keeper, free_port};
use crate::run;

/// A running mail sink.
pub struct Mailsink {
    keeper: Keeper,
    smtp: u16,
    smtps: u16,
    old: u16,
    token: u16,
    http: u16,
}

impl Mailsink {
    /// Make the certificates and start it.
    pub fn start() -> Result<Self> {
        let python =
            python().context(
            "python3 with aiosmtpd, dkim and nacl is missing (Debian: python3-aiosmtpd python3-dkim python3-nacl)",
        )?;
        let folder = Folder::new("mail")?;
        let peers = run::root().join("tests/peers");
        run::check(Command::new(peers.join("make-ca.sh")).arg(folder.path()))?;
        let (smtp, smtps, old) = (free_port()?, free_port()?, free_port()?);
        let (token, http) = (free_port()?, free_port()?);
        let mut server = Command::new(python);
        server.arg(peers.join("mailsink.py")).arg(folder.path());
        server.args([smtp, smtps, old, token, http].map(|port| port.to_string()));
        let keeper = Keeper::start("the mail sink", "TERM", folder, &server)?;
        for port in [smtp, smtps, old, token, http] {
            keeper.wait_for(port)?;
        }
        Ok(Self {
            keeper,
            smtp,
            smtps,
            old,
            token,
            http,
        })
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let at = |port: u16| format!("127.0.0.1:{port}");
        vec![
            ("KEYMEND_TEST_SMTP", at(self.smtp)),
            ("KEYMEND_TEST_SMTP_TLS", at(self.smtps)),
            ("KEYMEND_TEST_SMTP_OLD", at(self.old)),
            ("KEYMEND_TEST_SMTP_TOKEN", at(self.token)),
            ("KEYMEND_TEST_SMTP_HTTP", at(self.http)),
            (
                "KEYMEND_TEST_SMTP_CA",
                self.keeper.folder().join("ca.pem").display().to_string(),
            ),
            ("KEYMEND_TEST_SMTP_USER", "portal".to_owned()),
            ("KEYMEND_TEST_SMTP_PASSWORD", "mail-secret".to_owned()),
        ]
    }
}

/// A Python that knows aiosmtpd and how to verify DKIM: the system's first, because that is the one a Debian package serves.
pub fn python() -> Option<PathBuf> {
    ["/usr/bin/python3", "python3"]
        .iter()
        .map(|program| Path::new(program).to_owned())
        .find(|program| {
            run::works(Command::new(program).args(["-c", "import aiosmtpd, dkim, nacl"]))
        })
}
