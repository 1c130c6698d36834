//! `[sms]` of the kind `smpp`.

use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Provider, hosts};
use crate::config::reader::Reader;
use crate::deliver::gateway::smpp::receipt::Names;
use crate::deliver::gateway::smpp::submit::{Form, From, Letters, Long};
use crate::deliver::gateway::smpp::{Account, Habits, PATIENCE, SmppSettings, Transport};

const SMS: &str = "sms";

/// The usual ports (IANA: smpp, ssmpp).
const PORTS: [u16; 2] = [2775, 3550];

/// A message centre.
pub fn centre(from: &mut Reader) -> Option<Provider> {
    let server: Option<String> = from.needed(SMS, "server");
    let server = hosts::host(from, SMS, "server", server);
    let transport = from.or(SMS, "transport", Transport::Tls);
    let [tcp, tls] = PORTS;
    let usual = match transport {
        Transport::Tcp => tcp,
        Transport::Tls => tls,
    };
    let port = from.or(SMS, "port", usual);
    let ca_file: Option<PathBuf> = from.maybe(SMS, "ca-file");
    if ca_file.is_some() && transport != Transport::Tls {
        from.fault(SMS, "ca-file", "is for `transport = \"tls\"` only");
    }
    let account = account(from);
    let system_type: String = from.or(SMS, "system-type", String::new());
    if !is_word(&system_type, 12) {
        let what = "at most 12 letters of ASCII (SMPP 3.4, 4.1.1)";
        from.fault(SMS, "system-type", what);
    }
    let habits = habits(from);
    let form = form(from);
    Some(Provider::Smpp(Box::new(SmppSettings {
        server: server?,
        port,
        transport,
        ca_file,
        account: account?,
        system_type,
        habits,
        form: form?,
    })))
}

fn account(from: &mut Reader) -> Option<Account> {
    let user: Option<String> = from.needed(SMS, "user");
    let secret = from.secret(SMS, "secret");
    if secret.is_none() {
        let what = "is missing: the password of `user`; better as `secret-file`";
        from.fault(SMS, "secret", what);
    }
    if user
        .as_ref()
        .is_some_and(|user| user.is_empty() || !is_word(user, 15))
    {
        let what = "the `system_id`: 1 to 15 letters of ASCII (SMPP 3.4, 4.1.1)";
        from.fault(SMS, "user", what);
    }
    if secret
        .as_ref()
        .is_some_and(|secret| secret.is_empty() || !is_word(secret, 8))
    {
        let what = "1 to 8 letters of ASCII: SMPP 3.4 has no room for more (4.1.1)";
        from.fault(SMS, "secret", what);
    }
    Some(Account {
        user: user?,
        secret: Zeroizing::new(secret?),
    })
}

fn habits(from: &mut Reader) -> Habits {
    let window = number(from, "window", 10, 1, 200);
    let enquire = number(from, "enquire-seconds", 30, 5, 600);
    Habits {
        window: usize::try_from(window).unwrap_or(1),
        per_second: number(from, "per-second", 0, 0, 10_000),
        enquire: Duration::from_secs(enquire.into()),
        patience: PATIENCE,
        names: from.or(SMS, "receipt-ids", Names::Same),
    }
}

fn form(from: &mut Reader) -> Option<Form> {
    let sender: Option<String> = from.needed(SMS, "from");
    let ton: Option<u8> = from.maybe(SMS, "from-ton");
    if ton.is_some_and(|ton| ton > 6) {
        from.fault(SMS, "from-ton", "0 to 6 (SMPP 3.4, 5.2.5)");
    }
    let npi: Option<u8> = from.maybe(SMS, "from-npi");
    if npi.is_some_and(|npi| npi > 18) {
        from.fault(SMS, "from-npi", "0 to 18 (SMPP 3.4, 5.2.6)");
    }
    let letters = from.or(SMS, "alphabet", Letters::Gsm);
    let long = from.or(SMS, "long", Long::Pieces);
    let sender = From::parse(&sender?, ton, npi);
    let sender = sender.map_err(|what| from.fault(SMS, "from", what)).ok();
    Some(Form {
        from: sender?,
        letters,
        long,
    })
}

fn is_word(text: &str, most: usize) -> bool {
    text.len() <= most && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}

fn number(from: &mut Reader, key: &str, default: u32, least: u32, most: u32) -> u32 {
    let number = from.or(SMS, key, default);
    if !(least..=most).contains(&number) {
        from.fault(SMS, key, &format!("{least} to {most}"));
    }
    number.clamp(least, most)
}
