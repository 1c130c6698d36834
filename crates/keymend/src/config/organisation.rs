//! `[server]` and `[organisation]`: what the organisation is, and where the portal stands.

use std::sync::Arc;

use ipnet::IpNet;
use jiff::tz::TimeZone;
use keymend_core::contact::{Domain, EmailAddress, countries as known_countries};
use keymend_core::registration::Destination;
use url::Url;

use super::reader::Reader;
use crate::app::Site;
use crate::i18n::LANGUAGES;

/// Read both.
pub fn site(from: &mut Reader) -> Option<Site> {
    let origin = origin(from);
    let name = line(from, "name");
    let help = line(from, "help");
    let (country, countries) = countries(from);
    let languages = languages(from);
    let zone = zone(from);
    let sign_in_url: Option<Url> = from.maybe("organisation", "sign-in-url");
    let alerts = alerts(from);
    let own_domains = own_domains(from);
    let proxies = from.or("server", "trusted-proxies", Vec::new());
    let known_networks = known_networks(from);
    let work_bits = from.or("server", "work-bits", 16);
    if work_bits > 24 {
        from.fault(
            "server",
            "work-bits",
            "0 to 24; each one more doubles the work of the browser",
        );
    }
    let (origin, languages) = (origin?, languages?);
    let secure = origin.scheme() == "https";
    if secure && proxies.is_empty() && !known_networks.is_empty() {
        let allowed =
            "nothing without server.trusted-proxies: everybody would have the address of the proxy";
        from.fault("limits", "known-networks", allowed);
    }
    let host = origin.host_str()?.to_owned();
    let authority = match origin.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.clone(),
    };
    Some(Site {
        origin: origin.origin().ascii_serialization(),
        host,
        hosts: vec![authority],
        secure,
        organisation: Arc::from(name?),
        help: Arc::from(help?),
        country,
        countries,
        language: languages.first().copied()?,
        languages: Arc::from(languages),
        zone: zone?,
        sign_in_url: sign_in_url.map(String::from),
        alerts,
        own_domains,
        proxies,
        known_networks,
        work_bits,
        demo: false,
    })
}

fn known_networks(from: &mut Reader) -> Vec<IpNet> {
    let networks: Vec<IpNet> = from.or("limits", "known-networks", Vec::new());
    if networks.iter().any(|network| network.prefix_len() == 0) {
        let allowed = "networks of the organisation; one of all addresses is none";
        from.fault("limits", "known-networks", allowed);
    }
    networks
}

fn origin(from: &mut Reader) -> Option<Url> {
    let origin: Url = from.needed("server", "origin")?;
    if is_origin(&origin) {
        return Some(origin);
    }
    let allowed = "https:// and a host, nothing behind it (http:// only for localhost)";
    from.fault("server", "origin", allowed);
    None
}

fn is_origin(url: &Url) -> bool {
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    scheme && bare && url.host_str().is_some()
}

fn line(from: &mut Reader, key: &'static str) -> Option<String> {
    let text: String = from.needed("organisation", key)?;
    let fine = !text.trim().is_empty() && text.len() <= 200 && !text.chars().any(char::is_control);
    if !fine {
        from.fault("organisation", key, "1 to 200 characters, on one line");
    }
    fine.then_some(text)
}

fn countries(from: &mut Reader) -> (String, Vec<String>) {
    let country: String = from.or("organisation", "country", "US".to_owned());
    let countries = from.or("organisation", "countries", vec![country.clone()]);
    if !countries.contains(&country) {
        from.fault("organisation", "countries", "`country` must be among them");
    }
    let known = |named: &String| known_countries().iter().any(|known| known.region == *named);
    for odd in countries.iter().filter(|named| !known(named)) {
        let allowed = format!("`{odd}` is not an ISO 3166 code such as US");
        from.fault("organisation", "countries", &allowed);
    }
    (country, countries)
}

/// In the order named: the first is the one when nothing else is known.
fn languages(from: &mut Reader) -> Option<Vec<&'static str>> {
    let all = LANGUAGES.map(str::to_owned).to_vec();
    let named: Vec<String> = from.or("organisation", "languages", all);
    let mut known: Vec<&'static str> = Vec::new();
    for name in &named {
        let language = LANGUAGES.into_iter().find(|known| known == name);
        known.extend(language.filter(|language| !known.contains(language)));
    }
    let fine = !known.is_empty() && known.len() == named.len();
    if !fine {
        let all = LANGUAGES.join(", ");
        from.fault(
            "organisation",
            "languages",
            &format!("one or more of {all}, each once"),
        );
    }
    fine.then_some(known)
}

fn zone(from: &mut Reader) -> Option<TimeZone> {
    let name: String = from.or("organisation", "time-zone", "UTC".to_owned());
    let zone = TimeZone::get(&name).ok();
    if zone.is_none() {
        from.fault(
            "organisation",
            "time-zone",
            "a name such as Europe/Madrid, or UTC",
        );
    }
    zone
}

fn alerts(from: &mut Reader) -> Vec<Destination> {
    let named: Vec<String> = from.or("organisation", "alerts", Vec::new());
    let mut addresses = Vec::with_capacity(named.len());
    for text in &named {
        if let Ok(address) = EmailAddress::parse(text, &[]) {
            addresses.push(Destination::Email(address));
        } else {
            let what = format!("`{text}` is not an address");
            from.fault("organisation", "alerts", &what);
        }
    }
    addresses
}

fn own_domains(from: &mut Reader) -> Vec<Domain> {
    let named: Vec<String> = from.or("organisation", "mail-domains", Vec::new());
    let mut domains = Vec::with_capacity(named.len());
    for text in &named {
        match Domain::parse(text) {
            Ok(domain) => domains.push(domain),
            Err(_) => from.fault(
                "organisation",
                "mail-domains",
                &format!("`{text}` is not a domain"),
            ),
        }
    }
    domains
}
