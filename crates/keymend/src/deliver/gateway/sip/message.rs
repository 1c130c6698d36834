//! Messages of SIP (RFC 3261, 7): read from whoever sends something, written for the exchange.
//!
//! What comes in is data of a stranger: it is bounded, and what cannot be read is a fault, never a panic.

use std::fmt::Write as _;

/// A head, up to its empty line, is no longer, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;
/// A body is no longer, in bytes.
const LONGEST_BODY: usize = 16 * 1024;
/// A message has no more headers.
const MOST_HEADERS: usize = 128;
/// Short forms (RFC 3261, 7.3.3) of the headers that we look at.
const SHORT: &[(&str, &str)] = &[
    ("c", "content-type"),
    ("f", "from"),
    ("i", "call-id"),
    ("k", "supported"),
    ("l", "content-length"),
    ("m", "contact"),
    ("t", "to"),
    ("v", "via"),
];

/// Why something is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a SIP message")]
pub struct Unreadable;

/// Headers, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Add one. A control character in a value would begin another header: it becomes a space.
    pub fn push(&mut self, name: &str, value: &str) {
        let value = value.replace(char::is_control, " ");
        self.0.push((name.to_owned(), value));
    }

    /// The first of a name; upper and lower case are alike.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All of a name.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let same = move |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.0.iter().filter(same).map(|(_, value)| value.as_str())
    }

    /// Number and method of `CSeq`.
    #[must_use]
    pub fn sequence(&self) -> Option<(u32, &str)> {
        let (number, method) = self.get("CSeq")?.split_once(char::is_whitespace)?;
        Some((number.parse().ok()?, method.trim()))
    }

    /// The branch of the topmost `Via`.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        parameter(first_of_list(self.get("Via")?), "branch")
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is wanted.
    pub method: String,
    /// Of whom.
    pub uri: String,
    /// All but `Content-Length`.
    pub headers: Headers,
    /// The body.
    pub body: String,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// 100 to 699.
    pub status: u16,
    /// In words.
    pub reason: String,
    /// All headers.
    pub headers: Headers,
    /// The body.
    pub body: String,
}

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// Somebody wants something.
    Request(Request),
    /// Somebody answers.
    Response(Response),
}

impl Incoming {
    /// Its headers.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        match self {
            Self::Request(request) => &request.headers,
            Self::Response(response) => &response.headers,
        }
    }

    /// Read a datagram, which holds one message (RFC 3261, 18.3).
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn datagram(bytes: &[u8]) -> Result<Self, Unreadable> {
        let end = end_of_head(bytes).ok_or(Unreadable)?;
        let (head, rest) = bytes.split_at_checked(end).ok_or(Unreadable)?;
        let mut message = read_head(head)?;
        let body = match length(message.headers())? {
            Some(length) => rest.get(..length).ok_or(Unreadable)?,
            None => rest,
        };
        message.set_body(body)?;
        Ok(message)
    }

    /// Take the first message off a stream; `None` when there is not a whole one yet.
    ///
    /// # Errors
    /// [`Unreadable`]: where the next one begins is not known then.
    pub fn stream(buffer: &mut Vec<u8>) -> Result<Option<Self>, Unreadable> {
        // Empty lines before a message keep a connection alive (RFC 5626, 3.5.1).
        let blank = buffer.iter().take_while(|b| b"\r\n".contains(b)).count();
        buffer.drain(..blank);
        let Some(end) = end_of_head(buffer) else {
            return if buffer.len() > LONGEST_HEAD {
                Err(Unreadable)
            } else {
                Ok(None)
            };
        };
        let mut message = read_head(buffer.get(..end).ok_or(Unreadable)?)?;
        let length = length(message.headers())?.unwrap_or(0);
        let Some(body) = buffer.get(end..end + length) else {
            return Ok(None);
        };
        message.set_body(body)?;
        buffer.drain(..end + length);
        Ok(Some(message))
    }

    fn set_body(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        if bytes.len() > LONGEST_BODY {
            return Err(Unreadable);
        }
        let text = String::from_utf8_lossy(bytes).into_owned();
        match self {
            Self::Request(request) => request.body = text,
            Self::Response(response) => response.body = text,
        }
        Ok(())
    }
}

/// Where the body begins.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let seen = bytes.get(..LONGEST_HEAD).unwrap_or(bytes);
    let at = seen.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(at + 4)
}

fn length(headers: &Headers) -> Result<Option<usize>, Unreadable> {
    let Some(text) = headers.get("Content-Length") else {
        return Ok(None);
    };
    let length: usize = text.trim().parse().map_err(|_| Unreadable)?;
    if length > LONGEST_BODY {
        return Err(Unreadable);
    }
    Ok(Some(length))
}

