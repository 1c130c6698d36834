//! `[mail]`, `[sms]`, `[voice]`: who carries messages.

mod hosts;
mod http;
mod mail;
mod sip;
mod smpp;

use std::collections::BTreeMap;
use std::path::PathBuf;

use keymend_core::contact;

use super::directory::is_id;
use super::reader::Reader;
use crate::deliver::gateway::http::HttpSettings;
use crate::deliver::gateway::http::description::Description;
use crate::deliver::gateway::http::ready::{Kind, calls};
use crate::deliver::gateway::sip::SipSettings;
use crate::deliver::gateway::smpp::SmppSettings;
use crate::deliver::gateway::smtp::SmtpSettings;
use crate::deliver::receipt::{ReceiptKey, Signing};
use crate::deliver::spending::{PARTS, Price};
pub use mail::mail;

/// A gateway of a channel, as configured.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub id: String,
    /// Countries that it serves (ISO 3166-1, two letters); all where none is named.
    pub countries: Vec<String>,
    /// Lower is asked earlier (RFC 2782).
    pub priority: u16,
    /// Its share among those of the same priority (RFC 2782).
    pub weight: u16,
    /// What it takes for a message.
    pub price: Price,
    /// What proves its requests to us, receipts first of all.
    pub receipts: Option<ReceiptKey>,
    /// What it is.
    pub provider: Provider,
}

impl Named {
    /// Does it tell what becomes of messages?
    #[must_use]
    pub fn tells(&self) -> bool {
        self.receipts.is_some() || matches!(self.provider, Provider::Smpp(_))
    }
}

/// Read the gateways of a channel with what reads one of them: each has a table `[CHANNEL.NAME]`, and `[CHANNEL]` holds
/// nothing else; or there is one, and `[CHANNEL]` is its table.
pub fn gateways(
    from: &mut Reader,
    channel: &'static str,
    one: impl Fn(&mut Reader) -> Option<Provider>,
) -> Vec<Named> {
    let tables = from.tables(channel);
    // A gateway may have tables of its own.
    let alone = tables.is_empty() || from.has_values(channel);
    let names = if alone {
        vec![channel.to_owned()]
    } else {
        tables
    };
    let mut all = Vec::new();
    for id in names {
        if !alone {
            let section = format!("{channel}.{id}");
            if !is_id(&id) {
                let what = "the name of a gateway is small letters, digits and hyphens, at most 32";
                from.fault(&section, "", what);
            }
            from.go_inside(channel, Some(section));
        }
        let countries = countries(from, channel);
        let priority = from.or(channel, "priority", 10);
        let weight = from.or(channel, "weight", 1);
        let price = price(from, channel);
        let provider = one(from);
        let receipts = receipts(from, channel, provider.as_ref());
        if provider.is_none() && !alone {
            from.fault(channel, "", "names no gateway that works");
        }
        from.go_inside(channel, None);
        all.extend(provider.map(|provider| Named {
            id,
            countries,
            priority,
            weight,
            price,
            receipts,
            provider,
        }));
    }
    all
}

/// The names that gateways of two channels have in common, where requests of both are heard.
pub fn same_names(some: &[Named], others: &[Named]) -> Vec<String> {
    let heard = |named: &&Named| named.receipts.is_some();
    let other = |id: &String| others.iter().filter(heard).any(|other| other.id == *id);
    let names = some.iter().filter(heard).map(|named| &named.id);
    names.filter(|id| other(id)).cloned().collect()
}

fn countries(from: &mut Reader, channel: &'static str) -> Vec<String> {
    let mut countries: Vec<String> = from.or(channel, "countries", Vec::new());
    for code in &mut countries {
        code.make_ascii_uppercase();
    }
    let unknown: Vec<_> = countries.iter().filter(|code| !is_country(code)).collect();
    if !unknown.is_empty() {
        let what = format!("{unknown:?}: countries are two letters, such as `US`");
        from.fault(channel, "countries", &what);
    }
    countries
}

