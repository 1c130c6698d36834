//! Who we are in a call, and what goes back and forth in our name: requests with their proof, answers, and what an
//! exchange asks of us meanwhile.

use std::net::SocketAddr;
use std::time::Duration;

use data_encoding::HEXLOWER;
use rand_core::TryRng as _;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Settings;
use super::digest::Challenge;
use super::message::Headers;
use super::message::{Incoming, Request, Response, parameter, uri};
use super::wire::Wire;
use crate::chance::Os;

/// First wait before something is sent again over UDP, doubled each time (RFC 3261, 17.1: T1).
pub const AGAIN: Duration = Duration::from_millis(500);
/// Longest such wait (T2).
pub const LONGEST_AGAIN: Duration = Duration::from_secs(4);
/// An exchange may ask for a proof so often about one request: once for itself, once for another behind it, and once
/// more because a nonce was too old.
const PROOFS: u8 = 3;
/// What we can be asked within a call.
const ALLOW: &str = "ACK, BYE, CANCEL, INFO, INVITE, OPTIONS";

/// Why no answer came.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing came in time.
    Silent,
    /// In words.
    Broken(String),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(format!("the connection broke: {error}"))
    }
}

/// Who is meant by a request.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The request's URI.
    pub uri: String,
    /// `To`, with the tag that the other side gave itself.
    pub to: String,
    /// Through whom (RFC 3261, 12.1.2), as addresses in angle brackets.
    pub routes: Vec<String>,
    /// It gave itself that URI, and is reached there; else the exchange knows how.
    pub direct: bool,
}

impl Target {
    /// Where a request to it goes next; to the exchange where that is nowhere.
    #[must_use]
    pub fn hop(&self) -> Option<String> {
        let direct = self.direct.then_some(self.uri.as_str());
        let route = self.routes.first().map(|route| uri(route));
        route.or(direct).map(str::to_owned)
    }
}

/// An answer to a challenge, which holds for more than one request.
struct Proof {
    /// The header that it stands in.
    header: &'static str,
    challenge: Challenge,
    turn: u32,
}

/// One side of a call: ours.
pub struct Agent {
    /// To the exchange.
    pub wire: Wire,
    /// What the operator wants.
    pub settings: Settings,
    /// `Call-ID`.
    pub id: String,
    /// Our tag.
    pub tag: String,
    sequence: u32,
    proofs: Vec<Proof>,
}

impl Agent {
    /// With a connection of its own.
    ///
    /// # Errors
    /// In words.
    pub async fn new(settings: &Settings) -> Result<Self, String> {
        let settings = Settings::clone(settings);
        Ok(Self {
            wire: Wire::open(&settings.place).await?,
            settings,
            id: random(),
            tag: random(),
            sequence: 0,
            proofs: Vec::new(),
        })
    }

    /// How we can be reached.
    fn contact(&self) -> String {
        let (local, transport) = (self.wire.local, self.wire.transport.name());
        let transport = transport.to_ascii_lowercase();
        format!("<sip:keymend@{local};transport={transport}>")
    }

    /// Whoever calls.
    fn from(&self) -> String {
        let Settings { caller, domain, .. } = &self.settings;
        format!("<sip:{caller}@{domain}>;tag={}", self.tag)
    }

    /// A request, with a number of its own unless it belongs to an earlier one.
    pub fn request(&mut self, method: &str, target: &Target, sequence: Option<u32>) -> Request {
        let sequence = sequence.unwrap_or_else(|| {
            self.sequence += 1;
            self.sequence
        });
        let mut headers = Headers::default();
        let (transport, local) = (self.wire.transport.name(), self.wire.local);
        // The magic of RFC 3261, 8.1.1.7, and a name that nobody can guess: answers are known by it.
        let branch = format!("z9hG4bK{}", random());
        headers.push(
            "Via",
            &format!("SIP/2.0/{transport} {local};branch={branch};rport"),
        );
        headers.push("Max-Forwards", "70");
        headers.push("From", &self.from());
        headers.push("To", &target.to);
        headers.push("Call-ID", &self.id);
        headers.push("CSeq", &format!("{sequence} {method}"));
        headers.push("Contact", &self.contact());
        for route in &target.routes {
            headers.push("Route", route);
        }
        headers.push("User-Agent", concat!("Keymend/", env!("CARGO_PKG_VERSION")));
        if method != "ACK" {
            headers.push("Allow", ALLOW);
        }
        let mut request = Request {
            method: method.to_owned(),
            uri: target.uri.clone(),
            headers,
            body: String::new(),
        };
        self.prove(&mut request);
        request
    }

    fn prove(&mut self, request: &mut Request) {
        let Some(account) = &self.settings.account else {
            return;
        };
        for proof in &mut self.proofs {
            // An ACK repeats what its INVITE had (RFC 3261, 22.1); nobody counts it.
            proof.turn += 1;
            let (method, uri) = (&request.method, &request.uri);
            let value = proof
                .challenge
                .answer(account, method, uri, proof.turn, &random());
            request.headers.push(proof.header, &value);
        }
    }

