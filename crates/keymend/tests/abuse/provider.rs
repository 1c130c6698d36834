//! A provider of text messages on this machine: a webhook that keeps what it gets.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::post::Message;

/// The key of its signature.
pub const SECRET: &str = "webhook-key-5f1c";

/// A running provider; it ends with the test.
pub struct Provider {
    /// Where.
    pub url: String,
    got: Arc<Mutex<Vec<Message>>>,
}

impl Provider {
    /// One that takes every message.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/sms", listener.local_addr().unwrap());
        let got = Arc::default();
        let kept = Arc::clone(&got);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let got = Arc::clone(&kept);
                thread::spawn(move || serve(stream.unwrap(), &got));
            }
        });
        Self { url, got }
    }

    /// The newest message to a number.
    pub fn newest(&self, to: &str) -> Option<Message> {
        let got = self.got.lock().unwrap();
        got.iter().rfind(|message| message.to == to).cloned()
    }
}

fn serve(mut stream: TcpStream, got: &Mutex<Vec<Message>>) {
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
