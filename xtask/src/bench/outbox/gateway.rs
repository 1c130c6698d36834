//! A gateway that takes its time to answer, and knows when each message came.
//!
//! It speaks what `kind = "webhook"` of `[sms]` asks for, a POST of JSON on a kept connection; or SMPP ([`super::centre`]).

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::centre;
use crate::bench::http::HOST;

/// As long as this no further code has to come before the rest is given up.
const PATIENCE: Duration = Duration::from_secs(15);

/// A code that came.
#[derive(Clone)]
pub struct Arrival {
    /// When all of it was there.
    pub at: Instant,
    /// The number (E.164).
    pub to: String,
}

/// Codes and the count of notices.
#[derive(Default)]
pub struct Arrived {
    codes: Vec<Arrival>,
    notices: usize,
}

impl Arrived {
    /// A code came just now.
    pub fn code(kept: &Mutex<Self>, at: Instant, to: String) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.codes.push(Arrival { at, to });
    }
}

/// What a gateway speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// POST of JSON.
    Webhook,
    /// SMPP 3.4.
    Smpp,
}

/// A running gateway. It stays until the program ends.
pub struct Gateway {
    /// Where it listens.
    pub port: u16,
    speech: Speech,
    arrived: Arc<Mutex<Arrived>>,
}

impl Gateway {
    /// One that answers a code after `code`, and a notice after `notice`.
    pub fn start(speech: Speech, code: Duration, notice: Duration) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let arrived = Arc::<Mutex<Arrived>>::default();
        let kept = Arc::clone(&arrived);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                thread::spawn(move || match speech {
                    Speech::Webhook => serve(client, &kept, code, notice),
                    Speech::Smpp => centre::serve(client, &kept, code),
                });
            }
        });
        Ok(Self {
            port,
            speech,
            arrived,
        })
    }

    /// The section of the configuration that leads to it.
    pub fn section(&self) -> String {
        let port = self.port;
        if self.speech == Speech::Smpp {
            return centre::section(port);
        }
        format!(
            "[sms]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{port}/\"\nsecret = \"a secret of the benchmark alone\"\n"
        )
    }

    /// The codes that came, in their order, as soon as there are so many or none follow.
    pub fn wait_for_codes(&self, count: usize) -> Result<Vec<Arrival>> {
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
            let codes = arrived.codes.len();
            if codes >= count || codes > 0 && since.elapsed() > PATIENCE {
                return Ok(arrived.codes.clone());
            }
            drop(arrived);
            if codes > seen {
                (seen, since) = (codes, Instant::now());
            } else if since.elapsed() > PATIENCE {
                bail!("no code came within {} s", PATIENCE.as_secs());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// How many notices came.
    pub fn notices(&self) -> usize {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.notices
    }
}

/// One connection, one request after the other.
fn serve(mut client: TcpStream, arrived: &Mutex<Arrived>, code: Duration, notice: Duration) {
    let _ = client.set_nodelay(true);
    let mut buffer = Vec::new();
    while let Some(body) = request(&mut client, &mut buffer) {
        let at = Instant::now();
        // The last line of a code names the page that it is for.
        let wait = if body.contains(&format!("@{HOST} #")) {
            let to = field(&body, "to").unwrap_or_default().to_owned();
            Arrived::code(arrived, at, to);
            code
        } else {
            let mut arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner);
            arrived.notices += 1;
            notice
        };
        thread::sleep((at + wait).saturating_duration_since(Instant::now()));
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        if client.write_all(answer).is_err() {
            break;
        }
    }
}

/// The body of the next request; `None` when the client has gone.
fn request(client: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    buffer.clear();
    let mut chunk = [0; 4096];
    loop {
        let count = client.read(&mut chunk).ok().filter(|count| *count > 0)?;
        buffer.extend_from_slice(chunk.get(..count)?);
        let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let (head, body) = buffer.split_at(head + 4);
        let head = str::from_utf8(head).ok()?.to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))?;
        if body.len() >= length.trim().parse().ok()? {
            return String::from_utf8(body.to_vec()).ok();
        }
    }
}

/// A field of JSON whose value is a text without quotation marks.
fn field<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::http::{Connection, post};

    #[test]
    fn a_code_is_told_from_a_notice_and_waits_for_its_answer() {
        let answer = Duration::from_millis(40);
        let gateway = Gateway::start(Speech::Webhook, answer, Duration::ZERO).unwrap();
        let mut connection = Connection::open(gateway.port).unwrap();
        let code = format!("{{\"to\":\"+12122000001\",\"text\":\"048213\\n\\n@{HOST} #048213\"}}");
        let began = Instant::now();
        for text in [code.as_str(), "{\"to\":\"+12122000002\",\"text\":\"done\"}"] {
            assert_eq!(
                connection.exchange(&post("/", "", text)).unwrap().status,
                200
            );
        }
        assert!(began.elapsed() >= answer);
        let codes = gateway.wait_for_codes(1).unwrap();
        assert_eq!((codes.len(), codes[0].to.as_str()), (1, "+12122000001"));
        assert_eq!(gateway.notices(), 1);
    }
}
