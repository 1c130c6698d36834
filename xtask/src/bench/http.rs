//! The smallest HTTP/1.1 client that keeps its connection: prebuilt bytes out, as little parsing as possible in.
//!
//! It must cost much less than the server it measures, on the same two cores.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// The name the measured server answers to.
pub const HOST: &str = "reset.campus.example";

/// One kept connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back. Borrowed from the connection, valid until the next request.
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    head: &'a [u8],
    /// The body.
    pub body: &'a [u8],
}

impl Connection {
    /// Connect to a port of this machine.
    pub fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Send one request and read its whole answer.
    pub fn exchange(&mut self, request: &[u8]) -> Result<Response<'_>> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let mut scanned = 0;
        let head = loop {
            self.more()?;
            let from = self.buffer.get(scanned..).unwrap_or_default();
            if let Some(at) = from.windows(4).position(|four| four == b"\r\n\r\n") {
                break scanned + at + 4;
            }
            scanned = self.buffer.len().saturating_sub(3);
        };
        let length = length(self.buffer.get(..head).unwrap_or_default())?;
        while self.buffer.len() < head + length {
            self.more()?;
        }
        let (head, body) = self.buffer.split_at(head);
        Ok(Response {
            status: status(head)?,
            head,
            body,
        })
    }

    fn more(&mut self) -> Result<()> {
        let mut chunk = [0; 16 * 1024];
        let count = self.stream.read(&mut chunk).context("no answer")?;
        if count == 0 {
            bail!("the server closed the connection");
        }
        self.buffer
            .extend_from_slice(chunk.get(..count).unwrap_or_default());
        Ok(())
    }
}

impl Response<'_> {
    /// The values of a header, in order.
    pub fn headers<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        lines(self.head)
            .filter_map(move |line| value(line, name))
            .filter_map(|value| str::from_utf8(value).ok())
    }

    /// The body as text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.body)
    }
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n')
        .skip(1)
        .map(<[u8]>::trim_ascii_end)
}

fn value<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (key, rest) = line.split_at_checked(name.len())?;
    let value = rest.strip_prefix(b":")?;
    key.eq_ignore_ascii_case(name.as_bytes())
        .then(|| value.trim_ascii())
}

fn status(head: &[u8]) -> Result<u16> {
    let digits = head
        .get(9..12)
        .and_then(|digits| str::from_utf8(digits).ok());
    digits
        .and_then(|digits| digits.parse().ok())
        .context("an answer without a status")
}

fn length(head: &[u8]) -> Result<usize> {
    if lines(head).any(|line| value(line, "transfer-encoding").is_some()) {
        bail!("a chunked answer: this client does not read those");
    }
    let Some(value) = lines(head).find_map(|line| value(line, "content-length")) else {
        return Ok(0);
    };
    str::from_utf8(value)?
        .parse()
        .context("a content-length that is no number")
}

/// A request without a body, as bytes. `headers` are whole lines, each with its line end.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{headers}\r\n").into_bytes()
}

/// The same for another host, such as the demo's.
pub fn get_from(host: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes()
}

/// A form on its way, as a browser on the page itself would send it.
pub fn post(path: &str, headers: &str, form: &str) -> Vec<u8> {
    let length = form.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nOrigin: https://{HOST}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n{headers}\r\n{form}"
    )
    .into_bytes()
}

/// A form's fields as `application/x-www-form-urlencoded`.
pub fn form(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_pieces_is_read_to_its_length_and_not_further() {
        let server = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = server.local_addr().unwrap().port();
        let serving = std::thread::spawn(move || {
            let (mut peer, _) = server.accept().unwrap();
            let mut request = [0; 256];
            for _ in 0..2 {
                let _ = peer.read(&mut request).unwrap();
                peer.write_all(
                    b"HTTP/1.1 303 See Other\r\nset-cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n",
                )
                .unwrap();
                peer.write_all(b"Content-Length: 5\r\n\r").unwrap();
                std::thread::sleep(Duration::from_millis(20));
                peer.write_all(b"\nhel").unwrap();
                peer.write_all(b"lo").unwrap();
            }
        });
        let mut connection = Connection::open(port).unwrap();
        for _ in 0..2 {
            let response = connection.exchange(&get("/", "")).unwrap();
            assert_eq!((response.status, response.body), (303, &b"hello"[..]));
            assert_eq!(
                response.headers("set-cookie").collect::<Vec<_>>(),
                ["a=1; Path=/", "b=2"]
            );
        }
        serving.join().unwrap();
    }

    #[test]
    fn form_fields_are_escaped() {
        assert_eq!(
            form(&[("name", "a b+c"), ("work", "")]),
            "name=a%20b%2Bc&work="
        );
    }
}
