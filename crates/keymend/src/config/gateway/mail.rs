//! `[mail]`: a mail server, or a folder.

use std::path::PathBuf;
use std::sync::Arc;

use keymend_core::contact::Domain;
use lettre::message::Mailbox;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::{Provider, existing};
use crate::app::Site;
use crate::config::reader::Reader;
use crate::deliver::gateway::smtp::dkim::Signer;
use crate::deliver::gateway::smtp::grant::GrantSettings;
use crate::deliver::gateway::smtp::letter::in_ascii;
use crate::deliver::gateway::smtp::sign_in::Proof;
use crate::deliver::gateway::smtp::{Security, SmtpSettings};

const MAIL: &str = "mail";

/// Read `[mail]`.
pub fn mail(from: &mut Reader, site: Option<&Site>) -> Option<Provider> {
    let server: Option<String> = from.maybe(MAIL, "server");
    let port = from.or(MAIL, "port", 587);
    let security = from.or(MAIL, "security", Security::Starttls);
    let sender: Option<String> = from.maybe(MAIL, "from");
    let user: Option<String> = from.maybe(MAIL, "user");
    let proof = proof(from);
    let ca_file = from.maybe(MAIL, "ca-file");
    let folder: Option<PathBuf> = from.maybe(MAIL, "folder");
    let Some(server) = server else {
        return folder.map(|folder| existing(from, MAIL, folder));
    };
    if folder.is_some() {
        from.fault(MAIL, "folder", "name a `server` or a `folder`, not both");
    }
    if security == Security::None && !matches!(server.as_str(), "localhost" | "127.0.0.1") {
        let what = "`none` is for a server on this machine only; use `starttls` or `tls`";
        from.fault(MAIL, "security", what);
    }
    if user.is_some() != proof.is_some() {
        let what = "`user` and what proves it go together: `password`, `token-file` or `token-url`";
        from.fault(MAIL, "user", what);
    }
    let signature = signature(from);
    let sender = self::sender(from, sender.as_deref())?;
    let dkim = signature.and_then(|signature| signer(from, &signature, &sender));
    Some(Provider::Smtp(Box::new(SmtpSettings {
        server,
        port,
        security,
        account: user.zip(proof),
        ca_file,
        from: sender,
        host: site.map(|site| site.host.clone()).unwrap_or_default(),
        dkim,
    })))
}

fn sender(from: &mut Reader, text: Option<&str>) -> Option<Mailbox> {
    let parsed = text.and_then(|text| text.parse::<Mailbox>().ok());
    let known = parsed.and_then(|sender| {
        // Every server must be able to write to it.
        let email = in_ascii(&sender.email).ok()?;
        let ascii = email.user().is_ascii();
        ascii.then(|| Mailbox::new(sender.name, email))
    });
    if known.is_none() {
        let what = "an address such as `Example Campus <no-reply@example.org>`";
        from.fault(MAIL, "from", what);
    }
    known
}

/// `dkim-key`, `dkim-selector` and `dkim-domain`.
struct Signature {
    key: Zeroizing<String>,
    selector: String,
    domain: Option<String>,
}

fn signature(from: &mut Reader) -> Option<Signature> {
    let key = from.secret(MAIL, "dkim-key").map(Zeroizing::new);
    let selector: Option<String> = from.maybe(MAIL, "dkim-selector");
    let domain: Option<String> = from.maybe(MAIL, "dkim-domain");
    if key.is_some() != selector.is_some() || key.is_none() && domain.is_some() {
        let what = "`dkim-key` (or `dkim-key-file`) and `dkim-selector` go together";
        from.fault(MAIL, "dkim-key", what);
    }
    let (key, selector) = key.zip(selector)?;
    Some(Signature {
        key,
        selector,
        domain,
    })
}

fn signer(from: &mut Reader, signature: &Signature, sender: &Mailbox) -> Option<Arc<Signer>> {
    let of = sender.email.domain();
    let domain = signature.domain.as_deref().unwrap_or(of);
    // A signature of another domain says nothing for this sender (RFC 7489, 3.1.1).
    let domain = Domain::parse(domain)
        .ok()
        .filter(|domain| domain.covers(of));
    let Some(domain) = domain else {
        let what = format!("the sender's domain, {of}, or one above it");
        from.fault(MAIL, "dkim-domain", &what);
        return None;
    };
    let signer = Signer::new(&domain, &signature.selector, &signature.key);
    let signer = signer.map_err(|(key, what)| from.fault(MAIL, key, what));
    signer.ok().map(Arc::new)
}

/// What proves who signs in.
fn proof(from: &mut Reader) -> Option<Proof> {
    let password = from.secret(MAIL, "password").map(Zeroizing::new);
    let file: Option<PathBuf> = from.maybe(MAIL, "token-file");
    let grant = grant(from);
    if let Some(file) = &file
        && let Err(error) = std::fs::metadata(file)
    {
        from.fault(MAIL, "token-file", &format!("{}: {error}", file.display()));
    }
    let proofs = [
        password.map(Proof::Password),
        file.map(Proof::TokenFile),
        grant.map(Proof::Grant),
    ];
    let mut proofs = proofs.into_iter().flatten();
    let first = proofs.next();
    if proofs.next().is_some() {
        let what = "one of `password`, `token-file` and `token-url`";
        from.fault(MAIL, "password", what);
    }
    first
}

/// Where tokens are asked for.
fn grant(from: &mut Reader) -> Option<GrantSettings> {
    let url: Option<Url> = from.maybe(MAIL, "token-url");
    let client: Option<String> = from.maybe(MAIL, "client-id");
    let secret = from.secret(MAIL, "client-secret");
    let scope = from.or(MAIL, "scope", String::new());
    let Some(url) = url else {
        if client.is_some() || secret.is_some() || !scope.is_empty() {
            let what = "is missing: `client-id`, `client-secret` and `scope` are for asking there";
            from.fault(MAIL, "token-url", what);
        }
        return None;
    };
    let near = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let bare = url.username().is_empty() && url.password().is_none();
    if !bare || url.scheme() != "https" && !(url.scheme() == "http" && near) {
        let what = "an address such as `https://login.example.org/token`";
        from.fault(MAIL, "token-url", what);
    }
    let (Some(client), Some(secret)) = (client, secret) else {
        let what = "`client-id` and `client-secret` (or `client-secret-file`) are needed with it";
        from.fault(MAIL, "token-url", what);
        return None;
    };
    Some(GrantSettings {
        url,
        client,
        secret: Zeroizing::new(secret),
        scope,
    })
}