/// Of a text message of one part, or of a call.
fn price(from: &mut Reader, channel: &'static str) -> Price {
    let usual: f64 = from.or(channel, "price", 0.0);
    let own: BTreeMap<String, f64> = from.or(channel, "prices", BTreeMap::new());
    let what = "0 to 100 for a message, such as 0.045";
    let usual = parts(usual).unwrap_or_else(|| {
        from.fault(channel, "price", what);
        0
    });
    let mut countries = BTreeMap::new();
    for (country, price) in own {
        if let Some(price) = parts(price).filter(|_| is_country(&country)) {
            countries.insert(country, price);
        } else {
            let what = format!("`{country}`: two letters, such as `US`, and {what}");
            from.fault(channel, "prices", &what);
        }
    }
    Price { usual, countries }
}

/// In ten-thousandths.
fn parts(price: f64) -> Option<u32> {
    let parts = (price * f64::from(PARTS)).round();
    let fits = (0.0..=f64::from(PARTS) * 100.0).contains(&parts);
    // Rounded, so that it is read as it is written.
    fits.then(|| format!("{parts:.0}").parse().ok()).flatten()
}

fn is_country(code: &str) -> bool {
    contact::countries().iter().any(|one| one.region == *code)
}

/// A provider, as configured.
#[derive(Clone, Debug)]
pub enum Provider {
    /// Messages go to a folder.
    Folder(PathBuf),
    /// Messages go to a mail server.
    Smtp(Box<SmtpSettings>),
    /// Text messages or calls go to a provider over HTTP.
    Http(Box<HttpSettings>),
    /// Calls go through an exchange.
    Sip(Box<SipSettings>),
    /// Text messages go to a message centre.
    Smpp(Box<SmppSettings>),
}

/// Read `[sms]`.
pub fn sms(from: &mut Reader) -> Option<Provider> {
    let kind: Option<String> = from.maybe("sms", "kind");
    let kind = kind.as_deref().unwrap_or("folder");
    let ready = Kind::ALL.into_iter().find(|ready| ready.as_str() == kind);
    match (kind, ready) {
        ("folder", _) => folder(from, "sms"),
        ("http", _) => http::described(from, "sms"),
        ("smpp", _) => smpp::centre(from),
        (_, Some(ready)) => http::ready(from, "sms", ready, |address, account| {
            ready.description(address, account)
        }),
        (_, None) => {
            let names = Kind::ALL.map(|ready| format!("`{}`", ready.as_str()));
            let what = format!("`folder`, `http`, `smpp`, {}", names.join(", "));
            from.fault("sms", "kind", &what);
            None
        }
    }
}

/// Read `[voice]`.
pub fn voice(from: &mut Reader) -> Option<Provider> {
    const VOICE: &str = "voice";
    let kind: Option<String> = from.maybe(VOICE, "kind");
    match kind.as_deref().unwrap_or("folder") {
        "folder" => folder(from, VOICE),
        "http" => http::described(from, VOICE),
        "sip" => sip::exchange(from),
        "twilio" => http::ready(from, VOICE, Kind::Twilio, calls::description),
        "webhook" => http::ready(from, VOICE, Kind::Webhook, |address, account| {
            Kind::Webhook.description(address, account)
        }),
        _ => {
            from.fault(
                VOICE,
                "kind",
                "`folder`, `http`, `sip`, `twilio`, `webhook`",
            );
            None
        }
    }
}

/// What proves the requests of a gateway: `receipt-secret`, or what proves ours to Twilio, unless that is a key of its own.
fn receipts(from: &mut Reader, channel: &str, provider: Option<&Provider>) -> Option<ReceiptKey> {
    let own = from.secret(channel, "receipt-secret");
    let Some(Provider::Http(settings)) = provider else {
        return own.map(|secret| ReceiptKey::new(secret, Signing::Ours));
    };
    let Description {
        account, signing, ..
    } = &settings.description;
    let same = match &account.secret {
        Some(secret) if *signing == Signing::Twilio && account.user.is_none() => {
            Some(secret.to_string())
        }
        _ => None,
    };
    if channel == "voice" && *signing == Signing::Twilio && own.is_none() && account.user.is_some()
    {
        let what = "is missing: the auth token, which Twilio signs its requests with; an API key does not prove them";
        from.fault(channel, "receipt-secret", what);
    }
    Some(ReceiptKey::new(own.or(same)?, *signing))
}

fn folder(from: &mut Reader, section: &'static str) -> Option<Provider> {
    let folder = from.maybe::<PathBuf>(section, "folder")?;
    Some(existing(from, section, folder))
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
