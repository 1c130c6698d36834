//! Text messages and calls by an HTTP request that is described: by us for the usual providers, or by the operator.
//!
//! Begin with [`Http::send`]. What is asked stands in `description.rs`, what an answer means in
//! `answer.rs`, and what we know about providers in `ready.rs`. There is one client for all messages: it keeps
//! connections, follows no redirect (whoever redirects would learn number and code), and takes no proxy from
//! the environment.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Response};
use url::Url;

pub mod account;
pub mod answer;
pub mod aws;
pub mod body;
pub mod description;
pub mod facts;
pub mod ready;
pub mod template;

use super::{Message, SendError, Taken};
use crate::chance::Clock;
use crate::outbound::{self, CONNECT, WHOLE, innermost};
use answer::Answer;
use description::{Description, Probe};
use facts::{Back, Facts};
use template::{Escape, Name};

/// Wait after a broken connection.
const BROKEN: Duration = Duration::from_secs(5);
/// As much of an answer is read, in bytes.
const MOST: usize = 64 * 1024;

/// A gateway over HTTP and how to get there.
#[derive(Clone)]
pub struct HttpSettings {
    /// What it wants to be asked.
    pub description: Description,
    /// The only certificate authority that is believed, PEM; without it those of the system.
    pub ca_file: Option<PathBuf>,
    /// A proxy for all requests.
    pub proxy: Option<Url>,
}

/// Without the proxy's address, in which a password may stand.
impl fmt::Debug for HttpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSettings")
            .field("description", &self.description)
            .field("ca_file", &self.ca_file)
            .field("proxy", &self.proxy.as_ref().map(|_| "…"))
            .finish()
    }
}

/// A gateway over HTTP.
pub struct Http {
    client: Client,
    description: Description,
    back: Back,
    clock: Clock,
    whole: Duration,
}

impl Http {
    /// Connects at the first message.
    ///
    /// # Errors
    /// In one line, when the certificate authority cannot be read.
    pub fn new(settings: &HttpSettings, clock: Clock) -> Result<Self, String> {
        let client = outbound::client(settings.ca_file.as_deref(), settings.proxy.as_ref())?;
        Ok(Self {
            client,
            description: settings.description.clone(),
            back: Back::default(),
            clock,
            whole: WHOLE,
        })
    }

    /// With the address at which the provider finds us.
    #[must_use]
    pub fn found_at(mut self, back: Back) -> Self {
        self.back = back;
        self
    }

    /// Send a message.
    ///
    /// # Errors
    /// [`SendError`]; its words have neither the number nor the text nor a secret in them.
    pub async fn send(&self, message: &Message) -> Result<Taken, SendError> {
        let mut facts = self.facts(Some(message));
        let description = &self.description;
        // Only what this message has in it can be wrong here: the description was checked.
        let body = description.body.fill(&facts).map_err(SendError::Never)?;
        let url = description.url.fill(&facts, Escape::Url);
        let url = url.map_err(SendError::Never)?;
        facts.sign(description.method.as_str(), &url, &body);
        let headers = headers(description, &facts, true).map_err(SendError::Never)?;
        let mut request = self
            .client
            .request(description.method.clone(), url)
            .headers(headers)
            .timeout(self.whole);
        if let Some(content_type) = description.body.content_type() {
            request = request
                .header(http::header::CONTENT_TYPE, content_type)
                .body(body);
        }
        let answered = async {
            let response = request.send().await?;
            read(response).await
        };
        let (status, headers, body) = answered.await.map_err(|error| trouble(&error))?;
        description.answers.judge(&Answer {
            status,
            headers: &headers,
            body: &body,
        })
    }

    /// Try the gateway: connect; where there is a harmless question, sign in and ask it.
    ///
    /// # Errors
    /// In one line for the operator, without secrets.
    pub async fn probe(&self) -> Result<String, String> {
        match &self.description.probe {
            Some(probe) => self.ask(probe).await,
            None => self.reach().await,
        }
    }