fn read_head(bytes: &[u8]) -> Result<Incoming, Unreadable> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split("\r\n");
    let first = lines.next().ok_or(Unreadable)?;
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            // A line that goes on (RFC 3261, 7.3.1).
            let (_, value) = headers.last_mut().ok_or(Unreadable)?;
            value.push(' ');
            value.push_str(line.trim());
            continue;
        }
        if headers.len() == MOST_HEADERS {
            return Err(Unreadable);
        }
        let (name, value) = line.split_once(':').ok_or(Unreadable)?;
        let name = name.trim().to_ascii_lowercase();
        let long = SHORT.iter().find(|(short, _)| *short == name);
        let name = long.map_or(name, |(_, long)| (*long).to_owned());
        headers.push((name, value.trim().replace(char::is_control, " ")));
    }
    let headers = Headers(headers);
    let mut words = first.splitn(3, ' ');
    let (one, two) = (words.next(), words.next());
    let (one, two) = one.zip(two).ok_or(Unreadable)?;
    let three = words.next().unwrap_or_default();
    if one == "SIP/2.0" {
        let status = two.parse().map_err(|_| Unreadable)?;
        if !(100..700).contains(&status) {
            return Err(Unreadable);
        }
        return Ok(Incoming::Response(Response {
            status,
            reason: three.to_owned(),
            headers,
            body: String::new(),
        }));
    }
    let method = !one.is_empty() && one.bytes().all(|b| b.is_ascii_uppercase());
    if three != "SIP/2.0" || !method {
        return Err(Unreadable);
    }
    Ok(Incoming::Request(Request {
        method: one.to_owned(),
        uri: two.to_owned(),
        headers,
        body: String::new(),
    }))
}

impl Request {
    /// As it is sent.
    #[must_use]
    pub fn print(&self) -> String {
        let first = format!("{} {} SIP/2.0", self.method, self.uri);
        print(&first, &self.headers, &self.body)
    }

    /// An answer to it (RFC 3261, 8.2.6). `tag`: of our side, where `To` has none yet.
    #[must_use]
    pub fn answer(&self, status: u16, reason: &str, tag: &str) -> Response {
        let mut headers = Headers::default();
        for via in self.headers.all("Via") {
            headers.push("Via", via);
        }
        for name in ["From", "To", "Call-ID", "CSeq"] {
            let value = self.headers.get(name).unwrap_or_default();
            if name == "To" && parameter(value, "tag").is_none() {
                headers.push(name, &format!("{value};tag={tag}"));
            } else {
                headers.push(name, value);
            }
        }
        Response {
            status,
            reason: reason.to_owned(),
            headers,
            body: String::new(),
        }
    }
}

impl Response {
    /// As it is sent.
    #[must_use]
    pub fn print(&self) -> String {
        let first = format!("SIP/2.0 {} {}", self.status, self.reason);
        print(&first, &self.headers, &self.body)
    }

    /// Status and words for a log. Servers put into the words what they like, so only plain letters are kept.
    #[must_use]
    pub fn words(&self) -> String {
        let kept = |c: &char| c.is_ascii_alphabetic() || *c == ' ';
        let reason: String = self.reason.chars().filter(kept).take(40).collect();
        format!("{} {}", self.status, reason.trim())
            .trim()
            .to_owned()
    }
}

fn print(first: &str, headers: &Headers, body: &str) -> String {
    let mut text = format!("{first}\r\n");
    for (name, value) in &headers.0 {
        // Writing to a text cannot fail.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
    text
}

/// The URI of an address (RFC 3261, 20.10): between its angle brackets, or without them up to the parameters.
#[must_use]
pub fn uri(address: &str) -> &str {
    match address.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
        None => address.split(';').next().unwrap_or_default().trim(),
    }
}

/// A parameter of an address or a `Via`, not of the URI in it.
#[must_use]
pub fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let behind = value.rsplit('>').next().unwrap_or(value);
    behind.split(';').skip(1).find_map(|part| {
        let (known, value) = part.split_once('=').unwrap_or((part, ""));
        known
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim())
    })
}

/// The values of a header that may stand several in a line (RFC 3261, 7.3.1): commas in quotes and brackets are none.
#[must_use]
pub fn list(value: &str) -> Vec<&str> {
    let (mut quoted, mut inside, mut escaped) = (false, false, false);
    let parts = value.split(move |c| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => inside = true,
            '>' if !quoted => inside = false,
            ',' if !quoted && !inside => return true,
            _ => {}
        }
        false
    });
    let parts = parts.map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

fn first_of_list(value: &str) -> &str {
    list(value).first().copied().unwrap_or_default()
}

/// Host and port of a SIP URI.
#[must_use]
pub fn host(uri: &str) -> Option<(&str, Option<u16>)> {
    let (_, rest) = uri.split_once(':')?;
    let rest = rest.split([';', '?']).next()?;
    let place = rest.rsplit('@').next()?;
    if let Some(rest) = place.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        return Some((
            host,
            port.strip_prefix(':').and_then(|port| port.parse().ok()),
        ));
    }
    match place.split_once(':') {
        Some((host, port)) => Some((host, port.parse().ok())),
        None => (!place.is_empty()).then_some((place, None)),
    }
}

#[cfg(test)]
mod tests;
