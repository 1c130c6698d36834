//! `[sms]` and `[voice]` of the kinds that leave by an HTTP request: a description by its keys, or a ready one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use http::{HeaderName, Method};
use serde::Deserialize;
use url::Url;
use zeroize::Zeroizing;

use super::Provider;
use crate::config::reader::Reader;
use crate::deliver::gateway::http::HttpSettings;
use crate::deliver::gateway::http::account::Account;
use crate::deliver::gateway::http::answer::{Answers, Pointer};
use crate::deliver::gateway::http::body::{Body, Json};
use crate::deliver::gateway::http::description::{Description, Probe};
use crate::deliver::gateway::http::ready::Kind;
use crate::deliver::gateway::http::template::{Escape, Template};
use crate::deliver::receipt::Signing;

/// `probe`, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    url: String,
    balance: Option<Pointer>,
    currency: Option<Pointer>,
}

/// A provider whose description is ready, by its kind of the same name.
pub fn ready(
    from: &mut Reader,
    section: &str,
    kind: Kind,
    description: impl Fn(&str, Account) -> Description,
) -> Option<Provider> {
    let own: Option<String> = from.maybe(section, "url");
    let account = account(from, section);
    let address = own.or_else(|| kind.address().map(str::to_owned));
    let Some(address) = address else {
        from.fault(section, "url", "is missing");
        return finish(from, section, None);
    };
    // What we put behind it would get into the query.
    if address.contains(['{', '}', '?', '#']) {
        let what = "an address such as `https://sms.example.org`";
        from.fault(section, "url", what);
        return finish(from, section, None);
    }
    let description = description(&address, account);
    finish(from, section, Some(description))
}

/// A description by its keys.
pub fn described(from: &mut Reader, section: &str) -> Option<Provider> {
    let method = from.or(section, "method", "POST".to_owned());
    let method = match method.as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        _ => {
            from.fault(section, "method", "`GET`, `POST` or `PUT`");
            Method::POST
        }
    };
    let url: Option<String> = from.needed(section, "url");
    let url = url.and_then(|url| template(from, section, "url", &url));
    let headers = headers(from, section);
    let body = body(from, section);
    let account = account(from, section);
    let answers = Answers {
        sent: from.or(section, "sent", Vec::new()),
        later: from.or(section, "later", Vec::new()),
        never: from.or(section, "never", Vec::new()),
        reference: from.maybe(section, "reference"),
    };
    let asked: Option<Asked> = from.maybe(section, "probe");
    let probe = asked.and_then(|asked| {
        Some(Probe {
            url: template(from, section, "probe", &asked.url)?,
            balance: asked.balance,
            currency: asked.currency,
        })
    });
    let description = url.map(|url| Description {
        method,
        url,
        headers,
        body,
        answers,
        probe,
        account,
        signing: Signing::Ours,
    });
    finish(from, section, description)
}

/// What all kinds have, and every fault of the description.
fn finish(from: &mut Reader, section: &str, description: Option<Description>) -> Option<Provider> {
    let ca_file: Option<PathBuf> = from.maybe(section, "ca-file");
    // Read as a text: a fault of a URL would show it, and a password in it.
    let proxy: Option<String> = from.maybe(section, "proxy");
    let proxy = proxy.and_then(|proxy| {
        let url = Url::parse(&proxy).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if url.is_none() {
            from.fault(
                section,
                "proxy",
                "`http://HOST:PORT` or `https://HOST:PORT`",
            );
        }
        url
    });
    let description = description?;
    for (key, what) in description.faults() {
        from.fault(section, &key, &what);
    }
    Some(Provider::Http(Box::new(HttpSettings {
        description,
        ca_file,
        proxy,
    })))
}

fn account(from: &mut Reader, section: &str) -> Account {
    Account {
        from: from.maybe(section, "from"),
        name: from.maybe(section, "account"),
        user: from.maybe(section, "user"),
        secret: from.secret(section, "secret").map(Zeroizing::new),
    }
}

fn headers(from: &mut Reader, section: &str) -> Vec<(HeaderName, Template)> {
    let written: BTreeMap<String, String> = from.or(section, "headers", BTreeMap::new());
    let mut headers = Vec::new();
    for (name, value) in written {
        let key = format!("headers.{name}");
        let Ok(parsed) = name.parse::<HeaderName>() else {
            from.fault(section, &key, "no header has such a name");
            continue;
        };
        if let Some(value) = template(from, section, &key, &value) {
            headers.push((parsed, value));
        }
    }
    headers
}

fn body(from: &mut Reader, section: &str) -> Body {
    let form: Option<BTreeMap<String, String>> = from.maybe(section, "form");
    let json: Option<serde_json::Value> = from.maybe(section, "json");
    let raw: Option<String> = from.maybe(section, "raw");
    let content_type: Option<String> = from.maybe(section, "content-type");
    if raw.is_some() != content_type.is_some() {
        from.fault(
            section,
            "content-type",
            "`raw` and `content-type` go together",
        );
    }
    match (form, json, raw) {
        (None, None, None) => Body::None,
        (Some(form), None, None) => {
            let fields = form.into_iter().filter_map(|(name, value)| {
                let value = template(from, section, &format!("form.{name}"), &value)?;
                Some((name, value))
            });
            Body::Form(fields.collect())
        }
        (None, Some(json), None) => Body::Json(document(from, section, "json", json)),
        (None, None, Some(raw)) => {
            let content_type = content_type.unwrap_or_default();
            let escape = escape(&content_type).unwrap_or_else(|| {
                let what = "`text/plain`, `text/xml`, `application/xml` or `application/json`, with a charset where it needs one: values are escaped by it";
                from.fault(section, "content-type", what);
                Escape::Nothing
            });
            let raw = template(from, section, "raw", &raw);
            raw.map_or(Body::None, |raw| Body::Raw(content_type, escape, raw))
        }
        _ => {
            from.fault(section, "form", "one of `form`, `json` and `raw`");
            Body::None
        }
    }
}

/// By what a receiver takes apart, values are escaped. What we do not know could be broken out of.
fn escape(content_type: &str) -> Option<Escape> {
    let (kind, parameters) = content_type
        .split_once(';')
        .unwrap_or((content_type, "charset=utf-8"));
    let parameters = parameters.trim().to_ascii_lowercase();
    if parameters != "charset=utf-8" {
        return None;
    }
    match kind.trim() {
        "text/plain" => Some(Escape::Nothing),
        "text/xml" | "application/xml" | "application/soap+xml" => Some(Escape::Xml),
        "application/json" => Some(Escape::Json),
        _ => None,
    }
}

fn document(from: &mut Reader, section: &str, key: &str, value: serde_json::Value) -> Json {
    match value {
        serde_json::Value::String(text) => {
            let text = template(from, section, key, &text);
            text.map_or(Json::Other(serde_json::Value::Null), Json::Text)
        }
        serde_json::Value::Array(parts) => {
            let parts = parts.into_iter().enumerate();
            Json::List(
                parts
                    .map(|(at, part)| document(from, section, &format!("{key}.{at}"), part))
                    .collect(),
            )
        }
        serde_json::Value::Object(parts) => {
            let parts = parts.into_iter().map(|(name, part)| {
                let part = document(from, section, &format!("{key}.{name}"), part);
                (name, part)
            });
            Json::Object(parts.collect())
        }
        other => Json::Other(other),
    }
}

fn template(from: &mut Reader, section: &str, key: &str, text: &str) -> Option<Template> {
    let parsed = Template::parse(text);
    parsed.map_err(|what| from.fault(section, key, &what)).ok()
}
