//! A mail server that says no at a step of one's choice. Plain text, on this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What is answered at a step, and only once if at all: later mails are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// This line.
    Line(&'static str),
    /// Nothing; the connection stays open.
    Nothing,
    /// Nothing; the connection ends.
    Cut,
}

/// A running server.
pub struct Failing {
    /// Where.
    pub port: u16,
    /// Connections that were made.
    pub connections: Arc<AtomicUsize>,
    /// Mails that were taken.
    pub taken: Arc<AtomicUsize>,
}

impl Failing {
    /// One that answers like this at a step: `greeting`, a command, or `content`.
    pub async fn at(step: &'static str, says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, taken) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counts = (Arc::clone(&connections), Arc::clone(&taken));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counts.0.fetch_add(1, Ordering::SeqCst);
                let taken = Arc::clone(&counts.1);
                tokio::spawn(async move { serve(stream, step, says, &taken).await });
            }
        });
        Self {
            port,
            connections,
            taken,
        }
    }
}

/// The client may go at any moment.
async fn serve(
    stream: TcpStream,
    step: &str,
    says: Says,
    taken: &AtomicUsize,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut now = "greeting".to_owned();
    loop {
        let usual = match now.as_str() {
            "greeting" => "220 mail.test",
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            "content" => {
                taken.fetch_add(1, Ordering::SeqCst);
                "250 taken"
            }
            _ => "250 fine",
        };
        let answer = if now == step { says } else { Says::Line(usual) };
        match answer {
            Says::Line(line) => {
                stream.write_all(line.as_bytes()).await?;
                stream.write_all(b"\r\n").await?;
            }
            Says::Nothing => std::future::pending::<()>().await,
            Says::Cut => return Ok(()),
        }
        let after = now == "DATA" && answer == Says::Line(usual);
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            if !after || line == ".\r\n" {
                break;
            }
        }
        now = if after {
            "content".to_owned()
        } else {
            line.split_whitespace()
                .next()
                .unwrap_or_default()
                .to_ascii_uppercase()
        };
    }
}
