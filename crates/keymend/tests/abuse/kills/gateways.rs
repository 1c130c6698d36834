//! A provider of text messages with receipts, and a mail server. Both write down what they take, and know the moments of
//! [`Moment`].

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use super::world::{Moment, Random, World};
use crate::browser::read;
use crate::gateways::{seconds, signed};
use crate::post::Message;

/// The key of what we post.
pub const SECRET: &str = "webhook-key-5f1c";
/// The key of receipts.
pub const RECEIPTS: &str = "receipt-key-88";

/// Slowest answer of a gateway, in milliseconds.
const SLOWEST: u64 = 400;

/// Listeners of both.
pub struct Gateways {
    /// Where text messages go.
    pub sms: SocketAddr,
    /// Where mails go.
    pub mail: SocketAddr,
    sms_listener: TcpListener,
    mail_listener: TcpListener,
}

/// The gateways at work.
pub struct Working {
    places: [SocketAddr; 2],
    open: Arc<AtomicU32>,
}

impl Gateways {
    /// Listen; nothing is taken before [`Gateways::work`].
    pub fn new() -> Self {
        let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (sms_listener, mail_listener) = (listen(), listen());
        Self {
            sms: sms_listener.local_addr().unwrap(),
            mail: mail_listener.local_addr().unwrap(),
            sms_listener,
            mail_listener,
        }
    }

    /// Take messages as long as the test runs.
    pub fn work(self, world: &Arc<World>, seed: u64) -> Working {
        let working = Working {
            places: [self.sms, self.mail],
            open: Arc::default(),
        };
        accept(self.sms_listener, &working.open, world, seed, text);
        accept(self.mail_listener, &working.open, world, !seed, mail);
        working
    }
}

