//! A small server that plays a provider.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as the provider gets it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What the server does with each request.
#[derive(Clone)]
pub enum Play {
    Answer(String),
    Silence,
}

/// A provider.
pub struct Provider {
    pub address: String,
    pub asked: Arc<Mutex<Vec<Asked>>>,
    pub connections: Arc<Mutex<usize>>,
}

impl Provider {
    /// Answers with this status and body.
    pub async fn answering(status: u16, body: &str) -> Self {
        Self::with_headers(status, "", body).await
    }

    pub async fn with_headers(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
        Self::playing(Play::Answer(answer)).await
    }

    pub async fn playing(play: Play) -> Self {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            asked: Arc::default(),
            connections: Arc::default(),
        };
        let (asked, connections) = (provider.asked.clone(), provider.connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *connections.lock().unwrap() += 1;
                tokio::spawn(serve(stream, play.clone(), asked.clone()));
            }
        });
        provider
    }

    pub fn only(&self) -> Asked {
        let asked = self.asked.lock().unwrap();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked[0].clone()
    }
}

async fn serve(mut stream: TcpStream, play: Play, asked: Arc<Mutex<Vec<Asked>>>) {
    let mut bytes = Vec::new();
    loop {
        let whole = std::str::from_utf8(&bytes).ok().and_then(request);
        if let Some(request) = whole {
            asked.lock().unwrap().push(request);
            bytes.clear();
            let Play::Answer(answer) = &play else {
                continue;
            };
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
            if !answer.contains("content-length") {
                return;
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

/// A request, when all of it is there.
fn request(text: &str) -> Option<Asked> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let asked = Asked {
        line,
        headers,
        body: body.to_owned(),
    };
    let length = asked.header("content-length").unwrap_or("0");
    (body.len() == length.parse::<usize>().unwrap()).then_some(asked)
}