    async fn ask(&self, probe: &Probe) -> Result<String, String> {
        let mut facts = self.facts(None);
        let url = probe.url.fill(&facts, Escape::Url)?;
        facts.sign("GET", &url, "");
        let headers = headers(&self.description, &facts, false)?;
        let request = self.client.get(url).headers(headers).timeout(self.whole);
        let answered = async {
            let response = request.send().await?;
            read(response).await
        };
        let (status, _, body) = answered.await.map_err(|error| words(&error))?;
        match status {
            200..=299 => {}
            401 | 403 => return Err(format!("the credentials are refused ({status})")),
            _ => return Err(format!("the gateway answered {status} to our question")),
        }
        let json: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
        let find = |pointer: Option<&answer::Pointer>| pointer?.find(json.as_ref()?);
        let Some(balance) = find(probe.balance.as_ref()) else {
            return Ok("signed in".to_owned());
        };
        let currency = find(probe.currency.as_ref()).unwrap_or_default();
        // Their words go to a terminal.
        let balance: String = format!("{balance} {currency}")
            .chars()
            .filter(|c| c.is_ascii_graphic() || *c == ' ')
            .take(40)
            .collect();
        Ok(format!("signed in, balance {}", balance.trim_end()))
    }

    /// Does somebody speak HTTP there? The root is asked for: it sends no message.
    async fn reach(&self) -> Result<String, String> {
        let sample = self.description.url.sample("x");
        let mut url = Url::parse(&sample).map_err(|_| "no address".to_owned())?;
        url.set_path("/");
        url.set_query(None);
        let request = self.client.request(Method::HEAD, url).timeout(self.whole);
        request
            .send()
            .await
            .map(|_| "reachable; only a message proves its credentials".to_owned())
            .map_err(|error| words(&error))
    }

    fn facts<'a>(&'a self, message: Option<&'a Message>) -> Facts<'a> {
        Facts {
            account: &self.description.account,
            message,
            back: &self.back,
            now: self.clock.now(),
            signature: String::new(),
            authorization: String::new(),
        }
    }

    /// Who is asked, for the operator.
    #[must_use]
    pub fn host(&self) -> String {
        let url = Url::parse(&self.description.url.sample("x")).ok();
        let host = url.and_then(|url| url.host_str().map(str::to_owned));
        host.unwrap_or_default()
    }

    /// With other patience: a test cannot wait as long as a person.
    #[cfg(test)]
    fn patient(mut self, whole: Duration) -> Self {
        self.whole = whole;
        self
    }
}

/// The headers; without a message only those that need none.
fn headers(
    description: &Description,
    facts: &Facts<'_>,
    message: bool,
) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &description.headers {
        if !message && !value.names().all(Name::is_known_without_message) {
            continue;
        }
        let text = value.fill(facts, Escape::Header)?;
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| format!("the header {name} cannot hold its value"))?;
        value.set_sensitive(true);
        headers.append(HeaderName::clone(name), value);
    }
    Ok(headers)
}

/// Status, headers and the beginning of the body. A body that breaks off is no answer.
async fn read(mut response: Response) -> Result<(u16, HeaderMap, Vec<u8>), reqwest::Error> {
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut body = Vec::new();
    while body.len() < MOST {
        let Some(chunk) = response.chunk().await? else {
            break;
        };
        let room = MOST - body.len();
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
    }
    Ok((status, headers, body))
}

fn trouble(error: &reqwest::Error) -> SendError {
    if error.is_timeout() && !error.is_connect() {
        SendError::Silent(words(error))
    } else {
        SendError::Later(BROKEN, words(error))
    }
}

/// What may stand in a log. The library's own words hold the address, in which a description may have the
/// number, the text and secrets; the causes beneath it do not.
fn words(error: &reqwest::Error) -> String {
    if error.is_connect() && error.is_timeout() {
        return format!("no connection within {} seconds", CONNECT.as_secs());
    }
    if error.is_timeout() {
        return "the gateway stays silent".to_owned();
    }
    let what = if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    format!("{what}: {}", innermost(error))
}

#[cfg(test)]
pub(super) mod tests;
