//! `[voice]` of the kind `sip`.

use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Provider, hosts};
use crate::config::reader::Reader;
use crate::deliver::gateway::sip::SipSettings;
use crate::deliver::gateway::sip::dial::Dial;
use crate::deliver::gateway::sip::digest::Account;
use crate::deliver::gateway::sip::wire::Transport;

const VOICE: &str = "voice";

/// An exchange.
pub fn exchange(from: &mut Reader) -> Option<Provider> {
    let server: Option<String> = from.needed(VOICE, "server");
    let transport = from.or(VOICE, "transport", Transport::Tls);
    let port = from.or(VOICE, "port", transport.port());
    let domain: Option<String> = from.maybe(VOICE, "domain");
    let caller: Option<String> = from.needed(VOICE, "from");
    let account = account(from);
    let ca_file: Option<PathBuf> = from.maybe(VOICE, "ca-file");
    let pattern = from.or(VOICE, "dial", "{to}".to_owned());
    let lines = number(from, "lines", 4, 1, 200);
    let ring = number(from, "ring-seconds", 30, 10, 60);
    let pause = number(from, "extension-seconds", 2, 0, 20);
    if ca_file.is_some() && transport != Transport::Tls {
        from.fault(VOICE, "ca-file", "is for `transport = \"tls\"` only");
    }
    let dial = Dial::parse(&pattern);
    let dial = dial.map_err(|what| from.fault(VOICE, "dial", what)).ok();
    let server = hosts::host(from, VOICE, "server", server);
    let domain = match domain {
        Some(domain) => hosts::host(from, VOICE, "domain", Some(domain)),
        // An address of six stands in brackets in a URI.
        None => server.clone().map(|server| {
            if server.contains(':') {
                format!("[{server}]")
            } else {
                server
            }
        }),
    };
    let caller = caller.filter(|caller| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "+-._*".contains(c);
        let fits = !caller.is_empty() && caller.chars().all(fits);
        if !fits {
            from.fault(
                VOICE,
                "from",
                "a number such as `+12125550100`, or a name of the exchange",
            );
        }
        fits
    });
    Some(Provider::Sip(Box::new(SipSettings {
        server: server?,
        port,
        transport,
        ca_file,
        account,
        caller: caller?,
        domain: domain?,
        dial: dial?,
        lines: usize::try_from(lines).unwrap_or(1),
        ring: Duration::from_secs(ring),
        extension_pause: Duration::from_secs(pause),
    })))
}

fn account(from: &mut Reader) -> Option<Account> {
    let user: Option<String> = from.maybe(VOICE, "user");
    let secret = from.secret(VOICE, "secret");
    let realm: Option<String> = from.maybe(VOICE, "realm");
    if user.is_some() != secret.is_some() {
        let what = "`user` and `secret` (or `secret-file`) go together";
        from.fault(VOICE, "secret", what);
    }
    if realm.is_some() && user.is_none() {
        from.fault(VOICE, "realm", "is for `user` and `secret`");
    }
    Some(Account {
        user: user?,
        secret: Zeroizing::new(secret?),
        realm,
    })
}

fn number(from: &mut Reader, key: &str, default: u64, least: u64, most: u64) -> u64 {
    let number = from.or(VOICE, key, default);
    if !(least..=most).contains(&number) {
        from.fault(VOICE, key, &format!("{least} to {most}"));
    }
    number.clamp(least, most)
}