impl Working {
    /// After a kill: wait until everything that the dead process has written is read.
    pub fn drain(&self) {
        // Connections are taken in their order: once ours was served, all of the dead one's were taken.
        for place in self.places {
            let mut stream = TcpStream::connect(place).unwrap();
            stream.write_all(b"HEAD / HTTP/1.1\r\n\r\n").unwrap();
            assert_ne!(stream.read(&mut [0; 512]).unwrap(), 0);
        }
        while self.open.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

type Serve = fn(TcpStream, &Arc<World>, Random) -> std::io::Result<()>;

fn accept(
    listener: TcpListener,
    open: &Arc<AtomicU32>,
    world: &Arc<World>,
    seed: u64,
    serve: Serve,
) {
    let (open, world) = (Arc::clone(open), Arc::clone(world));
    thread::spawn(move || {
        let mut random = Random(seed);
        for stream in listener.incoming() {
            open.fetch_add(1, Ordering::SeqCst);
            let (open, world) = (Arc::clone(&open), Arc::clone(&world));
            let random = Random(random.next());
            thread::spawn(move || {
                // A connection ends with the process at its other end.
                drop(serve(stream.unwrap(), &world, random));
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
}

/// Answers take their time, now and then.
fn dawdle(random: &mut Random) {
    if random.below(3) == 0 {
        thread::sleep(Duration::from_millis(random.below(SLOWEST)));
    }
}

fn text(mut stream: TcpStream, world: &Arc<World>, mut random: Random) -> std::io::Result<()> {
    let mut input = BufReader::new(stream.try_clone()?);
    loop {
        let (mut length, mut head, mut key) = (0, false, String::new());
        loop {
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                return Ok(());
            }
            head |= line.starts_with("HEAD ");
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.trim().parse().unwrap();
            }
            if let Some(text) = line.strip_prefix("idempotency-key: ") {
                text.trim().clone_into(&mut key);
            }
            if line.trim().is_empty() {
                break;
            }
        }
        if head {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
            continue;
        }
        world.at(Moment::TextHalf);
        let mut body = vec![0; length];
        input.read_exact(&mut body)?;
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        let message = Message {
            id: text("id"),
            channel: "sms".to_owned(),
            to: text("to"),
            text: text("text"),
        };
        if key != message.id {
            world.fault(format!("{}: its key is {key:?}", message.id));
        }
        // Whoever honours the key calls a message by the same name when it comes again, and has one receipt for it.
        let reference = format!("w-{}", message.id);
        let again = {
            let seen = world.seen();
            seen.arrivals
                .iter()
                .any(|known| known.message.id == message.id)
        };
        world.took(message);
        world.at(Moment::TextTaken);
        let early = random.below(4) == 0;
        let seed = random.next();
        let tell = || {
            let (world, reference, random) = (Arc::clone(world), reference.clone(), Random(seed));
            thread::spawn(move || receipt(&world, &reference, random));
        };
        if early && !again {
            tell();
        }
        dawdle(&mut random);
        let body = format!("{{\"reference\": \"{reference}\"}}");
        let length = body.len();
        let answered = write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        world.at(Moment::TextAnswered);
        if !early && !again {
            tell();
        }
        answered?;
    }
}

/// Post a receipt until somebody says that it was heard.
fn receipt(world: &World, reference: &str, mut random: Random) {
    dawdle(&mut random);
    let body = format!("{{\"reference\": \"{reference}\", \"state\": \"arrived\"}}");
    loop {
        match post(world, &body) {
            Ok(204) => break,
            Ok(status @ 400..500) => {
                world.fault(format!("the receipt of {reference} was answered {status}"));
                return;
            }
            _ => thread::sleep(Duration::from_millis(20)),
        }
    }
    world.seen().receipts.insert(reference.to_owned());
    world.at(Moment::ReceiptHeard);
}

fn post(world: &World, body: &str) -> std::io::Result<u16> {
    let stamp = seconds().to_string();
    let signature = signed(RECEIPTS, &stamp, body);
    let (host, length) = (&world.host, body.len());
    let mut stream = TcpStream::connect(world.address)?;
    write!(
        stream,
        "POST /receipts/first HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nKeymend-Timestamp: {stamp}\r\n\
         Keymend-Signature: {signature}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    world.at(Moment::ReceiptPosted);
    Ok(read(&mut stream, false)?.status)
}

fn mail(mut stream: TcpStream, world: &Arc<World>, mut random: Random) -> std::io::Result<()> {
    let mut input = BufReader::new(stream.try_clone()?);
    world.at(Moment::MailMet);
    stream.write_all(b"220 mail.example ESMTP\r\n")?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match command.as_str() {
            "EHLO" => b"250-mail.example\r\n250 8BITMIME\r\n",
            "RCPT" => {
                let (_, rest) = line.split_once('<').unwrap();
                rest.split('>').next().unwrap().clone_into(&mut to);
                b"250 yes\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let message = content(&mut input, &to, world)?;
                world.took(message);
                world.at(Moment::MailTaken);
                dawdle(&mut random);
                let answered = stream.write_all(b"250 taken\r\n");
                world.at(Moment::MailAnswered);
                answered?;
                continue;
            }
            // What asks whether we are there.
            "HEAD" => return stream.write_all(b"500 no\r\n"),
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            _ => b"250 yes\r\n",
        };
        stream.write_all(answer)?;
    }
}

/// The text part of a mail up to its last line, and the id in its head.
fn content(input: &mut BufReader<TcpStream>, to: &str, world: &World) -> std::io::Result<Message> {
    let (mut id, mut text, mut plain) = (String::new(), String::new(), false);
    let mut begun = false;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if !begun {
            begun = true;
            world.at(Moment::MailHalf);
        }
        let line = line.trim_end_matches(['\r', '\n']);
        if line == "." {
            break;
        }
        if let Some(rest) = line.strip_prefix("Message-ID: <") {
            rest.split('@').next().unwrap().clone_into(&mut id);
        }
        if let Some(kind) = line.strip_prefix("Content-Type: ") {
            plain = kind.starts_with("text/plain");
        } else if plain && line.starts_with("--") {
            plain = false;
        } else if plain && !line.starts_with("Content-") {
            // Quoted-printable: an equals sign at the end joins two lines.
            match line.strip_suffix('=') {
                Some(part) => text.push_str(part),
                None => text.extend([line, "\n"]),
            }
        }
    }
    Ok(Message {
        id,
        channel: "email".to_owned(),
        to: to.to_owned(),
        text,
    })
}