    /// Somebody wants a proof. True when there is one that was not refused yet.
    pub fn takes(&mut self, response: &Response) -> bool {
        let (asked, header) = match response.status {
            401 => ("WWW-Authenticate", "Authorization"),
            407 => ("Proxy-Authenticate", "Proxy-Authorization"),
            _ => return false,
        };
        let Some(account) = &self.settings.account else {
            return false;
        };
        let Some(challenge) = Challenge::choose(response.headers.all(asked), account) else {
            return false;
        };
        let known = self.proofs.iter().position(|proof| proof.header == header);
        if let Some(known) = known {
            if !challenge.stale {
                return false;
            }
            self.proofs.remove(known);
        }
        self.proofs.push(Proof {
            header,
            challenge,
            turn: 0,
        });
        true
    }

    /// Did a proof serve?
    #[must_use]
    pub fn has_proven(&self) -> bool {
        !self.proofs.is_empty()
    }

    /// Ask for anything but a call, and wait for the final answer (RFC 3261, 17.1.2).
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn ask(
        &mut self,
        method: &str,
        target: &Target,
        patience: Duration,
    ) -> Result<Response, Trouble> {
        let until = Instant::now() + patience;
        let mut left = PROOFS;
        loop {
            let request = self.request(method, target, None);
            let response = self.answer_to(&request, target, until).await?;
            left -= 1;
            if left == 0 || !self.takes(&response) {
                return Ok(response);
            }
        }
    }

    /// The final answer to a request.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn answer_to(
        &mut self,
        request: &Request,
        target: &Target,
        until: Instant,
    ) -> Result<Response, Trouble> {
        let text = request.print();
        let mut wait = AGAIN;
        loop {
            self.wire.send(&text, target.hop().as_deref()).await?;
            let next = if self.wire.is_reliable() {
                until
            } else {
                until.min(Instant::now() + wait)
            };
            wait = (wait * 2).min(LONGEST_AGAIN);
            while let Ok(received) = timeout_at(next, self.wire.receive()).await {
                let (incoming, source) = received?;
                match incoming {
                    Incoming::Response(response) if answers(&response, request) => {
                        if response.status >= 200 {
                            return Ok(response);
                        }
                        wait = LONGEST_AGAIN;
                    }
                    Incoming::Response(_) => {}
                    Incoming::Request(asked) => {
                        self.oblige(&asked, source).await?;
                    }
                }
            }
            if next >= until {
                return Err(Trouble::Silent);
            }
        }
    }

    /// Somebody asks something of us. True when it was that the call is over.
    ///
    /// # Errors
    /// [`Trouble::Broken`].
    pub async fn oblige(&mut self, asked: &Request, source: SocketAddr) -> Result<bool, Trouble> {
        let headers = &asked.headers;
        // Whoever does not know the call is a stranger, and gets nothing.
        let ours = headers.get("To").and_then(|to| parameter(to, "tag"));
        if headers.get("Call-ID") != Some(&self.id) || ours != Some(&self.tag) {
            return Ok(false);
        }
        let (status, reason) = match asked.method.as_str() {
            "ACK" => return Ok(false),
            "BYE" | "INFO" | "OPTIONS" => (200, "OK"),
            // The session stays as it was (RFC 3261, 14.2).
            "INVITE" => (488, "Not Acceptable Here"),
            "CANCEL" => (481, "Call Does Not Exist"),
            _ => (405, "Method Not Allowed"),
        };
        let mut answer = asked.answer(status, reason, &self.tag);
        answer.headers.push("Allow", ALLOW);
        self.wire.send_to(&answer.print(), source).await?;
        Ok(asked.method == "BYE")
    }

    /// Wait for anything, until a moment; `None` when that came first.
    ///
    /// # Errors
    /// [`Trouble::Broken`].
    pub async fn receive(
        &mut self,
        until: Instant,
    ) -> Result<Option<(Incoming, SocketAddr)>, Trouble> {
        tokio::select! {
            received = self.wire.receive() => Ok(Some(received?)),
            () = sleep_until(until) => Ok(None),
        }
    }
}

/// Is this an answer to that request (RFC 3261, 17.1.3)?
#[must_use]
pub fn answers(response: &Response, request: &Request) -> bool {
    let method = |headers: &Headers| Some(headers.sequence()?.1.to_owned());
    response.headers.branch() == request.headers.branch()
        && method(&response.headers) == method(&request.headers)
}

/// A name that nobody can guess.
pub fn random() -> String {
    let mut bytes = [0; 16];
    let Ok(()) = Os.try_fill_bytes(&mut bytes);
    HEXLOWER.encode(&bytes)
}
