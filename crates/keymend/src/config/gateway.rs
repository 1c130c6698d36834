//! `[mail]`, `[sms]`, `[voice]`: who carries messages.

use std::path::PathBuf;

use lettre::message::Mailbox;
use zeroize::Zeroizing;

use super::reader::Reader;
use crate::app::Site;
use crate::deliver::gateway::smtp::{Security, SmtpSettings};

/// A provider, as configured.
#[derive(Clone, Debug)]
pub enum Provider {
    /// Messages go to a folder.
    Folder(PathBuf),
    /// Messages go to a mail server.
    Smtp(Box<SmtpSettings>),
    /// Nobody.
    None,
}

/// Read `[mail]`.
pub fn mail(from: &mut Reader, site: Option<&Site>) -> Provider {
    let server: Option<String> = from.maybe("mail", "server");
    let port = from.or("mail", "port", 587);
    let security = from.or("mail", "security", Security::Starttls);
    let sender: Option<String> = from.maybe("mail", "from");
    let user: Option<String> = from.maybe("mail", "user");
    let password = from.secret("mail", "password");
    let ca_file = from.maybe("mail", "ca-file");
    let folder: Option<PathBuf> = from.maybe("mail", "folder");
    let Some(server) = server else {
        return folder.map_or(Provider::None, |folder| existing(from, "mail", folder));
    };
    if folder.is_some() {
        from.fault("mail", "folder", "name a `server` or a `folder`, not both");
    }
    if security == Security::None && !matches!(server.as_str(), "localhost" | "127.0.0.1") {
        from.fault(
            "mail",
            "security",
            "`none` is for a server on this machine only; use `starttls` or `tls`",
        );
    }
    if user.is_some() != password.is_some() {
        from.fault(
            "mail",
            "password",
            "`user` and `password` (or `password-file`) go together",
        );
    }
    let Some(sender) = sender.and_then(|text| text.parse::<Mailbox>().ok()) else {
        from.fault(
            "mail",
            "from",
            "an address such as `Example Campus <no-reply@example.org>`",
        );
        return Provider::None;
    };
    Provider::Smtp(Box::new(SmtpSettings {
        server,
        port,
        security,
        account: user.zip(password.map(Zeroizing::new)),
        ca_file,
        from: sender,
        host: site
            .as_ref()
            .map(|site| site.host.clone())
            .unwrap_or_default(),
    }))
}

/// Read `[sms]`.
pub fn sms(from: &mut Reader) -> Provider {
    match from.maybe::<String>("sms", "kind").as_deref() {
        None | Some("folder") => folder(from, "sms"),
        Some(_) => {
            from.fault("sms", "kind", "`folder`");
            Provider::None
        }
    }
}

/// Read `[voice]`.
pub fn voice(from: &mut Reader) -> Provider {
    match from.maybe::<String>("voice", "kind").as_deref() {
        None | Some("folder") => folder(from, "voice"),
        Some(_) => {
            from.fault("voice", "kind", "`folder`");
            Provider::None
        }
    }
}

fn folder(from: &mut Reader, section: &'static str) -> Provider {
    match from.maybe::<PathBuf>(section, "folder") {
        Some(folder) => existing(from, section, folder),
        None => Provider::None,
    }
}

fn existing(from: &mut Reader, section: &'static str, folder: PathBuf) -> Provider {
    if !folder.is_dir() {
        from.fault(
            section,
            "folder",
            &format!("{} is not a folder", folder.display()),
        );
    }
    Provider::Folder(folder)
}
