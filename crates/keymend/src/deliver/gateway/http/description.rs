//! What a gateway wants to be asked, and how its answers are read.
//!
//! One kind of data for every provider: those of `ready.rs` are values of it, and so is what an operator
//! writes. Whatever could not work is told by [`Description::faults`], before anything is sent.

use http::{HeaderName, Method};
use url::{Host, Url};

use super::account::Account;
use super::answer::{Answers, Pointer};
use super::body::Body;
use super::template::{Name, Template, can_be_header};
use crate::deliver::receipt::Signing;

/// Headers that the connection itself needs to be right.
const NOT_YOURS: [&str; 6] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "upgrade",
];

/// A harmless question that only a signed-in customer gets an answer to.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Asked by GET, with those headers of the description that need no message.
    pub url: Template,
    /// Where in the answer the balance stands.
    pub balance: Option<Pointer>,
    /// Where its currency stands.
    pub currency: Option<Pointer>,
}

/// A gateway over HTTP.
#[derive(Clone, Debug)]
pub struct Description {
    /// GET, POST or PUT.
    pub method: Method,
    /// Where.
    pub url: Template,
    /// What stands above the body.
    pub headers: Vec<(HeaderName, Template)>,
    /// The body.
    pub body: Body,
    /// How answers are read.
    pub answers: Answers,
    /// What `doctor` asks.
    pub probe: Option<Probe>,
    /// Our account with the provider.
    pub account: Account,
    /// Who says how its own requests to us are signed.
    pub signing: Signing,
}

impl Description {
    /// Everything that could not work: a key of the configuration and what is wrong with it.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, what: &str| faults.push((key.to_owned(), what.to_owned()));
        if let Err(what) = place(&self.url) {
            fault("url", what);
        }
        if let Some(probe) = &self.probe {
            if let Err(what) = place(&probe.url) {
                fault("probe", what);
            }
            if !probe.url.names().all(Name::is_known_without_message) {
                fault("probe", "there is no message to put in");
            }
        }
        if self.url.names().any(Name::is_over_request) {
            fault(
                "url",
                "{signature} and {aws-sns} can stand in a header only",
            );
        }
        let body = self.body.templates();
        if body
            .iter()
            .any(|part| part.names().any(Name::is_over_request))
        {
            fault(
                "headers",
                "{signature} and {aws-sns} can stand in a header only",
            );
        }
        if self.method == Method::GET && !matches!(self.body, Body::None) {
            fault("method", "GET has no body; use POST or PUT");
        }
        if body.is_empty() && !matches!(self.body, Body::None) {
            fault("url", "the body is empty");
        }
        let headers = self.headers.iter().map(|(_, value)| value);
        let all: Vec<Name> = std::iter::once(&self.url)
            .chain(headers)
            .chain(body)
            .chain(self.probe.iter().map(|probe| &probe.url))
            .flat_map(Template::names)
            .collect();
        let (to, text) = ([Name::To, Name::ToDigits], [Name::Text, Name::Script]);
        for (wanted, what) in [
            (&to[..], "{to} stands nowhere in the request"),
            (&text[..], "{text} stands nowhere in the request"),
        ] {
            if !all.iter().any(|name| wanted.contains(name)) {
                fault("url", what);
            }
        }
        for (key, what) in self.account.missing(&all) {
            fault(key, &what);
        }
        for (key, what) in self.account.unfit(&self.headers) {
            fault(key, &what);
        }
        faults.extend(self.unfit_headers());
        faults.extend(self.answers.faults());
        faults
    }

    fn unfit_headers(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, what: &str| faults.push((key.to_owned(), what.to_owned()));
        for (name, value) in &self.headers {
            let key = format!("headers.{name}");
            if NOT_YOURS.contains(&name.as_str()) {
                fault(&key, "is written by the connection itself");
            }
            if name == http::header::CONTENT_TYPE {
                fault(
                    &key,
                    "comes from the body; of a `raw` one it is `content-type`",
                );
            }
            if !value.words().all(can_be_header) {
                fault(
                    &key,
                    "holds a line break, or a character that no header can hold",
                );
            }
            if value.names().any(|name| name == Name::Text) {
                fault(
                    &key,
                    "{text} has several lines, which no header can hold; use {to} here and {text} in the body",
                );
            }
        }
        faults
    }
}

/// Can this be asked, and does no value decide who is asked?
fn place(template: &Template) -> Result<(), &'static str> {
    const WANTED: &str = "an address such as `https://sms.example.org/send`";
    let first = template.words().next().unwrap_or_default();
    let after = first.split_once("://").ok_or(WANTED)?.1;
    if template.names().next().is_some() && !after.contains(['/', '?']) {
        return Err("the host is fixed; values stand behind it");
    }
    let url = Url::parse(&template.sample("x")).map_err(|_| WANTED)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("no name and password in the address; use {basic} in a header");
    }
    if url.fragment().is_some() {
        return Err("no `#` in the address: it would not be sent");
    }
    let path = template.sample("\u{0}");
    let path = path.split('?').next().unwrap_or_default();
    // How many holes stand before the question mark; a text there could be `..`.
    let holes = path.matches('\u{0}').count();
    let names: Vec<Name> = template.names().take(holes).collect();
    if names.contains(&Name::Text) {
        return Err("{text} can stand behind the `?` only");
    }
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(()),
        ("http", Some(host)) if is_loopback(&host) => Ok(()),
        ("http", _) => Err("plain http is for this machine only; use https"),
        _ => Err(WANTED),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
