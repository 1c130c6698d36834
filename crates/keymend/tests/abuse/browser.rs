//! A small HTTP/1.1 client: keep-alive, cookies, the guard of forms, and requests that no browser would send.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::portal::PATIENCE;

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
    /// From the last byte out to the whole answer in.
    pub took: Duration,
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a header.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of =
            move |(known, value): &'a (String, String)| (known == name).then_some(value.as_str());
        self.headers.iter().filter_map(of)
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// The text between the first two marks.
    pub fn between(&self, before: &str, after: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(before)?;
        rest.split_once(after).map(|(found, _)| found)
    }

    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.between(&format!("name=\"{name}\" value=\""), "\"")
    }

    /// What everybody may compare: status, headers and body without random tokens and clock times.
    pub fn shape(&self) -> String {
        let mut text = format!("{}\n", self.status);
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "date") {
            writeln!(text, "{name}: {value}").unwrap();
        }
        mask(&(text + &self.body))
    }
}

/// Replace tokens (16 and more letters in one run that look random) by their length, clock times and waits by zeros.
fn mask(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    let word = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    for c in text.chars().chain(Some('\n')) {
        if word(c) {
            run.push(c);
            continue;
        }
        let digits = run.chars().any(|c| c.is_ascii_digit());
        // One token in forty has no digit.
        let random = digits
            || run.chars().any(|c| c.is_ascii_uppercase())
                && run.chars().any(|c| c.is_ascii_lowercase());
        if run.len() >= 16 && random && !run.contains("keymend") && !run.contains("work-") {
            write!(out, "<{}>", run.len()).unwrap();
        } else if digits && (run.contains(':') || out.ends_with("data-wait=\"")) {
            out.extend(
                run.chars()
                    .map(|c| if c.is_ascii_digit() { '0' } else { c }),
            );
        } else {
            out.push_str(&run);
        }
        run.clear();
        out.push(c);
    }
    out
}

/// A browser, as far as a portal can tell.
pub struct Browser {
    address: SocketAddr,
    /// The authority that it asks for.
    pub host: String,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub headers: Vec<(String, String)>,
    /// The last answer.
    pub page: Answer,
    guard: String,
    stream: Option<TcpStream>,
}

impl Browser {
    /// A new one.
    pub fn new(address: SocketAddr, host: &str) -> Self {
        Self {
            address,
            host: host.to_owned(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
            page: Answer::default(),
            guard: String::new(),
            stream: None,
        }
    }

    /// A browser with the same cookies: another tab, or somebody who copied them.
    pub fn copy(&self) -> Self {
        Self {
            address: self.address,
            host: self.host.clone(),
            cookies: self.cookies.clone(),
            headers: self.headers.clone(),
            page: self.page.clone(),
            guard: self.guard.clone(),
            stream: None,
        }
    }

    /// Ask from this address, as a proxy would say it.
    pub fn from(mut self, address: &str) -> Self {
        self.headers
            .push(("X-Forwarded-For".to_owned(), address.to_owned()));
        self
    }

    /// The value of the form guard that the last page gave.
    pub fn guard(&self) -> &str {
        &self.guard
    }

    /// A cookie, with or without its prefix.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let prefixed = format!("__Host-{name}");
        self.cookies
            .get(&prefixed)
            .or_else(|| self.cookies.get(name))
            .map(String::as_str)
    }

    /// `GET`
    pub fn get(&mut self, target: &str) -> &Answer {
        self.send("GET", target, &[], None)
    }

    /// `POST` a form with the guard; redirects are not followed.
    pub fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> &Answer {
        let mut body = form(fields);
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(&form(&[("csrf", &self.guard)]));
        self.post_body(target, &body)
    }

    /// `POST` this very body.
    pub fn post_body(&mut self, target: &str, body: &str) -> &Answer {
        self.send(
            "POST",
            target,
            &[("Content-Type", FORM)],
            Some(body.as_bytes()),
        )
    }

    /// `POST` a form and follow the redirect, as a person would.
    pub fn submit(&mut self, target: &str, fields: &[(&str, &str)]) -> &Answer {
        self.post(target, fields);
        if self.page.status == 303 {
            let location = self.page.location().to_owned();
            self.get(&location);
        }
        &self.page
    }

    /// Any request.
    pub fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> &Answer {
        let bytes = self.bytes(method, target, headers, body);
        let answer = self.exchange(&bytes, method == "HEAD");
        self.keep(answer)
    }

    /// Send these very bytes on the connection of this browser.
    pub fn raw(&mut self, bytes: &[u8]) -> &Answer {
        self.stream = None;
        let answer = self.exchange(bytes, false);
        self.keep(answer)
    }

    /// Take the cookies and the guard of an answer.
    pub fn keep(&mut self, answer: Answer) -> &Answer {
        for line in answer.all("set-cookie") {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(guard) = answer.field("csrf") {
            guard.clone_into(&mut self.guard);
        }
        self.page = answer;
        &self.page
    }

    /// A form with the guard as the bytes of a request, for [`crate::race`].
    pub fn posting(&self, target: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let mut all = fields.to_vec();
        all.push(("csrf", &self.guard));
        self.bytes(
            "POST",
            target,
            &[("Content-Type", FORM)],
            Some(form(&all).as_bytes()),
        )
    }

    /// Any request as bytes.
    pub fn bytes(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Vec<u8> {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            write!(head, "Cookie: {}\r\n", all.join("; ")).unwrap();
        }
        if let Some(body) = body {
            write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body.unwrap_or_default());
        bytes
    }

    fn exchange(&mut self, bytes: &[u8], head: bool) -> Answer {
        // A connection that rested may have been closed by the other side: once more on a new one.
        if let Some(mut stream) = self.stream.take()
            && let Ok(answer) = ask(&mut stream, bytes, head)
        {
            self.stream = Some(stream);
            return answer;
        }
        let mut stream = connect(self.address);
        match ask(&mut stream, bytes, head) {
            Ok(answer) => {
                self.stream = Some(stream);
                answer
            }
            Err(_) => Answer::default(),
        }
    }
}

/// The kind of body that forms have.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Fields as the body of a form.
pub fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// A connection that gives up after a while.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the portal listens");
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn ask(stream: &mut TcpStream, bytes: &[u8], head: bool) -> std::io::Result<Answer> {
    stream.write_all(bytes)?;
    let began = Instant::now();
    let mut answer = read(stream, head)?;
    answer.took = began.elapsed();
    Ok(answer)
}

/// Read one answer.
pub fn read(stream: &mut TcpStream, head: bool) -> std::io::Result<Answer> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    let end = |bytes: &[u8]| bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let at = loop {
        if let Some(at) = end(&bytes) {
            break at;
        }
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..count]);
    };
    let text = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.get(9..12))
        .and_then(|text| text.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = bytes.split_off(at + 4);
    while !head && body.len() < length {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        body.extend_from_slice(&chunk[..count]);
    }
    Ok(Answer {
        status: status.unwrap_or(0),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        took: Duration::ZERO,
    })
}
