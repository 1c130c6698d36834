//! A provider of text messages on this machine: a webhook that keeps what it gets.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::post::Message;

/// The key of its signature.
pub const SECRET: &str = "webhook-key-5f1c";

/// A running provider; it ends with the test.
pub struct Provider {
    /// Where.
    pub url: String,
    got: Arc<Mutex<Vec<Message>>>,
    silence: Arc<Mutex<Silence>>,
}

/// A provider that does not answer, and who waits for it.
#[derive(Default)]
struct Silence {
    lasts: bool,
    waiting: usize,
    most: usize,
}

impl Provider {
    /// One that takes every message.
    pub fn start() -> Self {
        Self::begin(false)
    }

    /// One that answers nothing yet.
    pub fn silent() -> Self {
        Self::begin(true)
    }

    fn begin(lasts: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/sms", listener.local_addr().unwrap());
        let got = Arc::default();
        let silence = Arc::new(Mutex::new(Silence {
            lasts,
            ..Silence::default()
        }));
        let kept = (Arc::clone(&got), Arc::clone(&silence));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (got, silence) = kept.clone();
                thread::spawn(move || serve(stream.unwrap(), &got, &silence));
            }
        });
        Self { url, got, silence }
    }

    /// Answer from now on.
    pub fn speak(&self) {
        open(&self.silence).lasts = false;
    }

    /// How many waited at once for an answer, at most.
    pub fn waited(&self) -> usize {
        open(&self.silence).most
    }

    /// The newest message to a number.
    pub fn newest(&self, to: &str) -> Option<Message> {
        let got = self.got.lock().unwrap();
        got.iter().rfind(|message| message.to == to).cloned()
    }
}

fn open(silence: &Mutex<Silence>) -> MutexGuard<'_, Silence> {
    silence.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Say nothing while the silence lasts. False when whoever waits has gone.
fn outlast(stream: &TcpStream, silence: &Mutex<Silence>) -> bool {
    let mut known = open(silence);
    if !known.lasts {
        return true;
    }
    known.waiting += 1;
    known.most = known.most.max(known.waiting);
    drop(known);
    stream
        .set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    let mut there = true;
    while there && open(silence).lasts {
        there = !matches!(stream.peek(&mut [0]), Ok(0));
    }
    stream.set_read_timeout(None).unwrap();
    open(silence).waiting -= 1;
    there
}

fn serve(mut stream: TcpStream, got: &Mutex<Vec<Message>>, silence: &Mutex<Silence>) {
    let mut input = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut length = 0;
        let mut signed = false;
        let mut head = false;
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            head |= line.starts_with("HEAD ");
            signed |= line.starts_with("keymend-signature: sha256=");
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        input.read_exact(&mut body).unwrap();
        if !head && !outlast(&stream, silence) {
            return;
        }
        if !head {
            assert!(signed, "a message without a signature");
            let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let text = |name: &str| json[name].as_str().unwrap().to_owned();
            got.lock().unwrap().push(Message {
                id: text("id"),
                channel: "sms".to_owned(),
                to: text("to"),
                text: text("text"),
            });
        }
        let body = if head {
            ""
        } else {
            "{\"reference\": \"w-17\"}"
        };
        let length = body.len();
        if write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .is_err()
        {
            return;
        }
    }
}
